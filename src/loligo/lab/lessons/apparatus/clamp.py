"""An ideal voltage clamp: one step, and the current of each channel."""

from __future__ import annotations

from ....model.cell import Cell
from .shown import Curve, Kind, Knob, Shown

DURATION = 12.0  # ms


def _run(cell: Cell, hold: float, test: float) -> Shown:
    from ....experiments import current_voltage

    found = current_voltage(cell, hold, [test], duration=DURATION)
    time, unit = found["time"].values, cell.current_unit
    curves, readings = [], {}
    for name, channel in cell.all_channels():
        curves.append(Curve(name, time, found[f"{name}.I"].values[0], channel=name))
        if not channel.gates:
            continue  # the leak is the same at every time
        readings[f"{name}.peak"] = float(found[f"{name}.peak"].values[0]), unit
        readings[f"{name}.peak_time"] = float(found[f"{name}.peak_time"].values[0]), "ms"
        readings[f"{name}.steady"] = float(found[f"{name}.steady"].values[0]), unit
    curves.append(Curve("total", time, found["I_clamp"].values[0]))
    readings["total.peak"] = float(found["peak"].values[0]), unit
    readings["total.steady"] = float(found["steady"].values[0]), unit
    return Shown("ms after the step", unit, tuple(curves), readings)


KIND = Kind(
    "Voltage clamp",
    {
        "hold": Knob(-65.0, -120.0, 0.0, "mV", "held at"),
        "test": Knob(-40.0, -120.0, 120.0, "mV", "stepped to"),
    },
    _run,
)
