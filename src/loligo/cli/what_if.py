"""Variants of a cell in words: ``--what-if "n twice as slow: slow K.n 2"``; and their answers side by side."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..errors import LoligoError, nearest
from ..model.cell import Cell

Change = Callable[..., Cell]
VERBS: dict[str, tuple[Change, str, int, int]] = {
    "block": (Cell.block, "block Na 0.5", 0, 1),
    "freeze": (Cell.freeze, "freeze Na.h", 0, 0),
    "slow": (Cell.slow, "slow K.n 2", 0, 1),
    "speed": (Cell.speed, "speed K.n 2", 0, 1),
    "instant": (Cell.instant, "instant Na.m", 0, 0),
    "shift": (Cell.shift, "shift Na.h 5", 1, 1),
    "replace_ion": (lambda cell, channel, ratio: cell.replace_ion(channel, ratio=ratio), "replace_ion Na 0.1", 1, 1),
    "set": (lambda cell, path, value: cell.with_({path: value}), "set K.g 60", 1, 1),
}
"""What can be done to a cell: how, an example, and how many numbers follow the path, at least and at most."""


def variants(cell: Cell, texts: Sequence[str]) -> dict[str, Cell]:
    """The changed cells by name, from ``NAME: CHANGE, CHANGE``; without a name the changes are the name."""
    made: dict[str, Cell] = {}
    for text in texts:
        name, colon, changes = text.partition(":")
        name, changes = (name.strip(), changes) if colon else (text.strip(), text)
        if not name or not changes.strip():
            raise LoligoError(f"--what-if: {text!r} changes nothing; write NAME: CHANGE, such as 'no h: freeze Na.h'")
        if name in (cell.name, *made):
            raise LoligoError(f"--what-if: two cells would be called {name!r}; give each a name of its own")
        variant = cell
        for change in changes.split(","):
            variant = _changed(variant, change.split(), text)
        made[name] = variant
    return made


def _changed(cell: Cell, words: Sequence[str], text: str) -> Cell:
    if not words or words[0] not in VERBS:
        given = words[0] if words else ""
        raise LoligoError(f"--what-if: {text!r}: no change is called '{given}'; {nearest(given, list(VERBS))}")
    change, example, least, most = VERBS[words[0]]
    if not 1 + least <= len(words[1:]) <= 1 + most:
        raise LoligoError(f"--what-if: {text!r}: write it as '{example}'")
    try:
        numbers = [float(word) for word in words[2:]]
    except ValueError:
        raise LoligoError(f"--what-if: {text!r}: {words[2]!r} is not a number; write it as '{example}'") from None
    return change(cell, words[1], *numbers)


def report(found: Mapping[str, Any]) -> str:
    """The answer of each cell in words, and a table of their numbers."""
    from ..plot.answers import number, sentence

    said = "\n".join(sentence(ds, name) for name, ds in found.items())
    units: dict[str, str] = {}
    for ds in found.values():
        units.update({name: unit for name, unit in json.loads(ds.attrs["units"]).items() if name not in units})
    rows = [["", *found]]
    for name, unit in units.items():
        rows.append([name, *(number(float(ds.attrs.get(name, "nan")), unit) for ds in found.values())])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["   ".join(w.ljust(n) for w, n in zip(row, widths, strict=True)).rstrip() for row in rows]
    return f"{said}\n\n" + "\n".join(lines)


def asked(arguments: argparse.Namespace) -> str:
    """Which experiment is compared."""
    if arguments.name != "compare":
        if arguments.experiment is not None:
            raise LoligoError(f"--experiment: belongs to compare; {arguments.name} is itself the experiment")
        return str(arguments.name)
    if not arguments.what_if:
        raise LoligoError("compare: say with what, such as --what-if 'no inactivation: freeze Na.h'")
    return str(arguments.experiment or "threshold")
