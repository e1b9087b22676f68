"""``loligo axon --over``: impulses along variants of a fibre, with the velocity of each."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import LoligoError
from ..model.cable import Cable
from ..model.stimulus import Stimulus
from . import keep, output, values
from .waiting import interruptible, patience

if TYPE_CHECKING:
    import xarray as xr

MOST_ROWS = 40


def axon_sweep(
    arguments: argparse.Namespace, cable: Cable, stimulus: Stimulus, files: dict[str, Path], warned: output.Warned
) -> int:
    """Run every variant.

    Returns
    -------
    int
        The exit code: 1 if no impulse travelled in any of them.
    """
    from ..simulation import simulate
    from ..simulation.recorders import Peak, Spikes

    if "animation" in files:
        raise LoligoError("--animate: one run is animated, not a sweep; leave out --over")
    axes: dict[str, Any] = {}
    for path, text in arguments.over:
        if path in axes:
            raise LoligoError(f"--over: '{path}' is named twice; give all its values at once")
        axes[path] = values.axis(text, f"--over {path}")
    options: dict[str, Any] = {"duration": arguments.duration, "dt": arguments.dt, "every": arguments.every}
    with patience(), interruptible():
        ds = simulate(cable, stimulus, over=axes, record=[Spikes(), Peak()], **options)
    ds["velocity"] = (
        ds["status"].dims,
        velocities(ds, stimulus),
        {"units": "m/s", "long_name": "velocity of the impulse"},
    )
    if "picture" in files:
        keep.draw(ds, files["picture"], variable="velocity")
    if "saved" in files:
        keep.save(ds, files["saved"])
    written = {kind: str(path) for kind, path in files.items()}
    if arguments.json:
        output.print_json(_document(ds, axes, warned.messages, written))
    else:
        output.say(_summary(ds, axes, written))
    return 0 if np.isfinite(ds["velocity"].values).any() else 1


def velocities(ds: xr.Dataset, stimulus: Stimulus) -> Any:
    """Of the impulse in each variant, m/s; NaN where none passes."""
    from ..model.electrode import PointElectrode
    from ..simulation.protocol import terms_of
    from ..simulation.speed import passing_speed

    shape = ds["status"].shape
    arrival = ds["arrival"].values.reshape(-1, ds.sizes["compartment"])
    x = np.broadcast_to(ds["x_compartment"].values, (*shape, ds.sizes["compartment"])).reshape(arrival.shape)
    electrode = terms_of(stimulus)[0].at
    plain = electrode.x if isinstance(electrode, PointElectrode) else electrode
    at = ds["status"] * 0 + ds["stimulus.at"] if "stimulus.at" in ds.coords else ds["status"] * 0 + plain
    electrodes = at.transpose(*ds["status"].dims).values.reshape(-1)
    found = [passing_speed(*one) for one in zip(x, arrival, electrodes, strict=True)]
    return np.array(found).reshape(shape)


def _document(ds: xr.Dataset, axes: dict[str, Any], warnings: list[str], files: dict[str, str]) -> dict[str, Any]:
    a = ds.attrs
    names = ("cell", "citation", "stimulus", "duration", "n", "dt", "steps", "variants", "seconds", "status")
    return {
        **{name: a[name] for name in names},
        "over": axes,
        "velocity": ds["velocity"].values,
        "peak": ds["V_peak"].isel(x=ds.sizes["x"] // 2).values,
        "crossings": ds["crossings"].isel(compartment=-1).values,
        "outcome": ds["status"].values,
        "units": {**json.loads(a["units"]), "velocity": "m/s", "peak": "mV",
                  **{path: ds[path].attrs["units"] for path in axes}},
        "warnings": warnings,
        "files": files,
    }  # fmt: skip


def _summary(ds: xr.Dataset, axes: dict[str, Any], files: dict[str, str]) -> str:
    a = ds.attrs
    head = [f"{path} ({ds[path].attrs['units']})" for path in axes]
    grid = np.stack([g.reshape(-1) for g in np.meshgrid(*axes.values(), indexing="ij")], axis=1)
    rows = [(", ".join(head), "velocity (m/s)")]
    for numbers, speed in list(zip(grid, ds["velocity"].values.reshape(-1), strict=True))[:MOST_ROWS]:
        rows.append((", ".join(f"{v:g}" for v in numbers), f"{speed:.5g}" if np.isfinite(speed) else "no impulse"))
    if len(grid) > MOST_ROWS:
        rows.append(("...", f"{len(grid) - MOST_ROWS} more: --json, --save or --plot"))
    rows += [("", ""), ("stimulus", f"{a['stimulus']} nA"),
             ("method", f"{a['n']} compartments, dt {a['dt']:g} ms; timed as by a single run, but not refined"),
             ("time", f"{a['seconds']:.2g} s for {a['variants']} variants"), *files.items()]  # fmt: skip
    return "\n".join([f"{a['cell']}   {a['citation']}".rstrip(), "", output.table(rows)])
