"""What is noticed is stored, and no slip that was noticed once is missed now."""

import pandas as pd
import pytest

from mountain_counties.audit import power, verdicts
from mountain_counties.audit.tables import TableError
from mountain_counties.record import detection, overall_verdicts


def test_what_is_stored_is_what_is_noticed_today():
    """`make detect` renews the file; less noticed than stored is a loss that somebody has to answer for."""
    now, stored = overall_verdicts.slips(), detection.stored()
    key = ["claim", "token", "direction", "slip"]
    both = stored.merge(now, on=key, how="outer", suffixes=("", "_now"), indicator=True)
    assert (both["_merge"] == "both").all()
    lost = both[(both.inside & ~both.inside_now) | (both.record & ~both.record_now)]
    assert lost[key].to_dict("records") == []
    assert (both.inside == both.inside_now).all() and (both.record == both.record_now).all()


def test_most_slips_of_the_point_upward_are_noticed_and_what_is_not_is_named():
    slips = overall_verdicts.slips()
    measured = slips[slips.stratum == verdicts.STRATA[0]]
    share = detection.rates(measured).xs("both", level="side")["share"]
    assert share["ten times"] >= 0.7
    assert share[list(power.KINDS[:2])].mean() >= 0.6
    missed = measured[measured.slip.isin(detection.GRAVE) & ~measured.both]
    named = detection.unnoticed(slips)
    assert set(named["Figure"]) == {f"{{claim}}`{name}`" for name in missed.claim}
    assert named["Why"].str.len().gt(20).all()


def test_shares_have_the_intervals_of_wilson():
    slips = pd.DataFrame({"slip": ["ten times"] * 10, "inside": [True] * 5 + [False] * 5})
    slips = slips.assign(record=False, both=slips.inside)
    rates = detection.rates(slips).loc[("ten times", "inside")]
    assert (rates.planted, rates.noticed, rates.share) == (10, 5, 0.5)
    assert (rates.lo, rates.hi) == pytest.approx((0.2366, 0.7634), abs=1e-4)  # Wilson 1927, by hand


def test_more_that_agree_than_there_are_is_refused(tmp_path):
    path = tmp_path / "peers.csv"
    path.write_text("peer,version,checks,cases,agree,differs\na,1,x,2,3,\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"row 2, column agree: found 3 of 2"):
        detection.agreement(path)


def test_what_falls_short_of_the_aim_is_listed_by_name():
    slips = overall_verdicts.slips()
    measured = slips[slips.stratum == verdicts.STRATA[0]]
    table = detection.rates(measured)
    short = detection.short_of_aim(table)
    by_hand = {kind: measured.both[measured.slip == kind].mean() for kind in detection.AIMS}
    assert short == [kind for kind, share in by_hand.items() if share < detection.AIMS[kind]]
    missed = measured[measured.slip.isin(short) & ~measured.both]
    listed = detection.unnoticed(slips).set_index("Figure")
    for row in missed.itertuples():
        assert row.token in listed.Unnoticed[f"{{claim}}`{row.claim}`"]
    open_above = listed.Why.str.startswith("It is open above")
    assert {"{claim}`mc-va-floor-2022`", "{claim}`py-relief`"} <= set(listed.index[open_above])
    assert "{claim}`py-land-area`" in set(listed.index[~open_above])
