"""The diagram of a cell over one parameter: equilibria, cycles, stability and every special point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.cell import Cell
from ..units import number
from .branch import Curve, EquilibriumBranch
from .collocation import Orbit
from .cycles import CycleCurve, first_cycle
from .dataset import attributes, labelled, unit_of
from .field import DynamicsError, Field, amount, current_unit
from .firing import firing_orbit
from .loops import CycleBranch, covered, follow, from_doublings, from_simulation
from .records import Options, Special
from .rests import equilibrium_branches, same_point

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True)
class Diagram:
    """What a cell does over a range of one parameter.

    Attributes
    ----------
    cell : Cell
    parameter : str
        Its path.
    unit : str
    range : pair of float
    equilibria : tuple of EquilibriumBranch
    cycles : tuple of CycleBranch
    special : tuple of Special
        In the order of the parameter.
    notes : tuple of str
        What could not be done, and where.
    """

    cell: Cell
    parameter: str
    unit: str
    range: tuple[float, float]
    equilibria: tuple[EquilibriumBranch, ...]
    cycles: tuple[CycleBranch, ...]
    special: tuple[Special, ...]
    notes: tuple[str, ...]

    def of_kind(self, kind: str) -> tuple[Special, ...]:
        """The special points of one kind."""
        return tuple(s for s in self.special if s.kind == kind)

    def to_dataset(self) -> xr.Dataset:
        """The diagram as a Dataset, for `loligo.plot` and for files."""
        return _dataset(self)

    def __str__(self) -> str:
        low, high = self.range
        lines = [f"{self.cell.name}, {self.parameter} from {low:g} to {high:g} {self.unit}".rstrip()]
        lines += [f"  {s}" for s in self.special] or ["  no special points"]
        return "\n".join(lines + [f"  note: {n}" for n in self.notes])


def continuation(
    cell: Cell,
    parameter: str,
    range: tuple[Any, Any],
    *,
    current: Any = 0.0,
    cycles: bool = True,
    cycles_at: Any = (),
    doublings: int = 0,
    options: Options | None = None,
) -> Diagram:
    """Follow all equilibria and cycles of a cell over a range of one parameter.

    Parameters
    ----------
    cell : Cell
    parameter : str
        ``"stimulus.amplitude"`` (constant applied current), or any path of the cell: ``"Na.g"``, ``"K.E"``,
        ``"celsius"``; a state's path holds that state.
    range : pair of numbers
    current : number
        Constant applied current where it is not the parameter, µA/cm².
    cycles : bool
        Follow periodic orbits too, from every Hopf point.
    cycles_at : sequence of numbers
        Values of the parameter at which a stable cycle is looked for by simulation, for branches that reach no Hopf
        point.
    doublings : int
        How many generations of cycles of two, four, ... turns to follow from period doublings.
    options : Options, optional

    Returns
    -------
    Diagram
        Branches, and ``special``: records with ``kind``, ``parameter``, ``value``. A branch that could not be followed
        to its end says where and why in ``notes``.

    Raises
    ------
    DynamicsError
        If the parameter does not enter the equations, or there is no equilibrium in the range.

    Examples
    --------
    >>> import loligo as lo
    >>> diagram = lo.dynamics.continuation(lo.cells.squid(), "stimulus.amplitude", (0, 200), cycles=False)
    >>> [(s.kind, round(s.value, 6), s.criticality) for s in diagram.special]
    [('hopf', 9.775438, 'subcritical'), ('hopf', 154.522434, 'supercritical')]
    """
    chosen = options or Options()
    if not isinstance(chosen, Options):
        raise DynamicsError(f"options: {options!r}; give loligo.dynamics.Options(...)")
    field = Field(cell, (str(parameter),), current=number(current, current_unit(cell), "current"))
    low, high = limits(field, range)
    if isinstance(doublings, bool) or not isinstance(doublings, int) or not 0 <= doublings <= 4:
        raise DynamicsError(f"doublings={doublings!r}; give a whole number from 0 to 4")
    wanted = tuple(amount(v, field.free[0], cell) for v in cycles_at)
    return diagram(
        field, low, high, chosen, cycles, lambda value: firing_orbit(field, value, chosen), wanted, doublings
    )


def diagram(
    field: Field,
    low: float,
    high: float,
    options: Options,
    with_cycles: bool,
    simulated: Callable[[float], Orbit | None],
    cycles_at: tuple[float, ...] = (),
    doublings: int = 0,
) -> Diagram:
    """Follow all branches of a field with one free parameter.

    Parameters
    ----------
    simulated : callable
        A guess of the stable cycle at a value of the parameter, or None.
    cycles_at : tuple of float
        Values at which it is asked for.
    doublings : int
        Generations of cycles of two turns.
    """
    curve = Curve(field, low, high, options)
    branches, special, notes = equilibrium_branches(curve)
    found: list[CycleBranch] = []
    if with_cycles:
        loops = CycleCurve(field, low, high, options)
        reached: list[Special] = []
        for hopf in [s for s in special if s.kind == "hopf"]:
            if any(same_point(hopf, other) for other in reached):
                continue
            first = first_cycle(loops, hopf)
            if first is None:
                notes.append(f"no cycle found near the Hopf point at {field.free[0]} = {hopf.value:.8g}")
                continue
            made, points = follow(loops, first, hopf, special, len(found), notes, reached)
            found.append(made)
            special += points
        for value in cycles_at:
            if any(covered(made, value) for made in found):
                continue
            made_here, points = from_simulation(loops, value, simulated(value), special, len(found), notes, reached)
            found += made_here
            special += points
        parents = found
        for generation in range(1, doublings + 1):
            wider = CycleCurve(field, low, high, replace(options, intervals=2**generation * options.intervals))
            parents, points = from_doublings(wider, parents, special, len(found), notes, reached)
            found = found + parents
            special += points
    unit = unit_of(field.cell, field.free[0])
    ordered = tuple(sorted(special, key=lambda s: (s.value, s.kind)))
    return Diagram(field.cell, field.free[0], unit, (low, high), tuple(branches), tuple(found), ordered, tuple(notes))


def limits(field: Field, given: Any) -> tuple[float, float]:
    """A range of the parameter of a field, checked."""
    path = field.free[0]
    try:
        low, high = given
    except (TypeError, ValueError):
        raise DynamicsError(f"range: {given!r}; give two numbers, such as (-10, 200)") from None
    low, high = amount(low, path, field.cell), amount(high, path, field.cell)
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise DynamicsError(f"range: {path} from {low:g} to {high:g}; give the lower value first")
    parameter = field.cell.parameters.get(path)
    if parameter is not None:
        for value in (low, high):
            parameter.with_value(value, path)  # its bounds
    return low, high


def _dataset(found: Diagram) -> xr.Dataset:
    """The Dataset of a bifurcation diagram.

    Branches are laid end to end along ``point`` (equilibria) and ``cycle`` (periodic orbits) and told apart by
    ``branch`` and ``cycle_branch``; special points are along ``special``.
    """
    unit = found.unit
    first = found.equilibria[0].paths[0]

    def join(parts: list[Any], shape: tuple[int, ...] = (0,)) -> Any:
        return np.concatenate(parts) if parts else np.empty(shape)

    e, c, s = found.equilibria, found.cycles, found.special
    modes = e[0].eigenvalues.shape[1]
    eigenvalues = join([b.eigenvalues for b in e])
    multipliers = join([b.multipliers for b in c], (0, modes)).astype(complex)
    name = "membrane potential" if first == "V" else first
    import xarray as xr

    variables: dict[str, Any] = {
        "branch": labelled(np.repeat(np.arange(len(e)), [len(b.parameter) for b in e]), "point", "1", "branch"),
        "parameter": labelled(join([b.parameter for b in e]), "point", unit, found.parameter),
        "V": labelled(join([b.V for b in e]), "point", "mV", name),
        "stable": labelled(join([b.stable for b in e]).astype(np.int8), "point", "1", "stable equilibrium"),
        "critical": labelled(join([b.critical for b in e]).astype(np.int8), "point", "1", "special point"),
        "eigenvalue_re": labelled(eigenvalues.real, ("point", "mode"), "1/ms", "real part of the eigenvalues"),
        "eigenvalue_im": labelled(eigenvalues.imag, ("point", "mode"), "1/ms", "imaginary part of the eigenvalues"),
        "cycle_branch": labelled(
            np.repeat(np.arange(len(c)), [len(b.parameter) for b in c]).astype(int), "cycle", "1", "branch of cycles"
        ),
        "cycle_parameter": labelled(join([b.parameter for b in c]), "cycle", unit, found.parameter),
        "V_max": labelled(join([b.V_max for b in c]), "cycle", "mV", "maximum of V over a cycle"),
        "V_min": labelled(join([b.V_min for b in c]), "cycle", "mV", "minimum of V over a cycle"),
        "period": labelled(join([b.period for b in c]), "cycle", "ms", "period"),
        "frequency": labelled(join([b.frequency for b in c]), "cycle", "Hz", "frequency"),
        "cycle_stable": labelled(join([b.stable for b in c]).astype(np.int8), "cycle", "1", "stable cycle"),
        "cycle_critical": labelled(join([b.critical for b in c]).astype(np.int8), "cycle", "1", "special point"),
        "multiplier_re": labelled(multipliers.real, ("cycle", "mode"), "1", "real part of the Floquet multipliers"),
        "multiplier_im": labelled(multipliers.imag, ("cycle", "mode"), "1", "imaginary part of the multipliers"),
        "special_kind": ("special", np.array([x.kind for x in s], dtype="U24")),
        "special_parameter": labelled([x.value for x in s], "special", unit, found.parameter),
        "special_V": labelled([next(iter(x.state.values()), np.nan) for x in s], "special", "mV", name),
        "special_period": labelled([x.period for x in s], "special", "ms", "period"),
        "special_uncertainty": labelled([x.uncertainty for x in s], "special", unit, "uncertainty"),
        "special_criticality": ("special", np.array([x.criticality for x in s], dtype="U16")),
    }
    for path in e[0].paths[1:]:
        column = e[0].paths.index(path)
        variables[path] = labelled(join([b.states[:, column] for b in e]), "point", "1", f"{path} at equilibrium")
    low, high = found.range
    text = attributes(
        "bifurcation", found.cell, parameter=found.parameter, parameter_unit=unit, low=low, high=high,
        warnings="; ".join(found.notes),
    )  # fmt: skip
    return xr.Dataset(variables, attrs=text)
