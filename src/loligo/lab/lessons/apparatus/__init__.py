"""What stands beside the scope in some lessons: a clamp, a fibre, a synapse. A closed list, each in one file.

An apparatus has knobs, and shows curves and readings that are computed for the preparation on the page, and the knobs
as they stand, by the experiments of the package.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import lru_cache

from ....errors import LoligoError, nearest
from ..setup import Setup
from .shown import Kind, Knob, Shown

_FILES = {
    "clamp": "clamp", "rig": "rig", "fibre": "fibre", "myelin": "myelin", "dendrite": "dendrite",
    "synapse": "synapse", "impedance": "impedance", "rest": "rest",
}  # fmt: skip
APPARATUS = tuple(_FILES)

__all__ = ["APPARATUS", "Kind", "Knob", "Shown", "kind", "show"]


def kind(name: str) -> Kind:
    """An apparatus by its name.

    Raises
    ------
    LoligoError
        If there is none; the message names the nearest ones.
    """
    if name not in _FILES:
        raise LoligoError(f"no apparatus is called '{name}'; {nearest(name, APPARATUS)}")
    found: Kind = importlib.import_module(f".{_FILES[name]}", __name__).KIND
    return found


def show(name: str, setup: Setup, knobs: Mapping[str, float]) -> Shown:
    """What an apparatus shows.

    Parameters
    ----------
    name : str
        Of `APPARATUS`.
    setup : Setup
        The preparation; its stimulus is not applied.
    knobs : mapping
        Those that are not at their usual places.

    Raises
    ------
    LoligoError
        If a knob is unknown or stands where it cannot.
    """
    known = kind(name).knobs
    for knob, value in knobs.items():
        if knob not in known:
            raise LoligoError(f"{name}: no knob '{knob}'; {nearest(knob, known)}")
        known[knob].check(f"{name}.{knob}", value)
    return _shown(name, _Key(setup), tuple(sorted(knobs.items())))


class _Key:
    """A set-up as the key of a cache."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.text = repr(setup.to_dict()["preparation"])

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.text == self.text


@lru_cache(maxsize=64)
def _shown(name: str, key: _Key, knobs: tuple[tuple[str, float], ...]) -> Shown:
    found = kind(name)
    return found.run(key.setup.made(), **{k: v.usual for k, v in found.knobs.items()} | dict(knobs))
