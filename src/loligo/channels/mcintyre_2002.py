"""Channels of the mammalian node of Ranvier: fast and persistent sodium, slow potassium.

McIntyre CC, Richardson AG, Grill WM (2002) Modeling the excitability of mammalian nerve fibers: influence of
afterpotentials on the recovery cycle. J Neurophysiol 87:995-1006. doi:10.1152/jn.00353.2001
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, exp, shifted
from ..model.gate import Gate
from .library import entry, linoid

SOURCE = "McIntyre, Richardson & Grill 2002, J Neurophysiol 87:995-1006"
DOI = "10.1152/jn.00353.2001"
PREPARATION = "nodes of Ranvier of human and rat fibres; rates at 20 °C (potassium: 36 °C), run at 37 °C"

v2 = shifted(-80)


@entry("Na, transient")
def na_mcintyre() -> Channel:
    """Fast sodium channel of the mammalian node."""
    return Channel(
        "Na", g=3000, E=50, source=SOURCE, doi=DOI, preparation=PREPARATION, description="fast sodium",
        m=Gate(3, alpha=1.86 * linoid(-(V + 21.4), 10.3), beta=0.086 * linoid(V + 25.7, 9.16),
               q10=2.2, celsius_ref=20),
        h=Gate(1, alpha=0.062 * linoid(V + 114, 11), beta=2.3 / (1 + exp(-(V + 31.8) / 13.4)), q10=2.9, celsius_ref=20),
    )  # fmt: skip


@entry("Na, persistent")
def na_p_mcintyre() -> Channel:
    """Persistent sodium channel of the mammalian node."""
    return Channel(
        "NaP", g=10, E=50, source=SOURCE, doi=DOI, preparation=PREPARATION, description="persistent sodium",
        p=Gate(3, alpha=0.01 * linoid(-(V + 27), 10.2), beta=0.00025 * linoid(V + 34, 10), q10=2.2, celsius_ref=20),
    )  # fmt: skip


@entry("K, slow")
def k_s_mcintyre() -> Channel:
    """Slow potassium channel of the mammalian node."""
    return Channel(
        "Ks", g=80, E=-90, source=SOURCE, doi=DOI, preparation=PREPARATION, description="slow potassium",
        s=Gate(1, alpha=0.3 / (1 + exp((v2 - 27) / -5)), beta=0.03 / (1 + exp((v2 + 10) / -1)),
               q10=3, celsius_ref=36),
    )  # fmt: skip
