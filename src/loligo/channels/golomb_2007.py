"""Channels of fast-spiking cortical interneurons, among them the slowly inactivating D current.

Golomb D, Donner K, Shacham L, Shlosberg D, Amitai Y, Hansel D (2007) Mechanisms of firing patterns in fast-spiking
cortical interneurons. PLoS Comput Biol 3:e156. doi:10.1371/journal.pcbi.0030156
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.gate import Gate
from .library import entry, sigmoid

SOURCE = "Golomb et al. 2007, PLoS Comput Biol 3:e156"
DOI = "10.1371/journal.pcbi.0030156"
PREPARATION = "fast-spiking interneurons of neocortex; rates as given"


@entry("Na, transient")
def na_golomb_fs() -> Channel:
    """Sodium current with instantaneous activation."""
    return Channel(
        "Na", g=112.5, E=50, source=SOURCE, doi=DOI, preparation=PREPARATION, description="sodium",
        m=Gate(3, inf=sigmoid(-24, 11.5)), h=Gate(1, inf=sigmoid(-58.3, -6.7), tau=0.5 + 14 * sigmoid(-60, -12)),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_golomb_fs() -> Channel:
    """Delayed rectifier of the Kv3 kind."""
    return Channel(
        "Kdr", g=225, E=-90, source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="delayed rectifier potassium (Kv3)",
        n=Gate(2, inf=sigmoid(-12.4, 6.8),
               tau=(0.087 + 11.4 * sigmoid(-14.6, -8.6)) * (0.087 + 11.4 * sigmoid(1.3, 18.7))),
    )  # fmt: skip


@entry("K, D type")
def k_d_golomb() -> Channel:
    """D current (Kv1): opens early, inactivates over 150 ms, and delays firing."""
    return Channel(
        "Kd", g=0.39, E=-90, source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="slowly inactivating potassium (D)",
        a=Gate(3, inf=sigmoid(-50, 20), tau=2), b=Gate(1, inf=sigmoid(-70, -6), tau=150),
    )  # fmt: skip
