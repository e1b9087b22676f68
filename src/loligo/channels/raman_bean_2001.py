"""The resurgent sodium channel of cerebellar Purkinje cells: thirteen states, one of them blocked while open.

Raman IM, Bean BP (2001) Inactivation and recovery of sodium currents in cerebellar Purkinje neurons: evidence for two
mechanisms. Biophys J 80:729-737. doi:10.1016/S0006-3495(01)76052-3. Numbers as in Khaliq ZM, Gouwens NW, Raman IM
(2003) J Neurosci 23:4899-4912. On repolarisation the blocking particle leaves and the channel conducts once more.
"""

from __future__ import annotations

from typing import Any

from ..model.channel import Channel
from ..model.expression import V, exp, symbol
from ..model.scheme import Scheme
from .library import entry

SOURCE = "Raman & Bean 2001, Biophys J 80:729-737"
DOI = "10.1016/S0006-3495(01)76052-3"
PREPARATION = "Purkinje cells of mouse cerebellum, about 22 °C"

alpha, beta = 150 * exp(V / 20), 3 * exp(-V / 20)  # activation of one sensor, and back
gamma, delta = 150, 40  # opening and closing
epsilon, zeta = 1.75, 0.03 * exp(-V / 25)  # block and unblock
Con, Coff, Oon, Ooff = 0.005, 0.5, 0.75, 0.005  # inactivation, and back, of the closed and the open channel
a, b = (Oon / Con) ** 0.25, (Ooff / Coff) ** 0.25  # microscopic reversibility


def _rates() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for i in range(1, 5):  # four sensors
        found[f"C{i} <-> C{i + 1}"] = ((5 - i) * alpha, i * beta)
        found[f"I{i} <-> I{i + 1}"] = ((5 - i) * alpha * a, i * beta * b)
    for i in range(1, 6):
        found[f"C{i} <-> I{i}"] = (Con * a ** (i - 1), Coff * b ** (i - 1))
    found["C5 <-> O"] = (gamma, delta)
    found["O <-> B"] = (epsilon, zeta)
    found["O <-> I6"] = (Oon, Ooff)
    found["I5 <-> I6"] = (gamma, delta)
    return found


@entry("Na, resurgent")
def na_r_raman_bean() -> Channel:
    """Resurgent sodium channel, with an open state that a particle blocks."""
    return Channel(
        "NaR", g=16, E=60, source=SOURCE, doi=DOI, preparation=PREPARATION, description="resurgent sodium",
        kinetics=Scheme(_rates(), open=symbol("O")),
    )  # fmt: skip
