"""Four classes of cortical and thalamic neurons: regular and fast spiking, intrinsically bursting, low-threshold.

Pospischil M, Toledo-Rodriguez M, Monier C, Piwkowska Z, Bal T, Frégnac Y, Markram H, Destexhe A (2008) Minimal
Hodgkin-Huxley type models for different classes of cortical and thalamic neurons. Biol Cybern 99:427-441.
doi:10.1007/s00422-008-0263-8. Channels: `channels/traub_miles_1991.py` and `channels/pospischil_2008.py`.

The paper's fitted sets are used; the demonstration files archived as ModelDB 123623 hold others (E_K = -100, V_T = -55,
tau_max = 1000, other conductances), which are the sets with ``_modeldb``.
"""

from __future__ import annotations

from typing import Any

from ..channels.pospischil_2008 import DOI, PREPARATION, SOURCE, ca_l_pospischil, ca_t_pospischil, k_m_pospischil
from ..channels.traub_miles_1991 import k_traub, na_traub
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import RECOMPUTED, Fact, Trial, onset, rest, spikes
from ..model.stimulus import Step

_VALIDITY = "one compartment at 36 °C, fitted to recordings of single cells; calcium itself is not a variable"
_GATES = {"Na.m": 0.01, "Na.h": 0.99, "K.n": 0.02, "M.p": 0.03}


def _cell(
    name: str, description: str, na: float, k: float, m: float, leak: float, rest: float, VT: float, tau_max: float,
    *more: Channel, E_K: float = -90.0, initial: dict[str, float],
) -> Cell:  # fmt: skip
    parts = [
        na_traub(g=na, VT=VT), k_traub(g=k, VT=VT, E=E_K), k_m_pospischil(g=m, tau_max=tau_max, E=E_K), *more,
        Channel("leak", g=leak, E=rest, source=SOURCE, description="leak"),
    ]  # fmt: skip
    return Cell(
        name, parts, capacitance=1.0, celsius=36.0, source=SOURCE, doi=DOI, preparation=PREPARATION, validity=_VALIDITY,
        spike_threshold=-20, initial=initial, description=description,
    )  # fmt: skip


def pospischil_2008_rs() -> Cell:
    """Pospischil et al. 2008, regular spiking: excitatory cortical cell that adapts."""
    return _cell("pospischil_2008_rs", "regular-spiking cortical cell", 56, 6, 0.075, 0.0205, -70.3, -56.2, 608,
                 initial={"V": -70.3, **_GATES})  # fmt: skip


def pospischil_2008_fs() -> Cell:
    """Pospischil et al. 2008, fast spiking: inhibitory cortical cell."""
    return _cell("pospischil_2008_fs", "fast-spiking cortical cell", 58, 3.9, 0.0787, 0.038, -70.4, -57.9, 502,
                 initial={"V": -70.4, **_GATES})  # fmt: skip


def pospischil_2008_ib() -> Cell:
    """Pospischil et al. 2008, intrinsically bursting: an initial burst by L-type calcium."""
    return _cell("pospischil_2008_ib", "intrinsically bursting cortical cell", 50, 5, 0.03, 0.01, -70, -56.2, 608,
                 ca_l_pospischil(g=0.1, E=120), initial={"V": -70, **_GATES, "CaL.q": 0.0, "CaL.r": 0.7})  # fmt: skip


_LTS_START = {"V": -54, **_GATES, "M.p": 0.13, "CaT.u": 0.05}


def pospischil_2008_lts() -> Cell:
    """Pospischil et al. 2008, low-threshold spiking: rebound bursts by T-type calcium."""
    return _cell("pospischil_2008_lts", "low-threshold spiking cell", 50, 4, 0.028, 0.019, -50, -50, 4000,
                 ca_t_pospischil(g=0.4, E=120, Vx=-7), initial=_LTS_START)  # fmt: skip


_ZERO: dict[str, Any] = {"V": -70, "Na.m": 0, "Na.h": 0, "K.n": 0, "M.p": 0}


def pospischil_2008_rs_modeldb() -> Cell:
    """Regular spiking with the numbers of ModelDB 123623."""
    return _cell("pospischil_2008_rs_modeldb", "regular-spiking cortical cell, archived set", 50, 5, 0.07, 0.1, -70,
                 -55, 1000, E_K=-100, initial=_ZERO)  # fmt: skip


def pospischil_2008_fs_modeldb() -> Cell:
    """Fast spiking with the numbers of ModelDB 123623."""
    return _cell("pospischil_2008_fs_modeldb", "fast-spiking cortical cell, archived set", 50, 10, 0, 0.15, -70, -55,
                 1000, E_K=-100, initial=_ZERO)  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with the mechanisms of ModelDB 123623 in NEURON within 6e-3 ms"
FACTS = {
    "pospischil_2008_rs": (
        rest({"V": -71.9106832}),
        onset(0.464623659, 1000, below=5),
        *spikes("1 µA/cm² for 1 s", Step(1), 1000, count=12, times=(30.9866, 76.5169, 146.3793, 233.8947),
                source=_CHECKED),
        *spikes("2 µA/cm² for 1 s", Step(2), 1000, count=34, interval=30.5693, source=_CHECKED),
    ),
    "pospischil_2008_fs": (
        rest({"V": -71.3872366}),
        onset(0.672781146, 1000, below=5),
        *spikes("1 µA/cm² for 1 s", Step(1), 1000, count=7, times=(35.6688, 132.8696, 285.0501, 438.6112),
                source=_CHECKED),
        *spikes("3 µA/cm² for 1 s", Step(3), 1000, count=57, interval=17.9338, source=_CHECKED),
    ),
    "pospischil_2008_ib": (
        rest({"V": -71.4224840}),
        onset(0.213040556, 1000, below=5),
        *spikes("1 µA/cm² for 1 s", Step(1), 1000, count=39, times=(26.043, 36.560, 47.8916, 60.7051),
                source=_CHECKED),
        *spikes("0.5 µA/cm² for 1 s", Step(0.5), 1000, count=13, times=(55.3159, 77.5785, 115.1914), interval=87.1184,
                source=_CHECKED),
    ),
    "pospischil_2008_lts": (
        rest({"V": -53.9632268}),
        onset(0.123215622, 1000, below=5),
        *spikes("1 µA/cm² for 1 s", Step(1), 1000, count=37, times=(12.7808, 33.0182, 53.751, 74.9225)),
        *spikes("0.5 µA/cm² for 1 s", Step(0.5), 1000, count=18, interval=70.9917),
        Fact("V after 400 ms at -0.5 µA/cm²", "final", {"V": -77.293165}, tolerance=1e-5, unit="mV",
             trial=Trial(Step(-0.5), 400)),
        *spikes("rebound after -0.5 µA/cm² for 400 ms", Step(-0.5, 0, 400), 600, tolerance=1e-4,
                times=(442.148311, 451.385510, 491.966620)),
    ),
    "pospischil_2008_rs_modeldb": (
        rest({"V": -70.57123321, "Na.h": 0.9999237758, "M.p": 0.02772987498}),
        onset(1.935626835, 1000, below=5),
        *spikes("3 µA/cm² for 1 s", Step(3), 1000, count=18, times=(15.39653, 34.84255, 57.86406, 85.64998),
                interval=66.82286869),
    ),
    "pospischil_2008_fs_modeldb": (
        rest({"V": -69.9999941, "Na.h": 0.9999117963}),
        onset(2.724151328, 1000, below=5),
        *spikes("4 µA/cm² for 1 s, without adaptation", Step(4), 1000, count=62,
                times=(12.92113, 28.85444, 44.78631, 60.71817), interval=15.93186077),
    ),
}  # fmt: skip
