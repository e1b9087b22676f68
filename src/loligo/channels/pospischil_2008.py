"""Channels of cortical and thalamic cells beside Traub's sodium and potassium: M, high- and low-threshold calcium.

Pospischil M, Toledo-Rodriguez M, Monier C, Piwkowska Z, Bal T, Frégnac Y, Markram H, Destexhe A (2008) Minimal
Hodgkin-Huxley type models for different classes of cortical and thalamic neurons. Biol Cybern 99:427-441.
doi:10.1007/s00422-008-0263-8. M current after Yamada et al. (1989), L current after Reuveni et al. (1993), T current
after Destexhe et al. (1996).
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp, symbol
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry, linoid

SOURCE = "Pospischil et al. 2008, Biol Cybern 99:427-441"
DOI = "10.1007/s00422-008-0263-8"
PREPARATION = "cortical and thalamic cells of rat, guinea pig, ferret and cat, 36 °C"

W = V + symbol("Vx")
tau_max = symbol("tau_max")


@entry("K, M type")
def k_m_pospischil() -> Channel:
    """M current: slow, and responsible for the adaptation of firing."""
    return Channel(
        "M", g=0.075, E=-90, source=SOURCE, doi=DOI, preparation=PREPARATION, description="slow potassium (M)",
        tau_max=Parameter(608.0, "ms", (1e-3, 1e6), "scale of its time constant"),
        p=Gate(1, inf=1 / (1 + exp(-(V + 35) / 10)),
               tau=tau_max / (3.3 * exp((V + 35) / 20) + exp(-(V + 35) / 20))),
    )  # fmt: skip


@entry("Ca, L type")
def ca_l_pospischil() -> Channel:
    """High-threshold calcium current, after Reuveni et al. (1993)."""
    return Channel(
        "CaL", g=0.1, E=120, carries="Ca", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="high-threshold calcium (L)",
        q=Gate(2, alpha=0.055 * linoid(-27 - V, 3.8), beta=0.94 * exp((-75 - V) / 17)),
        r=Gate(1, alpha=0.000457 * exp((-13 - V) / 50), beta=0.0065 / (1 + exp((-15 - V) / 28))),
    )  # fmt: skip


@entry("Ca, T type")
def ca_t_pospischil() -> Channel:
    """Low-threshold calcium current with instantaneous activation, after Destexhe et al. (1996)."""
    return Channel(
        "CaT", g=0.4, E=120, carries="Ca", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="low-threshold calcium (T)",
        Vx=Parameter(-7.0, "mV", (-100, 100), "shift of the voltage dependence"),
        s=Gate(2, inf=1 / (1 + exp(-(W + 57) / 6.2))),
        u=Gate(1, inf=1 / (1 + exp((W + 81) / 4)),
               tau=30.8 + (211.4 + exp((W + 113.2) / 5)) / (1 + exp((W + 84) / 3.2)), q10=3, celsius_ref=24),
    )  # fmt: skip
