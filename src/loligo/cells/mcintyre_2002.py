"""The node of a mammalian myelinated fibre.

McIntyre CC, Richardson AG, Grill WM (2002) J Neurophysiol 87:995-1006. doi:10.1152/jn.00353.2001. Channels:
`channels/mcintyre_2002.py`. The nodal membrane alone, without the cable: it is bistable, since the internode that holds
the fibre at -80 mV is missing.

The archived file, ModelDB 3810, carries a later correction of the sign at the singular point of alpha_h (V = -114 mV
exactly), which does not arise here.
"""

from __future__ import annotations

from ..channels.mcintyre_2002 import DOI, PREPARATION, SOURCE, k_s_mcintyre, na_mcintyre, na_p_mcintyre
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import RECOMPUTED, onset, rest

_START = {"NaP.p": 0.2, "Na.m": 0.07, "Na.h": 0.62, "Ks.s": 0.2}


def mcintyre_2002_mrg_node() -> Cell:
    """McIntyre, Richardson & Grill 2002: the isolated node, 37 °C."""
    leak = Channel("leak", g=7, E=-90, source=SOURCE, description="leak")
    return Cell(
        "mcintyre_2002_mrg_node", [na_mcintyre(), na_p_mcintyre(), k_s_mcintyre(), leak], capacitance=2.0, celsius=37.0,
        source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=-20, initial={"V": -80, **_START},
        validity="the nodal membrane only; rest and afterpotentials of the fibre need the internode",
        description="mammalian node of Ranvier (MRG)",
    )  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with ModelDB 3810 in NEURON within 2e-8 ms"
FACTS = {
    "mcintyre_2002_mrg_node": (
        rest({"V": -87.9380069, "NaP.p": 0.102898884, "Na.m": 0.0349330801, "Na.h": 0.829252542,
              "Ks.s": 0.0102903784}),
        *(onset(value, d + 3, pulse=d, below=2000, threshold=0, initial={"V": -87.94, **_START}, before=200,
                source=_CHECKED, what=f"threshold, pulse of {d:g} ms")
          for d, value in {0.02: 609.805969, 0.05: 245.486834, 0.1: 124.364590, 0.2: 64.118984, 0.5: 28.336529,
                           1: 16.663155}.items()),
    ),
}  # fmt: skip
