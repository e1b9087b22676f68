"""``loligo lab``: open the laboratory in the browser."""

from __future__ import annotations

import argparse

from .. import cells
from ..lab import require, serve
from . import choose, output


def lab(arguments: argparse.Namespace, warned: output.Warned) -> int:
    """Carry out ``loligo lab``."""
    require()
    toml = ""
    if arguments.cell not in cells.__all__:
        from ..lab.prepare import as_toml

        toml = as_toml(choose.named_cell(arguments.cell))
    serve(
        arguments.cell if not toml else "file",
        toml=toml,
        port=arguments.port,
        host=arguments.host,
        token=arguments.token,
        browser=not arguments.no_browser,
    )
    return 0
