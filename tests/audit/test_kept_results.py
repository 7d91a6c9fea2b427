"""What is kept, when it is used, and that verdicts rest on nothing else."""

import json
import os
import subprocess
import sys
from importlib.util import source_from_cache
from pathlib import Path

import pytest

from mountain_counties.audit import kept_results, ledger, verdicts
from mountain_counties.record import claim_checks


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "a.csv").write_text("1\n")
    return folder


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv(kept_results.PLACE, str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def sums(source):
    """A computation that counts how often it is made."""

    def compute():
        compute.calls += 1
        return {"sum": sum(int(path.read_text()) for path in source.iterdir())}

    compute.calls = 0
    return compute


def test_nothing_is_kept_where_no_place_is_named(source, sums, tmp_path, monkeypatch):
    monkeypatch.delenv(kept_results.PLACE, raising=False)
    assert [kept_results.keep("sum", sums, source)["sum"] for _ in range(2)] == [1, 1]
    assert sums.calls == 2
    assert list(tmp_path.iterdir()) == [source]


def test_a_result_is_computed_once_while_its_files_are_as_they_were(source, sums, place):
    assert [kept_results.keep("sum", sums, source)["sum"] for _ in range(3)] == [1, 1, 1]
    assert sums.calls == 1
    (source / "a.csv").touch()
    source.rename(source.with_name("elsewhere"))
    assert kept_results.keep("sum", sums, source.with_name("elsewhere")) == {"sum": 1}
    assert sums.calls == 1


@pytest.mark.parametrize("change", ["content", "new", "name"])
def test_a_changed_file_has_it_computed_again_and_the_old_result_dropped(source, sums, place, change):
    kept_results.keep("sum", sums, source)
    (old,) = place.glob("sum-*.pickle")
    if change == "content":
        (source / "a.csv").write_text("5\n")
    elif change == "new":
        (source / "b.csv").write_text("4\n")
    else:
        (source / "a.csv").rename(source / "c.csv")
    assert kept_results.keep("sum", sums, source)["sum"] == (1 if change == "name" else 5)
    assert sums.calls == 2
    (new,) = place.glob("sum-*.pickle")
    assert new != old


def test_results_of_other_names_stay(source, sums, place):
    kept_results.keep("sum", sums, source)
    kept_results.keep("other", sums, source)
    kept_results.keep("sum", sums, source)
    assert sums.calls == 2


WATCHED = """
import json, os, sys
seen = set()
sys.addaudithook(lambda event, args: seen.add(os.fsdecode(args[0]))
                 if event == "open" and isinstance(args[0], (str, bytes, os.PathLike)) else None)
if sys.argv[1] == "audit":
    from mountain_counties.audit import verdicts
    verdicts.claims()
else:
    from mountain_counties.record import overall_verdicts
    overall_verdicts.claims()
json.dump(sorted(seen), sys.stdout)
"""


@pytest.mark.parametrize(
    ("side", "folders"),
    [("audit", [ledger.ARTICLE, Path(verdicts.__file__).parent]), ("record", [*claim_checks.RESTS_ON])],
)
def test_verdicts_rest_on_the_named_folders_and_a_kept_one_reads_the_same(side, folders, tmp_path, root):
    def read():
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, side],
            env={**os.environ, kept_results.PLACE: str(tmp_path / "kept")},
            capture_output=True,
            check=True,
        )
        names = [
            source_from_cache(name) if name.endswith(".pyc") else name for name in json.loads(done.stdout)
        ]
        paths = {Path(name).resolve() for name in names}
        mine = {path for path in paths if root / "src" in path.parents or root / "data" in path.parents}
        return {path for path in mine if path.name != "__init__.py"}

    def within(paths):
        return {path for path in paths if any(path.is_relative_to(folder) for folder in folders)}

    computed = read()
    assert len(computed) > 5
    assert computed == within(computed)
    assert computed <= read()
