"""Neurons of the ventral cochlear nucleus, five types.

Rothman JS, Manis PB (2003) J Neurophysiol 89:3097-3113. doi:10.1152/jn.00127.2002. Channels:
`channels/rothman_manis_2003.py`.

E_K is -70 mV, as in Brian2's example of this paper, whose comment says that the authors' mod file has -77; E_Na = 50 mV
likewise; the paper's own values are unchecked. The resting potentials found here round to the paper's -63.9, -64.2,
-64.1, -63.8 and -63.6 mV but for type II-I (-63.9).
"""

from __future__ import annotations

from typing import Any

from ..channels.rothman_manis_2003 import (
    DOI,
    PREPARATION,
    SOURCE,
    h_rothman_manis,
    k_a_rothman_manis,
    k_ht_rothman_manis,
    k_lt_rothman_manis,
    na_rothman_manis,
)
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import RECOMPUTED, Fact, Trial, onset
from ..model.parameter import Parameter
from ..model.stimulus import Step

_INITIAL = {
    "V": -65, "Na.m": 0.02, "Na.h": 0.43, "KHT.n": 0.01, "KHT.p": 0.01, "KLT.w": 0.15, "KLT.z": 0.6, "H.r": 0.05,
    "A.a": 0.1, "A.b": 0.6, "A.c": 0.6,
}  # fmt: skip


def _cell(kind: str, description: str, ht: float, lt: float, a: float, h: float) -> Cell:
    parts = [
        na_rothman_manis(), k_ht_rothman_manis(g=ht), k_lt_rothman_manis(g=lt), k_a_rothman_manis(g=a),
        h_rothman_manis(g=h), Channel("leak", g=Parameter(2, "nS"), E=-65, source=SOURCE, description="leak"),
    ]  # fmt: skip
    return Cell(
        f"rothman_manis_2003_type_{kind}", parts, capacitance=Parameter(12.0, "pF"), celsius=22.0, area=1200.0,
        source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=-20, initial=_INITIAL,
        validity="somata at 22 °C; faster at body temperature; the area is that of 1 µF/cm²",
        description=f"ventral cochlear nucleus, {description}",
    )  # fmt: skip


def rothman_manis_2003_type_i_c() -> Cell:
    """Rothman & Manis 2003, type I-c (classic): fires regularly."""
    return _cell("i_c", "type I-c: fires regularly", 150, 0, 0, 0.5)


def rothman_manis_2003_type_i_t() -> Cell:
    """Rothman & Manis 2003, type I-t (transient): fires regularly, with A current."""
    return _cell("i_t", "type I-t: fires regularly, A current", 80, 0, 65, 0.5)


def rothman_manis_2003_type_i_ii() -> Cell:
    """Rothman & Manis 2003, type I-II: intermediate."""
    return _cell("i_ii", "type I-II: intermediate", 150, 20, 0, 2)


def rothman_manis_2003_type_ii_i() -> Cell:
    """Rothman & Manis 2003, type II-I: intermediate."""
    return _cell("ii_i", "type II-I: intermediate", 150, 35, 0, 3.5)


def rothman_manis_2003_type_ii() -> Cell:
    """Rothman & Manis 2003, type II (bushy cells): fires once at the onset."""
    return _cell("ii", "type II: fires once at the onset", 150, 200, 0, 20)


_CHECKED = f"{RECOMPUTED}; agrees with Brian2's example within 3.1e-6 ms"


def _facts(rest: float, rheobase: float, counts: tuple[int, ...]) -> tuple[Fact, ...]:
    settled: dict[str, Any] = {"initial": "own", "before": 3000.0, "source": _CHECKED}
    return (
        Fact("V after 3 s", "final", {"V": rest}, tolerance=1e-6, unit="mV", source=_CHECKED,
             trial=Trial(None, 3000, None, "own")),
        onset(rheobase, 100, below=1000, relative=5e-7, unit="pA", **settled),
        *(Fact(f"spikes on {i} pA for 100 ms", "count", n, source=_CHECKED,
               trial=Trial(Step(i), 100, None, "own", before=3000))
          for i, n in zip((50, 100, 200, 500), counts, strict=True)),
    )  # fmt: skip


FACTS = {
    "rothman_manis_2003_type_i_c": _facts(-63.94501450, 11.92481, (6, 9, 13, 2)),
    "rothman_manis_2003_type_i_t": _facts(-64.21172483, 16.31158, (6, 10, 13, 2)),
    "rothman_manis_2003_type_i_ii": _facts(-64.06074191, 37.82091, (1, 1, 10, 2)),
    "rothman_manis_2003_type_ii_i": _facts(-63.90228194, 55.35220, (0, 1, 1, 2)),
    "rothman_manis_2003_type_ii": _facts(-63.63080921, 271.78037, (0, 0, 0, 1)),
}
