"""README says what the book says."""

import re

import make_readme
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = make_readme.ROOT


def test_findings_are_those_of_the_build(html):
    readme = make_readme.README.read_text(encoding="utf-8")
    text = make_readme.findings(make_readme.executed())
    assert make_readme.renewed(readme, text) == readme, "run tools/make_readme.py after make book"
    assert len(re.findall(r"^\d\. ", text, flags=re.M)) == 4


def test_chinese_findings_are_those_of_the_build(html):
    readme = make_readme.CHINESE.read_text(encoding="utf-8")
    text = make_readme.chinese_findings(make_readme.LANDING.read_text(encoding="utf-8"))
    assert make_readme.renewed(readme, text) == readme, "run tools/make_readme.py after make book"
    assert len(re.findall(r"^\d\. ", text, flags=re.M)) == 4


def test_both_findings_have_the_same_links_and_percentages():
    english, told = (path.read_text(encoding="utf-8") for path in (make_readme.README, make_readme.CHINESE))
    for pattern in (r"\(notebooks/\w+\.ipynb\)", r"\d+\.\d%", r"(?<!\d)(?:19|20)\d\d(?!\d)"):
        start, end = (mark in told and english.index(mark) for mark in make_readme.MARKS)
        own = told[told.index(make_readme.MARKS[0]) : told.index(make_readme.MARKS[1])]
        assert sorted(re.findall(pattern, own)) == sorted(re.findall(pattern, english[start:end])), pattern


def test_chinese_stands_close_and_has_its_own_punctuation():
    text = re.sub(r"```.*?```", "", make_readme.CHINESE.read_text(encoding="utf-8"), flags=re.S)
    assert re.findall(r"[\u4e00-\u9fff][,.;:!?()][\u4e00-\u9fff]", text) == []
    assert re.findall(r"[\u4e00-\u9fff] [\u4e00-\u9fff]", text) == []
    # Emphasis that closes after a full stop and before a letter is none to CommonMark.
    assert re.findall(r"[。，；：]\*\*[^\s。，；：]", text) == []


def test_a_chinese_page_becomes_markdown():
    page = (
        "<main><p><strong>甲。</strong></p><p>乙<strong>丙。</strong>丁</p><ol><li><p><strong>戊。</strong>己"
        '<a class="claim" href="reference/claims.html#a"><span class="whole">249亿元</span></a>&lt;'
        '<a href="notebooks/06_kecheng.html">柯城</a></p></li></ol></main>'
    )
    told = "1. **戊**。己249亿元<[柯城](notebooks/06_kecheng.ipynb)"
    assert make_readme.chinese_findings(page) == f"**甲**。\n\n**丙**。\n\n{told}"
    with pytest.raises(ValueError, match="found 3 statements and 0 lists"):
        make_readme.chinese_findings(page.replace("ol>", "ul>"))


def test_roles_become_text_and_links():
    cell = new_code_cell()
    cell.outputs = [
        new_output(
            "display_data",
            data={"application/papermill.record/text/plain": "seven"},
            metadata={"scrapbook": {"name": "n", "mime_prefix": "application/papermill.record/"}},
        )
    ]
    source = "## What it finds\n\n1. {glue:}`n` and {claim}`py-go-2023`. {doc}`notebooks/05_pingyang`"
    audit = f"{make_readme.AUDIT}\n\n**Some {{glue:}}`n`.**"
    cells = [new_markdown_cell(text) for text in ("# T\n\n**All {glue:}`n`.**", source, audit)]
    notebook = new_notebook(cells=[*cells, cell])
    assert make_readme.findings(notebook) == (
        "**All seven.**\n\n**Some seven.**\n\n"
        "1. seven and 69.95 billion yuan. [05_pingyang](notebooks/05_pingyang.ipynb)"
    )


def test_a_page_that_was_not_executed_is_refused(html, tmp_path):
    notebook = nbformat.read(ROOT / "index.ipynb", nbformat.NO_CONVERT)
    notebook.cells.append(new_code_cell("1 + 1"))
    nbformat.write(notebook, tmp_path / "index.ipynb")
    (tmp_path / "_build").symlink_to(ROOT / "_build")
    with pytest.raises(KeyError):
        make_readme.executed(tmp_path)


def test_missing_marks_are_named():
    with pytest.raises(ValueError, match="found no marks"):
        make_readme.renewed("# A readme", "text")


def test_links_lead_to_files():
    text = "".join(path.read_text(encoding="utf-8") for path in (make_readme.README, make_readme.CHINESE))
    paths = [path for path in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in path]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
