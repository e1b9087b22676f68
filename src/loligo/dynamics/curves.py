"""All curves of folds and Hopf points of a cell in the plane of two parameters."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.cell import Cell
from ..units import number
from .branch import Curve
from .critical import Critical, CriticalCurve, Ranges, follow, near, passes
from .dataset import attributes, labelled, unit_of
from .diagram import limits
from .field import DynamicsError, Field, current_unit
from .records import Options, Special
from .rests import equilibrium_branches

if TYPE_CHECKING:
    import xarray as xr

SLICES = 3  # values of the second parameter at which folds and Hopf points are looked for


@dataclass(frozen=True)
class Map:
    """Where a cell changes its behaviour, in the plane of two parameters."""

    cell: Cell
    parameters: tuple[str, str]
    ranges: tuple[tuple[float, float], tuple[float, float]]
    curves: tuple[CriticalCurve, ...]
    special: tuple[Special, ...]
    notes: tuple[str, ...]

    def of_kind(self, kind: str) -> tuple[Special, ...]:
        """The special points of one kind."""
        return tuple(s for s in self.special if s.kind == kind)

    def to_dataset(self) -> xr.Dataset:
        """The map as a Dataset, for `loligo.plot` and for files."""
        return _dataset(self)

    def __str__(self) -> str:
        lines = [f"{self.cell.name}, {self.parameters[0]} and {self.parameters[1]}"]
        lines += [f"  curve of {c.kind}s, {len(c.first)} points, {c.end}" for c in self.curves]
        lines += [f"  {s}" for s in self.special]
        return "\n".join(lines + [f"  note: {n}" for n in self.notes])


def bifurcation_curves(
    cell: Cell,
    first: str,
    first_range: tuple[Any, Any],
    second: str,
    second_range: tuple[Any, Any],
    *,
    current: Any = 0.0,
    options: Options | None = None,
) -> Map:
    """Follow all curves of folds and Hopf points in the plane of two parameters.

    Curves are started from the folds and Hopf points over the first parameter at a few values of the second, and from
    the Bogdanov-Takens points met on the way.

    Parameters
    ----------
    cell : Cell
    first, second : str
        Paths, as in `continuation`.
    first_range, second_range : pair of numbers
    current : number
        Constant applied current where it is no parameter, µA/cm².
    options : Options, optional

    Returns
    -------
    Map
        Curves, and ``special``: "bogdanov-takens", "cusp", "generalised hopf", "fold-hopf" and "double hopf" points,
        with ``value`` the first parameter and ``second`` the other one.

    Examples
    --------
    >>> import loligo as lo
    >>> squid = lo.cells.squid()
    >>> plane = lo.dynamics.bifurcation_curves(squid, "stimulus.amplitude", (0, 200), "celsius", (6.3, 35))
    >>> [curve.kind for curve in plane.curves]
    ['hopf']
    >>> bool(28.8 < plane.curves[0].second.max() < 29)  # above, the axon never fires on its own
    True
    """
    chosen = options or Options()
    if first == second:
        raise DynamicsError(f"{first} is given twice; two parameters are needed")
    level = number(current, current_unit(cell), "current")
    field = Field(cell, (str(first), str(second)), current=level)
    ranges = (
        limits(Field(cell, (first,), current=level), first_range),
        limits(Field(cell, (second,), current=level), second_range),
    )
    return every_curve(field, ranges, chosen)


def every_curve(field: Field, ranges: Ranges, options: Options) -> Map:
    """All curves of a field with two free parameters."""
    curves: list[CriticalCurve] = []
    special: list[Special] = []
    notes: list[str] = []
    starts = _starts(field, ranges, options)
    while starts:
        start = starts.pop(0)
        if start.kind in ("fold", "hopf") and not any(passes(field, c, start, ranges) for c in curves):
            curve = Critical(field, ranges, start.kind, options)
            made, points, note = follow(curve, start)
            if made is None:
                continue
            curves.append(made)
            notes += note
            for point in points:
                if not any(near(point, other, ranges) for other in special):
                    special.append(point)
                    others = {"bogdanov-takens": ("fold", "hopf"), "fold-hopf": ("fold", "hopf")}.get(point.kind, ())
                    starts += [replace(point, kind=kind) for kind in others]
    return Map(field.cell, (field.free[0], field.free[1]), ranges, tuple(curves), tuple(special), tuple(notes))


def _starts(field: Field, ranges: Ranges, options: Options) -> list[Special]:
    """Folds and Hopf points over the first parameter at some values of the second."""
    second = field.free[1]
    (low, high) = ranges[1]
    own = field.value(second)
    values = [own] if low <= own <= high else []
    values += [v for v in np.linspace(low, high, SLICES) if v != own]
    found = []
    for value in values:
        curve = Curve(field.fixed(second, float(value)), *ranges[0], options)
        try:
            _, special, _ = equilibrium_branches(curve)
        except DynamicsError:  # no equilibrium at this value
            continue
        found += [replace(s, second=(second, float(value))) for s in special]
    return found


def _dataset(found: Map) -> xr.Dataset:
    """The Dataset of curves in two parameters, laid end to end along ``point`` and told apart by ``curve``."""
    first, second = found.parameters
    c, s = found.curves, found.special

    def join(parts: list[Any]) -> Any:
        return np.concatenate(parts) if parts else np.empty(0)

    lengths = [len(x.first) for x in c]
    units = [unit_of(found.cell, path) for path in found.parameters]
    import xarray as xr

    variables: dict[str, Any] = {
        "curve": labelled(np.repeat(np.arange(len(c)), lengths).astype(int), "point", "1", "curve"),
        "kind": ("curve_index", np.array([x.kind for x in c], dtype="U8")),
        "first": labelled(join([x.first for x in c]), "point", units[0], first),
        "second": labelled(join([x.second for x in c]), "point", units[1], second),
        "V": labelled(join([x.states[:, 0] for x in c]), "point", "mV", "membrane potential"),
        "coefficient": labelled(
            join([x.coefficient for x in c]), "point", "1", "first Lyapunov coefficient, or quadratic coefficient"
        ),
        "frequency": labelled(join([x.frequency for x in c]), "point", "Hz", "frequency at the Hopf point"),
        "special_kind": ("special", np.array([x.kind for x in s], dtype="U24")),
        "special_first": labelled([x.value for x in s], "special", units[0], first),
        "special_second": labelled([x.second[1] for x in s], "special", units[1], second),
    }
    text = attributes(
        "bifurcation curves",
        found.cell,
        first=first,
        second=second,
        first_unit=units[0],
        second_unit=units[1],
        limits=json.dumps(found.ranges),
        warnings="; ".join(found.notes),
    )
    return xr.Dataset(variables, attrs=text)
