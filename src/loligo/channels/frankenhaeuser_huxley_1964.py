"""Channels of the node of Ranvier of Xenopus, as permeabilities in constant-field equations.

Frankenhaeuser B, Huxley AF (1964) The action potential in the myelinated nerve fibre of Xenopus laevis as computed on
the basis of voltage clamp data. J Physiol 171:302-315. doi:10.1113/jphysiol.1964.sp007378

Table 1. The paper counts V from rest; u = V + 70 here. Rates at 20 °C; their Q10 of 3 is a usual choice, not the
paper's.
"""

from __future__ import annotations

from typing import Any

from ..model.channel import Channel
from ..model.expression import exp, ghk, shifted, symbols
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry, linoid

SOURCE = "Frankenhaeuser & Huxley 1964, J Physiol 171:302-315"
DOI = "10.1113/jphysiol.1964.sp007378"
PREPARATION = "node of Ranvier of Xenopus laevis, 20 °C"

u = shifted(-70)
P, inside, outside, m, h, n, p = symbols("P inside outside m h n p")


def _numbers(permeability: float, inner: float, outer: float) -> dict[str, Any]:
    return {
        "P": Parameter(permeability, "cm/s", (0, 1), "maximal permeability"),
        "inside": Parameter(inner, "mM", (1e-9, 1e4), "concentration inside"),
        "outside": Parameter(outer, "mM", (1e-9, 1e4), "concentration outside"),
        "q10": 3,
        "celsius_ref": 20,
        "source": SOURCE,
        "doi": DOI,
        "preparation": PREPARATION,
    }


@entry("Na, transient")
def na_frankenhaeuser_huxley() -> Channel:
    """Sodium permeability of the node."""
    return Channel(
        "Na", **_numbers(8e-3, 13.74, 114.5), description="sodium", current=P * m**2 * h * ghk(inside, outside, 1),
        m=Gate(2, alpha=0.36 * linoid(22 - u, 3), beta=0.4 * linoid(u - 13, 20)),
        h=Gate(1, alpha=0.1 * linoid(u + 10, 6), beta=4.5 / (1 + exp((45 - u) / 10))),
    )  # fmt: skip


@entry("Na, persistent")
def na_p_frankenhaeuser_huxley() -> Channel:
    """The "non-specific" delayed permeability, taken to let sodium through."""
    return Channel(
        "NaP", **_numbers(0.54e-3, 13.74, 114.5), description="non-specific, delayed",
        current=P * p**2 * ghk(inside, outside, 1),
        p=Gate(2, alpha=0.006 * linoid(40 - u, 10), beta=0.09 * linoid(u + 25, 20)),
    )  # fmt: skip


@entry("K, delayed rectifier")
def k_frankenhaeuser_huxley() -> Channel:
    """Potassium permeability of the node."""
    return Channel(
        "K", **_numbers(1.2e-3, 120, 2.5), description="potassium", current=P * n**2 * ghk(inside, outside, 1),
        n=Gate(2, alpha=0.02 * linoid(35 - u, 10), beta=0.05 * linoid(u - 10, 10)),
    )  # fmt: skip
