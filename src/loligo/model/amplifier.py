"""A voltage clamp through a pipette: the command goes through an amplifier and a series resistance before it is V."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import LoligoError
from ..units import number
from .clamp import VoltageClamp
from .stimulus import Line

UNITS = {
    "series_resistance": "MΩ", "area": "µm²", "pipette_capacitance": "pF", "neutralised": "%", "prediction": "%",
    "correction": "%", "cancelled": "%", "bandwidth": "kHz", "lag": "µs", "filter": "kHz", "noise": "pA",
    "sampling": "ms",
}  # fmt: skip
OPTIONAL = ("area", "filter", "sampling")
OWN = (*UNITS, "seed")


class Amplifier(VoltageClamp):
    """A voltage clamp as a patch-clamp amplifier makes it, through one electrode.

    Parameters
    ----------
    command : VoltageClamp, optional
        The potential that is asked for, a `VoltageClamp` or `VoltageSteps`; experiments bring their own.
    series_resistance : number
        Of pipette and access to the cell, MΩ.
    area : number, optional
        Of the membrane, µm²; the cell's own unless given. A cell in absolute units (pF, nS) needs none.
    pipette_capacitance : number
        pF, at the amplifier's end of the series resistance.
    neutralised : number
        Part of it that the amplifier charges by itself, per cent; the rest is measured, and fed back.
    compensation : number
        Of the series resistance, per cent: `prediction` and `correction` at once.
    prediction : number
        Per cent, below 100. The command is preceded by what charges the membrane in (1 - prediction) of the time.
    correction : number
        Per cent. Of the measured current, without what the prediction says goes into the membrane's capacitance, times
        the series resistance, this part is added to the command: V is wrong by what is left of Rs I. Too much of it is
        unstable, and says so.
    cancelled : number
        Part of the predicted capacitive current of the cell that is taken off the record, per cent.
    bandwidth : number
        Of the loop that brings the pipette to its potential, kHz: first order, -3 dB.
    lag : number
        Time constant of the correction, µs.
    filter : number, optional
        Corner (-3 dB) of the four-pole Bessel filter in front of the record, kHz; None for none.
    noise : number
        Root mean square of the recorded current at rest, pA: white noise behind the filter, if there is one.
    seed : int
        Of the noise.
    sampling : number, optional
        Interval of the record, ms, held in between; that of the run unless given.

    Notes
    -----
    The circuit is that of Sigworth (1995), in: Single-Channel Recording, 2nd ed., chapter 4. With the membrane's
    capacitance C and the ionic current I, and a fast amplifier, ``w' = (command - w) / ((1 - prediction) Rs C)`` and
    ``(1 - correction) Rs (C (V - w)' + I) = w - V``.

    Examples
    --------
    >>> rig = Amplifier(VoltageClamp(-65, 0, start=2, stop=12), series_resistance=5, area=1257, compensation=80)
    >>> rig.correction, rig.with_(correction=50).prediction
    (80.0, 80.0)
    """

    command: VoltageClamp | None
    series_resistance: float
    area: float | None
    pipette_capacitance: float
    neutralised: float
    prediction: float
    correction: float
    cancelled: float
    bandwidth: float
    lag: float
    filter: float | None
    noise: float
    seed: int
    sampling: float | None

    def __init__(
        self,
        command: VoltageClamp | None = None,
        *,
        series_resistance: Any = 5.0,
        area: Any = None,
        pipette_capacitance: Any = 5.0,
        neutralised: Any = 90.0,
        compensation: Any = 0.0,
        prediction: Any = None,
        correction: Any = None,
        cancelled: Any = 100.0,
        bandwidth: Any = 100.0,
        lag: Any = 10.0,
        filter: Any = 10.0,
        noise: Any = 0.0,
        seed: int = 0,
        sampling: Any = None,
    ) -> None:
        if command is not None and (not isinstance(command, VoltageClamp) or isinstance(command, Amplifier)):
            raise LoligoError(f"Amplifier.command: {command!r}; give a VoltageClamp or VoltageSteps")
        both = number(compensation, "%", "Amplifier.compensation")
        given = {
            "series_resistance": series_resistance, "area": area, "pipette_capacitance": pipette_capacitance,
            "neutralised": neutralised, "prediction": both if prediction is None else prediction,
            "correction": both if correction is None else correction, "cancelled": cancelled, "bandwidth": bandwidth,
            "lag": lag, "filter": filter, "noise": noise, "sampling": sampling,
        }  # fmt: skip
        at = 0.0 if command is None else command.at
        self._set(
            command=command, at=at, seed=_seed(seed), **{name: _checked(name, value) for name, value in given.items()}
        )
        if command is not None:
            self._set(hold=command.hold, step=command.step, start=command.start, stop=command.stop)

    def with_(self, **changes: Any) -> Amplifier:
        """A new amplifier with some arguments, or numbers of its command, changed."""
        now = {name: getattr(self, name) for name in OWN}
        if "compensation" in changes:
            del now["prediction"], now["correction"]
        mine = {name: changes.pop(name) for name in list(changes) if name in (*OWN, "compensation", "command")}
        command = mine.pop("command", self.command)
        if changes:
            if command is None:
                raise LoligoError(f"Amplifier has no {', '.join(sorted(changes))}, nor a command that might")
            command = command.with_(**changes)
        return Amplifier(command, **{**now, **mine})

    def pieces(self) -> Iterator[Line]:
        """The command as lines, added to the holding potential."""
        assert self.command is not None
        yield from self.command.pieces()

    def numbers(self) -> dict[str, str]:
        """Its numbers and those of its command, with their units."""
        return {**({} if self.command is None else self.command.numbers()), **UNITS, "seed": "1"}

    def __repr__(self) -> str:
        shown = [f"{n}={getattr(self, n):g}" for n in OWN if getattr(self, n) is not None]
        return f"Amplifier({', '.join([repr(self.command), *shown])})"


def _checked(name: str, value: Any) -> float | None:
    """One number, within what makes sense."""
    where, unit = f"Amplifier.{name}", UNITS[name]
    if value is None and name in OPTIONAL:
        return None
    found = number(value, unit, where)
    if name == "series_resistance" and found <= 0:
        raise LoligoError(f"{where}: {found:g} MΩ; give a positive one (without any, it is an ideal VoltageClamp)")
    if name in ("area", "bandwidth", "lag", "filter", "sampling") and found <= 0:
        raise LoligoError(f"{where}: {found:g} {unit}; give a positive value")
    if found < 0:
        raise LoligoError(f"{where}: {found:g} {unit}; give 0 or more")
    if name == "prediction" and found > 99:
        raise LoligoError(
            f"{where}: {found:g} %; at 100 % the amplifier would have to give infinite voltages, so give at most 99 "
            "(correction= on its own may be more)"
        )
    if name in ("neutralised", "cancelled") and found > 100:
        raise LoligoError(f"{where}: {found:g} %; give 0 to 100")
    return found


def _seed(seed: Any) -> int:
    if isinstance(seed, bool) or int(seed) != seed or seed < 0:
        raise LoligoError(f"Amplifier.seed: {seed!r}; give a whole number, 0 or more")
    return int(seed)
