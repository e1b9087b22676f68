"""A sweep as it was asked for: in a file, on the command line, or in a file of which the command line changes parts."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import LoligoError
from . import choose, recording, study, values
from .study import Study

DURATION = 500.0  # ms, unless something else is asked for
RECORD = ("rate", "count")
NUMERICS = ("method", "tolerance", "dt", "every", "spike_threshold", "precision", "workers", "device")
OUTPUTS = ("save", "plot", "variable", "store")


def plan(arguments: argparse.Namespace) -> Study:
    """What a command line asks for, with the file it names, if it names one.

    Raises
    ------
    LoligoError
        If nothing varies, or something makes no sense.
    """
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


def _from_words(arguments: argparse.Namespace) -> Study:
    cell = choose.changed(choose.named_cell(arguments.cell), arguments)
    return Study(cell, *choose.protocol(arguments, DURATION))


def _from_file(arguments: argparse.Namespace) -> Study:
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


def _recorded(made: Study, arguments: argparse.Namespace) -> tuple[Any, ...]:
    found = made.record
    if arguments.record is not None:
        names = [name.strip() for text in arguments.record for name in text.split(",") if name.strip()]
        found = recording.recorders(names, made.cell, "--record")
    elif not found and made.clamp is None:
        found = recording.recorders(RECORD, made.cell, "--record")
    return found if arguments.after is None else recording.after(found, arguments.after)
