"""Channels of neurons of the ventral cochlear nucleus.

Rothman JS, Manis PB (2003) The roles potassium currents play in regulating the electrical activity of ventral cochlear
nucleus neurons. J Neurophysiol 89:3097-3113. doi:10.1152/jn.00127.2002

The conductances are those of a whole cell of 12 pF; v = V + 60.
"""

from __future__ import annotations

from typing import Any

from ..model.channel import Channel
from ..model.expression import V, exp, symbols
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry

SOURCE = "Rothman & Manis 2003, J Neurophysiol 89:3097-3113"
DOI = "10.1152/jn.00127.2002"
PREPARATION = "ventral cochlear nucleus of guinea pig, 22 °C"

_COMMON: dict[str, Any] = {"source": SOURCE, "doi": DOI, "preparation": PREPARATION}
v = V + 60
g, E, n, p = symbols("g E n p")


@entry("Na, transient")
def na_rothman_manis() -> Channel:
    """Fast sodium current."""
    return Channel(
        "Na", g=Parameter(1000, "nS"), E=50, **_COMMON, description="sodium",
        m=Gate(3, inf=1 / (1 + exp(-(V + 38) / 7)), tau=10 / (5 * exp(v / 18) + 36 * exp(-v / 25)) + 0.04),
        h=Gate(1, inf=1 / (1 + exp((V + 65) / 6)), tau=100 / (7 * exp(v / 11) + 10 * exp(-v / 25)) + 0.6),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_ht_rothman_manis() -> Channel:
    """High-threshold potassium current with a fast (n) and a slow (p) part."""
    return Channel(
        "KHT", g=Parameter(150, "nS"), E=-70, **_COMMON, description="high-threshold potassium",
        current=g * (0.85 * n**2 + 0.15 * p) * (V - E),
        n=Gate(2, inf=(1 + exp(-(V + 15) / 5)) ** -0.5, tau=100 / (11 * exp(v / 24) + 21 * exp(-v / 23)) + 0.7),
        p=Gate(1, inf=1 / (1 + exp(-(V + 23) / 6)), tau=100 / (4 * exp(v / 32) + 5 * exp(-v / 22)) + 5),
    )  # fmt: skip


@entry("K, D type")
def k_lt_rothman_manis() -> Channel:
    """Low-threshold potassium current, which lets type II cells fire once only."""
    return Channel(
        "KLT", g=Parameter(200, "nS"), E=-70, **_COMMON, description="low-threshold potassium",
        w=Gate(4, inf=(1 + exp(-(V + 48) / 6)) ** -0.25, tau=100 / (6 * exp(v / 6) + 16 * exp(-v / 45)) + 1.5),
        z=Gate(1, inf=0.5 + 0.5 / (1 + exp((V + 71) / 10)), tau=1000 / (exp(v / 20) + exp(-v / 8)) + 50),
    )  # fmt: skip


@entry("K, A type")
def k_a_rothman_manis() -> Channel:
    """A current with two inactivation gates."""
    closing = (1 + exp((V + 66) / 7)) ** -0.5
    return Channel(
        "A", g=Parameter(65, "nS"), E=-70, **_COMMON, description="transient potassium (A)",
        a=Gate(4, inf=(1 + exp(-(V + 31) / 6)) ** -0.25, tau=100 / (7 * exp(v / 14) + 29 * exp(-v / 24)) + 0.1),
        b=Gate(1, inf=closing, tau=1000 / (14 * exp(v / 27) + 29 * exp(-v / 24)) + 1),
        c=Gate(1, inf=closing, tau=90 / (1 + exp((-66 - V) / 17)) + 10),
    )  # fmt: skip


@entry("HCN")
def h_rothman_manis() -> Channel:
    """Hyperpolarisation-activated current."""
    return Channel(
        "H", g=Parameter(0.5, "nS"), E=-43, **_COMMON, description="hyperpolarisation-activated cation",
        r=Gate(1, inf=1 / (1 + exp((V + 76) / 7)), tau=100000 / (237 * exp(v / 12) + 17 * exp(-v / 14)) + 25),
    )  # fmt: skip
