"""The library's cells a second time: equations written by hand, in plain Python, from their published form.

Nothing here is imported from Loligo, and nothing was copied from its cells: signs, numbers and brackets were typed again
from the equations. A slip in either of the two shows as a difference (`test_by_hand.py`).
"""

from __future__ import annotations

from . import axons, bursters, cortex, ganglia, hippocampus, thalamus
from .written import Written

WRITTEN: dict[str, Written] = {
    **axons.CELLS,
    **cortex.CELLS,
    **hippocampus.CELLS,
    **thalamus.CELLS,
    **bursters.CELLS,
    **ganglia.CELLS,
}

__all__ = ["WRITTEN", "Written"]
