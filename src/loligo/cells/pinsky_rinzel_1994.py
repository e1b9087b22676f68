"""CA3 pyramidal cell in two compartments.

Pinsky PF, Rinzel J (1994) J Comput Neurosci 1:39-60. doi:10.1007/BF00962717. Form of the file of Booth & Bose, ModelDB
35358. Channels: `channels/pinsky_rinzel_1994.py`.

The cell is not silent at zero current. Stimuli are per area of the whole cell, as in the paper, and flow into the soma;
divided by its share p of the area they become the current per area of the soma. The initial state of the file is zeros,
that of the paper another; the bursts depend on neither.
"""

from __future__ import annotations

from ..channels.pinsky_rinzel_1994 import (
    DOI,
    PREPARATION,
    SOURCE,
    ahp_pinsky_rinzel,
    bk_pinsky_rinzel,
    ca_pinsky_rinzel,
    k_pinsky_rinzel,
    na_pinsky_rinzel,
)
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.compartment import Compartment
from ..model.expression import V, symbol, symbols
from ..model.fact import RECOMPUTED, Fact, Trial, bursts
from ..model.parameter import Parameter
from ..model.pool import Pool
from ..model.stimulus import Step


def pinsky_rinzel_1994() -> Cell:
    """Pinsky & Rinzel 1994: somatic spikes, dendritic calcium spikes, and bursts by their interplay."""
    I, Ca, gc, p, factor, removal = symbols("I Ca gc p factor removal")
    calcium = Pool(
        "Ca", rate=-factor * I - removal * Ca, unit="1", source=SOURCE, description="calcium in the dendrite",
        factor=Parameter(0.13, "1", (0, 1e6), "influx per current"),
        removal=Parameter(0.075, "1/ms", (0, 1e3), "rate of removal"),
    )  # fmt: skip
    leak = Channel("leak", g=0.1, E=-60, source=SOURCE, description="leak")
    dendrite = Compartment(
        "dendrite", [ca_pinsky_rinzel(), ahp_pinsky_rinzel(), bk_pinsky_rinzel(), leak], capacitance=3.0,
        coupling=gc * (V - symbol("dendrite.V")), share=1 - p, pools=[calcium],
    )  # fmt: skip
    return Cell(
        "pinsky_rinzel_1994", [na_pinsky_rinzel(), k_pinsky_rinzel(), leak], capacitance=3.0, celsius=35.0,
        compartments=[dendrite], share=p,
        shared={"gc": Parameter(2.1, "mS/cm²", (0, 1e4), "coupling of soma and dendrite"),
                "p": Parameter(0.5, "1", (1e-6, 1 - 1e-6), "share of the soma in the area")},
        source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=-20, description="CA3 pyramidal cell",
        initial={"V": -60, "dendrite.V": -60, "Na.h": 0.999, "Kdr.n": 0.001, "dendrite.CaL.s": 0.009,
                 "dendrite.KC.c": 0.007, "dendrite.AHP.q": 0.01, "dendrite.Ca": 0.2},
        validity="bursts of one cell reduced to two compartments; the temperature is nominal",
    )  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with the XPP file of ModelDB 35358 within 9e-4 ms over 1.5 s"


def _bursts(current: float, period: float, spikes: int) -> Fact:
    return bursts(f"bursts on {current:g} µA/cm²", {"period": period, "spikes": spikes}, 30000, 10000, 60,
                  stimulus=Step(current), initial="own", source=_CHECKED, relative=1e-5)  # fmt: skip


# At 2.5 µA/cm² two rhythms coexist, single spikes and alternating intervals of 27.8 and 9.4 ms, and errors of a run may
# carry it from one to the other: at an accuracy of 1e-9 it ends in the second, at 1e-10, 1e-11 and 1e-12 in the first.
FINE = 1e-11


def _tonic(what: str, current: float, interval: float, gc: float = 2.1) -> Fact:
    return Fact(what, "interval", interval, tolerance=3e-3, unit="ms", source=_CHECKED,
                trial=Trial(Step(current), 30000, {"gc": gc}, "own", accuracy=FINE))  # fmt: skip


FACTS = {
    "pinsky_rinzel_1994": (
        _bursts(0, 1318.303, 2), _bursts(0.25, 885.829, 2), _bursts(0.5, 653.407, 2), _bursts(0.75, 495.021, 2),
        _bursts(1.0, 347.646, 3),
        _tonic("interval on 2.5 µA/cm²", 2.5, 22.757), _tonic("interval on 3 µA/cm²", 3.0, 20.250),
        _tonic("interval on 0.75 µA/cm² without coupling", 0.75, 31.145, 0.0),
        _tonic("interval on 0.75 µA/cm² with gc = 10.5", 0.75, 366.576, 10.5),
        _tonic("interval on 0.75 µA/cm² with gc = 50", 0.75, 258.796, 50.0),
    ),
}  # fmt: skip
