"""``loligo axon``: send an impulse along a fibre, time it, draw it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ..errors import LoligoError, SimulationError
from ..model.cable import Cable
from ..model.stimulus import Step, Stimulus
from . import choose, keep, output
from .tree import tree
from .waiting import interruptible, patience

FIBRE = {"length": 50_000.0, "diameter": 476.0, "resistivity": 35.4}


def axon(arguments: argparse.Namespace, warned: output.Warned) -> int:
    """Carry out ``loligo axon``.

    Returns
    -------
    int
        The exit code: 1 if the run blew up or no impulse travelled.
    """
    if arguments.swc is not None:
        return tree(_as_tree(arguments), warned)
    from ..experiments.fibres.runs import enough
    from ..experiments.fibres.velocity import conduction_velocity
    from ..simulation import simulate

    _fill(arguments, FIBRE)
    files = _targets(arguments)
    cell = choose.changed(choose.named_cell(arguments.cell), arguments)
    sizes = {"n": arguments.n} if arguments.n is not None else {}
    cable = Cable(cell, arguments.length, arguments.diameter, arguments.resistivity, **sizes)
    stimulus: Stimulus = enough(cable)
    if arguments.step is not None or arguments.stop is not None or arguments.at is not None:
        default = stimulus.amplitude if isinstance(stimulus, Step) else 0.0
        strength = default if arguments.step is None else arguments.step
        stimulus = Step(strength, stop=0.5 if arguments.stop is None else arguments.stop, at=_along(arguments.at))
    if arguments.over:
        from .axon_sweep import axon_sweep

        return axon_sweep(arguments, cable, stimulus, files, warned)
    timed, why = None, ""
    with patience(), interruptible():
        ds = simulate(cable, stimulus, duration=arguments.duration, dt=arguments.dt, every=arguments.every)
        try:
            timed = conduction_velocity(cable, stimulus, duration=arguments.duration, dt=arguments.dt).attrs
        except SimulationError as error:
            why = str(error)
    if "picture" in files:
        keep.draw(ds, files["picture"])
    if "saved" in files:
        keep.save(ds, files["saved"])
    if "animation" in files:
        from ..plot.animation import animate

        with output.whole(files["animation"]) as part:
            animate(ds, part)
    written = {kind: str(path) for kind, path in files.items()}
    if arguments.json:
        output.print_json(_document(ds, cable, timed, why, warned.messages, written))
    else:
        output.say(_summary(ds, cable, timed, why, written))
    return 0 if timed is not None and ds.attrs["status"] == "done" else 1


def _fill(arguments: argparse.Namespace, defaults: dict[str, Any]) -> None:
    """Put in what was left out."""
    for name, value in defaults.items():
        if getattr(arguments, name) is None:
            setattr(arguments, name, value)


def _along(at: str | None) -> float:
    """A place along a fibre, µm."""
    try:
        return float(at or 0.0)
    except ValueError:
        raise LoligoError(f"--at: '{at}' is no number of µm; places by name are for --swc") from None


def _as_tree(arguments: argparse.Namespace) -> argparse.Namespace:
    """The same for ``loligo tree``, which runs neurons with branches; what only a straight fibre has is refused."""
    for name in ("length", "diameter", "n", "animate", "over"):
        if getattr(arguments, name):
            raise LoligoError(f"--{name}: a neuron from a file cannot be run with it; leave it out")
    others = {"file": arguments.swc, "soma": "auto", "region": [], "dx": None, "where": None, "start": 0.0}
    found = argparse.Namespace(**{**vars(arguments), **others})
    _fill(found, {"step": 1.0, "stop": 1.0, "resistivity": 100.0})
    return found


def _targets(arguments: argparse.Namespace) -> dict[str, Path]:
    """The files to write; a mistake in them shows before anything is computed."""
    found: dict[str, Path] = {}
    if arguments.plot is not None:
        found["picture"] = keep.picture("--plot", arguments.plot)
    if arguments.animate is not None:
        from ..plot.animation import FORMATS, checked

        found["animation"] = output.check_target("--animate", arguments.animate, FORMATS, ".gif, .html or .mp4")
        checked(found["animation"], "--animate")
    if arguments.save is not None:
        found["saved"] = keep.archive("--save", arguments.save)
    for name in ("length", "diameter", "duration"):
        if getattr(arguments, name) <= 0:
            raise LoligoError(f"--{name}: {getattr(arguments, name):g}; give a positive value")
    return found


def _document(ds: Any, cable: Cable, timed: Any, why: str, warnings: list[str], files: dict[str, str]) -> Any:
    attrs = dict(ds.attrs)
    units = {**json.loads(attrs.pop("units")), "velocity": "m/s", "velocity_error": "m/s", "peak": "mV", "x": "µm",
             "arrival": "ms"}  # fmt: skip
    attrs["parameters"] = json.loads(attrs["parameters"])
    for name in ("warnings", "cell_definition"):
        attrs.pop(name)
    return {
        **attrs,
        "velocity": None if timed is None else timed["velocity"],
        "velocity_error": None if timed is None else timed["error"],
        "no_velocity": why or None,
        "peak": _peak(ds, cable),
        "arrival": ds["arrival"].values,
        "crossings": ds["crossings"].values,
        "x": ds["x_compartment"].values,
        "units": units,
        "warnings": warnings,
        "files": files,
    }


def _peak(ds: Any, cable: Cable) -> float:
    """V at its highest in the middle of the fibre, mV."""
    return float(ds["V"].sel(x=cable.length / 2, method="nearest").max())


def _summary(ds: Any, cable: Cable, timed: Any, why: str, files: dict[str, str]) -> str:
    a = ds.attrs
    title = f"{cable.cell.name}   {cable.cell.source}".rstrip()
    fibre = f"{cable.length:g} µm long, {cable.diameter:g} µm wide, {cable.Ra:g} Ω·cm, {a['celsius']:g} °C"
    rows = [
        ("velocity", f"{timed['velocity']:.5g} m/s (± {timed['error']:.1g})" if timed is not None else f"none: {why}"),
        ("stimulus", f"{a['stimulus']} nA"),
        ("peak", f"{_peak(ds, cable):.2f} mV in the middle of the fibre"),
        ("", ""),
        ("method", f"{cable.n} compartments of {cable.dx:.4g} µm, dt {a['dt']:g} ms, {a['steps']} steps"),
        ("time", f"{a['seconds']:.2g} s"),
    ]
    rows += [("", "")] * bool(files) + list(files.items())
    return "\n".join([title, fibre, "", output.table(rows)])
