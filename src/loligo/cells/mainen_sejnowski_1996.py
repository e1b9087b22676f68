"""Neocortical pyramidal cell in two compartments, axon-soma and dendrite.

Mainen ZF, Sejnowski TJ (1996) Nature 382:363-366. doi:10.1038/382363a0; constants of ModelDB 2488. Channels:
`channels/mainen_sejnowski_1996.py`.

Currents are in nA and flow into the dendrite; V is that of axon and soma, where spikes are counted. E_Ca is held at
140 mV, as meant: with the archived files as they stand, NEURON replaces it by a Nernst potential, and the burst goes.
"""

from __future__ import annotations

from ..channels.mainen_sejnowski_1996 import (
    DOI,
    PREPARATION,
    SOURCE,
    ca_mainen,
    k_ca_mainen,
    k_m_mainen,
    kv_mainen,
    na_mainen,
)
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.compartment import Compartment
from ..model.expression import V, maximum, symbol, symbols
from ..model.fact import RECOMPUTED, Fact, rest, spikes
from ..model.parameter import Parameter
from ..model.pool import Pool
from ..model.stimulus import Step


def mainen_sejnowski_1996_2comp() -> Cell:
    """Mainen & Sejnowski 1996: the relative size of the dendrite (rho) decides between regular firing and bursts."""
    I, Ca, depth, rest_, tau, area, rho, kappa = symbols("I Ca depth rest tau area rho kappa")
    calcium = Pool(
        "Ca", rate=maximum(0, -10 * I / (2 * 96485.309 * depth)) + (rest_ - Ca) / tau, unit="mM", source=SOURCE,
        description="calcium below the membrane of the dendrite",
        depth=Parameter(0.1, "µm", (1e-6, 1e3), "of the shell"), rest=Parameter(1e-4, "mM", (0, 1), "calcium at rest"),
        tau=Parameter(200.0, "ms", (1e-3, 1e6), "of removal"),
    )  # fmt: skip
    leak = Channel("leak", g=1 / 30, E=-70, source=SOURCE, description="leak: 30000 Ω·cm²")
    dendrite = Compartment(
        "dendrite", [na_mainen(g=1.5), k_m_mainen(), k_ca_mainen(), ca_mainen(), leak], capacitance=0.75,
        coupling=(V - symbol("dendrite.V")) / kappa, share=1000 * rho * area, pools=[calcium],
    )  # fmt: skip
    return Cell(
        "mainen_sejnowski_1996_2comp", [na_mainen(g=3000), kv_mainen(g=150)], capacitance=0.75, celsius=37.0,
        compartments=[dendrite], share=1000 * area, stimulated="dendrite", stimulus_unit="nA",
        shared={"area": Parameter(1e-6, "cm²", (1e-12, 1), "of axon and soma"),
                "rho": Parameter(165.0, "1", (1e-3, 1e6), "area of the dendrite over that of axon and soma"),
                "kappa": Parameter(10.0, "MΩ", (1e-6, 1e9), "resistance between the compartments")},
        source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=-20, description="neocortical pyramidal cell",
        initial={"V": -70, "dendrite.V": -70, "dendrite.Na.m": 0.01, "dendrite.Na.h": 0.8, "Na.m": 0, "Na.h": 0.02,
                 "Kv.n": 0.4, "dendrite.M.n": 0.02, "dendrite.KCa.n": 0, "dendrite.CaL.m": 0, "dendrite.CaL.h": 0.4,
                 "dendrite.Ca": 1e-4},
        validity="firing patterns by the shape of the cell; a dendrite reduced to one compartment",
    )  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with ModelDB 2488 in NEURON, E_Ca held, within 4e-4 ms"


def _step(rho: float, current: float, count: int, times: tuple[float, ...]) -> tuple[Fact, ...]:
    return spikes(f"{current:g} nA for 1 s, rho = {rho:g}", Step(current), 1000, changes={"rho": rho}, count=count,
                  times=times, source=_CHECKED, tolerance=2e-3)  # fmt: skip


FACTS = {
    "mainen_sejnowski_1996_2comp": (
        *(rest({"dendrite.V": d, "V": a}, changes={"rho": rho}, relative=1e-9, what=f"rest with rho = {rho:g}")
          for rho, (d, a) in {50.0: (-71.00829894, -71.02167777), 140.0: (-70.51690929, -70.53076238),
                              165.0: (-70.47393209, -70.48782333), 200.0: (-70.43158178, -70.44551004)}.items()),
        *_step(50, 0.03, 16, (23.088, 69.950, 121.873)), *_step(50, 0.05, 27, (12.844, 41.718, 71.975)),
        *_step(140, 0.1, 13, (22.443, 51.610, 102.746)), *_step(165, 0.1, 9, (29.566, 34.968, 165.399)),
        *_step(165, 0.2, 29, (11.944, 17.067, 25.868)), *_step(200, 0.2, 22, (15.341, 19.065, 22.138)),
    ),
}  # fmt: skip
