"""Fast-spiking hippocampal interneuron.

Wang XJ, Buzsáki G (1996) J Neurosci 16:6402-6413. doi:10.1523/JNEUROSCI.16-20-06402.1996. Channels:
`channels/wang_buzsaki_1996.py`. The archived file, ModelDB 26997, has these rates only at celsius = 37.
"""

from __future__ import annotations

from ..channels.wang_buzsaki_1996 import DOI, PREPARATION, SOURCE, k_wang_buzsaki, na_wang_buzsaki
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import RECOMPUTED, onset, rates, rest


def wang_buzsaki_1996() -> Cell:
    """Wang & Buzsáki 1996: class 1 fast-spiking interneuron with a brief afterhyperpolarisation."""
    leak = Channel("leak", g=0.1, E=-65, source=SOURCE, description="leak")
    return Cell(
        "wang_buzsaki_1996", [na_wang_buzsaki(), k_wang_buzsaki(), leak], capacitance=1.0, celsius=27.0, source=SOURCE,
        doi=DOI, preparation=PREPARATION, spike_threshold=-20, initial={"V": -64, "Na.h": 0.78, "K.n": 0.09},
        validity="firing of one compartment; made for networks of interneurons",
        description="fast-spiking hippocampal interneuron",
    )  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with ModelDB 26997 in NEURON and with Brian2's example within 1.5e-6 ms"
FACTS = {
    "wang_buzsaki_1996": (
        rest({"V": -64.01756491, "Na.h": 0.78079155, "K.n": 0.08907801}),
        onset(0.160128474, 4000, below=2),
        *rates({0.2: 8.620616, 0.5: 32.217151, 1: 59.701487, 2: 101.785716, 5: 189.625420, 10: 284.938264}, 4000, 2000,
               source=_CHECKED),
    ),
}  # fmt: skip
