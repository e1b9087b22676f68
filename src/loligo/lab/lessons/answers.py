"""What a question's answer is computed by: a closed list of computations, each with the wrong answers people give.

A computation gets the student's cell (a `Setup` with the student's numbers in it) and numbers of its own, and returns
the value and its rivals: what one gets by a typical mistake, by kind.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import LoligoError
from .setup import Setup, perform

ZERO, GAS, FARADAY = -273.15, 8.314462618, 96485.33212  # °C, J/(mol K), C/mol: CODATA 2018
QUICK = 1e-5  # relative width of brackets: far below what is accepted


@dataclass(frozen=True)
class Found:
    """A value, and the values of typical mistakes by kind."""

    value: float
    rivals: Mapping[str, float] = field(default_factory=dict)


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


def input_resistance(setup: Setup) -> Found:
    """Resistance of the resting membrane for slow changes, kΩ·cm²; its rival is one over the sum of conductances."""
    from ...experiments import impedance

    found = impedance(setup.made(), [1.0])
    return Found(float(found.attrs["at_zero"]), {"chord_conductance": 1.0 / _chord(setup)})


def _chord(setup: Setup) -> float:
    """Sum of the conductances at rest, mS/cm²."""
    still = perform(replace(setup, stimuli=(), duration=1.0))
    return sum(value for path, value in still.items() if path.endswith(".conductance.peak"))


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


def reading(setup: Setup, of: str = "peak") -> Found:
    """Any reading of a run; its rival, where it is a V, is the same counted from rest."""
    seen = perform(setup)
    value = seen.get(of, math.nan)
    return Found(value, {"from_rest": value - seen["rest"]} if of in ("peak", "trough", "end") else {})


def threshold(setup: Setup, duration: float) -> Found:
    """The least pulse that fires, µA/cm² (mV for 0 ms); its rival is that of an endless one, and the V it reaches."""
    from ...experiments import threshold as ask

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
    from ...experiments import strength_duration

    found = strength_duration(setup.made(), [0.1, 1.0, 10.0], tolerance=QUICK)
    limit, rheobase = found.attrs["charge_limit"], found.attrs["rheobase"]
    return Found(float(found.attrs["chronaxie"]), {"weiss": float(limit / rheobase)})


def refractory_ratio(setup: Setup, interval: float) -> Found:
    """Threshold of a second pulse of 0.5 ms, relative to that at rest; the first is 20 µA/cm²."""
    from ...experiments import refractory_period

    found = refractory_period(setup.made(), [interval], first=20.0, tolerance=1e-4)
    ratio = float(found["ratio"].values[0])
    return Found(ratio, {"absolute_current": float(found["threshold"].values[0]), "percent": 100 * ratio})


def rate(setup: Setup, amplitude: float, duration: float = 500.0) -> Found:
    """Steady firing rate on a step, Hz; rivals: the first interval, and spikes per step."""
    import numpy as np

    from ...experiments import adaptation

    found = adaptation(setup.made(), amplitude, duration=duration)
    rates = found["rate"].values
    steady = float(np.mean(rates[-5:])) if len(rates) > 5 else 0.0
    rivals = {"interval_for_rate": 1e3 / steady} if steady else {}
    return Found(steady, rivals)


def onset(setup: Setup, duration: float = 400.0) -> Found:
    """The least step on which firing lasts, µA/cm²; its rival is the rheobase, from which on there is one spike."""
    import numpy as np

    from ...experiments import firing_rate
    from ...experiments import threshold as ask

    found = firing_rate(setup.made(), np.linspace(0.5, 20, 40), duration=duration, tolerance=1e-4, down=False)
    single = float(ask(setup.made(), 100.0, tolerance=1e-3).attrs["threshold"])
    return Found(float(found.attrs["onset"]), {"one_spike": single})


ANSWERS: dict[str, Callable[..., Found]] = {
    f.__name__: f
    for f in (
        nernst, ghk, charging, time_constant, input_resistance, length_constant, sealed_cable, reading, threshold,
        threshold_charge, chronaxie, refractory_ratio, rate, onset,
    )
}  # fmt: skip


def arguments(name: str) -> dict[str, bool]:
    """The arguments of a computation, and whether each is a text."""
    known = list(inspect.signature(ANSWERS[name]).parameters.values())[1:]
    return {p.name: p.annotation == "str" for p in known}


def required(name: str) -> list[str]:
    """Those without a default."""
    known = list(inspect.signature(ANSWERS[name]).parameters.values())[1:]
    return [p.name for p in known if p.default is inspect.Parameter.empty]


def compute(name: str, setup: Setup, numbers: Mapping[str, Any]) -> Found:
    """Carry out a computation.

    Parameters
    ----------
    name : str
        Of `ANSWERS`.
    setup : Setup
    numbers : mapping
        Its arguments; what is none of them is a path of the set-up (``Na.g``, ``stimulus.amplitude``).
    """
    if name not in ANSWERS:
        raise LoligoError(f"answer: no computation is called '{name}'")
    own = arguments(name)
    changed = setup.with_({k: v for k, v in numbers.items() if k not in own})
    return ANSWERS[name](changed, **{k: v for k, v in numbers.items() if k in own})
