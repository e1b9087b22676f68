"""Thalamocortical relay and thalamic reticular neurons.

Destexhe A, Bal T, McCormick DA, Sejnowski TJ (1996) J Neurophysiol 76:2049-2070. doi:10.1152/jn.1996.76.3.2049.
Channels: `channels/destexhe_1996.py` and `channels/traub_miles_1991.py`.

The relay cell is not silent at zero current: with g_h = 0.02 it fires a slow burst every 24 to 29 s. Faraday's constant
is 96489 C/mol in the balance of calcium, as in the authors' files.
"""

from __future__ import annotations

import math

from ..channels.destexhe_1996 import DOI, PREPARATION, SOURCE, ca_t_destexhe, ca_t_destexhe_re, h_destexhe
from ..channels.traub_miles_1991 import k_traub, na_traub
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.expression import maximum, symbols
from ..model.fact import RECOMPUTED, Fact, Trial, rest, spikes
from ..model.parameter import Parameter
from ..model.pool import Pool
from ..model.stimulus import Step


def _calcium() -> Pool:
    I, Ca, depth, rest_, tau = symbols("I Ca depth rest tau")
    return Pool(
        "Ca", rate=maximum(0, -10 * I / (2 * 96489 * depth)) + (rest_ - Ca) / tau, unit="mM", source=SOURCE,
        description="calcium below the membrane", depth=Parameter(1.0, "µm", (1e-6, 1e3), "of the shell"),
        rest=Parameter(2.4e-4, "mM", (0, 1), "calcium at rest"), tau=Parameter(5.0, "ms", (1e-3, 1e6), "of removal"),
    )  # fmt: skip


def destexhe_1996_tc() -> Cell:
    """Destexhe et al. 1996: thalamocortical relay cell with T current and an h current that calcium regulates."""
    parts = [
        na_traub(g=90, VT=-25), k_traub(g=10, E=-100, VT=-25), ca_t_destexhe(), h_destexhe(),
        Channel("leak", g=0.01, E=-70, source=SOURCE, description="leak"),
        Channel("KL", g=0.013815533, E=-100, source=SOURCE, description="potassium leak: 4 nS of 96 by 96 µm"),
    ]  # fmt: skip
    return Cell(
        "destexhe_1996_tc", parts, pools=[_calcium()], capacitance=1.0, celsius=36.0, area=math.pi * 96 * 96,
        source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=-20, description="thalamocortical relay cell",
        initial={"V": -70, "Na.m": 0, "Na.h": 0, "K.n": 0, "CaT.h": 0, "H.o1": 0, "H.o2": 0, "H.p1": 0, "Ca": 2.4e-4},
        validity="rebound bursts and slow oscillations of one compartment at 36 °C",
    )  # fmt: skip


def destexhe_1996_re() -> Cell:
    """Destexhe et al. 1996: thalamic reticular cell with a slow T current."""
    parts = [
        na_traub(g=200, VT=-55), k_traub(g=20, E=-100, VT=-55), ca_t_destexhe_re(),
        Channel("leak", g=0.05, E=-90, source=SOURCE, description="leak"),
    ]  # fmt: skip
    return Cell(
        "destexhe_1996_re", parts, pools=[_calcium()], capacitance=1.0, celsius=36.0, area=math.pi * 70 * 64.86,
        source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=-20, description="thalamic reticular cell",
        initial={"V": -90, "Na.m": 0, "Na.h": 0, "K.n": 0, "CaT.m": 0, "CaT.h": 0.9, "Ca": 2.4e-4},
        validity="bursts of one compartment at 36 °C; the cell has most of its T channels on dendrites",
    )  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with ModelDB 3343 in NEURON within 4e-3 ms"
_CM2 = 1e-3 / (math.pi * 96 * 96 * 1e-8)  # µA/cm² of one nA
_RE_CM2 = 1e-3 / (math.pi * 70 * 64.86 * 1e-8)
_AFTER_60_S = {
    "V": -66.9436648, "Na.m": 8.29619e-7, "Na.h": 0.99999991, "K.n": 1.1237267e-5, "CaT.h": 0.0211573837,
    "H.o1": 0.228492855, "H.o2": 0.0155376792, "H.p1": 6.67683384e-4, "Ca": 3.35764235e-4,
}  # fmt: skip


def _rebound(nanoampere: float, times: tuple[float, ...]) -> tuple[Fact, ...]:
    return spikes(f"rebound after {nanoampere:g} nA for 300 ms", Step(nanoampere * _CM2, 0, 300), 1000, times=times,
                  count=8, initial=_AFTER_60_S, source=_CHECKED, tolerance=2e-3)  # fmt: skip


def _driven(nanoampere: float, count: int, times: tuple[float, ...]) -> tuple[Fact, ...]:
    return spikes(f"{nanoampere:g} nA for 500 ms", Step(nanoampere * _CM2, 0, 500), 500, times=times, count=count,
                  initial=_AFTER_60_S, source=_CHECKED, tolerance=1e-3)  # fmt: skip


FACTS = {
    "destexhe_1996_tc": (
        Fact("V after 60 s with g_KL = 0", "final", {"V": -55.18311928}, tolerance=1e-6, unit="mV",
             trial=Trial(None, 60000, {"KL.g": 0.0}, "own")),
        Fact("V after 60 s with g_KL = 0.0103", "final", {"V": -65.73228564}, tolerance=1e-6, unit="mV",
             trial=Trial(None, 60000, {"KL.g": 0.0103}, "own")),
        Fact("spikes in 20 s with g_KL = 0.0138", "count", 6, trial=Trial(None, 20000, {"KL.g": 0.0138}, "own")),
        *_rebound(-0.1, (322.8189, 324.8441, 327.2090)), *_rebound(-0.2, ()), *_rebound(-0.5, ()),
        *_rebound(-0.3, (330.1043, 335.9649, 338.4039)),
        *_driven(0.5, 7, (19.1735,)), *_driven(0.8, 20, (11.3825,)), *_driven(0.2, 0, ()), *_driven(0.3, 0, ()),
    ),
    "destexhe_1996_re": (
        rest({"V": -89.5798849, "CaT.h": 0.871689143, "Ca": 2.45442525e-4}),
        *spikes("0.03 nA for 1 s", Step(0.03 * _RE_CM2), 1000, count=0, source=_CHECKED),
        *spikes("0.05 nA for 1 s", Step(0.05 * _RE_CM2), 1000, count=28, last=218.769, source=_CHECKED, tolerance=2e-3,
                times=(130.320, 132.482, 134.343)),
        *spikes("0.1 nA for 1 s", Step(0.1 * _RE_CM2), 1000, count=43, last=914.257, source=_CHECKED, tolerance=5e-3,
                times=(43.052, 45.134, 46.893)),
    ),
}  # fmt: skip
