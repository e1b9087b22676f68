"""Results as Datasets, for `loligo.plot` and for files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from .._version import __version__
from ..model.cell import Cell
from ..system import system
from .field import CURRENT, current_unit

if TYPE_CHECKING:
    from .bursting import FastSlow
    from .curves import Map
    from .diagram import Diagram
    from .phase import Isochrons, PhaseResponse
    from .plane import PhasePlane


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
    unit = current_unit(cell) if path == CURRENT else cell.parameters[path].unit
    return "" if unit == "1" else unit


def _lines(lines: Any) -> tuple[Any, Any]:
    """Curves laid end to end, with a NaN after each."""
    parts = [np.vstack([line, np.full((1, 2), np.nan)]) for line in lines]
    joined = np.concatenate(parts) if parts else np.empty((0, 2))
    return joined[:, 0], joined[:, 1]


def phase_plane(found: PhasePlane) -> xr.Dataset:
    """The Dataset of a phase plane: the field on its grid, curves laid end to end with NaN between them."""
    first, second = found.paths
    units = _state_units(found.cell, found.paths)
    variables: dict[str, Any] = {
        "dx": labelled(found.dx, ("y", "x"), f"{units[0]}/ms", f"d {first}/dt"),
        "dy": labelled(found.dy, ("y", "x"), f"{units[1]}/ms", f"d {second}/dt"),
    }
    curves = {
        "x_nullcline": (found.x_nullcline, f"d {first}/dt = 0"),
        "y_nullcline": (found.y_nullcline, f"d {second}/dt = 0"),
        "separatrix": (found.separatrix, "separatrix" if found.sharp else "quasi-threshold"),
    }
    for name, (lines, label) in curves.items():
        a, b = _lines(lines)
        variables[f"{name}_x"] = labelled(a, name, units[0], label)
        variables[f"{name}_y"] = labelled(b, name, units[1], label)
    points = found.fixed_points
    variables["fixed_x"] = labelled([p.state[first] for p in points], "fixed", units[0], "fixed points")
    variables["fixed_y"] = labelled([p.state[second] for p in points], "fixed", units[1], "fixed points")
    variables["fixed_stable"] = labelled(np.array([p.stable for p in points], dtype=np.int8), "fixed", "1", "stable")
    variables["fixed_kind"] = ("fixed", np.array([p.kind for p in points], dtype="U16"))
    coordinates = {
        "x": labelled(found.x, "x", units[0], first),
        "y": labelled(found.y, "y", units[1], second),
    }
    text = attributes("phase plane", found.cell, current=found.current, x=first, y=second, sharp=int(found.sharp))
    return xr.Dataset(variables, coords=coordinates, attrs=text)


def phase_response(found: PhaseResponse) -> xr.Dataset:
    """The Dataset of a phase response."""
    variables: dict[str, Any] = {
        "response": labelled(
            found.infinitesimal, ("phase", "state"), "ms per unit of the state", "advance, infinitesimal"
        ),
        "direct": labelled(found.direct, "pulse", "ms/mV", "advance, measured with pulses"),
        "pulse_phase": labelled(found.pulse_phase, "pulse", "1", "phase of the pulse"),
        "cycle": labelled(found.cycle, ("phase", "state"), "", "states along the cycle"),
    }
    coordinates = {
        "phase": labelled(found.phase, "phase", "1", "phase (0 at the peak of V)"),
        "state": ("state", list(found.paths)),
    }
    text = attributes(
        "phase response",
        found.cell,
        current=found.current,
        period=found.period,
        normalisation=found.normalisation,
        disagreement=found.disagreement,
        units=json.dumps({"current": "µA/cm²", "period": "ms"}),
    )
    return xr.Dataset(variables, coords=coordinates, attrs=text)


def isochrons(found: Isochrons) -> xr.Dataset:
    """The Dataset of sampled isochrons."""
    units = _state_units(found.cell, found.paths)
    variables = {
        "phase": labelled(found.phase, ("y", "x"), "1", "asymptotic phase (0 at the peak of V)"),
        "cycle_x": labelled(found.cycle[:, 0], "cycle", units[0], found.paths[0]),
        "cycle_y": labelled(found.cycle[:, 1], "cycle", units[1], found.paths[1]),
    }
    coordinates = {
        "x": labelled(found.x, "x", units[0], found.paths[0]),
        "y": labelled(found.y, "y", units[1], found.paths[1]),
    }
    text = attributes(
        "isochrons", found.cell, current=found.current, x=found.paths[0], y=found.paths[1], period=found.period
    )
    return xr.Dataset(variables, coords=coordinates, attrs=text)


def fast_slow(found: FastSlow) -> xr.Dataset:
    """The Dataset of a fast-slow dissection: the diagram, and the trajectory over ``time``."""
    ds = diagram(found.diagram)
    ds["trajectory_V"] = labelled(found.V, "time", "mV", "membrane potential")
    for k, path in enumerate(found.slow):
        ds[f"trajectory_{path}"] = labelled(found.path[:, k], "time", "1", path)
    ds = ds.assign_coords(time=labelled(found.time, "time", "ms", "time"))
    ds.attrs["slow"] = ", ".join(found.slow)
    ds.attrs["held"] = json.dumps(found.held)
    return ds


def _state_units(cell: Cell, paths: Any) -> list[str]:
    units = {s.path: s.unit for s in system(cell).states}
    return [units[path] for path in paths]
