"""Channels of the thalamus: T currents of relay and reticular cells, and an h current that calcium regulates.

Destexhe A, Bal T, McCormick DA, Sejnowski TJ (1996) Ionic mechanisms underlying synchronized oscillations and
propagating waves in a model of ferret thalamic slices. J Neurophysiol 76:2049-2070. doi:10.1152/jn.1996.76.3.2049.
Calcium shifts voltage dependence by 2 mV: W = V + 2.
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp, nernst, symbols
from ..model.gate import Gate
from ..model.parameter import Parameter
from ..model.scheme import Scheme
from .library import entry

SOURCE = "Destexhe, Bal, McCormick & Sejnowski 1996, J Neurophysiol 76:2049-2070"
DOI = "10.1152/jn.1996.76.3.2049"
PREPARATION = "thalamic neurons of the ferret, 36 °C"

W = V + 2
Ca, outside, g, E, o1, o2, p1 = symbols("Ca outside g E o1 o2 p1")


def _outside() -> Parameter:
    return Parameter(2.0, "mM", (1e-6, 1e3), "calcium outside")


@entry("Ca, T type", Ca=0.00024)
def ca_t_destexhe() -> Channel:
    """T current of thalamocortical relay cells, with instantaneous activation."""
    return Channel(
        "CaT", g=2, E=nernst(Ca, outside, 2), reads="Ca", carries="Ca", outside=_outside(), source=SOURCE, doi=DOI,
        preparation=PREPARATION, description="low-threshold calcium (T)",
        m=Gate(2, inf=1 / (1 + exp(-(W + 57) / 6.2))),
        h=Gate(1, inf=1 / (1 + exp((W + 81) / 4)),
               tau=30.8 + (211.4 + exp((W + 113.2) / 5)) / (1 + exp((W + 84) / 3.2)), q10=3, celsius_ref=24),
    )  # fmt: skip


@entry("Ca, T type", Ca=0.00024)
def ca_t_destexhe_re() -> Channel:
    """T current of thalamic reticular cells: slower, and less sensitive to voltage."""
    return Channel(
        "CaT", g=3, E=nernst(Ca, outside, 2), reads="Ca", carries="Ca", outside=_outside(), source=SOURCE, doi=DOI,
        preparation=PREPARATION, description="low-threshold calcium (T)", q10=2.5, celsius_ref=24,
        m=Gate(2, inf=1 / (1 + exp(-(W + 50) / 7.4)), tau=3 + 1 / (exp((W + 25) / 10) + exp(-(W + 100) / 15))),
        h=Gate(1, inf=1 / (1 + exp((W + 78) / 5)), tau=85 + 1 / (exp((W + 46) / 4) + exp(-(W + 405) / 50))),
    )  # fmt: skip


@entry("HCN", Ca=0.00024)
def h_destexhe() -> Channel:
    """h current of relay cells: calcium binds to a protein p1 that locks the channel open (o2).

    The kinetics of the scheme hold at 36 °C.
    """
    inf = 1 / (1 + exp((V + 75) / 5.5))
    tau = 20 + 1000 / (exp((V + 71.5) / 14.2) + exp(-(V + 89) / 11.6))
    return Channel(
        "H", g=0.02, E=-40, reads="Ca", current=g * (o1 + 2 * o2) * (V - E), source=SOURCE, doi=DOI,
        preparation=PREPARATION, description="hyperpolarisation-activated cation, regulated by calcium",
        p1=Gate(1, alpha=0.0004 * (Ca / 0.002) ** 4, beta=0.0004),
        opening=Scheme({"c1 <-> o1": (inf / tau, (1 - inf) / tau), "o1 <-> o2": (0.001 * (p1 / 0.01), 0.001)},
                       open=o1 + 2 * o2),
    )  # fmt: skip
