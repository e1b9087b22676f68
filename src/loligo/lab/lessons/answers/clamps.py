"""What a voltage clamp measures: currents, gates and their time constants, the error of an electrode."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..setup import Setup
from .found import Found

if TYPE_CHECKING:
    import numpy as np


def clamp_current(setup: Setup, test: float, hold: float = -65.0, channel: str = "Na", of: str = "peak") -> Found:
    """Peak or steady current of a channel during a step from `hold`, µA/cm²."""
    from ....experiments import current_voltage

    found = current_voltage(setup.made(), hold, [test])
    value = float(found[f"{channel}.{of}"].values[0])
    other = "steady" if of == "peak" else "peak"
    return Found(value, {
        "whole_current": float(found[of].values[0]),
        f"{other}_instead": float(found[f"{channel}.{other}"].values[0]),
        "conductance_for_current": float(found[f"{channel}.peak_conductance"].values[0]) if of == "peak" else math.nan,
    })  # fmt: skip


def reversal(setup: Setup, channel: str = "Na") -> Found:
    """Where the peak current of a channel turns from inward to outward, mV."""
    from ....experiments import current_voltage

    found = current_voltage(setup.made())
    return Found(float(found.attrs[f"{channel}.reversal"]), {"largest_inward": float(found.attrs["largest_inward_at"])})


def half_available(setup: Setup) -> Found:
    """Prepulse after which half of the sodium channels can still open, mV."""
    from ....experiments import inactivation

    found = inactivation(setup.made())
    return Found(float(found.attrs["half"]), {"slope_for_half": float(found.attrs["slope"])})


def gate(setup: Setup, voltage: float, gate: str = "Na.m", of: str = "inf") -> Found:
    """Steady state (1) or time constant (ms) of a gate at a potential."""
    import numpy as np

    steady, tau = _gate(setup, gate, np.array([voltage]))
    inf, time = float(steady[0]), float(tau[0])
    if of == "inf":
        return Found(inf, {"shut_for_open": 1 - inf, "percent": 100 * inf})
    return Found(time, {"rate_for_time": 1 / time})


def half_activation(setup: Setup, gate: str = "Na.m", power: float = 1.0) -> Found:
    """Where a gate, to a power, is half open in the steady state, mV."""
    import numpy as np

    v = np.linspace(-110, 60, 3401)
    steady, _ = _gate(setup, gate, v)

    def half(open_: np.ndarray) -> float:
        place = int(np.flatnonzero(np.diff(np.sign(open_ - 0.5)))[0])
        part = (0.5 - open_[place]) / (open_[place + 1] - open_[place])
        return float(v[place] + part * (v[place + 1] - v[place]))

    return Found(half(steady**power), {"single_gate": half(steady)} if power != 1 else {})


def _gate(setup: Setup, gate: str, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Steady state and time constant of a gate over V, with pools at their steady values."""
    import numpy as np

    from ....numerics.arrays import array_function
    from ....simulation.steady import Steady
    from ....system import system

    cell = setup.made()
    whole, steady = system(cell), Steady(cell, 0.0)
    shown = tuple(o.formula for path in (f"{gate}.inf", f"{gate}.tau") for o in whole.observables if o.path == path)
    found = array_function(whole, shown)(steady.fill([v] * len(steady.plan.voltages)), 0.0, steady.values)
    return np.broadcast_to(found[0], v.shape), np.broadcast_to(found[1], v.shape)


def series_error(setup: Setup, series: float, test: float = 0.0, diameter: float = 20.0) -> Found:
    """Voltage lost across an electrode (MΩ) at the peak sodium current of a round soma (µm), mV: I Rs."""
    from ....experiments import current_voltage

    peak = float(current_voltage(setup.made(), -65.0, [test])["Na.peak"].values[0])  # µA/cm²
    area = math.pi * (diameter * 1e-4) ** 2
    nano = abs(peak) * area * 1e3
    value = nano * series
    return Found(value, {
        "current_for_voltage": nano, "disc_for_sphere": value / 4, "ohm_inverted": nano / series,
    })  # fmt: skip


def clamp_time(setup: Setup, series: float, diameter: float = 20.0) -> Found:
    """Time constant with which an electrode charges a round soma, µs: Rs C."""
    value = series * math.pi * (diameter * 1e-4) ** 2 * setup.made().capacitance.value * 1e6
    return Found(value, {"factor_1000": value / 1e3, "disc_for_sphere": value / 4})
