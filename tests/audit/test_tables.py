"""The strict reader: good cells come through, and every fault is reported where it stands."""

import re

import pytest

from mountain_counties.audit import tables
from mountain_counties.record import counties

COLUMNS = {
    "code": counties.code,
    "since": tables.optional(tables.date),
    "value": tables.optional(tables.number, float("nan")),
    "kind": tables.one_of(["county", "district"]),
    "note": tables.optional(tables.text),
}
HEADER = "code,since,value,kind,note\n"
GOOD = HEADER + '330302,2024-08,1.50,district,"a, b"\n330326,,,county,\n'


def read(tmp_path, content, key=("code",)):
    path = tmp_path / "t.csv"
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return tables.read_csv(path, COLUMNS, key)


def test_good_cells_come_through(tmp_path):
    table = read(tmp_path, GOOD)
    assert list(table.columns) == list(COLUMNS)
    assert table.to_dict("list")["code"] == ["330302", "330326"]
    assert table.to_dict("list")["since"] == ["2024-08", ""]
    assert table["value"].iloc[0] == 1.5 and table["value"].isna().iloc[1]
    assert table["note"].iloc[0] == "a, b"


@pytest.mark.parametrize(
    ("content", "row", "column", "found", "expected"),
    [
        (b"\xef\xbb\xbf" + GOOD.encode(), 1, None, "byte-order mark", "UTF-8"),
        (GOOD.replace("\n", "\r\n"), 1, None, "carriage return", "LF"),
        (GOOD.replace("a, b", "a\0b"), 2, None, "NUL", "text"),
        (GOOD.replace("a, b", "é").encode("latin-1"), 2, None, "0xe9", "UTF-8"),
        (GOOD.replace("kind", "sort"), 1, "kind", "no such column", "kind"),
        (GOOD.replace("code,since", "since,code"), 1, None, "since, code", "code, since"),
        (GOOD.replace("note\n", "note,extra\n"), 1, None, "extra", "note"),
        ("", 1, "code", "no such column", "code"),
        (GOOD + "330327,,,county\n", 4, None, "4 cells", "5 cells"),
        (GOOD + "330327,,,county,,more\n", 4, None, "6 cells", "5 cells"),
        (GOOD + "\n330327,,,county,\n", 4, None, "0 cells", "5 cells"),
        (GOOD + "330326,,,county,\n", 4, "code", "first in row 3", "unique key"),
        (GOOD.replace("330326", "310326"), 3, "code", "'310326'", "administrative code"),
        (GOOD.replace("330326", "33 326"), 3, "code", "'33 326'", "administrative code"),
        (
            GOOD.replace("1.50", "1,50").replace("2024-08,1,50", '2024-08,"1,50"'),
            2,
            "value",
            "'1,50'",
            "number",
        ),
        (GOOD.replace("1.50", "nan"), 2, "value", "'nan'", "number"),
        (GOOD.replace("1.50", "１.5"), 2, "value", "'１.5'", "number"),
        (GOOD.replace("1.50", "1e999"), 2, "value", "'1e999'", "finite"),
        (GOOD.replace("2024-08", "2024-13"), 2, "since", "'2024-13'", "ISO date"),
        (GOOD.replace("2024-08", "2024-8"), 2, "since", "'2024-8'", "ISO date"),
        (GOOD.replace("2024-08", "2023-02-29"), 2, "since", "'2023-02-29'", "ISO date"),
        (GOOD.replace("district", "town"), 2, "kind", "'town'", "one of county, district"),
        (GOOD.replace('"a, b"', '" a"'), 2, "note", "' a'", "blanks"),
        (GOOD.replace('"a, b"', '"a" b'), 2, None, "expected after", "well-formed CSV"),
    ],
)
def test_a_fault_is_reported_where_it_stands(tmp_path, content, row, column, found, expected):
    with pytest.raises(tables.TableError) as caught:
        read(tmp_path, content)
    error = caught.value
    assert (error.row, error.column) == (row, column)
    assert found in error.found and expected in error.expected
    assert re.match(rf".*t\.csv, row {row}.*: found .*, expected ", str(error), flags=re.S)


def test_a_key_may_span_columns(tmp_path):
    twice = HEADER + "330302,2020,1,county,\n330302,2021,1,county,\n"
    assert len(read(tmp_path, twice, key=("code", "since"))) == 2
    with pytest.raises(tables.TableError, match="unique key"):
        read(tmp_path, twice, key=("code",))


def test_whole_numbers():
    assert (tables.integer("-3"), tables.natural("0")) == (-3, 0)
    for convert, cells in (
        (tables.integer, ["", "1.0", "１", "½"]),
        (tables.natural, ["-1", "+1", "１", "9" * 10]),
    ):
        for cell in cells:
            with pytest.raises(ValueError, match="a whole number"):
                convert(cell)


@pytest.mark.parametrize("cell", ["2024", "2024-08", "2024-08-21", "2024-02-29"])
def test_dates_may_be_known_to_the_year_or_month(cell):
    assert tables.date(cell) == cell


@pytest.mark.parametrize("cell", ["", "24", "2024-00", "2024-08-", "20240821", "2024-08-32", "abcd"])
def test_other_dates_are_refused(cell):
    with pytest.raises(ValueError, match="ISO date"):
        tables.date(cell)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("a: 1\n", "found a"),
        ("- 1\n", "found list"),
        ("a: 1\nb: 2\nc: 3\n", "found a, b, c"),
        ("a: [\n", "YAML"),
    ],
)
def test_a_mapping_with_other_fields_is_refused(tmp_path, content, found):
    path = tmp_path / "table.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(tables.TableError, match=found):
        tables.read_yaml(path, ("a", "b"))


@pytest.mark.parametrize(
    ("content", "row", "found"),
    [
        ("a: 1\nb: [\n", 2, "while parsing a flow node: did not find expected node content"),
        ("a: 1\nb: 'c\n", 2, "quoted scalar"),
        ("a: 1\nb:\n\t- c\n", 3, "cannot start any token"),
        ("a: 1\nb: *c\n", 2, "undefined alias"),
        ("a: 1\nb: 2024-13-46\n", 2, "'2024-13-46' (month must be in 1..12"),
        ("a: 1\nb: {c: 1, d: 2,\n  c: 3}\n", 3, "'c' (again)"),
        ("a: \x01\n", None, "control characters"),
    ],
)
def test_a_fault_of_yaml_is_reported_with_its_row(tmp_path, content, row, found):
    path = tmp_path / "table.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(tables.TableError) as caught:
        tables.read_yaml(path, ("a", "b"))
    assert (caught.value.row, caught.value.expected) == (row, "well-formed YAML")
    assert found in caught.value.found and "\n" not in str(caught.value)


def test_a_fault_says_where_it_stands_in_a_file_without_columns():
    with (
        pytest.raises(
            tables.TableError, match=r"^t\.yml, relation r: found no num, expected a sum$"
        ) as caught,
        tables.standing("t.yml", "relation r"),
    ):
        raise tables.Fault("no num", "a sum")
    assert (caught.value.place, caught.value.row, caught.value.column) == ("relation r", None, None)


def test_a_mapping_is_read_and_cannot_be_changed(tmp_path):
    path = tmp_path / "table.yml"
    path.write_text("a: 1\nb: [2]\n", encoding="utf-8")
    read = tables.read_yaml(path, ("a", "b"))
    assert dict(read) == {"a": 1, "b": [2]}
    with pytest.raises(TypeError):
        read["a"] = 2
