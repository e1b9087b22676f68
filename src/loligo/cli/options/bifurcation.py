"""What can be written after ``loligo bifurcation``."""

from __future__ import annotations

import argparse

from .parser import Parser
from .words import CELL, number, setting

EXAMPLES = """
examples:
  loligo bifurcation squid --parameter stimulus.amplitude --range -10 200 --plot b.png
  loligo bifurcation squid --parameter K.E --range -90 -50 --current 5
  loligo bifurcation squid --celsius 18.5 --json
"""


def _range(text: str) -> tuple[float, float]:
    parts = text.split(",")
    if len(parts) != 2:
        raise argparse.ArgumentTypeError(f"'{text}' is not two numbers; write LOW HIGH, such as --range -10 200")
    return number(parts[0]), number(parts[1])


def bifurcation(parser: Parser) -> None:
    """Options of ``loligo bifurcation``."""
    parser.description = "Follow all equilibria and periodic orbits of a cell over a range of one parameter."
    parser.epilog = EXAMPLES
    add = parser.add_argument
    add("cell", nargs="?", default="squid", metavar="CELL", help=CELL)
    text = "what varies: stimulus.amplitude (the default), or a path such as Na.g, K.E, celsius"
    add("--parameter", default="stimulus.amplitude", metavar="PATH", help=text)
    add("--range", type=_range, default=(-10.0, 200.0), metavar="LOW HIGH", help="its range (-10 200)")
    text = "constant applied current where it is not the parameter, µA/cm² (0)"
    add("--current", type=number, default=0.0, metavar="I", help=text)
    add("--no-cycles", action="store_true", help="equilibria only")
    text = "look for a stable cycle here by simulation, in addition to those from Hopf points; may be repeated"
    add("--cycle-at", type=number, action="append", metavar="VALUE", help=text)
    text = "generations of cycles of two, four, ... turns to follow from period doublings (0)"
    add("--doublings", type=int, default=0, metavar="N", help=text)
    text = "period at which a branch of cycles counts as homoclinic (1000)"
    add("--longest", type=number, metavar="MS", help=text)
    add("--set", type=setting, action="append", default=[], metavar="PATH=VALUE", help="another value, or formula")
    add("--celsius", type=number, metavar="C", help="temperature, °C (the cell's own)")
    add("--plot", metavar="FILE", help="write the diagram here: .png, .pdf, .svg")
    add("--json", action="store_true", help="one JSON document instead of the summary")
