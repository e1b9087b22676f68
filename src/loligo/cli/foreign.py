"""``loligo import`` and ``export``: mechanisms of NEURON, in and out."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import output


def import_mod(arguments: argparse.Namespace, _: output.Warned) -> int:
    """``loligo import FILE.mod [--save channel.toml]``: what it becomes, as equations; and a file to run."""
    from ..formats import read_mod
    from ..formats.mod_read import as_cell

    cell = as_cell(Path(arguments.file).stem, read_mod(arguments.file, **dict(arguments.set)).values())
    output.say(cell.equations())
    if arguments.save is not None:
        cell.save(arguments.save)
        output.say(f"\n{arguments.save}")
    return 0


def export_mod(arguments: argparse.Namespace, _: output.Warned) -> int:
    """``loligo export CELL --mod FOLDER``: a file for every channel and pool."""
    from ..formats import write_mod
    from . import choose

    for path in write_mod(choose.named_cell(arguments.cell), arguments.mod):
        output.say(str(path))
    return 0
