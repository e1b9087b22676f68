"""The answer of an experiment as one sentence, with units."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xarray as xr

SENTENCES = {
    "threshold": (
        "Threshold {threshold}, pulse of {duration:g} ms. V peaks at {peak_below} at 99 %, {peak_above} at 101 % of it"
    ),
    "anode_break": "A pulse of {threshold} and {duration:g} ms fires the cell when it ends",
    "strength_duration": "Rheobase {rheobase}, chronaxie {chronaxie}, charge of the shortest pulses {charge_limit}",
    "refractory_period": (
        "Refractory period: absolute {absolute}, relative {relative}; least {least_ratio} at {least_at}"
    ),
    "firing_rate": (
        "Lasting firing from {onset} on, at {onset_rate} ({excitability}). Rest and firing are both stable from "
        "{bistable_from} to {bistable_to}"
    ),
    "accommodation": "The slowest ramp to {amplitude} that fires takes {slowest_duration} ({slowest_slope})",
    "rebound": "At most {most} spikes after the end of a hyperpolarising pulse",
    "latency": "Latency {longest} at the weakest current that fires, {shortest} at the strongest",
    "adaptation": "{first_rate} at first, {last_rate} in the end: adaptation index {index}",
    "anatomy": (
        "Peak {peak}, half width {half_width}, upstroke {rise}: carried by {carries_upstroke}, ended by {ends_upstroke}"
    ),
    "energy": "{sodium} of sodium and {atp} of ATP per spike: {excess} times the charge that the upstroke needs",
    "temperature": "The lowest of these temperatures with a graded response, or none: {block}",
    "dose_response": "All-or-none response fails at a blocked part of {fails_at}",
    "current_voltage": "Largest inward current {largest_inward} at {largest_inward_at}",
    "tail_currents": "The current just after the pulse reverses at {reversal}; its slope is {conductance}",
    "inactivation": "Half of {channel} is available after a prepulse of {half}; slope {slope}",
    "recovery": "{channel} recovers with a time constant of {tau}, to {end} of the first peak",
    "voltage_ramp": (
        "On a ramp of {slope} the current turns outward at {zero}; it differs from the steady one by up to {difference}"
    ),
    "leak_subtraction": (
        "The corrected current is that of the channels with gates to within {error}; noise left: {noise}"
    ),
    "recover_rates": (
        "Points: rates that explain the records at one voltage, with bars of 95 %; dashed: formulas laid through them. "
        "Grey: the cell's own rates, if known; inside the bars: {covered}"
    ),
    "impedance": "Resonance at {resonance}, Q {Q}; {largest} there and {at_zero} at 0 Hz",
}


def sentence(ds: xr.Dataset) -> str:
    """The answer; where there is none, why."""
    attrs: dict[str, Any] = dict(ds.attrs)
    status = str(attrs.get("status", "done"))
    if status != "done":
        return _folded(status)
    units = json.loads(attrs.get("units", "{}"))
    shown = {name: number(float(attrs[name]), unit) for name, unit in units.items()}
    return _folded(SENTENCES[str(attrs["kind"])].format_map({**attrs, **shown}))


def number(value: float, unit: str) -> str:
    """A number in five digits with its unit."""
    if math.isnan(value):
        return "none found"
    return f"{value:.5g}" + ("" if unit == "1" else f" {unit}")


def _folded(text: str) -> str:
    from textwrap import fill

    return fill(text, 96)
