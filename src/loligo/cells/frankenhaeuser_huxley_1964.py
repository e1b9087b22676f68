"""The node of Ranvier of Xenopus.

Frankenhaeuser B, Huxley AF (1964) J Physiol 171:302-315. doi:10.1113/jphysiol.1964.sp007378. Channels:
`channels/frankenhaeuser_huxley_1964.py`.

The leak potential is the paper's, u_L = 0.026 mV, that is -69.974 mV; the archived file ModelDB 3507 has -69.74, with
which rest lies at -69.767 instead of -69.999 mV.
"""

from __future__ import annotations

from ..channels.frankenhaeuser_huxley_1964 import (
    DOI,
    PREPARATION,
    SOURCE,
    k_frankenhaeuser_huxley,
    na_frankenhaeuser_huxley,
    na_p_frankenhaeuser_huxley,
)
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import RECOMPUTED, onset, rates, rest, spikes
from ..model.stimulus import Step


def frankenhaeuser_huxley_1964() -> Cell:
    """Frankenhaeuser & Huxley 1964: spikes of a myelinated node; repetitive firing in a narrow range of currents."""
    leak = Channel("leak", g=30.3, E=-69.974, source=SOURCE, description="leak")
    return Cell(
        "frankenhaeuser_huxley_1964",
        [na_frankenhaeuser_huxley(), na_p_frankenhaeuser_huxley(), k_frankenhaeuser_huxley(), leak],
        capacitance=2.0, celsius=20.0, source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=-20,
        initial={"V": -70, "Na.m": 0.0005, "Na.h": 0.825, "K.n": 0.0268, "NaP.p": 0.0049},
        validity="one node, space-clamped, near 20 °C; concentrations do not change",
        description="node of Ranvier of Xenopus",
    )  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with ModelDB 3507 in NEURON within 1.1e-7 ms"
FACTS = {
    "frankenhaeuser_huxley_1964": (
        rest({"V": -69.9990740, "Na.m": 4.75865162e-4, "Na.h": 0.824834032, "K.n": 0.0268197056,
              "NaP.p": 4.93212185e-3}),
        rest({"V": -69.76685155833}, changes={"leak.E": -69.74}, relative=1e-11, what="rest with E_leak = -69.74"),
        *(onset(value, d + 5, pulse=d, below=3000, threshold=0, source=_CHECKED, what=f"threshold, pulse of {d:g} ms")
          for d, value in {0.05: 1456.919332, 0.1: 866.833943, 0.12: 769.129786, 0.2: 574.571699, 0.5: 403.954750,
                           1: 356.035697, 5: 342.086210}.items()),
        onset(342.0862194, 50, below=1000, relative=1e-9),
        *rates({700: 231.555056}, 100, 20),
        *spikes("step of 1000 for 0.12 ms", Step(1000, 0, 0.12), 3, times=(0.1323334,), count=1,
                initial={"V": -70.0}, tolerance=1e-7),
    ),
}  # fmt: skip
