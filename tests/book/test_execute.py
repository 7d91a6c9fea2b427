"""What is executed, when it is executed again, and what stops the build."""

import ast
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future

import execute
import forks
import nbformat
import psutil
import pytest
from conftest import ROOT
from jupyter_cache import get_cache
from jupyter_cache.executors.utils import ExecutionResult
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mountain_counties.pages import fingerprint


@pytest.fixture
def book(tmp_path):
    """Return the root of a book of two notebooks that import nothing."""
    root = tmp_path / "第二 folder"
    for folder in ("data", "src", "notebooks"):
        (root / folder).mkdir(parents=True)
    for name in ("data/a.csv", "data/b.csv", "src/a.py", "requirements.txt", "_config.yml", "index.md"):
        (root / name).touch()
    chapters = "[{file: notebooks/a, sections: [{file: notebooks/b}]}]"
    (root / "_toc.yml").write_text(f"root: index\nparts:\n  - chapters: {chapters}\n")
    write(root, "a", "1 + 1")
    write(root, "b", "2 + 2")
    return root


def write(book, name, *sources, text="# Title"):
    """Write a notebook."""
    cells = [new_markdown_cell(text), *map(new_code_cell, sources)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), book / "notebooks" / f"{name}.ipynb")


def run(book):
    """Execute the book in this process; return the names of the notebooks executed and what went wrong."""
    executed, faults = execute.execute_changed(book)
    return sorted(path.stem for path in executed), faults


READS = {"a": ("data/a.csv", "src/a.py", "src/"), "b": ("data/b.csv",)}


@pytest.fixture
def reads(monkeypatch):
    """Stand in for the kernel: every notebook succeeds, and reads what the returned dictionary says."""
    told = dict(READS)

    def pretend(path, root, stopped):
        notebook = nbformat.read(path, nbformat.NO_CONVERT)
        return execute.Run(notebook, 0.1, "", frozenset(told[path.stem]))

    monkeypatch.setattr(execute, "execute", pretend)
    return told


def records(book):
    """Return notebook -> what the cache holds of it."""
    cache = get_cache(str(book / execute.CACHE))
    found = {os.path.basename(record.uri)[:-6]: record for record in cache.list_cache_records()}
    cache.db.dispose()
    return found


def output(book, name, cell=1):
    """Return the text that a notebook's code cell shows, as it stands in the cache."""
    cache = get_cache(str(book / execute.CACHE))
    path = book / "notebooks" / f"{name}.ipynb"
    _, notebook = cache.merge_match_into_notebook(nbformat.read(path, nbformat.NO_CONVERT))
    cache.db.dispose()
    return notebook.cells[cell].outputs[0].data["text/plain"]


def test_notebooks_come_in_the_order_of_the_contents(book):
    assert [path.stem for path in execute.notebooks(book)] == ["a", "b"]


def test_unchanged_book_executes_nothing(book, reads):
    assert run(book) == (["a", "b"], [])
    assert run(book) == ([], [])


def test_edited_notebook_is_executed_alone_and_its_old_run_dropped(book, reads):
    run(book)
    write(book, "b", "3 + 3")
    assert run(book) == (["b"], [])
    assert len(records(book)) == 2
    assert len(list((book / execute.CACHE / "executed").iterdir())) == 2


def test_edited_text_executes_nothing(book, reads):
    run(book)
    write(book, "b", "2 + 2", text="# Another title")
    assert run(book) == ([], [])


@pytest.mark.parametrize(
    ("name", "readers"),
    [
        ("data/a.csv", ["a"]),
        ("data/b.csv", ["b"]),
        ("data/new.csv", []),
        ("src/a.py", ["a"]),
        ("src/new.py", ["a"]),  # it may stand in the way of another module
        ("_config.yml", []),
        ("requirements.txt", []),  # what counts is what is installed
    ],
)
def test_changed_input_executes_those_that_read_it(book, reads, name, readers):
    run(book)
    (book / name).write_text("changed\n")
    assert run(book) == (readers, [])
    assert run(book) == ([], [])


@pytest.mark.parametrize("name", ["data/a.csv", "src/a.py"])
def test_removed_input_executes_those_that_read_it(book, reads, name):
    run(book)
    (book / name).unlink()
    assert run(book) == (["a"], [])


def test_what_a_notebook_reads_is_learned_anew_with_each_run(book, reads):
    run(book)
    reads["b"] = ("data/a.csv",)
    write(book, "b", "3 + 3")
    run(book)
    (book / "data/b.csv").write_text("changed\n")
    assert run(book) == ([], [])
    (book / "data/a.csv").write_text("changed\n")
    assert run(book) == (["a", "b"], [])


def test_other_versions_of_packages_execute_everything(book, reads, monkeypatch):
    run(book)
    monkeypatch.setattr(fingerprint, "environment", lambda root: "other")
    assert run(book) == (["a", "b"], [])


def test_environment_is_python_and_the_pinned_packages(book, monkeypatch, tmp_path):
    site = tmp_path / "site-packages"
    for name in ("numpy-1.0", "ruamel_yaml-2.0", "pytest-9.0"):
        (site / f"{name}.dist-info").mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(site)])
    pins = book / "requirements.txt"
    pins.write_text("numpy==1.0 \\\n    --hash=sha256:ab\nruamel.yaml==2.0\n")
    first = fingerprint.environment(book)
    (site / "pytest-9.0.dist-info").rename(site / "pytest-9.1.dist-info")
    assert fingerprint.environment(book) == first
    (site / "ruamel_yaml-2.0.dist-info").rename(site / "ruamel_yaml-2.1.dist-info")
    second = fingerprint.environment(book)
    assert second != first
    monkeypatch.setattr(sys, "version", "3.99")
    assert fingerprint.environment(book) not in (first, second)


@pytest.mark.parametrize("harm", ["truncated", "gone", "row without file", "file without row", "no database"])
def test_cache_that_was_cut_off_is_made_whole(book, reads, harm):
    run(book)
    folder = book / execute.CACHE
    kept = folder / "executed" / records(book)["a"].hashkey
    if harm == "truncated":
        whole = (kept / "base.ipynb").read_bytes()
        (kept / "base.ipynb").write_bytes(whole[: len(whole) // 2])
    elif harm == "gone":
        (kept / "base.ipynb").unlink()
    elif harm == "row without file":
        (kept / "base.ipynb").unlink()
        kept.rmdir()
    elif harm == "file without row":
        cache = get_cache(str(folder))
        execute.NbCacheRecord.remove_records([records(book)["a"].pk], cache.db)
        cache.db.dispose()
    else:
        (folder / "global.db").write_bytes(b"SQLite format 3\0 and no more")
    expected = ["a", "b"] if harm == "no database" else ["a"]
    assert run(book) == (expected, [])
    assert run(book) == ([], [])


def test_a_cache_that_does_not_say_what_filled_it_is_emptied(book, reads):
    run(book)
    (book / execute.CACHE / "environment").unlink()
    assert run(book) == (["a", "b"], [])


def test_a_table_changed_during_the_run_is_named_and_the_run_not_kept(book, reads, monkeypatch):
    before = fingerprint.digests

    def then_changed(root):
        found = before(root)
        (book / "data/b.csv").write_text("changed\n")
        return found

    monkeypatch.setattr(fingerprint, "digests", then_changed)
    executed, (fault,) = run(book)
    assert executed == ["a", "b"]
    assert "b.ipynb: data/b.csv changed while it ran" in fault
    assert list(records(book)) == ["a"]


def test_kernels_tell_what_they_read_and_run_in_an_empty_folder(book):
    (book / "src" / "pack").mkdir()
    (book / "src" / "pack" / "__init__.py").write_text("def late():\n    from pack import lazy\n")
    (book / "src" / "pack" / "lazy.py").write_text("from pack import constants as _\n")
    (book / "src" / "pack" / "constants.py").touch()
    (book / "src" / "pack" / "unread.py").touch()
    (book / "data" / "links").mkdir()
    (book / "data" / "links" / "c.csv").symlink_to(book / "data" / "a.csv")
    src = str(book / "src")
    first = f"import sys\nsys.path.insert(0, {src!r})\nimport pack\npack.late()"
    second = f"from pathlib import Path\nfound = sorted(Path({str(book / 'data' / 'links')!r}).iterdir())"
    third = (
        "found[0].read_bytes()\nimport os\n(os.listdir(), os.path.basename(os.getcwd()), 'runpy' in dir())"
    )
    write(book, "a", first, second, third)
    assert run(book) == (["a", "b"], [])
    assert output(book, "a", 3).startswith("([], 'tmp")
    assert output(book, "a", 3).endswith("False)")
    assert output(book, "b") == "4"
    read = records(book)["a"].data["read"]
    modules = {f"src/pack/{name}.py" for name in ("__init__", "lazy", "constants")}
    assert set(read) == {*modules, "src/", "src/pack/", "data/links/", "data/links/c.csv"}
    assert records(book)["b"].data["read"] == {}
    # The second time Python takes the modules' compiled form.
    (book / "data" / "a.csv").write_text("changed\n")
    assert run(book) == (["a"], [])
    assert set(records(book)["a"].data["read"]) == set(read)
    (book / "src" / "pack" / "lazy.py").write_text("from pack import unread as _\n")
    assert run(book) == (["a"], [])
    assert "src/pack/unread.py" in records(book)["a"].data["read"]


def test_failing_cell_is_named_and_what_succeeded_is_kept(book):
    write(book, "a", "1 + 1", "1 / 0")
    executed, (fault,) = run(book)
    assert executed == ["a", "b"]
    assert "a.ipynb, cell 3" in fault
    assert "ZeroDivisionError: division by zero" in fault
    assert "\x1b" not in fault
    assert list(records(book)) == ["b"]


def test_own_warnings_fail_and_those_of_other_packages_do_not(book):
    module = "import warnings\nwarnings.warn('old', FutureWarning)"
    for name in ("mountain_counties_like", "other"):
        (book / "src" / f"{name}.py").write_text(module)
    path = f"import sys\nsys.path.insert(0, {str(book / 'src')!r})\n"
    write(book, "a", path + "import mountain_counties_like")
    write(book, "b", path + "import other")
    _, (fault,) = run(book)
    assert "a.ipynb, cell 2 wrote to stderr" in fault
    write(book, "a", "import warnings\nwarnings.warn('Glyph 38 missing', UserWarning, stacklevel=9)")
    _, (fault,) = run(book)
    assert "Glyph 38 missing" in fault


@pytest.mark.parametrize(
    ("deaths", "fault"), [(2, "a.ipynb: the kernel was not watched"), (3, "did not start in 3 tries: clash")]
)
def test_kernel_that_dies_at_its_start_is_tried_again(book, monkeypatch, deaths, fault):
    tries = []

    def clash(notebook, cwd, **options):
        tries.append(cwd)
        if len(tries) <= deaths:
            raise RuntimeError("clash")
        return ExecutionResult(notebook, cwd, 1.5)

    monkeypatch.setattr(execute, "single_nb_execution", clash)
    done = execute.execute(book / "notebooks/a.ipynb", book, execute.threading.Event())
    assert fault in done.fault  # the stand-in writes no trace, so that no run goes unwatched
    assert len(tries) == 3
    assert done.seconds == (0 if deaths == 3 else 1.5)


def many(book, count):
    """Add notebooks, so that kernels are forked."""
    names = [f"c{number}" for number in range(count)]
    for number, name in enumerate(names):
        write(book, name, f"{number} * 11")
    chapters = "".join(f", {{file: notebooks/{name}}}" for name in ["a", "b", *names])
    (book / "_toc.yml").write_text(f"root: index\nparts:\n  - chapters: [{chapters[2:]}]\n")
    return names


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, kernels are not forked")
def test_forked_kernels_have_the_libraries_and_nothing_of_ours(book):
    names = many(book, 4)
    write(book, "a", "import sys\nsorted({'pandas', 'mountain_counties'} & {*sys.modules})")
    write(book, "b", "import os, sys\n(os.getpgid(0) == os.getpid(), os.path.basename(os.getcwd())[:3])")
    assert run(book) == (["a", "b", *names], [])
    assert [output(book, name) for name in names] == ["0", "11", "22", "33"]
    assert output(book, "a") == "['pandas']"
    assert output(book, "b") == "(True, 'tmp')"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, kernels are not forked")
def test_few_notebooks_wait_only_for_what_nearly_all_use(monkeypatch):
    loaded = []
    monkeypatch.setattr(forks.multiprocessing, "set_forkserver_preload", loaded.append)
    monkeypatch.setattr(forks.forkserver, "ensure_running", lambda: loaded.append("begun"))
    forks.begin(forks.FEW)
    forks.begin(forks.FEW + 1)
    assert loaded == [[*forks.COMMON], "begun", [*forks.LIBRARIES], "begun"]
    assert {*forks.COMMON} < {*forks.LIBRARIES}


def test_fault_of_a_forked_kernel_is_told(book):
    many(book, 4)
    write(book, "b", "import sys\nsys.stderr.write('from a fork')")
    write(book, "a", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    executed, faults = run(book)
    assert len(executed) == 6
    assert len(faults) == 2
    assert any("b.ipynb, cell 2 wrote to stderr:\nfrom a fork" in fault for fault in faults)


@pytest.mark.parametrize(("sent", "more"), [(signal.SIGINT, 0), (signal.SIGKILL, 4)])
def test_interrupted_build_leaves_no_kernel_and_is_taken_up_again(book, sent, more):
    many(book, more)
    write(book, "b", "import time\nimport os\ntime.sleep(60)")
    command = [sys.executable, ROOT / "tools" / "build.py", "--root", book]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stdout:
        if "a.ipynb" in line:
            break
    kernels = psutil.Process(process.pid).children(recursive=True)
    assert kernels
    process.send_signal(sent)
    _, told = process.communicate(timeout=60)
    _, alive = psutil.wait_procs(kernels, timeout=60)
    assert alive == []
    if sent == signal.SIGINT:
        assert process.returncode == 130
        assert told.strip() == "Interrupted; the same command takes it up again"
    time.sleep(0.1)
    write(book, "b", "2 + 2")
    executed, faults = run(book)
    assert faults == []
    assert "b" in executed
    assert output(book, "a") == "2"


def test_an_interrupt_is_raised_between_runs_and_nowhere_else():
    before, never = signal.getsignal(signal.SIGINT), Future()

    class Deleted:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt), execute.noted_interrupts() as interrupted:
        thing = Deleted()
        del thing
        assert interrupted.wait(5)
        next(execute.completed([never], interrupted))
    with pytest.raises(KeyboardInterrupt), execute.noted_interrupts():
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_runs_come_as_they_end():
    first, second = Future(), Future()
    second.set_result(2)
    with execute.noted_interrupts() as interrupted:
        runs = execute.completed([first, second], interrupted)
        assert next(runs) is second
        first.set_result(1)
        assert list(runs) == [first]


# What follows looks at the book itself.


@pytest.fixture(scope="module")
def read(html):
    """Return notebook -> the names of what it read when the book was built."""
    return {name: set(record.data["read"]) for name, record in records(ROOT).items()}


@pytest.fixture
def stale(html, monkeypatch):
    """Return a function that says which notebooks would be executed if a file had another content."""
    cache = get_cache(str(ROOT / execute.CACHE))
    kept = {os.path.basename(record.uri)[:-6]: record for record in cache.list_cache_records()}
    found = fingerprint.digests(ROOT)

    def stale(changed):
        monkeypatch.setattr(
            fingerprint, "digest", lambda root, name: "new" if name == changed else same[name]
        )
        return {name for name, record in kept.items() if not execute.holds(cache, record, ROOT)}

    folders = {name for record in kept.values() for name in record.data["read"] if name.endswith("/")}
    same = found | {name: fingerprint.digest(ROOT, name) for name in folders}
    yield stale
    cache.db.dispose()


def imported(path, known):
    """Return the package's modules, as files, that a module or a notebook imports at its top level."""
    if path.suffix == ".ipynb":
        cells = nbformat.read(path, nbformat.NO_CONVERT).cells
        trees = [ast.parse(cell.source) for cell in cells if cell.cell_type == "code"]
    else:
        trees = [ast.parse(path.read_text(encoding="utf-8"))]
    names = set()
    for statement in (s for tree in trees for s in tree.body):
        if isinstance(statement, ast.Import):
            names.update(alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            names.update(f"{statement.module}.{alias.name}" for alias in statement.names)
            names.add(statement.module)
    return {known[name] for name in names if name in known}


def test_each_module_is_read_by_the_notebooks_that_import_it(read):
    source = ROOT / "src"
    known = {
        ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__"): path
        for path in source.rglob("*.py")
    }
    assert read
    for notebook in execute.notebooks(ROOT):
        reached, new = set(), imported(notebook, known)
        while new:
            reached |= new
            new = {other for path in new for other in imported(path, known)} - reached
        missing = {path.relative_to(ROOT).as_posix() for path in reached} - read[notebook.stem]
        assert not missing, notebook.name


def test_each_table_and_each_module_executes_those_that_read_it_and_no_others(read, stale):
    names = [name for name in fingerprint.digests(ROOT) if name.startswith(("data/", "src/"))]
    assert len(names) > 50
    for name in names:
        assert stale(name) == {notebook for notebook, seen in read.items() if name in seen}, name
    assert stale("data/glossary.csv") == {"glossary"}
    assert "glossary" not in stale("data/counties/units.csv")
    assert len(stale("data/counties/units.csv")) > 5


def test_nothing_but_the_package_and_the_data_is_read(read):
    for notebook, names in read.items():
        assert all(name.startswith(("data/", "src/")) for name in names), notebook


@pytest.mark.parametrize("name", ["_config.yml", "_toc.yml", "_static/book.css", "references.bib"])
def test_what_only_the_pages_are_made_with_executes_nothing(stale, name):
    assert name in fingerprint.digests(ROOT)
    assert stale(name) == set()


def test_outputs_do_not_tell_where_they_were_made(html):
    folder = ROOT / execute.CACHE / "executed"
    for path in folder.glob("*/base.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text
        assert sys.prefix not in text
