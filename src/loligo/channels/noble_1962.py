"""Channels of the Purkinje fibre of the heart, the first cardiac ones.

Noble D (1962) A modification of the Hodgkin-Huxley equations applicable to Purkinje fibre action and pace-maker
potentials. J Physiol 160:317-352. doi:10.1113/jphysiol.1962.sp006849
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp, symbols
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry, linoid

SOURCE = "Noble 1962, J Physiol 160:317-352"
DOI = "10.1113/jphysiol.1962.sp006849"
PREPARATION = "Purkinje fibres of mammalian heart; rates as given"

g, g0, E, m, h = symbols("g g0 E m h")


@entry("Na, transient")
def na_noble() -> Channel:
    """Sodium current, with a part that is always open."""
    return Channel(
        "Na", g=400, E=40, current=(g * m**3 * h + g0) * (V - E), source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="sodium", g0=Parameter(0.14, "mS/cm²", (0, 1e6), "conductance that is always open"),
        m=Gate(3, alpha=0.1 * linoid(-V - 48, 15), beta=0.12 * linoid(V + 8, 5)),
        h=Gate(1, alpha=0.17 * exp((-V - 90) / 20), beta=1 / (1 + exp((-V - 42) / 10))),
    )  # fmt: skip


@entry("K, inward rectifier")
def k1_noble() -> Channel:
    """Inward-rectifying potassium current."""
    return Channel(
        "K1", g=1.2, E=-100, current=(g * exp((-V - 90) / 50) + 0.015 * exp((V + 90) / 60)) * (V - E), source=SOURCE,
        doi=DOI, preparation=PREPARATION, description="inward-rectifying potassium",
    )  # fmt: skip


@entry("K, slow")
def k2_noble() -> Channel:
    """Slow potassium current whose decay is the pacemaker."""
    return Channel(
        "K2", g=1.2, E=-100, source=SOURCE, doi=DOI, preparation=PREPARATION, description="slow potassium",
        n=Gate(4, alpha=1e-4 * linoid(-V - 50, 10), beta=2e-3 * exp((-V - 90) / 80)),
    )  # fmt: skip
