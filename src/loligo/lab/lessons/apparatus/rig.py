"""A clamp through an electrode with a resistance: what is commanded, and what the membrane does.

The electrode is a conductance 1 / Rs to a battery at the commanded potential, in parallel with the channels, so that
C dV/dt = (V_command - V) / Rs - I_ion; Marty & Neher 1995, in Single-Channel Recording, 2nd ed., p. 31.
"""

from __future__ import annotations

import math
from typing import Any

from ....model.cell import Cell
from ....model.channel import Channel
from ....model.stimulus import Step
from .shown import Curve, Kind, Knob, Shown

DIAMETER = 20.0  # µm of a round soma
AREA = math.pi * (DIAMETER * 1e-4) ** 2  # cm²
START, STOP, EVERY = 1.0, 7.0, 0.002  # ms


def _run(cell: Cell, hold: float, test: float, series: float, compensated: float) -> Shown:
    import numpy as np

    from ....simulation.run import run

    left = series * (1.0 - compensated / 100.0)  # MΩ
    through = 1e-3 / (left * AREA)  # mS/cm²
    clamped = cell + Channel("electrode", g=through, E=hold)
    done = run(
        clamped, Step(through * (test - hold), START, STOP), duration=STOP, record="all", every=EVERY, tolerance=1e-6,
        estimate_error=False,
    )  # fmt: skip
    time, v = done.time - START, done.values["V"]
    commanded = np.where(done.time >= START, test, hold)
    current = (commanded - v) * through  # µA/cm², into the membrane
    tau = left * AREA * cell.capacitance.value * 1e6  # µs: MΩ times µF
    late = slice(_arrived(time, v, test, tau), None)
    away = np.abs(v - commanded)[late]
    readings = {
        "error": (float(away.max()), "mV"),
        "V_then": (float(v[late][np.argmax(away)]), "mV"),
        "peak": (float(current[late][np.argmax(np.abs(current[late]))] * AREA * 1e3), "nA"),
        "tau": (tau, "µs"),
    }
    return Shown("ms after the step", "mV", (
        Curve("commanded", time, commanded, faint=True), Curve("V of the membrane", time, v),
    ), readings)  # fmt: skip


def _arrived(time: Any, v: Any, test: float, tau: float) -> int:
    """The first sample at which V has come to the command; where it never does, five time constants after the step."""
    import numpy as np

    there = np.flatnonzero((time > 0) & (np.sign(v - test) != np.sign(v[0] - test)))
    return int(there[0]) if len(there) else int(np.searchsorted(time, 5e-3 * tau))


KIND = Kind(
    "Patch clamp of a soma of 20 µm",
    {
        "hold": Knob(-65.0, -100.0, -40.0, "mV", "held at"),
        "test": Knob(0.0, -60.0, 80.0, "mV", "stepped to"),
        "series": Knob(1.0, 0.1, 20.0, "MΩ", "series resistance"),
        "compensated": Knob(0.0, 0.0, 95.0, "%", "compensated"),
    },
    _run,
)
