"""Channels of a CA3 pyramidal cell, soma and dendrite, reduced from Traub et al. (1991).

Pinsky PF, Rinzel J (1994) Intrinsic and network rhythmogenesis in a reduced Traub model for CA3 neurons. J Comput
Neurosci 1:39-60. doi:10.1007/BF00962717
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp, minimum, symbol, where
from ..model.gate import Gate
from .library import entry, linoid

SOURCE = "Pinsky & Rinzel 1994, J Comput Neurosci 1:39-60"
DOI = "10.1007/BF00962717"
PREPARATION = "CA3 pyramidal cells of guinea pig; rates as given"

Ca = symbol("Ca")
_alpha_m = 0.32 * linoid(-46.9 - V, 4)
_beta_m = 0.28 * linoid(V + 19.9, 5)
_alpha_c = where(V + 10, 2 * exp((-53.5 - V) / 27), exp((V + 50) / 11 - (V + 53.5) / 27) / 18.975)


@entry("Na, transient")
def na_pinsky_rinzel() -> Channel:
    """Sodium current with instantaneous activation."""
    return Channel(
        "Na", g=30, E=60, source=SOURCE, doi=DOI, preparation=PREPARATION, description="sodium",
        m=Gate(2, inf=_alpha_m / (_alpha_m + _beta_m)),
        h=Gate(1, alpha=0.128 * exp((-43 - V) / 18), beta=4 / (1 + exp((-20 - V) / 5))),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_pinsky_rinzel() -> Channel:
    """Delayed rectifier."""
    return Channel(
        "Kdr", g=15, E=-75, source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="delayed rectifier potassium",
        n=Gate(1, alpha=0.016 * linoid(-24.9 - V, 5), beta=0.25 * exp(-1 - 0.025 * V)),
    )  # fmt: skip


@entry("Ca, L type")
def ca_pinsky_rinzel() -> Channel:
    """High-threshold calcium current of the dendrite."""
    return Channel(
        "CaL", g=10, E=80, carries="Ca", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="high-threshold calcium",
        s=Gate(2, alpha=1.6 / (1 + exp(-0.072 * (V - 5))), beta=0.02 * linoid(V + 8.9, 5)),
    )  # fmt: skip


@entry("K(Ca), BK", Ca=100)
def bk_pinsky_rinzel() -> Channel:
    """Fast potassium current (C), gated by voltage and, up to saturation, by calcium."""
    return Channel(
        "KC", g=15, E=-75, reads="Ca", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="calcium- and voltage-dependent potassium (BK)",
        c=Gate(1, alpha=_alpha_c, beta=where(V + 10, 0, 2 * exp((-53.5 - V) / 27) - _alpha_c)),
        chi=Gate(1, inf=minimum(Ca / 250, 1)),
    )  # fmt: skip


@entry("K(Ca), AHP", Ca=100)
def ahp_pinsky_rinzel() -> Channel:
    """Slow afterhyperpolarisation current, gated by calcium alone."""
    return Channel(
        "AHP", g=0.8, E=-75, reads="Ca", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="slow calcium-dependent potassium",
        q=Gate(1, alpha=minimum(2e-5 * Ca, 0.01), beta=0.001),
    )  # fmt: skip
