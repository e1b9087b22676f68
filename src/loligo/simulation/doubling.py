"""How wrong a run of a fibre or a tree is: the same with twice as many compartments and half the step.

Both errors fall with the square of the step, so that the error of the coarser run is 4/3 of how far the two are apart
(Richardson 1911, Philos Trans R Soc A 210:307).
"""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import LoligoWarning
from ..model.cable import Cable
from .journey import Journey
from .protocol import terms_of
from .recorders import Trace
from .spatial import simulate_spatial
from .speed import entrance, passing_speed

if TYPE_CHECKING:
    import xarray as xr

RICHARDSON = 4 / 3
UNITS = {"error_V": "mV", "error_arrival": "ms", "velocity": "m/s", "error_velocity": "m/s"}


def errors(asked: Journey, ds: xr.Dataset) -> dict[str, Any]:
    """What a run is wrong by, as attributes: ``error_V``, ``error_arrival``, of a fibre ``velocity`` with its error.

    The first two are the largest anywhere; ``error_arrival`` is infinite where an impulse comes on one of the grids
    only. The velocity is NaN where no impulse passes.
    """
    body = asked.body
    finer = body.with_({"n": 2 * body.n} if isinstance(body, Cable) else {"finer": 2 * body.finer})
    dim = "x" if "x" in ds.dims else "place"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LoligoWarning)  # said by the run itself
        fine = simulate_spatial(
            replace(asked, body=finer, dt=0.5 * asked.dt, where=ds[dim].values.tolist()), (Trace("V"),)
        )
    arrival = ds["arrival"].values
    halves = fine["arrival"].values.reshape(-1, 2).mean(axis=1)  # every compartment was cut into two
    found: dict[str, Any] = {"error_arrival": _distance(arrival, halves)}
    if "V" in ds:
        found["error_V"] = _distance(ds["V"].values, fine["V"].transpose(*ds["V"].dims).values)
    if dim == "x" and asked.stimulus is not None and terms_of(asked.stimulus):
        start = entrance(body, asked.stimulus) * body.length
        speeds = [passing_speed(one["x_compartment"].values, one["arrival"].values, start) for one in (ds, fine)]
        found |= {"velocity": speeds[0], "error_velocity": RICHARDSON * abs(speeds[0] - speeds[1])}
    units = {**json.loads(ds.attrs["units"]), **{name: UNITS[name] for name in found}}
    return {**found, "units": json.dumps(units)}


def _distance(coarse: Any, fine: Any) -> float:
    """The largest error of the coarser values; infinite where one of them is missing, but not the other."""
    if not np.array_equal(np.isnan(coarse), np.isnan(fine)):
        return float("inf")
    return RICHARDSON * float(np.nanmax(np.abs(coarse - fine), initial=0.0))
