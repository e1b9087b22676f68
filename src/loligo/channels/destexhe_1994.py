"""A cation current that calcium opens, and synaptic conductances as kinetic schemes of transmitter.

CAN: Destexhe A, Contreras D, Sejnowski TJ, Steriade M (1994) A model of spindle rhythmicity in the isolated thalamic
reticular nucleus. J Neurophysiol 72:803-818. doi:10.1152/jn.1994.72.2.803. Synapses: Destexhe A, Mainen ZF, Sejnowski
TJ (1994) An efficient method for computing synaptic conductances based on a kinetic model of receptor binding. Neural
Comput 6:14-18. doi:10.1162/neco.1994.6.1.14; magnesium block of NMDA receptors after Jahr & Stevens (1990).

The synapses read the concentration of transmitter in the cleft, ``T`` (mM).
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp, symbols
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry

SOURCE = "Destexhe, Mainen & Sejnowski 1994, Neural Comput 6:14-18"
DOI = "10.1162/neco.1994.6.1.14"
PREPARATION = "synapses of mammalian forebrain, about 31 °C; rates as given"

Ca, T, Mg = symbols("Ca T Mg")


@entry("CAN", Ca=2.4e-4)
def can_destexhe() -> Channel:
    """Non-specific cation current that two calcium ions open; half open at 0.01 mM."""
    return Channel(
        "CAN", g=0.25, E=-20, q10=3, celsius_ref=22, reads="Ca", description="calcium-activated non-specific cation",
        source="Destexhe, Contreras, Sejnowski & Steriade 1994, J Neurophysiol 72:803-818",
        doi="10.1152/jn.1994.72.2.803", preparation="thalamic reticular cells; rates at 22 °C, Q10 of 3",
        m=Gate(2, alpha=0.002 * (Ca / 0.01) ** 2, beta=0.002),
    )  # fmt: skip


@entry("synaptic", T=1.0)
def ampa_destexhe() -> Channel:
    """AMPA receptor."""
    return Channel(
        "AMPA", g=0.1, E=0, reads="T", source=SOURCE, doi=DOI, preparation=PREPARATION, description="AMPA receptor",
        r=Gate(1, alpha=1.1 * T, beta=0.19),
    )  # fmt: skip


@entry("synaptic", T=1.0)
def nmda_destexhe() -> Channel:
    """NMDA receptor with its magnesium block."""
    return Channel(
        "NMDA", g=0.05, E=0, reads="T", source=SOURCE, doi=DOI, preparation=PREPARATION, description="NMDA receptor",
        Mg=Parameter(1.0, "mM", (0, 100), "magnesium outside"), r=Gate(1, alpha=0.072 * T, beta=0.0066),
        B=Gate(1, inf=1 / (1 + exp(-0.062 * V) * Mg / 3.57)),
    )  # fmt: skip


@entry("synaptic", T=1.0)
def gaba_a_destexhe() -> Channel:
    """GABA-A receptor."""
    return Channel(
        "GABAA", g=0.1, E=-80, reads="T", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="GABA-A receptor", r=Gate(1, alpha=5 * T, beta=0.18),
    )  # fmt: skip
