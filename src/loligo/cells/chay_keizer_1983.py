"""The pancreatic beta cell.

Chay TR, Keizer J (1983) Minimal model for membrane oscillations in the pancreatic beta-cell. Biophys J 42:181-190.
doi:10.1016/S0006-3495(83)84384-7. Channels: `channels/chay_keizer_1983.py`.

The calcium current counts twice in the membrane equation, as in the authors' form. XPP files in circulation name the
initial V = -54.774 in a way that XPP does not read: they start at 0.
"""

from __future__ import annotations

from ..channels.chay_keizer_1983 import DOI, PREPARATION, SOURCE, ca_chay_keizer, k_ca_chay_keizer, k_chay_keizer
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.expression import symbols
from ..model.fact import RECOMPUTED, bursts
from ..model.parameter import Parameter
from ..model.pool import Pool


def chay_keizer_1983() -> Cell:
    """Chay & Keizer 1983: square-wave bursting; glucose acts through the removal of calcium, Ca.k."""
    I, Ca, f, r, F, k = symbols("I Ca f r F k")
    calcium = Pool(
        "Ca", rate=f * (-3 * I / (r * F) - k * Ca), unit="µM", source=SOURCE, description="calcium inside",
        f=Parameter(0.004, "1", (0, 1), "fraction of calcium that is free"),
        r=Parameter(8.9e-4, "cm", (1e-9, 1), "radius of the cell"),
        F=Parameter(96487.0, "1", (96000, 97000), "Faraday's constant, C/mol, as printed"),
        k=Parameter(0.04, "1/ms", (0, 100), "removal of calcium, which glucose speeds up"),
    )  # fmt: skip
    leak = Channel("leak", g=0.04, E=-40, source=SOURCE, description="leak")
    return Cell(
        "chay_keizer_1983", [ca_chay_keizer(), k_chay_keizer(), k_ca_chay_keizer(), leak], pools=[calcium],
        capacitance=1.0, celsius=20.0, source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=-35,
        initial={"V": -54.774, "CaV.m": 0.027532, "CaV.h": 0.086321, "K.n": 0.00044035, "Ca": 0.10749},
        validity="bursting of coupled cells in islets, seen as one; channels borrowed from the squid",
        description="pancreatic beta cell",
    )  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with the XPP file over 723 spikes within 1.1e-3 ms"
_BURSTS = {
    0.02: (177, 20982.721, 2524.451), 0.03: (197, 14562.224, 2859.049), 0.04: (224, 11978.514, 3343.150),
    0.05: (266, 11045.971, 4181.928),
}  # fmt: skip
FACTS = {
    "chay_keizer_1983": tuple(
        bursts(f"bursts with k_Ca = {k:g}", {"spikes": n, "period": period, "duration": duration}, 160000, 60000, 1000,
               changes={"Ca.k": k}, initial="own", source=_CHECKED, relative=2e-6)
        for k, (n, period, duration) in _BURSTS.items()
    ),
}  # fmt: skip
