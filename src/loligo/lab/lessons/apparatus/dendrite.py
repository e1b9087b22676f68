"""A passive dendrite with sealed ends, in the steady state: V along it, with a current into one end."""

from __future__ import annotations

from ....model.cable import Cable
from ....model.cell import Cell
from ....model.channel import Channel
from ....model.stimulus import Step
from .shown import Curve, Kind, Knob, Shown

SETTLED = 12.0  # time constants
REST = -70.0  # mV


def _run(_: Cell, current: float, length: float, diameter: float, Rm: float, Ra: float) -> Shown:
    from ....simulation import simulate

    membrane = Cell("passive", [Channel("leak", g=1e3 / Rm, E=REST)], capacitance=1.0)
    cable = Cable(membrane, length=length, diameter=diameter, Ra=Ra, n=100)
    duration = SETTLED * Rm * 1e-3
    ds = simulate(cable, Step(current, 0.0, duration, at=0.0), duration=duration, dt=duration / 1000, every=duration)
    x, last = ds["x_compartment"].values, ds["V"].values
    v = last[-1] if last.shape[-1] == len(x) else last[:, -1]
    readings = {"near": (float(v[0] - REST), "mV"), "far": (float(v[-1] - REST), "mV"), "tau": (Rm * 1e-3, "ms")}
    return Shown("µm from the electrode", "mV above rest", (Curve("V", x, v - REST),), readings)


KIND = Kind(
    "Passive dendrite",
    {
        "current": Knob(0.1, -0.5, 0.5, "nA", "current"),
        "length": Knob(500.0, 50.0, 5000.0, "µm", "length"),
        "diameter": Knob(2.0, 0.2, 20.0, "µm", "diameter"),
        "Rm": Knob(12500.0, 500.0, 100000.0, "Ω·cm²", "membrane"),
        "Ra": Knob(50.0, 20.0, 400.0, "Ω·cm", "core"),
    },
    _run,
)
