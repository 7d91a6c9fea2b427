"""Fill the measures of every table into `data/datapackage.json`, and write the catalogue `data/README.md`.

    python tools/make_datapackage.py

Descriptions, sources and licences are written in datapackage.json by hand; the hash, the bytes and the rows
of each table are not, and the catalogue is made from both. Run it after any change below `data/`.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from mountain_counties.record import statistics

PACKAGE = statistics.PACKAGE
CATALOGUE = PACKAGE.parent / "README.md"

INTRODUCTION = """\
# Data

<!-- Made by tools/make_datapackage.py from datapackage.json and the tables: change those, then run it. -->

Every table of the book, what it holds, where it comes from and how far to trust it. `datapackage.json` says
the same to machines ([Frictionless Data Package](https://datapackage.org)), with the meaning of every column.

- A unit is known by its six-digit code (GB/T 2260); the 90 county-level units are those of 2021.
- Money is in 100 million yuan (亿元, `100m yuan`) unless the unit says yuan.
- `status` is `published`, `derived` (with formula and bounds) or `missing:` and why. Each indicator has a row
  for each of the 90 units in each of its years, so that nobody goes missing silently.
- Before comparing two years, read `breaks.csv`; `statistics.growth` refuses to cross a break unless named.
- Faults of the sources stand in `corrections.yml`; nothing is repaired silently.
- The printed yearbooks were read through public copies. Cite the original publication.
- Grades: **A** official site, official publication or the newspaper's own page; **B** a copy of an
  identifiable text; **C** a lead only.

`python tools/make_tables.py RAW_DIR` makes `statistics.csv` and `totals.csv` from long files of the
publications, `python tools/make_boundaries.py` the boundaries, `python tools/make_datapackage.py` this page
and the hashes.
"""


def measure(path: Path) -> dict[str, str | int]:
    """Compute the hash and size of a file, and the rows of a CSV table."""
    raw = path.read_bytes()
    measured = {"hash": f"sha256:{hashlib.sha256(raw).hexdigest()}", "bytes": len(raw)}
    if path.suffix == ".csv":
        measured["rows"] = sum(1 for _ in csv.DictReader(raw.decode("utf-8").splitlines()))
    return measured


def refresh(package: dict, folder: Path) -> dict:
    """Give the package with the measures of its files, everything else kept.

    Parameters
    ----------
    package : dict
        The descriptor.
    folder : Path
        Where its paths start.

    Returns
    -------
    dict
    """
    return package | {
        "resources": [entry | measure(folder / entry["path"]) for entry in package["resources"]]
    }


def grid(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return (
        "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
        + "\n"
    )


def describe(entry: dict) -> str:
    """Write the section of one table."""
    licence = entry["licenses"][0]["title"]
    size = f"{entry['rows']} rows" if "rows" in entry else f"{entry['bytes']} bytes"
    return (
        f"### `{entry['path']}`: {entry['title']}\n\n{entry['description']}\n\n"
        f"- {size}; {entry['class']}; {licence} (checked {entry['licence_checked']})\n"
        f"- Gaps: {entry['gaps']}\n"
        f"- Trust: {entry['trust']}\n"
    )


def spans(years: dict[int, int]) -> str:
    """Write years and counts, joining years that follow each other with the same count."""
    runs: list[list[int]] = []
    for year, count in years.items():
        if runs and runs[-1][1:] == [year - 1, count]:
            runs[-1][1] = year
        else:
            runs.append([year, year, count])
    return ", ".join(
        f"{first} ({count})" if first == last else f"{first}-{last} ({count})" for first, last, count in runs
    )


def coverage(level: str) -> str:
    """Write which years each indicator has, with the number of places that have a value."""
    counts = statistics.coverage(level)
    have = counts[list(statistics.STATUSES)].sum(axis=1)
    units = statistics.indicators()
    rows = []
    for indicator, years in have[have > 0].groupby(level="indicator"):
        span = spans(years.droplevel("indicator").to_dict())
        rows.append([f"`{indicator}`", units.loc[indicator, "label"], units.loc[indicator, "unit"], span])
    return grid(["indicator", "label", "unit", "years (places with a value)"], rows)


def long_coverage() -> str:
    """Write which years each indicator of the long record has, with the number of places, by level."""
    record, units = statistics.long_record(), statistics.indicators()
    rows = []
    for level in ("county", "prefecture", "province"):
        own = record[record["code"].isin(statistics.places(level).index)]
        for (indicator, vintage), part in own.groupby(["indicator", "vintage"]):
            span = spans(part.groupby("year")["code"].nunique().to_dict())
            rows.append([f"`{indicator}`", level, vintage, units.loc[indicator, "unit"], span])
    return grid(["indicator", "level", "vintage", "unit", "years (places with a value)"], rows)


def catalogue(package: dict) -> str:
    """Write the catalogue.

    Parameters
    ----------
    package : dict
        The refreshed descriptor.

    Returns
    -------
    str
        Markdown.
    """
    sources = [
        [f"`{entry['name']}`", f"[{entry['title']}]({entry['path']})" if "path" in entry else entry["title"]]
        + [entry[column] for column in ("vintage", "grade", "terms", "trust")]
        for entry in package["sources"]
    ]
    return "\n".join(
        [
            INTRODUCTION,
            "## Tables\n",
            *map(describe, package["resources"]),
            "## Indicators of the 90 units\n",
            coverage("county"),
            "## Indicators of the 11 prefectures\n",
            coverage("prefecture"),
            "## The long record\n",
            long_coverage(),
            "## Sources\n",
            grid(["key", "publication", "vintage", "grade", "terms", "trust"], sources),
        ]
    )


def main() -> None:
    """Write the refreshed descriptor and the catalogue."""
    package = refresh(json.loads(PACKAGE.read_text(encoding="utf-8")), PACKAGE.parent)
    PACKAGE.write_text(
        json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n"
    )
    CATALOGUE.write_text(catalogue(package), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
