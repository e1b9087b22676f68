"""The velocity of an impulse against the thickness of the fibre, and against temperature up to the block by heat."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError
from ...model.cable import Cable
from ...model.myelinated import Myelinated
from ...model.stimulus import Stimulus
from ...simulation.rest import initial_state
from ...units import numbers_in
from .branch import block, fastest, waves_at
from .runs import Fibre, column, each, fibre_of, of_fibre, thickness, uniform
from .velocity import conduction_velocity
from .wave import RISEN, Wave, WaveProblem, wave_of

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
WARMER = 5.0  # °C beyond those asked for, in which a block is looked for


def velocity_vs_diameter(
    cable: Cable | Myelinated,
    diameters: Any = None,
    *,
    stimulus: Stimulus | None = None,
    duration: Any = 20.0,
    dt: Any = None,
) -> xr.Dataset:
    """Velocity against the diameter of the fibre, and the power of it that the velocity follows.

    A cable keeps its length in length constants, so that its length goes with the square root of the diameter; a
    myelinated fibre keeps its number of nodes and its shape, so that all lengths but that of the node go with the
    diameter.

    Parameters
    ----------
    cable : Cable or Myelinated
        Of one diameter.
    diameters : sequence of number
        µm; a quarter of that of the fibre to four times it, in five steps, unless given.
    stimulus : Stimulus, optional
        That of the fibre as it is; its current goes with the power 3/2 of the diameter.
    duration, dt : number
        As of `conduction_velocity`.

    Returns
    -------
    xarray.Dataset
        ``velocity`` and ``error`` (m/s), ``power_law`` (m/s) over ``diameter`` (µm). ``attrs``: ``exponent`` with its
        ``exponent_error``, ``factor`` (m/s: the velocity of a fibre of 1 µm by the power law).

    Notes
    -----
    Unmyelinated: the square root (Hodgkin 1954, J Physiol 125:221). Myelinated: proportional, if all dimensions are
    (Rushton 1951, J Physiol 115:101); a node that stays 1 µm long departs from it a little.
    """
    fibre = fibre_of(cable, "velocity_vs_diameter")
    if not isinstance(fibre, Myelinated) and not uniform(fibre):
        raise LoligoError(f"velocity_vs_diameter needs a Cable of one diameter, or a Myelinated fibre, not {cable!r}")
    own = thickness(fibre)
    chosen = own * 2.0 ** np.arange(-2, 3) if diameters is None else numbers_in(diameters, "µm", "diameters")
    d = np.array(chosen)
    if len(d) < 2 or (d <= 0).any():
        raise LoligoError("diameters: give two or more, all positive, in µm")
    fibres = [_thicker(fibre, float(v), math.sqrt(v / own)) for v in d]

    def ask(one: Fibre) -> dict[str, float]:
        ratio = thickness(one) / own
        pulse = stimulus if stimulus is None else _times(stimulus, ratio**1.5)
        return dict(conduction_velocity(one, pulse, duration=duration, dt=dt).attrs)

    answers, why = each(fibres, ask)
    v, error = column(answers, "velocity"), column(answers, "error")
    ok = np.isfinite(v)
    exponent, spread, factor = math.nan, math.nan, math.nan
    if ok.sum() > 1:
        exponent, offset = np.polyfit(np.log(d[ok]), np.log(v[ok]), 1)
        off = np.log(v[ok]) - exponent * np.log(d[ok]) - offset
        spread = float(np.hypot(off.std(), (error[ok] / v[ok]).max()) / np.log(d[ok]).std() / math.sqrt(ok.sum()))
        factor = math.exp(offset)
    return of_fibre(
        "velocity_vs_diameter", fibre,
        {
            "velocity": ("diameter", v, "m/s", "velocity"),
            "error": ("diameter", error, "m/s", "its error"),
            "power_law": ("diameter", factor * d**exponent, "m/s", "the power law laid through it"),
        },
        {"diameter": (d, "µm", "diameter of the fibre")},
        {"exponent": (exponent, "1"), "exponent_error": (spread, "1"), "factor": (factor, "m/s")},
        criterion="an impulse passes from the middle to four fifths", status="done" if ok.any() else why, missing=why,
    )  # fmt: skip


def _thicker(fibre: Fibre, diameter: float, longer: float) -> Fibre:
    if isinstance(fibre, Myelinated):
        return fibre.with_(diameter=diameter)
    return fibre.with_(diameter=diameter, length=fibre.length * longer)


def _times(stimulus: Stimulus, factor: float) -> Stimulus:
    amplitude = getattr(stimulus, "amplitude", None)
    if amplitude is None:
        raise LoligoError(f"stimulus: {stimulus!r} has no amplitude that could go with the diameter; give a Step")
    return stimulus.with_(amplitude=amplitude * factor)


def velocity_vs_temperature(
    cable: Cable | Myelinated, celsius: Any = None, *, duration: Any = 20.0, dt: Any = None, tolerance: float = 1e-3
) -> xr.Dataset:
    """Velocity against temperature, and the temperature at which the impulse is blocked.

    Along a cable that is the same everywhere the travelling wave itself is followed (as in `travelling_wave`), up to
    the fold at which it meets a slow, unstable one: there is the block, and no fibre is long enough to cheat it. Along
    other fibres impulses are run, and the block is bracketed.

    Parameters
    ----------
    cable : Cable, or Tree without branches such as Myelinated
    celsius : sequence of number
        °C; 0 to 35 by 2.5 unless given.
    duration, dt : number
        As of `conduction_velocity`, where impulses are run.
    tolerance : float
        Width of the bracket around a block found by runs, relative to the temperature in K.

    Returns
    -------
    xarray.Dataset
        ``velocity`` (m/s) over ``celsius``. ``attrs``: ``block`` (°C; if any of the temperatures lies beyond),
        ``fastest`` (m/s) at ``fastest_at`` (°C), of a uniform cable by the wave, else of those that were tried.
    """
    fibre = fibre_of(cable, "velocity_vs_temperature")
    chosen = np.arange(0, 35.1, 2.5) if celsius is None else np.array(numbers_in(celsius, "°C", "celsius"))
    if not len(chosen):
        raise LoligoError("celsius: give at least one temperature, °C")
    if uniform(fibre) and isinstance(fibre, Cable):
        v, numbers, how, why = _by_waves(fibre, chosen)
    else:
        v, numbers, how, why = _by_runs(fibre, chosen, duration, dt, tolerance)
    return of_fibre(
        "velocity_vs_temperature", fibre, {"velocity": ("celsius", v, "m/s", "velocity")},
        {"celsius": (chosen, "°C", "temperature")}, numbers, criterion=how,
        status="done" if np.isfinite(v).any() else why or "no impulse travels", missing=why,
    )  # fmt: skip


Numbers = dict[str, tuple[float, str]]


def _by_waves(cable: Cable, celsius: Array) -> tuple[Array, Numbers, str, str]:
    problem = WaveProblem(cable.cell)
    start, _ = wave_of(cable.cell)
    waves = waves_at(problem, start, celsius)

    def speed(wave: Wave | None) -> float:
        if wave is None:
            return math.nan
        return wave.velocity(cable.diameter_at(0), cable.Ra, cable.cell.capacitance.value)

    hot = waves[max(waves)]
    fold = None
    if max(waves) < celsius.max():
        fold, near = block(problem, hot, float(celsius.max()) + WARMER)
        top = max(near, key=lambda w: w.celsius).celsius if fold is None else fold.celsius
        for t in [float(t) for t in celsius if max(waves) < t < top]:  # close to it steps in K find what others do not
            guess = min(near, key=lambda w: abs(w.celsius - t))
            found = problem.solve(guess, celsius=t)
            waves |= {t: found} if found is not None else {}
    best = fastest(problem, [*waves.values(), *([fold] if fold is not None else [])])
    numbers = {
        "block": (fold.celsius if fold is not None else math.nan, "°C"),
        "fastest": (speed(best), "m/s"),
        "fastest_at": (best.celsius if best is not None else math.nan, "°C"),
    }
    return np.array([speed(waves.get(float(t))) for t in celsius]), numbers, "the travelling wave", ""


def _by_runs(fibre: Fibre, celsius: Array, duration: Any, dt: Any, tolerance: float) -> tuple[Array, Numbers, str, str]:
    def ask(one: Fibre) -> dict[str, float]:
        level = initial_state(one.cell, "rest")["V"] + RISEN
        return dict(conduction_velocity(one, duration=duration, dt=dt, spike_threshold=level).attrs)

    ordered = np.sort(celsius)
    answers, why = each([fibre.with_({"celsius": float(t)}) for t in celsius], ask)
    v = column(answers, "velocity")
    conducts = dict(zip(celsius, np.isfinite(v), strict=True))
    block = math.nan
    if np.isfinite(v).any():
        below = max(t for t in ordered if conducts[t])
        above = min((t for t in ordered if t > below), default=math.nan)
        while above - below > tolerance * 300:
            middle = 0.5 * (below + above)
            (answer,), _ = each([fibre.with_({"celsius": middle})], ask)
            below, above = (middle, above) if answer else (below, middle)
        block = 0.5 * (below + above)
    best = int(np.nanargmax(v)) if np.isfinite(v).any() else 0
    numbers = {"block": (block, "°C"), "fastest": (float(v[best]), "m/s"), "fastest_at": (float(celsius[best]), "°C")}
    return v, numbers, "an impulse passes from the middle to four fifths", why
