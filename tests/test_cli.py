"""The command line: a copy of the article is held against the ledger, and the exit code says how it went."""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mountain_counties import __main__
from mountain_counties.audit import ledger


def test_the_article_passes(article, capsys):
    assert __main__.main(["verify-source", str(article)]) == 0
    out, err = capsys.readouterr()
    claims, excluded = len(ledger.load()), len(ledger.exclusions())
    assert out == f"{article}: {claims} claims at their places, {excluded} exclusions, no numeral left\n"
    assert err == ""


def test_a_changed_copy_fails_with_one_line_for_each_difference(article, tmp_path, capsys):
    copy = tmp_path / "copy.txt"
    text = article.read_text(encoding="utf-8")
    copy.write_text(text.replace("133.64", "133.46"), encoding="utf-8", newline="\n")
    assert __main__.main(["verify-source", str(copy)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    hashed, moved = err.splitlines()
    assert hashed.startswith(f"{copy}: SHA-256 is ") and hashed.endswith(
        f"expected {ledger.source()['sha256']}"
    )
    row = ledger.load().index.get_loc("py-va-2023") + 2
    place = f"claims.csv, row {row}, py-va-2023: paragraph 4, 146 to 154"
    assert moved == f"{place}: found '133.46亿元', expected '133.64亿元'"


def test_another_text_fails(tmp_path, capsys):
    copy = tmp_path / "copy.txt"
    copy.write_text("Title\nby nobody\nmasthead\n\u3000\u3000一段。\n", encoding="utf-8")
    assert __main__.main(["verify-source", str(copy)]) == 1
    out, err = capsys.readouterr()
    assert out == "" and "SHA-256" in err and "'一' is in neither claims.csv nor exclusions.csv" in err
    assert len(err.splitlines()) > 120


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file"),
        (b"\xef\xbb\xbfTitle\n", "row 1: found a byte-order mark"),
        (b"Title\nby nobody\r\n", "row 2: found a carriage return"),
        ("一段\n".encode("gb18030"), "row 1: found the byte 0x"),
    ],
)
def test_a_copy_that_cannot_be_read_is_named_in_one_line(tmp_path, capsys, content, told):
    copy = tmp_path / "copy.txt"
    if content is not None:
        copy.write_bytes(content)
    assert __main__.main(["verify-source", str(copy)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1
    assert str(copy) in err and told in err


def test_bad_units_are_named_in_one_line(tmp_path):
    copy = tmp_path / "project"
    shutil.copytree(ledger.ARTICLE, copy / "data" / "article")
    shutil.copy(ledger.ARTICLE.parent / "datapackage.json", copy / "data")
    package = Path(ledger.__file__).parents[1]
    shutil.copytree(package, copy / "src" / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    with (copy / "data" / "article" / "units.txt").open("a", encoding="utf-8") as units:
        units.write("x = １ * yuan\n")
    (tmp_path / "copy.txt").write_text("Title\n", encoding="utf-8")
    command = [sys.executable, "-m", package.name, "verify-source", "copy.txt"]
    environment = os.environ | {"PYTHONPATH": str(copy / "src")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(str(copy / "data" / "article" / "units.txt") + ", row ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["verify"], ["verify-source"], ["verify-source", "a", "b"]])
def test_a_wrong_command_line_explains_itself(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        __main__.main(arguments)
    assert stopped.value.code == 2
    assert "usage: python -m mountain_counties" in capsys.readouterr().err


def test_the_module_runs_as_a_command(tmp_path, monkeypatch, capsys):
    copy = tmp_path / "copy.txt"
    copy.write_text("Title\nby nobody\nmasthead\n", encoding="utf-8")
    monkeypatch.delitem(sys.modules, "mountain_counties.__main__")
    monkeypatch.setattr(sys, "argv", ["mountain_counties", "verify-source", str(copy)])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_module("mountain_counties", run_name="__main__")
    assert stopped.value.code == 1
    assert "SHA-256" in capsys.readouterr().err
