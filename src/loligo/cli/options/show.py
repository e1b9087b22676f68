"""What can be written after ``loligo cells``, ``equations``, ``kernel``, ``version``."""

from __future__ import annotations

from .parser import Parser
from .words import CELL


def cells(parser: Parser) -> None:
    """Options of ``loligo cells``."""
    parser.description = "List the library, or show one cell."
    parser.add_argument("name", nargs="?", metavar="NAME", help="show this one: its paper, validity, parameters, rest")
    parser.add_argument("--json", action="store_true", help="print JSON")


def equations(parser: Parser) -> None:
    """Options of ``loligo equations``."""
    parser.description = "Print the equations of a cell."
    parser.add_argument("cell", nargs="?", default="squid", metavar="CELL", help=CELL)
    parser.add_argument("--latex", action="store_true", help="in LaTeX")


def kernel(parser: Parser) -> None:
    """Options of ``loligo kernel``."""
    parser.description = (
        "Print the source that is generated from a cell and compiled, and what its constants stand for."
    )
    parser.add_argument("cell", nargs="?", default="squid", metavar="CELL", help=CELL)
    parser.add_argument("--method", default="auto", metavar="NAME", help="as it is generated for this method (dopri5)")
    parser.add_argument("--integrator", action="store_true", help="print the method's own, hand-written source instead")


def version(parser: Parser) -> None:
    """Options of ``loligo version``."""
    parser.description = "Print versions and the cache folder."
    parser.add_argument("--json", action="store_true", help="print JSON")
