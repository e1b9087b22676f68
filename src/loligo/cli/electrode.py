"""From the words of a command line to what an electrode does beyond a step: an amplifier, phases, a virtual channel."""

from __future__ import annotations

from .. import channels
from ..errors import LoligoError, PathError, nearest
from ..model.amplifier import Amplifier
from ..model.clamp import VoltageClamp
from ..model.dynamic import DynamicClamp
from ..model.switched import SwitchedClamp

PHASES = "V:-65:5,V:-20:0.5,I:0:20 (potential or current, and ms)"
VIRTUAL = "k_a_connor_stevens:10:40, or g=0.5,E=-77:10:40 (and from when to when, ms)"


def amplifier(numbers: dict[str, float], command: VoltageClamp | None = None) -> Amplifier:
    """An amplifier from its numbers by name."""
    known = [*Amplifier().numbers(), "compensation"]
    for name in numbers:
        if name not in known:
            raise LoligoError(f"--amplifier: '{name}' is none of its numbers; {nearest(name, known)}")
    return Amplifier(command).with_(**numbers)


def phases(text: str) -> SwitchedClamp:
    """A protocol such as ``V:-65:5,I:0:20``."""
    made: list[tuple[str | float, ...]] = []
    for part in text.split(","):
        mode, *rest = part.split(":")
        try:
            made.append((mode, *map(float, rest)))
        except ValueError:
            raise LoligoError(f"--switch: '{part}' is no phase; write {PHASES}") from None
    try:
        return SwitchedClamp(made)
    except LoligoError as error:
        raise LoligoError(f"--switch: {error}") from None


def virtual(text: str) -> DynamicClamp:
    """A virtual conductance: a channel of the library, or ``g=...,E=...``, and when it is on."""
    what, *times = text.split(":")
    try:
        span = tuple(map(float, times))
        plain = {k: float(v) for k, v in (part.split("=") for part in what.split(","))} if "=" in what else None
    except ValueError:
        raise LoligoError(f"--virtual: '{text}' is not understood; write {VIRTUAL}") from None
    if len(span) > 2 or (plain is not None and set(plain) != {"g", "E"}):
        raise LoligoError(f"--virtual: '{text}' is not understood; write {VIRTUAL}")
    if plain is not None:
        return DynamicClamp(None, *span, conductance=plain["g"], E=plain["E"])
    if what not in channels.__all__:
        raise PathError(f"--virtual: no channel is called '{what}'; {nearest(what, channels.__all__)}")
    return DynamicClamp(getattr(channels, what)(), *span)
