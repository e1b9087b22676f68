"""A fibre: a membrane wrapped around a core that conducts, cut into compartments."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import LoligoError, PathError, nearest
from ..units import number
from .cell import Cell
from .immutable import Immutable

MOST_COMPARTMENTS = 10_000_000
ENDS = ("sealed", "killed")
AUTO_FREQUENCY = 1000.0  # Hz: where the front of an impulse has its power
AUTO_FRACTION = 0.1  # of the length constant at that frequency


class Cable(Immutable):
    """An unbranched fibre: C dV/dt = (d / 4 Ra) d²V/dx² - ionic currents, by finite volumes.

    Compartments have equal lengths; their V stands for the middle. Densities may change along the fibre.

    Parameters
    ----------
    cell : Cell
        The membrane.
    length : number
        µm.
    diameter : number or callable
        µm; a function of x (µm from the left end) for a fibre that tapers.
    Ra : number
        Resistivity of the core, Ω·cm.
    n : int, optional
        Number of compartments.
    dx : "auto" or number
        Length of a compartment, µm, where `n` is not given; shortened to fit. ``"auto"`` is a tenth of the length
        constant at 1 kHz, sqrt(d / (4 pi f Ra C)): the d-lambda rule of Hines & Carnevale 2001, Neuroscientist 7:123,
        at a frequency ten times theirs.
    densities : mapping, optional
        Parameters of the cell that vary along the fibre: functions of x, ``{"Na.g": lambda x: 120 * (x < 1000)}``, that
        are called with each x (µm); also ``"celsius"`` and ``"capacitance"``.
    left, right : "sealed", "killed", or number
        The ends: no current passes; cut open, so that V is 0 mV; or clamped at so many mV.

    Examples
    --------
    >>> import loligo as lo
    >>> axon = Cable(lo.cells.squid(), length=50_000, diameter=476, Ra=35.4, n=1000)
    >>> axon.dx
    50.0
    """

    cell: Cell
    length: float
    diameter: float | Callable[[float], float]
    Ra: float
    n: int
    densities: tuple[tuple[str, Any], ...]
    left: str | float
    right: str | float

    def __init__(
        self,
        cell: Cell,
        length: Any,
        diameter: Any,
        Ra: Any = 35.4,
        n: int | None = None,
        dx: Any = "auto",
        *,
        densities: Mapping[str, Any] | None = None,
        left: Any = "sealed",
        right: Any = "sealed",
    ) -> None:
        if not isinstance(cell, Cell):
            raise LoligoError(f"Cable needs a cell, such as loligo.cells.squid(), not {cell!r}")
        if cell.compartments or cell.absolute:
            raise LoligoError(f"{cell.name} has compartments or absolute units; a Cable is made of membrane per area")
        long, resistivity = _positive(length, "length", "µm"), _positive(Ra, "Ra", "Ω·cm")
        thick = diameter if callable(diameter) else _positive(diameter, "diameter", "µm")
        given = dict(densities or {})
        for path, value in given.items():
            if path not in cell.parameters:
                raise PathError(f"densities: '{path}' is no parameter of {cell.name}; {nearest(path, cell.parameters)}")
            if not callable(value):
                raise LoligoError(f"densities '{path}': {value!r} is no function of x; a number goes into the cell")
        self._set(
            cell=cell,
            length=long,
            diameter=thick,
            Ra=resistivity,
            n=1,
            densities=tuple(given.items()),
            left=_end(left, "left"),
            right=_end(right, "right"),
        )
        self._set(n=_count(n) if n is not None else self._automatic() if dx == "auto" else _divide(long, dx))

    @property
    def dx(self) -> float:
        """Length of a compartment, µm."""
        return self.length / self.n

    @property
    def automatic_dx(self) -> float:
        """What ``dx="auto"`` stands for, µm, where the fibre is thinnest of the places looked at."""
        thin = min(self.diameter_at(self.length * (i + 0.5) / 32) for i in range(32))
        return automatic_scale(self.Ra, self.cell.capacitance.value) * math.sqrt(thin)

    @property
    def numbers(self) -> dict[str, str]:
        """The arguments that are numbers, and may be varied in a sweep, with their units."""
        found = {"length": "µm", "Ra": "Ω·cm"}
        if not callable(self.diameter):
            found["diameter"] = "µm"
        return found | {side: "mV" for side in ("left", "right") if not isinstance(getattr(self, side), str)}

    def _automatic(self) -> int:
        return _divide(self.length, self.automatic_dx)

    def diameter_at(self, x: float) -> float:
        """Diameter at x, µm."""
        if not callable(self.diameter):
            return self.diameter
        return _positive(self.diameter(x), f"diameter at x = {x:g}", "µm")

    def with_(self, changes: Mapping[str, Any] | None = None, **named: Any) -> Cable:
        """A new cable with other arguments, or with other parameters of its cell, by path."""
        own = {k: v for k, v in vars(self).items() if not k.startswith("_")}
        own["densities"] = dict(self.densities)
        for path, value in {**(changes or {}), **named}.items():
            if path == "dx":
                own.update(n=None, dx=value)
            elif path in own:
                own[path] = value
            else:
                own["cell"] = own["cell"].with_({path: value})
        return Cable(**own)

    def __repr__(self) -> str:
        wide = "tapering" if callable(self.diameter) else f"{self.diameter:g} µm wide"
        return f"<cable of {self.cell.name}: {self.length:g} µm long, {wide}, {self.n} compartments>"


def automatic_scale(Ra: float, capacitance: float) -> float:
    """What ``dx="auto"`` stands for, over the square root of the diameter: µm over sqrt(µm).

    Parameters
    ----------
    Ra : float
        Ω·cm.
    capacitance : float
        µF/cm².
    """
    return AUTO_FRACTION * 1e2 * math.sqrt(1 / (4 * math.pi * AUTO_FREQUENCY * Ra * capacitance * 1e-6))


def _positive(value: Any, name: str, unit: str) -> float:
    given = number(value, unit, name)
    if given <= 0:
        why = "; without axial resistance every point has one V: simulate the cell itself" if name == "Ra" else ""
        raise LoligoError(f"{name}: {given:g} {unit}; give a positive value{why}")
    return given


def _count(n: Any) -> int:
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MOST_COMPARTMENTS:
        raise LoligoError(f"n: {n!r} compartments; give a whole number between 1 and {MOST_COMPARTMENTS}, or dx='auto'")
    return n


def _divide(length: float, dx: Any) -> int:
    return _count(max(1, math.ceil(length / _positive(dx, "dx", "µm") - 1e-9)))


def _end(value: Any, side: str) -> str | float:
    if isinstance(value, str):
        if value not in ENDS:
            raise LoligoError(f"{side}: '{value}' is no kind of end; use 'sealed', 'killed', or a number of mV")
        return value
    return number(value, "mV", side)
