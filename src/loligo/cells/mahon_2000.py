"""Medium spiny neuron of the striatum.

Mahon S, Deniau JM, Charpier S, Delord B (2000) Learn Mem 7:357-362. doi:10.1101/lm.34800. Numbers of ModelDB 150621.
Channels: `channels/mahon_2000.py`.

Of the initial values of mKAf, hKAf and mKAs one transcription gives (0.1, 0.02, 0.7) as a mere start; the archived run
starts gates at their steady states but for hKAs = 0.46 and hKrp = 0.7647, and so does this cell.
"""

from __future__ import annotations

from ..channels.mahon_2000 import (
    DOI,
    PREPARATION,
    SOURCE,
    k_a_mahon,
    k_as_mahon,
    k_mahon,
    k_rp_mahon,
    kir_mahon,
    na_mahon,
    na_p_mahon,
    na_s_mahon,
)
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import RECOMPUTED, onset, rest, spikes
from ..model.stimulus import Step


def mahon_2000() -> Cell:
    """Mahon et al. 2000: medium spiny neuron, silent at rest, with a long latency to the first spike."""
    parts = [
        na_mahon(), k_mahon(), kir_mahon(), k_a_mahon(), k_as_mahon(), k_rp_mahon(), na_p_mahon(), na_s_mahon(),
        Channel("leak", g=0.075, E=-75, source=SOURCE, description="leak"),
    ]  # fmt: skip
    return Cell(
        "mahon_2000", parts, capacitance=1.0, celsius=37.0, source=SOURCE, doi=DOI, preparation=PREPARATION,
        spike_threshold=-20, initial={"V": -77.4, "KAs.h": 0.46, "Krp.h": 0.7647},
        validity="one compartment of a spiny cell; no calcium currents; every current has its own E",
        description="medium spiny neuron of the striatum",
    )  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with ModelDB 150621 in NEURON within 8.3e-3 ms"
_STEPS = {1.4: (7, 420.716), 1.6: (20, 141.790), 1.8: (32, 54.407), 2.0: (44, 36.012), 2.5: (71, 21.758)}
FACTS = {
    "mahon_2000": (
        rest({"V": -77.42092752}, relative=1e-10),
        onset(1.329310198, 1000, below=10),
        *(fact for i, (count, first) in _STEPS.items()
          for fact in spikes(f"{i:g} µA/cm² for 1 s", Step(i), 1000, count=count, times=(first,), source=_CHECKED)),
    ),
}  # fmt: skip
