"""What is drawn of experiments on fibres, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import palette
from .panel import Line, Panel, gate_lines, named, simple

if TYPE_CHECKING:
    import xarray as xr


def _wave(ds: xr.Dataset) -> list[Panel]:
    return [
        Panel("Membrane potential\n(mV)", (Line("V", ""),), 1.9, level=float(ds["V"].values[0])),
        Panel("dV/dt (mV/ms)", (Line("slope", ""),), 1.1),
        Panel("Open fraction", gate_lines(ds), 1.2),
    ]


def _propagated(ds: xr.Dataset) -> list[Panel]:
    both = (
        Line("membrane", "space-clamped", palette.ORANGE, "--"),
        Line("V", "propagated"),
    )
    names = [str(n) for n in ds.data_vars if str(n).endswith(".conductance")]
    colours = palette.colours([n.split(".")[0] for n in names])
    lines = tuple(Line(n, n.split(".")[0], colours[n.split(".")[0]]) for n in names)
    return [
        Panel("Membrane potential\n(mV)", both, 2.2, level=float(ds["V"].values[0])),
        *([Panel(named("Conductance", ds, names[0]), lines, 1.4)] if names else []),
    ]


def _spread(ds: xr.Dataset) -> list[Panel]:
    lines = (Line("theory", "theory", palette.HAIR, width=3.5), Line("deflection", "measured", dots=True))
    return [Panel("Steady deflection\n(mV)", lines, 2.2)]


def _diameters(ds: xr.Dataset) -> list[Panel]:
    lines = (Line("power_law", "power law", palette.QUIET, "--"), Line("velocity", "found", dots=True))
    return [Panel("Velocity (m/s)", lines, 2.2, log=True)]


def _temperatures(ds: xr.Dataset) -> list[Panel]:
    return [Panel("Velocity (m/s)", (Line("velocity", "", dots=True),), 2.2)]


def _safety(ds: xr.Dataset) -> list[Panel]:
    lines = (Line("delivered", "delivered"), Line("needed", "needed", palette.VERMILION))
    return [Panel("Current from the\nneighbours (µA/cm²)", lines, 2.0), Panel("V (mV)", (Line("V", ""),), 1.2)]


def _seen(ds: xr.Dataset) -> list[Panel]:
    names = [str(n) for n in ds.data_vars if str(n).startswith("potential")]
    made = [
        Panel(f"{ds[n].attrs['long_name'].partition(' from')[0]} away\n(µV)", (Line(n, "", palette.INK),), 1.0)
        for n in names
    ]
    return [Panel("V of the membrane\n(mV)", (Line("V", ""),), 1.4), *made]


def _outside(ds: xr.Dataset) -> list[Panel]:
    lines = (Line("weiss", "Weiss", palette.QUIET, "--"), Line("threshold", "found", dots=True))
    return [
        Panel("Threshold current\n(µA)", lines, 2.2, log=True, level=float(ds.attrs["rheobase"])),
        Panel("Charge (nC)", (Line("charge", "", dots=True),), 1.4, log=True),
    ]


def _branch(ds: xr.Dataset) -> list[Panel]:
    delay = Panel("Delay at the\nbranch point (ms)", (Line("delay", "", dots=True),), 1.5)
    return [Panel("Passes?", (Line("passes", "", dots=True, jumps=True),), 0.6, words=("no", "yes")), delay]


CURVES: dict[str, Any] = {
    "conduction_velocity": simple(("arrival", "Arrival of the\nimpulse", False)),
    "travelling_wave": _wave,
    "propagated": _propagated,
    "length_constant": _spread,
    "velocity_vs_diameter": _diameters,
    "velocity_vs_temperature": _temperatures,
    "safety_factor": _safety,
    "branch_block": _branch,
    "refractory_wake": simple(("ratio", "Second velocity\nover the first", False)),
    "extracellular_potential": _seen,
    "extracellular_strength_duration": _outside,
}

TITLES = {
    "propagated": "the impulse, propagated and not",
    "velocity_vs_diameter": "velocity and diameter",
    "velocity_vs_temperature": "velocity and temperature",
    "branch_block": "block at a branch point",
    "refractory_wake": "in the wake of an impulse",
    "extracellular_strength_duration": "strength and duration, from outside",
}
SENTENCES: dict[str, tuple[str, ...]] = {
    "conduction_velocity": ("The impulse travels at {velocity}, within {error}",),
    "travelling_wave": (
        "The one wave that leaves rest and returns to it travels at {velocity}",
        "Peak {peak}, upstroke {rise}, half width {half_width}; its foot grows at {foot}",
    ),
    "propagated": (
        "Propagated: peak {peak}, upstroke {rise}, half width {half_width}",
        "Space-clamped: {membrane_peak}, {membrane_rise}, {membrane_half_width}",
    ),
    "length_constant": (
        "Length constant {length_constant}, by theory {length_constant_theory}",
        "Input resistance of the end {input_resistance}, by theory {input_resistance_theory}",
    ),
    "velocity_vs_diameter": ("The velocity goes with the power {exponent} (± {exponent_error}) of the diameter",),
    "velocity_vs_temperature": (
        "Fastest, {fastest}, at {fastest_at}",
        "From {block} on heat blocks the impulse",
    ),
    "safety_factor": (
        "The neighbours deliver {safety_factor} times the current that is needed: {charge}, where {least_charge} do",
    ),
    "branch_block": ("Up to a geometric ratio of {critical} the impulse passes the branch point",),
    "collision": ("Impulses from both ends meet at {place} after {time}, and neither comes through",),
    "refractory_wake": (
        "The first impulse travels at {velocity}",
        "No second one is conducted within {absolute}",
        "It is fastest {most_at} behind, at {most} times the velocity of the first",
    ),
    "extracellular_potential": ("At the nearest electrode {largest} from peak to peak",),
    "extracellular_strength_duration": ("Rheobase {rheobase} (hairline), chronaxie {chronaxie}",),
}
"""As in `answers.py`."""
