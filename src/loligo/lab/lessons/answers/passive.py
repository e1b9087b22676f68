"""Ions, membranes without gates, channels as they are counted: what has a formula."""

from __future__ import annotations

import math

from ..setup import Setup
from .found import Found

ZERO, GAS, FARADAY = -273.15, 8.314462618, 96485.33212  # °C, J/(mol K), C/mol: CODATA 2018


def _thermal(celsius: float) -> float:
    """RT/F, mV."""
    return 1e3 * GAS * (celsius - ZERO) / FARADAY


def nernst(_: Setup, outside: float, inside: float, celsius: float, valence: float = 1.0) -> Found:
    """Reversal potential of one ion, mV."""
    ratio = math.log(outside / inside)
    value = _thermal(celsius) / valence * ratio
    return Found(value, {
        "common_logarithm": value / math.log(10),
        "celsius_as_kelvin": 1e3 * GAS * celsius / FARADAY / valence * ratio,
        "valence_left_out": value * valence if abs(valence) != 1 else math.nan,
    })  # fmt: skip


def ghk(
    _: Setup, K_out: float, K_in: float, Na_out: float, Na_in: float, Cl_out: float, Cl_in: float, celsius: float,
    P_K: float = 1.0, P_Na: float = 0.04, P_Cl: float = 0.45,
) -> Found:  # fmt: skip
    """Potential of a membrane that lets three ions through; Hodgkin & Katz 1949, J Physiol 108:37. mV."""
    up, down = P_K * K_out + P_Na * Na_out, P_K * K_in + P_Na * Na_in
    e = _thermal(celsius)
    return Found(e * math.log((up + P_Cl * Cl_in) / (down + P_Cl * Cl_out)), {
        "chloride_as_cation": e * math.log((up + P_Cl * Cl_out) / (down + P_Cl * Cl_in)),
        "potassium_only": e * math.log(K_out / K_in),
    })  # fmt: skip


def charging(_: Setup, amplitude: float, resistance: float, capacitance: float, time: float) -> Found:
    """Depolarisation of a passive patch at a time after the onset of a step: I R (1 - exp(-t / RC)), mV."""
    final, tau = amplitude * resistance, resistance * capacitance
    return Found(final * -math.expm1(-time / tau), {"asymptote": final, "decay": final * math.exp(-time / tau)})


def time_constant(_: Setup, resistance: float, capacitance: float) -> Found:
    """RC: kΩ·cm² times µF/cm² is ms."""
    tau = resistance * capacitance
    return Found(tau, {"quotient": resistance / capacitance, "ten_to_ninety": math.log(9) * tau})


def length_constant(_: Setup, diameter: float, Rm: float, Ra: float) -> Found:
    """Of a fibre: sqrt(Rm d / 4 Ra), µm; Rm in Ω·cm², Ra in Ω·cm, diameter in µm."""
    value = 1e4 * math.sqrt(Rm * diameter * 1e-4 / (4 * Ra))
    return Found(value, {"radius_for_diameter": value * math.sqrt(2), "no_root": (value * 1e-4) ** 2 * 1e4})


def sealed_cable(
    _: Setup, current: float, length: float, diameter: float, Rm: float, Ra: float, at: float = 0.0
) -> Found:
    """Steady depolarisation (mV) at a fraction of the length of a sealed cable with a current (nA) into one end.

    V(x) = I R∞ cosh((l - x) / λ) / sinh(l / λ); Rall 1977, Handbook of Physiology 1:39.
    """
    d = diameter * 1e-4  # cm
    lam = math.sqrt(Rm * d / (4 * Ra))
    endless = 2 / math.pi * math.sqrt(Rm * Ra) * d**-1.5 * 1e-6  # mV per nA: Ω 1e-9 A = 1e-6 mV
    x = at * length * 1e-4
    long = length * 1e-4
    value = current * endless * math.cosh((long - x) / lam) / math.sinh(long / lam)
    return Found(value, {"infinite_cable": current * endless * math.exp(-x / lam)})


def chord(_: Setup, g_K: float, E_K: float, g_Na: float, E_Na: float, g_syn: float = 0.0, E_syn: float = 0.0) -> Found:
    """Where V comes to rest between batteries, each pulling with its conductance, mV."""
    parts = [(g_K, E_K), (g_Na, E_Na), (g_syn, E_syn)]
    whole = sum(g for g, _ in parts)
    value = sum(g * E for g, E in parts) / whole
    without = sum(g * E for g, E in parts[:2]) / (g_K + g_Na)
    return Found(value, {
        "mean_of_batteries": sum(E for g, E in parts if g > 0) / sum(1 for g, _ in parts if g > 0),
        "synapse_left_out": without if g_syn else math.nan,
        "change_only": value - without if g_syn else math.nan,
    })  # fmt: skip


def scatter(_: Setup, area: float, density: float, part: float) -> Found:
    """Standard deviation of the part of channels that is open, in a patch (µm², channels/µm²): sqrt(p (1 - p) / N)."""
    n = area * density
    value = math.sqrt(part * (1 - part) / n)
    return Found(value, {
        "no_root": value**2, "number_for_part": value * n, "percent": 100 * value,
        "shut_left_out": math.sqrt(part / n),
    })  # fmt: skip
