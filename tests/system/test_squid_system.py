"""The System of the squid axon, against Hodgkin & Huxley's equations written down once more, in mpmath."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import sympy
from high_precision import DIGITS, relative_error

import loligo as lo
from loligo import PathError
from loligo.numerics.arrays import array_function
from loligo.system import System, system

SQUID = lo.cells.squid()
NUMBERS = {path: p.value for path, p in SQUID.parameters.items()}
mpf = mpmath.mpf


def parameters(cell: lo.Cell) -> tuple[float, ...]:
    return tuple(p.value for p in cell.parameters.values())


def ratio(x: Any) -> Any:
    """x / (1 - exp(-x)), 1 at 0, to all digits."""
    return x / (1 - mpmath.exp(-x)) if x else mpf(1)


RATES = {
    "Na.m.alpha": lambda v: ratio((v + 40) / 10),
    "Na.m.beta": lambda v: 4 * mpmath.exp(-(v + 65) / 18),
    "Na.h.alpha": lambda v: mpf("0.07") * mpmath.exp(-(v + 65) / 20),
    "Na.h.beta": lambda v: 1 / (1 + mpmath.exp(-(v + 35) / 10)),
    "K.n.alpha": lambda v: mpf("0.1") * ratio((v + 55) / 10),
    "K.n.beta": lambda v: mpmath.exp(-(v + 65) / 80) / 8,
}  # Hodgkin & Huxley 1952, equations 12, 13, 20, 21, 23, 24, with their v = -(V + 65)


def hodgkin_huxley(state: Any, current: Any, p: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Right-hand sides, and for each the sum of the sizes of its terms: what rounding is measured by."""
    v, m, h, n = (mpf(float(x)) for x in state)
    rate = {name: f(v) for name, f in RATES.items()}
    heat = {c: mpf(p[f"{c}.q10"]) ** ((mpf(p["celsius"]) - mpf(p[f"{c}.celsius_ref"])) / 10) for c in ("Na", "K")}
    currents = [
        mpf(p["Na.g"]) * m**3 * h * (v - mpf(p["Na.E"])),
        mpf(p["K.g"]) * n**4 * (v - mpf(p["K.E"])),
        mpf(p["leak.g"]) * (v - mpf(p["leak.E"])),
    ]
    c = mpf(p["capacitance"])
    values, sizes = [(mpf(current) - sum(currents)) / c], [(abs(mpf(current)) + sum(map(abs, currents))) / c]
    for gate, x in (("Na.m", m), ("Na.h", h), ("K.n", n)):
        opens, closes = rate[f"{gate}.alpha"] * (1 - x), rate[f"{gate}.beta"] * x
        values.append(heat[gate.split(".")[0]] * (opens - closes))
        sizes.append(heat[gate.split(".")[0]] * (opens + closes))
    return values, sizes


SYSTEM = system(SQUID)
FUNCTION = array_function(SYSTEM, SYSTEM.derivatives)


def test_states_parameters_and_observables() -> None:
    assert isinstance(SYSTEM, System)
    assert [(s.path, s.unit, s.kind) for s in SYSTEM.states] == [
        ("V", "mV", "voltage"), ("Na.m", "1", "gate"), ("Na.h", "1", "gate"), ("K.n", "1", "gate"),
    ]  # fmt: skip
    assert [(p.path, p.unit) for p in SYSTEM.parameters] == [(path, q.unit) for path, q in SQUID.parameters.items()]
    gates = ["Na.m", "Na.h", "K.n"]
    wanted = {"V"} | {f"{x}{part}" for x in gates for part in ("", ".inf", ".tau", ".alpha", ".beta")}
    wanted |= {f"{c}.{what}" for c in ("Na", "K", "leak") for what in ("I", "conductance")}
    assert {o.path for o in SYSTEM.observables} == wanted
    assert len(SYSTEM.observables) == len(wanted)
    units = {
        "V": "mV",
        "Na.m": "1",
        "Na.m.inf": "1",
        "Na.m.tau": "ms",
        "Na.m.alpha": "1/ms",
        "Na.I": "µA/cm²",
        "Na.conductance": "mS/cm²",
    }
    for path, unit in units.items():
        assert SYSTEM.observable(path).unit == unit
    with pytest.raises(PathError, match=r"'Na\.q' cannot be recorded: did you mean"):
        SYSTEM.observable("Na.q")


def test_numbers_are_not_part_of_it() -> None:
    changed = SQUID.with_({"Na.g": 60, "celsius": 20, "capacitance": 2, "K.celsius_ref": 7})
    assert system(changed) is SYSTEM
    assert system(lo.cells.squid()) is SYSTEM
    assert system(SQUID.with_({"K.n.alpha": 0.02 * lo.V + 5})) != SYSTEM


def test_right_hand_sides_at_random_states() -> None:
    rng = np.random.default_rng(1952)
    with mpmath.workdps(DIGITS):
        for _ in range(200):
            state = np.array([rng.uniform(-120, 80), *rng.uniform(0, 1, 3)])
            values = {path: x * rng.uniform(0.8, 1.25) for path, x in NUMBERS.items()}
            current = rng.uniform(-50, 50)
            got = FUNCTION(state, current, tuple(values.values()))
            wanted, sizes = hodgkin_huxley(state, current, values)
            for g, w, size in zip(got, wanted, sizes, strict=True):
                assert relative_error(g, w, size) < 1e-13


@pytest.mark.parametrize(("path", "singular"), [("Na.m.alpha", -40.0), ("K.n.alpha", -55.0)])
def test_rates_at_and_around_their_removable_singularity(path: str, singular: float) -> None:
    near = [singular, np.nextafter(singular, 0), np.nextafter(singular, -99)]
    steps = np.concatenate([[1e-15], np.logspace(-13.5, 1.7, 300)])
    v = np.array([*near, *(singular + steps), *(singular - steps)])
    got = array_function(SYSTEM, (SYSTEM.observable(path).formula,))([v, 0, 0, 0], 0.0, parameters(SQUID))[0]
    with mpmath.workdps(DIGITS):
        errors = [relative_error(g, RATES[path](mpf(float(x)))) for g, x in zip(got, v, strict=True)]
    assert max(errors) < 2e-15
    assert got[0] == {"Na.m.alpha": 1.0, "K.n.alpha": 0.1}[path]  # the limits, exactly
    assert abs(got[1] - got[0]) < 1e-14 > abs(got[2] - got[0])


@pytest.mark.parametrize("path", RATES)
def test_rates_over_the_whole_range(path: str) -> None:
    v = np.linspace(-200, 150, 701)  # hits -40 and -55 exactly
    got = array_function(SYSTEM, (SYSTEM.observable(path).formula,))([v, 0, 0, 0], 0.0, parameters(SQUID))[0]
    with mpmath.workdps(DIGITS):
        assert max(relative_error(g, RATES[path](mpf(x))) for g, x in zip(got, v, strict=True)) < 1e-14


def test_rest_of_the_paper() -> None:
    """Steady gates, time constants and conductances at rest (u = 0, leak with zero net current), from an own program
    (SciPy, rtol 1e-12), which agree with HH 1952's 0.05, 0.6, 0.32 to their digits."""
    cell = lo.cells.squid_1952()
    whole = system(cell)
    numbers = parameters(cell)
    gates = array_function(whole, tuple(whole.steady[s.symbol] for s in whole.states[1:]))([0.0] * 4, 0.0, numbers)
    m, h, n = map(float, gates)
    assert (m, h, n) == pytest.approx((0.05293248525724958, 0.5961207535084603, 0.3176769140606974), rel=1e-14)
    paths = ["Na.m.tau", "K.n.tau", "Na.h.tau", "Na.conductance", "K.conductance"]
    formulas = tuple(whole.observable(path).formula for path in paths)
    wanted = [0.2367668786856876, 5.458584687514421, 8.516010764406575, 0.010609192838829854, 0.3666444556069115]
    assert [float(x) for x in array_function(whole, formulas)([0.0, m, h, n], 0.0, numbers)] == pytest.approx(
        wanted, rel=1e-14
    )
    assert float(array_function(whole, whole.derivatives)([0.0, m, h, n], 0.0, numbers)[0]) == pytest.approx(
        0, abs=1e-14
    )


@pytest.mark.parametrize(
    ("celsius", "wanted"),
    [
        (6.3, [-4.675027302854, -0.202638850458 + 0.383224511754j, -0.120665068014]),
        (18.5, [-16.569499320204, -0.462925450683 + 0.746034891135j, -0.462723170187]),
        (20.0, [-19.458700789840, -0.524466090730 + 0.797880182694j, -0.546210660159]),
    ],
)
def test_eigenvalues_at_rest(celsius: float, wanted: list[complex]) -> None:
    """Of the Jacobian at u = 0.003620668808 mV, EL = 10.613; from an own program (SciPy)."""
    cell = SQUID.with_({"celsius": celsius})
    rest = -64.996379331192
    gates = array_function(SYSTEM, tuple(SYSTEM.steady[s.symbol] for s in SYSTEM.states[1:]))(
        [rest, 0, 0, 0], 0.0, parameters(cell)
    )
    state = [rest, *map(float, gates)]
    matrix = np.array(array_function(SYSTEM, tuple(SYSTEM.jacobian))(state, 0.0, parameters(cell))).reshape(4, 4)
    found = np.linalg.eigvals(matrix)
    for value in wanted:
        assert min(abs(found - value)) < 2e-11


def test_observables_are_what_they_say() -> None:
    state, numbers = [-30.0, 0.3, 0.4, 0.6], parameters(SQUID.with_({"celsius": 16.3}))
    seen = {
        o.path: float(x)
        for o, x in zip(
            SYSTEM.observables,
            array_function(SYSTEM, tuple(o.formula for o in SYSTEM.observables))(state, 0.0, numbers),
            strict=True,
        )
    }
    assert seen["Na.conductance"] == pytest.approx(120 * 0.3**3 * 0.4, rel=1e-14)
    assert seen["Na.I"] == pytest.approx(120 * 0.3**3 * 0.4 * -80, rel=1e-14)
    assert seen["leak.I"] == pytest.approx(0.3 * (54.387 - 30), rel=1e-14)
    for gate in ("Na.m", "Na.h", "K.n"):
        alpha, beta = seen[f"{gate}.alpha"], seen[f"{gate}.beta"]
        with mpmath.workdps(DIGITS):  # 10 degrees warmer: three times as fast
            assert relative_error(alpha, 3 * RATES[f"{gate}.alpha"](mpf(-30))) < 1e-14
        assert seen[f"{gate}.tau"] == pytest.approx(1 / (alpha + beta), rel=1e-14)
        assert seen[f"{gate}.inf"] == pytest.approx(alpha / (alpha + beta), rel=1e-14)


def test_under_clamp_the_voltage_is_the_input() -> None:
    held = SYSTEM.clamped
    assert [s.path for s in held.states] == ["Na.m", "Na.h", "K.n"]
    assert held.input == SYSTEM.states[0].symbol
    free = FUNCTION([-20.0, 0.1, 0.2, 0.3], 0.0, parameters(SQUID))
    under = array_function(held, held.derivatives)([0.1, 0.2, 0.3], -20.0, parameters(SQUID))
    assert [float(x) for x in under] == [float(x) for x in free[1:]]


def test_it_prints_itself() -> None:
    text = str(SYSTEM)
    assert text.startswith("System of squid: 4 states, 12 parameters")
    for part in ("d V/dt = ", "d Na.m/dt = ", "Na.g (mS/cm²)", "input       stimulus", "exprel(-V/10 - 4)"):
        assert part in text
    assert all(isinstance(f, sympy.Expr) for f in SYSTEM.derivatives)
