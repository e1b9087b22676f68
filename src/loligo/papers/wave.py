"""The propagated impulse as Hodgkin and Huxley found it: an ordinary differential equation and the right K.

An impulse that travels without change of shape obeys V'' = K (V' + I_ion / C), with K = 2 R2 theta^2 C / a (equation
31 of the paper). Start a little away from rest in the only direction that leads away from it. If K is too small V
escapes to one side, if it is too large to the other; the K between is the impulse, and gives its velocity.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..dynamics.scalar import scalar_function
from ..errors import SimulationError
from ..experiments.fibres.wave import following
from ..model.cell import Cell
from ..numerics.arrays import array_function
from ..simulation.rest import initial_state, parameter_values
from ..system import system

Array = NDArray[np.float64]
ABOVE, BELOW = 140.0, -40.0  # mV from rest: V has escaped
LONGEST = 60.0  # ms
BEGIN = 1e-6  # mV from rest


def wave_constant(cell: Cell, low: float, high: float, relative: float = 1e-10) -> float:
    """K of the travelling impulse, 1/ms.

    Parameters
    ----------
    cell : Cell
    low, high : float
        A bracket: one K above and one below, 1/ms.
    relative : float
        Width of the final bracket.

    Raises
    ------
    SimulationError
        If V escapes to the same side at both ends.
    """
    side = _escape(cell, low)
    if _escape(cell, high) == side:
        raise SimulationError(f"wave_constant: no impulse with K between {low:g} and {high:g} per ms")
    while high - low > relative * high:
        middle = 0.5 * (low + high)
        if _escape(cell, middle) == side:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def velocity(k: float, radius: float, resistivity: float, capacitance: float = 1.0) -> float:
    """theta = sqrt(K a / (2 R2 C)), m/s.

    Parameters
    ----------
    k : float
        1/ms.
    radius, resistivity, capacitance : float
        µm, Ω·cm, µF/cm².
    """
    return math.sqrt(k * 1e3 * radius * 1e-4 / (2 * resistivity * capacitance * 1e-6)) * 1e-2


def _escape(cell: Cell, k: float) -> int:
    """1 where V runs off upward, -1 downward."""
    from scipy.integrate import solve_ivp

    whole, parameters = system(cell), parameter_values(cell)
    rest = initial_state(cell, "rest")
    still = np.array([rest[v.path] for v in whole.states])
    slopes = scalar_function(whole, whole.derivatives, tuple(v.symbol for v in whole.states))
    others = [*still, 0.0, *parameters]

    def f(_: float, y: Array) -> list[float]:
        membrane, *gates = slopes(y[0], *y[2:], others)
        return [y[1], k * (y[1] - membrane), *gates]

    begin = np.insert(still, 1, 0.0) + BEGIN * _way_out(cell, k, still, parameters)

    def up(_: float, y: Array) -> float:
        return float(y[0] - still[0] - ABOVE)

    def down(_: float, y: Array) -> float:
        return float(y[0] - still[0] - BELOW)

    up.terminal = down.terminal = True  # type: ignore[attr-defined]
    done: Any = solve_ivp(f, (0, LONGEST), begin, method="DOP853", rtol=1e-10, atol=1e-12, events=[up, down])
    if not (len(done.t_events[0]) or len(done.t_events[1])):
        raise SimulationError(f"wave_constant: V did not escape within {LONGEST:g} ms at K = {k:g} per ms")
    return 1 if len(done.t_events[0]) else -1


def _way_out(cell: Cell, k: float, still: Array, parameters: tuple[float, ...]) -> Array:
    """The direction (V, V', gates) in which the wave leaves rest: the eigenvector of the one growing solution."""
    whole = system(cell)
    count = len(still)
    formulas = tuple(whole.jacobian)
    local = np.array(array_function(whole, formulas)(list(still), 0.0, parameters), dtype=float).reshape(count, count)
    matrix = np.zeros((count + 1, count + 1))
    keep = [0, *range(2, count + 1)]
    matrix[0, 1] = 1.0
    matrix[1, keep] = -k * local[0]
    matrix[1, 1] = k
    matrix[np.ix_(keep[1:], keep)] = local[1:]
    values, vectors = np.linalg.eig(matrix)
    out: Array = vectors[:, np.argmax(values.real)].real
    out /= out[0]
    return out


def driven(cell: Cell, time: Array, v: Array, paths: tuple[str, ...]) -> dict[str, Array]:
    """Currents and conductances while V goes through a given course, the gates from rest.

    Between two samples the gates relax at the rates of the middle potential: an error of second order in the interval.
    """
    whole, rest = system(cell), initial_state(cell, "rest")
    gates = following(cell, time, v, np.array([rest[s.path] for s in whole.clamped.states]))
    formulas = tuple(whole.observable(p).formula for p in paths)
    found = array_function(whole, formulas)([v, *gates], 0.0, parameter_values(cell))
    return dict(zip(paths, found, strict=True))
