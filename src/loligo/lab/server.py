"""The server of the laboratory: one page, its files, one WebSocket; for this machine alone unless told otherwise.

Another site's page must not drive it, so that the names of the host and of the origin are checked (a name that points
here after the page was loaded, "DNS rebinding", is not among them), and nothing is loaded from elsewhere.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import warnings
from collections.abc import AsyncIterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from ..errors import LoligoError, LoligoWarning
from ..numerics.batch import Stop
from . import messages
from .session import Session

STATIC = Path(__file__).parent / "static"
FILES = {"": "index.html", "lab.js": "lab.js", "lab.css": "lab.css", "icon.svg": "icon.svg"}
HERE = ("127.0.0.1", "localhost", "[::1]", "::1")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SESSIONS = 32  # pages at a time


@dataclass(frozen=True)
class Options:
    """How the laboratory is served.

    Attributes
    ----------
    cell : str
        Name of the cell it opens with.
    toml : str
        That cell as TOML, if it is not of the library.
    hosts : tuple of str
        Names under which it may be addressed.
    token : str
        What a page must bring along; none on this machine alone.
    """

    cell: str = "squid"
    toml: str = ""
    hosts: tuple[str, ...] = HERE
    token: str = ""


def application(options: Options) -> Starlette:
    """The ASGI application."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        warnings.filterwarnings("ignore", category=LoligoWarning)  # a run's notes go to the page instead
        with ThreadPoolExecutor(4, "laboratory") as executor:
            app.state.executor, app.state.pages = executor, 0
            executor.submit(_warm, options)
            yield

    async def file(request: Request) -> Response:
        if not _welcome(request, options):
            return _refused()
        name = FILES.get(request.path_params["name"])
        if name is None:
            return PlainTextResponse("there is nothing here", 404)
        fresh = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": POLICY}
        response = FileResponse(STATIC / name, headers={**fresh, "Referrer-Policy": "no-referrer"})
        return response

    async def start(request: Request) -> Response:
        if not _welcome(request, options, secret=True):
            return _refused()
        return JSONResponse({"cell": options.cell, "toml": options.toml})

    async def socket(page: WebSocket) -> None:
        if not (_welcome(page, options, secret=True) and _own_origin(page, options)):
            await page.close(4403)
            return
        if page.app.state.pages >= SESSIONS:
            await page.close(4429)
            return
        page.app.state.pages += 1
        try:
            await _converse(page, page.app.state.executor)
        finally:
            page.app.state.pages -= 1

    routes: list[Any] = [Route("/start", start), WebSocketRoute("/socket", socket), Route("/{name:path}", file)]
    return Starlette(routes=routes, lifespan=lifespan)


async def _converse(page: WebSocket, executor: Executor) -> None:
    """Answer one page until it goes."""
    await page.accept()
    gate = asyncio.Lock()

    async def send(frame: bytes) -> None:
        async with gate:
            with suppress(WebSocketDisconnect, RuntimeError):  # the page went while its answer was computed
                await page.send_bytes(frame)

    session = Session(send, executor)
    workers = [asyncio.create_task(w.work()) for w in session.workers]
    try:
        while True:
            received = await page.receive()
            if received["type"] == "websocket.disconnect":
                return
            data = received.get("text")
            await session.take(received.get("bytes") or b"" if data is None else data)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


def _welcome(asked: HTTPConnection, options: Options, secret: bool = False) -> bool:
    """Is it addressed by a name it has, and does it bring the token?"""
    host = asked.headers.get("host", "")
    if _name(f"//{host}") not in options.hosts:
        return False
    given = asked.query_params.get("token", "")
    return not (secret and options.token) or hmac.compare_digest(given.encode(), options.token.encode())


def _own_origin(asked: HTTPConnection, options: Options) -> bool:
    """Does the page that speaks come from here? A program without an origin is no other site's page."""
    origin = asked.headers.get("origin")
    if origin is None:
        return True
    with suppress(ValueError):
        return urlsplit(origin).netloc == asked.headers.get("host", "") and _name(origin) in options.hosts
    return False


def _name(url: str) -> str:
    with suppress(ValueError):
        return urlsplit(url).hostname or ""
    return ""


def _refused() -> Response:
    return PlainTextResponse("this laboratory does not answer here; open the address that `loligo lab` printed", 403)


def _warm(options: Options) -> None:
    """Load and compile what the first picture needs, while the browser is still opening."""
    from .answers import answer

    preparation = {"cell": options.cell, "toml": options.toml}
    stimuli = [{"type": "step"}]
    with suppress(LoligoError):
        for question in ({"type": "describe"}, {"type": "run", "stimuli": stimuli, "duration": 20.0}):
            text = json.dumps({**question, "id": 0, "preparation": preparation})
            answer(messages.decode(text), Stop())
