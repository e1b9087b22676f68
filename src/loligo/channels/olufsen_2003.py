"""Reduced Traub-Miles channels: sodium activation follows the voltage at once.

Olufsen MS, Whittington MA, Camperi M, Kopell N (2003) New roles for the gamma rhythm: population tuning and
preprocessing for the beta rhythm. J Comput Neurosci 14:33-54. doi:10.1023/A:1021124317706
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp
from ..model.gate import Gate
from .library import entry, linoid

SOURCE = "Olufsen, Whittington, Camperi & Kopell 2003, J Comput Neurosci 14:33-54"
DOI = "10.1023/A:1021124317706"
PREPARATION = "pyramidal cells of the hippocampus, reduced; rates as given"

_alpha_m = 0.32 * linoid(-(V + 54), 4)
_beta_m = 0.28 * linoid(V + 27, 5)


@entry("Na, transient")
def na_olufsen() -> Channel:
    """Sodium channel whose activation is instantaneous."""
    return Channel(
        "Na", g=100, E=50, source=SOURCE, doi=DOI, preparation=PREPARATION, description="sodium",
        m=Gate(3, inf=_alpha_m / (_alpha_m + _beta_m)),
        h=Gate(1, alpha=0.128 * exp(-(V + 50) / 18), beta=4 / (1 + exp(-(V + 27) / 5))),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_olufsen() -> Channel:
    """Delayed rectifier."""
    return Channel(
        "K", g=80, E=-100, source=SOURCE, doi=DOI, preparation=PREPARATION, description="delayed rectifier potassium",
        n=Gate(4, alpha=0.032 * linoid(-(V + 52), 5), beta=0.5 * exp(-(V + 57) / 40)),
    )  # fmt: skip
