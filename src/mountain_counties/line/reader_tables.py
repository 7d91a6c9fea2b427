"""The reader's tables on the list: numbers still raw, names and labels written out."""

from collections.abc import Sequence

import pandas as pd

from mountain_counties.audit import wording
from mountain_counties.line import forecast, list_over_time, reclassification, separation
from mountain_counties.record import counties

SIGNIFICANT = 0.05
"""Level below which a corrected probability is counted."""


def names(codes: Sequence[str], chinese: bool = False) -> str:
    """Write the names of some units, in the order given.

    Parameters
    ----------
    codes : sequence of str
        Their codes.
    chinese : bool
        Put the Chinese name beside the English one, as at first use.

    Returns
    -------
    str
        For instance ``"Pingyang, Kecheng and Liandu"``.
    """
    units = counties.units().loc[list(codes)]
    return wording.listing(_both(units) if chinese else list(units["name_en"]))


def _both(units: pd.DataFrame) -> list[str]:
    """Join English and Chinese names."""
    return [f"{row.name_en}{wording.NBSP}{row.name_zh}" for row in units.itertuples()]


def spells() -> pd.DataFrame:
    """Write who was on the list when.

    Returns
    -------
    DataFrame
        One row per spell: Unit, Prefecture, On the list, Left, Grade (of the source).
    """
    table = list_over_time.spells()
    first = table["from"].min()
    return pd.DataFrame(
        {
            "Unit": _both(table),
            "Prefecture": table["prefecture"],
            "On the list": [
                f"{'by' if day == first else 'from'} {wording.date(day)}" for day in table["from"]
            ],
            "Left": [wording.date(day) if day else "still on it" for day in table["to"]],
            "Grade": table["grade"],
        }
    )


def events() -> pd.DataFrame:
    """Write the dated events, with links to their sources.

    Returns
    -------
    DataFrame
        One row per event: Date, Event, Source (MyST inline text, with the grade).
    """
    table = counties.events()
    sources = zip(table["source"], table["url"], table["grade"], strict=True)
    return pd.DataFrame(
        {
            "Date": [wording.date(day) if day else "undated" for day in table["date"]],
            "Event": table["event"],
            "Source": [f"[{text}]({url}) ({grade})" for text, url, grade in sources],
        }
    ).reset_index(drop=True)


def tests() -> pd.DataFrame:
    """Test every indicator for the first round, the second, and both together.

    Returns
    -------
    DataFrame
        As `reclassification.indicators`, joined with `separation.test` of all six, and with `p_first`,
        `p_first_adjusted`, `p_second`, `p_second_adjusted` of the rounds; most telling first.
    """
    table = reclassification.values()
    found = reclassification.indicators().join(separation.test(table, reclassification.removed()))
    for year, label in zip(reclassification.rounds().index, ("first", "second"), strict=True):
        pool, codes = reclassification.candidates(year), reclassification.left_in(year)
        test = separation.test(table.loc[pool], codes)[["p", "p_adjusted"]]
        found[[f"p_{label}", f"p_{label}_adjusted"]] = test
    return found.sort_values(["p_adjusted", "p"], kind="stable")


def indicators(tested: pd.DataFrame) -> pd.DataFrame:
    """Write the ranks and the tests of every indicator.

    Parameters
    ----------
    tested : DataFrame
        As `tests` gives it.

    Returns
    -------
    DataFrame
        One row per indicator: Indicator (with its years), Kind, the ranks of those who left in each round,
        Effect (`auc`), and p (exact, all that left together, corrected).
    """
    ranked = separation.ranks(reclassification.values())
    years = [wording.years(*span) for span in zip(tested["start"], tested["year"], strict=True)]
    labels = map(reclassification.short, tested.index)
    # Some short labels hold their years already.
    written = [
        label if span in label else f"{label}, {span}" for label, span in zip(labels, years, strict=True)
    ]
    table = pd.DataFrame({"Indicator": written, "Kind": tested["kind"]}, index=tested.index)
    for year, codes in reclassification.rounds()["codes"].items():
        table[f"Ranks, {year}"] = [_listed(ranked.loc[list(codes), name]) for name in tested.index]
    columns = {"auc": "Effect", "p_adjusted": "p"}
    return table.join(tested[list(columns)].rename(columns=columns)).reset_index(drop=True)


def _listed(ranks: pd.Series) -> str:
    """Write ranks in ascending order; a missing one as a dash."""
    return ", ".join(wording.DASH if pd.isna(rank) else f"{rank:g}" for rank in ranks.sort_values())


def kinds(tested: pd.DataFrame) -> pd.DataFrame:
    """Count the indicators of each kind that tell the six from the rest.

    Parameters
    ----------
    tested : DataFrame
        As `tests` gives it.

    Returns
    -------
    DataFrame
        Indexed by kind: `indicators`, how many; `separating`, those that set all six apart; `significant`,
        those whose corrected probability is below `SIGNIFICANT`.
    """
    six = len(reclassification.removed())
    marks = tested.assign(
        separating=(tested["auc"].isin([0, 1])) & (tested["chosen"] == six),
        significant=tested["p_adjusted"] < SIGNIFICANT,
    )
    grouped = marks.groupby("kind").agg(
        indicators=("auc", "size"), separating=("separating", "sum"), significant=("significant", "sum")
    )
    return grouped.loc[list(reclassification.KINDS)]


def rank_blocks(tested: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Choose the indicators of the main picture: those of the latest yearbook, and growth of GDP and lights.

    Parameters
    ----------
    tested : DataFrame
        As `tests` gives it.

    Returns
    -------
    dict of str to DataFrame
        Title to ranks, as `line_charts.ranks` takes them; the greatest `auc` first.
    """
    ranked = separation.ranks(reclassification.values())
    ordered = tested.sort_values("auc", ascending=False, kind="stable")
    latest = ordered[ordered["year"] == ordered["year"].max()]
    changes = ["gdp_2020_2023", "night_lights_viirs_sum_2017_2021"]
    return {
        "Totals": ranked[latest.index[latest["kind"] == "total"]],
        "Per head, per area, shares": ranked[latest.index[latest["kind"] == "rate"]],
        "Changes": ranked[changes],
    }


def single(found: pd.DataFrame) -> pd.DataFrame:
    """Write single thresholds.

    Parameters
    ----------
    found : DataFrame
        As `separation.single_rules` gives it.

    Returns
    -------
    DataFrame
        One row per rule: Indicator, Years, Best that stayed, Weakest that left (both written with their
        unit), Gap (fraction of the better).
    """
    about = reclassification.indicators().loc[found.index.get_level_values("indicator")]
    ends = {"Best that stayed": found["best_other"], "Weakest that left": found["worst_chosen"]}
    return pd.DataFrame(
        {
            "Indicator": about["label"].to_numpy(),
            "Years": [wording.years(*span) for span in zip(about["start"], about["year"], strict=True)],
            **{
                column: [_with_unit(*pair) for pair in zip(values, about["unit"], strict=True)]
                for column, values in ends.items()
            },
            "Gap": found["relative"].to_numpy(),
        }
    )


def _with_unit(value: float, unit: str) -> str:
    """Write a value in the reader's unit."""
    if unit == "100m yuan":
        return wording.billion(value)
    return f"{wording.number(value)}{wording.NBSP}{unit}"


def pairs(found: pd.DataFrame, n: int) -> pd.DataFrame:
    """Write the widest pairs of thresholds of which neither does alone.

    Parameters
    ----------
    found : DataFrame
        As `separation.pair_rules` gives it.
    n : int
        How many.

    Returns
    -------
    DataFrame
        One row per pair: One threshold, and another (with the year; a least value unless marked), Gap.
    """
    table = found[found["needed"]].head(n)
    about = reclassification.indicators()

    def write(name: str, side: str) -> str:
        mark = " (at most)" if side == "at most" else ""
        return f"{reclassification.short(name)}, {wording.years(*about.loc[name, ['start', 'year']])}{mark}"

    return pd.DataFrame(
        {
            "One threshold": [write(*pair) for pair in zip(table["first"], table["first_side"], strict=True)],
            "and another": [write(*pair) for pair in zip(table["second"], table["second_side"], strict=True)],
            "Gap": table["gap"].to_numpy(),
        }
    )


def named(table: pd.DataFrame) -> pd.DataFrame:
    """Write the names in place of the codes in the column `named`; a dash where nobody is named."""
    return table.assign(named=[names(codes) if codes else wording.DASH for codes in table["named"]])


def pace() -> pd.DataFrame:
    """Write how many have to leave for the goal, counting all members or those of the 26 alone.

    Returns
    -------
    DataFrame
        One row per count and reading: Counting, Goal to be met, Rounds left, To leave, A round.
    """
    bases = {"all members": None, "of the 26 alone": len(reclassification.remaining())}
    parts = {label: list_over_time.pace(members) for label, members in bases.items()}
    columns = {"rounds": "Rounds left", "needed": "To leave", "per_round": "A round"}
    table = pd.concat(parts, names=["Counting", "Goal to be met"]).rename(columns=columns)
    return table.reset_index()


def weights(ranges: pd.DataFrame, widest: pd.Series) -> pd.DataFrame:
    """Write between which ends each weight can lie.

    Parameters
    ----------
    ranges : DataFrame
        As `inverse_weights.ranges` gives it.
    widest : Series
        The weights that `inverse_weights.margin` gives.

    Returns
    -------
    DataFrame
        One row per indicator: Indicator, Least, Greatest, Widest margin.
    """
    names = [reclassification.short(name) for name in ranges.index]
    ends = {"Least": ranges["lo"], "Greatest": ranges["hi"], "Widest margin": widest[ranges.index]}
    return pd.DataFrame({"Indicator": names} | {column: ends[column].to_numpy() for column in ends})


def variants() -> pd.DataFrame:
    """Write what the pairs of thresholds name under each treatment of missing and derived figures.

    Returns
    -------
    DataFrame
        One row per variant of `forecast.variants`: Kecheng and Liandu, Pairs, None right, One, Two, All,
        Named most often.
    """
    columns = {
        "variant": "Kecheng and Liandu",
        "rules": "Pairs",
        "none": "None right",
        "one": "One",
        "two": "Two",
        "three": "All",
        "named": "Named most often",
    }
    return named(forecast.variants()).reset_index()[list(columns)].rename(columns=columns)


def left_out() -> pd.DataFrame:
    """Write what the weightings name with each indicator left out, on early and on late figures.

    Returns
    -------
    DataFrame
        One row per left-out indicator of `forecast.weight_variants`: Figures of, Left out, Kept, All right,
        Named, Hits.
    """
    panels = {
        "August 2024": (forecast.early()[list(forecast.EARLY_PANEL)], forecast.EARLY_PANEL),
        "the year 2024": forecast.late_panel(),
    }
    parts = {known: forecast.weight_variants(*panel) for known, panel in panels.items()}
    table = named(pd.concat(parts, names=["Figures of"])).reset_index()
    table["left_out"] = [
        name if name == "none" else reclassification.short(name) for name in table["left_out"]
    ]
    columns = {
        "left_out": "Left out",
        "share": "Kept",
        "all_right": "All right",
        "named": "Named",
        "hits": "Hits",
    }
    return table[["Figures of", *columns]].rename(columns=columns)


def shares(ranking: pd.DataFrame, n: int) -> str:
    """Write the first counties of `who_is_next.ranking` with their shares and intervals, into a sentence."""
    parts = [
        f"{names([code])} {wording.percent(row.share, 0)} ({wording.interval(row.lo, row.hi, 'percent', 0)})"
        for code, row in ranking.head(n).iterrows()
    ]
    return "; ".join(parts)


def next_out(ranking: pd.DataFrame) -> pd.DataFrame:
    """Write a ranking with the families of rules that give its ends.

    Parameters
    ----------
    ranking : DataFrame
        As `who_is_next.ranking` gives it, the rows to write.

    Returns
    -------
    DataFrame
        One row per county: County, Weightings, Least, Family of the least, Most, Family of the most.
    """
    stems = {f"without {name}": f"without {reclassification.short(name)}" for name in reclassification.PANEL}
    return pd.DataFrame(
        {
            "County": _both(counties.units().loc[ranking.index]),
            "Weightings": ranking["share"].to_numpy(),
            "Least": ranking["lo"].to_numpy(),
            "Family of the least": ranking["lo_family"].replace(stems).to_numpy(),
            "Most": ranking["hi"].to_numpy(),
            "Family of the most": ranking["hi_family"].replace(stems).to_numpy(),
        }
    )


def probability(p: float) -> str:
    """Write a probability to four places."""
    return "<0.0001" if p < 0.0001 else wording.number(p, 4)


def dated(indicators: Sequence[str]) -> str:
    """Write the labels of some indicators, with their last year, into a sentence."""
    about = reclassification.indicators().loc[list(indicators)]
    first, *others = about.label
    labels = [first, *(label if label[:2].isupper() else label[0].lower() + label[1:] for label in others)]
    return wording.listing([f"{label} ({year})" for label, year in zip(labels, about.year, strict=True)])
