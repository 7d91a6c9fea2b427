"""The page on rerunning and extending: what it tells a reader to do works."""

import re

import pytest
import yaml
from conftest import ROOT, fill

from mountain_counties.audit import ledger, relations, solver

PAGE = (ROOT / "reference" / "rerun.md").read_text(encoding="utf-8")
SPANS = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"^```.*?^```$", "", PAGE, flags=re.S | re.M))


def blocks(language: str) -> list[str]:
    """Return the page's blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.S | re.M)


@pytest.fixture
def case(tmp_path):
    """Write the files of the page's small case."""
    article, claims, exclusions = blocks("text")
    (declared,) = blocks("yaml")
    files = {
        "article.txt": article,
        "claims.csv": claims,
        "exclusions.csv": exclusions,
        "relations.yml": declared,
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8", newline="\n")
    return fill(tmp_path)


def test_every_figure_of_the_case_is_at_its_place(case):
    text = (case / "article.txt").read_text(encoding="utf-8")
    claims, excluded = ledger.load(case), ledger.exclusions(case)
    assert ledger.differences(text, claims, excluded) == []
    assert ledger.differences(text, claims.drop("a-output"), excluded) != []


def test_the_case_has_the_one_conflict_that_the_page_tells_of(case):
    claims = ledger.load(case)
    declared = relations.load(claims, case)
    assert solver.conflicts(relations.system(claims, declared)) == [
        frozenset({"claim:a-output", "claim:b-output", "claim:both-output"})
    ]
    claims.loc["both-output", ["lo", "value", "hi"]] -= 1
    assert solver.conflicts(relations.system(claims, relations.load(claims, case))) == []


def test_the_page_names_every_field_of_a_relation():
    assert set(SPANS) >= relations.FIELDS
    assumption = next(
        iter(
            yaml.safe_load((ledger.ARTICLE / "relations.yml").read_text(encoding="utf-8"))[
                "assumptions"
            ].values()
        )
    )
    assert set(SPANS) >= {*assumption, "range"}


def test_the_page_shows_the_columns_of_the_ledger():
    _, claims, exclusions = blocks("text")
    assert claims.split("\n")[0].split(",") == list(ledger.COLUMNS)
    assert exclusions.split("\n")[0].split(",") == list(ledger.EXCLUSION_COLUMNS)


def test_every_file_that_the_page_names_is_there():
    paths = {
        part
        for span in SPANS
        for part in span.split()
        if "/" in part or re.fullmatch(r"[A-Z]+\.\w+|LICENSE", part)
    }
    assert {"data/datapackage.json", "tools/make_font.py", "CITATION.cff", "LICENSE"} <= paths
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_every_command_that_the_page_names_is_there():
    commands = "\n".join(blocks("bash"))
    named = set(re.findall(r"^make (\w+)", commands, flags=re.M))
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    assert named and named <= targets
    assert "-m mountain_counties verify-source" in commands


def test_no_code_knows_the_article():
    assert "data/article/source.yml" in SPANS
    known = ledger.source()
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    assert known["sha256"] not in code
    assert not [title for title in known["sections"][1:] if title in code]
