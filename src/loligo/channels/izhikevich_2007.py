"""Persistent sodium and potassium of the textbook's two-dimensional model.

Izhikevich EM (2007) Dynamical Systems in Neuroscience, MIT Press, chapter 4 (the I_Na,p + I_K model).
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp, symbols
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry

SOURCE = "Izhikevich 2007, Dynamical Systems in Neuroscience, ch. 4"
DOI = "10.7551/mitpress/2526.001.0001"
PREPARATION = "a model for teaching; rates as given"

Vn, tau = symbols("Vn tau")


@entry("Na, persistent")
def na_p_izhikevich() -> Channel:
    """Persistent sodium current, instantaneous."""
    return Channel(
        "NaP", g=20, E=60, source=SOURCE, doi=DOI, preparation=PREPARATION, description="persistent sodium",
        m=Gate(1, inf=1 / (1 + exp((-20 - V) / 15))),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_izhikevich() -> Channel:
    """Potassium current with a movable threshold."""
    return Channel(
        "K", g=10, E=-90, source=SOURCE, doi=DOI, preparation=PREPARATION, description="potassium",
        Vn=Parameter(-25.0, "mV", (-200, 200), "potential of half activation"),
        tau=Parameter(1.0, "ms", (1e-6, 1e6), "time constant"),
        n=Gate(1, inf=1 / (1 + exp((Vn - V) / 5)), tau=tau),
    )  # fmt: skip
