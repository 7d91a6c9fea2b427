"""The notebooks as they stand in the repository."""

import ast
import re
from statistics import median

import nbformat
import pytest
from conftest import NOTEBOOKS, ROOT

READERS = {
    "open",
    "read_csv",
    "read_json",
    "read_excel",
    "read_file",
    "read_text",
    "read_bytes",
    "Path",
    "loadtxt",
}
"""Names that a cell may not call: files are read through the package."""


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Return the code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def calls(source: str) -> set[str]:
    """Return the last name of each function that a cell calls."""
    functions = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return {f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "") for f in functions}


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request) -> nbformat.NotebookNode:
    """Return one notebook after the other."""
    return nbformat.read(request.param, nbformat.NO_CONVERT)


def test_is_valid_and_carries_no_output(notebook):
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in code(notebook):
        assert not cell.outputs
        assert cell.execution_count is None, "strip the outputs: nbstripout --keep-id"


def test_begins_with_its_title(notebook):
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")


def test_code_is_short_and_folded(notebook):
    shown = [cell for cell in code(notebook) if cell.metadata.get("tags") != ["remove-cell"]]
    assert all(cell.metadata.get("tags") == ["hide-input"] for cell in shown)
    assert not shown or median(len(cell.source.splitlines()) for cell in shown) < 12


def test_what_only_fills_the_text_is_no_cell_of_the_page(notebook):
    for cell in code(notebook):
        if "remove-cell" in cell.metadata.tags:
            assert "exhibits." not in cell.source, cell.id
        else:
            assert "glue" not in calls(cell.source), cell.id


def test_reads_no_file_by_itself(notebook):
    assert [cell.id for cell in code(notebook) if calls(cell.source) & READERS] == []


LONGEST_LEAD = 60
"""Words of a chapter's lead; a role counts as one."""


def lead(notebook: nbformat.NotebookNode) -> str:
    """Return what stands below the title in the first cell, each role as one word."""
    text = notebook.cells[0].source.partition("\n")[2]
    return re.sub(r"\{[\w:]+\}`[^`]*`", "x", text)


@pytest.fixture(
    params=[path for path in NOTEBOOKS if path.parent.name == "notebooks"], ids=lambda path: path.stem
)
def chapter(request) -> nbformat.NotebookNode:
    """Return one chapter after the other; the landing page and the reference have a form of their own."""
    return nbformat.read(request.param, nbformat.NO_CONVERT)


def test_a_chapter_leads_with_its_answer_in_few_words(chapter):
    assert len(lead(chapter).split()) <= LONGEST_LEAD


def test_every_figure_has_its_finding_above_it(chapter):
    for cell in code(chapter):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "exhibits.figure":
                given = {word.arg: ast.unparse(word.value) for word in node.keywords}
                assert "title" in given, given["name"]


def test_reading_is_noticed():
    assert calls("import pandas as pd\npd.read_csv('a')\nwith open('b') as f: pass\nx.y(z)") == {
        "read_csv",
        "open",
        "y",
    }


def test_every_notebook_is_in_the_book():
    from execute import notebooks

    assert sorted(notebooks(ROOT)) == NOTEBOOKS
