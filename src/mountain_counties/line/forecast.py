"""Fix a rule on the first round, let it name the second: score against chance and against simple rankings."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from mountain_counties.line import inverse_weights, reclassification, separation
from mountain_counties.record import statistics

SEED = 20240821
"""Seed of the random weightings: the date of the first round."""

DRAWS = 50_000
"""Number of random weightings: the standard error of a share is a quarter of a percentage point at most."""

EARLY_PANEL = {
    "gdp_2023": 1,
    "gdp_per_resident_2023": 1,
    "urban_share_2020": 1,
    "manufacturing_share_2020": 1,
}
"""What of `reclassification.PANEL` could be known for all 26 in August 2024, with its direction.

Services, retail sales, revenue and incomes of 2023 are in no table for Kecheng and Liandu; the share of
employment in manufacturing stands for industry.
"""


def chance(hits: int, named: int, right: int, pool: int) -> float:
    """Compute the probability of as many hits or more by lot.

    Parameters
    ----------
    hits : int
        How many of the named units are right.
    named, right, pool : int
        Units named, units to be found, units to choose from.

    Returns
    -------
    float
        Upper tail of the hypergeometric distribution.
    """
    return float(hypergeom.sf(hits - 1, pool, right, named))


def top(series: pd.Series, n: int) -> tuple[str, ...]:
    """Give the codes of the n greatest values, the greatest first; of equal values the lower code."""
    return tops(series.dropna().to_frame(), n)[0]


def tops(table: pd.DataFrame, n: int) -> list[tuple[str, ...]]:
    """Give `top` of each column of a table without holes."""
    table = table.sort_index()
    order = np.argsort(-table.to_numpy(), axis=0, kind="stable")[:n]
    return [tuple(codes) for codes in table.index.to_numpy()[order].T]


def simple_rankings() -> pd.DataFrame:
    """Let every indicator on its own name the second round, by the greatest values.

    Returns
    -------
    DataFrame
        Indexed by `indicator`: `label`, `kind`, `year` as `reclassification.indicators`; `named` (codes, the
        greatest first), `hits`, `p` (see `chance`).
    """
    pool, right = reclassification.candidates(2025), reclassification.left_in(2025)
    table = reclassification.values(pool)
    named = {name: top(table[name], len(right)) for name in table}
    about = reclassification.indicators()[["label", "kind", "year"]]
    return about.join(_score(pd.Series(named), right, len(pool)))


def _score(named: pd.Series, right: Sequence[str], pool: int) -> pd.DataFrame:
    hits = named.map(lambda codes: len(set(codes) & set(right)))
    p = [chance(count, len(codes), len(right), pool) for count, codes in zip(hits, named, strict=True)]
    return pd.DataFrame({"named": named, "hits": hits, "p": p})


def early(complete: bool = True) -> pd.DataFrame:
    """Give the indicators that could be known in August 2024, for the 26.

    Parameters
    ----------
    complete : bool
        Only those that have a value for each of the 26; else all that have one for a county that left first.

    Returns
    -------
    DataFrame
        As `reclassification.values`.
    """
    table, about = reclassification.values(), reclassification.indicators()
    first = list(reclassification.left_in(2024))
    known = table.notna().all() if complete else table.loc[first].notna().any()
    return table.loc[:, (about["year"] < 2024) & known]


def early_variants() -> dict[str, pd.DataFrame]:
    """Give `early` under each treatment of the figures that are missing or derived for Kecheng and Liandu.

    Returns
    -------
    dict of str to DataFrame
        ``as derived``; ``lowest`` and ``highest``: derived GDP at the ends of its interval; ``derived
        dropped``: taken as missing; ``incomplete too``: with the indicators that have no value for them at
        all.
    """
    table = early()
    return {
        "as derived": table,
        "lowest": _rederived(table, "lo"),
        "highest": _rederived(table, "hi"),
        "derived dropped": _rederived(table, None),
        "incomplete too": early(complete=False),
    }


def _rederived(table: pd.DataFrame, end: str | None) -> pd.DataFrame:
    """Put derived GDP, and what is computed from it, at an end of its interval, or make it missing."""
    rows = statistics.load(indicator="gdp")
    rows = rows[(rows["status"] == "derived") & rows["code"].isin(table.index)]
    table = table.copy()
    for row in rows.to_dict("records"):
        names = [name for name in (f"gdp_{row['year']}", f"gdp_per_resident_{row['year']}") if name in table]
        table.loc[row["code"], names] *= row[end] / row["value"] if end else np.nan
    return table


def pair_forecasts(table: pd.DataFrame) -> pd.DataFrame:
    """Let every pair of thresholds that gives the first round name the second: the closest to passing.

    Parameters
    ----------
    table : DataFrame
        The 26 by indicators, as `early` gives them. A rule on an indicator that has no value for a county
        that left is possible, not certain.

    Returns
    -------
    DataFrame
        As `separation.pair_rules`, and `named`, `hits`, `p`.
    """
    first, right = reclassification.left_in(2024), reclassification.left_in(2025)
    rules = separation.pair_rules(table, first)
    close = separation.closeness(table, first, rules)
    named = pd.Series(tops(close, len(right)), index=rules.index)
    return rules.join(_score(named, right, len(close)))


def variants() -> pd.DataFrame:
    """Compare what the pairs of thresholds name under each treatment of missing and derived figures.

    Returns
    -------
    DataFrame
        Indexed by `variant` (see `early_variants`): `rules`, how many give the first round; `none`, `one`,
        `two`, `three`: the share of them with so many hits; `named`: the codes with the most votes; `hits`,
        `p` of these.
    """
    right, pool = reclassification.left_in(2025), reclassification.candidates(2025)
    rows = {}
    for variant, table in early_variants().items():
        pairs = pair_forecasts(table)
        shares = [(pairs["hits"] == count).mean() for count in range(4)]
        rows[variant] = (len(pairs), *shares, tuple(votes(pairs["named"]).index[: len(right)]))
    columns = ["rules", "none", "one", "two", "three", "named"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("variant")
    return frame.join(_score(frame["named"], right, len(pool))[["hits", "p"]])


def votes(named: pd.Series) -> pd.Series:
    """Compute the share of rules that name each unit, the greatest first."""
    counts = named.explode().value_counts().rename_axis("code").sort_index()
    return (counts / len(named)).sort_values(ascending=False, kind="stable")


def weight_forecast(panel: pd.DataFrame, directions: dict[str, int]) -> pd.DataFrame:
    """Keep the random weightings that give the first round; let them name the second.

    Parameters
    ----------
    panel : DataFrame
        The 26 by indicators, none missing.
    directions : dict of str to int
        As in `reclassification.normalise`.

    Returns
    -------
    DataFrame
        One row per kept weighting, one column per unit that could leave in the second round: its place.
        Empty if no weighting gives the first round. ``attrs["share"]`` is the share of weightings kept.
    """
    first = reclassification.left_in(2024)
    scaled = reclassification.normalise(panel, directions=directions)
    weights = inverse_weights.draw(list(panel), DRAWS, np.random.default_rng(SEED))
    kept = inverse_weights.consistent(weights, inverse_weights.differences(scaled, first))
    placed = inverse_weights.places(scaled.drop(list(first)), weights[kept])
    placed.attrs["share"] = float(kept.mean())
    return placed


def weight_variants(panel: pd.DataFrame, directions: dict[str, int]) -> pd.DataFrame:
    """Compare what the weightings name with all indicators and with each one left out.

    Parameters
    ----------
    panel, directions
        As in `weight_forecast`.

    Returns
    -------
    DataFrame
        Indexed by `left_out` (``none`` first): `share` of weightings that give the first round; `all_right`,
        the share of these that name all of the second (NaN if none is kept); `named`, the codes they name
        most often (none if no weighting is kept); `hits`, `p`.
    """
    right, pool = reclassification.left_in(2025), reclassification.candidates(2025)
    rows = {}
    for left_out in ["none", *panel]:
        placed = weight_forecast(panel.drop(columns=left_out, errors="ignore"), directions)
        named = top((placed <= len(right)).mean(), len(right))
        all_right = hit_shares(placed).iloc[-1] if len(placed) else np.nan
        rows[left_out] = (placed.attrs["share"], all_right, named)
    columns = ["share", "all_right", "named"]
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("left_out")
    return frame.join(_score(frame["named"], right, len(pool))[["hits", "p"]])


def late_panel() -> tuple[pd.DataFrame, dict[str, int]]:
    """Give the ten indicators of 2024 for the 26, and their directions."""
    directions = {name: way for name, (_, way) in reclassification.PANEL.items()}
    return reclassification.panel().loc[reclassification.group()], directions


def hit_shares(placed: pd.DataFrame) -> pd.Series:
    """Compute the share of weightings that name 0, 1, 2 or 3 of those that left in the second round."""
    right = list(reclassification.left_in(2025))
    hits = (placed[right] <= len(right)).sum(axis=1)
    return (
        hits.value_counts(normalize=True).reindex(range(len(right) + 1), fill_value=0.0).rename_axis("hits")
    )


# label, indicator, whether the least values are named
_SIMPLE = [
    ("GDP", "gdp_2023", False),
    ("Population (census)", "resident_pop_2020", False),
    ("Budget revenue", "general_budget_revenue_2023", False),
    ("GDP per head", "gdp_per_resident_2023", False),
    ("GDP growth 2020–2023", "gdp_2020_2023", False),
]
_HINDSIGHT = [
    ("GDP", "gdp_2024", False),
    ("Urban income", "income_urban_disposable_pc_2024", False),
    ("Rural income", "income_rural_disposable_pc_2024", False),
    ("Smallest income ratio", "income_ratio_2024", True),
]


def contest() -> pd.DataFrame:
    """Let fitted rules and simple rankings name the second round.

    Returns
    -------
    DataFrame
        One row per rule: `known` (``August 2024``: all its figures are of 2023 or before; ``afterwards``: it
        needs figures of 2024), `fitted` (bool: it was chosen to give the first round), `rule` (label),
        `named` (three codes, first choice first), `hits`, `p`.
    """
    pool, right = reclassification.candidates(2025), reclassification.left_in(2025)
    table, pairs = reclassification.values(pool), pair_forecasts(early())
    rows = [
        ("August 2024", True, "Two thresholds: most votes", tuple(votes(pairs["named"]).index[: len(right)])),
        ("August 2024", True, "Two thresholds: widest gap", pairs.loc[0, "named"]),
        ("August 2024", True, "Weights", _likeliest(early()[list(EARLY_PANEL)], EARLY_PANEL)),
    ]
    rows += [("August 2024", False, *_naive(table, *how, len(right))) for how in _SIMPLE]
    single = separation.single_rules(_complete(2024), reclassification.left_in(2024)).index[0][0]
    label = reclassification.short(single).lower()
    rows += [
        ("afterwards", True, f"One threshold: {label}", top(table[single], len(right))),
        ("afterwards", True, "Weights", _likeliest(*late_panel())),
    ]
    rows += [("afterwards", False, *_naive(table, *how, len(right))) for how in _HINDSIGHT]
    frame = pd.DataFrame(rows, columns=["known", "fitted", "rule", "named"])
    return frame.join(_score(frame["named"], right, len(pool))[["hits", "p"]])


def _naive(table: pd.DataFrame, label: str, name: str, least: bool, n: int) -> tuple[str, tuple[str, ...]]:
    return label, top(-table[name] if least else table[name], n)


def _likeliest(panel: pd.DataFrame, directions: dict[str, int]) -> tuple[str, ...]:
    """Give those that the kept weightings name most often."""
    n = len(reclassification.left_in(2025))
    return top((weight_forecast(panel, directions) <= n).mean(), n)


def _complete(year: int) -> pd.DataFrame:
    """Give the indicators of a year that have a value for each of the 26."""
    table, about = reclassification.values(), reclassification.indicators()
    return table.loc[:, (about["year"] == year) & table.notna().all()]


def vintages() -> pd.DataFrame:
    """Hold the GDP of 2024 that had been reported by mid-2025 against the yearbook's.

    Returns
    -------
    DataFrame
        One row per reported figure of one of the 26: `code`, `source` (a key of `statistics.sources`),
        `reported` (100 million yuan), `yearbook`, `agrees`: whether the yearbook's figure rounds to the
        reported one.
    """
    rows = statistics.reported()
    rows = rows[(rows["indicator"] == "gdp") & (rows["period"] == "2024")]
    rows = rows[rows["code"].isin(reclassification.group())].reset_index(drop=True)
    value, yearbook = rows["value"].astype(float), rows["code"].map(statistics.table("gdp", 2024))
    step = rows["value"].map(lambda printed: 10.0 ** -len(printed.partition(".")[2]))
    agrees = (yearbook - value).abs() <= step / 2 + 1e-9
    return rows[["code", "source"]].assign(reported=value, yearbook=yearbook, agrees=agrees)
