"""The parabolic burster R15 of Aplysia.

Plant RE (1981) J Math Biol 11:15-32. doi:10.1007/BF00275821. Form of Rinzel J, Lee YS (1987) Dissection of a model for
neuronal parabolic bursting. J Math Biol 25:653-675. Channels: `channels/plant_1981.py`.

Codes differ in rho (0.00015 here, after Rinzel & Lee; 0.0003 elsewhere), K_c (0.0085; 0.00425) and the time constant of
x (235; 9400 ms). The initial states of two transcriptions differ (V = -45 and -55 mV); the bursts do not depend on it.
"""

from __future__ import annotations

from ..channels.plant_1981 import DOI, PREPARATION, SOURCE, ca_plant, k_ca_plant, k_plant, na_plant
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.expression import V, symbol, symbols
from ..model.fact import bursts
from ..model.parameter import Parameter
from ..model.pool import Pool


def plant_1981_r15() -> Cell:
    """Plant 1981 in the form of Rinzel & Lee 1987: parabolic bursting."""
    Ca, rho, Kc = symbols("Ca rho Kc")
    calcium = Pool(
        "Ca", rate=rho * (Kc * symbol("CaS.x") * (symbol("CaS.E") - V) - Ca), unit="1",
        rho=Parameter(0.00015, "1/ms", (0, 1e3), "rate of change"),
        Kc=Parameter(0.0085, "1/mV", (0, 1e3), "influx per driving force"), source=SOURCE, description="calcium inside",
    )  # fmt: skip
    leak = Channel("leak", g=0.003, E=-40, source=SOURCE, description="leak")
    return Cell(
        "plant_1981_r15", [na_plant(), ca_plant(), k_plant(), k_ca_plant(), leak], pools=[calcium], capacitance=1.0,
        celsius=20.0, source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=-30,
        initial={"V": -45, "Na.h": 0.7, "K.n": 0.1, "CaS.x": 0.8, "Ca": 0.9},
        validity="the slow oscillation and its spikes, in scaled units; the temperature is nominal",
        description="bursting neuron R15 of Aplysia",
    )  # fmt: skip


FACTS = {
    "plant_1981_r15": (
        bursts("bursts", {"spikes": 14, "period": 16932.437, "duration": 4711.741, "shortest": 230.5654}, 240000, 80000,
               2000, initial="own", relative=2e-6),
        bursts("bursts with rho = 0.0003",
               {"spikes": 7, "period": 10791.822, "duration": 2840.130, "shortest": 264.250}, 240000, 80000, 2000,
               changes={"Ca.rho": 0.0003}, initial="own", relative=2e-6),
    ),
}  # fmt: skip
