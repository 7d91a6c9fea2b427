"""Time the audit of the article and of a long ledger with planted slips: ``python tests/bench_audit.py``.

A number after it is that of the claims, as in ``python tests/bench_audit.py 100000``; the time allowed grows
with it.

Prints seconds, peak memory and what was found; exits with 1 if a target or a finding is missed. The audit
keeps to one core, so its processor time is what the clock would show on an idle machine; that is judged.
"""

import resource
import sys
import time
from dataclasses import replace

import numpy as np

from mountain_counties.audit import ledger, solver, verdicts
from mountain_counties.record import overall_verdicts

CLAIMS, SLIPS = 10_000, 100
SECONDS, MEGABYTES = 10.0, 1000.0
ARTICLE_SECONDS, EVERYTHING_SECONDS = 0.5, 5.0


def printed(value: float, digits: int) -> tuple[float, float]:
    """Interval that a value stands for when it is printed with so many significant digits."""
    places = digits - 1 - int(np.floor(np.log10(value)))
    half = 0.5 * 10.0**-places
    middle = round(value, places)
    return middle - half, middle + half


def cluster(rng: np.random.Generator, name: str) -> tuple[list[solver.Statement], dict[str, float]]:
    """Statements and true values of a group of firms: levels of two years, their sums, shares and growth.

    Levels are printed to four digits, shares and ratios of growth to three. Every total of the new year is
    printed, of all else only a part.
    """
    units = [f"{name}-{i}" for i in range(rng.integers(2, 14))]
    old = np.exp(rng.uniform(-2, 8, len(units)))
    levels = {"old": old, "new": old * rng.uniform(0.8, 1.3, len(units))}
    truth, statements = {}, []
    for year, level in levels.items():
        parts = dict(zip((f"{unit}-{year}" for unit in units), level.tolist(), strict=True))
        total = f"{name}-{year}"
        truth |= parts | {total: sum(parts.values())}
        statements.append(solver.Statement(dict.fromkeys(parts, 1.0) | {total: -1.0}, 0.0, 0.0))

    def claim(chance: float, digits: int, num: str, den: str | None = None) -> None:
        if rng.random() < chance:
            lo, hi = printed(truth[num] / (truth[den] if den else 1.0), digits)
            label = f"{solver.CLAIM}{num}/{den}" if den else f"{solver.CLAIM}{num}"
            statements.append(
                solver.Statement({num: 1.0}, lo, hi, frozenset({label}), {den: 1.0} if den else None)
            )

    claim(1.0, 4, f"{name}-new")
    claim(0.5, 4, f"{name}-old")
    claim(0.5, 3, f"{name}-new", f"{name}-old")
    for unit in units:
        claim(0.7, 4, f"{unit}-new")
        claim(0.5, 4, f"{unit}-old")
        claim(0.5, 3, f"{unit}-new", f"{unit}-old")
        claim(0.3, 3, f"{unit}-new", f"{name}-new")
    return statements, truth


def long_ledger(rng: np.random.Generator, claims: int) -> tuple[solver.System, dict[str, float]]:
    """Gather clusters until they hold so many claims or a few more; return the system and its true values."""
    statements, truth = [], {}
    while sum(bool(s.labels) for s in statements) < claims:
        more, values = cluster(rng, f"c{len(statements)}")
        statements += more
        truth |= values
    return solver.System(tuple(statements)), truth


def with_slips(
    rng: np.random.Generator, system: solver.System, slips: int
) -> tuple[solver.System, list[str]]:
    """Move the decimal point of so many claims one place to the right; return the system and their labels."""
    statements = list(system.statements)
    claims = [i for i, s in enumerate(statements) if s.labels]
    places = sorted(rng.choice(claims, slips, replace=False).tolist())
    for i in places:
        statements[i] = replace(statements[i], lo=10 * statements[i].lo, hi=10 * statements[i].hi)
    return replace(system, statements=tuple(statements)), [min(statements[i].labels) for i in places]


def judge(clean: solver.System, slips: list[str], found: list[solver.Repair]) -> tuple[int, list[str]]:
    """Hold the repairs against the slips that stand alone in their component.

    Such a slip shows if the figure that it makes lies beyond what the rest permits, and then its claim alone
    is a repair. Returns how many show, and the claims for which the one holds without the other.
    """
    repairs = {repair.labels for repair in found}
    shown, wrong = 0, []
    for part in solver.components(clean):
        here = part.labels.intersection(slips)
        if len(here) == 1:
            ((_, lo, hi, allowed_lo, allowed_hi),) = solver.allowed(part, min(here)).itertuples(index=False)
            shows = 10 * lo > allowed_hi or 10 * hi < allowed_lo
            shown += shows
            wrong += here if shows != (here in repairs) else ()
    return shown, wrong


def article() -> tuple[float, float]:
    """Return the processor time of the article's audit, best of three, and of all powers and the record."""
    claims, spent = ledger.load(), []
    for _ in range(3):
        start = time.process_time()
        found = verdicts.examine(claims)
        verdicts.of_relations(found)
        verdicts.break_evens(found)
        solver.bounds(found.settled)
        spent.append(time.process_time() - start)
    start = time.process_time()
    overall_verdicts.claims()
    return min(spent), time.process_time() - start


def main() -> int:
    own, everything = article()
    print(f"the article: {own:.2f} s; with all powers and the record: {everything:.2f} s")
    rng = np.random.default_rng(2024)
    claims = int(sys.argv[1]) if len(sys.argv) > 1 else CLAIMS
    seconds = SECONDS * claims / CLAIMS
    clean, truth = long_ledger(rng, claims)
    system, slips = with_slips(rng, clean, SLIPS)
    clock, start = time.perf_counter(), time.process_time()
    bounds = solver.bounds(system)
    middle = time.process_time()
    repairs = solver.repairs(system)
    end, clock = time.process_time(), time.perf_counter() - clock
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    parts = solver.components(system)
    shown, wrong = judge(clean, slips, repairs)
    sound = bounds.loc[[name for part in parts if part.labels.isdisjoint(slips) for name in part.variables]]
    values = np.array([truth[name] for name in sound.index])
    inside = (values >= sound["lo"] * (1 - 1e-7)) & (values <= sound["hi"] * (1 + 1e-7))
    print(f"{len(clean.labels)} claims, {len(truth)} unknowns, {len(parts)} components")
    print(f"processor: bounds {middle - start:.1f} s, repairs {end - middle:.1f} s; clock: {clock:.1f} s")
    print(f"peak memory: {megabytes:.0f} MB")
    print(f"{shown} of {len(slips)} slips show and stand alone in their component; misjudged: {wrong}")
    print(f"true values within their bounds: {inside.sum()} of {len(values)} in components without a slip")
    late = end - start > seconds or own > ARTICLE_SECONDS or everything > EVERYTHING_SECONDS
    return int(late or megabytes > MEGABYTES or bool(wrong) or not (shown and inside.all()))


if __name__ == "__main__":
    sys.exit(main())
