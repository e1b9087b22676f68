"""Channels of pacemaker neurons of the pre-Bötzinger complex (model 1).

Butera RJ, Rinzel J, Smith JC (1999) Models of respiratory rhythm generation in the pre-Bötzinger complex. I. Bursting
pacemaker neurons. J Neurophysiol 82:382-397. doi:10.1152/jn.1999.82.1.382

The conductances are those of a whole cell of 21 pF.
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import V, cosh, exp, symbol
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry

SOURCE = "Butera, Rinzel & Smith 1999, J Neurophysiol 82:382-397"
DOI = "10.1152/jn.1999.82.1.382"
PREPARATION = "pre-Bötzinger complex of neonatal rat; rates as given"


@entry("Na, transient", beside="k_butera")
def na_butera() -> Channel:
    """Fast sodium current; its inactivation is one minus the activation of the cell's channel K."""
    return Channel(
        "Na", g=Parameter(28, "nS"), E=50, source=SOURCE, doi=DOI, preparation=PREPARATION, description="fast sodium",
        m=Gate(3, inf=1 / (1 + exp((V + 34) / -5))), h=Gate(1, inf=1 - symbol("K.n")),
    )  # fmt: skip


@entry("Na, persistent")
def na_p_butera() -> Channel:
    """Persistent sodium current whose slow inactivation ends each burst."""
    return Channel(
        "NaP", g=Parameter(2.8, "nS"), E=50, source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="persistent sodium, slowly inactivating",
        m=Gate(1, inf=1 / (1 + exp((V + 40) / -6))),
        h=Gate(1, inf=1 / (1 + exp((V + 48) / 6)), tau=10000 / cosh((V + 48) / 12)),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_butera() -> Channel:
    """Delayed rectifier."""
    return Channel(
        "K", g=Parameter(11.2, "nS"), E=-85, source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="delayed rectifier potassium",
        n=Gate(4, inf=1 / (1 + exp((V + 29) / -4)), tau=10 / cosh((V + 29) / -8)),
    )  # fmt: skip
