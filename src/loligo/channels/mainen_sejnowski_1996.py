"""Channels of neocortical pyramidal cells: axon, soma and dendrite.

Mainen ZF, Sejnowski TJ (1996) Influence of dendritic structure on firing pattern in model neocortical neurons. Nature
382:363-366. doi:10.1038/382363a0. Kinetics as in the authors' files, ModelDB 2488; conductances, too, grow with
temperature.
"""

from __future__ import annotations

from typing import Any

from ..model.channel import Channel
from ..model.expression import Expression, V, exp, symbols
from ..model.gate import Gate
from .library import entry, linoid

SOURCE = "Mainen & Sejnowski 1996, Nature 382:363-366"
DOI = "10.1038/382363a0"
PREPARATION = "pyramidal cells of neocortex; rates at 23 °C, Q10 of 2.3 for rates and conductances, run at 37 °C"

g, E, m, h, n, q10, celsius, celsius_ref, Ca = symbols("g E m h n q10 celsius celsius_ref Ca")
w = V - 10


def _current(gates: Expression) -> Expression:
    return q10 ** ((celsius - celsius_ref) / 10) * g * gates * (V - E)


_COMMON: dict[str, Any] = {"q10": 2.3, "celsius_ref": 23, "source": SOURCE, "doi": DOI, "preparation": PREPARATION}


@entry("Na, transient")
def na_mainen() -> Channel:
    """Sodium channel of dendrite (15 pS/µm²) and axon (30000 pS/µm²)."""
    alpha, beta = 0.024 * linoid(-(w + 50), 5), 0.0091 * linoid(w + 75, 5)
    return Channel(
        "Na", g=1.5, E=60, **_COMMON, description="sodium", current=_current(m**3 * h),
        m=Gate(3, alpha=0.182 * linoid(-(w + 35), 9), beta=0.124 * linoid(w + 35, 9)),
        h=Gate(1, inf=1 / (1 + exp((w + 65) / 6.2)), tau=1 / (alpha + beta)),
    )  # fmt: skip


@entry("K, delayed rectifier")
def kv_mainen() -> Channel:
    """Fast, non-inactivating potassium channel of axon and soma."""
    return Channel(
        "Kv", g=150, E=-90, **_COMMON, description="fast, non-inactivating potassium", current=_current(n),
        n=Gate(1, alpha=0.02 * linoid(-(V - 25), 9), beta=0.002 * linoid(V - 25, 9)),
    )  # fmt: skip


@entry("K, M type")
def k_m_mainen() -> Channel:
    """Slow, non-inactivating potassium channel (M)."""
    return Channel(
        "M", g=0.01, E=-90, **_COMMON, description="slow, non-inactivating potassium (M)", current=_current(n),
        n=Gate(1, alpha=0.001 * linoid(-(V + 30), 9), beta=0.001 * linoid(V + 30, 9)),
    )  # fmt: skip


@entry("K(Ca), AHP", Ca=0.01)
def k_ca_mainen() -> Channel:
    """Slow potassium channel, gated by calcium (in mM) alone."""
    return Channel(
        "KCa", g=0.3, E=-90, **_COMMON, reads="Ca", description="calcium-dependent potassium", current=_current(n),
        n=Gate(1, alpha=0.01 * Ca, beta=0.02),
    )  # fmt: skip


@entry("Ca, L type")
def ca_mainen() -> Channel:
    """High-voltage-activated calcium channel; its reversal potential is held at 140 mV."""
    return Channel(
        "CaL", g=0.03, E=140, **_COMMON, carries="Ca", description="high-threshold calcium",
        current=_current(m**2 * h),
        m=Gate(2, alpha=0.055 * linoid(-27 - V, 3.8), beta=0.94 * exp((-75 - V) / 17)),
        h=Gate(1, alpha=0.000457 * exp((-13 - V) / 50), beta=0.0065 / (1 + exp((-V - 15) / 28))),
    )  # fmt: skip
