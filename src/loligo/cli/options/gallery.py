"""What can be written after ``loligo gallery``."""

from __future__ import annotations

from .parser import Parser


def gallery(parser: Parser) -> None:
    """Options of ``loligo gallery``."""
    parser.description = (
        "Write a page for each published cell: equations, responses, f-I curve, gates, facts; and an index."
    )
    parser.add_argument("cells", nargs="*", metavar="CELL", help="only these (all)")
    parser.add_argument("--output", default="gallery", metavar="FOLDER", help="where (gallery)")
