"""What is drawn of each experiment: its horizontal axis, and panels of lines."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from . import clamps, courses, fibres, palette
from .panel import Line, Panel, gate_lines, named, simple

if TYPE_CHECKING:
    import xarray as xr


def panels_of(ds: xr.Dataset) -> tuple[str, list[Panel]]:
    """What is drawn of an experiment: the horizontal axis, and the panels; not those that would be empty."""
    kind = str(ds.attrs["kind"])
    if kind in courses.KINDS:
        axis, panels = "time", courses.panels(ds)
    else:
        axis = next((str(d) for d in ds.dims if d not in ("time", "side", "moment")), "time")
        panels = curves()[kind](ds)
    return axis, [p for p in panels if any(_shows(ds, line.variable) for line in p.lines)]


def _shows(ds: xr.Dataset, variable: str) -> bool:
    return variable in ds and bool(np.isfinite(ds[variable].values).any())


def moments_of(ds: xr.Dataset) -> list[tuple[float, str]]:
    """Where on the horizontal axis something happens that is worth a line through all panels: where, and what."""
    kind, attrs = str(ds.attrs["kind"]), ds.attrs
    if kind in courses.KINDS:
        return courses.moments(ds)
    places = [(float(attrs.get(name, math.nan)), text) for name, text in MOMENTS.get(kind, ())]
    return [(place, text) for place, text in places if math.isfinite(place)]


MOMENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "strength_duration": (("chronaxie", "chronaxie"),),
    "refractory_period": (("absolute", "end of the absolute"), ("relative", "of the relative period")),
    "firing_rate": (("onset", "lasting firing from here"), ("block", "block")),
    "accommodation": (("slowest_duration", "slowest that fires"),),
    "temperature": (("block", "graded from here"),),
    "dose_response": (("fails_at", "graded from here"),),
    "impedance": (("resonance", "resonance"),),
    "inactivation": (("half", "half"),),
    "current_voltage": (("largest_inward_at", "largest inward current of all together"),),
    "tail_currents": (("reversal", "reversal"),),
    "voltage_ramp": (("zero", "no current"),),
    "velocity_vs_temperature": (("fastest_at", "fastest"), ("block", "block")),
}
"""Of each kind the attributes that are places on its axis, and their names."""


def _strength(ds: xr.Dataset) -> list[Panel]:
    lines = (
        Line("threshold", "found", dots=True),
        Line("weiss", "Weiss", palette.QUIET, "--"),
        Line("lapicque", "Lapicque", palette.QUIET, ":"),
    )
    charge = (Line("charge", "", dots=True),)
    rheobase = float(ds.attrs["rheobase"])
    return [
        Panel(named("Threshold current", ds, "threshold"), lines, 2.2, log=True, level=rheobase),
        Panel(named("Charge", ds, "charge"), charge, 1.4, log=True),
        *_sides(ds, "V", "rheobase"),
    ]


def _sides(ds: xr.Dataset, variable: str, answer: str) -> list[Panel]:
    """V on both sides of an answer, over time."""
    if variable not in ds:
        return []
    lines = Line(variable, "99 %", palette.QUIET, "--", side="no"), Line(variable, "101 %", side="yes")
    return [Panel(f"V beside the\n{answer} (mV)", lines, 1.3, axis="time")]


def _refractory(ds: xr.Dataset) -> list[Panel]:
    return [
        Panel("Threshold, relative\nto rest", (Line("ratio", "", dots=True),), 2.0, log=True, level=1.0),
        Panel("What the second\npulse meets: gates", gate_lines(ds, before="after.", over="time"), 1.4),
        Panel("V (mV)", (Line("after.V", "", over="time"),), 0.9),
        *_sides(ds, "pair.V", "relative period"),
    ]


def _rate(ds: xr.Dataset) -> list[Panel]:
    down = np.isfinite(ds["rate_down"].values).any()
    lines = [Line("rate", "from rest" if down else "", dots=True, jumps=True)]
    if down:
        lines.insert(0, Line("rate_down", "from firing", palette.ORANGE, width=3.5, jumps=True))
    both = float(ds.attrs["bistable_from"]), float(ds.attrs["bistable_to"])
    shaded = both if np.isfinite(both).all() else None
    silent = (-0.5, 10.0) if not (ds["rate"].values > 0).any() else None
    rate = Panel("Firing rate (Hz)", tuple(lines), 2.6, shaded=shaded, limits=silent)
    return [rate, *_sides(ds, "V", "onset")]


def _adaptation(ds: xr.Dataset) -> list[Panel]:
    most = 1.1 * float(ds["rate"].max()) if len(ds["rate"]) else 1.0
    v = Panel("Membrane potential\n(mV)", (Line("V", ""),), 1.3, axis="moment")
    return [Panel("One over the\ninterval (Hz)", (Line("rate", "", dots=True),), 1.8, limits=(0.0, most)), v]


def _latency(ds: xr.Dataset) -> list[Panel]:
    latency = (Line("latency", "", dots=True),)
    return [
        Panel(named("Latency of the\nfirst spike", ds, "latency"), latency, 1.6, log=True),
        Panel("Membrane potential\n(mV)", (Line("V", "", family="amplitude"),), 1.6, axis="time"),
    ]


def _ramps(ds: xr.Dataset) -> list[Panel]:
    first = Panel(named("First spike", ds, "first_spike"), (Line("first_spike", "", dots=True),), 1.5)
    fires = Panel("Fires?", (Line("fires", "", jumps=True),), 0.6, words=("no", "yes"))
    if "V" not in ds:
        return [first, fires]
    slower = tuple(
        replace(line, label="", colour=palette.mix(line.colour, "#ffffff", 0.6)) for line in gate_lines(ds, "no")
    )
    v = Line("V", "1 % slower", palette.QUIET, "--", side="no"), Line("V", "1 % faster", side="yes")
    return [
        first,
        fires,
        Panel("Membrane potential\n(mV)", v, 1.6, axis="time"),
        Panel("Open fraction", (*slower, *gate_lines(ds, "yes")), 1.4, axis="time"),
    ]


def _rebound(ds: xr.Dataset) -> list[Panel]:
    most = max(1, int(ds["spikes"].max()))
    lines = (Line("spikes", "", dots=True, jumps=True),)
    return [
        Panel("Spikes after\nthe pulse", lines, 1.1, limits=(-0.2, most + 0.2)),
        Panel(named("Latency", ds, "latency"), (Line("latency", "", dots=True),), 1.3),
        Panel("Membrane potential\n(mV)", (Line("V", "", family="amplitude"),), 1.6, axis="time"),
    ]


def _series(over: str, *panels: tuple[str, str, bool]) -> Any:
    """The spikes at every value, over time, and what is read from them."""

    def made(ds: xr.Dataset) -> list[Panel]:
        family = (Line("V", "", palette.INK, family=over),)
        spikes = [Panel("Membrane potential\n(mV)", family, 1.8, axis="time")] if "V" in ds else []
        return [*spikes, *simple(*panels)(ds)]

    return made


def _impedance(ds: xr.Dataset) -> list[Panel]:
    lines = [Line("impedance", "linearised" if "measured" in ds else "")]
    if "measured" in ds:
        lines.append(Line("measured", "chirp", palette.ORANGE, ":"))
    size_of = Panel(named("Impedance", ds, "impedance"), tuple(lines), 2.0)
    return [size_of, Panel("Phase (°)", (Line("phase", ""),) if "phase" in ds else (), 1.2)]


_CURVES: dict[str, Any] = {
    "strength_duration": _strength,
    "refractory_period": _refractory,
    "firing_rate": _rate,
    "impedance": _impedance,
    "accommodation": _ramps,
    "rebound": _rebound,
    "latency": _latency,
    "adaptation": _adaptation,
    "temperature": _series(
        "celsius", ("rheobase", "Rheobase", True), ("peak", "Peak of the spike", False),
        ("half_width", "Half width", True),
    ),
    "dose_response": _series(
        "blocked", ("threshold", "Threshold", True), ("peak", "Peak of the spike", False),
        ("half_width", "Half width", False), ("apd90", "Duration to 90 %\nrepolarisation", False),
    ),
}  # fmt: skip


def curves() -> dict[str, Any]:
    """For each kind of experiment what makes its panels."""
    return {**_CURVES, **clamps.CURVES, **fibres.CURVES}


def kinds() -> tuple[str, ...]:
    """The experiments that are drawn in panels."""
    return (*curves(), *courses.KINDS)
