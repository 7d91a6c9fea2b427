"""The rooms of the package: what may import what, and that tests lie where their modules do."""

import ast
import graphlib
from pathlib import Path

import pytest

MAY = {
    "audit": set(),
    "record": {"audit"},
    "growth": {"audit", "record"},
    "line": {"audit", "record", "growth"},
    "book": {"audit"},
    "edition": {"audit"},
    "article": {"audit", "record", "book"},
    "pages": {"audit", "record", "growth", "line", "article", "book", "edition"},
}
"""The rooms that each room may import; what draws, a module named ``…_charts``, may import `book` too."""


def arrows(text: str, module: str) -> set[str]:
    """Return the modules of the package that a module's text imports, wherever in the text it does."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:  # relative
                base = ".".join([*module.split(".")[: -node.level], *filter(None, [base])])
            found |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.startswith("mountain_counties.")}


def faults(graph: dict[str, set[str]]) -> list[str]:
    """Name every import that runs against the way of the data."""
    wrong = []
    for module, targets in graph.items():
        room = module.split(".")[1]
        allowed = MAY[room] | {room} | ({"book"} if module.endswith("_charts") else set())
        wrong += [f"{module} -> {t}" for t in targets if t.split(".")[1] not in allowed]
    return sorted(wrong)


@pytest.fixture(scope="module")
def graph(root) -> dict[str, set[str]]:
    """Give for each module of a room the modules that it imports."""
    source = root / "src"
    names = {
        ".".join(path.relative_to(source).with_suffix("").parts): path
        for path in source.glob("mountain_counties/*/*.py")
    }
    rooms = {f"mountain_counties.{room}" for room in MAY}
    known = set(names) | rooms
    return {
        name.removesuffix(".__init__"): (arrows(path.read_text(encoding="utf-8"), name) & known) - rooms
        for name, path in names.items()
    }


def test_no_arrow_runs_back(graph):
    assert len(graph) > 50 and sum(map(len, graph.values())) > 100
    assert faults(graph) == []


def test_an_arrow_that_runs_back_is_named():
    solver = "mountain_counties.audit.solver"
    backward = {solver: arrows("from ..record import counties", solver)}
    assert f"{solver} -> mountain_counties.record.counties" in faults(backward)
    computed = {"mountain_counties.line.separation": {"mountain_counties.book.charts"}}
    assert faults(computed) and not faults(
        {"mountain_counties.line.line_charts": {"mountain_counties.book.charts"}}
    )


def test_no_modules_import_each_other(graph):
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError
    with pytest.raises(graphlib.CycleError):
        graphlib.TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()


def test_every_room_says_what_it_is_for_what_it_imports_and_where_to_begin(root):
    rooms = {
        path.name for path in (root / "src/mountain_counties").iterdir() if (path / "__init__.py").exists()
    }
    assert rooms == set(MAY)
    for room in rooms:
        text = (root / "src/mountain_counties" / room / "__init__.py").read_text(encoding="utf-8")
        doc = ast.get_docstring(ast.parse(text))
        assert "import" in doc and "Begin with" in " ".join(doc.split()), room


def test_tests_lie_where_their_modules_do(root):
    for path in Path(root, "tests").glob("*/test_*.py"):
        assert path.parent.name in MAY, path
