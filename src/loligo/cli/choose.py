"""From the words of a command line to cells and stimuli."""

from __future__ import annotations

import argparse
import math
import os
from pathlib import Path
from typing import Any

from .. import cells
from ..errors import LoligoError, PathError, nearest
from ..model.amplifier import Amplifier
from ..model.cell import Cell
from ..model.clamp import VoltageClamp
from ..model.dynamic import DynamicClamp
from ..model.expression import parse
from ..model.files import load
from ..model.noise import Noise
from ..model.recorded import Waveform, read_waveform
from ..model.stimulus import Line, Step, Stimulus
from ..model.switched import SwitchedClamp
from . import electrode

AMPLITUDE, START, DURATION, MARGIN = 10.0, 5.0, 50.0, 5.0  # µA/cm², ms, ms; ms that the step ends before the run


def named_cell(name: str) -> Cell:
    """A cell of the library by its name, or one from a TOML file by its path."""
    if name in cells.__all__:
        made: Cell = getattr(cells, name)()
        return made
    path = Path(name)
    if path.suffix.lower() == ".csv":
        raise LoligoError(f"{name} is no cell; a recorded current is given by --stimulus {name}")
    if path.suffix.lower() != ".toml" and os.sep not in name and not path.is_file():
        raise PathError(f"no cell is called '{name}'; {nearest(name, cells.__all__)} (a cell of yours: its .toml file)")
    try:
        return load(path)
    except LoligoError as error:
        text = str(error)
        raise LoligoError(text if name in text else f"{name}: {text}") from None


def picture_name(name: str) -> str:
    """What the picture of a cell is called unless something else is asked for."""
    return f"{name if name in cells.__all__ else Path(name).stem}.png"


def changed(cell: Cell, arguments: argparse.Namespace) -> Cell:
    """The cell with the numbers and formulas of ``--set`` and ``--celsius``."""
    changes: dict[str, Any] = {}
    for path, text in arguments.set:
        if "." not in path and path not in cell.parameters:
            raise PathError(f"--set: '{path}' is not a parameter of {cell.name}; {nearest(path, cell.parameters)}")
        try:
            changes[path] = float(text)
        except ValueError:
            changes[path] = parse(text)
    if arguments.celsius is not None:
        changes["celsius"] = arguments.celsius
    return cell.with_(changes)


def protocol(
    arguments: argparse.Namespace, default: float = DURATION
) -> tuple[Stimulus | None, VoltageClamp | None, float]:
    """Stimulus, clamp and duration (`default` ms). A step of 10 µA/cm² unless something else is asked for."""
    recorded = None if arguments.stimulus is None else read_waveform(arguments.stimulus)
    duration = arguments.duration
    if duration is None:
        duration = default if recorded is None else recorded.times[-1]
    start, stop = START if arguments.start is None else arguments.start, arguments.stop
    if stop is None:
        stop = duration - MARGIN if start < duration - MARGIN else math.inf
    if arguments.clamp is not None:
        for option in ("step", "stimulus", "noise", "seed"):
            if getattr(arguments, option) is not None:
                raise LoligoError(f"--{option}: no current can be applied to a clamped membrane (--clamp)")
        end = max(duration, start + MARGIN) if math.isinf(stop) else stop
        hold, step = arguments.clamp
        clamp = VoltageClamp(hold, step, start, end)
        rig = getattr(arguments, "amplifier", None)
        return None, clamp if rig is None else electrode.amplifier(rig, clamp), duration
    if getattr(arguments, "amplifier", None) is not None:
        raise LoligoError("--amplifier: there is no voltage clamp to go through it; add --clamp HOLD,STEP")
    parts: list[Stimulus] = []
    if arguments.step is not None or recorded is None:
        parts.append(Step(AMPLITUDE if arguments.step is None else arguments.step, start, stop))
    if recorded is not None:
        parts.append(recorded)
    if arguments.noise is not None:
        parts.append(Noise(arguments.noise, seed=arguments.seed or 0))
    elif arguments.seed is not None:
        raise LoligoError("--seed: there is no random current; add one with --noise")
    return sum(parts[1:], parts[0]), None, duration


def onset(stimulus: Stimulus | None, duration: float) -> float | None:
    """When a stimulus first differs from zero, ms; None if it never does during the run."""
    starts = [
        piece.start
        for piece in (stimulus.pieces() if stimulus is not None else ())
        if ((piece.first or piece.last) if isinstance(piece, Line) else piece.amplitude)
    ]
    return min((t for t in starts if t < duration), default=None)


def description(stimulus: Stimulus | VoltageClamp | None, duration: float, name: str | None) -> str:
    """A stimulus in a few words.

    Parameters
    ----------
    stimulus : Stimulus, VoltageClamp or None
    duration : float
        Of the run, ms.
    name : str or None
        The file of a recorded current.
    """
    if isinstance(stimulus, VoltageClamp):
        span = _span(stimulus.start, stimulus.stop, duration)
        through = f" through {stimulus.series_resistance:g} MΩ" if isinstance(stimulus, Amplifier) else ""
        return f"voltage clamp{through}: {stimulus.hold:g} mV, stepped to {stimulus.step:g} mV {span}"
    terms = getattr(stimulus, "terms", (stimulus,))
    return " + ".join(_term(term, duration, name) for term in terms)


def electrode_description(clamp: SwitchedClamp | DynamicClamp, duration: float) -> str:
    """What an electrode does in phases, in a few words."""
    if isinstance(clamp, DynamicClamp):
        name = "conductance" if clamp.channel.name == "virtual" else clamp.channel.name
        return f"virtual {name} {_span(clamp.start, clamp.stop, duration)}"
    units = {"V": "mV", "I": "µA/cm²"}
    levels = [f"{p.first:g}" if p.first == p.last else f"{p.first:g} to {p.last:g}" for p in clamp.phases]
    shown = [f"{v} {units[p.mode]} for {p.stop - p.start:g} ms" for v, p in zip(levels, clamp.phases, strict=True)]
    return f"clamped and released: {', '.join(shown)}"


def _term(term: Any, duration: float, name: str | None) -> str:
    if isinstance(term, Step):
        return f"{term.amplitude:g} µA/cm² {_span(term.start, term.stop, duration)}"
    if isinstance(term, Waveform):
        return f"{name} ({len(term.times)} samples, {term.times[0]:g} to {term.times[-1]:g} ms)"
    if isinstance(term, Noise):
        return f"noise of {term.sigma:g} µA/cm² (correlated over {term.tau:g} ms, seed {term.seed})"
    return repr(term)


def _span(start: float, stop: float, duration: float) -> str:
    return f"from {start:g} ms on" if stop >= duration else f"from {start:g} to {stop:g} ms"
