"""``loligo experiment NAME CELL``: ask a question of a cell, print the answer, draw it."""

from __future__ import annotations

import argparse
import inspect
import json
import math
from pathlib import Path
from typing import Any

from ..errors import LoligoError, nearest
from ..model.cable import Cable
from ..model.cell import Cell
from ..model.electrode import PointElectrode
from ..model.myelinated import Myelinated
from . import choose, electrode, keep, output, values, what_if
from .options.experiment import NUMBERS

SERIES = ("durations", "intervals", "amplitudes", "ramps", "voltages", "prepulses", "frequencies", "celsius", "blocked",
          "diameters", "ratios")  # fmt: skip


def experiment(arguments: argparse.Namespace, warned: output.Warned) -> int:
    """Carry out ``loligo experiment``."""
    from .. import experiments

    if arguments.name is None:
        asked = [(name, getattr(experiments, name)) for name in experiments.__all__ if name != "compare"]
        output.say(output.table([(name, (ask.__doc__ or "").partition("\n")[0]) for name, ask in asked], 0))
        return 0
    arguments.name = what_if.asked(arguments)
    ask = experiments.named_experiment(arguments.name)
    options = _options(ask, arguments)
    picture = keep.picture("--plot", arguments.plot) if arguments.plot is not None else None
    if arguments.what_if:
        return _compared(ask, options, arguments, picture, warned)
    if arguments.name in experiments.ON_FIBRES:
        found = ask(fibre(arguments), **options)
    elif arguments.cell.endswith(".csv"):
        found = ask(arguments.cell, **options, **_known(arguments, options))
    else:
        found = ask(_cell(arguments), **options)
    if picture is not None:
        keep.draw(found, picture)
    if arguments.json:
        output.print_json(_document(found, warned.messages, picture))
    else:
        output.say(_summary(found, picture))
    return 0


def _compared(
    ask: Any, options: dict[str, Any], arguments: argparse.Namespace, picture: Path | None, warned: output.Warned
) -> int:
    """The experiment on a cell, or a fibre of it, and on its variants."""
    from ..experiments import ON_FIBRES, compare

    cell = _cell(arguments)
    whole = fibre(arguments) if arguments.name in ON_FIBRES else cell
    found = compare(whole, what_if.variants(cell, arguments.what_if), ask, **options)
    if picture is not None:
        keep.draw(list(found.values()), picture, labels=list(found))
    if arguments.json:
        cells = {name: _document(ds, [], None) for name, ds in found.items()}
        written = {"picture": str(picture)} if picture is not None else {}
        output.print_json({"experiment": arguments.name, "cells": cells, "warnings": warned.messages, **written})
    else:
        output.say(what_if.report(found) + (f"\npicture  {picture}" if picture is not None else ""))
    return 0


def _options(ask: Any, arguments: argparse.Namespace) -> dict[str, Any]:
    """What was given, as arguments of the experiment."""
    known = list(inspect.signature(ask).parameters)[1:]
    given = {
        name: getattr(arguments, name)
        for name in (*NUMBERS, "channel", "sodium", "potassium")
        if getattr(arguments, name) is not None
    }
    if arguments.amplifier is not None:
        if "clamp" not in known:
            raise LoligoError(f"--amplifier: {arguments.name} is not done through an amplifier")
        given["clamp"] = electrode.amplifier(arguments.amplifier)
    if arguments.over is not None:
        axis = next((name for name in SERIES if name in known), None)
        if axis is None:
            raise LoligoError(f"--over: {arguments.name} is not repeated over anything")
        given[axis] = list(values.axis(arguments.over, "--over"))
    _electrode(known, arguments, given)
    for name in given:
        if name not in known:
            raise LoligoError(
                f"--{name.replace('_', '-')}: {arguments.name} has no such number; {nearest(name, known)}"
            )
    if "channel" in known and "channel" not in given and required(ask, "channel"):
        raise LoligoError("--channel: say which channel is blocked, such as --channel Na")
    return given


def _electrode(known: list[str], arguments: argparse.Namespace, given: dict[str, Any]) -> None:
    """An electrode outside the fibre, where there is one."""
    outside = next((name for name in ("electrode", "electrodes") if name in known), None)
    if outside is None:
        if arguments.distance is not None or arguments.anode:
            raise LoligoError(f"--distance, --anode: {arguments.name} has no electrode outside the fibre")
        return
    if arguments.anode:
        if "polarity" not in known:
            raise LoligoError(f"--anode: the electrode of {arguments.name} only records")
        given["polarity"] = 1
    if arguments.distance is not None:
        at = given.pop("at", None)
        given[outside] = PointElectrode(0.5 * fibre(arguments).length if at is None else at, arguments.distance)


def fibre(arguments: argparse.Namespace) -> Cable | Myelinated:
    """The fibre that is asked."""
    cell = _cell(arguments)
    sizes = {"diameter": arguments.diameter, "Ra": arguments.resistivity}
    if arguments.nodes is not None:
        if arguments.length is not None or arguments.n is not None:
            raise LoligoError("--nodes: a myelinated fibre is as long as its nodes and internodes; no --length or --n")
        given = {k: v for k, v in sizes.items() if v is not None}
        return Myelinated(cell, **{"diameter": 14, **given, "nodes": arguments.nodes})
    given = {k: v for k, v in {**sizes, "length": arguments.length, "n": arguments.n}.items() if v is not None}
    return Cable(cell, **{"length": 50_000, "diameter": 476, **given})


def required(ask: Any, name: str) -> bool:
    """Has this argument of an experiment no value of its own?"""
    return inspect.signature(ask).parameters[name].default is inspect.Parameter.empty


def _known(arguments: argparse.Namespace, options: dict[str, Any]) -> dict[str, Any]:
    """What has to be said beside a file of clamp records."""
    if arguments.name != "recover_rates":
        raise LoligoError(f"{arguments.cell}: {arguments.name} is asked of a cell; only recover_rates reads records")
    if not Path(arguments.cell).is_file():
        raise LoligoError(f"{arguments.cell}: there is no such file of records")
    if arguments.block or arguments.freeze or arguments.celsius is not None or "voltages" in options:
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
    cell = choose.changed(choose.named_cell(arguments.cell), arguments)
    for channel, part in arguments.block:
        try:
            blocked = float(part)
        except ValueError:
            raise LoligoError(f"--block: {channel}={part}; give the blocked part, such as {channel}=0.5") from None
        cell = cell.block(channel, blocked)
    for gate in arguments.freeze:
        cell = cell.freeze(gate)
    return cell


def _summary(found: Any, picture: Path | None) -> str:
    """The answer in words, and the numbers; the two ends of a bracket with the digits in which they differ."""
    from ..plot.answers import DIGITS, number, sentence

    units = json.loads(found.attrs["units"])
    digits = {**DIGITS, **(dict.fromkeys(("no", "yes"), _digits(found.attrs)) if "no" in units else {})}
    rows = [(name, number(float(found.attrs[name]), unit, digits.get(name, 5))) for name, unit in units.items()]
    rows += [("criterion", str(found.attrs["criterion"]))] if found.attrs["criterion"] else []
    rows += [("picture", str(picture))] if picture is not None else []
    return f"{sentence(found)}\n\n{output.table(rows)}"


def _digits(attrs: dict[str, Any]) -> int:
    """So many that the two ends of a bracket differ."""
    no, yes = float(attrs["no"]), float(attrs["yes"])
    return 5 if no == yes or math.isnan(no) else max(5, 2 - math.floor(math.log10(abs(yes / no - 1))))


def _document(found: Any, warnings: list[str], picture: Path | None) -> dict[str, Any]:
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
    written = {"picture": str(picture)} if picture is not None else {}
    return {**attrs, "curves": curves, "curve_units": units, "warnings": warnings, **written}
