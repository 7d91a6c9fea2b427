"""What the article says of the province and of the group as a whole, and what it implies."""

from functools import lru_cache
from pathlib import Path

import pandas as pd

from mountain_counties.audit import tables, wording
from mountain_counties.record import counties

ENTITIES = ("zhejiang", "mountain-counties")
"""Whom a claim of the province's level is about."""

BARS = tables.DATA / "policy" / "project_bars.csv"

LABELS = {
    "zj-mission-year": "Demonstration zone begins",
    "mc-count": "{mc-count} members of the group",
    "zj-levels": "{zj-levels} levels of government act together",
    "zj-measures": "{zj-measures} measures for ecological industry",
    "mc-va-floor-2022": "All counties {mc-va-floor-2022}",
    "mc-va-hundred-count": "{mc-va-hundred-count} counties {mc-va-hundred-threshold}",
    "zj-award-places": "{zj-award-places} award places",
    "zj-support-date": "Support for {zj-support-listed} named counties",
    "zj-first-batch": "First county policies revised",
    "zj-mechanism-date": "Rule for leaving the list",
    "mc-removed": "{mc-removed} counties leave",
    "zj-promotion-date": "Mechanism for investment leads",
    "zj-leads": "{zj-leads} investment leads",
    "zj-landed": "{zj-landed} projects landed",
    "zj-zones": "Next: {zj-zones} aims for high-tech zones",
}
"""Claim -> its words on the timeline; a name in braces becomes that claim's figure."""

RECORD_LABELS = {
    "plan-2021": "Plan for the group drafted",
    "classes-2021": "Two classes of counties",
    "one-policy-first-2021": "First county policies",
    "one-policy-third-2021": "Last county policies due",
    "mechanism-2023": "Rule for leaving, says one page",
    "mechanism-2024": "Rule for leaving announced",
    "islands-2024": "Two island counties join",
    "industrial-counties-2024": "Kecheng an industrial county",
    "report-2024": "Newspaper reports departures",
}
"""Event of the record -> its words on the timeline."""


def province_claims(claims: pd.DataFrame) -> pd.DataFrame:
    """Select the claims about the province or the group as a whole.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.

    Returns
    -------
    DataFrame
        The same columns.
    """
    return claims[claims["entity"].isin(ENTITIES)]


def _span(start: str, end: str) -> dict[str, object]:
    """Place a period of days on the calendar: its ends, and how closely it is known."""
    first, last = pd.Timestamp(start), pd.Timestamp(end)
    if first == last:
        known = "day"
    elif (first.year, first.month) == (last.year, last.month):
        known = "month"
    else:
        known = "year" if first.year == last.year else "span"
    return {"start": first, "end": last + pd.Timedelta(days=1), "known": known}


def timeline(claims: pd.DataFrame) -> pd.DataFrame:
    """Lay out what the article dates or counts at the level of the province.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.

    Returns
    -------
    DataFrame
        Indexed by claim id, in order of time: `label`; `start` and `end` (the period, end not included);
        `known`: to the day, month or year, or "span" where the article gives no closer date than a period
        across years.
    """
    rows = {}
    for name, words in LABELS.items():
        figures = {
            other: wording.claim(claims.loc[other]) for other in claims.index if f"{{{other}}}" in words
        }
        rows[name] = {"label": words.format_map(figures)} | _span(*claims.loc[name, "period"].split("/"))
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("id").sort_values(["start", "end"])


def record(events: pd.DataFrame, years: range) -> pd.DataFrame:
    """Lay out the events of the record that fall into some years.

    Parameters
    ----------
    events : DataFrame
        As `counties.events` gives them.
    years : range
        The years.

    Returns
    -------
    DataFrame
        As `timeline` gives them, indexed by event id.

    Raises
    ------
    KeyError
        If an event of these years has no label.
    """
    rows = {}
    for name, date in events["date"][events["date"] != ""].items():
        period = pd.Period(date, freq={4: "Y", 7: "M", 10: "D"}[len(date)])
        if period.year in years:
            days = (period.start_time.date().isoformat(), period.end_time.date().isoformat())
            rows[name] = {"label": RECORD_LABELS[name]} | _span(*days)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("id").sort_values(["start", "end"])


def group_floors(claims: pd.DataFrame) -> pd.DataFrame:
    """Bound the group's value added from below, by what is taken as given.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.

    Returns
    -------
    DataFrame
        One row per `basis`: `year`, `total` (least value added of all members, 100 million yuan), `share`
        (least share that the counties above the threshold can have in it, the others having at most the
        threshold; missing where there is no threshold). Nothing bounds the total from above.
    """
    members, above = int(claims.value["mc-count"]), int(claims.value["mc-va-hundred-count"])
    floor, threshold = claims.lo["mc-va-floor-2022"], claims.value["mc-va-hundred-threshold"]
    printed = {"Pingyang": claims.lo["py-va-2023"], "Kecheng": claims.lo["kc-va-2023"]}

    def row(basis: str, known: list[float], least: float) -> dict[str, object]:
        top = sum(known) + (above - len(known)) * threshold
        others = members - above
        share = top / (top + others * threshold)
        return {"basis": basis, "year": 2023, "total": top + others * least, "share": share}

    return pd.DataFrame(
        [
            {"basis": "the floor that all passed", "year": 2022, "total": members * floor, "share": None},
            row("the threshold alone", [], 0.0),
            row("threshold and floor", [], floor),
            row("the same, and Pingyang as printed", [printed["Pingyang"]], floor),
            row("the same, and Kecheng as printed", list(printed.values()), floor),
        ]
    ).astype({"share": float})


def won_twice() -> pd.Index:
    """Return the counties that a source names as winners in two years, by name."""
    won = winners().query("county != 'not found'").county.value_counts()
    return won[won == 2].index.sort_values()


def repeat_winners(claims: pd.DataFrame) -> pd.Series:
    """Give the chances of how many counties win in two years running if each year is a draw of equal chance.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.

    Returns
    -------
    Series
        Probability by number of counties that win in both years.

    Notes
    -----
    The first year marks as many counties as there are places; the second draws as many again without
    replacement, so the overlap is hypergeometric.
    """
    from scipy.stats import hypergeom

    places, of = int(claims.value["zj-award-places"]), int(claims.value["mc-count"])
    counts = pd.RangeIndex(places + 1, name="winners in both years")
    return pd.Series(hypergeom.pmf(counts, of, places, places), index=counts, name="probability")


def winners() -> pd.DataFrame:
    """Say which of the mountain counties are known to have won the award, up to the article's year.

    Returns
    -------
    DataFrame
        Columns `year`, `county` ("not found" for places without a name), `places`, `status`, `source`,
        `grade`.
    """
    table = counties.awards().query("year <= 2024")
    names = counties.units()["name_en"].reindex(table["code"]).fillna("not found").to_numpy()
    columns = ["year", "county", "places", "status", "source", "grade"]
    return table.assign(county=names)[columns].reset_index(drop=True)


def directions(claims: pd.DataFrame) -> pd.DataFrame:
    """List, for a reader, what the article says of the province or the group without a figure.

    Parameters
    ----------
    claims : DataFrame
        As `ledger.load` gives them.

    Returns
    -------
    DataFrame
        Columns In our words (a role), Printed, What is missing.
    """
    vague = province_claims(claims).query("kind == 'direction'")
    return pd.DataFrame(
        {
            "In our words": [f"{{claim}}`{row.paraphrase} <{row.Index}>`" for row in vague.itertuples()],
            "Printed": vague["token"].str.replace("|", "、").to_list(),
            "What is missing": vague["note"].to_list(),
        }
    )


def project_bars() -> pd.DataFrame:
    """List bars of provincial project calls that are lower for the mountain counties.

    Returns
    -------
    DataFrame
        Columns `year`, `programme`, `programme_zh`, `measure`, `usual` and `mountain` (the bar for all and
        for the mountain counties, 100 million yuan), `unit`, `for_whom`, `source`, `url`, `grade`, and `cut`
        (by what fraction the bar is lower).
    """
    return _project_bars().copy()


@lru_cache
def _project_bars(path: Path = BARS) -> pd.DataFrame:
    columns = {
        "year": tables.integer,
        "programme": tables.text,
        "programme_zh": tables.text,
        "measure": tables.text,
        "usual": tables.number,
        "mountain": tables.number,
        "unit": tables.one_of(["100m yuan"]),
        "for_whom": tables.text,
        "source": tables.text,
        "url": tables.matching(r"https?://\S+", "a web address"),
        "grade": tables.one_of(counties.GRADES),
    }
    table = tables.read_csv(path, columns, key=["year", "programme"])
    return table.assign(cut=1 - table["mountain"] / table["usual"])


def bars_for_readers(bars: pd.DataFrame) -> pd.DataFrame:
    """Write the bars of project calls for a reader.

    Parameters
    ----------
    bars : DataFrame
        As `project_bars` gives them.

    Returns
    -------
    DataFrame
        Columns Year, Call, For all, Mountain counties (100 million yuan), Lower by (a fraction), Source (a
        link).
    """
    return pd.DataFrame(
        {
            "Year": bars["year"],
            "Call": bars["programme"] + " " + bars["programme_zh"] + ": " + bars["measure"],
            "For all": bars["usual"],
            "Mountain counties": bars["mountain"],
            "Lower by": bars["cut"],
            "Source": _links(bars),
        }
    )


def _links(table: pd.DataFrame) -> pd.Series:
    """Link each row's source to where it was read."""
    return "[" + table["source"] + "](" + table["url"] + ")"


def instruments_for_readers() -> pd.DataFrame:
    """Lay out what the province does for the mountain counties, and what became of each.

    Returns
    -------
    DataFrame
        Texts: `Instrument`, `What it is`, `Since`, `What became of it`, `Source`.
    """
    table = counties.instruments()
    sources = table["source"].where(
        table["outcome_source"] == "", table["source"] + "; " + table["outcome_source"]
    )
    return pd.DataFrame(
        {
            "Instrument": table["name"] + " " + table["name_zh"],
            "What it is": table["what"]
            + " Run by: "
            + table["run_by"].str[0].str.lower()
            + table["run_by"].str[1:]
            + ".",
            "Since": [wording.date(day) if day else "not found" for day in table["since"]],
            "What became of it": table["outcome"],
            "Source": sources + " (" + table["grade"] + ")",
        }
    ).reset_index(drop=True)
