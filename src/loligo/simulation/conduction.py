"""How fast an impulse travels, with its error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import SimulationError
from ..model.cable import Cable
from ..model.stimulus import Step, Stimulus
from ..model.tree import Tree
from .journey import DEFAULT_DT
from .protocol import terms_of
from .settings import check_stimulus, positive
from .simulate import simulate
from .tree import along

if TYPE_CHECKING:
    import xarray as xr


def enough(cable: Cable | Tree) -> Step:
    """A pulse at the left end that starts an impulse in most fibres, in proportion to the input conductance."""
    return Step(20_000 * (_beginning(cable) / 476) ** 1.5, stop=0.5)


def conduction_velocity(
    cable: Cable | Tree,
    stimulus: Stimulus | None = None,
    *,
    duration: Any = 20.0,
    dt: Any = None,
    between: tuple[float, float] | None = None,
) -> xr.Dataset:
    """The velocity of an impulse along a fibre.

    It is timed between two places far from the start and the end, on the cable as given and on one of half the dx and
    dt. Both errors fall with the square of the step, so that the two give the limit (Richardson 1911).

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

    Returns
    -------
    xarray.Dataset
        ``attrs["velocity"]`` (m/s) is the limit, ``attrs["error"]`` how far the finer of the two runs is from it,
        ``attrs["coarse"]`` and ``attrs["fine"]`` what the two runs gave.

    Raises
    ------
    SimulationError
        If no impulse arrives, or it does not pass from one place to the other; the message says what did.
    """
    import xarray as xr

    if not isinstance(cable, (Cable, Tree)) or (isinstance(cable, Tree) and not cable.unbranched):
        raise SimulationError(f"conduction_velocity needs a Cable, or a Tree without branches, not {cable!r}")
    step = DEFAULT_DT if dt is None else positive(dt, "dt")
    source = enough(cable) if stimulus is None else stimulus
    start = _electrode(cable, source)
    low, high = _window(start) if between is None else between
    if not 0 <= low < high <= 1:
        raise SimulationError(f"between: {between!r}; give two fractions of the length, such as (0.5, 0.8)")
    if low < start < high:
        raise SimulationError(
            f"between: {between!r}; the electrode is in between, at {start:.3g} of the length; give places on one side"
        )
    found = []
    for factor in (1, 2):
        finer = cable.with_({"n": factor * cable.n} if isinstance(cable, Cable) else {"finer": factor * cable.finer})
        wait = positive(duration, "duration")
        ds = simulate(finer, source, duration=wait, dt=step / factor, every=wait / 100)
        arrival, x = ds["arrival"].values, ds["x_compartment"].values
        times = np.interp([low * cable.length, high * cable.length], x, arrival)
        if not np.isfinite(times).all():
            reached = float(np.nanmax(ds["V"].values[:, -1 if start <= low else 0]))
            raise SimulationError(
                f"no propagated impulse: V at the far end reached {reached:.4g} mV within {wait:g} ms; "
                "give a stronger stimulus, a longer duration, or a fibre that conducts"
            )
        passing = times[1] - times[0] if start <= low else times[0] - times[1]
        if passing <= 0:
            raise SimulationError(
                f"no impulse passes from one place to the other: it comes to {low:g} of the length at "
                f"{times[0]:.4g} ms, to {high:g} at {times[1]:.4g} ms; give one electrode, or other places (between=)"
            )
        found.append((high - low) * cable.length * 1e-3 / passing)
    coarse, fine = found
    limit = fine + (fine - coarse) / 3
    units = {"velocity": "m/s", "error": "m/s", "coarse": "m/s", "fine": "m/s"}
    numbers = {"velocity": limit, "error": abs(limit - fine), "coarse": coarse, "fine": fine}
    return xr.Dataset(attrs={"kind": "conduction velocity", **numbers, "units": json.dumps(units)})


def passing_speed(x: Any, arrival: Any, at: float) -> float:
    """The velocity from arrivals (ms) at the middles of compartments (µm), where `conduction_velocity` times it, m/s.

    `at` is the place of the electrode, µm. NaN where no impulse passes.
    """
    length = float(x[0] + x[-1])
    low, high = _window(at / length)
    times = np.interp([low * length, high * length], x, arrival)
    passing = times[1] - times[0] if at <= low * length else times[0] - times[1]
    return float((high - low) * length * 1e-3 / passing) if passing > 0 else np.nan


def _window(start: float) -> tuple[float, float]:
    """From a half to four fifths of the way from an electrode to the farther end, as fractions of the length."""
    if start <= 0.5:
        return start + 0.5 * (1 - start), start + 0.8 * (1 - start)
    return 0.2 * start, 0.5 * start


def _electrode(cable: Cable | Tree, source: Stimulus) -> float:
    """Where the first stimulus enters, as a fraction of the length."""
    check_stimulus(source)
    at = terms_of(source)[0].at
    if isinstance(cable, Tree):
        return float(along(cable, [cable.place(at)])[0]) / cable.length
    return float(at) / cable.length if not isinstance(at, str) else 0.0  # a run says that a cable has no such place


def _beginning(cable: Cable | Tree) -> float:
    """Diameter at the left end, µm."""
    return cable.diameter_at(0) if isinstance(cable, Cable) else cable.sections[0].profile[0][1]
