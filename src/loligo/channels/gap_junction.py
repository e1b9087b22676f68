"""Electrical coupling to a neighbour whose potential is given.

Bennett MVL (1966) Physiology of electrotonic junctions. Ann N Y Acad Sci 137:509-539.
doi:10.1111/j.1749-6632.1966.tb50178.x: the current is proportional to the difference of potentials. A neighbour that is
part of the model is a `Compartment`, whose coupling is the same formula.
"""

from __future__ import annotations

from ..model.channel import Channel
from .library import entry


@entry("gap junction")
def gap_bennett() -> Channel:
    """Gap junction; E is the potential of the neighbour, held: sweep it, or give it a formula."""
    return Channel(
        "gap", g=0.05, E=-65, source="Bennett 1966, Ann N Y Acad Sci 137:509-539",
        doi="10.1111/j.1749-6632.1966.tb50178.x", preparation="electrotonic junctions of fish; g chosen, give your own",
        description="gap junction with a neighbour at E",
    )  # fmt: skip
