"""How large the group was when, by the spells of membership and by the sources, and the pace to its goal."""

import pandas as pd

from mountain_counties.line import reclassification
from mountain_counties.record import counties

GOAL = "target-2027"
"""Event that states the goal."""


def sizes() -> pd.DataFrame:
    """Count the members after every change and hold the count against what the sources say.

    Returns
    -------
    DataFrame
        One row per date on which somebody joined or left, in order: `date` (ISO, as known), `event` (its id),
        `joined`, `left` (numbers), `members` (counted from the spells), `stated` (as the source gives it,
        empty if it gives none), `source`, `grade`.

    Raises
    ------
    ValueError
        If a source states a number that the spells do not bear out.
    """
    spells, events = counties.membership(), counties.events()
    starts, ends = spells["from"].value_counts(), spells["to"][spells["to"] != ""].value_counts()
    rows = []
    for date in sorted({*starts.index, *ends.index}, key=_last_day):
        # The event of a spell is its last change; the one that opened it is found by date.
        event = events.index[(events["date"] == date) & (events[["joined", "left"]].map(len).any(axis=1))]
        event = event[0] if len(event) else spells.loc[spells["from"] == date, "event"].mode()[0]
        members, stated = len(counties.members(_last_day(date))), events.loc[event, "members_after"]
        if stated and int(stated) != members:
            raise ValueError(f"{counties.EVENTS}, {event}: found {stated} members, expected {members}")
        counts = starts.get(date, 0), ends.get(date, 0), members, stated
        rows.append((date, event, *counts, *events.loc[event, ["source", "grade"]]))
    columns = ["date", "event", "joined", "left", "members", "stated", "source", "grade"]
    return pd.DataFrame(rows, columns=columns)


def _last_day(date: str) -> str:
    """Complete a date that is known to the month only with its last day."""
    return pd.Period(date).end_time.date().isoformat()


def conflicts() -> pd.DataFrame:
    """List the pairs of events that contradict each other.

    Returns
    -------
    DataFrame
        One row per pair: `first`, `second` (ids of the events, the earlier date first) and for both `date`,
        `source` and `grade`, with the suffixes ``_first`` and ``_second``.
    """
    events = counties.events()
    pairs = events[events["conflict_with"] != ""].reset_index().rename(columns={"id": "first"})
    pairs = pairs[pairs["date"] < pairs["conflict_with"].map(events["date"])]
    columns = ["date", "source", "grade"]
    one = pairs.rename(columns={name: f"{name}_first" for name in columns} | {"conflict_with": "second"})
    other = events[columns].add_suffix("_second")
    found = one[["first", "second", *(f"{name}_first" for name in columns)]].join(other, on="second")
    return found.reset_index(drop=True)


def goal() -> tuple[int, int]:
    """Read the goal.

    Returns
    -------
    tuple of int
        The year, and the greatest number of members that meets it.
    """
    event = counties.events().loc[GOAL]
    return int(event["date"]), int(event["members_after"].removeprefix("<")) - 1


def pace(members: int | None = None) -> pd.DataFrame:
    """Compute the pace that the goal needs, for both readings of "by".

    Parameters
    ----------
    members : int, optional
        Members to begin with; by default all after the last change.

    Returns
    -------
    DataFrame
        Indexed by `reading`: before the year begins, or by its end. Columns `rounds` (that remain, one a year
        after the last known one), `needed` (members to lose, nobody joining) and `per_round`.
    """
    year, most = goal()
    last = sizes().iloc[-1]
    needed = (last["members"] if members is None else members) - most
    rounds = {"before it begins": year - 1, "by its end": year}
    left = {reading: final - int(last["date"][:4]) for reading, final in rounds.items()}
    table = pd.DataFrame({"rounds": left}).assign(needed=needed)
    return table.assign(per_round=table["needed"] / table["rounds"]).rename_axis("reading")


def past() -> pd.DataFrame:
    """Count who left and who joined in each round year.

    Returns
    -------
    DataFrame
        Indexed by `year` of `reclassification.rounds`; columns `left`, `joined`, `net` (change of the number
        of members).
    """
    table = sizes().assign(year=lambda rows: rows["date"].str[:4].astype(int))
    table = table.groupby("year")[["left", "joined"]].sum().loc[reclassification.rounds().index]
    return table.assign(net=table["joined"] - table["left"])


def spells() -> pd.DataFrame:
    """Give every spell of membership with the unit's names.

    Returns
    -------
    DataFrame
        One row per spell: `code`, `name_en`, `name_zh`, `prefecture`, `from`, `to` (empty while it lasts),
        `source`, `grade`; those that left first, then those that joined last.
    """
    table = counties.membership().join(counties.units()[["name_en", "name_zh", "prefecture"]], on="code")
    order = table.assign(end=table["to"].replace("", "9999")).sort_values(["end", "from", "code"]).index
    columns = ["code", "name_en", "name_zh", "prefecture", "from", "to", "source", "grade"]
    return table.loc[order, columns].reset_index(drop=True)
