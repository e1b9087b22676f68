"""The answer of an experiment in a sentence or two, with units."""

from __future__ import annotations

import json
import math
from string import Formatter
from typing import TYPE_CHECKING, Any

from . import fibres

if TYPE_CHECKING:
    import xarray as xr

TITLES = {
    "strength_duration": "strength and duration",
    "refractory_period": "refractoriness",
    "firing_rate": "firing rate against current",
    "accommodation": "accommodation to ramps",
    "anode_break": "anode break excitation",
    "rebound": "rebound from hyperpolarisation",
    "anatomy": "anatomy of a spike",
    "energy": "what a spike costs",
    "latency": "latency of the first spike",
    "current_voltage": "current against voltage",
    "inactivation": "steady-state inactivation",
    "recovery": "recovery from inactivation",
    "recover_rates": "rates recovered from clamp records",
    "dose_response": "dose and response",
    **fibres.TITLES,
}
"""Titles of those whose names are none."""
SENTENCES: dict[str, tuple[str, ...]] = {
    "threshold": (
        "Threshold {threshold} for {pulse}",
        "V peaks at {peak_below} at 99 % of it, at {peak_above} at 101 %",
        "At 101 % the balance tips at {tipping_time} and {tipping_V}, where {carrier} carries as much in as all others "
        "out, {inward}; at 99 % it is then {inward_below} against {opposing_below}",
        "Regenerative gain there: {gain}",
    ),
    "anode_break": ("The end of {pulse} of {threshold} fires the cell, that of a weaker one does not",),
    "strength_duration": (
        "Rheobase {rheobase} (hairline), chronaxie {chronaxie}",
        "The shortest pulses need a charge of {charge_limit}",
    ),
    "refractory_period": (
        "Before {absolute} no pulse of up to {strongest} fires it again: absolutely refractory",
        "Until {relative} it takes more than at rest: relatively refractory",
        "It takes least at {least_at}: {least_ratio} of the threshold at rest",
    ),
    "firing_rate": (
        "Lasting firing from {onset} on, at first at {onset_rate}",
        "Excitability: {excitability}",
        "Rest and firing are both stable from {bistable_from} to {bistable_to} (shaded)",
        "Firing ends at {block}: depolarisation block",
    ),
    "accommodation": ("The slowest ramp to {amplitude} that fires takes {slowest_duration} ({slowest_slope})",),
    "rebound": ("Spikes after the end of a hyperpolarising pulse: at most {most}",),
    "latency": ("Latencies between {shortest} and {longest}",),
    "adaptation": ("At {amplitude} {first_rate} at first, {last_rate} in the end: adaptation index {index}",),
    "anatomy": (
        "Peak {peak}, half width {half_width}, {apd90} to 90 % repolarisation, upstroke {rise}",
        "Carried by {carries_upstroke}, ended by {ends_upstroke}",
    ),
    "energy": (
        "{sodium} of sodium and {atp} of ATP per spike",
        "That is {excess} times the charge that the upstroke needs at the very least",
        "A part of {overlap} of the sodium is cancelled by potassium that leaves at the same moment (grey)",
    ),
    "temperature": ("From {block} on the response is not all or none: it grows with the stimulus",),
    "dose_response": ("From a blocked part of {fails_at} on the response is not all or none",),
    "current_voltage": (
        "Largest inward current of all channels together: {largest_inward} at {largest_inward_at}",
        "At the peak of the current V misses the command by up to {largest_error}, at {largest_error_at} (grey: an "
        "ideal clamp)",
    ),
    "tail_currents": ("The current just after the pulse reverses at {reversal}; its slope is {conductance}",),
    "inactivation": ("Half of {channel} is available after a prepulse of {half}; slope {slope}",),
    "recovery": ("{channel} recovers with a time constant of {tau}, to {end} of the first peak",),
    "voltage_ramp": (
        "On a ramp of {slope} the current turns outward at {zero}",
        "It differs from the steady one by up to {difference}",
    ),
    "leak_subtraction": (
        "The corrected current is that of the channels with gates to within {error}",
        "Noise left: {noise}",
    ),
    "recover_rates": (
        "Points: rates that explain the records at one voltage, with bars of 95 %; dashed: formulas laid through them",
        "Grey: the cell's own rates; of these, {covered} lie inside the bars",
    ),
    "impedance": ("Resonance at {resonance}, Q {Q}: {largest} there, {at_zero} at 0 Hz",),
    **fibres.SENTENCES,
}
"""What is said of each kind of result, sentence by sentence; one that lacks a number is left out."""
OTHERWISE = {
    "refractory_period": "No refractory period: at none of these intervals does it take more than at rest",
    "temperature": "At each of these temperatures the response is all or none",
    "dose_response": "At each of these doses the response is all or none",
    "velocity_vs_temperature": "No block at any of these temperatures",
    "refractory_wake": "Every second impulse is conducted, at any of these intervals",
    "impedance": "No resonance: the impedance is largest, {largest}, at 0 Hz",
}
"""What is said where no sentence is left."""


SHORT = 2  # sentences
NOTHING = 1e-7  # of ratios and parts: rounding errors
DIGITS = dict.fromkeys(
    ("tipping_time", "tipping_V", "inward", "opposing", "inward_below", "opposing_below", "gain", "growth"), 4
) | {"covered": 3}
"""Of numbers that are less sharp than others: 1 % beside a threshold known to 1e-6, the fifth digit is not certain."""


def called(kind: str) -> str:
    """What a kind of result is called in the title of its picture."""
    return TITLES.get(kind, kind.replace("_", " "))


def sentence(ds: xr.Dataset, name: str = "", *, short: bool = False) -> str:
    """The answer, or the first sentence of it; where there is none, why. A name, if given, comes first."""
    attrs: dict[str, Any] = dict(ds.attrs)
    status, kind = str(attrs.get("status", "done")), str(attrs["kind"])
    said = status if status != "done" else _said(kind, attrs, SHORT if short else None)
    own = f"{attrs['cell']}: "  # one name is enough
    return _folded(f"{name}: {said.removeprefix(own)}" if name else said)


def _said(kind: str, attrs: dict[str, Any], sentences: int | None) -> str:
    units = json.loads(attrs.get("units", "{}"))
    shown = {name: number(float(attrs[name]), unit, DIGITS.get(name, 5)) for name, unit in units.items()}
    length = float(attrs.get("duration", math.nan))
    pulse = "an instantaneous depolarisation" if length == 0 else f"a pulse of {length:g} ms"
    words = {**attrs, **shown, "pulse": pulse}
    missing = {name for name in units if math.isnan(float(attrs[name]))}
    missing |= {name for name in ("resonance", "noise") if attrs.get(name) == 0}
    parts = [text for text in SENTENCES[kind] if not set(_named(text)) & missing and set(_named(text)) <= set(words)]
    parts = parts or [OTHERWISE.get(kind, SENTENCES[kind][0])]
    return ". ".join(parts[:sentences]).format_map(words)


def _named(text: str) -> list[str]:
    """What a sentence needs to know."""
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def number(value: float, unit: str, digits: int = 5) -> str:
    """A number with its unit."""
    if math.isnan(value):
        return "none found"
    value = 0.0 if unit == "1" and abs(value) < NOTHING else value
    return f"{value:.{digits}g}" + ("" if unit == "1" else f" {unit}")


def _folded(text: str) -> str:
    from textwrap import fill

    return fill(text, 96)
