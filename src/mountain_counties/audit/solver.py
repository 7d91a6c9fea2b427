"""Do the printed figures fit together? Bounds, conflicts, repairs and blind spots of a linear system.

A *statement* says ``lo <= num / den <= hi``, both sides linear in unknown quantities, and carries the labels
of the claims and assumptions that it rests on. Withdrawing any of its labels withdraws it. The statements of
a *system* are consistent when some values of the unknowns satisfy all of them.

Every statement becomes rows ``num - lo*den >= 0`` and ``hi*den - num >= 0``. A missing `den` is the unit, a
column held at one, so that all rows are homogeneous: the range of a ratio is the range of `num` where `den`
is held at one instead [1]_. Each row has a slack at a price. The least total price tells whether the system
is consistent, the rows with a dual value tell which labels clash [2]_, and a statement is withdrawn by
making its slack free. So one model of a component, kept in HiGHS and solved again from its last basis,
answers everything. Components share no unknowns and are solved apart.

Conflicts and repairs are hitting sets of each other. Withdraw labels that break every conflict known so far:
if what is left still clashes, it holds a new conflict, else they are a repair. With all minimal such sets in
turn, every conflict comes up [3]_; with the cheapest one at a time, the cheapest repairs come first [4]_
[5]_.

Notes
-----
Rows and columns are scaled by powers of two to entries whose geometric mean is near one [6]_. A component is
consistent when its rows can be met with slacks that sum to `TOLERANCE` or less in this scale, where one is
the typical size of the terms of a row. Intervals that touch are consistent, and a gap of a millionth is not.

References
----------
.. [1] Charnes, A. and Cooper, W. W. (1962). Programming with linear fractional functionals. Naval Research
   Logistics Quarterly 9, 181-186.
.. [2] Gleeson, J. and Ryan, J. (1990). Identifying minimally infeasible subsystems of inequalities. ORSA
   Journal on Computing 2, 61-63.
.. [3] Bailey, J. and Stuckey, P. J. (2005). Discovery of minimal unsatisfiable subsets of constraints using
   hitting set dualization. Practical Aspects of Declarative Languages, 174-186.
.. [4] Moreno-Centeno, E. and Karp, R. M. (2013). The implicit hitting set approach to solve combinatorial
   optimization problems with an application to multigenome alignment. Operations Research 61, 453-468.
.. [5] Fellegi, I. P. and Holt, D. (1976). A systematic approach to automatic edit and imputation. Journal of
   the American Statistical Association 71, 17-35.
.. [6] Curtis, A. R. and Reid, J. K. (1972). On the automatic scaling of matrices for Gaussian elimination.
   IMA Journal of Applied Mathematics 10, 118-124.
"""

import math
import warnings
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import highspy
import numpy as np
import pandas as pd
from highspy import HighsModelStatus as _Status

CLAIM = "claim:"
"""Labels that begin so stand for printed figures; all others are assumptions."""

TOLERANCE = 1e-8
"""Largest total slack of a consistent component, relative to the typical size of the terms of a row."""

_SOLVER_TOLERANCE = 1e-9
_ROUND_OFF = 1e-12
_SCALING_SWEEPS = 12
_UNIT = ""
_SIGNS = (1.0, -1.0)
_POSITIVE = (0.0, math.inf)
_UNKNOWN = (math.nan, math.nan)


class Unscaled(ValueError):
    """Coefficients of a component are so far apart that no floating-point solver can tell them apart."""


class Truncated(UserWarning):
    """A list of conflicts or repairs was cut at its limit."""


def _check_interval(where: str, lo: float, hi: float) -> None:
    if not -math.inf <= lo <= hi <= math.inf or math.inf in (lo, -hi):
        raise ValueError(f"{where}: found the interval [{lo}, {hi}], expected lo <= hi")


@dataclass(frozen=True)
class Statement:
    """``lo <= num / den <= hi``, for as long as none of its labels is withdrawn.

    Parameters
    ----------
    num : mapping of str to float
        Coefficients of the unknown quantities in the numerator.
    lo, hi : float
        Ends of the closed interval; infinite where the statement sets no bound.
    labels : frozenset of str
        Claims and assumptions that it rests on; none for a definition, which cannot be withdrawn.
    den : mapping of str to float, optional
        Coefficients of the denominator, which the statement takes to be positive; one if left out.
    relation : str
        Name of the relation that it comes from.

    Raises
    ------
    ValueError
        If a side is empty, a coefficient is zero or not finite, or the interval holds no number.
    """

    num: Mapping[str, float]
    lo: float
    hi: float
    labels: frozenset[str] = frozenset()
    den: Mapping[str, float] | None = None
    relation: str = ""

    def __post_init__(self) -> None:
        where = f"statement {self.relation or dict(self.num)}"
        _check_interval(where, self.lo, self.hi)
        for side in (self.num,) if self.den is None else (self.num, self.den):
            if not side or not all(name and value and math.isfinite(value) for name, value in side.items()):
                raise ValueError(f"{where}: found {dict(side)}, expected names with finite, non-zero factors")

    @property
    def variables(self) -> tuple[str, ...]:
        """Names of the unknowns, in order of appearance."""
        return tuple(dict.fromkeys((*self.num, *(self.den or ()))))


@dataclass(frozen=True)
class System:
    """Statements about unknown quantities, and the domain of each.

    Parameters
    ----------
    statements : tuple of Statement
    domains : mapping of str to (float, float)
        Closed interval in which an unknown lies whatever is withdrawn; [0, inf) for those not named.

    Raises
    ------
    ValueError
        If a domain holds no number.
    """

    statements: tuple[Statement, ...]
    domains: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, (lo, hi) in self.domains.items():
            _check_interval(f"domain of {name}", lo, hi)

    @cached_property
    def labels(self) -> frozenset[str]:
        """All labels of all statements."""
        return frozenset().union(*(s.labels for s in self.statements))

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """Names of the unknowns, in order of appearance."""
        named = (name for s in self.statements for name in s.variables)
        return tuple(dict.fromkeys((*named, *self.domains)))

    @cached_property
    def broken(self) -> "tuple[System, ...]":
        """The components that are inconsistent."""
        return tuple(
            part for part in components(self) if not _plain(part) and _Model(part).clash() is not None
        )

    def domain(self, variable: str) -> tuple[float, float]:
        """Return the interval in which an unknown lies whatever is withdrawn."""
        return self.domains.get(variable, _POSITIVE)

    def without(self, labels: Iterable[str]) -> "System":
        """Withdraw labels, and with them the statements that rest on any of them, but no unknowns."""
        withdrawn = frozenset(labels)
        kept = tuple(s for s in self.statements if not s.labels & withdrawn)
        return System(kept, {name: self.domain(name) for name in self.variables})


@dataclass(frozen=True)
class Repair:
    """A cheapest set of labels whose withdrawal makes a group of components consistent.

    Attributes
    ----------
    labels : frozenset of str
    cost : float
    group : int
        Repairs with the same number are alternatives; one from every group mends the system.
    """

    labels: frozenset[str]
    cost: float
    group: int


def connected(keys: Iterable[Iterable[Hashable]]) -> list[list[int]]:
    """Group the positions of sets that have a key in common, directly or through others."""
    parent: dict[Hashable, Hashable] = {}

    def root(key: Hashable) -> Hashable:
        while (above := parent.setdefault(key, key)) != key:
            parent[key] = parent[above]
            key = above
        return key

    firsts = []
    for first, *others in keys:
        firsts.append(first)
        for other in others:
            parent[root(other)] = root(first)
    groups = defaultdict(list)
    for position, first in enumerate(firsts):
        groups[root(first)].append(position)
    return list(groups.values())


def components(system: System) -> list[System]:
    """Split a system into parts that share no unknown, in order of appearance.

    An unknown that has a domain but no statement is a part of its own.
    """
    unknowns = [*(s.variables for s in system.statements), *((name,) for name in system.variables)]
    parts = []
    for group in connected(unknowns):
        statements = tuple(system.statements[i] for i in group if i < len(system.statements))
        names = dict.fromkeys(name for i in group for name in unknowns[i])
        parts.append(System(statements, {name: system.domain(name) for name in names}))
    return parts


def _merged(parts: Iterable[System]) -> System:
    """Join parts that share no unknown."""
    parts = list(parts)
    domains = {name: part.domain(name) for part in parts for name in part.variables}
    return System(tuple(s for part in parts for s in part.statements), domains)


def _combine(*terms: tuple[float, Mapping[str, float]]) -> dict[str, float]:
    """Sum terms (factor, coefficients), without the coefficients that vanish."""
    total: dict[str, float] = defaultdict(float)
    for factor, coefficients in terms:
        for name, value in coefficients.items():
            total[name] += factor * value
    return {name: value for name, value in total.items() if value}


def _rows(system: System) -> Iterator[tuple[frozenset[str], dict[str, float], float]]:
    """Yield labels, coefficients and floor of the rows, but for signs of single unknowns.

    A floor of one, for denominators, stands for any positive number: see `_Model.clash`.
    """
    for s in system.statements:
        den = {_UNIT: 1.0} if s.den is None else s.den
        if s.lo > -math.inf:
            yield s.labels, _combine((1.0, s.num), (-s.lo, den)), 0.0
        if s.hi < math.inf:
            yield s.labels, _combine((s.hi, den), (-1.0, s.num)), 0.0
        if s.den is not None:
            yield s.labels, dict(den), 1.0
    for name in system.variables:
        lo, hi = system.domain(name)
        if lo not in (-math.inf, 0.0):
            yield frozenset(), {name: 1.0, _UNIT: -lo}, 0.0
        if hi < math.inf:
            yield frozenset(), _combine((hi, {_UNIT: 1.0}), (-1.0, {name: 1.0})), 0.0


def _scales(row: np.ndarray, column: np.ndarray, size: np.ndarray, height: int, width: int) -> tuple:
    """Find powers of two that bring the entries of each row and column to a geometric mean near one.

    Column 0, the unit, keeps its scale.
    """
    log = np.log2(size)
    in_row = np.maximum(np.bincount(row, minlength=height), 1)
    in_column = np.maximum(np.bincount(column, minlength=width), 1)
    columns = np.zeros(width)
    for _ in range(_SCALING_SWEEPS):
        rows = -np.bincount(row, log + columns[column], height) / in_row
        columns = -np.bincount(column, log + rows[row], width) / in_column
        columns[0] = 0.0
    return np.exp2(np.rint(rows)), np.exp2(np.rint(columns))


def _solver(**options: object) -> highspy.Highs:
    """Make a silent solver that keeps to one core."""
    highs = highspy.Highs()
    for name, value in {"output_flag": False, "parallel": "off", **options}.items():
        highs.setOptionValue(name, value)
    return highs


class _Model:
    """A system in HiGHS: the unit, the unknowns and a slack for each row; the last row holds the unit at one.

    Ask `clash` first; if there is none, `settle`, then ask for limits, as often as needed.
    """

    def __init__(self, system: System) -> None:
        rows = list(_rows(system))
        self.labels = [labels for labels, _, _ in rows]
        self.floors = np.array([*(floor for _, _, floor in rows), 1.0])
        self.column = {name: j for j, name in enumerate((_UNIT, *system.variables))}
        height, width = len(rows), len(self.column)
        self.slacks = width + np.arange(height, dtype=np.int32)
        row = np.array([i for i, (_, terms, _) in enumerate(rows) for _ in terms], dtype=np.int32)
        column = np.array([self.column[name] for _, terms, _ in rows for name in terms], dtype=np.int32)
        value = np.array([size for _, terms, _ in rows for size in terms.values()])
        row_scale, self.scale = _scales(row, column, np.abs(value), height, width)
        value = value * row_scale[row] * self.scale[column]
        order = np.argsort(np.append(row, np.arange(height + 1)), kind="stable")
        signs = [0.0 if system.domain(name)[0] >= 0 else -math.inf for name in system.variables]
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = height + 1, width + height
        lp.row_lower_ = self.floors
        lp.row_upper_ = np.full(height + 1, math.inf)
        lp.col_cost_ = np.zeros(width + height)
        lp.col_lower_ = np.concatenate([[0.0], signs, np.zeros(height)])
        lp.col_upper_ = np.full(width + height, math.inf)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(np.bincount(row, minlength=height) + 1), 1])
        lp.a_matrix_.index_ = np.concatenate([column, self.slacks, [0]])[order]
        lp.a_matrix_.value_ = np.concatenate([value, np.ones(height + 1)])[order]
        self.highs = _solver(
            presolve="off",
            solver="simplex",
            simplex_strategy=0,  # primal from a feasible basis, as after a change of costs, else dual
            simplex_scale_strategy=0,
            primal_feasibility_tolerance=_SOLVER_TOLERANCE,
        )
        if (status := self.highs.passModel(lp)) != highspy.HighsStatus.kOk:
            worst = int(np.argmax(np.abs(np.log2(np.abs(value)))))
            names = ", ".join(name or "one" for name in rows[row[worst]][1])
            raise Unscaled(
                f"HiGHS: found {status.name} for the row of {names}, expected figures of like size"
            )
        self.den: Mapping[str, float] = {_UNIT: 1.0}
        self.size = 1.0

    def _terms(self, coefficients: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
        index = np.array([self.column[name] for name in coefficients], dtype=np.int32)
        return index, np.array(list(coefficients.values())) * self.scale[index]

    def _hold(self, den: Mapping[str, float]) -> None:
        """Let the last row hold `den` at `size`, a value near one after scaling."""
        if den == self.den:
            return
        for name in self.den:
            self.highs.changeCoeff(len(self.slacks), self.column[name], 0.0)
        index, value = self._terms(den)
        self.den, self.size = den, np.abs(value).max()
        for j, factor in zip(index, value / self.size, strict=True):
            self.highs.changeCoeff(len(self.slacks), j, factor)
        self.highs.clearSolver()  # other coefficients may leave the basis singular

    def _set(self, floors: np.ndarray, unit: float, slack: np.ndarray, price: np.ndarray) -> None:
        """Set the floors of the rows, the ceiling of the last, and the greatest size and price of slacks."""
        count = len(floors)
        ceilings = np.append(np.full(count - 1, math.inf), unit)
        self.highs.changeRowsBounds(count, np.arange(count, dtype=np.int32), floors, ceilings)
        self.highs.changeColsBounds(count - 1, self.slacks, np.zeros(count - 1), slack)
        self.highs.changeColsCost(count - 1, self.slacks, price)

    def _solve(self, *expected: _Status) -> _Status:
        """Solve from the last basis, or from none if that one has gone bad."""
        self.highs.run()
        if self.highs.getModelStatus() not in expected:
            self.highs.clearSolver()
            self.highs.run()
        if (status := self.highs.getModelStatus()) not in expected:
            raise RuntimeError(f"HiGHS: found {status.name}, expected {[other.name for other in expected]}")
        if status == _Status.kOptimal:
            self.point = np.array(self.highs.getSolution().col_value)
        return status

    def clash(self, withdrawn: frozenset[str] = frozenset()) -> frozenset[str] | None:
        """Find labels that cannot all be kept, none of them withdrawn; None if the rest is consistent.

        Since the rows are homogeneous, a solution with positive denominators can be scaled up until they and
        the unit are one at least, and any positive multiple of a solution is one.
        """
        self._hold({_UNIT: 1.0})
        self.free = np.array([bool(labels & withdrawn) for labels in self.labels], dtype=bool)
        self._set(self.floors, math.inf, np.full(len(self.free), math.inf), np.where(self.free, 0.0, 1.0))
        self._solve(_Status.kOptimal)
        if self.highs.getInfo().objective_function_value <= TOLERANCE:
            return None
        duals = self.highs.getSolution().row_dual[:-1]
        clashing = (labels for labels, dual in zip(self.labels, duals, strict=True) if dual > _ROUND_OFF)
        return frozenset().union(*clashing)

    def settle(self, den: Mapping[str, float] | None = None) -> None:
        """Leave the slacks of what is kept as `clash` left them, and hold the unit, or `den` if given.

        Limits are those of the closed set, so denominators may come down to zero.
        """
        slack = np.maximum(self.point[self.slacks], 0.0) / self.point[0]
        floors = np.append(np.zeros(len(slack)), 1.0)
        self._set(floors, 1.0, np.where(self.free, math.inf, slack), np.zeros(len(slack)))
        if den is not None:
            self._hold(den)

    def limit(self, num: Mapping[str, float], sign: float) -> float:
        """Find the least (sign 1) or greatest (sign -1) value of `num` per unit of what is held."""
        index, value = self._terms(num)
        never = () if _UNIT in self.den else (_Status.kInfeasible,)
        self.highs.changeColsCost(len(index), index, sign / np.abs(value).max() * value)
        status = self._solve(_Status.kOptimal, _Status.kUnbounded, *never)
        self.highs.changeColsCost(len(index), index, np.zeros(len(index)))
        if status == _Status.kOptimal:
            return float(self.point[index] @ value / self.size)
        return -sign * math.inf if status == _Status.kUnbounded else math.nan

    def limits(self, num: Mapping[str, float]) -> tuple[float, float]:
        """Find the least and the greatest value of `num` per unit of what is held."""
        return self.limit(num, _SIGNS[0]), self.limit(num, _SIGNS[1])

    def values(self) -> np.ndarray:
        """Return the unknowns at the last solution, per unit, in the order of the system's variables."""
        return self.point[1 : len(self.column)] * self.scale[1:] / self.point[0]


class _Choice:
    """The cheapest set of labels that meets every demand made so far; a 0-1 program in HiGHS."""

    def __init__(self, cost: Mapping[str, float]) -> None:
        self.names = sorted(cost)
        self.column = {name: j for j, name in enumerate(self.names)}
        self.highs = _solver(mip_rel_gap=0.0, mip_abs_gap=0.0, mip_heuristic_run_feasibility_jump=False)
        for j, name in enumerate(self.names):
            self.highs.addCol(cost[name], 0.0, 1.0, 0, [], [])
            self.highs.changeColIntegrality(j, highspy.HighsVarType.kInteger)

    def demand(self, lo: float, labels: Iterable[str], hi: float) -> None:
        """Let the number of chosen labels among `labels` lie in [lo, hi]."""
        index = [self.column[name] for name in sorted(labels)]
        self.highs.addRow(lo, hi, len(index), index, [1.0] * len(index))

    def cheapest(self) -> frozenset[str] | None:
        """Return a cheapest choice, or None if the demands exclude every choice."""
        self.highs.run()
        status = self.highs.getModelStatus()
        if status == _Status.kInfeasible:
            return None
        if status not in (_Status.kOptimal, _Status.kModelEmpty):
            raise RuntimeError(f"HiGHS: found {status.name}, expected kOptimal or kInfeasible")
        chosen = zip(self.names, self.highs.getSolution().col_value, strict=True)
        return frozenset(name for name, value in chosen if value > 0.5)


def infeasible(system: System) -> list[System]:
    """List the components of a system that are inconsistent."""
    return list(system.broken)


def _plain(part: System) -> bool:
    """Say whether a component is one unknown in intervals that meet: nothing is to be solved."""
    if len(part.variables) > 1 or any(s.den is not None for s in part.statements):
        return False
    return all(lo <= hi for lo, hi in _stated(part).values())


def is_feasible(system: System) -> bool:
    """Tell whether some values of the unknowns satisfy every statement, to within `TOLERANCE`."""
    return not infeasible(system)


def _stated(system: System) -> dict[str, tuple[float, float]]:
    """Intersect what its domain and the statements about it alone say of each unknown."""
    found = {name: system.domain(name) for name in system.variables}
    for s in system.statements:
        if s.den is None and len(s.num) == 1:
            ((name, factor),) = s.num.items()
            lo, hi = sorted((s.lo / factor, s.hi / factor))
            found[name] = max(lo, found[name][0]), min(hi, found[name][1])
    return found


def _tightest(system: System) -> dict[str, tuple[float, float]]:
    """Bound the unknowns of a component.

    Half of the ends need no solving: a solution on the way to another one already reached what is stated.
    """
    model = _Model(system)
    if model.clash() is not None:
        return dict.fromkeys(system.variables, _UNKNOWN)
    model.settle()
    met = [model.values(), model.values()]

    def limit(num: Mapping[str, float], sign: float) -> float:
        found = model.limit(num, sign)
        met[:] = np.minimum(met[0], model.values()), np.maximum(met[1], model.values())
        return found

    together = dict(zip(system.variables, 1.0 / model.scale[1:], strict=True))
    for sign in _SIGNS:
        limit(together, sign)
    return {
        name: tuple(
            end if math.isclose(values[j], end, rel_tol=_SOLVER_TOLERANCE) else limit({name: 1.0}, sign)
            for sign, end, values in zip(_SIGNS, stated, met, strict=True)
        )
        for j, (name, stated) in enumerate(_stated(system).items())
    }


def bounds(system: System) -> pd.DataFrame:
    """Find the tightest bounds of every unknown.

    Returns
    -------
    DataFrame
        Indexed by variable, in order of appearance; columns lo and hi. Infinite where nothing bounds the
        unknown, NaN throughout an inconsistent component.
    """
    found = {name: ends for part in components(system) for name, ends in _tightest(part).items()}
    names = pd.Index(system.variables, name="variable", dtype=str)
    return pd.DataFrame([found[name] for name in names], index=names, columns=["lo", "hi"], dtype=float)


def ratio_range(
    system: System, num: Mapping[str, float], den: Mapping[str, float] | None = None
) -> tuple[float, float]:
    """Find the tightest range of ``num / den`` over the values that the system permits.

    Parameters
    ----------
    system : System
    num, den : mapping of str to float
        Coefficients of unknowns of the system; no `den` means one.

    Returns
    -------
    lo, hi : float
        Ends of the closed range, infinite where there is none. Only values with ``den > 0`` count. Both NaN
        if there are none, or if a component that `num` or `den` touches is inconsistent.

    Raises
    ------
    KeyError
        If an unknown is not in the system.
    """
    names = {*num, *(den or ())}
    if missing := names.difference(system.variables):
        raise KeyError(f"found {sorted(missing)}, expected variables of the system")
    model = _Model(_merged(part for part in components(system) if not names.isdisjoint(part.variables)))
    if model.clash() is not None:
        return _UNKNOWN
    model.settle(den)
    return model.limits(num)


def ranges_without(
    system: System, quantities: Mapping[str, tuple[Mapping[str, float], Mapping[str, float] | None]]
) -> dict[str, tuple[float, float]]:
    """Find the tightest range of each relation's quantity over the values that all other statements permit.

    Parameters
    ----------
    system : System
    quantities : mapping of str to (num, den)
        Name of a relation, which need not have a statement in the system, and its quantity, as in
        `ratio_range`.

    Returns
    -------
    dict of str to (float, float)
        The range as in `ratio_range`; both ends NaN if a component of the system that the quantity touches is
        inconsistent without that relation.

    Raises
    ------
    KeyError
        If an unknown is not in the system.
    """
    parts = components(_by_relation(system))
    part_of = {name: number for number, part in enumerate(parts) for name in part.variables}
    models: dict[tuple[int, ...], _Model] = {}
    found = {}
    for name, (num, den) in quantities.items():
        touched = tuple(sorted({part_of[unknown] for unknown in (*num, *(den or ()))}))
        if touched not in models:
            models[touched] = _Model(_merged(parts[number] for number in touched))
        model, found[name] = models[touched], _UNKNOWN
        if model.clash(frozenset({name})) is None:
            model.settle(den)
            found[name] = model.limits(num)
    return found


def _by_relation(system: System) -> System:
    """Label each statement with its relation alone."""
    named = tuple(replace(s, labels=frozenset({s.relation})) for s in system.statements)
    return replace(system, statements=named)


def essential(system: System) -> frozenset[str]:
    """Name the relations that an inconsistent component needs to be so.

    Parameters
    ----------
    system : System
        One component.

    Returns
    -------
    frozenset of str
        The relations without whose statements it is consistent.
    """
    model = _Model(_by_relation(system))
    return frozenset(s.relation for s in system.statements if model.clash(frozenset({s.relation})) is None)


def _minimal_clash(model: _Model, withdrawn: frozenset[str]) -> frozenset[str] | None:
    """Find a minimal conflict among the labels that are kept; None if there is none."""
    conflict = model.clash(withdrawn)
    everything = frozenset().union(*model.labels)
    for label in sorted(conflict or ()):
        if label in conflict and (smaller := model.clash(everything - conflict | {label})) is not None:
            conflict = smaller
    return conflict


def _clashes(system: System) -> Iterator[frozenset[str] | None]:
    """Yield all minimal conflicts of a system, and a None for each minimal repair met on the way."""
    model = _Model(system)
    repairs: set[frozenset[str]] = set()
    untried = {frozenset()}  # with `repairs`: all minimal sets of labels that break every conflict so far
    while untried:
        withdrawn = min(untried, key=lambda labels: (len(labels), sorted(labels)))
        conflict = _minimal_clash(model, withdrawn)
        yield conflict
        if conflict is None:
            untried.remove(withdrawn)
            repairs.add(withdrawn)
            continue
        missing = {labels for labels in untried if labels.isdisjoint(conflict)}
        untried -= missing
        breaking = untried | repairs
        for label in conflict:
            rivals = [labels - {label} for labels in breaking if label in labels]
            untried |= {labels | {label} for labels in missing if not any(r <= labels for r in rivals)}


def conflicts(system: System, limit: int = 100) -> list[frozenset[str]]:
    """Find all minimal inconsistent sets of labels.

    A set is inconsistent if the statements that rest on no other labels contradict each other. The empty set
    is the one conflict of definitions that contradict themselves.

    Parameters
    ----------
    system : System
    limit : int
        Most conflicts to return. The proof that there are no more may take ten times as many minimal repairs
        of each component.

    Returns
    -------
    list of frozenset of str
        By size, then by name.

    Warns
    -----
    Truncated
        If a limit was reached, so that conflicts may be missing.
    """
    found: set[frozenset[str]] = set()
    for part in infeasible(system):
        repairs = 0
        for conflict in _clashes(part):
            repairs += conflict is None
            if repairs > 10 * limit or (conflict is not None and len(found) == limit):
                text = f"stopped at {len(found)} minimal conflicts; there may be more"
                warnings.warn(text, Truncated, stacklevel=2)
                break
            if conflict is not None:
                found.add(conflict)
    minimal = (conflict for conflict in found if not any(other < conflict for other in found))
    return sorted(minimal, key=lambda labels: (len(labels), sorted(labels)))


def _repairs(system: System, cost: Mapping[str, float]) -> Iterator[tuple[float, frozenset[str]]]:
    """Yield price and labels of all minimal repairs that withdraw labels in `cost`, the cheapest first."""
    model, choice = _Model(system), _Choice(cost)
    while (withdrawn := choice.cheapest()) is not None:
        conflict = _minimal_clash(model, withdrawn)
        if conflict is None:
            yield sum(cost[label] for label in sorted(withdrawn)), withdrawn
            choice.demand(0.0, withdrawn, len(withdrawn) - 1.0)
        elif conflict.isdisjoint(cost):
            raise ValueError(f"found the conflict {sorted(conflict)}, expected a label that may be withdrawn")
        else:
            choice.demand(1.0, conflict & cost.keys(), math.inf)


def repairs(system: System, cost: Mapping[str, float] | None = None, limit: int = 100) -> list[Repair]:
    """Find all cheapest sets of labels whose withdrawal makes the system consistent (error localisation).

    Inconsistent components that share a label are mended together, all others apart.

    Parameters
    ----------
    system : System
    cost : mapping of str to float, optional
        Positive cost of the withdrawal of a label, infinite if it must stay; one if not named.
    limit : int
        Most alternatives to return for a group.

    Returns
    -------
    list of Repair
        By group, then by name; empty if the system is consistent.

    Raises
    ------
    ValueError
        If a cost is not positive, or a conflict holds no label that may be withdrawn.

    Warns
    -----
    Truncated
        If a group has more alternatives than the limit.
    """
    cost = dict.fromkeys(system.labels, 1.0) | dict(cost or {})
    if wrong := {label: price for label, price in cost.items() if not price > 0}:
        raise ValueError(f"cost: found {wrong}, expected positive numbers")
    broken = infeasible(system)
    found = []
    for number, group in enumerate(connected((i, *part.labels) for i, part in enumerate(broken))):
        part = _merged(broken[i] for i in group)
        cheapest: list[Repair] = []
        prices = {label: cost[label] for label in part.labels if cost[label] < math.inf}
        for price, labels in _repairs(part, prices):
            if cheapest and price > cheapest[0].cost * (1 + TOLERANCE):
                break
            if len(cheapest) == limit:
                warnings.warn(f"group {number}: more than {limit} repairs", Truncated, stacklevel=2)
                break
            cheapest.append(Repair(labels, price, number))
        found += sorted(cheapest, key=lambda repair: sorted(repair.labels))
    return found


def _permitted(model: _Model, label: str, statements: Iterable[Statement]) -> Iterator[tuple]:
    """Yield label, relation, stated ends and permitted ends of statements that rest on the label."""
    for s in statements:
        ends = _UNKNOWN
        if model.clash(frozenset({label})) is None:
            model.settle(s.den)
            ends = model.limits(s.num)
        yield label, s.relation, s.lo, s.hi, *ends


def _table(rows: Iterable[tuple]) -> pd.DataFrame:
    ends = ["lo", "hi", "allowed_lo", "allowed_hi"]
    table = pd.DataFrame(rows, columns=["label", "relation", *ends])
    return table.set_index("label").astype(dict.fromkeys(ends, float))


def allowed(system: System, *labels: str) -> pd.DataFrame:
    """Find what everything else permits for the statements that rest on a label: its break-even.

    Parameters
    ----------
    system : System
    *labels : str
        Claims or assumptions; each by itself is withdrawn before its statements are judged.

    Returns
    -------
    DataFrame
        One row for each label and statement that rests on it, indexed by the label; columns relation, lo and
        hi (as stated), allowed_lo and allowed_hi (range of the statement's ``num / den``, as in
        `ratio_range`; NaN if the rest of the component is itself inconsistent).

    Raises
    ------
    KeyError
        If no statement rests on a label.
    """
    if missing := set(labels).difference(system.labels):
        raise KeyError(f"found {min(missing)!r}, expected a label of the system")
    rows: list[tuple] = []
    for part in components(system):
        if mine := part.labels.intersection(labels):
            model = _Model(part)
            for label in sorted(mine):
                rows += _permitted(model, label, (s for s in part.statements if label in s.labels))
    return _table(rows)


def noticeable(system: System) -> pd.DataFrame:
    """Find the smallest error in each claim that the audit would notice.

    The printed interval of a claim is that of its own statement, the one that rests on no other claim. It is
    held against what everything else permits once the claim is withdrawn altogether. A claim with several own
    statements has a row for each. Statements shared with other claims are withdrawn too, so the audit may
    notice smaller errors than these, but misses none that are larger.

    Returns
    -------
    DataFrame
        Sorted by claim label, which is the index. Columns relation, lo, hi, allowed_lo and allowed_hi as in
        `allowed`; up and down, the shifts of the printed interval beyond which it is inconsistent (infinite
        where the audit is blind, zero where the claim is inconsistent as it stands); up_relative and
        down_relative, the same per unit of the middle of the interval, or of its only finite end. NaN where
        the rest is itself inconsistent, and throughout for a claim without a statement of its own.
    """
    rows: list[tuple] = []
    for part in components(system):
        own = defaultdict(list)
        for s in part.statements:
            claims = [label for label in s.labels if label.startswith(CLAIM)]
            if len(claims) == 1:
                own[claims[0]].append(s)
        model = _Model(part)
        for label, statements in own.items():
            rows += _permitted(model, label, statements)
    claims = {label for label in system.labels if label.startswith(CLAIM)}
    rows += [(label, "", *_UNKNOWN, *_UNKNOWN) for label in claims.difference(label for label, *_ in rows)]
    table = _table(sorted(rows, key=lambda row: row[:2]))
    size = table[["lo", "hi"]].replace([-math.inf, math.inf], math.nan).mean(axis=1).abs()
    up, down = table["allowed_hi"] - table["lo"], table["hi"] - table["allowed_lo"]
    shifts = pd.DataFrame({"up": up, "down": down})
    noticed = shifts.min(axis=1) < -TOLERANCE * size
    shifts = shifts.clip(lower=0.0).mask(noticed, 0.0)
    return pd.concat([table, shifts, shifts.div(size, axis=0).add_suffix("_relative")], axis=1)
