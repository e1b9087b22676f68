"""Protocols in which the electrode does different things in turn: clamps V, passes a current, clamps again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..errors import LoligoError
from ..units import number
from .immutable import Immutable

MODES = {"V": "mV", "I": "µA/cm²"}
FORMS = "('V', potential, duration), ('I', current, duration), or either with two values for a ramp"


class Phase(NamedTuple):
    """What the electrode does for some time: impose a potential (``"V"``) or a current (``"I"``)."""

    mode: str
    start: float
    stop: float
    first: float
    last: float


class SwitchedClamp(Immutable):
    """Voltage clamp and current clamp in turn, both ideal.

    Where a current phase begins, V is released from its last command; where a voltage phase begins, V jumps to its
    command. Gates go on from where they are.

    Parameters
    ----------
    phases : sequence of tuple
        ``("V", potential, duration)`` or ``("I", current, duration)``, one after another from time 0 on; with two
        values, ``("V", from, to, duration)``, a ramp. mV, µA/cm² and ms. The last value lasts until the end of the run.

    Examples
    --------
    >>> clamp = SwitchedClamp([("V", -65, 5), ("V", -20, 0.5), ("I", 0, 20), ("V", -65, 5)])
    >>> [(p.mode, p.start) for p in clamp.phases]
    [('V', 0.0), ('V', 5.0), ('I', 5.5), ('V', 25.5)]
    """

    phases: tuple[Phase, ...]

    def __init__(self, phases: Sequence[Sequence[Any]]) -> None:
        made: list[Phase] = []
        now = 0.0
        for i, given in enumerate(phases):
            phase = _phase(given, now, f"SwitchedClamp.phases[{i}]")
            made.append(phase)
            now = phase.stop
        if not made:
            raise LoligoError(f"SwitchedClamp.phases: none given; give {FORMS}")
        self._set(phases=tuple(made))

    @property
    def duration(self) -> float:
        """Of all phases, ms."""
        return self.phases[-1].stop

    def within(self, duration: float) -> tuple[Phase, ...]:
        """The phases of a run of some duration: those that begin before its end, of which the last one lasts to it."""
        begun = [p for p in self.phases if p.start < duration]
        last = begun.pop()
        if last.stop >= duration:
            part = (duration - last.start) / (last.stop - last.start)
            return (*begun, last._replace(stop=duration, last=last.first + part * (last.last - last.first)))
        rest = last._replace(start=last.stop, stop=duration, first=last.last)
        return (*begun, last, rest)

    def __repr__(self) -> str:
        shown = [
            f"({p.mode!r}, {p.first:g}, {p.stop - p.start:g})"
            if p.first == p.last
            else f"({p.mode!r}, {p.first:g}, {p.last:g}, {p.stop - p.start:g})"
            for p in self.phases
        ]
        return f"SwitchedClamp([{', '.join(shown)}])"


def _phase(given: Any, start: float, where: str) -> Phase:
    parts = tuple(given) if isinstance(given, (tuple, list)) else ()
    if len(parts) not in (3, 4) or parts[0] not in MODES:
        raise LoligoError(f"{where}: {given!r}; give {FORMS}")
    unit = MODES[parts[0]]
    first, last = number(parts[1], unit, where), number(parts[-2], unit, where)
    length = number(parts[-1], "ms", where)
    if length <= 0:
        raise LoligoError(f"{where}: a phase of {length:g} ms; give a positive duration")
    return Phase(parts[0], start, start + length, first, last)
