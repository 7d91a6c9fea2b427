"""Time the build of the book and its tests against a floor of the same run, and keep the result for the book.

Usage: ``python tools/bench.py [--keep] [--builds]``. The floor is the code of all notebooks in one process
that has loaded everything: no build can take less work. Builds are made in a copy of the project. ``--keep``
writes the table that the page on speed shows. Times of a busy machine say little; their ratio to the floor
says more.
"""

import argparse
import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import execute
import nbformat
import settings

from mountain_counties.pages import fingerprint

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "reference" / "speed.csv"
TESTS = "All tests, after the build"
LIMITS = {"Unchanged rebuild": 2.0, "Rebuild after an edit of one notebook": 7.0}
"""Seconds that no rebuild may take on a quiet machine with two cores."""

FLOOR = """
import io, sys, time, contextlib
from pathlib import Path
import nbformat
start = time.perf_counter()
import geopandas, highspy, matplotlib.pyplot, pandas, pint, pymcdm, scipy.stats, seaborn, statsmodels.api
imports = time.perf_counter() - start
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
spent = []
for again in range(2):  # the first round loads what is left
    start = time.perf_counter()
    for path in sys.argv[1:]:
        shell.reset(new_session=False)
        for cell in nbformat.read(path, nbformat.NO_CONVERT).cells:
            if cell.cell_type == "code":
                with contextlib.redirect_stdout(io.StringIO()):
                    shell.run_cell(cell.source, silent=False).raise_error()
    spent.append(time.perf_counter() - start)
    if again == 0:
        for module in [m for n, m in sys.modules.items() if n.startswith("mountain_counties")]:
            for value in vars(module).values():
                getattr(value, "cache_clear", lambda: None)()
print(imports, spent[-1])
"""
"""A program that prints the seconds of loading the libraries, and of the notebooks' code after that."""


def floor(paths: list[Path]) -> tuple[float, float]:
    """Return the seconds of loading the libraries once, and of the code of all notebooks once they are."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", FLOOR, *paths], cwd=folder, capture_output=True, text=True, check=True
        )
    imports, spent = map(float, done.stdout.split()[-2:])
    return imports, spent


def built(place: Path) -> tuple[float, float, float]:
    """Build; return the seconds that it took, and those of them for notebooks and for the Chinese edition."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "tools/build.py"],
        cwd=place,
        # Python keeps what it compiled, unless told not to, as it is on some build servers.
        env={**os.environ, "PYTHONPATH": str(place / "src"), "PYTHONDONTWRITEBYTECODE": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    told = (re.search(rf"{what} in ([\d.]+) s", done.stdout) for what in ("Executed", "edition written"))
    return time.perf_counter() - start, *(float(seconds[1]) if seconds else 0.0 for seconds in told)


def builds() -> dict[str, float]:
    """Return what is timed -> seconds, of builds of a copy."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in fingerprint.digests(ROOT):
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place / name)
        cold, executing, edition = built(place)
        found = {
            "Cold build": cold,
            "– executing the notebooks": executing,
            "– writing the English pages": cold - executing - edition,
            "– writing the Chinese pages": edition,
            "Unchanged rebuild": built(place)[0],
        }
        path = execute.notebooks(place)[-1]
        notebook = nbformat.read(path, nbformat.NO_CONVERT)
        next(cell for cell in notebook.cells if cell.cell_type == "code").source += "\n# edited"
        nbformat.write(notebook, path)
        found["Rebuild after an edit of one notebook"] = built(place)[0]
        with (place / "src" / "mountain_counties" / "pages" / "glossary.py").open("a") as module:
            module.write("# edited\n")
        found["Rebuild after an edit of a module that one notebook reads"] = built(place)[0]
    return found


def checks() -> float:
    """Return the seconds of all tests of the book that stands in the project, as `make test` runs them."""
    subprocess.run([sys.executable, "tools/build.py"], cwd=ROOT, capture_output=True, check=True)
    start = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "--quiet", "--numprocesses=logical", "--dist=worksteal"]
    subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=True)
    return time.perf_counter() - start


def main() -> int:
    """Print the table, and keep it if asked to; return 1 if a rebuild took longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--keep", action="store_true", help="write the table that the book shows")
    parser.add_argument(
        "--builds", action="store_true", help="leave out the tests: their row stays as it was"
    )
    options = parser.parse_args()
    settings.apply()
    imports, base = floor(execute.notebooks(ROOT))
    rows = {"The code of all notebooks in one warm process, the floor": base}
    rows |= {"Loading the libraries once": imports} | builds()
    if not options.builds:
        rows[TESTS] = checks()
    table = [("What", "Seconds", "Times the floor")]
    table += [(what, f"{seconds:.1f}", f"{seconds / base:.2f}") for what, seconds in rows.items()]
    if options.builds:
        with TABLE.open(encoding="utf-8", newline="") as file:
            table += [tuple(row) for row in csv.reader(file) if row[0] == TESTS]
    for what, seconds, ratio in table:
        print(f"{what:55}{seconds:>9}{ratio:>17}")
    if options.keep:
        with TABLE.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(table)
    late = [what for what, limit in LIMITS.items() if rows[what] > limit]
    for what in late:
        print(f"{what}: more than {LIMITS[what]:.0f} s", file=sys.stderr)
    return int(bool(late))


if __name__ == "__main__":
    sys.exit(main())
