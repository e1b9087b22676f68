"""Cells and references for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

import loligo as lo
from loligo.dynamics.field import Field

V = lo.V


def morris_lecar(kind: str) -> lo.Cell:
    """The parameter sets of Rinzel and Ermentrout: class1, class2, homoclinic."""
    return getattr(lo.cells, f"morris_lecar_1981_{kind}")()


def polynomial(formula: Any, **parameters: float) -> lo.Cell:
    """C dV/dt = formula(V): a scalar normal form as a cell."""
    return lo.Cell("normal form", [lo.Channel("X", current=-1 * formula, **parameters)], capacitance=1)


def flow(cell: lo.Cell, current: float) -> Callable[[float, np.ndarray], np.ndarray]:
    """The right-hand side for SciPy."""
    field = Field(cell, (), current=current)
    return lambda t, x: field(x, np.empty(0))


def monodromy(cell: lo.Cell, current: float, start: np.ndarray, period: float) -> np.ndarray:
    """The variational equations integrated over one period by DOP853."""
    field = Field(cell, (), current=current)
    n = field.size

    def both(t: float, y: np.ndarray) -> np.ndarray:
        f, jacobian, _ = field.derivatives(y[:n], np.empty(0))
        return np.concatenate([f, (jacobian @ y[n:].reshape(n, n)).ravel()])

    y0 = np.concatenate([start, np.eye(n).ravel()])
    done = solve_ivp(both, (0, period), y0, method="DOP853", rtol=1e-11, atol=1e-13)
    assert done.success
    return done.y[n:, -1].reshape(n, n)


def roessler() -> lo.Cell:
    """Rössler (1976) with a = b = 0.2: x is V / 10 mV, the parameter is z.c."""
    x, y, z, c = V / 10, *map(lo.symbol, "yzc")
    return lo.Cell(
        "Rössler",
        [lo.Channel("X", current=10 * (y + z), reads=("y", "z"))],
        pools=[
            lo.Pool("y", rate=x + 0.2 * y, unit="1"),
            lo.Pool("z", rate=0.2 + z * (x - c), unit="1", c=lo.Parameter(2.5, "1", (0, 100), "c")),
        ],
        capacitance=1,
        initial={"V": 10.0, "y": 1.0, "z": 0.5},
    )


LANGFORD = {"beta": 0.7, "rho": 0.25, "alpha": 0.95}


def langford() -> lo.Cell:
    """Langford (1979), symmetric: a cycle at z = beta that grows with z.mu until it becomes a torus. x is V / 50 mV."""
    beta, rho = LANGFORD["beta"], LANGFORD["rho"]
    x, y, z, mu, alpha = V / 50, *map(lo.symbol, ("y", "z", "mu", "alpha"))
    return lo.Cell(
        "Langford",
        [lo.Channel("X", current=-50 * ((z - beta) * x - 3.5 * y), reads=("y", "z"))],
        pools=[
            lo.Pool("y", rate=3.5 * x + (z - beta) * y, unit="1", reads="z"),
            lo.Pool(
                "z", rate=mu + alpha * z - z**3 / 3 - (x**2 + y**2) * (1 + rho * z), unit="1", reads="y",
                mu=lo.Parameter(0.1, "1", (-5, 5), "mu"),
                alpha=lo.Parameter(LANGFORD["alpha"], "1", (-5, 5), "alpha"),
            ),
        ],
        capacitance=1,
        initial={"V": 25.0, "y": 0.1, "z": beta},
    )  # fmt: skip


def two_oscillators() -> lo.Cell:
    """Two Hopf normal forms side by side: rest loses its stability to them at m = 0 and at n = 0."""
    x, w, a, b, m, n = V / 50, *map(lo.symbol, "wabmn")
    limits = (-5, 5)
    return lo.Cell(
        "two oscillators",
        [lo.Channel("X", current=-50 * (m * x - w - x * (x**2 + w**2)), reads=("w", "m"))],
        pools=[
            lo.Pool("w", rate=x + m * w - w * (x**2 + w**2), unit="1", reads="m"),
            lo.Pool("a", rate=n * a - 2 * b - a * (a**2 + b**2), unit="1", reads=("b", "n")),
            lo.Pool("b", rate=2 * a + n * b - b * (a**2 + b**2), unit="1", reads=("a", "n")),
        ],
        capacitance=1,
        shared={"m": lo.Parameter(0.1, "1", limits, "m"), "n": lo.Parameter(0.2, "1", limits, "n")},
        initial={"V": 0.0, "w": 0.0, "a": 0.0, "b": 0.0},
    )
