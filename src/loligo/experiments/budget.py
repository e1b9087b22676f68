"""What tips the balance at the threshold: the current that carries the upstroke against all others.

At the threshold itself a trajectory lingers for as long as the last digit of the stimulus allows. So the balance is
looked at 1 % beside it, where every number is a smooth function of the stimulus.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..numerics.arrays import array_function
from ..simulation.rest import parameter_values
from .bench import Bench

Array = NDArray[np.float64]
STENCIL = 6  # samples through which a polynomial is laid where the balance tips


def budget(
    bench: Bench, time: Array, traces: Mapping[str, Array], pulse_end: int
) -> tuple[dict[str, tuple[Any, Any, str, str]], dict[str, tuple[Any, str, str]], dict[str, tuple[float, str]], str]:
    """The balance of currents beside a threshold.

    Parameters
    ----------
    bench : Bench
    time : array (samples)
        ms.
    traces : mapping of str to array (2, samples)
        V, every gate and every current, at 99 and at 101 % of the threshold.
    pulse_end : int
        At which sample the pulse ends; states have a kink there.

    Returns
    -------
    variables, coords, numbers
        As `result` takes them: ``inward_99``, ``opposing_99``, ``inward_101``, ``opposing_101`` over ``time``;
        ``gate_gain`` and ``gate_half_time`` over ``gate``. The numbers are those of `threshold`.
    carrier : str
        The channel with the largest inward current where the balance tips.

    Notes
    -----
    The balance tips where, at 101 %, the whole ionic current last turns inward before the spike: from there on the
    membrane needs no help. The gain of a gate x is that of the loop from V through x and its current back to V, once
    the gate has followed: ``(dI/dx) (dx_inf/dV) / (dI/dV)``, the last at constant gates, and negative where a gate
    works against a depolarisation; there is none where V feeds itself at once, through instantaneous gates. Of cells of
    several compartments there is no budget: current flows between them, too.
    """
    if sum(v.kind == "voltage" for v in bench.system.states) > 1:
        return {}, {}, {}, ""
    low, high = ({name: values[side] for name, values in traces.items()} for side in (0, 1))
    place = _tipping(bench.threshold, high, pulse_end)
    if math.isnan(place):
        return {}, {}, {}, ""
    below, above = (
        {name: float(_near(values, place, pulse_end)) for name, values in trace.items()} for trace in (low, high)
    )
    currents = {path: value for path, value in above.items() if path.endswith(".I")}
    path = min(currents, key=lambda name: currents[name])
    unit = bench.cell.current_unit
    numbers: dict[str, tuple[float, str]] = {
        "tipping_time": (place * float(time[1]), "ms"),
        "tipping_V": (above["V"], "mV"),
        "inward": (-above[path], unit),
        "opposing": (_others(above, path), unit),
        "inward_below": (-below[path], unit),
        "opposing_below": (_others(below, path), unit),
    }
    variables: dict[str, tuple[Any, Any, str, str]] = {}
    for trace, percent in ((low, 99), (high, 101)):
        carried = path.removesuffix(".I")
        for name, values, text in (
            ("inward", -trace[path], f"inward current of {carried}"),
            ("opposing", _others(trace, path), "current of all others, outward"),
        ):
            shown = np.where(values > 0, values, np.nan)
            variables[f"{name}_{percent}"] = ("time", shown, unit, f"{text}, at {percent} % of the threshold")
    gains, growth = _feedback(bench, above)
    numbers["gain"] = (sum(k for k in gains.values() if k > 0) if gains else math.nan, "1")
    numbers["growth"] = (growth, "1/ms")
    gates = [v.path for v in bench.system.states if v.kind == "gate"]
    if gates:
        half = np.array([_half_time(time, high[gate]) for gate in gates])
        variables["gate_gain"] = ("gate", np.array([gains.get(g, math.nan) for g in gates]), "1", "gain of its loop")
        variables["gate_half_time"] = ("gate", half, "ms", "when it is halfway to its extreme, at 101 %")
    coords: dict[str, tuple[Any, str, str]] = {"gate": (np.array(gates), "1", "gate")} if gates else {}
    return variables, coords, numbers, path.removesuffix(".I")


def _tipping(spike: float, trace: Mapping[str, Array], pulse_end: int) -> float:
    """When the ionic current last turns inward before the spike, in samples; NaN where there is no spike."""
    total = np.sum([values for name, values in trace.items() if name.endswith(".I")], axis=0)
    over = np.flatnonzero(trace["V"] >= spike)
    over = over[over > 0]
    if not len(over):
        return math.nan
    outward = np.flatnonzero(total[: over[0]] >= 0)
    if not len(outward):
        return 0.0
    i = int(outward[-1])
    if total[i + 1] >= 0:  # V got there without the membrane's help
        return math.nan
    roots = np.roots(_polynomial(total, i, pulse_end)[::-1])
    real = roots.real[np.abs(roots.imag) < 1e-9]
    outside = np.abs(real - np.clip(real, 0.0, 1.0))
    return i + float(np.clip(real[np.argmin(outside)], 0.0, 1.0))


def _polynomial(values: Array, i: int, kink: int) -> Array:
    """Coefficients of a polynomial in the samples since `i`, through some that lie around it, all before or all after
    a kink.
    """
    least, most = (kink, len(values)) if i >= kink else (0, kink + 1)
    first = int(np.clip(i + 1 - STENCIL // 2, least, max(least, most - STENCIL)))
    near = np.arange(first, min(first + STENCIL, most))
    found: Array = np.linalg.solve(np.vander(near - i, increasing=True).astype(float), values[near])
    return found


def _near(values: Array, place: float, kink: int) -> float:
    """A value between two samples."""
    i = min(int(place), len(values) - 2)
    return float(np.polynomial.polynomial.polyval(place - i, _polynomial(values, i, kink)))


def _others(values: Mapping[str, Any], carrier: str) -> Any:
    own = 0.0 * values[carrier]  # of the same shape, where there is no other channel
    return sum((value for name, value in values.items() if name.endswith(".I") and name != carrier), own)


def _feedback(bench: Bench, state: Mapping[str, float]) -> tuple[dict[str, float], float]:
    """The gain of each gate's loop, and the rate at which the fastest deviation grows, 1/ms."""
    variables = bench.system.states
    values = [state[v.path] for v in variables]
    flat = array_function(bench.system, tuple(bench.system.jacobian))(values, 0.0, parameter_values(bench.cell))
    matrix = np.array([float(x) for x in flat]).reshape(len(values), len(values))
    growth = float(np.linalg.eigvals(matrix).real.max())
    if matrix[0, 0] >= 0:  # V feeds itself at once: instantaneous gates
        return {}, growth
    gains = {
        v.path: float(matrix[0, j] * matrix[j, 0] / (matrix[0, 0] * matrix[j, j]))
        for j, v in enumerate(variables)
        if v.kind == "gate" and matrix[j, j] != 0
    }
    return gains, growth


def _half_time(time: Array, values: Array) -> float:
    """When a gate is first halfway from where it begins to its extreme."""
    way = np.abs(values - values[0])
    half = 0.5 * float(way.max())
    over = np.flatnonzero(way >= half)
    if not len(over) or half == 0 or over[0] == 0:
        return math.nan
    i = int(over[0])
    return float(time[i - 1] + (time[i] - time[i - 1]) * (half - way[i - 1]) / (way[i] - way[i - 1]))
