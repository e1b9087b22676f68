"""How fast an impulse travels, with its error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import SimulationError
from ..model.cable import Cable
from ..model.stimulus import Step, Stimulus
from ..model.tree import Tree
from .settings import positive
from .simulate import simulate
from .spatial import DEFAULT_DT

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
    between: tuple[float, float] = (0.5, 0.8),
) -> xr.Dataset:
    """The velocity of an impulse that starts at the left end.

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
    between : (float, float)
        Where the wave is timed, as fractions of the length.

    Returns
    -------
    xarray.Dataset
        ``attrs["velocity"]`` (m/s) is the limit, ``attrs["error"]`` how far the finer of the two runs is from it,
        ``attrs["coarse"]`` and ``attrs["fine"]`` what the two runs gave.

    Raises
    ------
    SimulationError
        If no impulse arrives; the message says what did.
    """
    import xarray as xr

    if not isinstance(cable, (Cable, Tree)) or (isinstance(cable, Tree) and not cable.unbranched):
        raise SimulationError(f"conduction_velocity needs a Cable, or a Tree without branches, not {cable!r}")
    step = DEFAULT_DT if dt is None else positive(dt, "dt")
    low, high = between
    if not 0 <= low < high <= 1:
        raise SimulationError(f"between: {between!r}; give two fractions of the length, such as (0.5, 0.8)")
    source = enough(cable) if stimulus is None else stimulus
    found = []
    for factor in (1, 2):
        finer = cable.with_({"n": factor * cable.n} if isinstance(cable, Cable) else {"finer": factor * cable.finer})
        wait = positive(duration, "duration")
        ds = simulate(finer, source, duration=wait, dt=step / factor, every=wait / 100)
        arrival, x = ds["arrival"].values, ds["x_compartment"].values
        times = np.interp([low * cable.length, high * cable.length], x, arrival)
        if not np.isfinite(times).all() or times[1] <= times[0]:
            reached = float(np.nanmax(ds["V"].values[:, -1]))
            raise SimulationError(
                f"no propagated impulse: V at the far end reached {reached:.4g} mV within {wait:g} ms; "
                "give a stronger stimulus, a longer duration, or a fibre that conducts"
            )
        found.append((high - low) * cable.length * 1e-3 / (times[1] - times[0]))
    coarse, fine = found
    limit = fine + (fine - coarse) / 3
    units = {"velocity": "m/s", "error": "m/s", "coarse": "m/s", "fine": "m/s"}
    numbers = {"velocity": limit, "error": abs(limit - fine), "coarse": coarse, "fine": fine}
    return xr.Dataset(attrs={"kind": "conduction velocity", **numbers, "units": json.dumps(units)})


def _beginning(cable: Cable | Tree) -> float:
    """Diameter at the left end, µm."""
    return cable.diameter_at(0) if isinstance(cable, Cable) else cable.sections[0].profile[0][1]
