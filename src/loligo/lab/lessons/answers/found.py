"""A computed value beside what typical mistakes give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

QUICK = 1e-5  # relative width of brackets: far below what is accepted


@dataclass(frozen=True)
class Found:
    """A value, and the values of typical mistakes by kind."""

    value: float
    rivals: Mapping[str, float] = field(default_factory=dict)
