"""The columns of downloads: as on the page, in its units, with what it rounds away."""

import csv
import io

import pytest

from mountain_counties.book import columns


def column(name: str, *cells: tuple[str, str | None]) -> columns.Column:
    """Read one column of a table."""
    return columns.shown([name], [[cell] for cell in cells])[0]


@pytest.mark.parametrize(
    ("cells", "name", "unit", "values"),
    [
        ([("6.3%", "0.0625"), ("−1.0%", "-0.00962")], "x (%)", "%", ["6.25", "-0.962"]),
        (
            [("24.9\u00a0billion\u00a0yuan", "248.98"), ("–", "")],
            "x (billion yuan)",
            "billion yuan",
            ["24.898", ""],
        ),
        (
            [("1.0\u00a0percentage point", "0.01"), ("+2.5\u00a0percentage points", "0.025")],
            "x (percentage points)",
            "percentage points",
            ["1", "2.5"],
        ),
        ([("1,234", "1234")], "x", "", ["1234"]),
        ([("1.2", "0.0123")], "x", "", ["1.23"]),  # a heading may say "points": the scale is what fits
        ([("5%", None), ("7%", None)], "x (%)", "%", ["5", "7"]),
        ([("6.3%", "0.5")], "x (%)", "%", ["6.3"]),  # a key that is another number is not believed
    ],
)
def test_numbers_of_one_unit_become_numbers_with_what_the_page_rounds_away(cells, name, unit, values):
    made = column("x", *cells)
    assert (made.name, made.unit, made.cells) == (name, unit, values)
    assert made.kind in ("integer", "number")


@pytest.mark.parametrize(
    "cells", [["6.3%", "2 times"], ["1.0–3.0%"], ["Kecheng 柯城"], ["1 of 26", "none"], ["–"]]
)
def test_what_is_no_number_of_one_unit_stays_as_it_is(cells):
    made = column("x", *((text, None) for text in cells))
    assert (made.kind, made.unit, made.name) == ("string", "", "x")
    assert made.cells == ["" if text == "–" else text for text in cells]


def test_a_heading_that_names_its_unit_is_left_alone():
    assert column("Growth (%)", ("6.3%", "0.063")).name == "Growth (%)"


@pytest.fixture
def register(monkeypatch, tmp_path):
    """Declare the columns of an exhibit."""
    path = tmp_path / "columns.csv"
    path.write_text(
        "exhibit,column,unit,factor\n"
        "fig-a,gdp,billion yuan,0.1\nfig-*,share*,%,100\ntab-a,lo,by row,1\n*,n,,1\n"
    )
    monkeypatch.setattr(columns, "REGISTER", path)
    columns._register.cache_clear()
    yield
    columns._register.cache_clear()


def test_data_is_converted_as_declared(register):
    text = "name,gdp,share_end,n\nA,248.98,0.0625,3\nB,,-0.5,4\n"
    rows = list(csv.reader(io.StringIO(columns.written(columns.computed(text, "fig-a")))))
    assert rows == [
        ["name", "gdp (billion yuan)", "share_end (%)", "n"],
        ["A", "24.898", "6.25", "3"],
        ["B", "", "-50", "4"],
    ]


def test_a_unit_that_stands_in_each_row_is_followed(register):
    made = {c.name: c.cells for c in columns.computed("lo,unit\n0.5,percent\n12,亿元\n7,元\n", "tab-a")}
    assert made == {"lo": ["50", "1.2", "7"], "unit": ["%", "billion yuan", "元"]}


def test_a_column_that_nobody_declared_is_named_as_such_and_left_alone(register):
    made = columns.computed("odd\n1.5\n", "fig-a")[0]
    assert (made.name, made.unit, made.cells) == ("odd", columns.UNDECLARED, ["1.5"])
