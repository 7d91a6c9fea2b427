"""Twenty-two years on one territory: GDP 2000-2021, shares, growth by plan period, ranks, catching up.

City districts have no figures of their own before 2020. The districts of a prefecture together are what its
counties leave of its total, so every year covers the whole province and nobody goes missing: Kecheng stands
with Qujiang and the city's zones, Liandu with its zone.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mountain_counties.growth import comparison, convergence, growth
from mountain_counties.record import counties, statistics

FIRST, LAST = 2000, 2021
"""Years in which every unit has a figure."""

NEXT = 2023
"""The one later year that crosses no census; the counties, Quzhou and Lishui have it."""

SOURCE, CITIES, PROVINCE_SERIES = "county-panel", "city-yearbook", "province-series"

SPLIT = {"330383": "330327"}
"""Units made inside the years, and the unit that they belonged to: Longgang out of Cangnan."""

PLANS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "10th plan": (2001, 2005),
        "11th plan": (2005, 2010),
        "12th plan": (2010, 2015),
        "13th plan": (2015, 2020),
        "14th plan": (2020, 2021),
    }
)
"""Plan periods: the last year before (2001 for the 10th, see the break of the accounts) and the last year."""

SPECIFICATIONS = ("all", "counties only", "within prefectures", "without census years", "clustered")

KEPT = ["n_inside", "n_outside", "difference", "lo", "hi"]

SECTORS = MappingProxyType(
    {"va_primary": "Primary sector", "va_secondary": "Industry and construction", "va_tertiary": "Services"}
)

KECHENG = "330802"
"""Before 2020 it has a figure together with Qujiang only."""

TODAY = "2025-12-31"
"""A day after the last round on record."""


def territories() -> pd.DataFrame:
    """List the territories that cover the province and do not change.

    Returns
    -------
    DataFrame
        Indexed by `code` (codes of 2021, joined by a plus): `name`, `prefecture` (code), `member` (bool: all
        of its units are of the 26), `derived` (bool: what the counties leave of the prefecture).
    """
    return _territories().copy()


@lru_cache
def _territories() -> pd.DataFrame:
    units, inside = counties.units(), growth.members()
    values = printed("gdp")
    every = set(values.index[values.notna().all(axis=1)])
    group = {code: SPLIT.get(code, code) for code in units.index}
    rest = {code: f"{code[:4]}00" for code in units.index if group[code] not in every}
    rows = {}
    for _, codes in pd.Series(group | rest).groupby(pd.Series(group | rest)).groups.items():
        own = sorted(codes)
        derived = own[0] in rest
        name = " and ".join(units.loc[own, "name_en"])
        if derived and len(own) > 2:
            name = f"Districts of {units.loc[own[0], 'prefecture']}"
        rows["+".join(own)] = {
            "name": name,
            "prefecture": own[0][:4] + "00",
            "member": bool(pd.Index(own).difference(list(SPLIT)).isin(inside).all()),
            "derived": derived,
        }
    table = pd.DataFrame.from_dict(rows, orient="index").sort_index().rename_axis("code")
    _check_territories(table)
    return table


def holding(codes: pd.Index) -> list[str]:
    """Name the territories that hold units.

    Parameters
    ----------
    codes : Index
        Units.

    Returns
    -------
    list of str
        Codes of `territories`, in ascending order, each once.
    """
    home = {part: code for code in _territories().index for part in code.split("+")}
    return sorted({home[code] for code in codes})


def _check_territories(table: pd.DataFrame) -> None:
    """Refuse a territory whose border a recorded break crosses, so that no change of area fakes growth."""
    home = {part: code for code in table.index for part in code.split("+")}
    crossed = statistics.breaks("gdp", FIRST, LAST)
    crossed = crossed[crossed.groupby("id")["code"].transform("nunique") < len(home)]
    crossed = crossed[crossed["kind"] != "census"]
    homes = crossed["code"].map(home)
    # A break inside one territory moves nothing across its border; the districts of a prefecture are one.
    split = crossed[homes.groupby(crossed["id"]).transform("nunique") > 1]
    alone = crossed[(crossed["union"] != "") & ~crossed["code"].isin(split["code"])]
    parts = [set(row.union.split()) - set(home[row.code].split("+")) for row in alone.itertuples()]
    split = pd.concat([split, alone[[bool(part) for part in parts]]])
    if not split.empty:
        raise statistics.BreakError("a territory", split)


@lru_cache
def printed(indicator: str) -> pd.DataFrame:
    """Put an indicator of the units, as printed, into one row each.

    Parameters
    ----------
    indicator : str
        Of the long record.

    Returns
    -------
    DataFrame
        One row per unit that has a value, one column per year; missing where none was printed.
    """
    rows = statistics.long_record().query("indicator == @indicator and source == @SOURCE")
    return rows.pivot_table("value", "code", "year").reindex(columns=range(FIRST, LAST + 1))


@lru_cache
def _prefectures() -> pd.DataFrame:
    """Put the GDP of the prefectures into one row each: the city yearbook, then the table of totals."""
    rows = statistics.long_record().query("indicator == 'gdp' and source == @CITIES")
    early = rows.pivot_table("value", "code", "year")
    later = [statistics.table("gdp", year, level="prefecture") for year in range(2012, LAST + 1)]
    late = pd.concat(later, axis=1, keys=range(2012, LAST + 1))
    return early.join(late)[range(FIRST, LAST + 1)]


def gdp() -> pd.DataFrame:
    """Give the GDP of the territories.

    Returns
    -------
    DataFrame
        One row per row of `territories`, one column per year, 100m yuan at current prices; each year adds up
        to the eleven prefectures. The column of `NEXT` is empty for the districts of the others.
    """
    return _gdp().copy()


@lru_cache
def _gdp() -> pd.DataFrame:
    table, values = territories(), printed("gdp")
    rows = {code: values.loc[code.split("+")].sum() for code, row in table.iterrows() if not row["derived"]}
    found = pd.DataFrame(rows).T
    for code, row in table[table["derived"]].iterrows():
        counted = found.index[found.index.str[:4] == row["prefecture"][:4]]
        found.loc[code] = _prefectures().loc[row["prefecture"]] - found.loc[counted].sum()
    next_year = statistics.table("gdp", NEXT)
    found[NEXT] = growth.total(next_year, found.index)
    return found.loc[table.index].rename_axis("code")


def broken_years() -> pd.DataFrame:
    """List the years into which the series of all units are not comparable.

    Returns
    -------
    DataFrame
        Indexed by `year` (the first on the new basis): `id` and `what` of the break.
    """
    found = statistics.breaks("gdp", FIRST, LAST)
    every = found[found.groupby("id")["code"].transform("nunique") == len(counties.units())]
    return every.drop_duplicates("id").set_index("to")[["id", "what"]].sort_index().rename_axis("year")


def shares() -> pd.DataFrame:
    """Compute what part of the province the mountain counties were.

    Returns
    -------
    DataFrame
        Indexed by `year`: `share` of GDP (of the sum of the prefectures), `group` and `others` (100m yuan).
    """
    values, member = _gdp()[range(FIRST, LAST + 1)], territories()["member"]
    group, others = values[member].sum(), values[~member].sum()
    return pd.DataFrame({"share": group / (group + others), "group": group, "others": others}).rename_axis(
        "year"
    )


def pace(start: int, end: int, skip: tuple[int, ...] = ()) -> pd.Series:
    """Compute the mean yearly log growth of the territories.

    Parameters
    ----------
    start, end : int
        The years.
    skip : tuple of int
        Years whose growth is left out, such as those of `broken_years`.

    Returns
    -------
    Series
        Indexed by `code`; missing where a territory has no value.
    """
    values = np.log(_gdp())
    if not skip:
        return (values[end] - values[start]) / (end - start)
    change = values.diff(axis=1)
    return change[[year for year in range(start + 1, end + 1) if year not in skip]].mean(axis=1)


def compared(start: int, end: int, specification: str = "all") -> pd.Series:
    """Compare the yearly growth of the mountain counties with the others over a period.

    Parameters
    ----------
    start, end : int
        The years.
    specification : str
        One of `SPECIFICATIONS`: all territories; without the districts of the others; each less the mean of
        its prefecture, in the prefectures that have both; without the growth into broken years; or all, with
        an interval that takes prefectures, not counties, as what varies (clustered, CR1).

    Returns
    -------
    Series
        `n_inside`, `n_outside`, `difference`, and `lo` and `hi`: by bootstrap, by permutation inside the
        prefectures, or clustered.

    References
    ----------
    .. [1] A. C. Cameron and D. L. Miller, A practitioner's guide to cluster-robust inference, Journal of
       Human Resources 50 (2015) 317-372.
    """
    table = territories()
    skip = tuple(broken_years().index) if specification == "without census years" else ()
    table = table.assign(growth=pace(start, end, skip)).dropna(subset="growth")
    if specification == "counties only":
        table = table[~table["derived"] | table["member"]]
    if specification == "within prefectures":
        sides = table.groupby("prefecture")["member"].transform("nunique")
        table = table[sides == 2]
        return pd.Series(_within(table))
    result = comparison.compare(table["growth"], table["member"])[KEPT]
    if specification == "clustered":
        result[["lo", "hi"]] = clustered(table)
    return result


def clustered(table: pd.DataFrame) -> tuple[float, float]:
    """Compute an interval for the difference of the means that lets growth be alike within prefectures.

    Parameters
    ----------
    table : DataFrame
        Columns `growth`, `member` and `prefecture`.

    Returns
    -------
    tuple of float
        95% interval, with as many degrees of freedom as there are prefectures less one.
    """
    from statsmodels.regression.linear_model import OLS

    given = pd.DataFrame({"one": 1.0, "member": table["member"].astype(float)})
    groups = pd.factorize(table["prefecture"])[0]
    options = {"groups": groups, "df_correction": True}
    fit = OLS(table["growth"], given).fit(cov_type="cluster", cov_kwds=options, use_t=True)
    return tuple(fit.conf_int(alpha=1 - comparison.LEVEL).loc["member"])


def _within(table: pd.DataFrame) -> dict[str, float]:
    """Compare members and others of the same prefecture; the interval deals residuals anew inside each."""
    rng = np.random.default_rng(comparison.SEED)
    value, member = table["growth"].to_numpy(), table["member"].to_numpy(float)
    places = [np.flatnonzero(table["prefecture"] == name) for name in table["prefecture"].unique()]

    def centred(values: NDArray) -> NDArray:
        result = np.empty_like(values)
        for rows in places:
            result[..., rows] = values[..., rows] - values[..., rows].mean(-1, keepdims=True)
        return result

    label = centred(member)
    found = float(centred(value) @ label / (label @ label))
    rest = np.tile(value - found * member, (comparison.REPETITIONS, 1))
    for rows in places:
        rest[:, rows] = rng.permuted(rest[:, rows], axis=1)
    low, high = np.quantile(centred(rest) @ label / (label @ label), comparison.TAILS)
    inside = int(member.sum())
    return {
        "n_inside": inside,
        "n_outside": len(member) - inside,
        "difference": found,
        "lo": found + low,
        "hi": found + high,
    }


@lru_cache
def _by_plan() -> pd.DataFrame:
    rows = {(plan, how): compared(*years, how) for plan, years in PLANS.items() for how in SPECIFICATIONS}
    return pd.DataFrame(rows).T.rename_axis(["plan", "specification"])


def by_plan() -> pd.DataFrame:
    """Compare the growth of the two groups in every plan period, under every specification.

    Returns
    -------
    DataFrame
        Indexed by `plan` and `specification`; columns as `compared` gives them, a year.
    """
    return _by_plan().copy()


def real() -> pd.DataFrame:
    """Set the real growth of Quzhou and Lishui, all of them members, beside the nine other prefectures.

    Returns
    -------
    DataFrame
        Indexed by `year` (those that were found): `pair` and `others` (means, per cent), `gap` (points),
        `nominal_gap` (points of log growth at current prices, the same prefectures).
    """
    rows = statistics.long_record().query("indicator == 'gdp_growth_real' and year >= @FIRST")
    table = rows.pivot_table("value", "year", "code").dropna()
    own = table.columns.isin(growth.whole_prefectures())
    nominal = 100 * np.log(_prefectures()).diff(axis=1).T.reindex(table.index)
    both = {"pair": table.loc[:, own].mean(axis=1), "others": table.loc[:, ~own].mean(axis=1)}
    inside = nominal.columns.isin(growth.whole_prefectures())
    away = nominal.loc[:, inside].mean(axis=1) - nominal.loc[:, ~inside].mean(axis=1)
    return pd.DataFrame(both).assign(gap=both["pair"] - both["others"], nominal_gap=away)


def sectors() -> pd.DataFrame:
    """Compute the weight of the sectors in the counties that were printed in every year.

    Returns
    -------
    DataFrame
        Indexed by `year`; columns by group (True for members) and sector label: parts of the sectors' sum.
    """
    table = territories()
    own = table[~table["derived"]]
    parts = {}
    for member in (True, False):
        codes = "+".join(own.index[own["member"] == member]).split("+")
        sums = pd.DataFrame({label: printed(name).reindex(codes).sum() for name, label in SECTORS.items()})
        parts[member] = sums.div(sums.sum(axis=1), axis=0)
    return pd.concat(parts, axis=1).rename_axis("year")


def ranks() -> pd.DataFrame:
    """Rank the mountain counties by GDP in every year.

    Returns
    -------
    DataFrame
        One row per territory of the group (code), one column per year; 1 is the largest.
    """
    member = territories()["member"]
    return _gdp().loc[member, range(FIRST, LAST + 1)].rank(ascending=False).astype(int)


def moves() -> pd.DataFrame:
    """List the mountain counties by how far they moved among themselves.

    Returns
    -------
    DataFrame
        Indexed by `code`: `name`, `first`, `last` (ranks), `up` (places gained), `growth` (GDP of the last
        year over the first).
    """
    table, values = ranks(), _gdp()
    return pd.DataFrame(
        {
            "name": territories().loc[table.index, "name"],
            "first": table[FIRST],
            "last": table[LAST],
            "up": table[FIRST] - table[LAST],
            "growth": values.loc[table.index, LAST] / values.loc[table.index, FIRST],
        }
    ).sort_values("up", ascending=False)


def departed() -> pd.Index:
    """Give the codes of those of the 26 that have left the list."""
    return growth.members().difference(counties.members(TODAY))


def first_six() -> pd.DataFrame:
    """Say in which years a line at the six largest would have taken the six that have left.

    Kecheng and Qujiang have one figure before 2020. Kecheng is among the six as long as its part of that
    figure exceeds the largest county that is not to be among them; Qujiang must stay below the smallest.

    Returns
    -------
    DataFrame
        Indexed by `year`: `five` (bool: the other five are ahead of all but the joint figure), `needed` (the
        part of the joint figure at which Kecheng would be level with the next county), `allowed` (the part
        from which on Qujiang is behind the last of the five), `next` (name of that county).
    """
    table = territories()
    values = _gdp().loc[table["member"], range(FIRST, LAST + 1)]
    gone, (joint,) = set(holding(departed())), holding(pd.Index([KECHENG]))
    five = values.loc[sorted(gone - {joint})]
    stay = values.drop(index=sorted(gone))
    return pd.DataFrame(
        {
            "five": five.min() > stay.max(),
            "needed": stay.max() / values.loc[joint],
            "allowed": 1 - five.min() / values.loc[joint],
            "next": table.loc[stay.idxmax(), "name"].to_numpy(),
        }
    ).rename_axis("year")


def kecheng_parts() -> pd.Series:
    """Compute what part of the joint figure Kecheng was, where the record tells.

    Returns
    -------
    Series
        Indexed by `basis`: with the zones in 2001 (Qujiang was printed) and in 2021 (they were brought in),
        and without any zone in 2020.
    """
    values = printed("gdp")
    joint = _gdp().loc["330802+330803"]
    return pd.Series(
        {
            "2001, zones counted": 1 - values.loc["330803", 2001] / joint[2001],
            "2020, zones not counted": values.loc["330802", 2020] / joint[2020],
            "2021, zones counted": values.loc["330802", 2021] / joint[2021],
        },
        name="part",
    ).rename_axis("basis")


def per_head() -> pd.DataFrame:
    """Compute GDP per registered person of the counties that were printed in every year.

    Returns
    -------
    DataFrame
        One row per county (code; Cangnan with Longgang), one column per year, yuan.
    """
    table = territories()
    own = table.index[~table["derived"]]
    heads = {code: printed("hukou_pop").loc[code.split("+")].sum() for code in own}
    return _gdp().loc[own, range(FIRST, LAST + 1)] / pd.DataFrame(heads).T * 1e4


def people_and_heads(start: int, end: int) -> pd.DataFrame:
    """Split the growth of the counties printed in every year into that of people and that per head.

    Parameters
    ----------
    start, end : int
        The years.

    Returns
    -------
    DataFrame
        Indexed by `part` (GDP, registered people, GDP per head; the last two add up to the first): of
        `comparison.compare` for mean yearly log growth, `n_inside`, `n_outside`, `inside`, `outside`,
        `difference`, `lo`, `hi`.
    """
    heads = per_head()
    values, member = _gdp().loc[heads.index], territories()["member"].reindex(heads.index)
    whole = np.log(values[end] / values[start]) / (end - start)
    head = np.log(heads[end] / heads[start]) / (end - start)
    parts = {"GDP": whole, "Registered people": whole - head, "GDP per head": head}
    kept = ["n_inside", "n_outside", "inside", "outside", "difference", "lo", "hi"]
    rows = {part: comparison.compare(pace, member)[kept] for part, pace in parts.items()}
    return pd.DataFrame(rows).T.rename_axis("part")


@lru_cache
def _catching_up() -> pd.DataFrame:
    values, rows = per_head(), {}
    near = convergence.neighbours(values.index)
    away = np.clip(1 - convergence.distances(values.index) / 100.0, 0, None)
    for plan, (start, end) in (PLANS | {"All years": (2001, LAST)}).items():
        slope = convergence.beta(values[start], values[end], end - start)
        x = np.column_stack([np.ones(len(values)), np.log(values[start])])
        y = (np.log(values[end] / values[start]) / (end - start)).to_numpy()
        rest = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
        residual = convergence.moran(pd.Series(rest, values.index), near)
        rows[plan] = slope[["n", "slope", "error", "lo", "hi", "speed", "half_life"]].to_dict() | {
            "distance": convergence.kernel_error(x, rest, away)[1],
            "moran": residual["moran"],
            "moran_rank": residual["rank"],
        }
    return pd.DataFrame(rows).T.rename_axis("plan")


def catching_up() -> pd.DataFrame:
    """Regress growth per head on the first level, by plan period.

    Returns
    -------
    DataFrame
        Indexed by `plan` (and all years): of `convergence.beta` `n`, `slope`, `error`, `lo`, `hi`, `speed`,
        `half_life`; `distance` (standard error with a kernel of 100 km); `moran` of the residuals and the
        share of permutations that reach it.
    """
    return _catching_up().copy()


def spread() -> pd.DataFrame:
    """Measure how far apart the counties are in every year.

    Returns
    -------
    DataFrame
        Indexed by `year`: `sigma` (standard deviation of log GDP per registered person), `ratio` (mean of
        the mountain counties over that of the others), `moran` (Moran's I of the logs).
    """
    values = np.log(per_head())
    near = convergence.neighbours(values.index)
    member = territories()["member"].reindex(values.index)
    return pd.DataFrame(
        {
            "sigma": values.std(ddof=0),
            "ratio": np.exp(values[member].mean() - values[~member].mean()),
            "moran": {
                year: convergence.moran(values[year], near, repetitions=99)["moran"] for year in values
            },
        }
    ).rename_axis("year")


def published_totals() -> pd.DataFrame:
    """Hold the totals that were published for the 26 against the record.

    Returns
    -------
    DataFrame
        Indexed by `year`: `published`, `record` (100m yuan, on the territory of its day) and `difference`
        (published over record less one). The record of 2022 is the geometric mean of the years around it.
    """
    said = statistics.reported().query("code == 'group26' and indicator == 'gdp'")
    said = said.set_index(said["period"].astype(int))["value"].astype(float)
    early = shares().loc[2002, "group"]
    longgang = printed("gdp").loc["330383", LAST]
    around = [shares().loc[LAST, "group"] - longgang, statistics.table("gdp", NEXT)[growth.members()].sum()]
    record = pd.Series({2002: early, 2022: float(np.sqrt(np.prod(around)))})
    table = pd.DataFrame({"published": said[[2002, 2022]], "record": record})
    return table.assign(difference=table["published"] / table["record"] - 1).rename_axis("year")


def revisions() -> pd.DataFrame:
    """Measure how far first figures were moved later.

    Returns
    -------
    DataFrame
        Columns `place`, `year`, `first`, `later` (100m yuan), `change` (later over first less one) and `by`
        (what moved it: the yearly final account, or censuses).
    """
    names = counties.units()["name_en"]
    final = statistics.reported().query("indicator == 'gdp' and vintage == 'final' and period == '2021'")
    rows = [
        (names[row.code], LAST, printed("gdp").loc[row.code, LAST], float(row.value), "final account")
        for row in final.itertuples()
        if row.code in names.index
    ]
    province = statistics.long_record().query("indicator == 'gdp' and source == @PROVINCE_SERIES")
    both = province.pivot_table("value", "year", "vintage").dropna()
    rows += [
        ("Zhejiang", year, row["as of about 2020"], row["after the fifth economic census"], "censuses")
        for year, row in both.iterrows()
    ]
    table = pd.DataFrame(rows, columns=["place", "year", "first", "later", "by"])
    table["change"] = table["later"] / table["first"] - 1
    return table[["place", "year", "first", "later", "change", "by"]]


def edition_error() -> float:
    """Measure how far two editions differ in the GDP of the one year that both have.

    Returns
    -------
    float
        Greatest difference over the units, a fraction of the value of the county yearbook at hand.
    """
    year = growth.START
    rows = statistics.load(indicator="gdp").query("year == @year and status == 'published'")
    other = rows.set_index("code")["value"]
    return float((printed("gdp")[year] / other - 1).abs().max())
