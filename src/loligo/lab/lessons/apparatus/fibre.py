"""An unmyelinated fibre with electrodes along it: the impulse, and how fast it travels."""

from __future__ import annotations

import math
from typing import Any

from ....model.cable import Cable
from ....model.cell import Cell
from ....model.stimulus import Step, Stimulus
from .shown import Curve, Kind, Knob, Shown

LONG = 120  # in compartments of automatic length: some forty times the length over which an impulse rises
PLACES = (0.2, 0.5, 0.8)  # of the electrodes, as fractions of the length
DT = 0.01  # ms
FIRES = -20.0  # mV: what counts as an impulse


def _run(cell: Cell, diameter: float, celsius: float, cut: float, both: float) -> Shown:
    made = cell.with_({"celsius": celsius})
    coarse = Cable(made, length=1.0, diameter=diameter).automatic_dx
    cable = Cable(made, length=LONG * coarse, diameter=diameter, n=round(LONG * cut))
    return travelling(cable, both > 0)


def travelling(cable: Any, both: bool) -> Shown:
    """V at three places, and the velocity between the middle one and the last."""
    import numpy as np

    from ....experiments.fibres.runs import enough
    from ....simulation import simulate

    near = enough(cable)
    source: Stimulus = near
    if both:
        source = near + Step(near.amplitude, near.start, near.stop, at=cable.length)
    ds = simulate(cable, source, duration=DURATION, dt=DT, every=0.02)
    x, v, time = ds["x_compartment"].values, ds["V"].values, ds["time"].values
    arrival = ds["arrival"].values
    at = [f * cable.length for f in PLACES]
    where = [int(np.argmin(np.abs(x - p))) for p in at]
    traces = [v[:, w] if v.shape[0] == len(time) else v[w] for w in where]
    last = max(float(time[int(np.argmax(y))]) for y in traces)
    seen = time <= max(2.0, 1.4 * last + 2.0)  # ms: what comes after the last impulse is not worth the room
    curves = tuple(
        Curve(f"{p * 1e-3:.3g} mm", time[seen], y[seen], faint=i == 0)
        for i, (p, y) in enumerate(zip(at, traces, strict=True))
    )
    times = np.interp(at[1:], x, arrival)
    passes = bool(np.isfinite(times).all() and times[1] > times[0]) and not both
    delay = float(times[1] - times[0]) if passes else math.nan
    velocity = (at[2] - at[1]) * 1e-3 / delay
    peaks = [float(np.nanmax(c.y)) for c in curves]
    readings = {
        "velocity": (velocity, "m/s"),
        "arrives": (float(peaks[-1] > FIRES), ""),
        "peak": (peaks[1], "mV"),
        "delay": (delay, "ms"),
        "distance": ((at[2] - at[1]) * 1e-3, "mm"),
    }
    return Shown("ms", "mV", curves, readings)


DURATION = 12.0  # ms

KIND = Kind(
    "Fibre with three electrodes",
    {
        "diameter": Knob(476.0, 1.0, 1000.0, "µm", "diameter"),
        "celsius": Knob(6.3, 0.0, 40.0, "°C", "temperature"),
        "cut": Knob(1.0, 0.1, 4.0, "", "compartments ×"),
        "both": Knob(0.0, 0.0, 1.0, "", "fire the far end too", whole=True),
    },
    _run,
)
