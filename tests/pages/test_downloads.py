"""What a reader takes away: each exhibit's files, the verdicts, everything in one file, the package."""

import io
import json
import re
import struct
import zipfile
from email.parser import Parser
from pathlib import Path

import frictionless
import jsonschema
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from mountain_counties.book import columns
from mountain_counties.pages import bundle, claims, claims_index, downloads, verdict_files


@pytest.fixture(scope="module")
def folder(html) -> Path:
    """Return the folder of the exhibits' files."""
    return html / downloads.FOLDER


@pytest.fixture(scope="module")
def sidecars(folder) -> dict[str, dict]:
    """Return each exhibit's description."""
    paths = [path for path in folder.glob("*.json") if path.name.startswith(("fig-", "tab-"))]
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in paths}


@pytest.fixture(scope="module")
def exhibits(parsed) -> dict[str, tuple[Path, BeautifulSoup]]:
    """Return name -> page and links of each numbered figure and table."""
    found = {}
    for path, page in parsed.items():
        for exhibit in page.select("figure.exhibit[id], table.exhibit[id]"):
            found[exhibit["id"]] = (path, exhibit.find_next(class_="exhibit-links"))
    return found


def test_beside_each_exhibit_are_its_data_pictures_code_and_citation(exhibits, sidecars):
    assert len(exhibits) > 90 and exhibits.keys() == sidecars.keys()
    for name, (path, links) in exhibits.items():
        labels = [link.text for link in links.select("a")]
        pictures = ["SVG", "PNG"] if name.startswith("fig-") else []
        assert [label for label in labels if label != "Data"] == ["CSV", *pictures, "JSON", "Code"], name
        for link in links.select("a[download]"):
            assert (path.parent / link["href"]).is_file(), link["href"]
        button = links.select_one("button.cite")
        text = links.find(id=button["popovertarget"]).text
        assert sidecars[name]["exhibit"] in text and path.name in text, name
        assert re.search(r"(Figure|Table) \d", text), name


def test_every_column_of_numbers_says_its_unit(sidecars):
    undeclared = [
        (name, field["name"])
        for name, about in sidecars.items()
        for resource in (about, *about.get("computed_from", ()))
        for field in resource["schema"]["fields"]
        if field.get("unit") == columns.UNDECLARED
    ]
    assert undeclared == [], f"add them to {columns.REGISTER.name}"


def test_every_csv_is_what_its_description_says(sidecars, folder):
    for about in sidecars.values():
        for resource in (about, *about.get("computed_from", ())):
            standard = {key: resource[key] for key in ("name", "path", "schema", "encoding", "format")}
            report = frictionless.Resource(standard, basepath=str(folder)).validate()
            assert report.valid, (resource["name"], report.flatten(["note"])[:3])
    assert all(about["sources"] for name, about in sidecars.items() if name not in ("tab-instruments",))


def test_a_table_as_taken_is_the_table_as_shown(html, folder):
    page = BeautifulSoup(
        (html / "notebooks" / "24_record_in_detail.html").read_text(encoding="utf-8"), "html.parser"
    )
    table = page.find("table", id="tab-incomes")
    taken = pd.read_csv(folder / "tab-incomes.csv")
    assert len(taken) == len(table.select("tbody tr"))
    name = next(column for column in taken if "(yuan)" in column)
    place = list(taken).index(name)
    shown = [row.select("th, td")[place].text for row in table.select("tbody tr")]
    assert [f"{value:,.0f}" for value in taken[name]] == [text.split("\u00a0")[0] for text in shown]


def test_pictures_are_wide_enough_for_a_preview(folder):
    pictures = list(folder.glob("*.png"))
    assert len(pictures) > 50
    for path in pictures:
        width, height = struct.unpack(">II", path.read_bytes()[16:24])
        assert width == 1200 and height > 300, path.name


def test_the_verdicts_are_what_their_schema_says_and_what_the_page_shows(html, folder):
    found = json.loads((folder / verdict_files.VERDICTS).read_text(encoding="utf-8"))
    schema = json.loads((folder / verdict_files.SCHEMA).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(found, schema)
    broken = found | {"claims": [found["claims"][0] | {"verdict": "true"}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)
    assert [claim["id"] for claim in found["claims"]] == list(claims.claims().index)
    cards = (html / "_static" / claims_index.CARDS).read_text(encoding="utf-8")
    cards = json.loads(cards[cards.index("{") : cards.rindex("}") + 1])
    assert {claim["id"]: claim["verdict"] for claim in found["claims"]} == {
        name: card["grade"] for name, card in cards.items()
    }


def test_the_reviews_say_who_claims_what_and_how_it_is_rated(folder):
    found = json.loads((folder / verdict_files.VERDICTS).read_text(encoding="utf-8"))["claims"]
    reviews = json.loads((folder / verdict_files.REVIEWS).read_text(encoding="utf-8"))["@graph"]
    assert len(reviews) == sum(claim["verdict"] != "not checkable" for claim in found) > 100
    for review in reviews:
        assert review["@type"] == "ClaimReview"
        assert review["reviewRating"]["alternateName"] in claims.SIGNS
        assert review["itemReviewed"]["author"]["name"].startswith("Guangming Daily")
        assert review["claimReviewed"] and review["url"] and review["author"]["name"]


def test_one_file_holds_all_tables_and_the_data_package(root, folder):
    with zipfile.ZipFile(folder / bundle.ZIP) as archive:
        names = archive.namelist()
        package = json.loads(archive.read("data/datapackage.json"))
        for resource in package["resources"]:
            path = root / "data" / resource["path"]
            assert archive.read(f"data/{resource['path']}") == path.read_bytes()
    taken = {path.name for path in folder.glob("*.csv")} | {verdict_files.VERDICTS, verdict_files.REVIEWS}
    assert taken <= {Path(name).name for name in names}
    assert {"CITATION.cff", "LICENSE"} <= set(names)


def test_the_same_files_make_the_same_bytes(tmp_path):
    (tmp_path / "a").write_text("x" * 1000)
    (tmp_path / "b").write_text("y")
    made = []
    for place, names in enumerate((("a", "b"), ("b", "a"))):
        (tmp_path / "a").touch()
        bundle.pack(tmp_path / f"{place}.zip", {name: tmp_path / name for name in names})
        made.append((tmp_path / f"{place}.zip").read_bytes())
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert archive.read("a") == b"x" * 1000


def test_the_wheel_is_the_same_each_time_and_carries_the_tables(root, html, tmp_path):
    made = bundle.wheel(root, tmp_path)
    offered = html / bundle.made_name(root)
    assert made.read_bytes() == offered.read_bytes()
    with zipfile.ZipFile(made) as archive:
        names = set(archive.namelist())
        about = next(name for name in names if name.endswith("METADATA"))
        assert Parser().parsestr(archive.read(about).decode())["Name"] == "mountain-counties"
    tables = {path.relative_to(root).as_posix() for path in (root / "data").rglob("*") if path.is_file()}
    assert {f"mountain_counties/{name}" for name in tables} <= names
    assert "mountain_counties/book/columns.csv" in names


def test_an_unchanged_package_is_not_packed_again(root, tmp_path, monkeypatch):
    first = bundle.wheel(root, tmp_path)
    monkeypatch.setattr(bundle.subprocess, "run", None)  # calling it would fail
    assert bundle.wheel(root, tmp_path) == first


def test_every_page_says_how_it_is_run_elsewhere_and_cited(html, root):
    page = BeautifulSoup((html / "notebooks" / "06_kecheng.html").read_text(encoding="utf-8"), "html.parser")
    take = page.select_one("aside.take")
    files = [html / "notebooks" / link["href"] for link in take.select("a")]
    assert [path.suffix for path in files] == [".whl", ".ipynb", ".zip"]
    assert all(path.resolve().is_file() for path in files)
    assert take.code.text == f"pip install {bundle.made_name(root)}"
    assert page.h1.get_text().removesuffix("#").strip()[3:10] in take.select_one(".citation").text
