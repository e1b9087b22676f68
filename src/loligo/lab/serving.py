"""From a port to a page in the browser: find an address, print it, serve until Ctrl-C."""

from __future__ import annotations

import socket
import threading
import webbrowser

import uvicorn

from ..errors import LoligoError
from .messages import LARGEST
from .server import HERE, Options, application

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(cell: str, *, toml: str, port: int, host: str, token: str, browser: bool) -> None:
    """See `loligo.lab.serve`."""
    if host not in LOOPBACK and len(token) < 8:
        raise LoligoError(f"host: {host} can be reached from other machines; give a token of at least 8 characters too")
    listening = _listen(host, port)
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{listening.getsockname()[1]}/" + (f"?token={token}" if token else "")
    hosts = HERE if host in LOOPBACK else (*HERE, host, socket.gethostname())
    app = application(Options(cell, toml, hosts, token))
    config = uvicorn.Config(
        app, log_level="warning", ws_max_size=2 * LARGEST, ws_ping_interval=None,
        ws_per_message_deflate=False, lifespan="on",  # on one machine, packing costs more than the picture
    )  # fmt: skip
    print(f"The laboratory is open at {address}  (Ctrl-C closes it)", flush=True)
    if browser:
        threading.Timer(0.3, webbrowser.open, [address]).start()
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(64)  # whoever reads the printed address may come at once
    except (OSError, OverflowError) as error:
        found.close()
        raise LoligoError(f"port: cannot serve on {host}:{port}: {error}; choose another with --port") from None
    return found
