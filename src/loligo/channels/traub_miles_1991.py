"""Sodium and potassium channels of hippocampal pyramidal cells, in the form with a movable threshold V_T.

Traub RD, Miles R (1991) Neuronal Networks of the Hippocampus, Cambridge University Press,
doi:10.1017/CBO9780511895401. Many cortical and thalamic models use these rates with u = V - V_T; as printed in
Pospischil et al. 2008 (Biol Cybern 99:427-441) and Brette et al. 2007 (J Comput Neurosci 23:349-398).
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp, symbol
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry, linoid

SOURCE = "Traub & Miles 1991, Neuronal Networks of the Hippocampus"
DOI = "10.1017/CBO9780511895401"
PREPARATION = "pyramidal cells of guinea pig hippocampus, 36 °C"

u = V - symbol("VT")


def _threshold() -> Parameter:
    return Parameter(-63.0, "mV", (-200, 200), "shifts the voltage dependence, and with it the threshold")


@entry("Na, transient")
def na_traub() -> Channel:
    """Sodium channel of hippocampal pyramidal cells."""
    return Channel(
        "Na", g=100, E=50, VT=_threshold(), source=SOURCE, doi=DOI, preparation=PREPARATION, description="sodium",
        m=Gate(3, alpha=0.32 * linoid(13 - u, 4), beta=0.28 * linoid(u - 40, 5)),
        h=Gate(1, alpha=0.128 * exp((17 - u) / 18), beta=4 / (1 + exp((40 - u) / 5))),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_traub() -> Channel:
    """Delayed rectifier of hippocampal pyramidal cells."""
    return Channel(
        "K", g=30, E=-90, VT=_threshold(), source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="delayed rectifier potassium",
        n=Gate(4, alpha=0.032 * linoid(15 - u, 5), beta=0.5 * exp((10 - u) / 40)),
    )  # fmt: skip
