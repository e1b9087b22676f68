"""Sodium and delayed-rectifier potassium channels of the squid giant axon.

Hodgkin AL, Huxley AF (1952) A quantitative description of membrane current and its application to conduction and
excitation in nerve. J Physiol 117:500-544. doi:10.1113/jphysiol.1952.sp004764

Conductances and potentials: Table 3. Rates: equations 12, 13 (n), 20, 21 (m), 23, 24 (h), with today's signs and rest
at -65 mV. Temperature: p. 523.
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp
from ..model.gate import Gate
from .library import entry

SOURCE = "Hodgkin & Huxley 1952, J Physiol 117:500-544"
DOI = "10.1113/jphysiol.1952.sp004764"
PREPARATION = "giant axon of the squid Loligo forbesi, voltage clamp, 6.3 °C"


@entry("Na, transient")
def na_hodgkin_huxley() -> Channel:
    """Sodium channel of the squid axon."""
    return Channel(
        "Na", g=120, E=50, q10=3, celsius_ref=6.3, source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="sodium",
        m=Gate(3, alpha=0.1 * (V + 40) / (1 - exp(-(V + 40) / 10)), beta=4 * exp(-(V + 65) / 18)),
        h=Gate(1, alpha=0.07 * exp(-(V + 65) / 20), beta=1 / (1 + exp(-(V + 35) / 10))),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_hodgkin_huxley() -> Channel:
    """Delayed-rectifier potassium channel of the squid axon."""
    return Channel(
        "K", g=36, E=-77, q10=3, celsius_ref=6.3, source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="delayed rectifier potassium",
        n=Gate(4, alpha=0.01 * (V + 55) / (1 - exp(-(V + 55) / 10)), beta=0.125 * exp(-(V + 65) / 80)),
    )  # fmt: skip


@entry("leak")
def leak_hodgkin_huxley() -> Channel:
    """The leak of the squid axon, "chloride and other ions"."""
    return Channel(
        "leak", g=0.3, E=-54.387, source=SOURCE, doi=DOI, preparation=PREPARATION, description="leak",
    )  # fmt: skip
