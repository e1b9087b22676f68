"""Bursting pacemaker neuron of the pre-Bötzinger complex, model 1.

Butera RJ, Rinzel J, Smith JC (1999) J Neurophysiol 82:382-397. doi:10.1152/jn.1999.82.1.382. Channels:
`channels/butera_1999.py`. One code in circulation has an inactivation variable of its own for the fast sodium current:
another model.
"""

from __future__ import annotations

from ..channels.butera_1999 import DOI, PREPARATION, SOURCE, k_butera, na_butera, na_p_butera
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import Fact, Trial, bursts
from ..model.parameter import Parameter


def butera_1999_model1() -> Cell:
    """Butera, Rinzel & Smith 1999, model 1, in absolute units: silent, bursting or tonic as leak.E rises."""
    leak = Channel("leak", g=Parameter(2.8, "nS"), E=-58, source=SOURCE, description="leak; its E is the control")
    return Cell(
        "butera_1999_model1", [na_butera(), na_p_butera(), k_butera(), leak], capacitance=Parameter(21.0, "pF"),
        celsius=27.0, area=2100.0, source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=-20,
        initial={"V": -60, "K.n": 0.01, "NaP.h": 0.6},
        validity="the envelope of bursts; the temperature is nominal, the area that of 1 µF/cm²",
        description="pacemaker of the pre-Bötzinger complex",
    )  # fmt: skip


_BURSTS = {  # E_leak: spikes, period, duration of a burst
    -60.5: (32, 11332.880, 731.249), -60.0: (26, 6846.026, 643.903), -59.5: (21, 4885.662, 600.223),
    -59.0: (17, 3709.405, 606.002), -58.5: (13, 2781.581, 549.391), -58.0: (10, 2204.525, 593.138),
    -57.5: (7, 1564.194, 444.464), -57.0: (5, 1207.235, 407.712),
}  # fmt: skip
_TONIC = {-56.0: 196.781, -55.0: 141.087, -54.0: 105.629, -53.0: 81.050}
FACTS = {
    "butera_1999_model1": (
        Fact("spikes with E_leak = -62", "count", 0, trial=Trial(None, 40000, {"leak.E": -62.0}, "own", before=40000)),
        *(bursts(f"bursts with E_leak = {e:g}", {"spikes": n, "period": period, "duration": duration}, 80000, 40000,
                 400, changes={"leak.E": e}, initial="own", relative=2e-6)
          for e, (n, period, duration) in _BURSTS.items()),
        *(Fact(f"interval with E_leak = {e:g}", "interval", interval, tolerance=1e-3, unit="ms",
               trial=Trial(None, 80000, {"leak.E": e}, "own")) for e, interval in _TONIC.items()),
    ),
}  # fmt: skip
