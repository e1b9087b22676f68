"""Channels of the crustacean stomatogastric ganglion.

Prinz AA, Billimoria CP, Marder E (2003) Alternative to hand-tuning conductance-based models: construction and analysis
of databases of model neurons. J Neurophysiol 90:3998-4015. doi:10.1152/jn.00641.2003. After Liu Z, Golowasch J, Marder
E, Abbott LF (1998) J Neurosci 18:2309-2320, whose time constants are half of these; measurements of Turrigiano et al.
(1995).
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import Expression, V, exp, nernst, symbols
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry

SOURCE = "Prinz, Billimoria & Marder 2003, J Neurophysiol 90:3998-4015"
DOI = "10.1152/jn.00641.2003"
PREPARATION = "stomatogastric neurons of the lobster Panulirus interruptus, 11 °C; rates as given"

Ca, outside = symbols("Ca outside")


def S(h: float, k: float) -> Expression:
    """1 / (1 + exp((V + h) / k)), as the paper writes it."""
    return 1 / (1 + exp((V + h) / k))


def _outside() -> Parameter:
    return Parameter(3000.0, "µM", (1e-3, 1e6), "calcium outside")


@entry("Na, transient")
def na_prinz() -> Channel:
    """Fast sodium current."""
    return Channel(
        "Na", g=100, E=50, source=SOURCE, doi=DOI, preparation=PREPARATION, description="sodium",
        m=Gate(3, inf=S(25.5, -5.29), tau=2.64 - 2.52 * S(120, -25)),
        h=Gate(1, inf=S(48.9, 5.18), tau=1.34 * S(62.9, -10) * (1.5 + S(34.9, 3.6))),
    )  # fmt: skip


@entry("Ca, T type", Ca=1)
def ca_t_prinz() -> Channel:
    """Fast, transient calcium current."""
    return Channel(
        "CaT", g=2.5, E=nernst(Ca, outside, 2), reads="Ca", carries="Ca", outside=_outside(), source=SOURCE, doi=DOI,
        preparation=PREPARATION, description="transient calcium",
        m=Gate(3, inf=S(27.1, -7.2), tau=43.4 - 42.6 * S(68.1, -20.5)),
        h=Gate(1, inf=S(32.1, 5.5), tau=210 - 179.6 * S(55, -16.9)),
    )  # fmt: skip


@entry("Ca, slow", Ca=1)
def ca_s_prinz() -> Channel:
    """Slow calcium current."""
    return Channel(
        "CaS", g=6, E=nernst(Ca, outside, 2), reads="Ca", carries="Ca", outside=_outside(), source=SOURCE, doi=DOI,
        preparation=PREPARATION, description="slow calcium",
        m=Gate(3, inf=S(33, -8.1), tau=2.8 + 14 / (exp((V + 27) / 10) + exp((V + 70) / -13))),
        h=Gate(1, inf=S(60, 6.2), tau=120 + 300 / (exp((V + 55) / 9) + exp((V + 65) / -16))),
    )  # fmt: skip


@entry("K, A type")
def k_a_prinz() -> Channel:
    """Fast transient potassium current."""
    return Channel(
        "A", g=50, E=-80, source=SOURCE, doi=DOI, preparation=PREPARATION, description="transient potassium (A)",
        m=Gate(3, inf=S(27.2, -8.7), tau=23.2 - 20.8 * S(32.9, -15.2)),
        h=Gate(1, inf=S(56.9, 4.9), tau=77.2 - 58.4 * S(38.9, -26.5)),
    )  # fmt: skip


@entry("K(Ca), BK", Ca=1)
def k_ca_prinz() -> Channel:
    """Potassium current that needs calcium and depolarisation."""
    return Channel(
        "KCa", g=5, E=-80, reads="Ca", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="calcium- and voltage-dependent potassium",
        m=Gate(4, inf=Ca / (Ca + 3) * S(28.3, -12.6), tau=180.6 - 150.2 * S(46, -22.7)),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_prinz() -> Channel:
    """Delayed rectifier."""
    return Channel(
        "Kd", g=100, E=-80, source=SOURCE, doi=DOI, preparation=PREPARATION, description="delayed rectifier potassium",
        m=Gate(4, inf=S(12.3, -11.8), tau=14.4 - 12.8 * S(28.3, -19.2)),
    )  # fmt: skip


@entry("HCN")
def h_prinz() -> Channel:
    """Hyperpolarisation-activated inward current."""
    return Channel(
        "H", g=0.01, E=-20, source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="hyperpolarisation-activated cation",
        m=Gate(1, inf=S(75, 5.5), tau=2 / (exp((V + 169.7) / -11.6) + exp((V - 26.7) / 14.3))),
    )  # fmt: skip
