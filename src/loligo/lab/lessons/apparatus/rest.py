"""The resting state under a constant current, given a small push: does it come back? All variables take part."""

from __future__ import annotations

from ....model.cell import Cell
from ....model.stimulus import Step
from .shown import Curve, Kind, Knob, Shown

DURATION, EVERY = 80.0, 0.05  # ms


def _run(cell: Cell, current: float, push: float) -> Shown:
    from ....dynamics import equilibria
    from ....errors import LoligoError
    from ....simulation.run import run

    found = equilibria(cell, current)
    if not found:
        raise LoligoError(f"{cell.name} has no resting state under {current:g} {cell.stimulus_unit}")
    point = found[0]
    start = {**point.state, "V": point.V + push}
    done = run(
        cell, Step(current, 0.0, DURATION), duration=DURATION, record="all", every=EVERY, tolerance=1e-7, initial=start,
        estimate_error=False,
    )  # fmt: skip
    slowest = point.eigenvalues[0]
    readings = {
        "V": (point.V, "mV"),
        "growth": (float(slowest.real), "1/ms"),
        "frequency": (point.ringing, "Hz"),
    }
    return Shown("ms after the push", "mV", (Curve("V", done.time, done.values["V"]),), readings)


KIND = Kind(
    "Rest, with a push",
    {
        "current": Knob(0.0, 0.0, 40.0, "µA/cm²", "constant current"),
        "push": Knob(0.5, -5.0, 5.0, "mV", "push"),
    },
    _run,
)
