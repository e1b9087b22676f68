"""The squid giant axon.

Hodgkin AL, Huxley AF (1952) A quantitative description of membrane current and its application to conduction and
excitation in nerve. J Physiol 117:500-544. doi:10.1113/jphysiol.1952.sp004764

Conductances and potentials: Table 3. Rates: equations 12, 13 (n), 20, 21 (m), 23, 24 (h). Temperature: p. 523.
"""

from __future__ import annotations

from ..model.cell import Cell
from ..model.channel import Channel
from ..model.expression import V, exp
from ..model.gate import Gate

_SOURCE = "Hodgkin & Huxley 1952, J Physiol 117:500-544"
_DOI = "10.1113/jphysiol.1952.sp004764"
_PREPARATION = "giant axon of the squid Loligo forbesi, voltage clamp, 6.3 °C"
_VALIDITY = (
    "one fibre type at 0 to about 25 °C; m, h and n independent and deterministic; no slow inactivation, no "
    "accumulation of ions, no pump. The real axon does not fire tonically the way the model does, and other neurons "
    "need other parameters."
)


def squid() -> Cell:
    """Hodgkin & Huxley 1952 with today's signs: V inside minus outside, rest near -65 mV, 6.3 °C, Q10 3.

    The printed leak potential (10.613 mV above rest) is kept, so rest lies at -64.99638 mV, not at -65.
    """
    na = Channel(
        "Na", g=120, E=50, q10=3, celsius_ref=6.3, source=_SOURCE, description="sodium",
        m=Gate(3, alpha=0.1 * (V + 40) / (1 - exp(-(V + 40) / 10)), beta=4 * exp(-(V + 65) / 18)),
        h=Gate(1, alpha=0.07 * exp(-(V + 65) / 20), beta=1 / (1 + exp(-(V + 35) / 10))),
    )  # fmt: skip
    k = Channel(
        "K", g=36, E=-77, q10=3, celsius_ref=6.3, source=_SOURCE, description="delayed rectifier potassium",
        n=Gate(4, alpha=0.01 * (V + 55) / (1 - exp(-(V + 55) / 10)), beta=0.125 * exp(-(V + 65) / 80)),
    )  # fmt: skip
    leak = Channel("leak", g=0.3, E=-54.387, source=_SOURCE, description="leak")
    return Cell(
        "squid", [na, k, leak], capacitance=1.0, celsius=6.3, source=_SOURCE, doi=_DOI, preparation=_PREPARATION,
        validity=_VALIDITY, description="squid giant axon, today's signs",
    )  # fmt: skip


def squid_1952() -> Cell:
    """The same axon in the paper's own numbers: V is the depolarisation from rest.

    The paper counts V negative for a depolarisation and inward current positive; here both signs are turned (V =
    -V_1952), so that its tables read off with the sign changed. Its leak potential was "chosen to make the total
    ionic current zero" at rest; the exact value that does is used, so that rest is V = 0.
    """
    na = Channel(
        "Na", g=120, E=115, q10=3, celsius_ref=6.3, source=_SOURCE, description="sodium",
        m=Gate(3, alpha=0.1 * (25 - V) / (exp((25 - V) / 10) - 1), beta=4 * exp(-V / 18)),
        h=Gate(1, alpha=0.07 * exp(-V / 20), beta=1 / (exp((30 - V) / 10) + 1)),
    )  # fmt: skip
    k = Channel(
        "K", g=36, E=-12, q10=3, celsius_ref=6.3, source=_SOURCE, description="delayed rectifier potassium",
        n=Gate(4, alpha=0.01 * (10 - V) / (exp((10 - V) / 10) - 1), beta=0.125 * exp(-V / 80)),
    )  # fmt: skip
    leak = Channel("leak", g=0.3, E=10.598920969391683, source=_SOURCE, description="leak")
    return Cell(
        "squid_1952", [na, k, leak], capacitance=1.0, celsius=6.3, source=_SOURCE, doi=_DOI, preparation=_PREPARATION,
        validity=_VALIDITY, spike_threshold=65, description="squid giant axon, V measured from rest as in the paper",
    )  # fmt: skip
