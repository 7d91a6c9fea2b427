"""What is executed, when it is executed again, and what stops the build."""

import subprocess
import sys

import execute
import nbformat
import pytest
from conftest import ROOT
from jupyter_cache import get_cache
from jupyter_cache.executors.utils import ExecutionResult
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mountain_counties.pages.fingerprint import fingerprint


@pytest.fixture
def book(tmp_path):
    """Return the root of a book of two notebooks that import nothing."""
    for folder in ("data", "src", "notebooks"):
        (tmp_path / folder).mkdir()
    for name in ("data/a.csv", "src/a.py", "requirements.txt", "_config.yml", "index.md"):
        (tmp_path / name).touch()
    chapters = "[{file: notebooks/a, sections: [{file: notebooks/b}]}]"
    (tmp_path / "_toc.yml").write_text(f"root: index\nparts:\n  - chapters: {chapters}\n")
    write(tmp_path, "a", "1 + 1")
    write(tmp_path, "b", "2 + 2")
    return tmp_path


def write(book, name, *sources, text="# Title"):
    """Write a notebook."""
    cells = [new_markdown_cell(text), *map(new_code_cell, sources)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), book / "notebooks" / f"{name}.ipynb")


def run(book):
    """Execute the book in this process, for tests that stand in for the kernel; return the exit code."""
    return execute.main(["--root", str(book)])


def run_kernels(book):
    """Execute the book as ``make book`` does."""
    command = [sys.executable, ROOT / "tools/execute.py", "--root", book]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def ran(monkeypatch):
    """Stand in for the kernel, and return the names of the notebooks that it was asked to execute."""
    names = []

    def pretend(path):
        names.append(path.stem)
        return nbformat.read(path, nbformat.NO_CONVERT), 0.1, ""

    monkeypatch.setattr(execute, "execute", pretend)
    return names


def outputs(book, name):
    """Return the outputs of a notebook's first code cell as they stand in the cache."""
    cache = get_cache(str(book / "_build" / ".jupyter_cache"))
    path = book / "notebooks" / f"{name}.ipynb"
    _, notebook = cache.merge_match_into_notebook(nbformat.read(path, nbformat.NO_CONVERT))
    return notebook.cells[1].outputs


def test_notebooks_come_in_the_order_of_the_contents(book):
    assert [path.stem for path in execute.notebooks(book)] == ["a", "b"]


def test_unchanged_book_executes_nothing(book, ran):
    assert run(book) == 0
    assert sorted(ran) == ["a", "b"]
    ran.clear()
    assert run(book) == 0
    assert ran == []


def test_edited_notebook_is_executed_alone_and_its_old_run_dropped(book, ran):
    run(book)
    ran.clear()
    write(book, "b", "3 + 3")
    run(book)
    assert ran == ["b"]
    assert len(get_cache(str(book / "_build" / ".jupyter_cache")).list_cache_records()) == 2


def test_edited_text_executes_nothing(book, ran):
    run(book)
    ran.clear()
    write(book, "b", "2 + 2", text="# Another title")
    run(book)
    assert ran == []


@pytest.mark.parametrize(
    "name", ["data/a.csv", "data/new.csv", "src/a.py", "requirements.txt", "_config.yml"]
)
def test_changed_input_executes_everything(book, ran, name):
    run(book)
    ran.clear()
    (book / name).write_text("changed\n")
    run(book)
    assert sorted(ran) == ["a", "b"]


def test_a_cache_that_does_not_say_what_filled_it_is_emptied(book, ran):
    run(book)
    ran.clear()
    (book / "_build/.jupyter_cache/fingerprint").unlink()
    run(book)
    assert sorted(ran) == ["a", "b"]
    ran.clear()
    run(book)
    assert ran == []


def test_fingerprint_sees_names_and_removals_but_not_what_python_leaves_behind(book):
    before = fingerprint(book)
    (book / "src/__pycache__").mkdir()
    (book / "src/__pycache__/a.pyc").touch()
    assert fingerprint(book) == before
    (book / "data/a.csv").rename(book / "data/b.csv")
    renamed = fingerprint(book)
    assert renamed != before
    (book / "data/b.csv").unlink()
    assert fingerprint(book) not in (before, renamed)


def test_fingerprint_asks_for_every_input(book):
    (book / "requirements.txt").unlink()
    with pytest.raises(FileNotFoundError, match=r"requirements\.txt"):
        fingerprint(book)


def test_runs_in_an_empty_folder_and_keeps_the_outputs(book):
    write(book, "a", "import os\n(os.listdir(), os.path.basename(os.getcwd()))")
    assert run_kernels(book).returncode == 0
    (shown,) = outputs(book, "a")
    assert shown.data["text/plain"].startswith("([], 'tmp")
    assert outputs(book, "b")[0].data["text/plain"] == "4"


def test_failing_cell_is_named_and_what_succeeded_is_kept(book, ran):
    write(book, "a", "1 + 1", "1 / 0")
    done = run_kernels(book)
    assert done.returncode == 1
    assert "1 failed" in done.stdout
    assert "a.ipynb, cell 3" in done.stderr
    assert "ZeroDivisionError: division by zero" in done.stderr
    assert "\x1b" not in done.stderr
    run(book)
    assert ran == ["a"]


def test_words_on_stderr_fail(book):
    write(book, "b", "import warnings\nwarnings.warn('old', FutureWarning)")
    done = run_kernels(book)
    assert done.returncode == 1
    assert "b.ipynb, cell 2 wrote to stderr" in done.stderr


@pytest.mark.parametrize(
    ("deaths", "fault"), [(2, ""), (3, "a.ipynb: the kernel did not start in 3 tries: clash")]
)
def test_kernel_that_dies_at_its_start_is_tried_again(book, monkeypatch, deaths, fault):
    tries = []

    def clash(notebook, cwd, **options):
        tries.append(cwd)
        if len(tries) <= deaths:
            raise RuntimeError("clash")
        return ExecutionResult(notebook, cwd, 1.5)

    monkeypatch.setattr(execute, "single_nb_execution", clash)
    _, seconds, wrong = execute.execute(book / "notebooks/a.ipynb")
    assert wrong == fault
    assert len(tries) == 3
    assert seconds == (0 if fault else 1.5)
