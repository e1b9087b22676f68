"""What is done to a cell and applied to it, whether a page asks for it or a lesson does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from .. import channels
from ..errors import PathError, nearest
from ..model.cell import Cell
from ..model.stimuli import STIMULI
from ..model.stimulus import Stimulus


class Changes(Protocol):
    """Numbers set, channels blocked, gates made instantaneous, slowed or held."""

    @property
    def set(self) -> Mapping[str, float]: ...
    @property
    def instant(self) -> Sequence[str]: ...
    @property
    def slow(self) -> Mapping[str, float]: ...
    @property
    def freeze(self) -> Sequence[str]: ...
    @property
    def block(self) -> Mapping[str, float]: ...


def structured(cell: Cell, add: Sequence[str], remove: Sequence[str]) -> Cell:
    """The cell with channels of the library added, by entry, and channels of its own removed, by name."""
    for entry in add:
        if entry not in channels.__all__:
            raise PathError(f"no channel is called '{entry}'; {nearest(entry, channels.__all__)}")
        cell = cell + getattr(channels, entry)()
    for channel in remove:
        cell = cell - channel
    return cell


def changed(cell: Cell, changes: Changes) -> Cell:
    """The cell with everything done to it."""
    cell = cell.with_(dict(changes.set))
    for gate in changes.instant:
        cell = cell.instant(gate)
    for gate, factor in changes.slow.items():
        cell = cell.slow(gate, factor)
    for gate in changes.freeze:
        cell = cell.freeze(gate)
    for channel, part in changes.block.items():
        cell = cell.block(channel, part)
    return cell


def applied(parts: Iterable[tuple[str, Mapping[str, Any]]]) -> Stimulus | None:
    """The sum of stimuli, each the name of its class and its arguments; None if there is none."""
    made = [STIMULI[kind](**arguments) for kind, arguments in parts]
    return sum(made[1:], made[0]) if made else None
