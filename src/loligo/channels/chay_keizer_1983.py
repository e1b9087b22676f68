"""Channels of the pancreatic beta cell, adapted from the squid's.

Chay TR, Keizer J (1983) Minimal model for membrane oscillations in the pancreatic beta-cell. Biophys J 42:181-190.
doi:10.1016/S0006-3495(83)84384-7
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp, shifted, symbol, symbols
from ..model.gate import Gate
from .library import entry, linoid

SOURCE = "Chay & Keizer 1983, Biophys J 42:181-190"
DOI = "10.1016/S0006-3495(83)84384-7"
PREPARATION = "pancreatic beta cells of mouse; rates of the squid brought to 20 °C"

u, w = shifted(-50), shifted(-30)
g, E, m, h = symbols("g E m h")


@entry("Ca, L type")
def ca_chay_keizer() -> Channel:
    """Calcium current; it enters the membrane equation twice, the calcium balance once."""
    return Channel(
        "CaV", g=6.5, E=100, q10=3, celsius_ref=6.3, carries={"Ca": 0.5}, current=2 * g * m**3 * h * (V - E),
        source=SOURCE, doi=DOI, preparation=PREPARATION, description="calcium",
        m=Gate(3, alpha=0.1 * linoid(25 - u, 10), beta=4 * exp(-u / 18)),
        h=Gate(1, alpha=0.07 * exp(-u / 20), beta=1 / (1 + exp((30 - u) / 10))),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_chay_keizer() -> Channel:
    """Delayed rectifier."""
    return Channel(
        "K", g=12, E=-75, q10=3, celsius_ref=6.3, source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="delayed rectifier potassium",
        n=Gate(4, alpha=0.01 * linoid(10 - w, 10), beta=0.125 * exp(-w / 80)),
    )  # fmt: skip


@entry("K(Ca), SK", Ca=0.5)
def k_ca_chay_keizer() -> Channel:
    """Potassium current gated by calcium alone."""
    Ca = symbol("Ca")
    return Channel(
        "KCa", g=0.09, E=-75, reads="Ca", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="calcium-dependent potassium", k=Gate(1, inf=Ca / (Ca + 1)),
    )  # fmt: skip
