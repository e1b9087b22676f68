"""What can be written after ``loligo channels``."""

from __future__ import annotations

from .parser import Parser


def channels(parser: Parser) -> None:
    """Options of ``loligo channels``."""
    parser.description = "List the channels that come along, or show one: its paper and formulas."
    parser.add_argument("name", nargs="?", metavar="NAME", help="show this one")
    text = "with NAME: draw steady states, time constants, I-V curve and currents under steps (NAME.png)"
    parser.add_argument("--plot", nargs="?", const="", metavar="FILE", help=text)
    parser.add_argument("--json", action="store_true", help="print JSON")
