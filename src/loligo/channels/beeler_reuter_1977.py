"""Channels of ventricular myocardium.

Beeler GW, Reuter H (1977) Reconstruction of the action potential of ventricular myocardial fibres. J Physiol
268:177-210. doi:10.1113/jphysiol.1977.sp011853
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp, log, symbols
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry, linoid

SOURCE = "Beeler & Reuter 1977, J Physiol 268:177-210"
DOI = "10.1113/jphysiol.1977.sp011853"
PREPARATION = "ventricular myocardium of mammals, 37 °C; rates as given"

g, g0, E, m, h, j, x1, Ca = symbols("g g0 E m h j x1 Ca")


@entry("Na, transient")
def na_beeler_reuter() -> Channel:
    """Sodium current with fast (h) and slow (j) inactivation."""
    return Channel(
        "Na", g=4, E=50, current=(g * m**3 * h * j + g0) * (V - E), source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="sodium", g0=Parameter(0.003, "mS/cm²", (0, 1e6), "conductance that is always open"),
        m=Gate(3, alpha=linoid(-(V + 47), 10), beta=40 * exp(-0.056 * (V + 72))),
        h=Gate(1, alpha=0.126 * exp(-0.25 * (V + 77)), beta=1.7 / (1 + exp(-0.082 * (V + 22.5)))),
        j=Gate(1, alpha=0.055 * exp(-0.25 * (V + 78)) / (1 + exp(-0.2 * (V + 78))),
               beta=0.3 / (1 + exp(-0.1 * (V + 32)))),
    )  # fmt: skip


@entry("Ca, L type", Ca=2e-07)
def ca_beeler_reuter() -> Channel:
    """Slow inward current; its reversal potential follows from calcium (in M) inside."""
    return Channel(
        "s", g=0.09, E=-82.3 - 13.0287 * log(Ca), reads="Ca", carries="Ca", source=SOURCE, doi=DOI,
        preparation=PREPARATION, description="slow inward, mainly calcium",
        d=Gate(1, alpha=0.095 * exp(-0.01 * (V - 5)) / (1 + exp(-0.072 * (V - 5))),
               beta=0.07 * exp(-0.017 * (V + 44)) / (1 + exp(0.05 * (V + 44)))),
        f=Gate(1, alpha=0.012 * exp(-0.008 * (V + 28)) / (1 + exp(0.15 * (V + 28))),
               beta=0.0065 * exp(-0.02 * (V + 30)) / (1 + exp(-0.2 * (V + 30)))),
    )  # fmt: skip


@entry("K, inward rectifier")
def k1_beeler_reuter() -> Channel:
    """Time-independent outward current."""
    steep = 4 * (exp(0.04 * (V + 85)) - 1) / (exp(0.08 * (V + 53)) + exp(0.04 * (V + 53)))
    return Channel(
        "K1", g=0.35, current=g * (steep + 0.2 * linoid(-(V + 23), 25)), source=SOURCE, doi=DOI,
        preparation=PREPARATION, description="time-independent potassium",
    )  # fmt: skip


@entry("K, slow")
def x1_beeler_reuter() -> Channel:
    """Time-dependent outward current that ends the plateau."""
    return Channel(
        "X1", g=0.8, current=g * x1 * (exp(0.04 * (V + 77)) - 1) / exp(0.04 * (V + 35)), source=SOURCE, doi=DOI,
        preparation=PREPARATION, description="time-dependent outward, mainly potassium",
        x1=Gate(1, alpha=0.0005 * exp(0.083 * (V + 50)) / (1 + exp(0.057 * (V + 50))),
                beta=0.0013 * exp(-0.06 * (V + 20)) / (1 + exp(-0.04 * (V + 20)))),
    )  # fmt: skip
