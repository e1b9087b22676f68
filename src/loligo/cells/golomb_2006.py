"""CA1 pyramidal cell that bursts by persistent sodium and M current, without and with calcium.

Golomb D, Yue C, Yaari Y (2006) J Neurophysiol 96:1912-1926. doi:10.1152/jn.00205.2006. Channels:
`channels/golomb_2006.py`.

In the authors' file for normal calcium the line that sets the initial calcium is not read as such by XPP, which starts
at 0; the value meant, 0.000787, is kept here.
"""

from __future__ import annotations

from ..channels.golomb_2006 import (
    DOI,
    PREPARATION,
    SOURCE,
    ahp_golomb,
    bk_golomb,
    ca_golomb,
    k_a_golomb,
    k_golomb_ca1,
    k_m_golomb,
    na_golomb_ca1,
    na_p_golomb,
)
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.expression import symbols
from ..model.fact import RECOMPUTED, Fact, onset, rest, spikes
from ..model.fact import bursts as burst_fact
from ..model.parameter import Parameter
from ..model.pool import Pool
from ..model.stimulus import Step

_VALIDITY = "the soma of an isolated cell; made for bursts near rest; the temperature is nominal"


def golomb_2006_ca1_zero_ca() -> Cell:
    """Golomb, Yue & Yaari 2006 in zero calcium: bursts by persistent sodium and M current."""
    leak = Channel("leak", g=0.05, E=-70, source=SOURCE, description="leak")
    return Cell(
        "golomb_2006_ca1_zero_ca",
        [na_golomb_ca1(), na_p_golomb(g=0.3, theta=-47), k_golomb_ca1(), k_a_golomb(), k_m_golomb(), leak],
        capacitance=1.0, celsius=35.0, source=SOURCE, doi=DOI, preparation=PREPARATION, validity=_VALIDITY,
        spike_threshold=-20, description="CA1 pyramidal cell, zero calcium",
        initial={"V": -71.81327, "Na.h": 0.98786, "Kdr.n": 0.02457, "KA.b": 0.203517, "M.z": 0.00141},
    )  # fmt: skip


def golomb_2006_ca1() -> Cell:
    """Golomb, Yue & Yaari 2006 in normal calcium."""
    I, Ca, factor, tau = symbols("I Ca factor tau")
    calcium = Pool(
        "Ca", rate=-factor * I - Ca / tau, unit="1", factor=Parameter(0.13, "1", (0, 1e6), "influx per current"),
        tau=Parameter(13.0, "ms", (1e-3, 1e6), "time constant of removal"), source=SOURCE, description="calcium inside",
    )  # fmt: skip
    leak = Channel("leak", g=0.05, E=-70, source=SOURCE, description="leak")
    return Cell(
        "golomb_2006_ca1",
        [na_golomb_ca1(), na_p_golomb(g=0.2, theta=-41), k_golomb_ca1(), k_a_golomb(), k_m_golomb(), ca_golomb(),
         bk_golomb(), ahp_golomb(), leak],
        pools=[calcium], capacitance=1.0, celsius=35.0, source=SOURCE, doi=DOI, preparation=PREPARATION,
        validity=_VALIDITY, spike_threshold=-20, description="CA1 pyramidal cell, normal calcium",
        initial={"V": -71.962, "Na.h": 0.979199, "Kdr.n": 0.0242166, "KA.b": 0.207565, "M.z": 0.0013689,
                 "CaR.r": 0.005507, "KC.c": 0.002486, "AHP.q": 0.0, "Ca": 0.000787},
    )  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with the authors' XPP file within 5.1e-5 ms"
_FIRST = (34.2131, 37.2019, 40.1040, 43.2096, 46.7877, 51.3043, 58.5814, 229.1182, 232.3102, 235.5062, 239.0651,
          243.4289, 249.9546, 420.2182)  # fmt: skip
FACTS = {
    "golomb_2006_ca1_zero_ca": (
        *(rest({"V": v}, changes={"NaP.g": g}, relative=2e-9, what=f"rest with g_NaP = {g:g}")
          for g, v in {0.0: -71.98381635, 0.2: -71.87226829, 0.3: -71.81327350, 0.4: -71.75186918}.items()),
        *(onset(i, 500, below=5, changes={"NaP.g": g}, what=f"rheobase with g_NaP = {g:g}")
          for g, i in {0.0: 0.633474546, 0.2: 0.387079348, 0.3: 0.328642116, 0.4: 0.284214332}.items()),
        *spikes("0.661914 µA/cm²", Step(0.661914), 430, times=_FIRST, initial="own", source=_CHECKED, tolerance=1e-3),
        burst_fact("bursts on 0.661914 µA/cm²", {"period": 191.1024, "spikes": 6}, 3000, 1000, 50, initial="own",
                   stimulus=Step(0.661914), source=_CHECKED),
    ),
    "golomb_2006_ca1": (
        rest({"V": -71.9620135}),
        *spikes("1 µA/cm²", Step(1), 560, initial="own", tolerance=2e-3, source=_CHECKED,
                times=(32.165, 60.378, 156.5546, 256.4058, 356.0423, 455.7074, 555.3703)),
        Fact("interval on 1 µA/cm² after 3 s", "interval", 99.668, tolerance=1e-3, unit="ms", source=_CHECKED,
             trial=spikes("", Step(1), 3000, count=0, initial="own")[0].trial),
    ),
}  # fmt: skip
