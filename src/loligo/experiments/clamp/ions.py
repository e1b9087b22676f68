"""What has to be known of a sodium and a potassium channel before their rates can be sought in clamp records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import LoligoError
from ...model.cell import Cell
from ...model.channel import Channel
from ...numerics.arrays import array_function
from ...simulation.rest import parameter_values
from ...system import system
from ...units import number


@dataclass(frozen=True)
class Ion:
    """What has to be known of a channel: its name, conductance (mS/cm²), reversal (mV) and the powers of its gates."""

    name: str
    g: float
    E: float
    gates: tuple[str, ...]
    powers: tuple[int, ...]


def of_cell(
    cell: Cell, sodium: str, potassium: str, conductances: Mapping[str, Any] | None, reversals: Mapping[str, Any] | None
) -> tuple[Ion, Ion]:
    """What is known of the channels, from the cell."""
    channels = {c.name: c for c in cell.channels}
    for name in (sodium, potassium):
        if name not in channels:
            raise LoligoError(
                f"recover_rates: {cell.name} has no channel '{name}' but {', '.join(channels)}; name its sodium and "
                "potassium channel by sodium= and potassium="
            )
    return (
        _ion(cell, channels[sodium], 2, conductances, reversals),
        _ion(cell, channels[potassium], 1, conductances, reversals),
    )


def _ion(
    cell: Cell,
    channel: Channel,
    gates: int,
    conductances: Mapping[str, Any] | None,
    reversals: Mapping[str, Any] | None,
) -> Ion:
    moving = [(n, g) for n, g in channel.gates if not g.instantaneous]
    kind = "an activation and an inactivation gate" if gates == 2 else "one gate"
    ohmic = channel.ohmic and f"{channel.name}.E" in cell.parameters
    if len(moving) != gates or len(channel.gates) != gates or channel.schemes or not ohmic:
        raise LoligoError(
            f"recover_rates: '{channel.name}' of {cell.name} is no ohmic channel with {kind} of finite speed "
            f"(it has {', '.join(n for n, _ in channel.gates) or 'none'})"
        )
    powers = {n: float(g.power.sympy) for n, g in moving}
    names = [n for n, _ in moving]
    if gates == 2:  # the one that is open at negative potentials inactivates
        whole = system(cell)
        steady = array_function(whole, tuple(whole.observable(f"{channel.name}.{n}.inf").formula for n in names))
        low, high = (
            steady([v] + [0.5] * (len(whole.states) - 1), 0.0, parameter_values(cell)) for v in (-150.0, 150.0)
        )
        rise = {n: float(b - a) for n, a, b in zip(names, low, high, strict=True)}
        names.sort(key=lambda n: rise[n] < 0)
    own = {
        "g": _given(conductances, channel.name, cell.parameters[f"{channel.name}.g"].value, "mS/cm²", "conductances"),
        "E": _given(reversals, channel.name, cell.parameters[f"{channel.name}.E"].value, "mV", "reversals"),
    }
    return Ion(channel.name, own["g"], own["E"], tuple(names), tuple(int(powers[n]) for n in names))


def _given(values: Mapping[str, Any] | None, name: str, own: float | None, unit: str, where: str) -> float:
    if values is not None and name in values:
        return number(values[name], unit, f"{where}[{name!r}]")
    if own is None:
        raise LoligoError(
            f"{where}: a file of records does not say it of {name}; give {where}={{'{name}': ...}} in {unit}"
        )
    return float(own)


def of_file(
    sodium: str, potassium: str, conductances: Mapping[str, Any] | None, reversals: Mapping[str, Any] | None
) -> tuple[Ion, Ion]:
    """What is known of the channels, from what is said beside the file: m^3 h and n^4."""
    na, k = (
        (
            name,
            _given(conductances, name, None, "mS/cm²", "conductances"),
            _given(reversals, name, None, "mV", "reversals"),
        )
        for name in (sodium, potassium)
    )
    return Ion(*na, ("m", "h"), (3, 1)), Ion(*k, ("n",), (4,))
