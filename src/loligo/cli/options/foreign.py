"""What can be written after ``loligo import``, ``export``."""

from __future__ import annotations

from .parser import Parser
from .words import CELL, number, setting


def _mod_setting(text: str) -> tuple[str, float]:
    name, value = setting(text, "ena=55")
    return name, number(value)


def import_mod(parser: Parser) -> None:
    """Options of ``loligo import``."""
    parser.description = (
        "Read a density mechanism of NEURON: its channels, as equations, and as a TOML file that loligo run takes."
    )
    parser.add_argument("file", metavar="FILE.mod", help="the mechanism")
    text = "another value for a parameter of the file or of an ion, in the file's units: ena=55; may be repeated"
    parser.add_argument("--set", type=_mod_setting, action="append", default=[], metavar="NAME=VALUE", help=text)
    parser.add_argument("--save", metavar="FILE.toml", help="write a membrane of these channels to this file")


def export_mod(parser: Parser) -> None:
    """Options of ``loligo export``."""
    parser.description = "Write every channel and pool of a cell as a .mod file, for NEURON."
    parser.add_argument("cell", nargs="?", default="squid", metavar="CELL", help=CELL)
    parser.add_argument("--mod", required=True, metavar="FOLDER", help="where to; made if need be")
