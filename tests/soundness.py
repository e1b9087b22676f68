"""What has to hold for any cell, and therefore for any channel: it is asked of every one of the library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import sympy
from matplotlib.mathtext import MathTextParser
from scipy.optimize import brentq

import loligo as lo
from loligo.model.printing import latex_lines
from loligo.numerics.arrays import array_function
from loligo.plot.portrait import _settable
from loligo.simulation.steady import Steady
from loligo.system import system

V = sympy.Symbol("V", real=True)
LOW, HIGH = -150.0, 100.0
PARSER = MathTextParser("path")


def formulas(channel: lo.Channel) -> Iterator[sympy.Expr]:
    """As they were written, before any singularity was removed from them."""
    for _, gate in channel.gates:
        yield from (f.sympy for f in gate.formulas.values())
    for _, scheme in channel.schemes:
        yield from (rate.sympy for _, _, rate in scheme.rates)
    yield channel.current.sympy
    if channel.reversal is not None:
        yield channel.reversal.sympy


def singular(cell: lo.Cell) -> list[float]:
    """Potentials at which a denominator of the printed formulas vanishes, to the last bit."""
    found: set[float] = set()
    scan = np.arange(LOW, HIGH, 0.0917)
    for _, channel in cell.all_channels():
        values = {name: p.value for name, p in channel.parameters} | {"celsius": cell.celsius.value}
        for formula in formulas(channel):
            for power in formula.atoms(sympy.Pow):
                if not (power.exp.is_number and power.exp < 0 and V in power.base.free_symbols):
                    continue
                below = power.base.xreplace(
                    {s: sympy.Float(values.get(str(s), 0.5)) for s in power.base.free_symbols - {V}}
                )
                if below.has(sympy.Piecewise) or any(
                    f.__name__ in ("select", "phi") for f in map(type, below.atoms(sympy.Function))
                ):
                    continue
                f = sympy.lambdify(V, below, "numpy")
                with np.errstate(all="ignore"):
                    y = f(scan) * np.ones_like(scan)
                found |= {float(x) for x in scan[y == 0]}
                for j in np.nonzero(y[:-1] * y[1:] < 0)[0]:
                    found.add(float(brentq(f, scan[j], scan[j + 1], xtol=1e-14)))
    return sorted(found)


def grid(cell: lo.Cell) -> np.ndarray:
    """-150 to 100 mV: every tenth of a millivolt, every singular point, and of all of them both neighbours."""
    tenths = np.round(np.arange(LOW, HIGH + 0.01, 0.1), 1)
    points = np.array(singular(cell))
    near = [points, np.round(points, 6), np.round(points, 3)]  # the root as found, and the number that was meant
    v = np.concatenate([tenths, *near])
    return np.unique(np.concatenate([v, np.nextafter(v, -np.inf), np.nextafter(v, np.inf)]))


def steady(solver: Steady, v: np.ndarray) -> list[np.ndarray]:
    """All states; where a pool that a current empties would fall below zero (above its reversal potential) it is empty."""
    states = solver.fill([v] * len(solver.plan.voltages))
    return [np.maximum(s, 1e-12) if x.kind == "pool" else s for x, s in zip(solver.system.states, states, strict=True)]


def evaluated(cell: lo.Cell, v: np.ndarray, chosen: Any) -> list[tuple[str, str, np.ndarray]]:
    """Path, kind and values of the observables that `chosen` picks, in the steady state at each potential."""
    solver = Steady(cell, 0.0)
    states = steady(solver, v)
    named = [o for o in solver.system.observables if chosen(o)]
    values = array_function(solver.system, tuple(o.formula for o in named))(states, 0.0, solver.values)
    return [(o.path, o.kind, np.asarray(x) * np.ones_like(v)) for o, x in zip(named, values, strict=True)]


def finite_and_bounded(cell: lo.Cell, above_one: dict[str, float]) -> None:
    """Steady states between 0 and 1, time constants positive, everything finite."""
    v = grid(cell)
    kinds = ("steady state", "time constant", "rate", "current")
    for path, kind, x in evaluated(cell, v, lambda o: o.kind in kinds):
        assert np.isfinite(x).all(), path
        if kind == "steady state":
            assert x.min() >= -1e-12 and x.max() <= 1 + above_one.get(path, 1e-12), path
        if kind == "time constant":
            assert x.min() > 0, path
    solver = Steady(cell, 0.0)
    slopes = array_function(solver.system, solver.system.derivatives)(steady(solver, v), 0.0, solver.values)
    assert all(np.isfinite(s).all() for s in slopes)


def smooth(cell: lo.Cell, jumps: tuple[str, ...]) -> None:
    """A removable singularity that was not removed shows as a kick between neighbouring numbers."""
    v = grid(cell)
    close = np.diff(v) < 1e-12
    for path, _, x in evaluated(cell, v, lambda o: o.kind in ("rate", "steady state", "time constant")):
        if path.startswith(jumps):
            continue
        kick = np.abs(np.diff(x))[close]
        assert np.all(kick <= 1e-9 * (1e-3 + np.abs(x[:-1][close]))), path


def currents_reverse(cell: lo.Cell) -> int:
    """Ohmic currents vanish at E and point outward above it, all other states held. How many there are."""
    solver = Steady(cell, 0.0)
    held = solver.fill([np.zeros(3)] * len(solver.plan.voltages))

    def value(path: str, states: list[np.ndarray]) -> np.ndarray:
        formula = solver.system.observable(path).formula
        return array_function(solver.system, (formula,))(states, 0.0, solver.values)[0]

    ohmic = [(path, channel) for path, channel in cell.all_channels() if channel.ohmic]
    for path, channel in ohmic:
        if channel.reversal is None:
            reversal = cell.parameters[f"{path}.E"].value
        else:
            reversal = np.ravel(value(f"{path}.E", held))[0]
        v = reversal + np.array([-1.0, 0.0, 1.0])
        states = [v if x.kind == "voltage" else s for x, s in zip(solver.system.states, held, strict=True)]
        current = value(f"{path}.I", states)
        assert abs(current[1]) <= 1e-12 * max(1, np.abs(current).max()), path
        assert current[0] <= 0 <= current[2], path
    return len(ohmic)


def jacobian_is_the_derivative(cell: lo.Cell, v: float = -52.3) -> None:
    """Against differences in the middle, at a state near the steady one."""
    whole, solver = system(cell), Steady(cell, 0.0)
    rng = np.random.default_rng(1)
    state = np.array([x[0] for x in solver.fill([np.array([v])] * len(solver.plan.voltages))])
    state *= 1 + 0.01 * rng.standard_normal(len(state))
    f = array_function(whole, whole.derivatives)
    exact = solver.jacobian(list(state))
    for j in range(len(state)):
        h = 1e-6 * max(abs(state[j]), 1e-9)
        up, down = state.copy(), state.copy()
        up[j] += h
        down[j] -= h
        found = (np.array(f(list(up), 0.0, solver.values)) - np.array(f(list(down), 0.0, solver.values))) / (2 * h)
        scale = np.abs(exact[:, j]).max() + 1e-6
        np.testing.assert_allclose(found.astype(float), exact[:, j], atol=2e-5 * scale, rtol=2e-5)


def comes_back_from_a_file(cell: lo.Cell, folder: Path) -> None:
    """The same cell, and the same System: the same object even, as it is for cells that differ in numbers only."""
    cell.save(folder / "cell.toml")
    again = lo.load(folder / "cell.toml")
    assert again == cell
    assert {path: vars(p) for path, p in again.parameters.items()} == {
        path: vars(p) for path, p in cell.parameters.items()
    }
    assert system(again) is system(cell)


def can_be_set(cell: lo.Cell) -> None:
    """Every line of its LaTeX balances, and Matplotlib's parser knows every command of it."""
    text = cell.latex()
    assert text.count("{") == text.count("}") and "@" not in text
    assert text.count(r"\left") == text.count(r"\right")
    for line in latex_lines(cell):
        PARSER.parse(f"${_settable(line)}$")
