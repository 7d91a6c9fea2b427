"""The notebooks as they stand in the repository."""

import ast
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
    cells = code(notebook)
    for cell in cells:
        assert cell.metadata.get("tags") in (["hide-input"], ["remove-cell"])
    assert median(len(cell.source.splitlines()) for cell in cells) < 8


def test_only_the_landing_page_drops_cells_and_only_those_that_show_nothing(notebook):
    dropped = [cell for cell in code(notebook) if "remove-cell" in cell.metadata.tags]
    assert not dropped or notebook.cells[0].source.startswith("# The 26 mountain counties")
    assert [cell.id for cell in dropped if calls(cell.source) & {"figure", "table"}] == []
    for cell in dropped:
        assert not isinstance(ast.parse(cell.source).body[-1], ast.Expr) or "glue" in calls(cell.source)


def test_reads_no_file_by_itself(notebook):
    assert [cell.id for cell in code(notebook) if calls(cell.source) & READERS] == []


def test_reading_is_noticed():
    assert calls("import pandas as pd\npd.read_csv('a')\nwith open('b') as f: pass\nx.y(z)") == {
        "read_csv",
        "open",
        "y",
    }


def test_every_notebook_is_in_the_book():
    from execute import notebooks

    assert sorted(notebooks(ROOT)) == NOTEBOOKS
