"""Results as Datasets, for `loligo.plot` and for files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .._version import __version__
from ..model.cell import Cell
from .field import CURRENT

if TYPE_CHECKING:
    from .curves import Map
    from .diagram import Diagram


def labelled(values: Any, dims: Any, units: str, name: str) -> tuple[Any, Any, dict[str, str]]:
    """A variable of a Dataset."""
    return dims, values, {"units": units, "long_name": name}


def attributes(kind: str, cell: Cell, **more: Any) -> dict[str, Any]:
    """What every result says of itself."""
    return {
        "kind": kind,
        "loligo_version": __version__,
        "cell": cell.name,
        "citation": cell.source,
        "parameters": json.dumps({path: p.value for path, p in cell.parameters.items()}),
        **more,
    }


def diagram(found: Diagram) -> xr.Dataset:
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


def plane_map(found: Map) -> xr.Dataset:
    """The Dataset of curves in two parameters, laid end to end along ``point`` and told apart by ``curve``."""
    first, second = found.parameters
    c, s = found.curves, found.special

    def join(parts: list[Any]) -> Any:
        return np.concatenate(parts) if parts else np.empty(0)

    lengths = [len(x.first) for x in c]
    units = [_unit_of(found.cell, path) for path in found.parameters]
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


def _unit_of(cell: Cell, path: str) -> str:
    unit = "µA/cm²" if path == CURRENT else cell.parameters[path].unit
    return "" if unit == "1" else unit
