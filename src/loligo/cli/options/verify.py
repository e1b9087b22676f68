"""What can be written after ``loligo verify``."""

from __future__ import annotations

from .parser import Parser


def verify(parser: Parser) -> None:
    """Options of ``loligo verify``."""
    parser.description = "Check what papers, and independent solutions, say that the published cells do."
    parser.add_argument("cells", nargs="*", metavar="CELL", help="only these (all)")
    parser.add_argument("--json", action="store_true", help="print JSON")
