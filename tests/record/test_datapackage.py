"""The data package: it validates, describes every file, and its measures and catalogue are current."""

import importlib.util
import json
import shutil
from pathlib import Path

import frictionless
import pytest

from mountain_counties.audit import tables
from mountain_counties.record import statistics

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = json.loads(statistics.PACKAGE.read_text(encoding="utf-8"))
RESOURCES = {entry["name"]: entry for entry in PACKAGE["resources"]}


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("make_datapackage", ROOT / "tools" / "make_datapackage.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(tables.DATA, tmp_path / "data"))


def errors(folder, name=None):
    """Validate the package, or one of its tables alone, which takes less time."""
    package = frictionless.Package(str(folder / "datapackage.json"))
    report = package.get_resource(name).validate() if name else package.validate()
    return [(task.name, error.type) for task in report.tasks for error in task.errors] + [
        ("package", error.type) for error in report.errors
    ]


def test_the_package_validates():
    assert errors(tables.DATA) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("counties/units.csv", "330326,Pingyang", "330327,Pingyang", ("units", "primary-key")),
        ("counties/statistics.csv", "330326,2023,gdp,", "330399,2023,gdp,", ("statistics", "foreign-key")),
        (
            "counties/statistics.csv",
            "330326,2023,gdp,711.8145",
            "330326,2023,gdp,x",
            ("statistics", "type-error"),
        ),
        ("counties/membership.csv", "islands-2024", "islands-2025", ("membership", "foreign-key")),
        ("counties/breaks.csv", ",census,", ",revision,", ("breaks", "constraint-error")),
        ("policy/events.csv", "B,mechanism-2023", "B,mechanism-2022", ("events", "foreign-key")),
        ("policy/awards.csv", "2023,331122", "2023,331199", ("awards", "foreign-key")),
        ("counties/totals.csv", "330800,2022,gdp,2003", "330800,2022,gdp,2004", ("totals", "hash-count")),
    ],
)
def test_a_spoilt_file_does_not_validate(copy, path, old, new, expected):
    spoilt = copy / path
    content = spoilt.read_text(encoding="utf-8")
    assert old in content
    spoilt.write_text(content.replace(old, new, 1), encoding="utf-8", newline="\n")
    assert expected in errors(copy, expected[0])


def test_every_file_is_described():
    files = {path.relative_to(tables.DATA).as_posix() for path in tables.DATA.rglob("*") if path.is_file()}
    assert files - {"datapackage.json", "README.md"} == {entry["path"] for entry in RESOURCES.values()}


@pytest.mark.parametrize("entry", RESOURCES.values(), ids=RESOURCES)
def test_every_file_says_what_it_is(entry):
    for field in (
        "title",
        "description",
        "class",
        "licenses",
        "licence_checked",
        "gaps",
        "trust",
        "hash",
        "bytes",
    ):
        assert entry[field], field
    assert entry["class"] in ("verbatim", "constructed", "derived")
    for field in entry.get("schema", {}).get("fields", []):
        assert field["description"]
    assert ("schema" in entry) == entry["path"].endswith(".csv")


def test_measures_and_catalogue_are_current(tool):
    """Run ``python tools/make_datapackage.py`` after a change below data/."""
    assert tool.refresh(PACKAGE, tables.DATA) == PACKAGE
    assert tool.catalogue(PACKAGE) == tool.CATALOGUE.read_text(encoding="utf-8")


def test_measures_follow_the_file(tool, tmp_path):
    text = tmp_path / "t.txt"
    text.write_bytes(b"abc")
    # The test vector of FIPS 180-2.
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert tool.measure(text) == {"hash": f"sha256:{digest}", "bytes": 3}
    table = tmp_path / "t.csv"
    table.write_bytes(b'a,b\n1,"x, y"\n2,z\n')
    assert tool.measure(table)["rows"] == 2


def test_the_catalogue_lists_every_table_source_and_indicator(tool):
    text = tool.CATALOGUE.read_text(encoding="utf-8")
    for name in [
        *(entry["path"] for entry in RESOURCES.values()),
        *(entry["name"] for entry in PACKAGE["sources"]),
    ]:
        assert f"`{name}`" in text
    for indicator in statistics.load()["indicator"].unique():
        assert f"`{indicator}`" in text


def test_columns_are_those_that_the_loaders_want():
    """The schema and the strict reader name the same columns in the same order."""
    for entry in RESOURCES.values():
        if "schema" in entry:
            header = (tables.DATA / entry["path"]).read_text(encoding="utf-8").partition("\n")[0].split(",")
            assert [field["name"] for field in entry["schema"]["fields"]] == header


def test_years_that_follow_each_other_are_joined(tool):
    assert (
        tool.spans({2012: 11, 2013: 11, 2014: 11, 2016: 11, 2017: 2}) == "2012-2014 (11), 2016 (11), 2017 (2)"
    )
