"""What if: a cell with a gate stuck, slowed, made instantaneous or shifted, or with other ions outside.

A change of a gate becomes a number of its channel, ``Na.h_speed`` or ``Na.h_shift``, which can be varied like any
other: the structure of the cell changes once, and another value compiles nothing.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, Any

from ..errors import LoligoError, PathError, nearest
from ..units import number
from .expression import V, expression, substituted, symbol
from .gate import Gate
from .parameter import Parameter

if TYPE_CHECKING:
    from .cell import Cell

STUCK = 1e-9  # speed of a gate that does not move: 1e-7 of its way in a second

ABSOLUTE_ZERO, GAS, FARADAY = -273.15, 8.314462618, 96485.33212  # °C, J/(mol K), C/mol: CODATA 2018


def sped(cell: Cell, path: str, factor: Any, word: str = "factor") -> Cell:
    """The cell with the rates of a gate multiplied by a factor."""
    times = number(factor, "1", word)
    if times <= 0:
        raise LoligoError(f"{word}: {times:g}; give a positive factor")
    where, name = _split(cell, path)
    own = f"{name}_speed"
    before = dict(cell[where].parameters).get(own)
    if before is not None:
        return cell.with_({f"{where}.{own}": before.value * times})
    gate = cell[where].gate(name)
    if gate.instantaneous:
        raise LoligoError(f"{path} is instantaneous: it has no speed to change")
    speed = symbol(own)
    changed = {k: f * speed if k in ("alpha", "beta") else f / speed for k, f in gate.formulas.items() if k != "inf"}
    parameter = Parameter(times, "1", (1e-12, 1e12), f"speed of gate {name}, relative to its own", 1.0)
    return _exchanged(cell, where, {name: gate.replace(**changed), own: parameter})


def frozen(cell: Cell, path: str) -> Cell:
    """The cell with a gate that stays where a run begins: at rest."""
    where, name = _split(cell, path)
    own = dict(cell[where].parameters).get(f"{name}_speed")
    return sped(cell, path, STUCK if own is None else STUCK / own.value)


def instantaneous(cell: Cell, path: str) -> Cell:
    """The cell with a gate that follows its steady state at once."""
    where, name = _split(cell, path)
    gate = cell[where].gate(name)
    if gate.instantaneous:
        return cell
    steady = gate.inf
    if steady is None and gate.alpha is not None and gate.beta is not None:
        steady = gate.alpha / (gate.alpha + gate.beta)
    return _exchanged(cell, where, {name: Gate(gate.power, inf=steady)})


def moved(cell: Cell, path: str, by: Any) -> Cell:
    """The cell with the voltage dependence of a gate moved along V."""
    mv = number(by, "mV", "by")
    where, name = _split(cell, path)
    own = f"{name}_shift"
    before = dict(cell[where].parameters).get(own)
    if before is not None:
        return cell.with_({f"{where}.{own}": before.value + mv})
    gate = cell[where].gate(name)
    there = {"V": expression(V - symbol(own))}
    changed = {k: substituted(f, there) for k, f in gate.formulas.items()}
    parameter = Parameter(mv, "mV", (-200, 200), f"shift of the voltage dependence of gate {name}", 0.0)
    return _exchanged(cell, where, {name: gate.replace(**changed), own: parameter})


def with_ion(cell: Cell, channel: str, outside: Any, inside: Any, ratio: Any, valence: int) -> Cell:
    """The cell with the reversal potential of a channel from other concentrations (Nernst)."""
    potential = cell.parameters.get(f"{channel}.E")
    if potential is None:
        cell[channel]
        raise PathError(f"{channel} has no reversal potential E of its own; change the concentrations it reads")
    if valence == 0:
        raise LoligoError("valence: an ion has a charge; give 1, 2, -1")
    scale = 1000 * GAS * (cell.celsius.value - ABSOLUTE_ZERO) / (valence * FARADAY)
    if ratio is not None:
        if outside is not None or inside is not None:
            raise LoligoError("replace_ion: give outside and inside, or ratio, not both")
        return cell.with_({f"{channel}.E": potential.value + scale * log(_positive(ratio, "ratio", "1"))})
    if outside is None or inside is None:
        raise LoligoError("replace_ion: give outside and inside (mM), or ratio, by which the outside changes")
    e = scale * log(_positive(outside, "outside", "mM") / _positive(inside, "inside", "mM"))
    return cell.with_({f"{channel}.E": e})


def _positive(value: Any, name: str, unit: str) -> float:
    given = number(value, unit, name)
    if given <= 0:
        raise LoligoError(f"{name}: {given:g} {unit}; give a positive value")
    return given


def _split(cell: Cell, path: str) -> tuple[str, str]:
    """Channel and gate of a path such as ``Na.h``."""
    gates = [f"{c}.{g}" for c, channel in cell.all_channels() for g, _ in channel.gates]
    if path not in gates:
        raise PathError(f"'{path}' is not a gate of {cell.name}; {nearest(str(path), gates)}")
    where, _, name = path.rpartition(".")
    return where, name


def _exchanged(cell: Cell, where: str, changes: dict[str, Any]) -> Cell:
    """The cell with gates or parameters of one channel changed or added."""
    prefix = where[: where.rfind(".") + 1]
    patch = next(p for p in cell.patches if p.prefix == prefix)
    name = where.removeprefix(prefix)
    kept = tuple(c.replace(**changes) if c.name == name else c for c in patch.channels)
    return cell._swap(patch._replace(channels=kept))
