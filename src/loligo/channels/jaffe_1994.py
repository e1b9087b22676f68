"""The N-type calcium current of hippocampal pyramidal cells, as a constant-field current.

Jaffe DB, Ross WN, Lisman JE, Lasser-Ross N, Miyakawa H, Johnston D (1994) A model for dendritic Ca2+ accumulation in
hippocampal pyramidal neurons based on fluorescence imaging measurements. J Neurophysiol 71:1065-1077.
doi:10.1152/jn.1994.71.3.1065. Rates as in Migliore M, Cook EP, Jaffe DB, Turner DA, Johnston D (1995) J Neurophysiol
73:1157-1168 (ModelDB 3263). Calcium inside, beyond 1 µM, shuts the channel.

The driving force is the constant-field one of a unit conductance, (RT / 2F) w (1 - (c_i / c_o) e^w) / (e^w - 1) with
w = 2 F V / RT, that is the constant-field current over that of its linear part, 4 F² c_o / RT.
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp, ghk, symbols
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry, linoid

SOURCE = "Jaffe, Ross, Lisman, Lasser-Ross, Miyakawa & Johnston 1994, J Neurophysiol 71:1065-1077"

g, m, h, Ca, Cao, K, celsius = symbols("g m h Ca Cao K celsius")
RT_F = 8.314462618 * (celsius + 273.15) / 96.48533212  # mV


@entry("Ca, N type", Ca=5e-5)
def ca_n_jaffe() -> Channel:
    """High-threshold calcium current that inactivates slowly."""
    return Channel(
        "CaN", g=0.3, current=g * m**2 * h * (K / (K + Ca)) * RT_F * ghk(Ca, Cao, 2) / (4 * 96485.33212 * Cao),
        reads="Ca", carries="Ca", source=SOURCE, doi="10.1152/jn.1994.71.3.1065",
        preparation="CA1 and CA3 pyramidal cells of guinea pig and rat; rates as given, about 30 °C",
        description="N-type calcium", Cao=Parameter(2.0, "mM", (1e-6, 1e3), "calcium outside"),
        K=Parameter(1e-3, "mM", (1e-9, 1e3), "calcium inside that halves the current"),
        m=Gate(2, alpha=0.1967 * linoid(19.88 - V, 10), beta=0.046 * exp(-V / 20.73)),
        h=Gate(1, alpha=1.6e-4 * exp(-V / 48.4), beta=1 / (exp((39 - V) / 10) + 1)),
    )  # fmt: skip
