"""What is drawn of experiments under a voltage clamp."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import palette
from .panel import Line, Panel, named

if TYPE_CHECKING:
    import xarray as xr

ALIKE = 1e-3  # curves that differ by less, relatively, are drawn once


def _voltage(ds: xr.Dataset) -> list[Panel]:
    channels = [str(n).removesuffix(".peak") for n in ds.data_vars if str(n).endswith(".peak")]
    colours = palette.colours(channels)
    peak, open_ = [], []
    real = "V_error" in ds
    if real:
        peak += [
            Line(f"{c}.{what}_ideal", "", palette.HAIR, width=3.5) for c in channels for what in ("peak", "steady")
        ]
    for c in channels:
        peak.append(Line(f"{c}.peak", f"{c}, peak", colours[c], dots=True))
        if not np.allclose(ds[f"{c}.peak"], ds[f"{c}.steady"], rtol=ALIKE):
            peak.append(Line(f"{c}.steady", f"{c}, steady", colours[c], "--"))
        if f"{c}.peak_conductance" in ds and _varies(ds[f"{c}.peak_conductance"].values):
            open_.append(Line(f"{c}.peak_conductance", c, colours[c], dots=True))
    recorded = "I_measured" if "I_measured" in ds else "I_clamp"
    family = (Line(recorded, "", palette.INK, family="voltage"),)
    opened = [Panel(named("Peak conductance", ds, open_[0].variable), tuple(open_), 1.4)] if open_ else []
    return [
        *([Panel(named("Current", ds, recorded), family, 1.8, axis="time")] if recorded in ds else []),
        Panel(named("Current", ds, "peak"), tuple(peak), 2.4),
        *([Panel("V less the command\n(mV)", (Line("V_error", "", dots=True),), 1.2)] if real else []),
        *opened,
    ]


def _varies(values: Any) -> bool:
    """Not what is constant, as that of a leak."""
    known = values[np.isfinite(values)]
    return bool(len(known)) and bool(np.ptp(known) > ALIKE * np.abs(known).max())


def _recovered(ds: xr.Dataset) -> list[Panel]:
    gates = [str(n).removesuffix(".alpha") for n in ds.data_vars if str(n).endswith(".alpha")]
    currents = [str(n) for n in ds.data_vars if str(n).endswith(".I")]
    made = [
        Panel(
            named(f"{n.removesuffix('.I')} current", ds, n),
            (Line(n, "", palette.channel_colour(n.removesuffix(".I")), family="step"),),
            1.5,
            axis="time",
        )
        for n in reversed(currents)
    ]
    for gate in sorted(gates, key=lambda g: g.split(".")[-1], reverse=True):
        lines = []
        for word, colour in (("alpha", palette.BLUE), ("beta", palette.VERMILION)):
            path = f"{gate}.{word}"
            if f"{path}_true" in ds:
                lines.append(Line(f"{path}_true", "", palette.HAIR, width=3.5))
            lines.append(Line(f"{path}_refit", "", colour, "--"))
            lines.append(Line(path, "α" if word == "alpha" else "β", colour, bars=True))
        made.append(Panel(f"Rates of {gate}\n(1/ms)", tuple(lines), 1.7, log=True))
    return made


def _tails(ds: xr.Dataset) -> list[Panel]:
    colour = palette.channel_colour(str(ds.attrs["channel"]))
    lines = (
        Line("instantaneous", "at once", colour, dots=True),
        Line("final", "in the end", palette.QUIET, "--"),
    )
    decay = (Line("decay_time", "", colour, dots=True),)
    family = Panel(named("Current", ds, "current"), (Line("current", "", colour, family="voltage"),), 1.8, axis="time")
    return [
        family,
        Panel(named("Current", ds, "instantaneous"), lines, 2.0),
        Panel("Time to 1/e (ms)", decay, 1.4),
    ]


def _fitted(variable: str, over: str, name: str, pulse: str) -> Any:
    def made(ds: xr.Dataset) -> list[Panel]:
        colour = palette.channel_colour(str(ds.attrs["channel"]))
        current = (Line("current", "", colour, family=over),)
        lines = Line("fitted", "fitted", palette.QUIET, "--"), Line(variable, "found", colour, dots=True)
        return [Panel(named(f"In {pulse}", ds, "current"), current, 1.8, axis="time"), Panel(name, lines, 2.0)]

    return made


def _over_ramp(ds: xr.Dataset) -> list[Panel]:
    channels = [str(n).removesuffix(".I") for n in ds.data_vars if str(n).endswith(".I")]
    colours = palette.colours(channels)
    both = (Line("steady", "steady", palette.HAIR, width=3.5), Line("current", "ramp"))
    each = tuple(Line(f"{c}.I", c, colours[c]) for c in channels)
    return [
        Panel(named("Current", ds, "current"), both, 1.8),
        Panel(named("Of the channels", ds, "current"), each, 1.6),
    ]


def _subtracted(ds: xr.Dataset) -> list[Panel]:
    raw = (Line("measured", "measured"), Line("leak", "leak", palette.GREY))
    clean = (Line("true", "true", palette.HAIR, width=3.5), Line("corrected", "corrected", palette.VERMILION))
    name = named("Current", ds, "measured")
    return [Panel(name, raw, 1.6), Panel(name, clean, 1.6)]


CURVES: dict[str, Any] = {
    "current_voltage": _voltage,
    "recover_rates": _recovered,
    "tail_currents": _tails,
    "inactivation": _fitted("available", "prepulse", "Available part", "the pulse"),
    "recovery": _fitted("recovered", "interval", "Second peak over\nthe first", "the 2nd pulse"),
    "voltage_ramp": _over_ramp,
    "leak_subtraction": _subtracted,
}
"""For each kind of experiment what makes its panels."""
