"""The laboratory in the browser: where every control moves the whole picture at once.

    loligo lab squid            # on the command line; or, in Python,
    loligo.lab.serve()

The page holds the state; the server answers questions that are complete in themselves (`messages`), the newest first
(`session`), for pages of its own alone (`server`). What is asked of a cell goes through `prepare` to `answers` and
`companions`. The page is written in TypeScript, in the folder ``web`` of the source, and comes along
built, in ``static``.
"""

from __future__ import annotations

from importlib.util import find_spec

from ..errors import LoligoError

NEEDED = ("starlette", "uvicorn", "websockets", "msgspec")

__all__ = ["serve"]


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


def require() -> None:
    """Say in one line how to install what is missing."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise LoligoError(
            f'the laboratory needs {", ".join(missing)}; install with: python -m pip install "loligo[lab]"'
        )
