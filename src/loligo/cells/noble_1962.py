"""The Purkinje fibre of the heart.

Noble D (1962) J Physiol 160:317-352. doi:10.1113/jphysiol.1962.sp006849. Channels: `channels/noble_1962.py`.
"""

from __future__ import annotations

from ..channels.noble_1962 import DOI, PREPARATION, SOURCE, k1_noble, k2_noble, na_noble
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import RECOMPUTED, Fact, Trial, spikes


def noble_1962() -> Cell:
    """Noble 1962: the first model of a cardiac action potential; a pacemaker."""
    leak = Channel("leak", g=0.075, E=-60, source=SOURCE, description="anions")
    return Cell(
        "noble_1962", [na_noble(), k1_noble(), k2_noble(), leak], capacitance=12.0, celsius=37.0, source=SOURCE,
        doi=DOI, preparation=PREPARATION, spike_threshold=-20,
        initial={"V": -87, "Na.m": 0.01, "Na.h": 0.8, "K2.n": 0.01},
        validity="calcium current was not yet known; sodium carries the plateau; the temperature is nominal",
        description="Purkinje fibre of the heart",
    )  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with Myokit within 1.3e-5 ms"
FACTS = {
    "noble_1962": (
        Fact("period after 8 s", "interval", 564.164209, tolerance=2e-5, unit="ms", source=_CHECKED,
             trial=Trial(None, 10000, None, "own")),
        *spikes("from the initial state", None, 1400, times=(76.2812, 755.5294, 1319.6937), initial="own",
                tolerance=1e-4, source=_CHECKED),
        Fact("lowest and highest V after 6 s", "range", {"low": -81.57914, "high": 23.36680}, tolerance=0.01, unit="mV",
             trial=Trial(None, 8000, None, "own"), after=6000),
    ),
}  # fmt: skip
