"""Published papers computed again: every number that follows from their equations, beside the printed one."""

from __future__ import annotations

import importlib
from typing import Any

from ..errors import PathError, nearest

PAPERS = ("hh1952",)
__all__ = ["PAPERS", "named_paper"]


def named_paper(name: str) -> Any:
    """The module of a paper, with ``entries()`` and ``SOURCE``.

    Raises
    ------
    PathError
        If there is none; the message lists the nearest ones.
    """
    if name not in PAPERS:
        raise PathError(f"no paper is called '{name}'; {nearest(name, PAPERS)}")
    return importlib.import_module(f".{name}", __name__)


def __dir__() -> list[str]:
    return sorted([*__all__, *PAPERS])
