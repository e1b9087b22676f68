"""Strength and duration: short pulses must be strong. Rheobase, chronaxie, charge; the laws of Weiss and Lapicque."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..model.stimulus import Step
from ..numerics.batch import Stop
from ..units import numbers_in
from .bench import Bench, fires
from .beside import BESIDE, beside
from .equilibria import end_of_rest
from .given import positive, relative_width
from .result import result
from .search import Answer, accuracy_for, refine
from .thresholds import LEAST_JUMP, in_time, jumps, thresholds, trial

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
LONG, LONGER, LONGEST = 100.0, 4.0, 3  # ms: a pulse that counts as endless; how much longer next time; how often


def strength_duration(
    cell: Cell,
    durations: Any = None,
    *,
    long: Any = None,
    window: Any = None,
    tolerance: float = 1e-6,
    spike_threshold: Any = None,
    stop: Stop | None = None,
) -> xr.Dataset:
    """Threshold current against the duration of the pulse.

    Parameters
    ----------
    cell : Cell
    durations : sequence of number
        ms; 24 from 0.05 to 50 unless given.
    long : number
        Duration of the pulse whose threshold is the rheobase, ms; unless given 100, and longer where that takes less;
        of any length, where rest ceases to exist.
    window : number
        As of `threshold`.
    tolerance : float
        Relative width of the brackets.
    spike_threshold : number
        mV; the cell's own unless given.
    stop : Stop, optional
        Ends it early, from another thread; then `Stopped` is raised.

    Returns
    -------
    xarray.Dataset
        ``threshold`` (µA/cm²), ``error``, ``charge`` (nC/cm²), ``weiss`` and ``lapicque`` (the fitted laws, µA/cm²)
        over ``duration``; V over ``time`` under 99 and 101 per cent of the rheobase (``side`` "no", "yes"). ``attrs``:
        ``rheobase`` (µA/cm²), ``chronaxie`` (ms: the pulse of twice the rheobase that just fires), ``charge_limit``
        (nC/cm²), ``weiss_residual``, ``lapicque_residual`` (root mean square, relative).
        ``status`` is not "done" where responses are graded, so that there is a criterion but no threshold, and where
        the scan saw no threshold at some durations.

    Notes
    -----
    Weiss 1901: I = I_rh (1 + c / d). Lapicque 1907: I = I_rh / (1 - exp(-d / tau)), c = tau ln 2. Here I_rh is the
    rheobase found, and c and tau are fitted to the logarithms.
    """
    wanted = np.geomspace(0.05, 50, 24) if durations is None else np.array(numbers_in(durations, "ms", "durations"))
    if not len(wanted) or (wanted <= 0).any():
        raise LoligoError("durations: each is a positive time; an instantaneous depolarisation is threshold(cell, 0)")
    bench, tolerance = Bench(cell, spike_threshold, stop=stop), relative_width(tolerance)
    endless = LONG if long is None else positive(long, "long")
    every = np.concatenate([wanted, [endless]])
    found, problem, wait = in_time(bench, every, 1, window, tolerance, 24)
    strength, error = found.first() if found is not None else (np.full(len(every), math.nan),) * 2
    rheobase, lasting, ended = float(strength[-1]), endless, False
    if long is None and found is not None and math.isfinite(rheobase):
        rheobase, lasting, ended = _rheobase(bench, found.of(len(wanted))[0], wait, tolerance)
    chronaxie = _chronaxie(bench, rheobase, endless, wait, tolerance) if math.isfinite(rheobase) else math.nan
    if problem == "done":
        problem = _reservation(bench, every, strength, wait)
    strength, error = strength[:-1], error[:-1]
    weiss, lapicque = laws(wanted, strength, rheobase)
    limit, _ = thresholds(bench, np.array([0.0]), 1, wait, tolerance, 24) if found is not None else (None, "")
    kick = limit.answers[0].value if limit is not None and limit.answers else math.nan
    numbers = {
        "rheobase": (rheobase, "µA/cm²"),
        "chronaxie": (chronaxie, "ms"),
        "charge_limit": (kick * cell.capacitance.value, "nC/cm²"),
        "weiss_residual": (_residual(strength, weiss), "1"),
        "lapicque_residual": (_residual(strength, lapicque), "1"),
    }
    reached = "any length: beyond it there is no resting state" if ended else f"{lasting:g} ms"
    over = "duration"
    variables: dict[str, Any] = {
        "threshold": (over, strength, "µA/cm²", "threshold current"),
        "error": (over, error, "µA/cm²", "half width of the bracket"),
        "charge": (over, strength * wanted, "nC/cm²", "threshold charge"),
        "weiss": (over, weiss, "µA/cm²", "law of Weiss"),
        "lapicque": (over, lapicque, "µA/cm²", "law of Lapicque"),
    }
    coords: dict[str, Any] = {over: (wanted, "ms", "duration of the pulse")}
    if math.isfinite(rheobase):
        sides = {"stimulus.amplitude": rheobase * np.array([1 - BESIDE, 1 + BESIDE])}
        traces, more = beside(bench, Step(0.0), sides, lasting, "V", longer=2)
        variables, coords = {**variables, **traces}, {**coords, **more}
    return result(
        "strength_duration", cell, variables, coords, numbers,
        criterion=f"{bench.criterion} within {wait:g} ms of the end of the pulse; rheobase: of a pulse of {reached}",
        tolerance=tolerance, status=problem,
    )  # fmt: skip


def _rheobase(bench: Bench, answer: Answer, wait: float, tolerance: float) -> tuple[float, float, bool]:
    """Threshold of an endless pulse, how long one showed it, ms, and whether rest ceases to exist there."""
    long, value, no = LONG, answer.value, answer.no
    for _ in range(LONGEST):
        stimulus, varied = trial(bench, np.array([LONGER * long]), np.array([no]))
        if not fires(bench, varied, stimulus, LONGER * long + wait, accuracy_for(tolerance))[0]:
            break
        end = end_of_rest(bench, value, tolerance)
        if math.isfinite(end) and end < value:
            beyond = end + 0.25 * (value - end)
            stimulus, varied = trial(bench, np.array([LONGER * long]), np.array([beyond]))
            if fires(bench, varied, stimulus, LONGER * long, accuracy_for(tolerance))[0]:
                return end, LONGER * long, True
        long *= LONGER
        found, _ = thresholds(bench, np.array([long]), 1, wait, tolerance, 24)
        if found is None or not found.answers:
            break
        value, no = found.answers[0].value, found.answers[0].no
    return value, long, False


def _reservation(bench: Bench, durations: Array, strength: Array, window: float) -> str:
    """What is to be said of these thresholds: that some are missing, or that responses are graded; else "done"."""
    known = np.isfinite(strength)
    jump = np.full(len(durations), math.inf)
    jump[known] = jumps(bench, durations[known], strength[known], window)
    name, graded = bench.cell.name, np.sort(durations[jump < LEAST_JUMP])
    if len(graded):
        where = f"pulses of {graded[0]:.4g} to {graded[-1]:.4g} ms" if len(graded) > 1 else f"one of {graded[0]:.4g} ms"
        return (
            f"{name}: graded responses to {where}, without a jump of V at this strength, so it is where V reaches the "
            "criterion, not a threshold of excitation"
        )
    missing = np.sort(durations[~known])
    if len(missing):
        return f"{name} has no threshold at {len(missing)} of these durations, from {missing[0]:.4g} ms on"
    return "done"


def _chronaxie(bench: Bench, rheobase: float, endless: float, window: float, tolerance: float) -> float:
    def ask(rows: NDArray[np.int64], values: Array, accuracy: float) -> NDArray[np.bool_]:
        stimulus, varied = trial(bench, values, np.full(len(values), 2 * rheobase))
        return fires(bench, varied, stimulus, float(values.max()) + window, accuracy)

    grid = np.geomspace(1e-3, endless, 24)
    said = ask(np.zeros(24, dtype=np.int64), grid, 1e-6)
    if said[0] or not said.any():
        return math.nan
    place = int(np.argmax(said))
    row = np.zeros(1, dtype=np.int64)
    no, yes = refine(ask, row, grid[place - 1 : place], grid[place : place + 1], tolerance)
    return float(0.5 * (no[0] + yes[0]))


def laws(durations: Array, strength: Array, rheobase: float) -> tuple[Array, Array]:
    """The laws of Weiss and Lapicque with this rheobase, each with the chronaxie that fits best."""
    good = np.isfinite(strength) & (strength > 0)
    if good.sum() < 2 or not math.isfinite(rheobase):
        return np.full(len(durations), math.nan), np.full(len(durations), math.nan)
    trials = np.geomspace(1e-3, 1e3, 2401)[:, None]
    d, logarithm = durations[good], np.log(strength[good] / rheobase)
    made = []
    for law in (_weiss, _lapicque):
        misfit = ((np.log(law(d, trials)) - logarithm) ** 2).sum(axis=1)
        made.append(rheobase * law(durations, trials[np.argmin(misfit), 0]))
    return made[0], made[1]


def _residual(strength: Array, law: Array) -> float:
    good = np.isfinite(strength) & np.isfinite(law)
    return float(np.sqrt(np.mean((law[good] / strength[good] - 1) ** 2))) if good.any() else math.nan


def _weiss(duration: Array, chronaxie: Any) -> Array:
    """Weiss (1901) C R Soc Biol 53:253, relative to the rheobase."""
    law: Array = 1 + chronaxie / duration
    return law


def _lapicque(duration: Array, tau: Any) -> Array:
    """Lapicque (1907) J Physiol Pathol Gen 9:620, relative to the rheobase."""
    law: Array = -1 / np.expm1(-duration / tau)
    return law
