"""Channels of fast-spiking neocortical interneurons: sodium, Kv1 and Kv3.

Erisir A, Lau D, Rudy B, Leonard CS (1999) Function of specific K+ channels in sustained high-frequency firing of
fast-spiking neocortical interneurons. J Neurophysiol 82:2476-2489. doi:10.1152/jn.1999.82.5.2476

The conductances are those of a whole cell of 8.04 pF. Transcriptions of the closing rate of n1 differ in the sign of
its exponent, which is here the parameter `sigma`; -1, a closing rate that falls with depolarisation as an activation
gate needs, is taken. The paper's own sign is unchecked.
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp, symbol
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry, linoid

SOURCE = "Erisir, Lau, Rudy & Leonard 1999, J Neurophysiol 82:2476-2489"
DOI = "10.1152/jn.1999.82.5.2476"
PREPARATION = "fast-spiking interneurons of mouse neocortex; rates as given"

_alpha_m = 40 * linoid(75.5 - V, 13.5)  # the reduced form has 75.5 where the full one has 75
_beta_m = 1.2262 * exp(-V / 42.248)


@entry("Na, transient")
def na_erisir() -> Channel:
    """Sodium channel."""
    return Channel(
        "Na", g=Parameter(900, "nS"), E=60, source=SOURCE, doi=DOI, preparation=PREPARATION, description="sodium",
        m=Gate(3, alpha=40 * linoid(75 - V, 13.5), beta=_beta_m),
        h=Gate(1, alpha=0.0035 * exp(-V / 24.186), beta=0.017 * linoid(-51.25 - V, 5.2)),
    )  # fmt: skip


@entry("Na, transient")
def na_erisir_reduced() -> Channel:
    """Sodium channel with instantaneous activation, as Börgers (2017) reduces it."""
    return Channel(
        "Na", g=112, E=60, source=SOURCE, doi=DOI, preparation=PREPARATION, description="sodium",
        m=Gate(3, inf=_alpha_m / (_alpha_m + _beta_m)),
        h=Gate(1, alpha=0.0035 * exp(-V / 24.186), beta=0.017 * linoid(-51.25 - V, 5.2)),
    )  # fmt: skip


@entry("K, D type")
def kv1_erisir() -> Channel:
    """Kv1 channel: low threshold."""
    sigma = symbol("sigma")
    return Channel(
        "Kv1", g=Parameter(1.8, "nS"), E=-90, source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="low-threshold potassium (Kv1)",
        sigma=Parameter(-1.0, "1", (-1, 1), "sign of the exponent in the closing rate; see the file"),
        n=Gate(4, alpha=0.014 * linoid(-44 - V, 2.3), beta=0.0043 * exp(sigma * (44 + V) / 34)),
    )  # fmt: skip


@entry("K, delayed rectifier")
def kv3_erisir() -> Channel:
    """Kv3 channel: high threshold and fast, with which interneurons sustain high rates."""
    return Channel(
        "Kv3", g=Parameter(1800, "nS"), E=-90, source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="high-threshold, fast potassium (Kv3)",
        n=Gate(2, alpha=linoid(95 - V, 11.8), beta=0.025 * exp(-V / 22.222)),
    )  # fmt: skip
