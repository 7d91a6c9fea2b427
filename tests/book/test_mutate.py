"""The tool that plants faults plants every kind, leaves alone what means nothing, and keeps true counts."""

import importlib
import sys

import mutate
import pytest
import yaml


def after(source: str) -> set[str]:
    """Return the lines that the tool would put in the place of a one-line source."""
    return {mutant.after for mutant in mutate.mutants(source)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a + b", {"(a - b)"}),
        ("a * b", {"(a / b)"}),
        ("a < b", {"(a <= b)", "(a >= b)"}),
        ("a += b", {"a -= b"}),
        ("a in b", {"(a not in b)"}),
        ("a and b", {"(a or b)"}),
        ("-a", {"(a)"}),
        ("f(3)", {"f(4)", "f(2)"}),
        ("f(True)", {"f(False)"}),
        ("x if a else y", {"x if (not a) else y"}),
        ("[x for x in y if z]", {"[x for x in y if (not z)]"}),
    ],
)
def test_each_kind_of_fault_is_planted(source, expected):
    assert after(source) == expected


@pytest.mark.parametrize(
    "source",
    ['"a docstring"', "x: int | None = y", "f(seed=26, draws=400)", "def f(seed=26): ...", "f'{a:3}'"],
)
def test_what_means_nothing_is_left_alone(source):
    assert after(source) == set()


def test_a_fault_is_named_by_its_function_and_the_rest_of_the_source_is_kept():
    source = "# 山区\nclass A:\n    def f(self, x=1):\n        return '山', x - 2  # note\n"
    found = {mutant.key: mutant for mutant in mutate.mutants(source)}
    one = found["A.f: return '山', (x + 2) # note"]
    assert (one.line, one.source) == (4, source.replace("x - 2", "(x + 2)"))
    assert "A.f: def f(self, x=0):" in found


def test_a_mutant_is_imported_in_the_place_of_the_file(tmp_path, monkeypatch):
    path = tmp_path / "planted_module.py"
    path.write_text("VALUE = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    finder = mutate.Finder("planted_module", path, "VALUE = 2\n")
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    try:
        module = importlib.import_module("planted_module")
        assert (module.VALUE, module.__file__) == (2, str(path))
    finally:
        sys.modules.pop("planted_module", None)


def test_the_record_adds_up_and_gives_reasons(root):
    table = yaml.safe_load((root / "tests" / "mutants.yml").read_text(encoding="utf-8"))
    for module, entry in table.items():
        assert (root / "src" / mutate.PACKAGE / f"{module}.py").is_file()
        silent = entry["tried"] - entry["killed"] - len(entry["survived"])
        assert 0 <= silent <= len(entry["equivalent"])
        assert all(len(one["why"]) > 10 for one in entry["equivalent"])
