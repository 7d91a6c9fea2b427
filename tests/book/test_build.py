"""Builds that are partial, repeated, elsewhere, cut off or at the same time give the pages of a whole one."""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import nullcontext

import build
import execute
import nbformat
import pytest
import yaml
from conftest import ROOT

from mountain_counties.pages import fingerprint

MOVED = sum(
    name.startswith("notebooks/")
    for name in yaml.safe_load((ROOT / "_config.yml").read_text())["sphinx"]["config"]["moved_pages"]
)
"""Pages in the chapters' folder that only lead on; each build writes them."""


@pytest.fixture(scope="module")
def copy(html, tmp_path_factory):
    """Return a copy of the project with its executed notebooks, but no pages, in a folder of another name."""
    place = tmp_path_factory.mktemp("第二 folder") / "copy"
    for name in fingerprint.digests(ROOT):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, place / name)
    shutil.copytree(ROOT / execute.CACHE, place / execute.CACHE)
    return place


def command(root):
    """Return the arguments that start a build of a folder by the package that is in it."""
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    program = [sys.executable, root / "tools" / "build.py", "--root", root]
    return {"args": program, "env": environment, "text": True}


def make(root):
    """Build; return how many notebooks were executed."""
    done = subprocess.run(**command(root), capture_output=True)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    if "Nothing changed" in done.stdout:
        return None
    return int(re.search(r"(\d+) to execute", done.stdout)[1])


def pages(html):
    """Return name -> bytes of every file of a built book."""
    found = (path for path in html.rglob("*") if path.is_file())
    return {path.relative_to(html).as_posix(): path.read_bytes() for path in found}


def unlike(one, other):
    """Return the names of the files that only one of two books has, or that differ."""
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def wait_for(process, path):
    """Wait until a process has written a file."""
    for _ in range(6000):
        if path.exists():
            return
        assert process.poll() is None, process.stdout.read()
        time.sleep(0.05)
    raise AssertionError(f"{path} was not written")


def test_builds_elsewhere_cut_off_and_partial_give_the_same_bytes(copy, html):
    whole, made = pages(html), copy / build.HTML
    # A table is changed, and a chapter's title and code; the build is killed when some pages are there.
    table, chapter = copy / "data" / "glossary.csv", execute.notebooks(copy)[-1]
    kept = {path: path.read_bytes() for path in (table, chapter)}
    table.write_bytes(kept[table].replace("山区26县".encode(), "山区廿六县".encode()))
    notebook = nbformat.read(chapter, nbformat.NO_CONVERT)
    title, _, rest = notebook.cells[0].source.partition("\n")
    notebook.cells[0].source = f"{title} Indeed\n{rest}"
    next(cell for cell in notebook.cells if cell.cell_type == "code").source += "\n# more"
    nbformat.write(notebook, chapter)
    with subprocess.Popen(**command(copy), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        wait_for(process, made / "notebooks" / "04_do_the_figures_agree.html")
        process.send_signal(signal.SIGKILL)
    assert not (copy / build.NOTE).exists()

    # The table is changed back, its reader executed; the build begins anew, and every page lists the title.
    table.write_bytes(kept[table])
    assert make(copy) == 1
    assert b"Indeed</a>" in (made / "index.html").read_bytes()
    assert b"Indeed</a>" in (made / "reference" / "glossary.html").read_bytes()

    # The chapter too: it is executed alone, and what is mended is the same book, made elsewhere.
    chapter.write_bytes(kept[chapter])
    assert make(copy) == 1
    assert unlike(pages(made), whole) == set()
    assert make(copy) is None

    # A sentence more: the other chapters are left as they are.
    before = {path: path.stat().st_mtime_ns for path in (made / "notebooks").glob("*.html")}
    notebook = nbformat.read(chapter, nbformat.NO_CONVERT)
    notebook.cells[0].source += "\n\nOne sentence more."
    nbformat.write(notebook, chapter)
    assert make(copy) == 0
    written = {path.stem for path, time in before.items() if path.stat().st_mtime_ns != time}
    assert chapter.stem in written
    assert len(written) == 1 + MOVED


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        ({"index.md"}, []),
        ({"notebooks/1.ipynb"}, [1]),
        ({"notebooks/1.ipynb", "notebooks/2.ipynb", "index.md"}, [2]),
        ({"notebooks/1.ipynb", "data/glossary.csv"}, [9]),  # whoever reads it
        ({"src/new.py"}, [9]),
    ],
)
def test_what_is_loaded_beforehand_is_for_the_notebooks_that_may_run(monkeypatch, changed, count):
    begun = []
    monkeypatch.setattr(build.forks, "begin", begun.append)
    build.begin_to_load(changed, {f"notebooks/{n}.ipynb": "" for n in range(9)} | {"index.md": ""})
    assert begun == count


def test_pages_do_not_tell_where_they_were_made(html):
    for name, content in pages(html).items():
        assert str(ROOT).encode() not in content, name


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Return the root of a project without notebooks, and the runs of Jupyter Book that stand in for it."""
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "_toc.yml").write_text("root: index\n")
    (tmp_path / "index.md").write_text("# One\n")
    (tmp_path / "book.css").touch()
    runs = []

    def pretend():
        html = tmp_path / build.HTML
        runs.append("partial" if html.exists() else "whole")
        html.mkdir(parents=True, exist_ok=True)
        (html / "index.html").write_text((tmp_path / "index.md").read_text())
        return 0

    monkeypatch.setattr(build, "writer", lambda root, lock: nullcontext(pretend))
    monkeypatch.setenv(build.kept_results.PLACE, "")  # the build sets it; afterwards it is as it was
    return tmp_path, runs


def once(root):
    """Build in this process."""
    return build.main(["--root", str(root)])


def test_nothing_changed_builds_nothing(small):
    root, runs = small
    assert (once(root), once(root), runs) == (0, 0, ["whole"])


def test_changed_text_of_a_page_builds_on(small):
    root, runs = small
    once(root)
    (root / "index.md").write_text("# Two\n")
    once(root)
    assert runs == ["whole", "partial"]


@pytest.mark.parametrize("name", ["_toc.yml", "book.css", "index.md", "new.md", "new.csv"])
def test_any_other_change_begins_anew(small, name):
    root, runs = small
    once(root)
    if name == "index.md":  # a page that moved
        (root / name).rename(root / "moved.md")
        (root / "index.md").symlink_to(root / "moved.md")
    else:
        (root / name).write_text("root: index\n# changed\n")
    once(root)
    assert runs == ["whole", "whole"]


@pytest.mark.parametrize("name", sorted(fingerprint.digests(ROOT)))
def test_only_the_text_of_pages_is_built_on(name):
    now = fingerprint.digests(ROOT)
    assert build.only_text({**now, name: "before"}, now) == name.endswith((".md", ".ipynb", ".po"))


def test_another_address_begins_anew(small, monkeypatch):
    root, runs = small
    for address in ("", "https://example.org/", "https://example.org/", ""):
        monkeypatch.setenv(fingerprint.ADDRESS, address)
        assert once(root) == 0
    assert runs == ["whole", "whole", "whole"]


def test_pages_that_were_touched_are_made_anew(small):
    root, runs = small
    once(root)
    (root / build.HTML / "index.html").write_text("# another text\n")
    once(root)
    assert runs == ["whole", "whole"]
    assert (root / build.HTML / "index.html").read_text() == "# One\n"


def test_build_that_failed_is_begun_anew_and_fails_again(small, monkeypatch):
    root, runs = small
    once(root)
    (root / "index.md").write_text("# Two\n")
    with monkeypatch.context() as patch:
        patch.setattr(build, "writer", lambda root, lock: nullcontext(lambda: 1))
        assert once(root) == 1
        assert once(root) == 1
    assert once(root) == 0
    assert runs == ["whole", "whole"]


def test_full_disk_is_told_in_one_line(small, monkeypatch, capsys):
    root, _ = small
    with monkeypatch.context() as patch:
        patch.setattr(build.shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(9, 9, 0))
        assert once(root) == 1
    told = capsys.readouterr().err
    assert told == f"{root}: No space left on device. Mend that, and give the same command again\n"

    def full():
        raise OSError(build.errno.ENOSPC, "No space left on device", str(root / "page"))

    monkeypatch.setattr(build, "writer", lambda root, lock: nullcontext(full))
    assert once(root) == 1
    assert capsys.readouterr().err.startswith(f"{root / 'page'}: No space left on device. Mend that")


def test_second_build_waits_for_the_first_and_says_so(small):
    root, _ = small
    (root / "_build").mkdir()
    with (root / "_build" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen(
            [sys.executable, "-c", WAITING, root], stdout=subprocess.PIPE, cwd=ROOT / "tools", text=True
        )
        assert process.stdout.readline() == (
            "Another make is at work in this folder; waiting for it to end\n"
        )
        assert process.poll() is None
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert process.communicate(timeout=20)[0] == "mine\n"


WAITING = """
import pathlib, sys
from lock import alone
with alone(pathlib.Path(sys.argv[1])):
    print("mine")
"""
