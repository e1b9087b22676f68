"""Reduced Traub-Miles pyramidal cell.

Olufsen MS, Whittington MA, Camperi M, Kopell N (2003) J Comput Neurosci 14:33-54. doi:10.1023/A:1021124317706.
Channels: `channels/olufsen_2003.py`.
"""

from __future__ import annotations

from ..channels.olufsen_2003 import DOI, PREPARATION, SOURCE, k_olufsen, na_olufsen
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import onset, rates, rest


def olufsen_2003_rtm() -> Cell:
    """Olufsen et al. 2003: the reduced Traub-Miles cell, class 1."""
    leak = Channel("leak", g=0.1, E=-67, source=SOURCE, description="leak")
    return Cell(
        "olufsen_2003_rtm", [na_olufsen(), k_olufsen(), leak], capacitance=1.0, celsius=36.0, source=SOURCE, doi=DOI,
        preparation=PREPARATION, spike_threshold=-20, initial={"V": -67, "Na.h": 0.99, "K.n": 0.05},
        validity="fast firing of excitatory cells in networks; no adaptation",
        description="reduced pyramidal cell (RTM)",
    )  # fmt: skip


FACTS = {
    "olufsen_2003_rtm": (
        rest({"V": -66.5910934, "Na.h": 0.995496069, "K.n": 0.0402751240}),
        onset(0.119366879, 4000, below=2),
        *rates({0.3: 19.572143, 0.5: 28.105330, 1: 43.713583, 1.5: 56.637302, 2: 68.385309, 5: 128.398040}, 4000, 2000),
    ),
}  # fmt: skip
