"""What is drawn of each experiment: its horizontal axis, and panels of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from . import fibres, palette
from .panel import Line, Panel, simple

if TYPE_CHECKING:
    import xarray as xr


def panels_of(ds: xr.Dataset) -> tuple[str, list[Panel]]:
    """What is drawn of an experiment: the horizontal axis, and the panels; not those that would be empty."""
    kind = str(ds.attrs["kind"])
    if kind in ("threshold", "anode_break", "anatomy", "energy"):
        axis, panels = "time", _of_time(ds)
    else:
        axis = next((str(d) for d in ds.dims if d != "time" or kind == "adaptation"), "time")
        panels = curves()[kind](ds)
    return axis, [p for p in panels if any(_shows(ds, line.variable) for line in p.lines)]


def _shows(ds: xr.Dataset, variable: str) -> bool:
    return variable in ds and bool(np.isfinite(ds[variable].values).any())


def _of_time(ds: xr.Dataset) -> list[Panel]:
    """V on both sides of an answer; gates and currents of the run that fires."""
    if "V" not in ds:
        return []
    sides = "side" in ds.dims
    yes = "yes" if sides else ""
    names = [str(n) for n in ds.data_vars]
    channels = [n.removesuffix(".I") for n in names if n.endswith(".I")]
    colours = palette.colours(channels)
    v = [Line("V", "just above" if sides else "V", palette.INK, side=yes)]
    if sides:
        v.append(Line("V", "just below", palette.QUIET, "--", side="no"))
    gates, currents = [], []
    for channel in channels:
        own = [n for n in names if n.startswith(f"{channel}.") and ds[n].attrs["units"] == "1"]
        gates += [Line(n, n, colours[channel], palette.STYLES[i % 4], side=yes) for i, n in enumerate(own)]
        currents.append(Line(f"{channel}.I", f"{channel}.I", colours[channel], side=yes))
    unit_of = ds[currents[0].variable].attrs["units"] if currents else ""
    return [
        Panel("Membrane potential\n(mV)", tuple(v), 1.9),
        *_balance(ds),
        *_overlap(ds),
        Panel("Open fraction", tuple(gates), 1.1),
        Panel(f"Current ({unit_of})", tuple(currents), 1.4),
    ]


def _overlap(ds: xr.Dataset) -> list[Panel]:
    """Sodium that enters, the current against it, and what they have in common."""
    if "cancelled" not in ds:
        return []
    lines = (
        Line("cancelled", "cancelled", palette.HAIR, width=3.5),
        Line("potassium_out", "others, out", palette.INK, "--"),
        Line("sodium_in", "sodium, in", palette.VERMILION),
    )
    return [Panel(f"Beyond rest\n({ds['cancelled'].attrs['units']})", lines, 1.4)]


def _balance(ds: xr.Dataset) -> list[Panel]:
    """What the carrier of the upstroke brings in, against all other currents, on both sides of a threshold."""
    if "inward_101" not in ds:
        return []
    carrier, units = str(ds.attrs["carrier"]), ds["inward_101"].attrs["units"]
    lines = (
        Line("inward_99", "", palette.HAIR),
        Line("opposing_99", "99 %", palette.HAIR, "--"),
        Line("opposing_101", "others, out", palette.INK, "--"),
        Line("inward_101", f"{carrier}, in", palette.channel_colour(carrier)),
    )
    return [Panel(f"At 99 and 101 %\n({units})", lines, 1.5, log=True)]


def _strength(ds: xr.Dataset) -> list[Panel]:
    lines = (
        Line("threshold", "found", dots=True),
        Line("weiss", "Weiss", palette.QUIET, "--"),
        Line("lapicque", "Lapicque", palette.QUIET, ":"),
    )
    charge = (Line("charge", "charge", dots=True),)
    return [
        Panel("Threshold current\n(µA/cm²)", lines, 2.2, log=True, level=float(ds.attrs["rheobase"])),
        Panel("Charge (nC/cm²)", charge, 1.4, log=True),
    ]


def _refractory(ds: xr.Dataset) -> list[Panel]:
    gates = [n for n in map(str, ds.data_vars) if "." in n and ds[n].attrs["units"] == "1"]
    channels = list(dict.fromkeys(n.split(".")[0] for n in gates))
    colours = palette.colours(channels)
    lines = []
    for channel in channels:
        own = [n for n in gates if n.split(".")[0] == channel]
        lines += [Line(n, n, colours[channel], palette.STYLES[i % 4]) for i, n in enumerate(own)]
    return [
        Panel("Threshold, relative\nto rest", (Line("ratio", "ratio", dots=True),), 2.0, log=True, level=1.0),
        Panel("What the second\npulse meets: gates", tuple(lines), 1.4),
        Panel("V (mV)", (Line("V", "V"),), 0.9),
    ]


def _rate(ds: xr.Dataset) -> list[Panel]:
    lines = [Line("rate", "from rest", dots=True)]
    if np.isfinite(ds["rate_down"].values).any():
        lines.insert(0, Line("rate_down", "from firing", palette.ORANGE, width=3.5))
    both = float(ds.attrs["bistable_from"]), float(ds.attrs["bistable_to"])
    return [Panel("Firing rate (Hz)", tuple(lines), 2.6, shaded=both if np.isfinite(both).all() else None)]


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
        peak += [
            Line(f"{c}.peak", f"{c}, peak", colours[c], dots=True),
            Line(f"{c}.steady", f"{c}, steady", colours[c], "--"),
        ]
        if f"{c}.peak_conductance" in ds:
            open_.append(Line(f"{c}.peak_conductance", c, colours[c], dots=True))
    units = ds["peak"].attrs["units"]
    return [
        Panel(f"Current ({units})", tuple(peak), 2.4),
        *([Panel("V less the command\n(mV)", (Line("V_error", "", dots=True),), 1.2)] if real else []),
        Panel("Peak conductance\n(mS/cm²)", tuple(open_), 1.4),
    ]


def _recovered(ds: xr.Dataset) -> list[Panel]:
    gates = [str(n).removesuffix(".alpha") for n in ds.data_vars if str(n).endswith(".alpha")]
    made = []
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
    units = ds["instantaneous"].attrs["units"]
    lines = (
        Line("instantaneous", "at once", colour, dots=True),
        Line("final", "in the end", palette.QUIET, "--"),
    )
    decay = (Line("decay_time", "time to 1/e", colour, dots=True),)
    return [Panel(f"Current ({units})", lines, 2.0), Panel("Time to 1/e (ms)", decay, 1.4)]


def _fitted(variable: str, name: str) -> Any:
    def made(ds: xr.Dataset) -> list[Panel]:
        colour = palette.channel_colour(str(ds.attrs["channel"]))
        return [
            Panel(
                name, (Line("fitted", "fitted", palette.QUIET, "--"), Line(variable, "found", colour, dots=True)), 2.2
            )
        ]

    return made


def _over_ramp(ds: xr.Dataset) -> list[Panel]:
    channels = [str(n).removesuffix(".I") for n in ds.data_vars if str(n).endswith(".I")]
    colours = palette.colours(channels)
    units = ds["current"].attrs["units"]
    both = (Line("steady", "steady", palette.HAIR, width=3.5), Line("current", "ramp"))
    each = tuple(Line(f"{c}.I", c, colours[c]) for c in channels)
    return [Panel(f"Current ({units})", both, 1.8), Panel(f"Of the channels\n({units})", each, 1.6)]


def _subtracted(ds: xr.Dataset) -> list[Panel]:
    units = ds["measured"].attrs["units"]
    raw = (Line("measured", "measured"), Line("leak", "leak", palette.GREY))
    clean = (Line("true", "true", palette.HAIR, width=3.5), Line("corrected", "corrected", palette.VERMILION))
    return [Panel(f"Current ({units})", raw, 1.6), Panel(f"Current ({units})", clean, 1.6)]


def _impedance(ds: xr.Dataset) -> list[Panel]:
    lines = [Line("impedance", "linearised")]
    if "measured" in ds:
        lines.append(Line("measured", "chirp", palette.ORANGE, ":"))
    size_of = Panel("Impedance (kΩ·cm²)", tuple(lines), 2.0, level=None)
    return [size_of, Panel("Phase (°)", (Line("phase", "phase"),) if "phase" in ds else (), 1.2)]


_CURVES: dict[str, Any] = {
    "strength_duration": _strength,
    "refractory_period": _refractory,
    "firing_rate": _rate,
    "current_voltage": _voltage,
    "impedance": _impedance,
    "recover_rates": _recovered,
    "tail_currents": _tails,
    "inactivation": _fitted("available", "Available part"),
    "recovery": _fitted("recovered", "Second peak over\nthe first"),
    "voltage_ramp": _over_ramp,
    "leak_subtraction": _subtracted,
    "accommodation": simple(
        ("fires", "Fires? (1 yes, 0 no)", False), ("first_spike", "First spike (ms)", False)
    ),
    "rebound": simple(("spikes", "Spikes after the pulse", False), ("latency", "Latency (ms)", False)),
    "latency": simple(("latency", "Latency of the\nfirst spike (ms)", False)),
    "adaptation": simple(("rate", "One over the\ninterval (Hz)", False)),
    "temperature": simple(
        ("rheobase", "Rheobase (µA/cm²)", True), ("peak", "Peak after 15 mV\n(mV)", False),
        ("half_width", "Half width (ms)", True),
    ),
    "dose_response": simple(
        ("threshold", "Threshold (µA/cm²)", True), ("peak", "Peak after 15 mV\n(mV)", False),
        ("half_width", "Half width (ms)", False), ("apd90", "Duration to 90 %\nrepolarisation (ms)", False),
    ),
}  # fmt: skip


def curves() -> dict[str, Any]:
    """For each kind of experiment what makes its panels."""
    return {**_CURVES, **fibres.CURVES}


def kinds() -> tuple[str, ...]:
    """The experiments that are drawn in panels."""
    return (*curves(), "threshold", "anode_break", "anatomy", "energy")
