"""From the words of a command line to what they ask for. Options are read by a module for each command, when asked."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple

from .._version import __version__
from ..errors import LoligoError, nearest
from .options.parser import Help, Parser, Show

_EXAMPLES = """
examples:
  loligo run                                        the squid axon on 10 µA/cm²; writes squid.png
  loligo run --step 7 --celsius 18.5                another current, another temperature
  loligo run --set Na.g=60 --set K.E=-70            other parameters (their names: loligo cells squid)
  loligo run --stimulus recorded.csv --save run.nc  a recorded current: two columns, ms and µA/cm²
  loligo run --clamp -65,0 --plot clamp.pdf         voltage clamp: hold at -65 mV, step to 0 mV
  loligo run my_cell.toml --json                    a cell of your own; all numbers, for a script
  loligo sweep --over K.g=20:60:50 --plot grid.png  many variants of it at once
  loligo bifurcation squid --plot b.png             where it begins to fire, and why
  loligo axon squid --celsius 18.5 --plot wave.png  an impulse that travels, and its velocity
  loligo lab                                        the laboratory, in the browser
  loligo lesson check mine.md                       is this lesson in order? (list and show: those that come along)
  loligo cells                                      the cells that come along
  loligo channels k_a_connor_stevens --plot         a channel: its paper, its formulas, its picture
  loligo paper hh1952                               the numbers of a paper, computed again
  loligo verify mahon_2000                          does a published cell do what is said of it?
  loligo equations squid                            what is solved
"""


class Command(NamedTuple):
    """A command: its summary; the module that does it, and in `options` reads its options; the function in both."""

    summary: str
    module: str
    function: str = ""


COMMANDS = {
    "run": Command("run a cell", "run"),
    "sweep": Command("run many variants of a cell", "sweep"),
    "bifurcation": Command("find where a cell begins to fire, and why", "bifurcation"),
    "experiment": Command("ask a question of a cell: threshold, refractory_period, firing_rate, ...", "experiment"),
    "tree": Command("simulate a neuron with its branches, from an SWC file", "tree"),
    "axon": Command("send an impulse along a fibre, and time it", "axon"),
    "cells": Command("list the cells that come along, or show one", "show"),
    "equations": Command("print the equations of a cell", "show"),
    "kernel": Command("print the generated source of a cell", "show"),
    "channels": Command("list the channels that come along, or show one", "channels"),
    "verify": Command("check the published cells against what is said of them", "verify"),
    "lab": Command("open the laboratory in the browser", "lab"),
    "lesson": Command("list, show and check lessons", "lesson"),
    "import": Command("read a .mod file of NEURON", "foreign", "import_mod"),
    "export": Command("write a cell as .mod files for NEURON", "foreign", "export_mod"),
    "gallery": Command("write a page for every published cell", "gallery"),
    "paper": Command("a published paper, computed again", "paper"),
    "version": Command("print versions and the cache folder", "show"),
}


def function(name: str, folder: str = "") -> Any:
    """What does a command; in the folder ``.options``, what says its options."""
    command = COMMANDS[name]
    return getattr(import_module(f"{folder}.{command.module}", __package__), command.function or name)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments of a command line.

    Raises
    ------
    LoligoError
        If they cannot be read; the message is one line.
    Help
        If help or the version is asked for, or nothing at all.
    """
    top = Parser(prog="loligo", description="A laboratory for excitable membranes.", epilog=_EXAMPLES)
    top.add_argument("--version", action=Show, text=f"loligo {__version__}", help="print the version")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=Parser)
    parsers: dict[str, Parser] = {name: commands.add_parser(name, help=c.summary) for name, c in COMMANDS.items()}
    if not argv:
        raise Help(top.format_help().rstrip())
    first = argv[0].partition("=")[0]
    if not first.startswith("-") and first not in parsers:
        raise LoligoError(f"no command '{first}'; {nearest(first, parsers)}")
    if first not in parsers:
        function("run", ".options")(parsers["run"])
    else:
        function(first, ".options")(parsers[first])
    if first in parsers["run"].options() and first != "--help":
        raise LoligoError(f"{first} comes after a command: loligo run {first}")
    if first.startswith("-") and first not in ("-h", *top.options()):
        raise LoligoError(f"no option {first}; {nearest(first, top.options())}")
    arguments, unknown = top.parse_known_args(_joined(argv))
    if unknown:
        parser, name = parsers[arguments.command], unknown[0].partition("=")[0]
        if name.startswith("-"):
            parser.error(f"no option {name}; {nearest(name, parser.options())}")
        parser.error(f"one argument too many: '{name}'")
    arguments.words = ["loligo", *argv]
    return arguments


def _joined(argv: Sequence[str]) -> list[str]:
    """Write ``--clamp -65,0`` as ``--clamp=-65,0``: argparse would take the value for an option."""
    joined: list[str] = []
    for text in argv:
        if joined and re.fullmatch(r"--range(=[^,]+)?", joined[-1]) and not text.startswith("--"):
            joined[-1] += ("," if "=" in joined[-1] else "=") + text  # `--range LOW HIGH` is `--range=LOW,HIGH`
            continue
        negative = re.match(r"-(\.?\d|inf|nan)", text, flags=re.I)
        if negative and joined and joined[-1].startswith("--") and "=" not in joined[-1]:
            joined[-1] += f"={text}"
        else:
            joined.append(text)
    return joined
