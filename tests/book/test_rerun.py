"""The page on rerunning and extending: what it tells a reader to do works."""

import re
import shlex
import shutil
import subprocess

import pytest
import yaml
from conftest import ROOT

from mountain_counties import __main__
from mountain_counties.article import entities
from mountain_counties.audit import ledger, relations

PAGE = (ROOT / "reference" / "rerun.md").read_text(encoding="utf-8")
SPANS = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"^```.*?^```$", "", PAGE, flags=re.S | re.M))


def blocks(language: str) -> list[str]:
    """Return the page's blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.S | re.M)


def steps() -> list[tuple[str, list[str]]]:
    """Return the page's commands, each with the lines that it is said to print."""
    found = []
    for line in "".join(blocks("console")).splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def printed(command: str, capsys: pytest.CaptureFixture) -> list[str]:
    """Run one command in the current folder and return what it prints, errors last."""
    program, *arguments = shlex.split(command)
    if program == "python":
        module, *arguments = arguments[1:]
        assert module == "mountain_counties"
        __main__.main(arguments)
    else:
        done = subprocess.run([program, *arguments], capture_output=True, text=True, check=True)
        print(done.stdout, end="")
    out = capsys.readouterr()
    return (out.out + out.err).splitlines()


def shown(lines: list[str], told: list[str]) -> bool:
    """Say whether the lines are those that are told, an ellipsis being any number of them."""
    if not told:
        return not lines
    if told[0] != "…":
        return bool(lines) and lines[0] == told[0] and shown(lines[1:], told[1:])
    return any(shown(lines[i:], told[1:]) for i in range(len(lines) + 1))


def test_the_walk_through_prints_what_the_page_shows(tmp_path, monkeypatch, capsys):
    """Every command of the page, in its order, from a folder that holds the examples as they ship."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    walk = steps()
    done = [command.split()[3] for command, _ in walk if command.startswith("python")]
    assert {"propose", "verify-source", "audit"} == set(done) and len(walk) >= 9
    for command, told in walk:
        lines = printed(command, capsys)
        assert shown(lines, told), f"{command}\n" + "\n".join(lines)


def test_an_ellipsis_is_any_number_of_lines_and_nothing_else_is():
    assert shown(["a", "b", "c"], ["a", "…"]) and shown(["a"], ["a", "…"])
    assert shown(["a", "b", "c"], ["…", "c"]) and not shown(["a", "b", "c"], ["…", "b"])
    assert not shown(["a", "b"], ["a"]) and not shown([], ["a"])


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
    heads = [told[0].split(",") for command, told in steps() if command.startswith("cat") and told]
    assert list(ledger.COLUMNS) in heads and list(ledger.EXCLUSION_COLUMNS) in heads


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


def test_the_engine_knows_no_claim_no_relation_and_no_place_of_the_article():
    names = entities.load()
    declared = yaml.safe_load((ledger.ARTICLE / "relations.yml").read_text(encoding="utf-8"))
    known = [*ledger.load().index, *(spec["id"] for spec in declared["relations"])]
    known += [*declared["assumptions"], *declared["unknowns"], *names["name"], *names["name_zh"]]
    told = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, known))})(?![\w-])")
    engine = sorted((ROOT / "src" / "mountain_counties" / "audit").glob("*.py"))
    assert len(engine) > 10 and told.search("as py-go-2023 is") and told.search("in Kecheng.")
    found = {path.name: told.findall(path.read_text(encoding="utf-8")) for path in engine}
    assert {name: words for name, words in found.items() if words} == {}
