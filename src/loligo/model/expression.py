"""Formulas as they are written.

An `Expression` holds a formula twice: as the tree of operations that the user wrote, which is what gets printed, and as
the SymPy expression with exact numbers, which is what everything is derived from. Decimal numbers become exact
fractions (0.1 is 1/10), so that equal constants are recognised as equal.
"""

from __future__ import annotations

import fractions
import math
import numbers
from collections.abc import Callable
from typing import Any

import sympy

from ..errors import FormulaError
from .formula import read
from .functions import phi, select
from .notation import Tree, latex, text

_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "**": lambda a, b: a**b,
}
_UFUNC = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "true_divide": "/", "power": "**"}


class Expression:
    """A formula in V, the gates and the parameters of a channel. Built with ``+ - * / **`` and `exp` and friends."""

    __slots__ = ("sympy", "tree")
    sympy: Any  # with exact numbers
    tree: Tree  # as written

    def __init__(self, symbolic: sympy.Expr, tree: Tree) -> None:
        if symbolic.is_number and (symbolic.is_real is False or symbolic.is_finite is False or symbolic is sympy.nan):
            raise FormulaError(f"{text(tree)} has no real, finite value")
        object.__setattr__(self, "sympy", symbolic)
        object.__setattr__(self, "tree", tree)

    def __setattr__(self, name: str, value: Any) -> None:
        raise FormulaError("a formula cannot be changed in place: write a new one")

    def __reduce__(self) -> tuple[Any, ...]:
        return Expression, (self.sympy, self.tree)

    def _sympy_(self) -> Any:
        return self.sympy

    def __add__(self, other: Any) -> Expression:
        return _operate("+", self, other)

    def __radd__(self, other: Any) -> Expression:
        return _operate("+", other, self)

    def __sub__(self, other: Any) -> Expression:
        return _operate("-", self, other)

    def __rsub__(self, other: Any) -> Expression:
        return _operate("-", other, self)

    def __mul__(self, other: Any) -> Expression:
        return _operate("*", self, other)

    def __rmul__(self, other: Any) -> Expression:
        return _operate("*", other, self)

    def __truediv__(self, other: Any) -> Expression:
        return _operate("/", self, other)

    def __rtruediv__(self, other: Any) -> Expression:
        return _operate("/", other, self)

    def __pow__(self, other: Any) -> Expression:
        return _operate("**", self, other)

    def __rpow__(self, other: Any) -> Expression:
        return _operate("**", other, self)

    def __neg__(self) -> Expression:
        return Expression(-self.sympy, ("neg", self.tree))

    def __pos__(self) -> Expression:
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self.tree == other.tree

    def __hash__(self) -> int:
        return hash(self.tree)

    def __bool__(self) -> bool:
        raise FormulaError(f"a formula has no truth value: {self}. Use loligo.minimum or loligo.maximum for cases")

    def __lt__(self, other: Any) -> bool:
        raise FormulaError(f"formulas cannot be compared: {self}. Use loligo.minimum or loligo.maximum for cases")

    __gt__ = __le__ = __ge__ = __lt__

    def __float__(self) -> float:
        raise FormulaError(f"{self} is a formula, not a number: use loligo.exp (not math.exp) and friends in formulas")

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        name = ufunc.__name__
        if method == "__call__" and name in _UFUNC and not any(getattr(i, "ndim", 0) for i in inputs):
            return _operate(_UFUNC[name], *inputs)
        if name in FUNCTIONS:
            raise FormulaError(f"numpy.{name} cannot act on a formula: use `loligo.{name}`")
        raise FormulaError(f"numpy.{name} cannot act on a formula; formulas know {', '.join(sorted(FUNCTIONS))}")

    def __str__(self) -> str:
        return text(self.tree)

    def __repr__(self) -> str:
        return f"<formula {self}>"

    def latex(self) -> str:
        """The formula as written, in LaTeX."""
        return latex(self.tree)


def _operate(operator: str, left: Any, right: Any) -> Expression:
    a, b = expression(left), expression(right)
    if operator == "/" and b.sympy.is_zero:
        raise FormulaError(f"division by zero in {text((operator, a.tree, b.tree))}")
    if operator == "**":
        _check_power(a, b)
    return Expression(_BINARY[operator](a.sympy, b.sympy), (operator, a.tree, b.tree))


def _check_power(base: Expression, exponent: Expression) -> None:
    """Refuse powers of numbers that would fill the memory."""
    if not exponent.sympy.is_number:
        return
    try:
        size = abs(float(exponent.sympy))
    except OverflowError:
        size = math.inf
    bits = max(abs(base.sympy.p).bit_length(), base.sympy.q.bit_length()) if base.sympy.is_Rational else 0
    if size > 100 or size * bits > 4000:
        raise FormulaError(f"the power {text(('**', base.tree, exponent.tree))} is too large")


def expression(value: Any) -> Expression:
    """Make an `Expression` of a number, a SymPy expression or an Expression.

    Raises
    ------
    FormulaError
        If it is none of these, or a number that is not finite.
    """
    if isinstance(value, Expression):
        return value
    if isinstance(value, sympy.Basic):
        if isinstance(value, sympy.Number):
            return _constant(value)
        exact = {f: sympy.Rational(repr(float(f))) for f in value.atoms(sympy.Float, sympy.NumberSymbol)}
        shown = sympy.sstr(value.xreplace(exact))
        for theirs, ours in (("Abs", "abs"), ("Min", "minimum"), ("Max", "maximum")):
            shown = shown.replace(f"{theirs}(", f"{ours}(")
        return parse(shown)
    if isinstance(value, str):
        raise FormulaError(f"a formula given as text must be parsed first: loligo.parse({value!r})")
    item = getattr(value, "item", None)
    if item is not None and getattr(value, "ndim", None) == 0:
        value = item()
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return _constant(value)
    raise FormulaError(f"a formula is made of numbers, loligo.V and loligo functions; got {value!r}")


def _constant(value: Any) -> Expression:
    exact: sympy.Expr
    if isinstance(value, sympy.Rational):
        exact = value
    elif isinstance(value, (numbers.Integral, fractions.Fraction)):
        exact = sympy.Rational(fractions.Fraction(value).numerator, fractions.Fraction(value).denominator)
    else:
        number = float(value)
        if not math.isfinite(number):
            raise FormulaError(f"{number} in a formula: constants must be finite")
        exact = sympy.Rational(repr(number))
    if not exact.is_Integer:
        if sympy.Rational(repr(float(exact))) != exact:
            above, below = _constant(sympy.Integer(exact.p)), _constant(sympy.Integer(exact.q))
            return Expression(exact, ("/", above.tree, below.tree))
        shown = repr(float(exact))
    else:
        shown = str(exact)
    if exact < 0:
        return Expression(exact, ("neg", ("number", shown.removeprefix("-"))))
    return Expression(exact, ("number", shown))


def parse(source: str) -> Expression:
    """Read a formula such as ``"0.1*(V + 40)/(1 - exp(-(V + 40)/10))"``.

    Parameters
    ----------
    source : str
        Arithmetic on numbers and names, with ``exp``, ``log``, ``exprel``, ``sqrt``, ``tanh`` and the like. ``^`` is
        read as ``**``.

    Raises
    ------
    FormulaError
        If the text is anything else; the message shows the part that is not understood.
    """
    try:
        return _grown(read(source, FUNCTIONS))
    except FormulaError:
        raise
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(f"cannot read the formula {source!r}: {error}") from None


def _grown(tree: Tree) -> Expression:
    """The formula of a tree that was read from text."""
    kind, *parts = tree
    if kind == "number":
        return expression(parts[0])
    if kind == "symbol":
        return symbol(parts[0])
    if kind == "call":
        return FUNCTIONS[parts[0]](*map(_grown, parts[1:]))
    if kind == "neg":
        return -_grown(parts[0])
    return _operate(kind, *map(_grown, parts))


def symbol(name: str) -> Expression:
    """A name that a formula may use: a gate or parameter of the channel the formula stands in, or a pool it reads.

    A name with a dot is a path into the whole cell: ``symbol("K.n")`` is the gate n of channel K, wherever it is used.
    """
    if not all(part.isidentifier() for part in name.split(".")):
        raise FormulaError(f"'{name}' cannot be the name of a variable")
    return Expression(sympy.Symbol(name, real=True), ("symbol", name))


def symbols(names: str) -> tuple[Expression, ...]:
    """Several names at once: ``g, E, m = loligo.symbols("g E m")``."""
    return tuple(symbol(name) for name in names.replace(",", " ").split())


def _function(name: str, symbolic: Callable[..., Any], summary: str, count: int = 1) -> Callable[..., Expression]:
    def apply(*arguments: Any) -> Expression:
        if len(arguments) != count:
            raise FormulaError(f"{name} takes {count} argument{'s' * (count > 1)}, got {len(arguments)}")
        parts = [expression(a) for a in arguments]
        return Expression(symbolic(*(p.sympy for p in parts)), ("call", name, *(p.tree for p in parts)))

    apply.__name__ = apply.__qualname__ = name
    apply.__doc__ = summary
    return apply


exp = _function("exp", sympy.exp, "Exponential function.")
exprel = _function("exprel", lambda x: phi(1, x), "(exp(x) - 1) / x, with its value 1 at 0.")
log = _function("log", sympy.log, "Natural logarithm.")
log10 = _function("log10", lambda x: sympy.log(x) / sympy.log(10), "Decimal logarithm.")
sqrt = _function("sqrt", sympy.sqrt, "Square root.")
tanh = _function("tanh", lambda x: (sympy.exp(2 * x) - 1) / (sympy.exp(2 * x) + 1), "Hyperbolic tangent.")
cosh = _function("cosh", lambda x: (sympy.exp(x) + sympy.exp(-x)) / 2, "Hyperbolic cosine.")
sinh = _function("sinh", lambda x: (sympy.exp(x) - sympy.exp(-x)) / 2, "Hyperbolic sine.")
absolute = _function("abs", sympy.Abs, "Absolute value.")
minimum = _function("minimum", sympy.Min, "The smaller of two values.", 2)
maximum = _function("maximum", sympy.Max, "The larger of two values.", 2)
where = _function("where", select, "``where(x, a, b)``: a where x > 0, b elsewhere; computed without a branch.", 3)

GAS, FARADAY = sympy.Rational("8.314462618"), sympy.Rational("96485.33212")  # J/(mol K), C/mol: CODATA 2018
_CELSIUS = sympy.Symbol("celsius", real=True)
_VOLTAGE = sympy.Symbol("V", real=True)


def _nernst(inside: sympy.Expr, outside: sympy.Expr, valence: sympy.Expr) -> sympy.Expr:
    return 1000 * GAS * (_CELSIUS + sympy.Rational("273.15")) / (valence * FARADAY) * sympy.log(outside / inside)


def _ghk(inside: sympy.Expr, outside: sympy.Expr, valence: sympy.Expr) -> sympy.Expr:
    w = valence * FARADAY * _VOLTAGE / (1000 * GAS * (_CELSIUS + sympy.Rational("273.15")))
    return valence * FARADAY * ((inside - outside) / phi(1, w) + inside * w)


nernst = _function(
    "nernst", _nernst, "``nernst(inside, outside, valence)``: equilibrium potential, mV, at the cell's temperature.", 3
)
ghk = _function(
    "ghk",
    _ghk,
    """``ghk(inside, outside, valence)``: the constant-field current (Goldman 1943, Hodgkin & Katz 1949), in µA/cm² per
    cm/s of permeability with concentrations in mM: z F w (c_i - c_o e^-w) / (1 - e^-w), w = z F V / RT.""",
    3,
)
FUNCTIONS: dict[str, Callable[..., Expression]] = {
    f.__name__: f
    for f in (exp, exprel, log, log10, sqrt, tanh, cosh, sinh, absolute, minimum, maximum, where, nernst, ghk)
}

V = symbol("V")


def shifted(rest: Any) -> Expression:
    """V measured from `rest` (mV), as papers do that count from the resting potential: ``u = shifted(-65)``."""
    return expression(V - rest)


def substituted(formula: Expression, replaced: dict[str, Expression]) -> Expression:
    """The formula with some of its names replaced by formulas."""

    def visit(tree: Tree) -> Tree:
        if tree[0] == "symbol":
            return replaced[tree[1]].tree if tree[1] in replaced else tree
        return tree if tree[0] == "number" else tuple(visit(p) if isinstance(p, tuple) else p for p in tree)

    names = {sympy.Symbol(name, real=True): value.sympy for name, value in replaced.items()}
    return Expression(formula.sympy.subs(names, simultaneous=True), visit(formula.tree))
