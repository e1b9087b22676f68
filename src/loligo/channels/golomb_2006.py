"""Channels of CA1 pyramidal cells: the currents behind their bursts.

Golomb D, Yue C, Yaari Y (2006) Contribution of persistent Na+ current and M-type K+ current to somatic bursting in CA1
pyramidal cells: combined experimental and modeling study. J Neurophysiol 96:1912-1926. doi:10.1152/jn.00205.2006
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import symbol
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry, sigmoid

SOURCE = "Golomb, Yue & Yaari 2006, J Neurophysiol 96:1912-1926"
DOI = "10.1152/jn.00205.2006"
PREPARATION = "CA1 pyramidal cells of rat hippocampus; rates as given"

Ca = symbol("Ca")


@entry("Na, transient")
def na_golomb_ca1() -> Channel:
    """Transient sodium current with instantaneous activation."""
    return Channel(
        "Na", g=35, E=55, source=SOURCE, doi=DOI, preparation=PREPARATION, description="transient sodium",
        m=Gate(3, inf=sigmoid(-30, 9.5)),
        h=Gate(1, inf=sigmoid(-45, -7), tau=0.1 * (1 + 7.5 * sigmoid(-40.5, -6))),
    )  # fmt: skip


@entry("Na, persistent")
def na_p_golomb() -> Channel:
    """Persistent sodium current, instantaneous."""
    return Channel(
        "NaP", g=0.3, E=55, source=SOURCE, doi=DOI, preparation=PREPARATION, description="persistent sodium",
        theta=Parameter(-47.0, "mV", (-200, 200), "potential of half activation"),
        p=Gate(1, inf=sigmoid(symbol("theta"), 3)),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_golomb_ca1() -> Channel:
    """Delayed rectifier."""
    return Channel(
        "Kdr", g=6, E=-90, source=SOURCE, doi=DOI, preparation=PREPARATION, description="delayed rectifier potassium",
        n=Gate(4, inf=sigmoid(-35, 10), tau=0.1 * (1 + 5 * sigmoid(-27, -15))),
    )  # fmt: skip


@entry("K, A type")
def k_a_golomb() -> Channel:
    """A current with instantaneous activation."""
    return Channel(
        "KA", g=1.4, E=-90, source=SOURCE, doi=DOI, preparation=PREPARATION, description="transient potassium (A)",
        a=Gate(3, inf=sigmoid(-50, 20)), b=Gate(1, inf=sigmoid(-80, -6), tau=15),
    )  # fmt: skip


@entry("K, M type")
def k_m_golomb() -> Channel:
    """M current."""
    return Channel(
        "M", g=1.0, E=-90, source=SOURCE, doi=DOI, preparation=PREPARATION, description="slow potassium (M)",
        z=Gate(1, inf=sigmoid(-39, 5), tau=75),
    )  # fmt: skip


@entry("Ca, R type")
def ca_golomb() -> Channel:
    """High-threshold calcium current."""
    return Channel(
        "CaR", g=0.08, E=120, carries="Ca", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="high-threshold calcium", r=Gate(2, inf=sigmoid(-20, 10), tau=1),
    )  # fmt: skip


@entry("K(Ca), BK", Ca=2)
def bk_golomb() -> Channel:
    """Fast potassium current (C) that needs calcium and depolarisation."""
    return Channel(
        "KC", g=10, E=-90, reads="Ca", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="calcium- and voltage-dependent potassium (BK)",
        k=Gate(1, inf=1 / (1 + 6 / Ca)), c=Gate(1, inf=sigmoid(-30, 7), tau=2),
    )  # fmt: skip


@entry("K(Ca), AHP", Ca=2)
def ahp_golomb() -> Channel:
    """Slow afterhyperpolarisation current, gated by calcium alone."""
    return Channel(
        "AHP", g=5, E=-90, reads="Ca", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="slow calcium-dependent potassium", q=Gate(1, inf=1 / (1 + (2 / Ca) ** 4), tau=450),
    )  # fmt: skip
