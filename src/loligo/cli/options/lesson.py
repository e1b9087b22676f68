"""What can be written after ``loligo lesson``."""

from __future__ import annotations

from .parser import Parser


def lesson(parser: Parser) -> None:
    """Options of ``loligo lesson``."""
    parser.description = "List the lessons that come along, show one, or go through one of your own as a student would."
    add = parser.add_argument
    add("what", choices=("list", "show", "check"), help="what to do")
    add("target", nargs="?", metavar="NAME", help="of a lesson; for check also FILE.md")
    add("--json", action="store_true", help="print JSON")
