"""Calcium and potassium channels of the barnacle giant muscle fibre.

Morris C, Lecar H (1981) Voltage oscillations in the barnacle giant muscle fiber. Biophys J 35:193-213.
doi:10.1016/S0006-3495(81)84782-0
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, cosh, symbols, tanh
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry

SOURCE = "Morris & Lecar 1981, Biophys J 35:193-213"
DOI = "10.1016/S0006-3495(81)84782-0"
PREPARATION = "giant muscle fibre of the barnacle Balanus nubilus; rates as given"

V1, V2, V3, V4, phi = symbols("V1 V2 V3 V4 phi")


def _voltage(value: float, description: str) -> Parameter:
    return Parameter(value, "mV", (-200, 200), description)


@entry("Ca, L type")
def ca_morris_lecar() -> Channel:
    """Calcium current, instantaneous and without inactivation."""
    return Channel(
        "Ca", g=4.4, E=120, source=SOURCE, doi=DOI, preparation=PREPARATION, description="calcium",
        V1=_voltage(-1.2, "potential of half activation"), V2=_voltage(18, "width of the activation"),
        m=Gate(1, inf=0.5 * (1 + tanh((V - V1) / V2))),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_morris_lecar() -> Channel:
    """Potassium current."""
    return Channel(
        "K", g=8, E=-84, source=SOURCE, doi=DOI, preparation=PREPARATION, description="potassium",
        V3=_voltage(2, "potential of half activation"), V4=_voltage(30, "width of the activation"),
        phi=Parameter(0.04, "1/ms", (1e-6, 1e3), "least rate"),
        w=Gate(1, inf=0.5 * (1 + tanh((V - V3) / V4)), tau=1 / (phi * cosh((V - V3) / (2 * V4)))),
    )  # fmt: skip
