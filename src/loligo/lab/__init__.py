"""The laboratory in the browser: where every control moves the whole picture at once.

    loligo lab squid            # on the command line; or, in Python,
    loligo.lab.serve()
    loligo.lab("squid")         # in a notebook: the same page as a widget

The page holds the state; the server answers questions that are complete in themselves (`messages`), the newest first
(`session`), for pages of its own alone (`server`). What is asked of a cell goes through `prepare` to `answers` and
`companions`. The page is written in TypeScript, in the folder ``web`` of the source, and comes along
built, in ``static``.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING

from ..errors import LoligoError

if TYPE_CHECKING:
    from ..model.cell import Cell
    from .notebook import Laboratory

NEEDED = ("starlette", "uvicorn", "websockets", "msgspec")

__all__ = ["serve", "widget"]


def serve(
    cell: str = "squid",
    *,
    toml: str = "",
    port: int = 0,
    host: str = "127.0.0.1",
    token: str = "",
    browser: bool = True,
) -> None:
    """Serve the laboratory until interrupted.

    Parameters
    ----------
    cell : str
        Name of the cell to open with.
    toml : str
        That cell as TOML, if it is not one of the library.
    port : int
        0 finds a free one.
    host : str
        Address to serve on. Any but this machine's own needs a token.
    token : str
        What a page must bring along in its address.
    browser : bool
        Open the browser.

    Raises
    ------
    LoligoError
        If something it needs is not installed, the port is taken, or another address is asked for without a token.
    """
    require()
    from .serving import serve as now

    now(cell, toml=toml, port=port, host=host, token=token, browser=browser)


def widget(cell: Cell | str = "squid", *, height: int = 860) -> Laboratory:
    """The laboratory as a widget of a notebook; ``loligo.lab(cell)`` is short for it.

    Parameters
    ----------
    cell : Cell or str
        A cell, or the name of one of the library.
    height : int
        Of the widget, pixels.

    Returns
    -------
    Laboratory
        Its ``cell_now`` is the cell as it is on the page, whatever was done to it there.

    Raises
    ------
    LoligoError
        If something it needs is not installed, there is no such cell, or the cell cannot be written as TOML.
    """
    require(("anywidget", "msgspec"), "jupyter")
    from .notebook import laboratory

    return laboratory(cell, height)


def require(needed: tuple[str, ...] = NEEDED, extra: str = "lab") -> None:
    """Say in one line how to install what is missing."""
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise LoligoError(
            f'the laboratory needs {", ".join(missing)}; install with: python -m pip install "loligo[{extra}]"'
        )


class _Callable(ModuleType):
    """A module that can be called like a function, in a notebook: ``loligo.lab(cell)``."""

    def __call__(self, cell: Cell | str = "squid", *, height: int = 860) -> Laboratory:
        return widget(cell, height=height)


sys.modules[__name__].__class__ = _Callable
