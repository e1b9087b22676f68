"""From formulas to straight-line arithmetic: a readable list of passes, each usable and tested alone.

1. `expand_phi`: (e^x - 1)/x becomes a function of x and of e^x, so that the exponential can be shared.
2. `split_logarithms`: of a ratio of concentrations, so that pools with several reversal potentials have one logarithm.
3. `share` (see exponentials.py): exponentials become powers of a few.
4. `chain_powers`: powers of a shared exponential become a chain of squares and products.
5. `hoist`: what depends on no state is taken out. Parts made of numbers only become constants ``k0, k1, ...``, parts
   with parameters become derived parameters ``q0, q1, ...``, computed once per variant. What is left holds no number,
   so its text, and with it the compiled kernel, is the same for all values.
6. `merge` (see divisions.py): fractions within fractions become one.
7. common subexpressions, and `name_bases`.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from ..model.functions import phi
from .divisions import merge
from .exponentials import Shared, share
from .system import System

SMALL = (sympy.Integer(-1), sympy.Integer(0), sympy.Integer(1), sympy.Integer(2), sympy.Rational(1, 2))


class linoid(sympy.Function):
    """x / (e^x - 1), given x and e^x; 1 at x = 0."""

    nargs = (2,)


class power(sympy.Function):
    """x**p for x > 0 and a p that is not a whole number."""

    nargs = (2,)


@dataclass(frozen=True)
class Lowered:
    """Straight-line arithmetic with no numbers in it.

    Attributes
    ----------
    shared : tuple of Shared
        Exponentials to compute first; the slope is the constant of the same position in `slopes`.
    slopes : tuple of Symbol
    steps : tuple of (Symbol, Expr)
        Assignments, in order.
    results : tuple of Expr
        In terms of states, input, constants, derived parameters and assigned symbols.
    """

    shared: tuple[Shared, ...]
    slopes: tuple[sympy.Symbol, ...]
    steps: tuple[tuple[sympy.Symbol, sympy.Expr], ...]
    results: tuple[sympy.Expr, ...]


def lower(system: System, formulas: tuple[sympy.Expr, ...], hoister: Hoister) -> Lowered:
    """Lower some formulas of a System; what does not move goes into the hoister, which several calls may share."""
    moving = {v.symbol for v in system.states} | {system.input}
    passed = expand_phi(formulas)
    passed = split_logarithms(passed, {v.symbol for v in system.states if v.kind == "pool"}, moving)
    variables = tuple(sorted(moving & {s for f in passed for s in f.free_symbols}, key=str))
    shared, passed = share(passed, variables)
    chain, passed = chain_powers(passed, shared)
    hoister.moving = moving | {s.symbol for s in shared} | {symbol for symbol, _ in chain}
    slopes = tuple(hoister.take(s.slope) for s in shared)
    passed = tuple(merge(hoister.hoist(f)) for f in passed)
    temporaries, results = sympy.cse(list(passed), symbols=(sympy.Symbol(f"x{i}") for i in range(10**6)))
    steps, results = name_bases(temporaries, results)
    return Lowered(tuple(shared), slopes, (*chain, *steps), tuple(results))


def expand_phi(formulas: tuple[sympy.Expr, ...]) -> tuple[sympy.Expr, ...]:
    """Write phi_1(x) as 1 / linoid(x, e^x)."""

    def written(k: sympy.Expr, x: sympy.Expr) -> sympy.Expr:
        return 1 / linoid(x, sympy.exp(x)) if k == 1 else phi(k, x)

    return tuple(f.replace(phi, written) for f in formulas)


def split_logarithms(
    formulas: tuple[sympy.Expr, ...], pools: set[sympy.Symbol], moving: set[sympy.Symbol]
) -> tuple[sympy.Expr, ...]:
    """Write log(q c^n), c the concentration of a pool and q at rest, as log(q) + n log(c)."""

    def split(argument: sympy.Expr) -> sympy.Expr:
        still, rest = argument.as_independent(*moving, as_Add=False)
        concentration, n = rest.as_base_exp()
        if concentration not in pools or not n.is_Integer or still.is_number:
            return sympy.log(argument)
        return sympy.log(still) + n * sympy.log(concentration)

    return tuple(f.replace(sympy.log, split) for f in formulas)


def chain_powers(
    formulas: tuple[sympy.Expr, ...], shared: list[Shared]
) -> tuple[list[tuple[sympy.Symbol, sympy.Expr]], tuple[sympy.Expr, ...]]:
    """Replace powers of the shared exponentials by symbols that are built up by squaring."""
    steps: list[tuple[sympy.Symbol, sympy.Expr]] = []
    replaced: dict[sympy.Expr, sympy.Expr] = {}
    for s in shared:
        wanted = {int(p.exp) for f in formulas for p in f.atoms(sympy.Pow) if p.base == s.symbol}
        built = {1: s.symbol}
        for n in sorted({abs(w) for w in wanted} - {1}):
            _build_power(n, s.symbol, built, steps)
        for w in wanted:
            replaced[s.symbol**w] = built[w] if w > 0 else 1 / built[-w]
    return steps, tuple(f.xreplace(replaced) for f in formulas)


def _build_power(
    n: int, base: sympy.Symbol, built: dict[int, sympy.Symbol], steps: list[tuple[sympy.Symbol, sympy.Expr]]
) -> None:
    if n in built:
        return
    half = n // 2
    _build_power(half, base, built, steps)
    _build_power(n - half, base, built, steps)
    built[n] = sympy.Symbol(f"{base}_{n}", positive=True)
    steps.append((built[n], sympy.Mul(built[half], built[n - half], evaluate=False)))


def name_bases(
    steps: list[tuple[sympy.Symbol, sympy.Expr]], results: list[sympy.Expr]
) -> tuple[list[tuple[sympy.Symbol, sympy.Expr]], list[sympy.Expr]]:
    """Give a name to whatever is raised to a power, so that it is computed once."""
    named: dict[sympy.Expr, sympy.Symbol] = {}
    done: list[tuple[sympy.Symbol, sympy.Expr]] = []

    def visit(e: sympy.Expr) -> sympy.Expr:
        if not e.args:
            return e
        if isinstance(e, sympy.Pow) and e.exp.is_Integer and abs(e.exp) > 1 and not e.base.is_Symbol:
            base = visit(e.base)
            if base not in named:
                named[base] = sympy.Symbol(f"w{len(named)}", real=True)
                done.append((named[base], base))
            return named[base] ** e.exp
        parts = [visit(a) for a in e.args]
        return e if all(a is b for a, b in zip(parts, e.args, strict=True)) else e.func(*parts)

    for symbol, e in steps:
        done.append((symbol, visit(e)))
    return done, [visit(e) for e in results]


class Hoister:
    """Takes out what does not move.

    Attributes
    ----------
    moving : set of Symbol
        States, input and whatever is computed from them.
    constants : list of Expr
        Values of k0, k1, ...
    derived : list of Expr
        Formulas of q0, q1, ... in the System's parameters.
    """

    def __init__(self) -> None:
        self.moving: set[sympy.Symbol] = set()
        self.constants: list[sympy.Expr] = []
        self.derived: list[sympy.Expr] = []

    def take(self, still: sympy.Expr) -> sympy.Expr:
        """A symbol for an expression that does not move."""
        if still in SMALL:
            return still
        store, letter = (self.derived, "q") if still.free_symbols else (self.constants, "k")
        if still not in store:
            store.append(still)
        return sympy.Symbol(f"{letter}{store.index(still)}", real=True)

    def hoist(self, formula: sympy.Expr) -> sympy.Expr:
        """The formula with everything still replaced by symbols."""
        if not formula.free_symbols & self.moving:
            return self.take(formula)
        if formula.is_Symbol:
            return formula
        if isinstance(formula, linoid):
            x, e = formula.args
            return linoid(self.line(x), self.hoist(e))
        if isinstance(formula, (sympy.Add, sympy.Mul)):
            still, rest = formula.as_independent(*self.moving, as_Add=isinstance(formula, sympy.Add))
            parts = [self.hoist(a) for a in formula.func.make_args(rest)]
            return formula.func(*([self.take(still)] if still != formula.identity else []), *parts)
        if isinstance(formula, sympy.Pow) and not formula.exp.is_Integer:
            if formula.exp == sympy.Rational(1, 2):
                return sympy.sqrt(self.hoist(formula.base))
            return power(self.hoist(formula.base), self.hoist(formula.exp))
        if isinstance(formula, sympy.Pow):
            return self.hoist(formula.base) ** formula.exp
        if isinstance(formula, phi):
            return phi(formula.args[0], self.hoist(formula.args[1]))
        return formula.func(*(self.hoist(a) for a in formula.args))

    def line(self, x: sympy.Expr) -> sympy.Expr:
        """slope * (V + shift) instead of slope * V + offset: exact where it vanishes."""
        offset, rest = x.as_independent(*self.moving, as_Add=True)
        slope, variable = rest.as_independent(*self.moving, as_Add=False)
        if not variable.is_Symbol:
            return self.hoist(x)
        return sympy.Mul(self.take(slope), sympy.Add(variable, self.take(offset / slope)), evaluate=False)
