"""Threshold: the least pulse that fires the cell, and what tips the balance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..model.cell import Cell
from ..model.stimulus import Step, Stimulus
from ..simulation.recorders import Peak, Trace
from .bench import Bench, fires
from .budget import BESIDE, budget
from .given import duration_of, relative_width, waiting
from .result import interval, listed, pair_of_traces, result
from .search import Found, accuracy_for, search

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
SPAN = (0.03, 30.0)  # the scan, in units of the current that would depolarise by 10 mV
SPAN_DOWN = (0.03, 4.0)  # the same for hyperpolarisation: at -1000 mV rates are astronomical, and steps never end
ACCURACY = 1e-10  # tolerance of the integrator beside a threshold
LEAST_JUMP = 15.0  # mV between them; less is a graded response


def threshold(
    cell: Cell,
    duration: Any = 1.0,
    *,
    sign: int = 1,
    window: Any = 60.0,
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
        How long to wait for a spike after the pulse, ms.
    tolerance : float
        Width of the final bracket, relative.
    spike_threshold : number
        V that counts as a spike, mV; the cell's own unless given.
    points : int
        Of the scan.

    Returns
    -------
    xarray.Dataset
        All gates and currents over ``time`` just below and just above (``side`` "no", "yes"). ``attrs``: ``threshold``
        (µA/cm², or mV for an instantaneous depolarisation), ``no`` and ``yes`` (the bracket),
        ``peak_below`` and ``peak_above`` (mV, at 99 and 101 per cent of it), ``charge`` (nC/cm²),
        ``tipping_time`` (ms) and ``tipping_V``, where at 101 per cent of it the ionic current last turns inward, with
        the currents at that moment: ``inward`` of the ``carrier``, ``opposing`` of all other channels, and at 99 per
        cent ``inward_below``, ``opposing_below``; ``gain`` of the regenerative feedback and ``growth`` (1/ms) of
        deviations there; over ``gate`` each gate's ``gate_gain`` and ``gate_half_time``; see `budget`.
        ``answers`` (JSON; all of them, where the answer is not unique), ``criterion``, ``tolerance``, ``status``:
        "done", or why there is no threshold.
    """
    bench = Bench(cell, spike_threshold)
    length, wait, tolerance = duration_of(duration), waiting(window), relative_width(tolerance)
    found, problem = thresholds(bench, np.array([length]), sign, wait, tolerance, points)
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
        stimulus, varied = trial(bench, np.array([length, length]), np.array(values[1:]))
        variables, coords = pair_of_traces(bench, stimulus, varied, length + wait, accuracy_for(tolerance), length)
        below, above, traces = _beside(bench, length, values[0], wait, sign > 0)
        if sign > 0:
            time = coords["time"][0]
            more, gates, found_numbers, carrier = budget(bench, time, traces, round(length / float(time[1])))
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


def _beside(
    bench: Bench, length: float, value: float, window: float, traced: bool
) -> tuple[float, float, dict[str, Array]]:
    """Peak of V a little below and a little above a threshold, and traces of everything (side, time) if wanted."""
    stimulus, varied = trial(bench, np.full(2, length), value * np.array([1 - BESIDE, 1 + BESIDE]))
    recorders = (Peak("V"), Trace("all", "V")) if traced else (Peak("V"),)
    every = interval(length + window, length)
    found = bench.run(stimulus, varied, length + window, recorders, ACCURACY, every)
    low, high = map(float, found["V_peak"])
    known = {o.path for o in bench.system.observables}
    return low, high, {name: values for name, values in found.items() if name in known}


def trial(bench: Bench, durations: Array, values: Array) -> tuple[Stimulus, dict[str, Array]]:
    """Stimulus and varied numbers of trials; a duration of 0 is an instantaneous depolarisation."""
    if (durations == 0).all():
        return Step(0.0), {"initial.V": bench.rest["V"] + values}
    return Step(0.0, 0.0, 1.0), {"stimulus.amplitude": values, "stimulus.stop": durations}


def thresholds(
    bench: Bench, durations: Array, sign: int, window: float, tolerance: float, points: int
) -> tuple[Found | None, str]:
    """Thresholds of pulses of several durations, and "done" or what is wrong."""
    if bench.problem:
        return None, bench.problem

    def ask(rows: NDArray[np.int64], values: Array, accuracy: float) -> NDArray[np.bool_]:
        stimulus, varied = trial(bench, durations[rows], values)
        longest = float(durations[rows].max())
        return fires(bench, varied, stimulus, longest + window, accuracy)

    spread = np.geomspace(*(SPAN if sign > 0 else SPAN_DOWN), points)
    grid = sign * scale(bench, durations)[:, None] * np.concatenate([[0.0], spread])
    found = search(ask, grid, tolerance)
    if found.said[:, 0].any():
        return None, f"{bench.cell.name} fires without any stimulus, so it has no threshold"
    if found.answers:
        return found, "done"
    least, most = np.abs(grid[:, 1:]).min(), np.abs(grid).max()
    what = f"pulses of {least:.3g} to {most:.3g} {'mV' if durations.max() == 0 else 'µA/cm²'}"
    return found, f"{bench.cell.name} has no threshold here: none of the {what} fires it ({bench.criterion})"


def scale(bench: Bench, durations: Array) -> Array:
    """The current (µA/cm²) that would depolarise a passive patch by 10 mV; 10 mV for a duration of 0."""
    capacitance = bench.cell.capacitance.value
    conductance = 1.0 * capacitance  # a membrane time constant of 1 ms: within the scan for any neuron
    with np.errstate(divide="ignore"):
        amplitude = 10.0 * (capacitance / durations + conductance)
    return np.where(durations == 0, 10.0, amplitude)
