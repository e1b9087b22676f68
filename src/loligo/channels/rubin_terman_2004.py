"""Channels of neurons of the subthalamic nucleus.

Rubin JE, Terman D (2004) High frequency stimulation of the subthalamic nucleus eliminates pathological thalamic
rhythmicity in a computational model. J Comput Neurosci 16:211-235. doi:10.1023/B:JCNS.0000025686.47117.67. After
Terman et al. (2002) J Neurosci 22:2963-2976.
"""

from __future__ import annotations

from typing import Any

from ..model.channel import Channel
from ..model.expression import V, exp, symbols
from ..model.gate import Gate
from .library import entry, sigmoid

SOURCE = "Rubin & Terman 2004, J Comput Neurosci 16:211-235"
DOI = "10.1023/B:JCNS.0000025686.47117.67"
PREPARATION = "subthalamic neurons of rat; rates as given"

_COMMON: dict[str, Any] = {"source": SOURCE, "doi": DOI, "preparation": PREPARATION}
g, E, a, b, r, Ca = symbols("g E a b r Ca")


@entry("Na, transient")
def na_rubin_terman() -> Channel:
    """Sodium current with instantaneous activation."""
    return Channel(
        "Na", g=37.5, E=55, **_COMMON, description="sodium", m=Gate(3, inf=sigmoid(-30, 15)),
        h=Gate(1, inf=1 / (1 + exp((V + 39) / 3.1)), tau=(1 + 500 / (1 + exp((V + 57) / 3))) / 0.75),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_rubin_terman() -> Channel:
    """Delayed rectifier."""
    return Channel(
        "K", g=45, E=-80, **_COMMON, description="delayed rectifier potassium",
        n=Gate(4, inf=sigmoid(-32, 8), tau=(1 + 100 / (1 + exp((V + 80) / 26))) / 0.75),
    )  # fmt: skip


@entry("K(Ca), AHP", Ca=10)
def ahp_rubin_terman() -> Channel:
    """Afterhyperpolarisation current, gated by calcium alone."""
    return Channel(
        "AHP", g=9, E=-80, **_COMMON, reads="Ca", description="calcium-dependent potassium",
        k=Gate(1, inf=Ca / (Ca + 15)),
    )  # fmt: skip


@entry("Ca, L type")
def ca_rubin_terman() -> Channel:
    """High-threshold calcium current, instantaneous."""
    return Channel(
        "CaL",
        g=0.5,
        E=140,
        **_COMMON,
        carries="Ca",
        description="high-threshold calcium",
        s=Gate(2, inf=sigmoid(-39, 8)),
    )


@entry("Ca, T type")
def ca_t_rubin_terman() -> Channel:
    """T current whose inactivation b follows a slow variable r; the source of rebound bursts.

    The time constant of r has V - 68, as in the authors' files, and is therefore almost constant below +60 mV.
    """
    return Channel(
        "CaT", g=0.5, E=140, **_COMMON, carries="Ca", description="low-threshold calcium (T)",
        current=g * a**3 * b**2 * (V - E), a=Gate(3, inf=sigmoid(-63, 7.8)),
        b=Gate(2, inf=1 / (1 + exp((r - 0.25) / -0.07)) - 1 / (1 + exp(-0.25 / -0.07))),
        r=Gate(1, inf=1 / (1 + exp((V + 67) / 2)), tau=(7.1 + 17.5 / (1 + exp((V - 68) / 2.2))) / 0.5),
    )  # fmt: skip
