"""The laboratory in a notebook: the page of the browser in a frame, the kernel in the place of the server.

Messages are those of the WebSocket. They are answered in threads beside the notebook's own, so that a cell of the
notebook may be typed while a slider is dragged; while one *runs*, the kernel hears nothing, and the page waits.
"""

from __future__ import annotations

import asyncio
import re
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from .. import cells
from ..errors import LoligoError, LoligoWarning, PathError, nearest
from ..model.cell import Cell
from . import messages, prepare
from .session import Session

STATIC = Path(__file__).parent / "static"
VIEWS = 8  # of one widget, at a time


class Laboratory(anywidget.AnyWidget):
    """The laboratory as a widget; made by ``loligo.lab(cell)``.

    Attributes
    ----------
    cell, toml : str
        What it opened with: the name of a cell, or a cell as TOML.
    state : str
        Everything of the page, as its address would hold it; kept in the notebook.
    height : int
        Pixels.
    """

    _esm = STATIC / "widget.js"
    cell = traitlets.Unicode("squid").tag(sync=True)
    toml = traitlets.Unicode("").tag(sync=True)
    state = traitlets.Unicode("").tag(sync=True)
    height = traitlets.Int(860).tag(sync=True)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._line = _Line(self)
        self.on_msg(self._line.heard)

    @property
    def cell_now(self) -> Cell:
        """The cell as it is on the page now, whatever was done to it there."""
        return prepare.prepared(self._preparation())

    @property
    def python(self) -> str:
        """The lines of Python that do exactly the run on the page."""
        import msgspec

        state = self._state()
        stimuli = msgspec.convert(state.get("stimuli", []), messages.Stimuli)
        return prepare.script(self._preparation(), stimuli, float(state.get("duration", 100.0)))

    def _state(self) -> dict[str, Any]:
        import base64
        import json

        return dict(json.loads(base64.b64decode(self.state))) if self.state else {}

    def _preparation(self) -> messages.Preparation:
        import msgspec

        given = self._state().get("preparation", {"cell": self.cell, "toml": self.toml})
        return msgspec.convert(given, messages.Preparation)


class _Line:
    """What is said between the pages of a widget and this kernel."""

    def __init__(self, widget: Laboratory) -> None:
        self.widget = widget
        self.sessions: dict[str, tuple[Session, list[asyncio.Task[None]]]] = {}
        self.loop = asyncio.new_event_loop()
        self.executor = ThreadPoolExecutor(2, "laboratory")
        threading.Thread(target=self.loop.run_forever, name="laboratory", daemon=True).start()

    def heard(self, _: Any, content: Any, __: Any) -> None:
        """A message from a page. One that is not understood is passed over: only our own page speaks here."""
        if not isinstance(content, dict) or not isinstance(view := content.get("view"), str):
            return
        kind = content.get("type")
        if kind == "open":
            self.widget.send({"type": "page", "view": view, **page()})
        elif kind == "close":
            self.loop.call_soon_threadsafe(self._close, view)
        elif kind == "ask" and isinstance(text := content.get("text"), str):
            asyncio.run_coroutine_threadsafe(self._ask(view, text), self.loop)

    async def _ask(self, view: str, text: str) -> None:
        if view not in self.sessions:
            while len(self.sessions) >= VIEWS:
                self._close(next(iter(self.sessions)))
            session = Session(lambda frame: self._send(view, frame), self.executor)
            tasks = [asyncio.create_task(worker.work()) for worker in session.workers]
            self.sessions[view] = (session, tasks)
        await self.sessions[view][0].take(text)

    async def _send(self, view: str, frame: bytes) -> None:
        self.widget.send({"type": "frame", "view": view}, [frame])

    def _close(self, view: str) -> None:
        for task in self.sessions.pop(view, (None, []))[1]:
            task.cancel()


def page() -> dict[str, str]:
    """What the frame is furnished with: the files of the browser's page."""
    html, css, js = ((STATIC / name).read_text(encoding="utf-8") for name in ("index.html", "lab.css", "lab.js"))
    body = re.search(r"<body>(.*)</body>", html, re.DOTALL)
    assert body is not None
    return {"css": css, "js": js, "body": re.sub(r"<script.*?</script>", "", body[1])}


def laboratory(cell: Cell | str, height: int) -> Laboratory:
    """See `loligo.lab.widget`."""
    warnings.filterwarnings("ignore", category=LoligoWarning, module=r"loligo\.lab")  # notes go to the page instead
    if isinstance(cell, Cell):
        return Laboratory(cell=cell.name, toml=prepare.as_toml(cell), height=height)
    if not isinstance(cell, str):
        raise LoligoError(f"cell: {cell!r}; give a cell, or the name of one of the library")
    if cell not in cells.__all__:
        raise PathError(f"cell: no cell is called '{cell}'; {nearest(cell, cells.__all__)}")
    return Laboratory(cell=cell, height=height)
