"""From cells to Systems: gates of every kind, temperature, the linear form and the Jacobian."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from high_precision import DIGITS, evaluate, exact
from hypothesis import given, settings
from strategies import cells

import loligo as lo
from loligo import FormulaError, LoligoError, V, exp
from loligo.numerics.arrays import array_function
from loligo.system import System, system

LEAK = lo.Channel("leak", g=0.3, E=-60)
RISE = 1 / (1 + exp(-(V + 40) / 9))
FALL = 1 / (1 + exp((V + 62) / 7))
h, k, m, n, p = lo.symbols("h k m n p")


def cell_of(**parts: Any) -> lo.Cell:
    return lo.Cell("c", [lo.Channel("X", g=2, E=-5, **parts), LEAK])


def at(cell: lo.Cell, formulas: dict[str, sympy.Expr] | list[sympy.Expr], current: float = 0.0, **state: float) -> Any:
    """Values of formulas at a state, where gates are called ``X_m``."""
    whole = system(cell)
    point = [state[s.path.replace(".", "_")] for s in whole.states]
    numbers = tuple(q.value for q in cell.parameters.values())
    listed = list(formulas.values()) if isinstance(formulas, dict) else formulas
    values = [float(x) for x in array_function(whole, tuple(listed))(point, current, numbers)]
    return dict(zip(formulas, values, strict=True)) if isinstance(formulas, dict) else values


def observed(cell: lo.Cell, *paths: str, **state: float) -> list[float]:
    return at(cell, [system(cell).observable(path).formula for path in paths], **state)


def sigmoid(v: float, half: float, slope: float) -> float:
    return 1 / (1 + np.exp(-(v - half) / slope))


# --------------------------------------------------------------------------------------------------- gates of every kind


def test_gates_with_steady_state_and_time_constant() -> None:
    cell = cell_of(m=lo.Gate(3, inf=RISE, tau=2 + V**2 / 1e4))
    whole = system(cell)
    assert [s.path for s in whole.states] == ["V", "X.m"]
    slope, current, tau, inf = at(
        cell,
        [whole.derivatives[1], *(whole.observable(f"X.{x}").formula for x in ("I", "m.tau", "m.inf"))],
        V=-30,
        X_m=0.2,
    )
    assert tau == pytest.approx(2.09)
    assert inf == pytest.approx(sigmoid(-30, -40, 9), rel=1e-15)
    assert slope == pytest.approx((inf - 0.2) / tau, rel=1e-15)
    assert current == pytest.approx(2 * 0.2**3 * -25, rel=1e-15)


@pytest.mark.parametrize("power", [1, 2, 0.5, 2.5, 20, lo.parse("1/3")])
def test_any_power(power: Any) -> None:
    number = float(power.sympy) if isinstance(power, type(V)) else float(power)
    [g] = observed(cell_of(m=lo.Gate(power, inf=RISE, tau=1)), "X.conductance", V=0, X_m=0.4)
    assert g == pytest.approx(2 * 0.4**number, rel=1e-14)


def test_an_instantaneous_gate_is_no_state() -> None:
    cell = cell_of(m=lo.Gate(3, inf=RISE), h=lo.Gate(1, inf=FALL, tau=4))
    whole = system(cell)
    assert [s.path for s in whole.states] == ["V", "X.h"]
    assert not any(
        f.has(sympy.Symbol("X.m", real=True)) for f in (*whole.derivatives, *(o.formula for o in whole.observables))
    )
    gate, current = observed(cell, "X.m", "X.I", V=-20, X_h=0.5)
    assert gate == pytest.approx(sigmoid(-20, -40, 9), rel=1e-15)
    assert current == pytest.approx(2 * gate**3 * 0.5 * -15, rel=1e-15)


def test_gates_may_use_other_gates_parameters_and_the_temperature() -> None:
    parts = {"m": lo.Gate(1, inf=h / 2, tau=1 + p * h), "h": lo.Gate(1, inf=FALL, tau=lo.symbol("celsius") / 3), "p": 3}
    cell = cell_of(**parts).with_(celsius=12)
    m_slope, h_slope = at(cell, list(system(cell).derivatives[1:]), V=-62, X_m=0.1, X_h=0.8)
    assert m_slope == pytest.approx((0.4 - 0.1) / (1 + 3 * 0.8), rel=1e-15)
    assert h_slope == pytest.approx((0.5 - 0.8) / 4, rel=1e-15)
    steady = system(cell).steady
    assert {str(x) for x in steady} == {"X.m", "X.h"}
    assert not any(f.has(*steady) for f in steady.values())  # resolved down to V


def test_an_instantaneous_gate_of_an_instantaneous_gate() -> None:
    cell = cell_of(m=lo.Gate(1, inf=h / 2), h=lo.Gate(1, inf=RISE))
    assert observed(cell, "X.m", "X.h", V=-40.0) == [0.25, 0.5]


def test_a_chain_of_instantaneous_gates() -> None:
    cell = cell_of(m=lo.Gate(1, inf=h / 2), h=lo.Gate(1, inf=k / 2), k=lo.Gate(1, inf=RISE))
    assert observed(cell, "X.m", "X.h", "X.k", V=-40.0) == [0.125, 0.25, 0.5]


def test_a_circle_of_instantaneous_gates_is_refused() -> None:
    with pytest.raises(LoligoError, match=r"m.*h|h.*m"):
        system(cell_of(m=lo.Gate(1, inf=h / 2), h=lo.Gate(1, inf=m / 3)))


def test_two_gates_or_parameters_are_never_taken_for_one() -> None:
    """``A.b_c`` and ``A_b.c`` are the same word once the dot is gone."""
    first = lo.Channel("A", g=1, E=0, b_c=lo.Gate(1, inf=0.5, tau=1), p_q=7)
    second = lo.Channel("A_b", g=1, E=0, c=lo.Gate(1, inf=0.1, tau=3))
    third = lo.Channel("A_p", current=lo.symbol("q") * V, q=3)
    cell = lo.Cell("c", [first, second, third, LEAK])
    whole = system(cell)
    numbers = tuple(q.value for q in cell.parameters.values())
    slopes = [float(x) for x in array_function(whole, whole.derivatives)([-10.0, 0.25, 0.4], 0.0, numbers)]
    assert slopes == pytest.approx([10 * (0.25 + 0.4 + 3) - 0.3 * 50, 0.5 - 0.25, (0.1 - 0.4) / 3], rel=1e-14)


def test_of_gates_that_depend_on_one_another_one_has_to_be_searched_for() -> None:
    whole = system(
        cell_of(m=lo.Gate(1, inf=h / 2, tau=1), h=lo.Gate(1, inf=m / 3 + 0.1, tau=2), n=lo.Gate(1, inf=RISE, tau=1))
    )
    assert [str(x) for x in whole.unknowns] == ["V", "X.m"]
    assert {str(x) for x in whole.steady} == {"X.h", "X.n"}


def test_a_gate_without_a_finite_value_is_refused() -> None:
    with pytest.raises(FormulaError, match="no real, finite value"):
        system(cell_of(m=lo.Gate(1, inf=lo.log(0) * V, tau=1)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: lo.Cell("c", [lo.Channel("X", current=lo.log(0) * V)]), lambda: cell_of(m=lo.Gate(1, inf=lo.log(0) * V)),
        lambda: cell_of(m=lo.Gate(1, inf=lo.sqrt(-1) * V, tau=1)),
        lambda: cell_of(m=lo.Gate(1, alpha=0, beta=0)),
    ],
    ids=["current", "instantaneous", "complex", "no rates"],
)  # fmt: skip
def test_other_values_that_are_not_finite(make: Any) -> None:
    with pytest.raises(FormulaError):
        system(make())


# --------------------------------------------------------------------------------------------------------- temperature


@pytest.mark.parametrize(("celsius", "factor"), [(6.3, 1.0), (16.3, 3.0), (26.3, 9.0), (-3.7, 1 / 3), (18.5, 3**1.22)])
def test_the_temperature_of_a_channel(celsius: float, factor: float) -> None:
    parts = {
        "m": lo.Gate(3, alpha=exp(V / 40), beta=exp(-V / 40)),
        "h": lo.Gate(1, inf=FALL, tau=5),
        "q10": 3,
        "celsius_ref": 6.3,
    }
    cell = cell_of(**parts)
    paths = ["X.m.alpha", "X.m.beta", "X.m.tau", "X.h.tau", "X.m.inf", "X.h.inf", "X.conductance"]
    state = {"V": -20.0, "X_m": 0.3, "X_h": 0.4}
    cold, warm = (
        np.array(observed(c, *paths, **state)) for c in (cell.with_(celsius=6.3), cell.with_(celsius=celsius))
    )
    assert warm / cold == pytest.approx([factor, factor, 1 / factor, 1 / factor, 1, 1, 1], rel=1e-13)
    slopes = [
        np.array(at(c, list(system(c).derivatives), **state))
        for c in (cell.with_(celsius=6.3), cell.with_(celsius=celsius))
    ]
    assert slopes[1] / slopes[0] == pytest.approx([1, factor, factor], rel=1e-13)  # capacitance and currents stay


def test_the_temperature_enters_as_the_formula_says() -> None:
    whole = system(cell_of(m=lo.Gate(1, inf=0.5, tau=1), q10=3, celsius_ref=6.3))
    q10, ref = (next(q.symbol for q in whole.parameters if q.path == f"X.{x}") for x in ("q10", "celsius_ref"))
    celsius = next(q.symbol for q in whole.parameters if q.path == "celsius")
    x = whole.states[1].symbol
    assert sympy.simplify(whole.derivatives[1] / (sympy.Rational(1, 2) - x) - q10 ** ((celsius - ref) / 10)) == 0


def test_a_gate_may_have_its_own_temperature() -> None:
    own = lo.Gate(1, inf=FALL, tau=5, q10=2, celsius_ref=20)
    cell = cell_of(m=lo.Gate(3, inf=RISE, tau=5), h=own, q10=3, celsius_ref=10).with_(celsius=30)
    assert set(cell.parameters) >= {"X.q10", "X.celsius_ref", "X.h.q10", "X.h.celsius_ref"}
    state = {"V": -20.0, "X_m": 0.3, "X_h": 0.4}
    assert observed(cell, "X.m.tau", "X.h.tau", **state) == pytest.approx([5 / 9, 5 / 2], rel=1e-14)
    assert observed(cell.with_({"X.h.q10": 4}), "X.m.tau", "X.h.tau", **state) == pytest.approx(
        [5 / 9, 5 / 4], rel=1e-14
    )
    assert observed(cell_of(h=own), "X.h.tau", V=-20.0, X_h=0.4) == pytest.approx(
        [5 * 2 ** (-(6.3 - 20) / 10)], rel=1e-14
    )


# --------------------------------------------------------------------------------------- linear form, Jacobian, observables


def values_of(cell: lo.Cell, state: list[float], current: float) -> dict[sympy.Symbol, Any]:
    whole = system(cell)
    found: dict[sympy.Symbol, Any] = dict(zip((s.symbol for s in whole.states), state, strict=True))
    return found | {whole.input: current} | {q.symbol: cell.parameters[q.path].value for q in whole.parameters}


def state_of(whole: System, seed: int) -> list[float]:
    rng = np.random.default_rng(seed)
    return [rng.uniform(-100, 50), *rng.uniform(0.01, 0.99, len(whole.states) - 1)]


@settings(max_examples=25)
@given(cells())
def test_the_linear_form_is_the_same_equation(cell: lo.Cell) -> None:
    whole = system(cell)
    values = values_of(cell, state_of(whole, 1), 7.0)
    with mpmath.workdps(DIGITS):
        for variable, f, (a, s) in zip(whole.states, whole.derivatives, whole.linear, strict=True):
            together = evaluate(a, values) - evaluate(s, values) * exact(values[variable.symbol])
            assert mpmath.almosteq(together, evaluate(f, values), 1e-45)
            assert not s.has(variable.symbol)
            assert not a.has(variable.symbol)  # ohmic channels: the membrane, too, is affine in its V
            assert evaluate(s, values) > 0  # and everything relaxes


def test_the_membrane_is_affine_in_v() -> None:
    """C dV/dt = r - g V: conductances, and conductances times reversal potentials, as in the textbook."""
    cell = lo.cells.squid()
    a, s = system(cell).linear[0]
    m, h, n = 0.3, 0.4, 0.6
    got = at(cell.with_({"capacitance": 2}), [a, s], current=7.0, V=123.0, Na_m=m, Na_h=h, K_n=n)
    g = [120 * m**3 * h, 36 * n**4, 0.3]
    assert got[1] == pytest.approx(sum(g) / 2, rel=1e-14)
    assert got[0] == pytest.approx((7 + g[0] * 50 + g[1] * -77 + g[2] * -54.387) / 2, rel=1e-14)


def test_a_curved_current_is_replaced_by_its_tangent() -> None:
    cell = lo.Cell("c", [lo.Channel("X", current=0.01 * V * (1 - 2 * exp(-V / 25)) / (1 - exp(-V / 25))), LEAK])
    whole = system(cell)
    values = values_of(cell, [-33.0], 2.0)
    v = whole.states[0].symbol
    a, s = whole.linear[0]
    with mpmath.workdps(DIGITS):
        assert mpmath.almosteq(
            evaluate(a, values) - evaluate(s, values) * -33, evaluate(whole.derivatives[0], values), 1e-45
        )
        slope = mpmath.diff(lambda x: evaluate(whole.derivatives[0], values | {v: x}), mpmath.mpf(-33))
        assert mpmath.almosteq(-evaluate(s, values), slope, 1e-20)


@settings(max_examples=6)
@given(cells(most=3))
def test_the_jacobian_is_the_derivative(cell: lo.Cell) -> None:
    whole = system(cell)
    state = state_of(whole, 2)
    values = values_of(cell, state, 7.0)
    with mpmath.workdps(DIGITS):
        for i, f in enumerate(whole.derivatives):
            for j, variable in enumerate(whole.states):
                x, step = exact(state[j]), mpmath.mpf(10) ** -18
                up, down = (evaluate(f, values | {variable.symbol: x + d}) for d in (step, -step))
                wanted = (up - down) / (2 * step)  # the error of the difference is of order step squared
                got = evaluate(whole.jacobian[i, j], values)
                assert abs(got - wanted) <= mpmath.mpf(10) ** -25 * (1 + abs(wanted))


@pytest.mark.parametrize("place", [-40.0, -55.0])
def test_the_jacobian_at_a_removable_singularity(place: float) -> None:
    """x/(1 - e^-x) = 1 + x/2 + x^2/12 - ..., so the slope of 0.1 (V + 40)/(1 - e^(-(V + 40)/10)) is 0.05 there."""
    cell = cell_of(m=lo.Gate(1, alpha=0.1 * (V - place) / (1 - exp(-(V - place) / 10)), beta=1))
    slope = at(cell, [system(cell).jacobian[1, 0]], V=place, X_m=0.25)[0]
    assert slope == pytest.approx(0.05 * (1 - 0.25), rel=1e-14)


@settings(max_examples=25)
@given(cells())
def test_at_their_steady_values_no_gate_moves(cell: lo.Cell) -> None:
    whole = system(cell)
    assert set(whole.steady) == {s.symbol for s in whole.states[1:]}
    values = values_of(cell, [-51.3] + [0.0] * (len(whole.states) - 1), 0.0)
    with mpmath.workdps(DIGITS):
        resting = values | {x: evaluate(f, values) for x, f in whole.steady.items()}
        for variable, f in zip(whole.states[1:], whole.derivatives[1:], strict=True):
            assert abs(evaluate(f, resting)) < 1e-45
            assert 0 < resting[variable.symbol] < 1
            inf = evaluate(whole.observable(f"{variable.path}.inf").formula, values)
            assert mpmath.almosteq(resting[variable.symbol], inf, 1e-45)


@settings(max_examples=25)
@given(cells())
def test_the_currents_add_up(cell: lo.Cell) -> None:
    whole = system(cell)
    values = values_of(cell, state_of(whole, 3), 7.0)
    with mpmath.workdps(DIGITS):
        seen = {o.path: evaluate(o.formula, values) for o in whole.observables}
        for channel in cell.channels:
            driving = exact(values[whole.states[0].symbol]) - exact(dict(channel.parameters)["E"].value)
            assert mpmath.almosteq(seen[f"{channel.name}.I"], seen[f"{channel.name}.conductance"] * driving, 1e-45)
            for name, gate in channel.gates:
                speed = 1 / seen[f"{channel.name}.{name}.tau"]
                if gate.alpha is not None:
                    assert mpmath.almosteq(
                        speed, seen[f"{channel.name}.{name}.alpha"] + seen[f"{channel.name}.{name}.beta"], 1e-45
                    )
        total = sum(seen[f"{c.name}.I"] for c in cell.channels)
        wanted = (7 - total) / exact(cell.capacitance.value)
        assert mpmath.almosteq(evaluate(whole.derivatives[0], values), wanted, 1e-45)


def test_any_channel_may_be_in_any_order() -> None:
    squid = lo.cells.squid()
    turned = squid.replace(channels=squid.channels[::-1])
    state = {"V": -20.0, "Na_m": 0.3, "Na_h": 0.4, "K_n": 0.5}
    first, second = (
        dict(zip((s.path for s in system(c).states), at(c, list(system(c).derivatives), **state), strict=True))
        for c in (squid, turned)
    )
    assert first == pytest.approx(second, rel=1e-14)
