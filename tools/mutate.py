"""Plant faults in a module, one at a time, and see whether its tests notice.

    python tools/mutate.py line/composition growth/growth [--sample 40] [--seed 1] [--again] [--only TEXT]

A mutant is the module with one operator, comparison, condition, sign or constant changed. Each runs the
module's own test file in a process of its own, forked from one that has the libraries loaded; files are left
as they are. A mutant that survives is a test to write, or changes nothing that could be observed: then it is
named, with the reason, in `tests/mutants.yml`, which also keeps the counts. The exit status is 1 if another
one survives.
"""

import argparse
import ast
import copy
import gc
import importlib
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "mountain_counties"
RECORD = ROOT / "tests" / "mutants.yml"
HEADER = """\
# What tools/mutate.py found: per module the mutants tried (a random sample), those that the tests killed, and
# those that nobody could notice, each with the reason. Made by the tool; the reasons are written by hand.
"""
LIBRARIES = (
    "esda", "geopandas", "highspy", "hypothesis.extra.numpy", "inequality", "libpysal", "matplotlib.pyplot",
    "pandas", "pint", "scipy.optimize", "scipy.stats", "seaborn", "statsmodels.api",
)  # fmt: skip
"""Loaded once, before forking, if they are there: importing them takes longer than most tests."""
QUICKLY = ["-x", "-q", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
for _plugin in ("cacheprovider", "faulthandler", "threadexception", "unraisableexception"):
    QUICKLY += ["-p", f"no:{_plugin}"]
"""Arguments of pytest: stop at the first failure, and do without what takes time and tells nothing here."""
ARBITRARY = {"seed", "draws", "repetitions"}
"""Arguments whose exact value means nothing."""

SWAPS = {
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div], ast.Div: [ast.Mult], ast.FloorDiv: [ast.Div],
    ast.Mod: [ast.Mult], ast.Pow: [ast.Mult], ast.BitAnd: [ast.BitOr], ast.BitOr: [ast.BitAnd],
    ast.Lt: [ast.LtE, ast.GtE], ast.LtE: [ast.Lt, ast.Gt], ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt], ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.In: [ast.NotIn],
    ast.NotIn: [ast.In], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is], ast.And: [ast.Or], ast.Or: [ast.And],
}  # fmt: skip


class Mutant(NamedTuple):
    """One change of one expression: where it stands, the line before and after, the module's new source."""

    function: str
    line: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> str:
        """Name the mutant by what does not move when lines are added."""
        return f"{self.function}: {self.after}"


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the code that a slip of the pen would leave in the place of this one."""

    def swapped(kind: ast.AST, field: str, index: int | None = None) -> Iterator[ast.AST]:
        for other in SWAPS.get(type(kind), []):
            new = copy.deepcopy(node)
            if index is None:
                setattr(new, field, other())
            else:
                getattr(new, field)[index] = other()
            yield new

    match node:
        case ast.BinOp():
            if not any(isinstance(part, ast.List | ast.JoinedStr) for part in (node.left, node.right)):
                yield from swapped(node.op, "op")
        case ast.BoolOp() | ast.AugAssign():
            yield from swapped(node.op, "op")
        case ast.Compare():
            for index, kind in enumerate(node.ops):
                yield from swapped(kind, "ops", index)
        case ast.UnaryOp():
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int()):
            yield from (ast.Constant(node.value + step) for step in (1, -1))
        case ast.Constant(value=float()):
            value = node.value
            yield from map(ast.Constant, (1.1 * value, 0.9 * value) if value else (1.0, -1.0))


def places(tree: ast.Module) -> Iterator[tuple[str, ast.expr | ast.AugAssign]]:
    """Yield the parts of a module that may be changed, with the function or class that holds each."""

    def walk(node: ast.AST, where: str) -> Iterator[tuple[str, ast.expr | ast.AugAssign]]:
        if isinstance(node, ast.expr | ast.AugAssign):
            yield where, node
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            where = f"{where}.{node.name}".removeprefix("module.")
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns") or isinstance(node, ast.JoinedStr):
                continue
            if isinstance(node, ast.keyword) and node.arg in ARBITRARY:
                continue
            if isinstance(node, ast.arguments) and field in ("defaults", "kw_defaults"):
                names = [*node.posonlyargs, *node.args] if field == "defaults" else node.kwonlyargs
                pairs = zip(names[len(names) - len(value) :], value, strict=True)
                value = [default for name, default in pairs if name.arg not in ARBITRARY and default]
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from walk(child, where)

    return walk(tree, "module")


def negations(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield the conditions that are no comparison, so that no other change turns them round."""
    for node in ast.walk(tree):
        tests = [node.test] if isinstance(node, ast.If | ast.IfExp | ast.While) else getattr(node, "ifs", [])
        yield from (test for test in tests if not isinstance(test, ast.Compare | ast.UnaryOp))


def mutants(source: str) -> list[Mutant]:
    """List every mutant of a module's source."""
    data = source.encode()
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    tree = ast.parse(source)
    turned = {id(test) for test in negations(tree)}
    found = []
    for function, node in places(tree):
        options = list(changes(node))
        if id(node) in turned:
            options.append(ast.UnaryOp(ast.Not(), node))
        begin = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        first, last = starts[node.lineno - 1], starts[node.end_lineno]
        for new in options:
            text = ast.unparse(ast.fix_missing_locations(new))
            if isinstance(new, ast.expr) and not isinstance(new, ast.Constant):
                text = f"({text})"
            after = data[first:begin] + text.encode() + data[end:last]
            lines = [" ".join(part.decode().split()) for part in (data[first:last], after)]
            found.append(Mutant(function, node.lineno, *lines, (data[:first] + after + data[last:]).decode()))
    return found


class Finder(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Import one module from a source that stands in no file."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(self, fullname, path=None, target=None):
        """Find the module, and no other."""
        return importlib.util.spec_from_loader(fullname, self) if fullname == self.name else None

    def get_filename(self, fullname: str) -> str:
        """Give the real file, so that what lies beside it is found."""
        return str(self.path)

    def get_data(self, path: str) -> bytes:
        """Give the source; there is no compiled file."""
        if Path(path) != self.path:
            raise OSError(path)
        return self.source.encode()


class Fastest:
    """A pytest plugin that measures the tests, or runs the fastest ones first."""

    def __init__(self, times: dict[str, float]) -> None:
        self.times, self.measured = times, {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Order the tests by the time they took before."""
        items.sort(key=lambda item: self.times.get(item.nodeid, 0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the time of a test."""
        if report.when == "call":
            self.measured[report.nodeid] = report.duration


def run(
    tests: list[Path], times: dict[str, float], finder: Finder | None, timeout: float
) -> tuple[str, dict]:
    """Run tests in a forked process.

    Returns
    -------
    tuple
        "passed", "failed" or "timeout", and the seconds that each test took.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        null = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2) if finder else (1,):
            os.dup2(null, stream)
        if finder:
            sys.meta_path.insert(0, finder)
        from hypothesis import Phase, settings

        settings.register_profile("mutants", phases=[Phase.generate], database=None, derandomize=True)
        settings.load_profile("mutants")
        plugin = Fastest(times)
        status = pytest.main([*QUICKLY, *map(str, tests)], plugins=[plugin])
        os.write(writer, yaml.safe_dump(plugin.measured).encode()[: 1 << 16])
        os._exit(int(status))
    os.close(writer)
    end = time.monotonic() + timeout
    while not (done := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(reader)
            return "timeout", {}
        time.sleep(0.02)
    with os.fdopen(reader) as pipe:
        measured = yaml.safe_load(pipe.read()) if finder is None else {}
    return ("passed" if os.waitstatus_to_exitcode(done[1]) == 0 else "failed"), measured


def results() -> dict[str, dict]:
    """Load the results of former runs: module -> tried, of, seed, killed, survived, equivalent."""
    return (yaml.safe_load(RECORD.read_text(encoding="utf-8")) or {}) if RECORD.exists() else {}


def record(module: str, entry: dict) -> None:
    """Write a module's result among the others."""
    table = dict(sorted((results() | {module: entry}).items()))
    text = yaml.safe_dump(table, allow_unicode=True, sort_keys=False, width=110)
    RECORD.write_text(HEADER + text, encoding="utf-8")


def try_module(module: str, options: argparse.Namespace) -> int:
    """Try mutants of one module, and count those that survived and are not known to be equivalent."""
    path = ROOT / "src" / PACKAGE / f"{module}.py"
    folder, name = module.rsplit("/", 1)
    tests = options.tests or [Path("tests") / folder / f"test_{name}.py"]
    before = results().get(module, {})
    known = {one["mutant"]: one["why"] for one in before.get("equivalent", [])}
    everything = mutants(path.read_text(encoding="utf-8"))
    if options.only:
        sample = [mutant for mutant in everything if options.only in mutant.before]
    elif options.again:
        sample = [mutant for mutant in everything if mutant.key in before["survived"]]
    else:
        chooser = random.Random(options.seed)
        sample = chooser.sample(everything, min(options.sample, len(everything)))
        sample.sort(key=lambda mutant: mutant.line)

    start = time.monotonic()
    outcome, times = run(tests, {}, None, 900)
    if outcome != "passed":
        sys.exit(f"{', '.join(map(str, tests))}: {outcome} without any mutant")
    baseline = time.monotonic() - start
    killed, survived = 0, []
    for mutant in sample:
        finder = Finder(f"{PACKAGE}.{module.replace('/', '.')}", path, mutant.source)
        if mutant.key in known:
            continue
        if run(tests, times, finder, 20 + 10 * baseline)[0] != "passed":
            killed += 1
            continue
        survived.append(mutant.key)
        print(f"survived {path.relative_to(ROOT)}:{mutant.line} ({mutant.function})")
        print(f"  - {mutant.before}\n  + {mutant.after}", flush=True)
    print(
        f"{module}: {len(sample)} of {len(everything)} mutants tried, {killed} killed, "
        f"{len(sample) - killed - len(survived)} equivalent, {len(survived)} survived; "
        f"{time.monotonic() - start:.0f} s",
        flush=True,
    )
    if options.again:
        record(module, before | {"killed": before["killed"] + killed, "survived": survived})
    elif not options.only:
        counts = {"tried": len(sample), "of": len(everything), "seed": options.seed, "killed": killed}
        there = {mutant.key for mutant in everything}
        equivalent = [{"mutant": key, "why": why} for key, why in known.items() if key in there]
        record(module, counts | {"survived": survived, "equivalent": equivalent})
    return len(survived)


def main() -> int:
    """Try samples of mutants; return 1 if one survived that is not known to be equivalent."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="+", help="such as line/composition")
    parser.add_argument("--sample", type=int, default=40, help="mutants of each module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", nargs="+", type=Path, help="instead of the module's own test file")
    parser.add_argument("--again", action="store_true", help="try those that survived before")
    parser.add_argument("--only", help="try all mutants with this text in their line, and keep no record")
    options = parser.parse_args()

    os.chdir(ROOT)
    os.nice(15)
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # threads do not live through a fork
    for library in LIBRARIES:
        if importlib.util.find_spec(library.split(".")[0]):
            importlib.import_module(library)
    gc.freeze()
    return int(sum(try_module(module, options) for module in options.modules) > 0)


if __name__ == "__main__":
    sys.exit(main())
