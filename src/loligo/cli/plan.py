"""A sweep as it was asked for: in a file, on the command line, or in a file of which the command line changes parts."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..errors import LoligoError
from ..model.cell import Cell
from ..model.clamp import VoltageClamp
from ..model.stimulus import Stimulus
from . import choose, values

DURATION = 500.0  # ms, unless something else is asked for
RECORD = ("rate", "count")
NUMERICS = ("method", "tolerance", "dt", "every", "spike_threshold", "precision", "workers", "device")
OUTPUTS = ("save", "plot", "variable", "store")


@dataclass(frozen=True)
class Plan:
    """A whole study.

    Attributes
    ----------
    cell : Cell
    stimulus : Stimulus or None
    clamp : VoltageClamp or None
    duration : float
        ms.
    over : dict of str to array, xarray.Dataset or None
        Axes, or a table of variants.
    record : tuple
        Recorders, and paths that stand for traces; empty for what `simulate` records of itself.
    options : dict
        Further arguments of `simulate`.
    output : dict of str to str
        Files to write, by ``save``, ``plot``, ``store``, and the ``variable`` to draw.
    title : str
    text : str
        The file that it was read from, as a whole.
    source : str
        The name of that file.
    """

    cell: Cell
    stimulus: Stimulus | None
    clamp: VoltageClamp | None
    duration: float
    over: Any = None
    record: tuple[Any, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    output: dict[str, str] = field(default_factory=dict)
    title: str = ""
    text: str = ""
    source: str = ""


def plan(arguments: argparse.Namespace) -> Plan:
    """What a command line asks for, with the file it names, if it names one.

    Raises
    ------
    LoligoError
        If nothing varies, or something makes no sense.
    """
    from . import study

    made = _from_file(arguments) if study.is_one(Path(arguments.cell)) else _from_words(arguments)
    made = replace(made, over=_varied(made.over, arguments))
    if made.over is None:
        raise LoligoError(
            "nothing varies; name it with --over stimulus.amplitude=0:20:200, say (a single run: loligo run)"
        )
    made = replace(made, record=_recorded(made, arguments))
    options = {name: getattr(arguments, name) for name in NUMERICS if getattr(arguments, name) is not None}
    initial = {path: value for part in arguments.initial or () for path, value in part.items()}
    if arguments.initial is not None:
        options["initial"] = initial or "rest"
    outputs = {name: getattr(arguments, name) for name in OUTPUTS if getattr(arguments, name) is not None}
    return replace(made, options={**made.options, **options}, output={**made.output, **outputs})


def _from_words(arguments: argparse.Namespace) -> Plan:
    cell = choose.changed(choose.named_cell(arguments.cell), arguments)
    return Plan(cell, *choose.protocol(arguments, DURATION))


def _from_file(arguments: argparse.Namespace) -> Plan:
    from . import study

    for option in ("step", "start", "stop", "stimulus", "noise", "clamp"):
        if getattr(arguments, option) is not None:
            raise LoligoError(f"--{option}: the stimulus is that of {arguments.cell}; change it there")
    made = study.read(Path(arguments.cell))
    options = {} if arguments.seed is None else {"seed": arguments.seed}
    duration = made.duration if arguments.duration is None else arguments.duration
    cell = choose.changed(made.cell, arguments)
    return replace(made, cell=cell, duration=duration, options={**made.options, **options})


def _varied(over: Any, arguments: argparse.Namespace) -> Any:
    """The axes of a file, or its table, with those of the command line in their place."""
    if arguments.table is not None:
        if arguments.over:
            raise LoligoError("--over: there is a table of variants already (--table); give one or the other")
        return values.read_table(Path(arguments.table))
    if not arguments.over:
        return over
    axes: dict[str, Any] = {}
    for path, text in arguments.over:
        if path in axes:
            raise LoligoError(f"--over: '{path}' is named twice; give all its values at once")
        axes[path] = values.axis(text, f"--over {path}")
    return {**over, **axes} if isinstance(over, dict) else axes


def _recorded(made: Plan, arguments: argparse.Namespace) -> tuple[Any, ...]:
    from . import recording

    found = made.record
    if arguments.record is not None:
        names = [name.strip() for text in arguments.record for name in text.split(",") if name.strip()]
        found = recording.recorders(names, made.cell, "--record")
    elif not found and made.clamp is None:
        found = recording.recorders(RECORD, made.cell, "--record")
    return found if arguments.after is None else recording.after(found, arguments.after)
