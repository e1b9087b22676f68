"""What a file of NMODL says, before it means anything: blocks of statements, with their lines.

Formulas are tuples ``(kind, ..., line)``, statements likewise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..errors import LoligoError

Node = tuple[Any, ...]


@dataclass
class Routine:
    """A FUNCTION, PROCEDURE or block of equations: arguments and statements."""

    kind: str
    name: str
    arguments: tuple[str, ...]
    body: tuple[Node, ...]
    line: int


@dataclass
class Ion:
    """A line ``USEION``: what is read and written, by name, with the line."""

    name: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    line: int


@dataclass
class Mechanism:
    """What a file says, before it means anything."""

    path: str
    suffix: str = ""
    title: str = ""
    ions: list[Ion] = field(default_factory=list)
    nonspecific: list[str] = field(default_factory=list)
    constants: dict[str, tuple[str, str, int]] = field(default_factory=dict)  # of UNITS: name -> unit, unit, line
    parameters: dict[str, tuple[float, str, int]] = field(default_factory=dict)  # name -> value, unit, line
    assigned: dict[str, str] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    routines: dict[str, Routine] = field(default_factory=dict)
    initial: tuple[Node, ...] = ()
    breakpoint: tuple[Node, ...] = ()

    def error(self, line: int, message: str) -> LoligoError:
        """An error that names file and line."""
        return LoligoError(f"{self.path}, line {line}: {message}")
