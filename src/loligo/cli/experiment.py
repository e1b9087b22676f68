"""``loligo experiment NAME CELL``: ask a question of a cell, print the answer, draw it."""

from __future__ import annotations

import argparse
import inspect
import json
from pathlib import Path
from typing import Any

from ..errors import LoligoError, nearest
from ..model.cell import Cell
from . import choose, output, values

NUMBERS = {
    "duration": ("MS", "of the pulse, step or run, ms"),
    "amplitude": ("I", "of the stimulus, µA/cm² (or mV)"),
    "first": ("I", "size of the first pulse"),
    "window": ("MS", "how long to wait for a spike, ms"),
    "hold": ("MV", "holding potential, mV"),
    "noise": ("I", "standard deviation of each sample, µA/cm²"),
    "pulse": ("MV", "potential of the pulses of a voltage clamp, mV"),
    "pulse_duration": ("MS", "of these pulses, ms"),
    "start": ("MV", "potential at the beginning of a ramp, mV"),
    "stop": ("MV", "potential at its end, mV"),
    "current": ("I", "constant current, µA/cm²"),
    "longest": ("MS", "the longest ramp, ms"),
    "tolerance": ("X", "relative width of the bracket around an answer (1e-6)"),
    "spike_threshold": ("MV", "V that counts as a spike (the cell's own)"),
}
SERIES = ("durations", "intervals", "amplitudes", "ramps", "voltages", "prepulses", "frequencies", "celsius", "blocked")


def experiment(arguments: argparse.Namespace, warned: output.Warned) -> int:
    """Carry out ``loligo experiment``."""
    from .. import experiments

    if arguments.name is None:
        output.say("\n".join(name for name in experiments.__all__ if name != "compare"))
        return 0
    ask = experiments.named_experiment(arguments.name)
    options = _options(ask, arguments)
    picture = None
    if arguments.plot is not None:
        kinds = "a format for pictures: .png, .pdf or .svg"
        picture = output.check_target("--plot", arguments.plot, output.PICTURES, kinds)
    if arguments.cell.endswith(".csv"):
        found = ask(arguments.cell, **options, **_known(arguments, options))
    else:
        found = ask(_cell(arguments), **options)
    if picture is not None:
        _draw(found, picture)
    if arguments.json:
        output.print_json(_document(found, warned.messages))
    else:
        from ..plot.answers import number, sentence

        units = json.loads(found.attrs["units"])
        rows = [(name, number(float(found.attrs[name]), unit)) for name, unit in units.items()]
        rows += [("criterion", str(found.attrs["criterion"]))] if found.attrs["criterion"] else []
        output.say(f"{sentence(found)}\n\n{output.table(rows)}")
    return 0


def _options(ask: Any, arguments: argparse.Namespace) -> dict[str, Any]:
    """What was given, as arguments of the experiment."""
    known = list(inspect.signature(ask).parameters)[1:]
    given = {name: getattr(arguments, name) for name in (*NUMBERS, "channel") if getattr(arguments, name) is not None}
    if arguments.over is not None:
        axis = next((name for name in SERIES if name in known), None)
        if axis is None:
            raise LoligoError(f"--over: {arguments.name} is not repeated over anything")
        given[axis] = list(values.axis(arguments.over, "--over"))
    for name in given:
        if name not in known:
            raise LoligoError(
                f"--{name.replace('_', '-')}: {arguments.name} has no such number; {nearest(name, known)}"
            )
    if "channel" in known and "channel" not in given and required(ask, "channel"):
        raise LoligoError("--channel: say which channel is blocked, such as --channel Na")
    return given


def required(ask: Any, name: str) -> bool:
    """Has this argument of an experiment no value of its own?"""
    return inspect.signature(ask).parameters[name].default is inspect.Parameter.empty


def _known(arguments: argparse.Namespace, options: dict[str, Any]) -> dict[str, Any]:
    """What has to be said beside a file of clamp records."""
    if arguments.name != "recover_rates":
        raise LoligoError(f"{arguments.cell}: {arguments.name} is asked of a cell; only recover_rates reads records")
    if arguments.block or arguments.freeze or arguments.at is not None or "voltages" in options:
        raise LoligoError(
            f"{arguments.cell}: a file of records takes --set Na.g, Na.E, K.g, K.E; nothing else of a cell"
        )
    known: dict[str, Any] = {"conductances": {}, "reversals": {}}
    for path, text in arguments.set:
        channel, _, what = path.rpartition(".")
        if what not in ("g", "E"):
            raise LoligoError(f"--set: {path} is not known of a file of records; give Na.g, Na.E, K.g and K.E")
        try:
            known["conductances" if what == "g" else "reversals"][channel] = float(text)
        except ValueError:
            raise LoligoError(f"--set: {path}={text} is not a number") from None
    if any(len(values) < 2 for values in known.values()):
        raise LoligoError("--set: say of a file of records what Na.g, Na.E, K.g and K.E are: --set Na.g=120 ...")
    return known


def _cell(arguments: argparse.Namespace) -> Cell:
    """The cell, with what was changed, blocked and frozen."""
    cell = choose.named_cell(arguments.cell)
    changes: dict[str, Any] = {}
    for path, text in arguments.set:
        try:
            changes[path] = float(text)
        except ValueError:
            raise LoligoError(f"--set: {path}={text} is not a number") from None
    if arguments.at is not None:
        changes["celsius"] = arguments.at
    cell = cell.with_(changes)
    for channel, part in arguments.block:
        try:
            blocked = float(part)
        except ValueError:
            raise LoligoError(f"--block: {channel}={part}; give the blocked part, such as {channel}=0.5") from None
        cell = cell.block(channel, blocked)
    for gate in arguments.freeze:
        cell = cell.freeze(gate)
    return cell


def _draw(found: Any, picture: Path) -> None:
    from ..plot import plot

    figure: Any = plot(found)
    with output.whole(picture) as part:
        figure.savefig(part, format=picture.suffix.lower().removeprefix("."))


def _document(found: Any, warnings: list[str]) -> dict[str, Any]:
    """Numbers and curves (not the traces)."""
    attrs = dict(found.attrs)
    attrs["units"] = json.loads(attrs["units"])
    if isinstance(attrs.get("answers"), str):
        attrs["answers"] = json.loads(attrs["answers"])
    curves = {
        str(n): v.values for n, v in found.variables.items() if v.ndim == 1 and n != "time" and "time" not in v.dims
    }
    curves.pop("side", None)
    units = {name: found[name].attrs["units"] for name in curves}
    return {**attrs, "curves": curves, "curve_units": units, "warnings": warnings}
