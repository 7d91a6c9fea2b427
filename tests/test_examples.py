"""Every folder that ships is audited by one command, and a planted slip changes what it says."""

import json
import shutil

import pytest
from conftest import ROOT

from mountain_counties import __main__
from mountain_counties.audit import ledger, proposal

EXAMPLES = sorted(path for path in (ROOT / "examples").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_clean_and_each_figure_is_at_its_place(folder, tmp_path, capsys):
    assert __main__.main(["verify-source", str(folder / "text.txt"), "--folder", str(folder)]) == 0
    page, data = tmp_path / "a.html", tmp_path / "a.json"
    assert __main__.main(["audit", str(folder), "--json", str(data), "--html", str(page)]) == 0
    out = capsys.readouterr().out
    assert "0 conflicts" in out
    report = json.loads(data.read_text(encoding="utf-8"))
    assert [claim["id"] for claim in report["claims"]] == list(ledger.load(folder).index)
    assert page.read_text(encoding="utf-8").count("<tr>") > len(report["claims"])


@pytest.mark.parametrize(
    ("example", "old", "new", "worked", "blamed", "spared"),
    [
        ("china-2023", "688238亿元", "688328亿元",
         "89,755 + 482,589 + 688,328 = 1,260,672, printed 1,260,582", "tertiary", "population"),
        ("china-2023", "-0.6个百分点", "+0.6个百分点", "4.3% + 1.5% + 0.6% = 6.4%, printed 5.2%",
         "pull-trade", "gdp"),
        ("apple-2023-q4", "49,071", "49,017", "42,586 + 6,485 = 49,071, printed 49,017", "cost", "sales-mac"),
    ],
)  # fmt: skip
def test_a_slip_is_a_conflict_that_says_what_was_computed(
    tmp_path, capsys, example, old, new, worked, blamed, spared
):
    folder = tmp_path / example
    shutil.copytree(ROOT / "examples" / example, folder)
    table = folder / "claims.csv"
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new), encoding="utf-8")
    data = tmp_path / "a.json"
    assert __main__.main(["audit", str(folder), "--json", str(data)]) == 1
    assert worked in capsys.readouterr().out
    report = json.loads(data.read_text(encoding="utf-8"))
    parts = {claim["id"]: claim["conflicts"] for claim in report["claims"]}
    assert parts[blamed] and not parts[spared] and report["repairs"]


def test_bad_input_is_told_in_one_line(tmp_path, capsys):
    folder = tmp_path / "a"
    shutil.copytree(EXAMPLES[0], folder)
    (folder / "relations.yml").write_text("relations: 3\n", encoding="utf-8")
    assert __main__.main(["audit", str(folder)]) == 2
    assert __main__.main(["audit", str(tmp_path / "nowhere")]) == 2
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 2 and "relations.yml" in err


def test_a_ledger_with_markup_makes_no_report(tmp_path, capsys):
    folder = tmp_path / "a"
    shutil.copytree(EXAMPLES[0], folder)
    table = folder / "claims.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("Net sales of products.", "<script>x</script>"), encoding="utf-8")
    page = tmp_path / "a.html"
    assert __main__.main(["audit", str(folder), "--html", str(page)]) == 2
    assert not page.exists()


def test_a_text_with_a_line_that_is_not_read_is_refused(tmp_path, capsys):
    copy = tmp_path / "copy.txt"
    copy.write_text("Sales\nby nobody\n2024\nSales rose by 12% to 40 million.\n", encoding="utf-8")
    assert __main__.main(["verify-source", str(copy)]) == 1
    assert "row 4 is title, author or heading and is not read: it holds '12'" in capsys.readouterr().err


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_a_proposal_lists_every_figure_of_the_ledger(folder, capsys):
    text = (folder / "text.txt").read_text(encoding="utf-8")
    lines = [line.split(",") for line in proposal.claims(text).splitlines()]
    places = {(int(row[2]), int(row[3])) for row in lines[1:]}
    claims = ledger.load(folder)
    measured = claims[claims.kind != "date"]
    assert {(row.paragraph, int(row.start)) for row in measured.itertuples()} <= places
    assert __main__.main(["propose", str(folder / "text.txt")]) == 0
    assert capsys.readouterr().out == proposal.claims(text)
