"""Channels of fast-spiking hippocampal interneurons.

Wang XJ, Buzsáki G (1996) Gamma oscillation by synaptic inhibition in a hippocampal interneuronal network model. J
Neurosci 16:6402-6413. doi:10.1523/JNEUROSCI.16-20-06402.1996
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp
from ..model.gate import Gate
from .library import entry, linoid

SOURCE = "Wang & Buzsáki 1996, J Neurosci 16:6402-6413"
DOI = "10.1523/JNEUROSCI.16-20-06402.1996"
PREPARATION = "fast-spiking interneurons of the hippocampus; rates as given, with phi = 5"

PHI = 5
_alpha_m = 0.1 * linoid(-(V + 35), 10)
_beta_m = 4 * exp(-(V + 60) / 18)


@entry("Na, transient")
def na_wang_buzsaki() -> Channel:
    """Sodium channel whose activation is instantaneous."""
    return Channel(
        "Na", g=35, E=55, source=SOURCE, doi=DOI, preparation=PREPARATION, description="sodium",
        m=Gate(3, inf=_alpha_m / (_alpha_m + _beta_m)),
        h=Gate(1, alpha=PHI * (0.07 * exp(-(V + 58) / 20)), beta=PHI / (1 + exp(-0.1 * (V + 28)))),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_wang_buzsaki() -> Channel:
    """Delayed rectifier of fast-spiking interneurons."""
    return Channel(
        "K", g=9, E=-90, source=SOURCE, doi=DOI, preparation=PREPARATION, description="delayed rectifier potassium",
        n=Gate(4, alpha=PHI * (0.01 * linoid(-(V + 34), 10)), beta=PHI * (0.125 * exp(-(V + 44) / 80))),
    )  # fmt: skip
