"""Formulas as written: what is printed is what was written, and what is computed is what was printed."""

from __future__ import annotations

import ast
import copy
import math
import pickle
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from high_precision import evaluate
from hypothesis import assume, given
from hypothesis import strategies as st

import loligo as lo
from loligo import FormulaError, V, exp
from loligo.model.expression import Expression, expression

X = sympy.Symbol("V", real=True)
DECIMALS = st.decimals(-999, 999, allow_nan=False, places=3).map(float)
LEAVES = st.one_of(st.just("V"), st.just("a"), st.integers(0, 99), DECIMALS)
BINARY = ("+", "-", "*", "/")


def grow(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.tuples(st.sampled_from(BINARY), children, children),
        st.tuples(st.just("neg"), children),
        st.tuples(st.just("**"), children, st.integers(-3, 3)),
    )


ARITHMETIC = st.recursive(LEAVES, grow, max_leaves=12)


def build(tree: Any) -> Expression:
    """The formula, made with Python's operators as a user makes it."""
    if not isinstance(tree, tuple):
        return lo.symbol(tree) if isinstance(tree, str) else expression(tree)
    if tree[0] == "neg":
        return -build(tree[1])
    left, right = build(tree[1]), tree[2] if tree[0] == "**" else build(tree[2])
    return {"+": left.__add__, "-": left.__sub__, "*": left.__mul__, "/": left.__truediv__, "**": left.__pow__}[
        tree[0]
    ](right)


def value(tree: Any, names: dict[str, Fraction]) -> Fraction:
    """The same tree in exact rational arithmetic, without the package."""
    if not isinstance(tree, tuple):
        return names[tree] if isinstance(tree, str) else Fraction(repr(tree))
    if tree[0] == "neg":
        return -value(tree[1], names)
    a, b = value(tree[1], names), Fraction(tree[2]) if tree[0] == "**" else value(tree[2], names)
    return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b, "**": lambda: a ** int(b)}[
        tree[0]
    ]()


class ExactNumbers(ast.NodeTransformer):
    """Turns the numbers of a Python expression into fractions, so that Python itself computes without rounding."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        text = ast.Constant(repr(node.value))
        return ast.copy_location(ast.Call(ast.Name("Fraction", ast.Load()), [text], []), node)


def python(text: str, names: dict[str, Any]) -> Any:
    """What Python makes of a printed formula."""
    tree = ast.fix_missing_locations(ExactNumbers().visit(ast.parse(text, mode="eval")))
    return eval(compile(tree, "formula", "eval"), {"Fraction": Fraction, **names})


@given(ARITHMETIC, st.fractions(-100, 100, max_denominator=50), st.fractions(-10, 10, max_denominator=9))
def test_printed_formula_reads_back_and_means_what_was_written(tree: Any, v: Fraction, a: Fraction) -> None:
    names = {"V": v, "a": a}
    try:
        wanted, formula = value(tree, names), build(tree)
    except (ZeroDivisionError, FormulaError):
        assume(False)
    text = str(formula)
    again = lo.parse(text)
    assert again == formula
    assert again.sympy == formula.sympy
    assert python(text, names) == wanted
    symbolic = formula.sympy.subs({X: sympy.Rational(v), sympy.Symbol("a", real=True): sympy.Rational(a)})
    assert sympy.Rational(wanted) == symbolic


MATHS = {
    "exp": mpmath.exp, "tanh": mpmath.tanh, "cosh": mpmath.cosh, "sinh": mpmath.sinh, "sqrt": mpmath.sqrt,
    "log": mpmath.log, "log10": mpmath.log10, "abs": abs, "minimum": min, "maximum": max,
    "exprel": lambda x: mpmath.expm1(x) / x if x else mpmath.mpf(1),
}  # fmt: skip


@pytest.mark.parametrize("v", ["-87.3", "-40", "0", "1e-9", "33.25"])
@pytest.mark.parametrize(
    "text",
    [
        "exp(-(V + 65)/18)", "tanh(V/20)", "cosh(V/31)", "sinh(V/7)", "sqrt(abs(V) + 1)", "log(V + 100)", "log10(V + 100)",
        "abs(V)**3", "minimum(V, -60)", "maximum(2*V, V**2 - 5)", "exprel(V/3)", "exprel(-V)**2", "exp(V/10)**2/(1 + exp(V/10))",
        "2**(V/10)", "(V + 100)**0.3", "(V + 100)**(1/3)", "exp(exp(V/50))", "minimum(maximum(V, -3), exp(V/9))",
    ],
)  # fmt: skip
def test_functions_have_the_values_of_mpmath(text: str, v: str) -> None:
    with mpmath.workdps(50):
        x = mpmath.mpf(v)
        numbers = {"V": x, "Fraction": lambda t: mpmath.mpf(t), **MATHS}
        tree = ast.fix_missing_locations(ExactNumbers().visit(ast.parse(text, mode="eval")))
        wanted = eval(compile(tree, "formula", "eval"), numbers)
        got = evaluate(lo.parse(text).sympy, {X: x})
        assert mpmath.almosteq(got, wanted, 1e-40)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_become_the_decimals_they_print_as(x: float) -> None:
    formula = expression(x)
    assert formula.sympy == sympy.Rational(Fraction(repr(x)))
    assert lo.parse(str(formula)) == formula


def test_decimals_are_exact_so_that_equal_constants_are_equal() -> None:
    assert expression(0.1).sympy == sympy.Rational(1, 10)
    assert (expression(0.1) * 3).sympy == sympy.Rational(3, 10)
    assert expression(0.1) + expression(0.2) != expression(0.3)  # as written they differ
    assert (expression(0.1) + expression(0.2)).sympy == expression(0.3).sympy  # but 0.1 + 0.2 is 0.3 here


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (0.1 * (V + 40) / (1 - exp(-(V + 40) / 10)), "0.1*(V + 40)/(1 - exp(-(V + 40)/10))"),
        (4 * exp(-(V + 65) / 18), "4*exp(-(V + 65)/18)"),
        (V - (V - 1), "V - (V - 1)"), ((V - V) - 1, "V - V - 1"), (V / (V * 2), "V/(V*2)"), (V / 2 / 3, "V/2/3"),
        ((V**2) ** 3, "(V**2)**3"), (V ** (V**2), "V**V**2"), ((-V) ** 2, "(-V)**2"), (-(V**2), "-V**2"),
        (-(V + 1), "-(V + 1)"), (2 - (-V), "2 - -V"), (V * (V / 2), "V*(V/2)"), (V**-1, "V**(-1)"), (+V, "V"),
    ],
)  # fmt: skip
def test_printing_keeps_the_order_and_needs_no_brackets(formula: Expression, text: str) -> None:
    assert str(formula) == text
    assert repr(formula) == f"<formula {text}>"


@pytest.mark.parametrize(
    "number", [2, 2.0, np.float64(2), np.float32(2), np.int64(2), np.array(2.0), np.array(2), Fraction(2)]
)
def test_numbers_of_any_kind_on_either_side(number: Any) -> None:
    for formula, wanted in [
        (number * V, 2 * X), (V * number, 2 * X), (number + V, X + 2), (V - number, X - 2), (number - V, 2 - X),
        (number / V, 2 / X), (V / number, X / 2), (V**number, X**2), (number**V, 2**X),
    ]:  # fmt: skip
        assert isinstance(formula, Expression)
        assert formula.sympy == wanted


@pytest.mark.parametrize("name", ["exp", "log", "log10", "sqrt", "tanh", "cosh", "sinh"])
def test_numpy_functions_name_the_one_to_use(name: str) -> None:
    with pytest.raises(FormulaError, match=rf"numpy\.{name} .*loligo\.{name}"):
        getattr(np, name)(V)
    with pytest.raises(FormulaError, match=rf"numpy\.{name} .*loligo\.{name}"):
        getattr(np, name)(-(V + 40) / 10)


def test_numpy_pairs_and_unknown_functions() -> None:
    with pytest.raises(FormulaError, match=r"loligo\.maximum"):
        np.maximum(V, 0)
    with pytest.raises(FormulaError, match=r"numpy\.sin .*exprel, .*log"):
        np.sin(V)
    with pytest.raises(FormulaError):
        np.array([1.0, 2.0]) * V
    with pytest.raises(FormulaError):
        V * np.array([1.0, 2.0])


@pytest.mark.parametrize("function", [math.exp, math.sqrt, math.tanh, float])
def test_math_functions_name_the_one_to_use(function: Any) -> None:
    with pytest.raises(FormulaError, match=r"loligo\.exp \(not math\.exp\)"):
        function(V)


def test_comparisons_and_truth_are_refused() -> None:
    for compare in (
        lambda: V < 0,
        lambda: V > 0,
        lambda: V <= 0,
        lambda: V >= 0,
        lambda: V > 0,
        lambda: np.float64(0) < V,
    ):
        with pytest.raises(FormulaError, match="compared|numpy.less"):
            compare()
    with pytest.raises(FormulaError, match=r"truth value.*loligo\.minimum"):
        bool(V)
    assert V != 0
    assert lo.symbol("V") == V
    assert len({V, lo.symbol("V"), V + 1, V + 1}) == 2


@pytest.mark.parametrize(
    "wrong",
    [None, "1", 1j, True, np.True_, [1], math.nan, math.inf, -math.inf, np.nan, np.array([1.0]), np.array(math.nan)],
)
def test_what_is_no_number_is_refused(wrong: Any) -> None:
    with pytest.raises(FormulaError):
        V + wrong
    with pytest.raises(FormulaError):
        exp(wrong)


def test_text_must_be_parsed_first() -> None:
    with pytest.raises(FormulaError, match=r"loligo\.parse\('V \+ 1'\)"):
        exp("V + 1")


def test_division_by_zero_shows_the_place() -> None:
    for wrong in (lambda: V / 0, lambda: 1 / (V - V), lambda: V / expression(0)):
        with pytest.raises(FormulaError, match="division by zero in"):
            wrong()


def test_number_of_arguments() -> None:
    with pytest.raises(FormulaError, match="exp takes 1 argument, got 2"):
        exp(V, V)
    with pytest.raises(FormulaError, match="minimum takes 2 arguments, got 1"):
        lo.minimum(V)


def test_sympy_expressions_are_taken() -> None:
    assert (V + sympy.Symbol("x")) == V + lo.symbol("x")
    assert exp(sympy.Symbol("V", real=True) / 3).sympy == sympy.exp(X / 3)
    assert sympy.sympify(V + 1) == X + 1
    assert expression(sympy.Rational(1, 4)).sympy == sympy.Rational(1, 4)


def test_formulas_do_not_change() -> None:
    with pytest.raises(FormulaError, match="in place"):
        V.tree = ("number", "1")
    with pytest.raises(FormulaError, match="cannot be the name"):
        lo.symbol("a b")
    assert lo.symbols("g, E m") == (lo.symbol("g"), lo.symbol("E"), lo.symbol("m"))


def test_formulas_are_pickled_and_copied() -> None:
    formula = 0.1 * (V + 40) / (1 - exp(-(V + 40) / 10))
    assert pickle.loads(pickle.dumps(formula)) == formula
    assert copy.deepcopy(formula) == formula


@pytest.mark.parametrize("constant", [sympy.E, sympy.pi])
def test_sympy_constants_stay_numbers(constant: Any) -> None:
    assert (V * constant).sympy.free_symbols == {X}


@pytest.mark.parametrize("formula", [lo.absolute(V).sympy, lo.minimum(V, 3).sympy, lo.maximum(V, 3).sympy])
def test_sympy_functions_that_formulas_know(formula: Any) -> None:
    assert expression(formula).sympy == formula


def test_sympy_floats_keep_their_digits() -> None:
    third = 1 / 3
    assert float(expression(third * sympy.Symbol("x")).sympy.coeff(sympy.Symbol("x", real=True))) == third


@pytest.mark.parametrize(
    "wrong", [lambda: lo.log(0), lambda: expression(0) ** -1, lambda: lo.sqrt(-1), lambda: expression(-1) ** 0.5]
)
def test_constants_that_are_no_real_numbers(wrong: Any) -> None:
    with pytest.raises(FormulaError):
        wrong()
