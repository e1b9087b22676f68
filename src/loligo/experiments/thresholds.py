"""Threshold: the least pulse that fires the cell, and what tips the balance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..model.cell import Cell
from ..model.stimulus import Step, Stimulus
from ..simulation.recorders import Peak, Spikes, Trace
from .bench import Bench, fires
from .beside import BESIDE
from .budget import budget
from .given import duration_of, relative_width, waiting
from .result import listed, result
from .search import Found, accuracy_for, search

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
SPAN = (0.03, 30.0)  # the scan, in units of the current that would depolarise by 10 mV
SPAN_DOWN = (0.03, 4.0)  # the same for hyperpolarisation: at -1000 mV rates are astronomical, and steps never end
WAIT, LONGER, WAITS = 60.0, 4.0, 4  # ms to wait for a spike; how much longer next time; how often at most
BESIDE_ACCURACY = 1e-10  # tolerance of the integrator beside a threshold
LEAST_JUMP = 15.0  # mV between them; less is a graded response
SIDES = ("no", "yes", "99 %", "101 %")


def threshold(
    cell: Cell,
    duration: Any = 1.0,
    *,
    sign: int = 1,
    window: Any = None,
    tolerance: float = 1e-6,
    spike_threshold: Any = None,
    points: int = 48,
) -> xr.Dataset:
    """The least current pulse, or the least instantaneous depolarisation, that fires a cell at rest.

    Parameters
    ----------
    cell : Cell
    duration : number
        Of the pulse, ms; 0 for an instantaneous depolarisation, as in Hodgkin & Huxley's figure 12.
    sign : int
        -1 looks for the least hyperpolarising pulse that fires the cell (anode break).
    window : number
        How long to wait for a spike after the pulse, ms; unless given 60, and longer where that finds a lower
        threshold: a spike comes the later, the closer the pulse to the threshold.
    tolerance : float
        Width of the final bracket, relative.
    spike_threshold : number
        V that counts as a spike, mV; the cell's own unless given.
    points : int
        Of the scan.

    Returns
    -------
    xarray.Dataset
        All gates and currents over ``time`` just below and just above (``side`` "no", "yes"), and 1 per cent below and
        above (``side`` "99 %", "101 %"). ``attrs``: ``threshold``
        (µA/cm², or mV for an instantaneous depolarisation), ``no`` and ``yes`` (the bracket),
        ``peak_below`` and ``peak_above`` (mV, at 99 and 101 per cent of it), ``charge`` (nC/cm²),
        ``tipping_time`` (ms) and ``tipping_V``, where at 101 per cent of it the ionic current last turns inward, with
        the currents at that moment: ``inward`` of the ``carrier``, ``opposing`` of all other channels, and at 99 per
        cent ``inward_below``, ``opposing_below``; ``gain`` of the regenerative feedback and ``growth`` (1/ms) of
        deviations there; over ``gate`` each gate's ``gate_gain`` and ``gate_half_time``; see `budget`.
        ``answers`` (JSON; all of them, where the answer is not unique), ``criterion``, ``tolerance``, ``status``:
        "done", or why there is no threshold.
    """
    bench, length, tolerance = Bench(cell, spike_threshold), duration_of(duration), relative_width(tolerance)
    found, problem, wait = in_time(bench, np.array([length]), sign, window, tolerance, points)
    answers = found.of(0) if found is not None else ()
    unit = "mV" if length == 0 else "µA/cm²"
    criterion = f"{bench.criterion} within {wait:g} ms of the end of the pulse"
    values = (answers[0].value, answers[0].no, answers[0].yes) if answers else (math.nan,) * 3
    numbers = {n: (v, unit) for n, v in zip(("threshold", "no", "yes"), values, strict=True)}
    if length > 0:
        numbers["charge"] = (values[0] * length, "nC/cm²")
    elif cell.stimulus_unit == cell.current_unit:  # of compartments only one is displaced, and its area is not told
        numbers["charge"] = (values[0] * cell.capacitance.value, "nC/cm²")
    variables: dict[str, Any] = {}
    coords: dict[str, Any] = {}
    carrier = ""
    if answers:
        time, traces, peaks = _traces(bench, length, values, wait, accuracy_for(tolerance))
        below, above = (float(peak) for peak in peaks)
        coords = {"side": (np.array(SIDES), "1", "side of the answer"), "time": (time, "ms", "time")}
        known = {o.path: o for o in bench.system.observables}
        for path, each in traces.items():
            variables[path] = (("side", "time"), each, known[path].unit, known[path].description or path)
        if sign > 0:
            beside = {path: each[2:] for path, each in traces.items()}
            more, gates, found_numbers, carrier = budget(bench, time, beside, round(length / float(time[1])))
            variables, coords, numbers = {**variables, **more}, {**coords, **gates}, {**numbers, **found_numbers}
        numbers["peak_below"], numbers["peak_above"] = (below, "mV"), (above, "mV")
        if above - below < LEAST_JUMP:
            problem = (
                f"graded: V peaks without a jump ({below:.1f} mV at {1 - BESIDE:.0%} of this, {above:.1f} mV "
                f"at {1 + BESIDE:.0%}), so this is where it reaches the criterion, not a threshold of excitation"
            )
    return result(
        "threshold", cell, variables, coords, numbers, criterion=criterion, tolerance=tolerance, status=problem,
        answers=listed(answers), duration=length, carrier=carrier,
    )  # fmt: skip


def _traces(
    bench: Bench, length: float, values: tuple[float, float, float], window: float, accuracy: float
) -> tuple[Array, dict[str, Array], Array]:
    """Time, traces of everything (side, time), and the peak of V at 99 and at 101 %.

    They go on for some time after the last spike that shows which side of the threshold it is on. A sample falls on
    the end of the pulse.
    """
    value, no, yes = values
    until = length + window
    if window > WAIT:
        stimulus, varied = trial(bench, np.array([length]), np.array([yes]))
        spikes = bench.run(stimulus, varied, until, (Spikes(),), accuracy)["spike_times"]
        until = min(until, max(length, float(np.nanmin(spikes, initial=until))) + WAIT)
    every = max(0.01, min(until / 4000, 0.05))
    if length > every:
        every = length / math.ceil(length / every)
    at, beside = np.array([no, yes]), value * np.array([1 - BESIDE, 1 + BESIDE])
    recorders = (Peak("V"), Trace("all"), Trace(*(state.path for state in bench.system.states)))
    seen: list[dict[str, Array]] = []
    for sizes, exact in ((at, accuracy), (beside, BESIDE_ACCURACY)):
        stimulus, varied = trial(bench, np.full(2, length), sizes)
        seen.append(bench.run(stimulus, varied, until, recorders, exact, every))
    paths = [o.path for o in bench.system.observables if o.path in seen[0]]
    traces = {path: np.concatenate([side[path] for side in seen]) for path in paths}
    time: Array = np.arange(traces["V"].shape[1]) * np.float64(every)
    return time, traces, seen[1]["V_peak"]


def jumps(bench: Bench, durations: Array, values: Array, window: float) -> Array:
    """By how much V peaks higher a little above each of these thresholds than a little below, mV."""
    sizes = np.concatenate([values * (1 - BESIDE), values * (1 + BESIDE)])
    stimulus, varied = trial(bench, np.tile(durations, 2), sizes)
    peak = bench.run(stimulus, varied, float(durations.max()) + window, (Peak("V"),), 1e-8)["V_peak"]
    made: Array = peak[len(values) :] - peak[: len(values)]
    return made


def trial(bench: Bench, durations: Array, values: Array) -> tuple[Stimulus, dict[str, Array]]:
    """Stimulus and varied numbers of trials; a duration of 0 is an instantaneous depolarisation."""
    if (durations == 0).all():
        return Step(0.0), {"initial.V": bench.rest["V"] + values}
    return Step(0.0, 0.0, 1.0), {"stimulus.amplitude": values, "stimulus.stop": durations}


def in_time(
    bench: Bench, durations: Array, sign: int, window: Any, tolerance: float, points: int
) -> tuple[Found | None, str, float]:
    """Thresholds as of `thresholds`, and how long was waited for a spike, ms.

    Unless a window is given, it is made longer until a still longer one would find the same. (At the threshold a
    trajectory comes to rest at a saddle, or nearly, and how long it stays there has no limit.)
    """
    wait = WAIT if window is None else waiting(window)
    found, problem = thresholds(bench, durations, sign, wait, tolerance, points)
    for _ in range(WAITS - 1):
        if (
            window is not None
            or found is None
            or not found.answers
            or not _late(bench, durations, found, wait, tolerance)
        ):
            break
        wait *= LONGER
        found, problem = thresholds(bench, durations, sign, wait, tolerance, points)
    return found, problem, wait


def _late(bench: Bench, durations: Array, found: Found, wait: float, tolerance: float) -> bool:
    """Does what is just below a threshold fire if one waits longer?"""
    lengths = durations[[answer.row for answer in found.answers]]
    stimulus, varied = trial(bench, lengths, np.array([answer.no for answer in found.answers]))
    until = float(durations.max()) + LONGER * wait
    return bool(fires(bench, varied, stimulus, until, accuracy_for(tolerance)).any())


def thresholds(
    bench: Bench, durations: Array, sign: int, window: float, tolerance: float, points: int
) -> tuple[Found | None, str]:
    """Thresholds of pulses of several durations, and "done" or what is wrong."""
    if bench.problem:
        return None, bench.problem

    def ask(rows: NDArray[np.int64], values: Array, accuracy: float) -> NDArray[np.bool_]:
        stimulus, varied = trial(bench, durations[rows], values)
        seen = bench.run(stimulus, varied, float(durations[rows].max()) + window, (Spikes(),), accuracy)
        # A depolarisation so strong that V ran away is beyond any threshold; were it a "no", it would end one.
        return np.asarray((seen["spike_count"] > 0) & seen["fine"] | ~seen["fine"] & (values > 0))

    spread = np.geomspace(*(SPAN if sign > 0 else SPAN_DOWN), points)
    grid = sign * scale(bench, durations)[:, None] * np.concatenate([[0.0], spread])
    found = search(ask, grid, tolerance)
    if found.said[:, 0].any():
        return None, f"{bench.cell.name} fires without any stimulus, so it has no threshold"
    if found.answers:
        return found, "done"
    least, most = sign * np.abs(grid[:, 1:]).min(), sign * np.abs(grid).max()
    what = f"pulses of {least:.3g} to {most:.3g} {'mV' if durations.max() == 0 else bench.cell.stimulus_unit}"
    return found, f"{bench.cell.name} has no threshold here: none of the {what} fires it ({bench.criterion})"


def scale(bench: Bench, durations: Array) -> Array:
    """The current (µA/cm²) that would depolarise a passive patch by 10 mV; 10 mV for a duration of 0."""
    capacitance = bench.cell.capacitance.value
    conductance = 1.0 * capacitance  # a membrane time constant of 1 ms: within the scan for any neuron
    with np.errstate(divide="ignore"):
        amplitude = 10.0 * (capacitance / durations + conductance)
    return np.where(durations == 0, 10.0, amplitude)
