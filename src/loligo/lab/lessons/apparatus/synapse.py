"""Two synapses on the membrane: one at 0 mV, one at a reversal potential of one's choice."""

from __future__ import annotations

import math
from typing import Any

from ....channels import alpha_rall
from ....model.cell import Cell
from ....model.channel import Channel
from ....model.stimulus import Step
from .shown import Curve, Kind, Knob, Shown

START, DURATION, EVERY = 20.0, 70.0, 0.02  # ms


def _synapse(name: str, g: float, E: float, tau: float, at: float) -> Channel:
    made: Channel = alpha_rall(name=name, g=g, E=E, tau=tau, times=[at])
    return made


def _trace(cell: Cell, level: float, *synapses: Channel) -> tuple[Any, Any, float]:
    """Time, V, and how many spikes there are, with these synapses."""
    from ....simulation.run import run

    for one in synapses:
        cell = cell + one
    done = run(
        cell, Step(level, 0.0, DURATION), duration=DURATION, record="all", every=EVERY, tolerance=1e-7,
        estimate_error=False,
    )  # fmt: skip
    return done.time, done.values["V"], float(len(done.spike_times))


def _run(cell: Cell, excitation: float, inhibition: float, reversal: float, ahead: float, level: float) -> Shown:
    import numpy as np

    e = _synapse("Exc", excitation, 0.0, 1.0, START)
    i = _synapse("Inh", inhibition, reversal, 2.0, START - ahead)
    time, alone, spikes_alone = _trace(cell, level, e)
    _, inhibited, _ = _trace(cell, level, i)
    _, together, spikes = _trace(cell, level, e, i)
    before = np.searchsorted(time, START - max(ahead, 0.0) - 0.1)

    def change(v: Any) -> float:
        """The largest deviation from what was before, with its sign."""
        since = v[before:] - v[before]
        return float(since[np.argmax(np.abs(since))])

    readings = {
        "EPSP": (change(alone) if not spikes_alone else math.nan, "mV"),
        "IPSP": (change(inhibited), "mV"),
        "together": (change(together), "mV"),
        "spikes_alone": (spikes_alone, ""),
        "spikes": (spikes, ""),
        "V": (float(alone[before]), "mV"),
    }
    return Shown("ms", "mV", (
        Curve("E alone", time, alone, faint=True), Curve("I alone", time, inhibited, faint=True),
        Curve("together", time, together),
    ), readings)  # fmt: skip


KIND = Kind(
    "Two synapses",
    {
        "excitation": Knob(0.2, 0.0, 5.0, "mS/cm²", "excitation"),
        "inhibition": Knob(0.0, 0.0, 20.0, "mS/cm²", "inhibition"),
        "reversal": Knob(-70.0, -100.0, 0.0, "mV", "its reversal"),
        "ahead": Knob(0.0, -5.0, 15.0, "ms", "earlier by"),
        "level": Knob(0.0, -20.0, 5.0, "µA/cm²", "constant current"),
    },
    _run,
)
