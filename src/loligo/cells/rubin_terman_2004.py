"""Neuron of the subthalamic nucleus.

Rubin JE, Terman D (2004) J Comput Neurosci 16:211-235. doi:10.1023/B:JCNS.0000025686.47117.67. Channels:
`channels/rubin_terman_2004.py`. The paper's unit, pA/µm², is 100 µA/cm² with its capacitance of 1 pF/µm²; the numbers
are those of C = 1 µF/cm² and currents in µA/cm².
"""

from __future__ import annotations

from ..channels.rubin_terman_2004 import (
    DOI,
    PREPARATION,
    SOURCE,
    ahp_rubin_terman,
    ca_rubin_terman,
    ca_t_rubin_terman,
    k_rubin_terman,
    na_rubin_terman,
)
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.expression import symbols
from ..model.fact import RECOMPUTED, rates, spikes
from ..model.parameter import Parameter
from ..model.pool import Pool
from ..model.stimulus import Step


def rubin_terman_2004_stn() -> Cell:
    """Rubin & Terman 2004: subthalamic neuron, a slow pacemaker that fires rebound bursts."""
    I, Ca, epsilon, k = symbols("I Ca epsilon k")
    calcium = Pool(
        "Ca", rate=epsilon * (-I - k * Ca), unit="1", source=SOURCE, description="calcium inside",
        epsilon=Parameter(0.75 * 5e-5, "1/ms", (0, 1e3), "rate of change"),
        k=Parameter(22.5, "1", (0, 1e6), "removal"),
    )  # fmt: skip
    parts = [
        na_rubin_terman(), k_rubin_terman(), ahp_rubin_terman(), ca_rubin_terman(), ca_t_rubin_terman(),
        Channel("leak", g=2.25, E=-60, source=SOURCE, description="leak"),
    ]  # fmt: skip
    return Cell(
        "rubin_terman_2004_stn", parts, pools=[calcium], capacitance=1.0, celsius=37.0, source=SOURCE, doi=DOI,
        preparation=PREPARATION, spike_threshold=-20, description="neuron of the subthalamic nucleus",
        initial={"V": -60, "Na.h": 0.2, "K.n": 0.2, "CaT.r": 0.4, "Ca": 0.4},
        validity="firing in a model of the basal ganglia; calcium drifts for seconds; the temperature is nominal",
    )  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with the authors' XPP file within 5e-3 ms"
FACTS = {
    "rubin_terman_2004_stn": (
        *rates({-1: 2.174746, 0: 2.644062, 5: 6.171598, 10: 12.292103, 25: 33.326236, 50: 64.005897}, 6000, 3000,
               initial="own", source=_CHECKED, relative=1e-6),
        *spikes("rebound after -30 for 500 ms", Step(-30, 5000, 5500), 6000, initial="own", source=_CHECKED,
                times=(501.012, 523.196, 540.105, 556.798, 575.331), count=5, since=5000.0, tolerance=2e-3),
        *spikes("rebound after -10 for 500 ms", Step(-10, 5000, 5500), 6000, initial="own", count=2, since=5000.0),
        *spikes("rebound after -20 for 500 ms", Step(-20, 5000, 5500), 6000, initial="own", count=3, since=5000.0),
    ),
}  # fmt: skip
