"""How fast an impulse travels, with its error; and the impulse that travels without changing shape."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import SimulationError
from ...model.cable import Cable
from ...model.stimulus import Stimulus
from ...model.tree import Tree
from ...simulation.journey import DEFAULT_DT
from ...simulation.settings import positive
from ...simulation.simulate import simulate
from ...simulation.speed import entrance, window
from .runs import ARRIVES, enough, fibre_of, finer, of_fibre, uniform_cable
from .wave import wave_of

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
PLACES = 200  # of the picture
FINER = (1, 2, 4)  # refinements
ORDERLY = 0.7  # how far from 2 an order may be that can be trusted


def conduction_velocity(
    cable: Cable | Tree,
    stimulus: Stimulus | None = None,
    *,
    duration: Any = 20.0,
    dt: Any = None,
    between: tuple[float, float] | None = None,
    spike_threshold: Any = None,
) -> xr.Dataset:
    """The velocity of an impulse along a fibre.

    It is timed between two places far from the start and the end, on the cable as given and with half and a quarter of
    its dx and dt. Errors should fall with the square of the step, from which the limit follows (Richardson 1911);
    whether they do, the three runs tell.

    Parameters
    ----------
    cable : Cable or Tree
        Without branches, such as a `Myelinated` fibre.
    stimulus : Stimulus, optional
        What starts the impulse; 0.5 ms of 20 µA per mm of diameter to the power 3/2 (in proportion to the input
        conductance of the fibre) unless given.
    duration : number
        Longest time to wait for the impulse, ms.
    dt : number, optional
        ms, 0.01 unless given.
    between : (float, float), optional
        Where the wave is timed, as fractions of the length; from a half to four fifths of the way from the (first)
        electrode to the farther end unless given, which is (0.5, 0.8) for one at the left end.
    spike_threshold : number
        mV; that of the cell unless given. In the warmth an impulse may pass without reaching it.

    Returns
    -------
    xarray.Dataset
        ``arrival`` (ms) over ``x`` (µm), of the run as given. ``attrs``: ``velocity`` (m/s) is the limit; ``error`` how
        far the finest run is from it, and by how much the velocity still changes from the first half of the way to the
        second; ``coarse`` and ``fine`` what the first and the last run gave; ``order`` the order of convergence that
        the three show. If that is not about 2, the finest run is the answer, and the error all that refinement changed.

    Raises
    ------
    SimulationError
        If no impulse arrives, or it does not pass from one place to the other; the message says what did.
    """
    fibre_of(cable, "conduction_velocity")
    step = DEFAULT_DT if dt is None else positive(dt, "dt")
    source = enough(cable) if stimulus is None else stimulus
    start = entrance(cable, source)
    low, high = window(start) if between is None else between
    if not 0 <= low < high <= 1:
        raise SimulationError(f"between: {between!r}; give two fractions of the length, such as (0.5, 0.8)")
    if low < start < high:
        raise SimulationError(
            f"between: {between!r}; the electrode is in between, at {start:.3g} of the length; give places on one side"
        )
    wait = positive(duration, "duration")
    places = np.array([low, 0.5 * (low + high), high])
    found: list[float] = []
    arrival: tuple[Array, Array] | None = None
    for factor in FINER:
        ds = simulate(
            finer(cable, factor), source, duration=wait, dt=step / factor, every=wait / 100,
            spike_threshold=spike_threshold,
        )  # fmt: skip
        times = _passing(ds, places, cable.length, wait, start <= low)
        if arrival is None:
            arrival = ds["x_compartment"].values, ds["arrival"].values
        wait = min(wait, 1.5 * float(times.max()) + 1)  # what comes later is not needed again
        found.append((high - low) * cable.length * 1e-3 / abs(times[2] - times[0]))
    halves = np.diff(places) * cable.length * 1e-3 / np.abs(np.diff(times))
    limit, error, order = _limit(*found)
    error += abs(halves[1] - halves[0])
    x, when = arrival if arrival is not None else (places, times)
    keep = np.unique(np.linspace(0, len(x) - 1, PLACES).round().astype(int))
    return of_fibre(
        "conduction_velocity", cable, {"arrival": ("x", when[keep], "ms", "arrival of the impulse")},
        {"x": (x[keep], "µm", "distance along the fibre")},
        {
            "velocity": (limit, "m/s"), "error": (error, "m/s"), "coarse": (found[0], "m/s"), "fine": (found[2], "m/s"),
            "order": (order, "1"),
        },
        criterion=ARRIVES.format(threshold=ds.attrs["spike_threshold"]), tolerance=error / limit, between=[low, high],
    )  # fmt: skip


def _limit(coarse: float, middle: float, fine: float) -> tuple[float, float, float]:
    """From three refinements the limit, its error, and the order of convergence that they show.

    Only where the order is about 2 the limit may be foretold; else the finest is the answer, and wrong by all that the
    refinements changed.
    """
    change = middle - coarse, fine - middle
    order = math.log2(change[0] / change[1]) if change[0] * change[1] > 0 else math.nan
    if abs(order - 2) < ORDERLY or abs(fine - coarse) < 1e-9 * fine:
        limit = fine + change[1] / 3
        return limit, abs(limit - fine), order
    return fine, abs(fine - coarse), order


def travelling_wave(cable: Cable) -> xr.Dataset:
    """The impulse that travels without changing shape: its velocity and form, from a boundary problem.

    Hodgkin & Huxley's own way (1952, equation 31): not a fibre, but the one wave that leaves rest and returns to it.

    Parameters
    ----------
    cable : Cable
        Of one diameter. Its length and compartments do not matter.

    Returns
    -------
    xarray.Dataset
        ``V`` (mV), ``slope`` (mV/ms) and the gates over ``time`` (ms), 0 where V rises fastest. ``attrs``: ``velocity``
        and ``error`` (m/s: what a mesh of a hundredth of the accuracy changes), ``K`` (1/ms), ``peak`` and ``trough``
        (mV), ``rise`` (greatest dV/dt, mV/ms), ``half_width`` (ms), ``foot`` (the rate at which the foot of the impulse
        grows, 1/ms).

    Raises
    ------
    SimulationError
        If no impulse travels along this membrane.
    """
    uniform_cable(cable, "travelling_wave")
    wave, change = wave_of(cable.cell)
    shape = wave.shape()
    speed = wave.velocity(cable.diameter_at(0), cable.Ra, cable.cell.capacitance.value)
    names = [v for v in shape if v not in ("time", "zero", "V", "slope")]
    kinds = {"V": ("mV", "membrane potential"), "slope": ("mV/ms", "dV/dt")}
    numbers = {"velocity": (speed, "m/s"), "error": (0.5 * change * speed, "m/s"), "K": (wave.K, "1/ms")}
    return of_fibre(
        "travelling_wave", cable,
        {name: ("time", shape[name], *kinds.get(name, ("1", name))) for name in ("V", "slope", *names)},
        {"time": (shape["time"], "ms", "time")}, {**numbers, **wave.numbers(), "foot": (wave.foot, "1/ms")},
        criterion="V leaves rest and returns to it", tolerance=0.5 * change,
    )  # fmt: skip


def _passing(ds: xr.Dataset, places: Array, length: float, wait: float, rightward: bool) -> Array:
    """When an impulse comes to places (fractions of the length)."""
    times: Array = np.interp(places * length, ds["x_compartment"].values, ds["arrival"].values)
    if not np.isfinite(times).all():
        reached = float(np.nanmax(ds["V"].values[:, -1 if rightward else 0]))
        raise SimulationError(
            f"no propagated impulse: V at the far end reached {reached:.4g} mV within {wait:g} ms; "
            "give a stronger stimulus, a longer duration, or a fibre that conducts"
        )
    if (times[2] - times[0]) * (1 if rightward else -1) <= 0:
        raise SimulationError(
            f"no impulse passes from one place to the other: it comes to {places[0]:g} of the length at "
            f"{times[0]:.4g} ms, to {places[2]:g} at {times[2]:.4g} ms; give one electrode, or other places (between=)"
        )
    return times
