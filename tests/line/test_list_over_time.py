"""The list over time: the counts agree with the sources, and disagreement is an error."""

import pandas as pd
import pytest

from mountain_counties.line import list_over_time
from mountain_counties.record import counties


def test_sizes():
    found = list_over_time.sizes()
    assert found["members"].to_list() == [26, 23, 25, 22]
    assert found["date"].to_list() == ["2015-02-27", "2024-08-21", "2024-08", "2025-05-28"]
    assert (found["joined"] - found["left"]).cumsum().to_list() == found["members"].to_list()
    assert found["event"].to_list() == ["label-2015", "mechanism-2024", "islands-2024", "second-round-2025"]


def test_a_source_that_counts_otherwise_stops_the_build(monkeypatch):
    events = counties.events()
    events.loc["islands-2024", "members_after"] = "24"
    monkeypatch.setattr(counties, "events", lambda: events)
    with pytest.raises(ValueError, match="islands-2024: found 24 members, expected 25"):
        list_over_time.sizes()


def test_conflicts_are_listed_once():
    found = list_over_time.conflicts()
    assert found[["first", "second"]].to_numpy().tolist() == [["mechanism-2023", "mechanism-2024"]]
    assert found.loc[0, ["date_first", "date_second"]].to_list() == ["2023", "2024-08-21"]
    assert found.loc[0, ["grade_first", "grade_second"]].to_list() == ["A", "B"]


def test_pace():
    assert list_over_time.goal() == (2027, 19)
    found = list_over_time.pace()
    assert found.to_dict("index") == {
        "before it begins": {"rounds": 1, "needed": 3, "per_round": 3.0},
        "by its end": {"rounds": 2, "needed": 3, "per_round": 1.5},
    }
    assert list_over_time.pace(20)["needed"].to_list() == [1, 1]


def test_past():
    found = list_over_time.past()
    expected = pd.DataFrame({"left": [3, 3], "joined": [2, 0], "net": [-1, -3]}, index=[2024, 2025])
    pd.testing.assert_frame_equal(found, expected, check_names=False, check_dtype=False)


def test_spells_put_those_who_moved_at_the_ends():
    found = list_over_time.spells()
    assert len(found) == 28
    assert (found["to"] != "").to_list() == [True] * 6 + [False] * 22
    assert found["name_en"].to_list()[-2:] == ["Dongtou", "Shengsi"]


def test_each_size_names_the_source_of_its_event():
    events = counties.events()
    found = list_over_time.sizes()
    for row in found.itertuples():
        assert (row.source, row.grade, row.stated) == tuple(
            events.loc[row.event, ["source", "grade", "members_after"]]
        )


def test_spells_are_in_the_order_in_which_they_ended():
    found = list_over_time.spells()
    ends = found["to"].replace("", "9999").str[:7]
    assert ends.is_monotonic_increasing
    lasting = found[found["to"] == ""]
    assert lasting["from"].is_monotonic_increasing
    assert (
        lasting.groupby("from", sort=False)["code"].apply(lambda codes: codes.is_monotonic_increasing).all()
    )
    assert (
        found["prefecture"].to_dict()
        == counties.units().loc[found["code"], "prefecture"].set_axis(found.index).to_dict()
    )
