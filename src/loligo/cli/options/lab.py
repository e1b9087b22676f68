"""What can be written after ``loligo lab``."""

from __future__ import annotations

from .parser import Parser
from .words import CELL


def lab(parser: Parser) -> None:
    """Options of ``loligo lab``."""
    parser.description = (
        "Open the laboratory in the browser: every control moves the whole picture at once. For this machine only."
    )
    parser.add_argument("cell", nargs="?", default="squid", metavar="CELL", help=CELL)
    parser.add_argument("--port", type=int, default=0, metavar="N", help="serve on this port (a free one)")
    parser.add_argument("--no-browser", action="store_true", help="print the address only")
    text = "serve to other machines too, on this address of this one; needs --token"
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help=text)
    parser.add_argument("--token", default="", metavar="SECRET", help="what the address in the browser must contain")
