"""The run of one spike: from rest, by a stimulus that fires the cell, for as long as it lasts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..numerics.arrays import array_function
from ..simulation.recorders import Peak, Spikes, Trace, Trough
from ..simulation.rest import parameter_values
from .bench import QUICK, Bench
from .shape import EVERY
from .thresholds import LEAST_JUMP, jumps, thresholds, trial

Array = NDArray[np.float64]
WINDOW, LONG = 30.0, 1000.0  # ms: how long one watches, and at most
SLOWLY = 0.1  # ms: interval of samples, to see how long
PULSE = 1.0  # ms: where no moderate jump of V fires a cell (its dendrites take the charge away), a pulse does


def one_run(bench: Bench, size: float, length: float, window: float) -> tuple[Array, dict[str, Array]]:
    """Everything after one pulse (or kick) from rest."""
    stimulus, varied = trial(bench, np.array([length]), np.array([size]))
    found = bench.run(stimulus, varied, length + window, (Trace("all", "V"),), 1e-10, EVERY)
    known = {o.path for o in bench.system.observables}
    seen = {name: values[0] for name, values in found.items() if name in known}
    time: Array = np.arange(len(seen["V"]), dtype=np.float64) * EVERY
    return time, seen


def watched(
    bench: Bench, size: float, length: float, window: float, given: Any
) -> tuple[Array, dict[str, Array], bool]:
    """One run; longer where V takes longer to come back, unless the window was given; until the next spike begins."""
    t, seen = one_run(bench, size, length, window)
    v, threshold = seen["V"], bench.threshold
    level = bench.rest["V"] + 0.1 * (float(v.max()) - bench.rest["V"])
    if given is None and v[-1] > level and v.max() > threshold:
        stimulus, varied = trial(bench, np.array([length]), np.array([size]))
        slow = bench.run(stimulus, varied, length + LONG, (Trace("V"),), QUICK, SLOWLY)["V"][0]
        back = np.flatnonzero(slow[int(np.argmax(slow)) :] < level)
        if len(back):
            t, seen = one_run(bench, size, length, 1.25 * SLOWLY * (int(np.argmax(slow)) + int(back[0])))
    v = seen["V"]
    stimulus, varied = trial(bench, np.array([length]), np.array([size]))
    times = bench.run(stimulus, varied, float(t[-1]), (Spikes(),), 1e-8)["spike_times"][0]
    kicked = v[0] >= threshold  # the jump itself is no crossing
    times = times[np.isfinite(times)][0 if kicked else 1 :]
    if not len(times):
        return t, seen, False
    begin = int(np.argmax(v[: max(1, int(times[0] / EVERY))]))
    end = begin + int(np.argmin(v[begin : int(times[0] / EVERY) + 1])) + 1
    return t[:end], {name: values[:end] for name, values in seen.items()}, True


def suprathreshold(bench: Bench, length: float) -> tuple[float, float, bool]:
    """Size and duration of a stimulus that fires the cell, if there is one; are its responses graded?"""
    size = 15.0 if length == 0 else 10.0
    stimulus, varied = trial(bench, np.array([length]), np.array([size]))
    if bench.problem or bench.run(stimulus, varied, length + WINDOW)["spike_count"][0] > 0:
        return size, length, False
    found, _ = thresholds(bench, np.array([length]), 1, WINDOW, 1e-3, 48)
    if found is None or not found.answers:
        return size, length, False
    enough = 1.5 * found.answers[0].value
    if length == 0 and bench.rest["V"] + enough >= bench.threshold:
        return suprathreshold(bench, PULSE)  # so far a jump would be taken for the spike
    value = np.array([found.answers[0].value])
    return enough, length, bool(jumps(bench, np.array([length]), value, WINDOW)[0] < LEAST_JUMP)


def extremes(bench: Bench, size: float, length: float, end: float, begin: float) -> tuple[float, float, float, float]:
    """The peak and the trough after it, with their times, within the steps of the integrator."""
    stimulus, varied = trial(bench, np.array([length]), np.array([size]))
    top = bench.run(stimulus, varied, end, (Peak("V", after=begin),), 1e-11)
    when = float(top["V_peak_time"][0])
    low = bench.run(stimulus, varied, end, (Trough("V", after=min(when, 0.999 * end)),), 1e-11)
    return float(top["V_peak"][0]), when, float(low["V_trough"][0]), float(low["V_trough_time"][0])


def current_at_rest(bench: Bench, path: str) -> float:
    """A current in the resting state."""
    formula = (bench.system.observable(path).formula,)
    state = [bench.rest[v.path] for v in bench.system.states]
    return float(array_function(bench.system, formula)(state, 0.0, parameter_values(bench.cell))[0])
