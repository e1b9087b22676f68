"""What an electrode outside a fibre sees of its impulse, and how it stimulates it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError
from ...model.cable import Cable
from ...model.electrode import PointElectrode
from ...model.stimulus import Step, Stimulus
from ...model.tree import Tree
from ...simulation import axon, tree
from ...simulation.protocol import lower, terms_of
from ...simulation.settings import positive
from ...simulation.simulate import simulate
from ...units import numbers_in
from ..given import relative_width
from .runs import Fibre, beginning, enough, everywhere, fibre_of, of_fibre, straight, thickness

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
WEAKEST, STRONGEST = 1e-3, 1e10  # nA: beyond them nothing is tried


def extracellular_potential(
    cable: Cable | Tree, electrodes: Any = None, *, stimulus: Stimulus | None = None, duration: Any = 10.0,
    dt: Any = None, every: Any = 0.01,
) -> xr.Dataset:  # fmt: skip
    """The potential that an impulse makes outside of its fibre, at some electrodes.

    The currents of the membrane are sources along the axis of the fibre, in a homogeneous conductor without bounds (see
    `PointElectrode`). Outside the fibre is taken not to be changed by the potential that it makes there.

    Parameters
    ----------
    cable : Cable, or Tree without branches such as Myelinated
    electrodes : PointElectrode, or sequence of them
        Unless given three at two thirds of the length: 1, 2 and 5 diameters from the axis.
    stimulus, duration, dt, every
        Of the run, as of `simulate`.

    Returns
    -------
    xarray.Dataset
        ``potential 0``, ``potential 1``, ... (µV; one for each electrode) and ``V`` (mV) beside the first, over
        ``time``. ``attrs``: ``largest`` (µV: from peak to peak, at the first electrode), ``negative`` and ``positive``
        (µV: its extremes there).
    """
    fibre = fibre_of(cable, "extracellular_potential")
    chosen = _electrodes(fibre, electrodes)
    source = enough(fibre) if stimulus is None else stimulus
    ds = everywhere(fibre, source, duration=positive(duration, "duration"), dt=dt, every=every)
    line, t = straight(fibre), ds["time"].values
    current = line.membrane_current(ds["V"].values, _injected(fibre, source, t, line.parts.n))
    seen = [1e3 * current @ line.transfer(e) for e in chosen]
    beside = int(np.argmin(np.abs(0.5 * (line.begin + line.end) - chosen[0].x)))
    variables: dict[str, Any] = {
        f"potential {i}": ("time", v, "µV", f"{e.distance:g} µm from the axis")
        for i, (e, v) in enumerate(zip(chosen, seen, strict=True))
    }
    variables["V"] = ("time", ds["V"].values[:, beside], "mV", "membrane potential beside the first electrode")
    low, high = float(seen[0].min()), float(seen[0].max())
    passes = (variables["V"][1] >= float(ds.attrs["spike_threshold"])).any()
    return of_fibre(
        "extracellular_potential", fibre, variables, {"time": (t, "ms", "time")},
        {"largest": (high - low, "µV"), "negative": (low, "µV"), "positive": (high, "µV")},
        criterion="line sources in a homogeneous conductor", electrodes=str(list(chosen)),
        status="done" if passes else "no impulse passes the first electrode, which sees the stimulus and its spread",
    )  # fmt: skip


def _wide(fibre: Fibre) -> float:
    """Its diameter, or that of its beginning if it tapers, µm."""
    wide = thickness(fibre)
    return beginning(fibre) if math.isnan(wide) else wide


def _electrodes(fibre: Fibre, given: Any) -> Sequence[PointElectrode]:
    if given is None:
        wide = _wide(fibre)
        return [PointElectrode(2 / 3 * fibre.length, k * wide) for k in (1, 2, 5)]
    found = [given] if isinstance(given, PointElectrode) else list(given)
    for one in found:
        if not isinstance(one, PointElectrode):
            raise LoligoError(f"electrodes: {one!r}; give loligo.PointElectrode(x, distance), in µm")
    if not found:
        raise LoligoError("electrodes: give at least one")
    return found


def _injected(fibre: Fibre, source: Stimulus, t: Array, n: int) -> Array:
    """Current that electrodes inside the fibre inject, (times, n), nA; one outside takes back what it gives."""
    layout = axon.layout(fibre) if isinstance(fibre, Cable) else tree.layout(fibre)
    found = np.zeros((len(t), n))
    for term in terms_of(source):
        for k, weight in layout.electrode(term.at):
            found[:, k] += weight * lower(term, float(t[-1]))(t)
    return found


def extracellular_strength_duration(
    cable: Cable | Tree, electrode: PointElectrode | None = None, durations: Any = None, *, polarity: int = -1,
    window: Any = 20.0, dt: Any = None, tolerance: float = 1e-3,
) -> xr.Dataset:  # fmt: skip
    """Threshold current of an electrode outside the fibre against the duration of its pulse.

    The pulse acts through the activating function, the second difference of the potential outside along the fibre
    (Rattay 1986, IEEE Trans Biomed Eng 33:974): a cathode depolarises the membrane beside it, an anode the flanks.

    Parameters
    ----------
    cable : Cable, or Tree without branches such as Myelinated
    electrode : PointElectrode
        In the middle, two diameters from the axis, unless given.
    durations : sequence of number
        ms; 10 from 0.02 to 10 unless given.
    polarity : int
        -1 a cathode, 1 an anode.
    window : number
        How long to wait behind the pulse for an impulse at the end of the fibre, ms.
    dt : number
        As of `simulate`, ms.
    tolerance : float
        Relative width of the brackets.

    Returns
    -------
    xarray.Dataset
        ``threshold`` (µA, without sign), ``charge`` (nC), ``weiss`` (µA: the law laid through the charges) over
        ``duration``; ``activating`` (mV: what 1 µA does to each compartment, times link over its capacitance and a ms)
        over ``x``. ``attrs``: ``rheobase`` (µA: of the longest pulse), ``chronaxie`` (ms: the duration at twice the
        rheobase).
    """
    fibre = fibre_of(cable, "extracellular_strength_duration")
    if polarity not in (-1, 1):
        raise LoligoError(f"polarity: {polarity!r}; give -1 for a cathode or 1 for an anode")
    place = PointElectrode(0.5 * fibre.length, 2 * _wide(fibre)) if electrode is None else electrode
    if not isinstance(place, PointElectrode):
        raise LoligoError(f"electrode: {place!r}; give loligo.PointElectrode(x, distance), in µm")
    chosen = np.geomspace(0.02, 10, 10) if durations is None else np.array(numbers_in(durations, "ms", "durations"))
    if not len(chosen) or (chosen <= 0).any():
        raise LoligoError("durations: give times longer than 0 ms")
    wait, width = positive(window, "window"), relative_width(tolerance)

    def fires(duration: float, strength: float) -> bool:
        pulse = Step(polarity * strength, stop=duration, at=place)
        step = min(0.01 if dt is None else dt, 0.25 * duration)
        ds = simulate(fibre, pulse, duration=duration + wait, dt=step, every=duration + wait, where=0)
        arrival = ds["arrival"].values
        return bool(np.isfinite(arrival[[0, -1]]).any())

    found, start = [], place.distance
    for duration in chosen[::-1]:  # the longest first: each is a little below the next
        least = _threshold(lambda s, d=float(duration): fires(d, s), start, width)
        found.append(least * 1e-3)
        start = 0.9 * least if math.isfinite(least) else start
    threshold = np.array(found[::-1])
    charge = threshold * chosen  # µA ms = nC
    rheobase = float(threshold[int(chosen.argmax())])
    ok = np.isfinite(threshold)
    chronaxie = _crossing(chosen[ok], threshold[ok], 2 * rheobase)
    slope, offset = np.polyfit(chosen[ok], charge[ok], 1) if ok.sum() > 1 else (math.nan, math.nan)
    line = straight(fibre)
    effect = np.zeros(line.parts.n)
    for k, weight in line.reached(place):
        effect[k] = weight
    own = line.parts.capacitance > 0
    unit = polarity * 1e3 * effect[own] / line.parts.capacitance[own]  # mV/ms for 1 µA
    return of_fibre(
        "extracellular_strength_duration", fibre,
        {
            "threshold": ("duration", threshold, "µA", "threshold current"),
            "charge": ("duration", charge, "nC", "its charge"),
            "weiss": ("duration", slope + offset / chosen, "µA", "Weiss's law"),
            "activating": ("x", unit, "mV/ms", "activating function of 1 µA"),
        },
        {
            "duration": (chosen, "ms", "duration of the pulse"),
            "x": (0.5 * (line.begin + line.end)[own], "µm", "distance along the fibre"),
        },
        {"rheobase": (rheobase, "µA"), "chronaxie": (chronaxie, "ms")},
        criterion="an impulse comes to an end of the fibre", tolerance=width, electrode=repr(place),
        status="done" if ok.any() else "no current starts an impulse",
    )  # fmt: skip


def _threshold(fires: Any, start: float, width: float) -> float:
    """The least strength that fires, from below: far above it the flanks are so polarised that nothing passes them."""
    while fires(start):
        start *= 0.5
        if start < WEAKEST:
            return math.nan
    low, high = start, 1.5 * start
    while not fires(high):
        low, high = high, 1.5 * high
        if high > STRONGEST:
            return math.nan
    while high / low - 1 > width:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if fires(middle) else (middle, high)
    return math.sqrt(low * high)


def _crossing(x: Array, y: Array, level: float) -> float:
    """Where a falling curve has a value, on straight lines between logarithms."""
    order = np.argsort(x)
    a, b = np.log(x[order]), np.log(y[order])
    if not len(a) or not b.min() <= math.log(level) <= b.max():
        return math.nan
    return float(np.exp(np.interp(-math.log(level), -b, a)))
