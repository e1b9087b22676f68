"""What is drawn of a threshold, and of one spike: V, gates and currents over time, and the moments that matter."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from . import palette
from .panel import Line, Panel, gate_lines

if TYPE_CHECKING:
    import xarray as xr

KINDS = ("threshold", "anode_break", "anatomy", "energy")
ROOM = 4.0  # the balance of currents is drawn up to so many times their size where it tips


def panels(ds: xr.Dataset) -> list[Panel]:
    """V; gates and currents of the run that fires. Of a threshold, 1 % below and above it, and the threshold itself."""
    if "V" not in ds:
        return []
    sides = "side" in ds.dims
    above = "101 %" if sides else ""
    channels = [str(n).removesuffix(".I") for n in ds.data_vars if str(n).endswith(".I")]
    colours = palette.colours(channels)
    v = [Line("V", "101 %" if sides else "", palette.INK, side=above)]
    if sides:
        v = [
            Line("V", "", palette.HAIR, "--", side="no"),
            Line("V", "threshold", palette.HAIR, side="yes"),
            Line("V", "99 %", palette.QUIET, "--", side="99 %"),
            *v,
        ]
    currents = tuple(Line(f"{channel}.I", f"{channel}.I", colours[channel], side=above) for channel in channels)
    unit = f"({ds[currents[0].variable].attrs['units']})" if currents else ""
    return [
        Panel("Membrane potential\n(mV)", tuple(v), 1.9, bar=_half_width(ds)),
        *_balance(ds),
        *_overlap(ds),
        Panel("Open fraction\nat 101 %" if sides else "Open fraction", gate_lines(ds, above), 1.1),
        Panel(f"Current at 101 %\n{unit}" if sides else f"Current {unit}", currents, 1.4),
    ]


def moments(ds: xr.Dataset) -> list[tuple[float, str]]:
    """When something happens that is worth a line through all panels: the time, ms, and what."""
    attrs = ds.attrs
    if str(attrs["kind"]) in ("threshold", "anode_break"):
        known = [(float(attrs["duration"]), "the pulse ends"), (attrs.get("tipping_time"), "the balance tips")]
        known = known if attrs["duration"] > 0 else known[1:]
    else:
        known = [(attrs.get("peak_time"), "peak"), (attrs.get("trough_time"), "trough")]
    return [(float(time), text) for time, text in known if time is not None and math.isfinite(time)]


def _half_width(ds: xr.Dataset) -> tuple[float, float, float, str] | None:
    """The width of a spike at half its height."""
    width = float(ds.attrs.get("half_width", math.nan))
    if math.isnan(width):
        return None
    height = ds.attrs["peak"] - 0.5 * ds.attrs["amplitude"]
    before = ds["time"].values[(ds["time"].values < ds.attrs["peak_time"]) & (ds["V"].values < height)]
    begin = float(before[-1])
    return begin, begin + width, height, "half width"


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
    colour = palette.channel_colour(carrier)
    lines = (
        Line("inward_99", f"{carrier}, 99 %", palette.mix(colour, "#ffffff", 0.6)),
        Line("opposing_99", "others, 99 %", palette.HAIR, "--"),
        Line("opposing_101", "others, 101 %", palette.INK, "--"),
        Line("inward_101", f"{carrier}, 101 %", colour),
    )
    return [Panel(f"{carrier} in, others out\n({units})", lines, 1.5, limits=(0.0, ROOM * ds.attrs["inward"]))]
