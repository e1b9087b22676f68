"""What a cell does with a current: readings of runs, thresholds, rates, and when rest is lost."""

from __future__ import annotations

import json
import math
from dataclasses import replace

from ....errors import LoligoError
from ..setup import Setup, perform
from .found import QUICK, Found


def input_resistance(setup: Setup) -> Found:
    """Resistance of the resting membrane for slow changes, kΩ·cm²; its rival is one over the sum of conductances."""
    from ....experiments import impedance

    found = impedance(setup.made(), [1.0])
    return Found(float(found.attrs["at_zero"]), {"chord_conductance": 1.0 / _chord(setup)})


def _chord(setup: Setup) -> float:
    """Sum of the conductances at rest, mS/cm²."""
    still = perform(replace(setup, stimuli=(), duration=1.0))
    return sum(value for path, value in still.items() if path.endswith(".conductance.peak"))


def reading(setup: Setup, of: str = "peak") -> Found:
    """Any reading of a run; its rival, where it is a V, is the same counted from rest."""
    seen = perform(setup)
    value = seen.get(of, math.nan)
    return Found(value, {"from_rest": value - seen["rest"]} if of in ("peak", "trough", "end") else {})


def threshold(setup: Setup, duration: float) -> Found:
    """The least pulse that fires, µA/cm² (mV for 0 ms); its rival is that of an endless one, and the V it reaches."""
    from ....experiments import threshold as ask

    found = ask(setup.made(), duration, tolerance=QUICK)
    value = float(found.attrs["threshold"])
    rivals = {"charge_for_current": value * duration} if duration > 0 else {}
    if 0 < duration < 50:
        rivals["asymptote"] = float(ask(setup.made(), 100.0, tolerance=1e-3).attrs["threshold"])
    return Found(value, rivals)


def threshold_charge(setup: Setup, duration: float) -> Found:
    """Charge of the least pulse, nC/cm²."""
    found = threshold(setup, duration)
    return Found(found.value * duration, {"current_for_charge": found.value})


def chronaxie(setup: Setup) -> Found:
    """Duration of the pulse of twice the rheobase that just fires, ms."""
    from ....experiments import strength_duration

    found = strength_duration(setup.made(), [0.1, 1.0, 10.0], tolerance=QUICK)
    limit, rheobase = found.attrs["charge_limit"], found.attrs["rheobase"]
    return Found(float(found.attrs["chronaxie"]), {"weiss": float(limit / rheobase)})


def refractory_ratio(setup: Setup, interval: float) -> Found:
    """Threshold of a second pulse of 0.5 ms, relative to that at rest; the first is 20 µA/cm²."""
    from ....experiments import refractory_period

    found = refractory_period(setup.made(), [interval], first=20.0, tolerance=1e-4)
    ratio = float(found["ratio"].values[0])
    return Found(ratio, {"absolute_current": float(found["threshold"].values[0]), "percent": 100 * ratio})


def rate(setup: Setup, amplitude: float, duration: float = 500.0) -> Found:
    """Steady firing rate on a step, Hz; rivals: the first interval, and spikes per step."""
    import numpy as np

    from ....experiments import adaptation

    found = adaptation(setup.made(), amplitude, duration=duration)
    rates = found["rate"].values
    steady = float(np.mean(rates[-5:])) if len(rates) > 5 else 0.0
    rivals = {"interval_for_rate": 1e3 / steady} if steady else {}
    return Found(steady, rivals)


def onset(setup: Setup, duration: float = 400.0) -> Found:
    """The least step on which firing lasts, µA/cm²; its rival is the rheobase, from which on there is one spike."""
    import numpy as np

    from ....experiments import firing_rate
    from ....experiments import threshold as ask

    found = firing_rate(setup.made(), np.linspace(0.5, 20, 40), duration=duration, tolerance=1e-4, down=False)
    single = float(ask(setup.made(), 100.0, tolerance=1e-3).attrs["threshold"])
    return Found(float(found.attrs["onset"]), {"one_spike": single})


def anode_break(setup: Setup, duration: float) -> Found:
    """The weakest hyperpolarising pulse after which the cell fires, µA/cm²; negative."""
    from ....experiments import anode_break as ask
    from ....experiments import threshold as upwards

    value = float(ask(setup.made(), duration, tolerance=1e-4).attrs["threshold"])
    up = float(upwards(setup.made(), duration, tolerance=1e-3).attrs["threshold"])
    return Found(value, {"depolarising": up, "charge_for_current": value * duration})


def ramp(setup: Setup, amplitude: float, which: str = "slowest") -> Found:
    """How long a ramp from 0 to a current takes, ms: the slowest that still fires the cell, or the fastest.

    A slower one finds the cell accommodated; a faster one, after which the current is 0, brings too little charge.
    """
    from ....experiments import accommodation

    found = accommodation(setup.made(), amplitude, tolerance=1e-3)
    answers = json.loads(found.attrs["answers"])
    if not answers:
        raise LoligoError("no ramp to this current fires the cell")
    value = float(found.attrs["slowest_duration"] if which == "slowest" else answers[0]["value"])
    return Found(value, {"slope_for_duration": amplitude / value})


def rest_lost(setup: Setup) -> Found:
    """The constant current from which on the cell has no stable rest, µA/cm²; its rival is where firing begins."""
    from ....dynamics import equilibria

    cell = setup.made()
    low, high = 0.0, 40.0
    if not any(e.stable for e in equilibria(cell, low)) or any(e.stable for e in equilibria(cell, high)):
        raise LoligoError(f"rest is not lost between {low:g} and {high:g} µA/cm²")
    while high - low > QUICK * high:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if any(e.stable for e in equilibria(cell, middle)) else (low, middle)
    return Found(0.5 * (low + high), {"firing_onset": onset(setup).value})


def fixed_point(setup: Setup, current: float) -> Found:
    """V where the nullclines cross under a constant current, mV; its rival is rest without it."""
    from ....dynamics import equilibria

    cell = setup.made()
    found, rest = equilibria(cell, current), equilibria(cell, 0.0)
    return Found(found[0].V, {"without_current": rest[0].V, "from_rest": found[0].V - rest[0].V})


def ringing(setup: Setup, current: float = 0.0) -> Found:
    """Frequency at which V swings back to rest, Hz: the imaginary part of an eigenvalue over 2 pi."""
    from ....dynamics import equilibria

    value = equilibria(setup.made(), current)[0].ringing
    return Found(value, {"period_for_rate": 1e3 / value if value else math.nan, "angular": value * 2e-3 * math.pi})


def resonance(setup: Setup, of: str = "resonance", current: float = 0.0) -> Found:
    """Where the membrane answers most, Hz; or how much more than at rest (``of="Q"``)."""
    from ....experiments import impedance

    found = impedance(setup.made(), current=current)
    value = float(found.attrs[of])
    rivals = {"period_for_rate": 1e3 / value, "angular": 2e-3 * math.pi * value} if of == "resonance" else {}
    return Found(value, rivals)
