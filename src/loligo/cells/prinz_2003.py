"""Pyloric neurons of the crustacean stomatogastric ganglion: AB/PD, LP and PY.

Prinz AA, Billimoria CP, Marder E (2003) J Neurophysiol 90:3998-4015. doi:10.1152/jn.00641.2003; conductances of the
published cells as in Prinz AA, Bucher D, Marder E (2004) Similar network activity from disparate circuit parameters.
Nat Neurosci 7:1345-1352. doi:10.1038/nn1352. Channels: `channels/prinz_2003.py`.

E_Ca is computed at 284.15 K. The area of the cells is 0.628e-3 cm²; here it only converts the current in the balance of
calcium, which is in nA.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..channels.prinz_2003 import (
    DOI,
    PREPARATION,
    SOURCE,
    ca_s_prinz,
    ca_t_prinz,
    h_prinz,
    k_a_prinz,
    k_ca_prinz,
    k_prinz,
    na_prinz,
)
from ..errors import LoligoError
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.expression import symbols
from ..model.fact import RECOMPUTED, Fact, Trial, bursts
from ..model.parameter import Parameter
from ..model.pool import Pool

_INITIAL = {
    "V": -60, "Na.m": 0.01, "Na.h": 0.9, "CaT.m": 0.05, "CaT.h": 0.9, "CaS.m": 0.05, "CaS.h": 0.5, "A.m": 0.05,
    "A.h": 0.5, "KCa.m": 0.05, "Kd.m": 0.05, "H.m": 0.05, "Ca": 0.05,
}  # fmt: skip
# conductances, mS/cm²: Na, CaT, CaS, A, KCa, Kd, H, leak
_AB_PD = {
    1: (400, 2.5, 6, 50, 10, 100, 0.01, 0), 2: (100, 2.5, 6, 50, 5, 100, 0.01, 0), 3: (200, 2.5, 4, 50, 5, 50, 0.01, 0),
    4: (200, 5, 4, 40, 5, 125, 0.01, 0), 5: (300, 2.5, 2, 10, 5, 125, 0.01, 0),
}  # fmt: skip
_LP = {
    1: (100, 0, 8, 40, 5, 75, 0.05, 0.02), 2: (100, 0, 6, 30, 5, 50, 0.05, 0.02), 3: (100, 0, 10, 50, 5, 100, 0, 0.03),
    4: (100, 0, 4, 20, 0, 25, 0.05, 0.03), 5: (100, 0, 6, 30, 0, 50, 0.03, 0.02),
}  # fmt: skip
_PY = {
    1: (100, 2.5, 2, 50, 0, 125, 0.05, 0.01), 2: (200, 7.5, 0, 50, 0, 75, 0.05, 0),
    3: (200, 10, 0, 50, 0, 100, 0.03, 0),
    4: (400, 2.5, 2, 50, 0, 75, 0.05, 0), 5: (500, 2.5, 2, 40, 0, 125, 0.01, 0.03),
    6: (500, 2.5, 2, 40, 0, 125, 0, 0.02),
}  # fmt: skip
_PATHS = ("Na.g", "CaT.g", "CaS.g", "A.g", "KCa.g", "Kd.g", "H.g", "leak.g")


def _cell(kind: str, sets: Mapping[int, tuple[float, ...]], number: int, default: int, description: str) -> Cell:
    if number not in sets:
        raise LoligoError(f"prinz_2003_{kind}: there is no cell {number!r}; give one of {', '.join(map(str, sets))}")
    na, cat, cas, a, kca, kd, h, leak = sets[number]
    I, Ca, f, area, rest, tau = symbols("I Ca f area rest tau")
    calcium = Pool(
        "Ca", rate=(-f * area * I - Ca + rest) / tau, unit="µM", source=SOURCE, description="calcium inside",
        f=Parameter(14.96, "1", (0, 1e6), "µM per nA"),
        area=Parameter(0.628, "1", (1e-9, 1e6), "nA per µA/cm²: the area of the cell, 0.628e-3 cm²"),
        rest=Parameter(0.05, "µM", (0, 1e6), "calcium at rest"), tau=Parameter(200.0, "ms", (1e-3, 1e6), "of removal"),
    )  # fmt: skip
    parts = [
        na_prinz(g=na), ca_t_prinz(g=cat), ca_s_prinz(g=cas), k_a_prinz(g=a), k_ca_prinz(g=kca), k_prinz(g=kd),
        h_prinz(g=h), Channel("leak", g=leak, E=-50, source=SOURCE, description="leak"),
    ]  # fmt: skip
    suffix = "" if number == default else f"_{number}"
    return Cell(
        f"prinz_2003_{kind}{suffix}", parts, pools=[calcium], capacitance=1.0, celsius=11.0,
        source=f"{SOURCE}; Prinz, Bucher & Marder 2004, Nat Neurosci 7:1345-1352", doi=DOI, preparation=PREPARATION,
        spike_threshold=-20, initial=_INITIAL, description=description,
        validity="a family of single-compartment cells chosen for their behaviour in the pyloric circuit, not fits",
    )  # fmt: skip


def prinz_2003_ab_pd(number: int = 2) -> Cell:
    """Prinz et al.: pacemaker AB/PD, bursting on its own; cells 1 to 5."""
    return _cell("ab_pd", _AB_PD, number, 2, "pyloric pacemaker AB/PD")


def prinz_2003_lp(number: int = 4) -> Cell:
    """Prinz et al.: lateral pyloric neuron LP; cells 1 to 5."""
    return _cell("lp", _LP, number, 4, "lateral pyloric neuron LP")


def prinz_2003_py(number: int = 1) -> Cell:
    """Prinz et al.: pyloric neuron PY; cells 1 to 6."""
    return _cell("py", _PY, number, 1, "pyloric neuron PY")


_CHECKED = f"{RECOMPUTED}; agrees with the NeuroML cell in NEURON within 4e-4 ms over 6 s"


def _set(values: tuple[float, ...]) -> dict[str, float]:
    return dict(zip(_PATHS, map(float, values), strict=True))


def _periodic(number: int, period: float, spikes: int) -> Fact:
    return bursts(f"bursts of AB/PD {number}", {"period": period, "spikes": spikes}, 30000, 15000, 200, initial="own",
                  changes=_set(_AB_PD[number]), relative=1e-5)  # fmt: skip


def _tonic(name: str, values: tuple[float, ...], interval: float) -> Fact:
    return Fact(f"interval of {name}", "interval", interval, tolerance=2e-3, unit="ms",
                trial=Trial(None, 30000, _set(values), "own"))  # fmt: skip


FACTS = {
    "prinz_2003_ab_pd": (
        bursts("bursts",
               {"period": 1493.101, "spikes": 28, "duration": 538.192, "shortest": 9.6486, "longest": 954.910},
               60000, 30000, 200, initial="own", source=_CHECKED, relative=1e-5),
        _periodic(1, 1500.420, 17),
        _periodic(5, 1673.181, 22),
    ),
    "prinz_2003_lp": (
        _tonic("LP 4", _LP[4], 48.464), _tonic("LP 1", _LP[1], 175.544), _tonic("LP 2", _LP[2], 201.321),
    ),
    "prinz_2003_py": tuple(
        _tonic(f"PY {i}", _PY[i], interval)
        for i, interval in {1: 106.334, 2: 20.037, 3: 16.922, 4: 94.892, 5: 94.082, 6: 86.662}.items()
    ),
}  # fmt: skip
