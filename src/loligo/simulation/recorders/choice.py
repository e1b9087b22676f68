"""Which recorders are asked for: recorders and paths, in any mixture."""

from __future__ import annotations

from typing import Any

from ...errors import SimulationError
from .base import Recorder
from .trace import Trace


def chosen(record: Any) -> tuple[Recorder, ...] | None:
    """The recorders asked for, with one `Trace` for all paths; None if there are only paths, or nothing."""
    given = [record] if isinstance(record, (str, Recorder)) or record is None else list(record)
    own = tuple(r for r in given if isinstance(r, Recorder))
    if not own:
        return None
    for item in given:
        if not isinstance(item, (str, Recorder)):
            raise SimulationError(
                f"record: {item!r} is neither a path, such as 'Na.m', nor a recorder, such as Spikes()"
            )
    paths = [r for r in given if isinstance(r, str)]
    return (*own, Trace(paths)) if paths else own
