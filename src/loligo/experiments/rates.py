"""Firing rate against current: onset, class of excitability, the range where rest and firing coexist, block."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..model.stimulus import Step
from ..simulation.recorders import Final, Spikes
from ..simulation.rest import resting_states
from ..units import number, numbers_in
from .bench import Bench
from .beside import BESIDE, beside
from .coexistence import PHASES, Down, Rates, way_down, way_up
from .driven import own_spikes
from .equilibria import end_of_rest
from .given import positive, relative_width, usual
from .result import result
from .search import accuracy_for, refine

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
ACCURACY = 1e-7  # tolerance of the integrator: rates to 1e-5 Hz
CLASS_RATIO = 0.25  # a rate at onset below this part of the highest one is "arbitrarily low": class 1
LONGER, SLOWER = 4.0, 0.75  # steps that are so much longer show a rate, nearer to the onset, lower than such a part
ABOVE = 1e-4  # how far above the onset its rate is told: there it is a smooth function of the current
FEW = 6  # spikes at the onset: fewer do not tell it
ONCE = 100.0  # ms, in which a membrane that fires only once does so
BELOW = np.append(
    np.geomspace(1, 0.01, 20), 0.0
)  # how far below the currents firing is followed, in units of their range


def firing_rate(
    cell: Cell,
    amplitudes: Any = None,
    *,
    duration: Any = 500.0,
    settle: Any = None,
    tolerance: float = 1e-6,
    spike_threshold: Any = None,
    down: bool = True,
) -> xr.Dataset:
    """The f-I curve, up from rest and down from firing.

    Parameters
    ----------
    cell : Cell
    amplitudes : sequence of number
        Steps of current, µA/cm²; 100 from 0 to 50 unless given (times the capacitance, µF/cm² or pF).
    duration : number
        Of the steps, ms.
    settle : number
        What comes before is left out of the rate, ms; 40 per cent of the duration unless given.
    tolerance : float
        Relative width of the bracket of the onset.
    spike_threshold : number
        mV; the cell's own unless given.
    down : bool
        Also begin each step in the middle of firing (the state in which the cell was at the fastest firing of the way
        up). Between ``bistable_from`` and ``bistable_to`` it fires so, though there is a stable resting state.

    Returns
    -------
    xarray.Dataset
        ``rate`` (Hz: intervals in the last part of the step over their time; 0 where firing has stopped by then) and
        ``rate_down`` over ``amplitude``; V over ``time`` under 99 and 101 per cent of the onset (``side`` "no", "yes").
        ``attrs``: ``onset`` (the least current at which firing from rest lasts to the end of such steps, or of longer
        ones where hardly a spike fits into them; where rest ceases to exist in a saddle-node bifurcation below it, and
        longer steps show that the cell then fires, that bifurcation), ``onset_rate`` (at 1.0001 times it; 0 where it is
        arbitrarily low), ``block`` (current at which it ends again), ``bistable_from``, ``bistable_to`` (at most the
        last of the currents), ``excitability`` ("class 1", "class 2", "class 3" where only single spikes occur, or that
        it is unknown: there is no onset, or no rest).
    """
    bench, length = Bench(cell, spike_threshold), positive(duration, "duration")
    skip = 0.4 * length if settle is None else number(settle, "ms", "settle")
    steps = _usual_steps(cell) if amplitudes is None else np.array(numbers_in(amplitudes, "µA/cm²", "amplitudes"))
    if len(steps) < 2 or not (np.diff(steps) > 0).all():
        raise LoligoError("amplitudes: give at least two currents, in increasing order")
    if not 0 <= skip < length:
        raise LoligoError(f"settle: {skip:g} ms is not within the steps of {length:g} ms")
    tolerance = relative_width(tolerance)
    begin = np.array([bench.rest[v.path] for v in bench.system.states])

    def rates(currents: Array, states: Array, accuracy: float = ACCURACY) -> tuple[Array, Array]:
        return _rates(bench, currents, states, length, skip, accuracy)

    rate, finals = rates(steps, begin)
    onset, onset_rate, block = math.nan, math.nan, math.nan
    tried, fast = steps, rate
    if rate[0] > 0 and steps[0] > 0:  # the onset may lie below the first current
        tried = np.concatenate([[0.0], steps])
        fast = np.concatenate([rates(np.zeros(1), begin)[0], rate])
    edges = np.flatnonzero((fast[1:] > 0) != (fast[:-1] > 0))
    slow, lasting = False, length
    if len(edges):
        rising = fast[edges + 1] > 0
        no = np.where(rising, tried[edges], tried[edges + 1])
        yes = np.where(rising, tried[edges + 1], tried[edges])

        def ask(rows: NDArray[np.int64], values: Array, accuracy: float) -> NDArray[np.bool_]:
            fires: NDArray[np.bool_] = rates(values, begin, accuracy)[0] > 0
            return fires

        no, yes = refine(ask, edges.astype(np.int64), no, yes, tolerance)
        if rising.any() and not bench.problem:
            onset = float(0.5 * (no + yes)[rising][0])
            beyond = yes[rising][:1] + ABOVE * abs(yes[rising][:1])
            onset_rate = float(rates(beyond, begin, accuracy_for(tolerance))[0][0])
            onset_rate = onset_rate or float(np.where(rising, fast[edges + 1], math.inf).min())
            onset, onset_rate, slow = _sharper(bench, begin, onset, onset_rate, (length, skip), tolerance)
            if not slow and onset_rate * (length - skip) < 1e3 * FEW:
                lasting = LONGER * length
                onset, onset_rate = _in_longer_steps(bench, begin, onset, onset_rate, (length, skip), tolerance)
        if (~rising).any():
            block = float(0.5 * (no + yes)[~rising][-1])
    rate_down, low, high = np.full(len(steps), math.nan), math.nan, math.nan
    if down and (rate > 0).any():
        found = way_down(rates, steps, finals[int(np.argmax(rate > 0))], tolerance)
        rate_down = found.rate
        low, high = _coexisting(bench, rates, steps, found, tolerance)
    numbers = {
        "onset": (onset, "µA/cm²"),
        "onset_rate": (onset_rate, "Hz"),
        "block": (block, "µA/cm²"),
        "bistable_from": (low, "µA/cm²"),
        "bistable_to": (high, "µA/cm²"),
    }
    variables: dict[str, Any] = {
        "rate": ("amplitude", rate, "Hz", "firing rate, from rest"),
        "rate_down": ("amplitude", rate_down, "Hz", "firing rate, from firing"),
    }
    over = f"these currents, {steps[0]:.4g} to {steps[-1]:.4g} {cell.stimulus_unit}"
    restless = f"{cell.name} has no stable resting state"
    if not (rate > 0).any():
        word = f"{restless}; it" if bench.problem else cell.name
        unseen = bench.run(Step(0.0), {"stimulus.amplitude": steps}, length)["remarks"]  # upstrokes below the criterion
        hint = "a slower rhythm than two spikes in that time needs a longer duration" if bench.problem else ""
        hints = [*unseen, "give spike_threshold"] if unseen else [hint] * bool(hint)
        status = "; ".join([f"{word} fires repetitively at none of {over}, to the end of {length:g} ms", *hints])
    else:
        status = (
            bench.problem and f"{restless}: each step begins in the state it brings along, or beside the unstable one"
        )
    onset_of = f" (its onset: of {lasting:g} ms)" if lasting > length else ""
    if slow:
        onset_of = " (its onset: of any length, where rest ceases to exist)"
    coords: dict[str, Any] = {"amplitude": (steps, "µA/cm²", "applied current")}
    if math.isfinite(onset):
        sides = {"stimulus.amplitude": onset * np.array([1 - BESIDE, 1 + BESIDE])}
        traces, more = beside(bench, Step(0.0), sides, length, "V", longer=2)
        variables, coords = {**variables, **traces}, {**coords, **more}
    return result(
        "firing_rate", cell, variables, coords, numbers,
        criterion=f"{bench.criterion}; firing that lasts to the end of steps of {length:g} ms{onset_of}",
        tolerance=tolerance, status=status or "done", duration=length, settle=skip,
        excitability=_excitability(bench, steps, rate, onset_rate, slow, length),
    )  # fmt: skip


def _usual_steps(cell: Cell) -> Array:
    """Currents that are tried unless others are given; close ones first, as some cells fire in a narrow range."""
    close = np.linspace(0, 50, 101)[1:]
    wide: Array = usual(cell, close)
    return wide if cell.absolute or wide[-1] <= close[-1] else np.append(close, wide[wide > close[-1]])


def _excitability(bench: Bench, steps: Array, rate: Array, onset_rate: float, slow: bool, length: float) -> str:
    """Hodgkin's class."""
    if bench.problem:
        return "of unknown class: it has no stable resting state"
    if not (rate > 0).any():
        once = own_spikes(bench, steps, min(length, ONCE)).any()
        return "class 3" if once else "of unknown class: it fires at none of these currents"
    if math.isnan(onset_rate):
        return "of unknown class: it fires at the lowest of these currents already"
    return "class 1" if slow or onset_rate < CLASS_RATIO * rate.max() else "class 2"


def _sharper(
    bench: Bench, begin: Array, onset: float, rate: float, times: tuple[float, float], tolerance: float
) -> tuple[float, float, bool]:
    """The onset where no length of the steps limits it, its rate, and whether that is arbitrarily low.

    Where rest ceases to exist, in a saddle-node bifurcation, a cell must fire, though it may take its time to. The
    onset that steps of finite length show lies above; it is that bifurcation itself (Ermentrout 1996, Neural Comput
    8:979).
    """
    none = end_of_rest(bench, onset, tolerance) if onset > 0 else math.nan
    if math.isnan(none):
        return onset, rate, False
    nearer = none + 0.25 * (onset - none)  # where a rate that goes to 0 as a square root is half that at the onset
    closer = float(_rates(bench, np.array([nearer]), begin, LONGER * times[0], times[1], ACCURACY)[0][0])
    if not closer:
        return onset, rate, False
    slow = closer < SLOWER * rate
    return none, 0.0 if slow else closer, slow


def _in_longer_steps(
    bench: Bench, begin: Array, onset: float, rate: float, times: tuple[float, float], tolerance: float
) -> tuple[float, float]:
    """The onset and its rate where steps are longer: hardly a spike fits into shorter ones, or one more by chance."""
    length, skip = LONGER * times[0], LONGER * times[1]
    wanted = onset * np.linspace(0, 1.2, 61)
    fires = _rates(bench, wanted, begin, length, skip, ACCURACY)[0] > 0
    edges = np.flatnonzero(fires[1:] & ~fires[:-1])
    if fires[0] or not len(edges):
        return onset, rate

    def ask(rows: NDArray[np.int64], values: Array, accuracy: float) -> NDArray[np.bool_]:
        return np.asarray(_rates(bench, values, begin, length, skip, accuracy)[0] > 0)

    first = edges[:1]
    no, yes = refine(ask, first.astype(np.int64), wanted[first], wanted[first + 1], tolerance)
    there = _rates(bench, yes + ABOVE * np.abs(yes), begin, length, skip, accuracy_for(tolerance))[0]
    return float(0.5 * (no + yes)[0]), float(there[0]) or rate


def _coexisting(bench: Bench, rates: Rates, steps: Array, down: Down, tolerance: float) -> tuple[float, float]:
    """From where to where the membrane can both rest (a stable equilibrium) and fire (on the way down)."""
    firing, low = np.flatnonzero(down.rate > 0), down.lowest
    if not len(firing) or not bench.settled:
        return math.nan, math.nan

    def quiet(current: float) -> bool:
        return any(e.stable for e in resting_states(bench.cell, current))

    if not quiet(low):
        return math.nan, math.nan
    if firing[0] == 0:  # it may go on below
        below = steps[0] - (steps[-1] - steps[0]) * BELOW
        low = way_down(rates, below, down.states[0], tolerance).lowest
    inside, outside = low, next((float(x) for x in steps[firing] if not quiet(float(x))), math.inf)
    if math.isinf(outside):
        last = int(firing[-1])
        if last == len(steps) - 1:
            return low, float(steps[last])
        bracket = float(steps[last]), float(steps[last + 1])
        return low, way_up(rates, bracket, down.states[firing[-PHASES:]], tolerance)
    from scipy.optimize import brentq

    def growth(current: float) -> float:
        """Of the fastest deviation from the most stable equilibrium, 1/ms."""
        return min((e.eigenvalues[0].real for e in resting_states(bench.cell, current)), default=1.0)

    width = max(0.5 * tolerance * abs(outside), 1e-12 * (steps[-1] - steps[0]))
    return low, float(brentq(growth, inside, outside, xtol=width)) if growth(inside) * growth(outside) < 0 else inside


def _rates(
    bench: Bench, steps: Array, begin: Array, length: float, skip: float, accuracy: float
) -> tuple[Array, Array]:
    """Rate in the last part of each step, and the states at its end."""
    varied = {"stimulus.amplitude": steps, **bench.varied_states(np.broadcast_to(begin, (len(steps), begin.shape[-1])))}
    recorders = (Spikes(), Final())
    found = bench.run(Step(0.0), varied, length, recorders, accuracy)
    times = np.where(found["spike_times"] >= skip, found["spike_times"], np.nan)
    there = np.isfinite(times)
    count = there.sum(axis=1)
    first = np.where(there, times, np.inf).min(axis=1, initial=np.inf)
    last = np.where(there, times, -np.inf).max(axis=1, initial=-np.inf)
    with np.errstate(invalid="ignore"):
        interval = (last - first) / np.maximum(count - 1, 1)
        lasting = (count > 1) & (last + 2.0 * interval > length)  # not over before the end
    rate = np.where(lasting, 1e3 / np.where(lasting, interval, 1.0), 0.0)
    finals = np.stack([found[f"{v.path}_final"] for v in bench.system.states], axis=1)
    return rate, finals
