"""Impedance of the membrane against frequency, linearised about rest."""

from __future__ import annotations

from ....model.cell import Cell
from .shown import Curve, Kind, Knob, Shown


def _run(cell: Cell, current: float) -> Shown:
    import numpy as np

    from ....experiments import impedance

    found = impedance(cell, np.linspace(1.0, 250.0, 250), current=current)
    readings = {
        "resonance": (float(found.attrs["resonance"]), "Hz"),
        "Q": (float(found.attrs["Q"]), ""),
        "at_zero": (float(found.attrs["at_zero"]), "kΩ·cm²"),
        "largest": (float(found.attrs["largest"]), "kΩ·cm²"),
    }
    return Shown("Hz", "kΩ·cm²", (Curve("|Z|", found["frequency"].values, found["impedance"].values),), readings)


KIND = Kind("Impedance", {"current": Knob(0.0, -10.0, 9.0, "µA/cm²", "constant current")}, _run)
