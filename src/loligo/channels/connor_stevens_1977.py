"""Channels of crustacean walking-leg axons: fast sodium, delayed rectifier, and the A current.

Connor JA, Walter D, McKown R (1977) Neural repetitive firing: modifications of the Hodgkin-Huxley axon suggested by
experimental results from crustacean axons. Biophys J 18:81-102. doi:10.1016/S0006-3495(77)85598-7. Form and numbers of
Dayan P, Abbott LF (2001) Theoretical Neuroscience, MIT Press, chapter 6.
"""

from __future__ import annotations

from fractions import Fraction

from ..model.channel import Channel
from ..model.expression import V, exp
from ..model.gate import Gate
from .library import entry, linoid

SOURCE = "Connor, Walter & McKown 1977, Biophys J 18:81-102"
DOI = "10.1016/S0006-3495(77)85598-7"
PREPARATION = "walking-leg axons of crustaceans, 18 °C"


@entry("Na, transient")
def na_connor_stevens() -> Channel:
    """Sodium channel of crustacean axons: Hodgkin & Huxley's, moved by 5 mV and 3.8 times as fast."""
    return Channel(
        "Na", g=120, E=55, source=SOURCE, doi=DOI, preparation=PREPARATION, description="sodium",
        m=Gate(3, alpha=0.38 * linoid(-(V + 29.7), 10), beta=15.2 * exp(-0.0556 * (V + 54.7))),
        h=Gate(1, alpha=0.266 * exp(-0.05 * (V + 48)), beta=3.8 / (1 + exp(-0.1 * (V + 18)))),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_connor_stevens() -> Channel:
    """Delayed rectifier of crustacean axons."""
    return Channel(
        "K", g=20, E=-72, source=SOURCE, doi=DOI, preparation=PREPARATION, description="delayed rectifier potassium",
        n=Gate(4, alpha=0.02 * linoid(-(V + 45.7), 10), beta=0.25 * exp(-0.0125 * (V + 55.7))),
    )  # fmt: skip


@entry("K, A type")
def k_a_connor_stevens() -> Channel:
    """The A current: a transient potassium current that delays the first spike and makes slow firing possible."""
    return Channel(
        "KA", g=47.7, E=-75, source=SOURCE, doi=DOI, preparation=PREPARATION, description="transient potassium (A)",
        a=Gate(3, inf=(0.0761 * exp(0.0314 * (V + 94.22)) / (1 + exp(0.0346 * (V + 1.17)))) ** Fraction(1, 3),
               tau=0.3632 + 1.158 / (1 + exp(0.0497 * (V + 55.96)))),
        b=Gate(1, inf=(1 / (1 + exp(0.0688 * (V + 53.3)))) ** 4, tau=1.24 + 2.678 / (1 + exp(0.0624 * (V + 50)))),
    )  # fmt: skip
