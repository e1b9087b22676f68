"""How fast an impulse travels."""

from __future__ import annotations

import math

from ..setup import Setup
from .found import Found


def velocity(setup: Setup, diameter: float, celsius: float = 6.3, internode: float = 0.0, Ra: float = 35.4) -> Found:
    """Of an impulse along a fibre, m/s; myelinated, if the length of an internode (µm) is given."""
    value = _velocity(setup, diameter, celsius, internode, Ra)
    return Found(value, {"km_per_hour": 3.6 * value, "radius_for_diameter": value / math.sqrt(2)})


def _velocity(setup: Setup, diameter: float, celsius: float, internode: float, Ra: float) -> float:
    from ....experiments import conduction_velocity
    from ....model.cable import Cable
    from ....model.myelinated import Myelinated

    cell = setup.made().with_({"celsius": celsius})
    if internode:
        fibre = Myelinated(cell, diameter=diameter, internode=internode)
        return float(conduction_velocity(fibre).attrs["velocity"])
    coarse = Cable(cell, length=1.0, diameter=diameter, Ra=Ra).automatic_dx
    return float(conduction_velocity(Cable(cell, length=120 * coarse, diameter=diameter, Ra=Ra)).attrs["velocity"])
