"""A membrane behind an amplifier and a series resistance, as one System.

Potentials in mV, currents at the electrode in nA, resistances in MΩ, times in ms, so that capacitances are in nA ms/mV.
The membrane sees the current through the series resistance as its stimulus; the new input is the command.

- pipette: ``bandwidth V_pipette' = target - V_pipette``
- ``target = w + tau w' + correction Rs fed_back``, with ``tau = Rs C`` and
  ``w' = (command - w)/((1 - prediction) tau)``: a passive membrane follows w, the amplifier's idea of V
- fed back, behind a lag: the current through Rs and into what is left of the pipette's capacitance, less ``C w'``
- recorded: the same, less only a part of ``C w'``, behind two filters of second order
"""

from __future__ import annotations

from functools import lru_cache

import sympy

from ..errors import SimulationError
from .system import Observable, System, Variable

PREFIX = "amplifier"
PARAMETERS = {
    "scale": "nA for each unit of the cell's own currents",
    "Rs": "series resistance, MΩ",
    "Cp": "pipette capacitance that is not neutralised, nA ms/mV",
    "prediction": "",
    "correction": "",
    "cancelled": "",
    "tau": "of the loop, ms",
    "lag": "of the correction, ms",
    "angular": "corner of the filter, 1/ms",
    "fast1": "first section of the filter, its frequency by that of the corner",
    "q1": "its quality",
    "fast2": "the second section",
    "q2": "its quality",
}


@lru_cache(maxsize=64)
def amplified(whole: System, filtered: bool) -> System:
    """The System of a cell behind an amplifier, with or without a filter in front of the record.

    Parameters
    ----------
    whole : System
        Of a cell of one compartment.

    Returns
    -------
    System
        Further states ``V_pipette``, ``amplifier.V`` (w), ``amplifier.I`` (fed back) and those of the filter; further
        parameters ``amplifier.*``; observables ``V_pipette``, ``V_measured`` (the command), ``I_measured`` and
        ``I_true``, the ionic current; nA.

    Raises
    ------
    SimulationError
        If the cell has several compartments.
    """
    if sum(v.kind == "voltage" for v in whole.states) > 1:
        raise SimulationError(f"{whole.name}: an amplifier clamps one compartment; this cell has more of them")
    p = {name: sympy.Symbol(f"{PREFIX}.{name}", positive=True) for name in PARAMETERS}
    v = whole.states[0].symbol
    command = sympy.Symbol("command", real=True)
    pipette, w, fed = (sympy.Symbol(name, real=True) for name in ("V_pipette", "amplifier.V", "amplifier.I"))
    capacity = next(q.symbol for q in whole.parameters if q.path == "capacitance") * p["scale"]
    through = (pipette - v) / p["Rs"]
    tau = p["Rs"] * capacity
    drift = (command - w) / ((1 - p["prediction"]) * tau)
    pipette_drift = (w + tau * drift + p["correction"] * p["Rs"] * fed - pipette) / p["tau"]
    current = through + p["Cp"] * pipette_drift
    slopes = [f.xreplace({whole.input: through / p["scale"]}) for f in whole.derivatives]
    rows = [
        (_state("V_pipette", "mV", "voltage", "potential of the pipette"), pipette_drift),
        (_state("amplifier.V", "mV", "voltage", "potential that the amplifier predicts"), drift),
        (
            _state("amplifier.I", "nA", "current", "current that is fed back"),
            (current - capacity * drift - fed) / p["lag"],
        ),
    ]
    seen = current - p["cancelled"] * capacity * drift
    if filtered:
        for section in ("1", "2"):
            out, speed = (
                _state(f"amplifier.y{section}", "nA", "current", "in the filter"),
                p["angular"] * p[f"fast{section}"],
            )
            rate = _state(f"amplifier.z{section}", "nA", "current", "in the filter")
            rows.append((out, speed * rate.symbol))
            rows.append((rate, speed * (seen - out.symbol - rate.symbol / p[f"q{section}"])))
            seen = out.symbol
    flows = [o.formula for o in whole.observables if o.kind == "current"]
    extra = (
        Observable("V_measured", command, "mV", "voltage", "membrane potential as measured: the command"),
        Observable("V_pipette", pipette, "mV", "voltage", "potential of the pipette"),
        Observable("I_measured", seen, "nA", "electrode", "current as measured"),
        Observable("I_true", p["scale"] * sympy.Add(*flows), "nA", "electrode", "ionic current"),
    )
    numbers = tuple(Variable(f"{PREFIX}.{n}", p[n], "1", "parameter", text) for n, text in PARAMETERS.items())
    return System(
        f"{whole.name}, behind an amplifier",
        (*whole.states, *(row for row, _ in rows)),
        (*whole.parameters, *numbers),
        command,
        (*slopes, *(f for _, f in rows)),
        (*whole.observables, *extra),
    )


def _state(path: str, unit: str, kind: str, text: str) -> Variable:
    return Variable(path, sympy.Symbol(path, real=True), unit, kind, text)
