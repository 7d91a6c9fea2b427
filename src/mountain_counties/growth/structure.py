"""What the counties live on: jobs by sector in two censuses, a shift-share of them, and growth by sector."""

import pandas as pd

from mountain_counties.growth import comparison, growth, long_record, long_view
from mountain_counties.record import statistics

SAMPLE = "employed_longform_sample"
SECTORS = {
    "employed_agriculture": "Farming",
    "employed_manufacturing": "Manufacturing",
    "employed_construction": "Construction",
    "employed_mining": "Mining",
    "employed_utilities": "Utilities",
    "services": "Services",
}
"""Sectors that add up to all jobs; services are what the census names no other sector for."""


def jobs(year: int) -> pd.DataFrame:
    """Take the jobs counted in the census sample.

    Parameters
    ----------
    year : int
        2010 or 2020.

    Returns
    -------
    DataFrame
        One row per unit with all values, one column for each of `SECTORS` (label), persons of the sample.
    """
    named = [name for name in SECTORS if name != "services"]
    table = statistics.panel([*named, SAMPLE], year).dropna()
    table["services"] = table[SAMPLE] - table[named].sum(axis=1)
    return table[list(SECTORS)].rename(columns=SECTORS)


def _both() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take both censuses for the units that have both and whose own territory did not change."""
    first, last = (jobs(year) for year in long_view.CENSUS_YEARS)
    crossed = statistics.breaks(SAMPLE, *long_view.CENSUS_YEARS)
    single = crossed.groupby("id")["code"].transform("nunique") < len(first)
    codes = first.index.intersection(last.index).difference(crossed.loc[single, "code"])
    return first.loc[codes], last.loc[codes]


def shares() -> pd.DataFrame:
    """Compare the make-up of jobs of the two groups, every county alike.

    Returns
    -------
    DataFrame
        Indexed by `member` (bool) and `sector`; `start`, `end` (mean share of jobs), `change`; and `units`.
    """
    parts = [table.div(table.sum(axis=1), axis=0) for table in _both()]
    inside = parts[0].index.isin(growth.members())
    rows = {}
    for member in (True, False):
        start, end = (part[inside == member].mean() for part in parts)
        for sector in SECTORS.values():
            rows[member, sector] = {
                "start": start[sector],
                "end": end[sector],
                "change": end[sector] - start[sector],
                "units": int((inside == member).sum()),
            }
    table = pd.DataFrame(rows).T.rename_axis(["member", "sector"])
    return table.astype({"units": int})


def shift() -> pd.DataFrame:
    """Split what became of each county's jobs into its mix of sectors and the county itself.

    Returns
    -------
    DataFrame
        Indexed by `code`; `mix` and `place`: fractions of the jobs at the start, beyond what all units
        together did (see `growth.shift_share`); `ahead`, their sum; `member`.

    Notes
    -----
    The sample's size differs between the censuses. As long as it is the same share of households everywhere,
    that moves the growth of the whole and leaves mix and place alone.
    """
    first, last = _both()
    split = growth.shift_share(first, last)
    base = first.sum(axis=1)
    table = pd.DataFrame({part: split[part] / base for part in ("mix", "place")})
    return table.assign(
        ahead=table["mix"] + table["place"], member=table.index.isin(growth.members())
    ).rename_axis("code")


def growth_by_sector(start: int = growth.START, end: int = growth.END) -> pd.DataFrame:
    """Compare the growth of each sector in the mountain counties and the others, at current prices.

    Parameters
    ----------
    start, end : int
        Two years between which no census lies: the first from the long record, the last from the yearbook.

    Returns
    -------
    DataFrame
        Indexed by `sector` (labels of `long_record.SECTORS`): of `comparison.compare` `n_inside`,
        `n_outside`, `inside`, `outside`, `difference`, `lo`, `hi`. The units are those of
        `growth.rates("gdp")` that the yearbooks print in both years; joined ones have no sectors here.
    """
    units = growth.rates("gdp", start, end)
    kept = ["n_inside", "n_outside", "inside", "outside", "difference", "lo", "hi"]
    rows = {}
    for name, label in long_record.SECTORS.items():
        first = long_record.printed(name)[start].reindex(units.index)
        last = statistics.table(name, end).reindex(units.index)
        pace = (last / first - 1).dropna()
        rows[label] = comparison.compare(pace, units.loc[pace.index, "member"])[kept]
    return pd.DataFrame(rows).T.rename_axis("sector")
