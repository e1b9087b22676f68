"""The ideal voltage clamp: V is held where the protocol says, with no electrode in between.

One step, or any sequence of steps and ramps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..errors import LoligoError
from ..units import number
from .electrode import PointElectrode
from .immutable import Immutable
from .stimulus import Line, place_of

UNITS = {"hold": "mV", "step": "mV", "start": "ms", "stop": "ms"}


def _inside(at: Any, kind: str) -> float | str:
    place = place_of(at, kind)
    if isinstance(place, PointElectrode):
        raise LoligoError(f"{kind}.at: {at!r} is outside the fibre; a clamp holds V at a place of its membrane")
    return place


class VoltageClamp(Immutable):
    """Hold V at one level, step to another, and return.

    Parameters
    ----------
    hold, step : number
        mV.
    start, stop : number
        Beginning and end of the step, ms.
    at : number or place
        Where, on a fibre (µm) or a tree (``"soma(0.5)"``): the compartment whose middle is nearest is held.
    """

    hold: float
    step: float
    start: float
    stop: float
    at: Any

    def __init__(self, hold: Any, step: Any, start: Any, stop: Any, *, at: Any = 0.0) -> None:
        begin, end = number(start, "ms", "VoltageClamp.start"), number(stop, "ms", "VoltageClamp.stop")
        if begin < 0 or end <= begin:
            raise LoligoError(f"VoltageClamp: the step lasts from {begin:g} to {end:g} ms; give 0 <= start < stop")
        self._set(
            hold=number(hold, "mV", "VoltageClamp.hold"),
            step=number(step, "mV", "VoltageClamp.step"),
            start=begin,
            stop=end,
            at=_inside(at, "VoltageClamp"),
        )

    def with_(self, **changes: Any) -> VoltageClamp:
        """A new clamp with some arguments changed."""
        now = {name: getattr(self, name) for name in (*UNITS, "at")}
        return VoltageClamp(**{**now, **changes})

    def numbers(self) -> dict[str, str]:
        """The numbers that a sweep may vary, with their units."""
        return dict(UNITS)

    def pieces(self) -> Iterator[Line]:
        """The command as lines; hold everywhere else."""
        rise = self.step - self.hold
        yield Line(self.start, self.stop, rise, rise)

    def _electrode(self) -> str:
        """The place as an argument, where it is not the beginning."""
        return (f", at={self.at!r}" if isinstance(self.at, str) else f", at={self.at:g}") if self.at else ""

    def __repr__(self) -> str:
        numbers = f"hold={self.hold:g}, step={self.step:g}, start={self.start:g}, stop={self.stop:g}"
        return f"VoltageClamp({numbers}{self._electrode()})"


class VoltageSteps(VoltageClamp):
    """Hold V at one level, go through a sequence of steps and ramps from time 0 on, and return.

    Parameters
    ----------
    hold : number
        mV.
    levels : sequence of tuple
        ``(V, duration)`` for a step, ``(from, to, duration)`` for a ramp; mV and ms.
    at : number or place
        As of `VoltageClamp`.

    Notes
    -----
    Steps are solved in closed form, ramps by integration of the gates.
    """

    levels: tuple[tuple[float, float, float], ...]

    def __init__(self, hold: Any, levels: Sequence[Sequence[Any]], *, at: Any = 0.0) -> None:
        made: list[tuple[float, float, float]] = []
        for i, level in enumerate(levels):
            where = f"VoltageSteps.levels[{i}]"
            parts = tuple(level) if isinstance(level, (tuple, list)) else ()
            if len(parts) not in (2, 3):
                raise LoligoError(f"{where}: {level!r}; give (V, duration) or (from, to, duration), in mV and ms")
            begin, end = number(parts[0], "mV", where), number(parts[-2], "mV", where)
            length = number(parts[-1], "ms", where)
            if length <= 0:
                raise LoligoError(f"{where}: a step of {length:g} ms; give a positive duration")
            made.append((begin, end, length))
        if not made:
            raise LoligoError("VoltageSteps.levels: none given; give (V, duration) in mV and ms")
        total = sum(length for *_, length in made)
        self._set(
            hold=number(hold, "mV", "VoltageSteps.hold"), step=made[0][0], start=0.0, stop=total, levels=tuple(made),
            at=_inside(at, "VoltageSteps"),
        )  # fmt: skip

    def with_(self, **changes: Any) -> VoltageSteps:
        """A new clamp with another ``hold``, other ``levels``, or at another place."""
        if unknown := set(changes) - {"hold", "levels", "at"}:
            raise LoligoError(f"VoltageSteps has hold, levels and at, not {', '.join(sorted(unknown))}")
        now = {name: getattr(self, name) for name in ("hold", "levels", "at")}
        return VoltageSteps(**{**now, **changes})

    def numbers(self) -> dict[str, str]:
        return {"hold": "mV"}

    @property
    def edges(self) -> tuple[float, ...]:
        """Times at which the levels begin, and the end of the last; ms."""
        times = [0.0]
        for *_, length in self.levels:
            times.append(times[-1] + length)
        return tuple(times)

    def pieces(self) -> Iterator[Line]:
        for begin, (first, last, length) in zip(self.edges, self.levels, strict=False):
            yield Line(begin, begin + length, first - self.hold, last - self.hold)

    def __repr__(self) -> str:
        shown = [f"({a:g}, {t:g})" if a == b else f"({a:g}, {b:g}, {t:g})" for a, b, t in self.levels]
        return f"VoltageSteps(hold={self.hold:g}, levels=[{', '.join(shown)}]{self._electrode()})"
