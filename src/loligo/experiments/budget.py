"""What tips the balance at the threshold: the current that carries the upstroke against all others.

At the threshold itself a trajectory lingers for as long as the last digit of the stimulus allows. So the balance is
looked at 1 % beside it, where every number is a smooth function of the stimulus.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.stimulus import Step
from ..numerics.arrays import array_function
from ..simulation.recorders import Trace
from ..simulation.rest import parameter_values
from .bench import Bench

Array = NDArray[np.float64]
BESIDE = 0.01  # how far beside a threshold, relative to it
ACCURACY = 1e-10  # tolerance of the integrator
ROUNDS, CUTS = 2, 8  # how often, and into how many points, the interval in which the balance tips is divided


@dataclass(frozen=True)
class Pulse:
    """A pulse at the threshold: its length (0 for an instantaneous depolarisation) and size, and how long one waits."""

    length: float
    size: float
    window: float

    def trial(self, bench: Bench, part: float) -> tuple[Step | None, dict[str, float]]:
        """Stimulus and initial state, where the size is so many times the threshold."""
        state = dict(bench.rest)
        if self.length > 0:
            return Step(part * self.size, 0.0, self.length), state
        state["V"] += part * self.size
        return None, state


def budget(
    bench: Bench, pulse: Pulse, every: float
) -> tuple[dict[str, tuple[Any, Any, str, str]], dict[str, tuple[Any, str, str]], dict[str, tuple[float, str]], str]:
    """The balance of currents beside a threshold.

    Parameters
    ----------
    bench : Bench
    pulse : Pulse
    every : float
        Interval of the traces, ms.

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
    low, high = (_traces(bench, pulse, part, every) for part in (1 - BESIDE, 1 + BESIDE))
    time: Array = np.arange(len(high["V"])) * np.float64(every)
    when = _tipping(bench, pulse, time, high)
    if math.isnan(when):
        return {}, {}, {}, ""
    below, above = (_state(bench, pulse, part, when) for part in (1 - BESIDE, 1 + BESIDE))
    currents = {path: value for path, value in above.items() if path.endswith(".I")}
    path = min(currents, key=lambda name: currents[name])
    unit = bench.cell.current_unit
    numbers: dict[str, tuple[float, str]] = {
        "tipping_time": (when, "ms"),
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


def _traces(bench: Bench, pulse: Pulse, part: float, every: float) -> dict[str, Array]:
    stimulus, state = pulse.trial(bench, part)
    varied = {f"initial.{path}": np.array([value]) for path, value in state.items()}
    found = bench.run(stimulus, varied, pulse.length + pulse.window, (Trace("all", "V"),), ACCURACY, every)
    known = {o.path for o in bench.system.observables}
    return {name: values[0] for name, values in found.items() if name in known}


def _tipping(bench: Bench, pulse: Pulse, time: Array, trace: dict[str, Array]) -> float:
    """When the ionic current last turns inward before the spike, ms; NaN where there is no spike."""
    total = np.sum([values for name, values in trace.items() if name.endswith(".I")], axis=0)
    over = np.flatnonzero(trace["V"] >= bench.threshold)
    over = over[over > 0]
    if not len(over):
        return math.nan
    outward = np.flatnonzero(total[: over[0]] >= 0)
    if not len(outward):
        return 0.0
    i = int(outward[-1])
    if total[i + 1] >= 0:  # V got there without the membrane's help
        return math.nan
    begin, end = float(time[i]), float(time[i + 1])
    stimulus, state = pulse.trial(bench, 1 + BESIDE)
    for _ in range(ROUNDS):
        times = np.linspace(begin, end, CUTS)
        flow = _ionic(bench, bench.states_at(stimulus, np.maximum(times, 1e-12), state, ACCURACY))
        j = int(np.clip(np.flatnonzero(flow >= 0)[-1] if (flow >= 0).any() else 0, 0, CUTS - 2))
        begin, end = float(times[j]), float(times[j + 1])
    return float(begin + (end - begin) * flow[j] / (flow[j] - flow[j + 1]))


def _ionic(bench: Bench, states: Array) -> Array:
    formulas = tuple(o.formula for o in bench.system.observables if o.kind == "current")
    found: Array = np.sum(array_function(bench.system, formulas)(states.T, 0.0, _values(bench)), axis=0)
    return found


def _values(bench: Bench) -> tuple[float, ...]:
    return parameter_values(bench.cell)


def _state(bench: Bench, pulse: Pulse, part: float, when: float) -> dict[str, float]:
    """States and currents of one trial at one time."""
    stimulus, state = pulse.trial(bench, part)
    states = bench.states_at(stimulus, np.array([max(when, 1e-12)]), state, ACCURACY)[0]
    known = {o.path: o.formula for o in bench.system.observables if o.kind == "current"}
    found = array_function(bench.system, tuple(known.values()))(states, 0.0, _values(bench))
    named = dict(zip((v.path for v in bench.system.states), map(float, states), strict=True))
    return {**named, **{path: float(x) for path, x in zip(known, found, strict=True)}}


def _others(values: dict[str, Any], carrier: str) -> Any:
    own = 0.0 * values[carrier]  # of the same shape, where there is no other channel
    return sum((value for name, value in values.items() if name.endswith(".I") and name != carrier), own)


def _feedback(bench: Bench, state: dict[str, float]) -> tuple[dict[str, float], float]:
    """The gain of each gate's loop, and the rate at which the fastest deviation grows, 1/ms."""
    variables = bench.system.states
    values = [state[v.path] for v in variables]
    flat = array_function(bench.system, tuple(bench.system.jacobian))(values, 0.0, _values(bench))
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
