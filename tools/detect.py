"""Plant the slips in every figure of the article, and store which of them are noticed.

Usage: ``make detect``. Writes ``data/article/detection.csv``; run ``python tools/make_datapackage.py`` after.
"""

from mountain_counties.audit import verdicts
from mountain_counties.record import detection, overall_verdicts

if __name__ == "__main__":
    slips = overall_verdicts.slips()
    table = slips[detection.KEPT].astype({"inside": int, "record": int})
    table.to_csv(detection.STORED, index=False, lineterminator="\n")
    print(f"{detection.STORED}: {len(table)} slips, {int(slips.both.sum())} noticed")
    measured = slips[slips.stratum == verdicts.STRATA[0]]
    print(detection.rates_for_readers(detection.rates(measured)).to_string(index=False))
