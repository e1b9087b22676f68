"""Channels of the parabolic burster R15 of Aplysia.

Plant RE (1981) Bifurcation and resonance in a model for bursting nerve cells. J Math Biol 11:15-32.
doi:10.1007/BF00275821. Form of Rinzel J, Lee YS (1987) Dissection of a model for neuronal parabolic bursting. J Math
Biol 25:653-675. doi:10.1007/BF00275501

Voltage is scaled: V_s = (127 V + 8265) / 105. Rates are divided by 12.5.
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp, symbol
from ..model.gate import Gate
from .library import entry, linoid

SOURCE = "Plant 1981, J Math Biol 11:15-32"
DOI = "10.1007/BF00275821"
PREPARATION = "neuron R15 of the abdominal ganglion of Aplysia; rates scaled by 1/12.5"

Vs = (127 * V + 8265) / 105
_alpha_m = 0.1 * linoid(50 - Vs, 10)
_beta_m = 4 * exp((25 - Vs) / 18)


@entry("Na, transient")
def na_plant() -> Channel:
    """Fast inward current with instantaneous activation."""
    return Channel(
        "Na", g=4, E=30, source=SOURCE, doi=DOI, preparation=PREPARATION, description="fast inward",
        m=Gate(3, inf=_alpha_m / (_alpha_m + _beta_m)),
        h=Gate(1, alpha=0.07 * exp((25 - Vs) / 20) / 12.5, beta=1 / (1 + exp((55 - Vs) / 10)) / 12.5),
    )  # fmt: skip


@entry("Ca, T type")
def ca_plant() -> Channel:
    """Slow inward calcium current."""
    return Channel(
        "CaS", g=0.004, E=140, carries="Ca", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="slow inward calcium", x=Gate(1, inf=1 / (1 + exp(0.15 * (-50 - V))), tau=235),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_plant() -> Channel:
    """Delayed rectifier."""
    return Channel(
        "K", g=0.3, E=-75, source=SOURCE, doi=DOI, preparation=PREPARATION, description="delayed rectifier potassium",
        n=Gate(4, alpha=0.01 * linoid(55 - Vs, 10) / 12.5, beta=0.125 * exp((45 - Vs) / 80) / 12.5),
    )  # fmt: skip


@entry("K(Ca), SK", Ca=0.5)
def k_ca_plant() -> Channel:
    """Potassium current gated by calcium alone."""
    Ca = symbol("Ca")
    return Channel(
        "KCa", g=0.03, E=-75, reads="Ca", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="calcium-dependent potassium", k=Gate(1, inf=Ca / (0.5 + Ca)),
    )  # fmt: skip
