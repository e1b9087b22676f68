"""``loligo tree``: simulate a neuron from an SWC file, say where the impulse went, draw it, keep it."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.stimulus import Step
from ..model.tree import Tree
from . import choose, keep, output
from .waiting import interruptible, patience

if TYPE_CHECKING:
    import xarray as xr


def tree(arguments: argparse.Namespace, warned: output.Warned) -> int:
    """Carry out ``loligo tree``.

    Returns
    -------
    int
        The exit code: 1 if the run blew up.
    """
    from ..simulation import simulate

    picture = keep.picture("--plot", arguments.plot) if arguments.plot is not None else None
    archive = keep.archive("--save", arguments.save) if arguments.save is not None else None
    cell = choose.changed(choose.named_cell(arguments.cell), arguments)
    neuron = Tree.from_swc(
        arguments.file,
        cell,
        soma=arguments.soma,
        Ra=arguments.resistivity,
        dx="auto" if arguments.dx is None else arguments.dx,
        cells={region: choose.named_cell(name) for region, name in arguments.region},
    )
    at = neuron.sections[0].name if arguments.at is None else arguments.at
    step = Step(arguments.step, start=arguments.start, stop=arguments.stop, at=at)
    options: dict[str, Any] = {"dt": arguments.dt, "where": arguments.where}
    with patience(), interruptible():
        ds = simulate(neuron, step, duration=arguments.duration, every=arguments.every, **options)
    if archive is not None:
        keep.save(ds, archive)
    if picture is not None:
        keep.draw(ds, picture)
    files = {"picture": picture, "saved": archive}
    written = {kind: str(path) for kind, path in files.items() if path is not None}
    found = document(ds, neuron, Path(arguments.file).name)
    if arguments.json:
        output.print_json({**found, "warnings": warned.messages, **written})
    else:
        output.say(summary(found, f"{step} nA", written))
    return 0 if ds.attrs["status"] == "done" else 1


def document(ds: xr.Dataset, neuron: Tree, name: str) -> dict[str, Any]:
    """What the neuron is, and where the impulse came, for a script."""
    import numpy as np

    arrival, region = ds["arrival"].values, ds["region"].values
    came = np.isfinite(arrival)
    regions = {}
    for kind in dict.fromkeys(region.tolist()):
        mine = region == kind
        reached = arrival[mine & came]
        regions[kind] = {
            "area": float(ds["membrane_area"].values[mine].sum()),
            "compartments": int(mine.sum()),
            "reached": len(reached),
            "first": float(reached.min()) if len(reached) else None,
            "last": float(reached.max()) if len(reached) else None,
        }
    return {
        "file": name, "cell": ds.attrs["cell"], "celsius": float(ds.attrs.get("celsius", math.nan)),
        "sections": len(neuron.sections), "compartments": int(ds.attrs["n"]), "length": neuron.length,
        "area": float(ds.attrs["area"]), "regions": regions, "V_max": float(ds["V"].max()),
        "status": ds.attrs["status"], "steps": int(ds.attrs["steps"]), "seconds": float(ds.attrs["seconds"]),
        "units": {"length": "µm", "area": "µm²", "first": "ms", "last": "ms", "V_max": "mV", "celsius": "°C"},
    }  # fmt: skip


def summary(found: dict[str, Any], stimulus: str, written: dict[str, str]) -> str:
    """The same for people."""
    rows = [
        ("membrane", f"{found['cell']}, {found['celsius']:g} °C"),
        ("neuron", f"{found['sections']} sections, {found['length']:.0f} µm, {found['area']:.0f} µm²"),
        ("stimulus", stimulus),
        ("highest V", f"{found['V_max']:.4g} mV"),
    ]
    for kind, part in found["regions"].items():
        where = f"{part['reached']} of {part['compartments']} compartments"
        when = f", {part['first']:.4g} to {part['last']:.4g} ms" if part["reached"] else ""
        rows.append((kind, f"the impulse came to {where}{when}"))
    rows.append(("steps", f"{found['steps']} in {found['seconds']:.2g} s, staggered"))
    return "\n".join([found["file"], "", output.table([*rows, *written.items()])])
