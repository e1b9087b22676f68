"""Channels of medium spiny neurons of the striatum.

Mahon S, Deniau JM, Charpier S, Delord B (2000) Role of a striatal slowly inactivating potassium current in short-term
facilitation of corticostriatal inputs: a computer simulation study. Learn Mem 7:357-362. doi:10.1101/lm.34800.
Numbers of the authors' files, ModelDB 150621.
"""

from __future__ import annotations

from typing import Any

from ..model.channel import Channel
from ..model.expression import V, exp
from ..model.gate import Gate
from .library import entry, linoid, sigmoid

SOURCE = "Mahon, Deniau, Charpier & Delord 2000, Learn Mem 7:357-362"
DOI = "10.1101/lm.34800"
PREPARATION = "medium spiny neurons of rat striatum; rates at 22 °C (slow sodium: 21 °C), run at 37 °C"

_COMMON: dict[str, Any] = {"source": SOURCE, "doi": DOI, "preparation": PREPARATION}
_WARM: dict[str, Any] = {"q10": 2.5, "celsius_ref": 22}
_alpha_m = 0.1 * linoid(-(V + 28), 10)
_beta_m = 4 * exp(-(V + 53) / 18)
y = (V + 38.2) / 28
T_h = 1790 + 2930 * exp(-(y**2)) * y


@entry("Na, transient")
def na_mahon() -> Channel:
    """Fast sodium current with instantaneous activation."""
    return Channel(
        "Na", g=35, E=55, **_COMMON, description="fast sodium", m=Gate(3, inf=_alpha_m / (_alpha_m + _beta_m)),
        h=Gate(1, alpha=5 * (0.07 * exp(-(V + 51) / 20)), beta=5 / (1 + exp(-0.1 * (V + 21)))),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_mahon() -> Channel:
    """Delayed rectifier."""
    return Channel(
        "K", g=6, E=-90, **_COMMON, description="delayed rectifier potassium",
        n=Gate(4, alpha=5 * (0.01 * linoid(-(V + 27), 10)), beta=5 * (0.125 * exp(-(V + 37) / 80))),
    )  # fmt: skip


@entry("K, inward rectifier")
def kir_mahon() -> Channel:
    """Inward rectifier, instantaneous."""
    return Channel(
        "Kir", g=0.15, E=-90, **_COMMON, description="inward-rectifying potassium", m=Gate(1, inf=sigmoid(-100, -10))
    )


@entry("K, A type")
def k_a_mahon() -> Channel:
    """Fast A current."""
    return Channel(
        "KAf", g=0.09, E=-73, **_COMMON, **_WARM, description="fast transient potassium (A)",
        m=Gate(1, inf=sigmoid(-33.1, 7.5), tau=1), h=Gate(1, inf=sigmoid(-70.4, -7.6), tau=25),
    )  # fmt: skip


@entry("K, D type")
def k_as_mahon() -> Channel:
    """Slowly inactivating A current (D), which delays the first spike by its slow inactivation."""
    return Channel(
        "KAs", g=0.32, E=-85, **_COMMON, **_WARM, description="slowly inactivating potassium",
        m=Gate(1, inf=sigmoid(-25.6, 13.3), tau=131.4 / (exp(-(V + 37.4) / 27.3) + exp((V + 37.4) / 27.3))),
        h=Gate(1, inf=sigmoid(-78.8, -10.4), tau=T_h),
    )  # fmt: skip


@entry("K, slow")
def k_rp_mahon() -> Channel:
    """Persistent, very slowly inactivating potassium current."""
    return Channel(
        "Krp", g=0.42, E=-77.5, **_COMMON, **_WARM, description="persistent potassium",
        m=Gate(1, inf=sigmoid(-13.4, 12.1), tau=206.2 / (exp(-(V + 53.9) / 26.5) + exp((V + 53.9) / 26.5))),
        h=Gate(1, inf=sigmoid(-55, -19), tau=3 * T_h),
    )  # fmt: skip


@entry("Na, persistent")
def na_p_mahon() -> Channel:
    """Persistent sodium current."""
    return Channel(
        "NaP",
        g=0.02,
        E=45,
        **_COMMON,
        **_WARM,
        description="persistent sodium",
        m=Gate(1, inf=sigmoid(-47.8, 3.1), tau=1),
    )


@entry("Na, persistent")
def na_s_mahon() -> Channel:
    """Slow sodium current."""
    return Channel(
        "NaS", g=0.11, E=40, **_COMMON, q10=2.5, celsius_ref=21, description="slow sodium",
        m=Gate(1, inf=sigmoid(-16, 9.4), tau=637.8 / (exp(-(V + 33.5) / 26.3) + exp((V + 33.5) / 26.3))),
    )  # fmt: skip
