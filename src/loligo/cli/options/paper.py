"""What can be written after ``loligo paper``."""

from __future__ import annotations

from .parser import Parser


def paper(parser: Parser) -> None:
    """Options of ``loligo paper``."""
    parser.description = (
        "Compute every number of a paper that follows from its equations again, beside the printed one."
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="which; `loligo paper` lists them")
    parser.add_argument("--json", action="store_true", help="print JSON")
