"""Crustacean walking-leg axon with A current.

Connor JA, Walter D, McKown R (1977) Biophys J 18:81-102. doi:10.1016/S0006-3495(77)85598-7. In the form of Dayan &
Abbott (2001), chapter 6. Channels: `channels/connor_stevens_1977.py`. Five independent codes read have the same text.
"""

from __future__ import annotations

from ..channels.connor_stevens_1977 import (
    DOI,
    PREPARATION,
    SOURCE,
    k_a_connor_stevens,
    k_connor_stevens,
    na_connor_stevens,
)
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import onset, rates, rest, spikes
from ..model.stimulus import Step


def connor_stevens_1977() -> Cell:
    """Connor, Walter & McKown 1977: class 1 firing at arbitrarily low rates, and a late first spike."""
    leak = Channel("leak", g=0.3, E=-17, source=SOURCE, description="leak")
    return Cell(
        "connor_stevens_1977", [na_connor_stevens(), k_connor_stevens(), k_a_connor_stevens(), leak], capacitance=1.0,
        celsius=18.0, source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=-20,
        initial={"V": -68, "Na.m": 0.01, "Na.h": 0.96, "K.n": 0.15, "KA.a": 0.54, "KA.b": 0.28},
        validity="repetitive firing of one kind of axon: the squid's equations, shifted to what voltage clamp found in "
        "it, and an A current; leak conductance and capacitance are the squid's",
        description="crustacean axon with A current",
    )  # fmt: skip


FACTS = {
    "connor_stevens_1977": (
        rest({"V": -67.9781172, "Na.m": 0.0100699479, "Na.h": 0.965913983, "K.n": 0.155856430, "KA.a": 0.540422986,
              "KA.b": 0.288666341}),
        onset(8.115269557, 3000, below=50),
        *rates({9: 18.546717, 10: 34.045933, 12: 59.944879, 15: 91.076455, 20: 132.300459, 30: 191.228988}, 4000, 2000),
        *spikes("step of 20", Step(20), 35, times=(8.388815, 16.018438, 23.578903, 31.137512), tolerance=2e-5),
        *spikes("step of 10", Step(10), 130, times=(38.067578, 67.439832, 96.811912, 126.183996), tolerance=5e-5),
    ),
}  # fmt: skip
