"""The P-type calcium channel of Purkinje cells.

De Schutter E, Bower JM (1994) An active membrane model of the cerebellar Purkinje cell. I. Simulation of current clamps
in slice. J Neurophysiol 71:375-400. doi:10.1152/jn.1994.71.1.375
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp
from ..model.gate import Gate
from .library import entry

SOURCE = "De Schutter & Bower 1994, J Neurophysiol 71:375-400"
DOI = "10.1152/jn.1994.71.1.375"
PREPARATION = "Purkinje cells of guinea pig cerebellum, 37 °C"


@entry("Ca, P/Q type")
def ca_p_de_schutter() -> Channel:
    """P-type calcium channel of Purkinje dendrites."""
    return Channel(
        "CaP", g=4.5, E=135, q10=3, celsius_ref=37, carries="Ca", source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="high-threshold calcium (P)",
        m=Gate(1, alpha=8.5 / (1 + exp((V - 8) / -12.5)), beta=35 / (1 + exp((V + 74) / 14.5))),
        h=Gate(1, alpha=0.0015 / (1 + exp((V + 29) / 8)), beta=0.0055 / (1 + exp((V + 23) / -8))),
    )  # fmt: skip
