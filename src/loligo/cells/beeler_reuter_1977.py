"""Ventricular myocardium.

Beeler GW, Reuter H (1977) J Physiol 268:177-210. doi:10.1113/jphysiol.1977.sp011853. Channels:
`channels/beeler_reuter_1977.py`. Files of Myokit in circulation have V + 333 for V + 20 in the closing rate of x1, with
which rest lies at -84.623 mV and action potentials have another duration.
"""

from __future__ import annotations

from ..channels.beeler_reuter_1977 import (
    DOI,
    PREPARATION,
    SOURCE,
    ca_beeler_reuter,
    k1_beeler_reuter,
    na_beeler_reuter,
    x1_beeler_reuter,
)
from ..model.cell import Cell
from ..model.expression import symbols
from ..model.fact import RECOMPUTED, Fact, Trial, onset, rest, spikes
from ..model.parameter import Parameter
from ..model.pool import Pool
from ..model.stimulus import Step


def beeler_reuter_1977() -> Cell:
    """Beeler & Reuter 1977: the ventricular action potential and its plateau."""
    I, Ca, factor, removal, rest_ = symbols("I Ca factor removal rest")
    calcium = Pool(
        "Ca", rate=-factor * I + removal * (rest_ - Ca), unit="M", source=SOURCE, description="calcium inside",
        factor=Parameter(1e-7, "1", (0, 1), "influx per current"),
        removal=Parameter(0.07, "1/ms", (0, 1e3), "rate of uptake"),
        rest=Parameter(1e-7, "M", (0, 1), "calcium at rest"),
    )  # fmt: skip
    return Cell(
        "beeler_reuter_1977", [k1_beeler_reuter(), x1_beeler_reuter(), na_beeler_reuter(), ca_beeler_reuter()],
        pools=[calcium], capacitance=1.0, celsius=37.0, source=SOURCE, doi=DOI, preparation=PREPARATION,
        spike_threshold=-20, description="ventricular myocardium",
        initial={"V": -84.622, "Ca": 2e-7, "Na.m": 0.01, "Na.h": 0.99, "Na.j": 0.98, "s.d": 0.003, "s.f": 0.99,
                 "X1.x1": 0.0004},
        validity="no pumps, exchangers or changes of sodium and potassium; uniform myocardium",
    )  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with Myokit, its V + 333 set right, within 2e-7 mV"
FACTS = {
    "beeler_reuter_1977": (
        rest({"V": -84.5737561, "Ca": 1.78200722e-7, "Na.m": 0.0109819687, "Na.h": 0.987721175, "Na.j": 0.974838139,
              "s.d": 2.97072466e-3, "s.f": 0.999981334, "X1.x1": 5.62865057e-3}, source=_CHECKED),
        *(onset(value, d + 60, pulse=d, below=60 / d, threshold=0, what=f"threshold, pulse of {d:g} ms")
          for d, value in {0.5: 49.170549, 1: 25.156676, 2: 13.162239, 5: 5.991158}.items()),
        *spikes("25 µA/cm² for 2 ms", Step(25, 0, 2), 400, times=(1.68015,), count=1, initial="own", before=100,
                tolerance=2e-5, source=_CHECKED),
        Fact("peak after 25 µA/cm² for 2 ms", "range", {"high": 32.70826}, tolerance=2e-3, unit="mV", source=_CHECKED,
             trial=Trial(Step(25, 0, 2), 100, None, "own", before=100), after=100),
    ),
}  # fmt: skip
