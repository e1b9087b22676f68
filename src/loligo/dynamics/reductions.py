"""Classical reductions of a cell to a plane, each with its error beside the full cell.

Sodium activation is fast enough to be taken as instantaneous, and h + n is nearly constant along a spike, so that one
slow variable is left (FitzHugh 1961; Krinsky & Kokoz 1973; Rinzel 1985).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..model.cell import Cell
from ..units import number
from .field import Array, DynamicsError, Field, current_unit, equations
from .phase import stable_cycle
from .planar import Line
from .plane import PhasePlane, phase_plane
from .records import Options
from .resting import along


@dataclass(frozen=True)
class Reduction:
    """A cell cut down to a plane, and how far that is from the cell.

    Attributes
    ----------
    cell : Cell
    current : float
        At which it was fitted and compared, µA/cm².
    rest : dict
        What the other states do, for `phase_plane`.
    paths : pair of str
        The two states that are left.
    fit_error : float
        Root mean square of the difference between the slaved gate and its line, along the full cell's cycle.
    instant_error : float
        The same for the gates taken as instantaneous (the largest).
    period, reduced_period : float
        ms, of the cell and of the plane; NaN where the plane does not fire.
    V_range, reduced_V_range : pair of float
        mV.
    """

    cell: Cell
    current: float
    rest: dict[str, Any]
    paths: tuple[str, str]
    fit_error: float
    instant_error: float
    period: float
    reduced_period: float
    V_range: tuple[float, float]
    reduced_V_range: tuple[float, float]

    @property
    def period_error(self) -> float:
        """Relative error of the period."""
        return self.reduced_period / self.period - 1

    def plane(self, current: Any = None, **options: Any) -> PhasePlane:
        """The phase plane of the reduced cell."""
        level = self.current if current is None else current
        return phase_plane(self.cell, *self.paths, current=level, rest=self.rest, **options)

    def __str__(self) -> str:
        line = next((f"{p} = {h.intercept:.4g} {h.slope:+.4g} {h.other}" for p, h in self.rest.items()
                     if isinstance(h, Line)), "no line")  # fmt: skip
        instant = ", ".join(p for p, h in self.rest.items() if h == "steady")
        return (
            f"{self.cell.name} in the plane of {' and '.join(self.paths)}: {instant} instantaneous, {line}\n"
            f"  at {self.current:g} µA/cm²: period {self.reduced_period:.5g} ms, of the full cell {self.period:.5g} ms"
            f" ({100 * self.period_error:+.3g} %)\n"
            f"  V from {self.reduced_V_range[0]:.4g} to {self.reduced_V_range[1]:.4g} mV, of the full cell from "
            f"{self.V_range[0]:.4g} to {self.V_range[1]:.4g} mV\n"
            f"  root mean square error of the line {self.fit_error:.3g}, of the instantaneous gates "
            f"{self.instant_error:.3g}"
        )


def reduction(
    cell: Cell,
    current: Any,
    *,
    instant: tuple[str, ...] = ("Na.m",),
    slave: str = "Na.h",
    master: str = "K.n",
    slope: float | None = -1.0,
) -> Reduction:
    """Cut a cell down to V and one gate, and compare it with the full cell.

    Parameters
    ----------
    cell : Cell
    current : number
        At which the cell fires; the line is fitted along that cycle, µA/cm².
    instant : tuple of str
        Gates that are taken to be at their steady state.
    slave, master : str
        The gate `slave` follows `master` along a line, ``slave = c + slope * master``.
    slope : float or None
        Slope of the line; -1 is the classical h = c - n; None fits it too.

    Raises
    ------
    DynamicsError
        If the cell does not fire at this current, or a state is left over.
    """
    level = number(current, current_unit(cell), "current")
    whole = equations(cell)
    states = [s.path for s in whole.states]
    left = [p for p in states if p not in ("V", master, slave, *instant)]
    for path in (slave, master, *instant):
        if path not in states:
            raise DynamicsError(f"reduction: '{path}' is not a state of {cell.name}; it has {', '.join(states)}")
    if left:
        raise DynamicsError(f"reduction: {', '.join(left)} of {cell.name} is left over; name it in instant=")
    _, cycle = stable_cycle(cell, level, Options())
    orbit = cycle.orbit
    t = np.linspace(0, 1, 2000, endpoint=False)
    x = orbit.at(t)
    column = {p: x[:, states.index(p)] for p in states}
    if slope is None:
        fitted, intercept = np.polyfit(column[master], column[slave], 1)
    else:
        fitted, intercept = slope, float((column[slave] - slope * column[master]).mean())
    rest: dict[str, Any] = {**dict.fromkeys(instant, "steady"), slave: Line(master, float(intercept), float(fitted))}
    fit_error = float(np.sqrt(np.mean((intercept + fitted * column[master] - column[slave]) ** 2)))
    instant_error = _instant_error(cell, instant, x, states)
    plane = phase_plane(cell, "V", master, current=level, rest=rest)
    period, span = _fire(plane, column["V"], column[master], orbit.period)
    return Reduction(
        cell, level, rest, ("V", master), fit_error, instant_error, orbit.period, period,
        (float(column["V"].min()), float(column["V"].max())), span,
    )  # fmt: skip


def _instant_error(cell: Cell, instant: tuple[str, ...], x: Array, states: list[str]) -> float:
    field = Field(cell, ())
    steady = along(field, np.empty(0), x[:, 0])
    gaps = [x[:, states.index(p)] - steady[:, states.index(p)] for p in instant]
    return max((float(np.sqrt(np.mean(g**2))) for g in gaps), default=0.0)


def _fire(plane: PhasePlane, v: Array, w: Array, period: float) -> tuple[float, tuple[float, float]]:
    """Period and range of V of the plane's own firing."""
    k = int(np.argmax(v))
    path = plane.trajectory(v[k], w[k], duration=12 * period, every=period / 1000)
    late = path[len(path) // 2 :, 0]
    span = (float(late.min()), float(late.max()))
    middle = 0.5 * (span[0] + span[1])
    if span[1] - span[0] < 5.0:
        return float("nan"), span
    up = np.flatnonzero((late[:-1] < middle) & (late[1:] >= middle))
    at = up + (middle - late[up]) / (late[up + 1] - late[up])
    return (float(np.diff(at).mean() * period / 1000) if len(at) > 1 else float("nan")), span
