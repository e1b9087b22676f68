"""The squid giant axon.

Hodgkin AL, Huxley AF (1952) A quantitative description of membrane current and its application to conduction and
excitation in nerve. J Physiol 117:500-544. doi:10.1113/jphysiol.1952.sp004764

Conductances and potentials: Table 3. Channels, with today's signs: `channels/hodgkin_huxley_1952.py`.

The printed leak potential, 10.613 mV above rest, does not make the current exactly zero at rest, as its footnote wants
it to; 10.598920969391683 does. Values in use elsewhere: -54.387 (here), -54.3 (NEURON), -54.4. A shift of E_leak by d
is the same as a current of 0.3 d.
"""

from __future__ import annotations

from ..channels.hodgkin_huxley_1952 import DOI, PREPARATION, SOURCE, k_hodgkin_huxley, na_hodgkin_huxley
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.expression import V, exp
from ..model.fact import Fact, Trial, onset, rest, spikes
from ..model.gate import Gate
from ..model.stimulus import Step

_VALIDITY = (
    "one fibre type at 0 to about 25 °C; m, h and n independent and deterministic; no slow inactivation, no "
    "accumulation of ions, no pump. The real axon does not fire tonically the way the model does, and other neurons "
    "need other parameters."
)


def hodgkin_huxley_1952() -> Cell:
    """Hodgkin & Huxley 1952 with today's signs: V inside minus outside, rest near -65 mV, 6.3 °C, Q10 3.

    The printed leak potential (10.613 mV above rest) is kept, so rest lies at -64.99638 mV, not at -65.
    """
    leak = Channel("leak", g=0.3, E=-54.387, source=SOURCE, description="leak")
    return Cell(
        "squid", [na_hodgkin_huxley(), k_hodgkin_huxley(), leak], capacitance=1.0, celsius=6.3, source=SOURCE, doi=DOI,
        preparation=PREPARATION, validity=_VALIDITY, description="squid giant axon, today's signs",
    )  # fmt: skip


def squid() -> Cell:
    """The squid giant axon of Hodgkin & Huxley 1952: `hodgkin_huxley_1952`."""
    return hodgkin_huxley_1952()


def squid_1952() -> Cell:
    """The same axon in the paper's own numbers: V is the depolarisation from rest.

    The paper counts V negative for a depolarisation and inward current positive; here both signs are turned (V =
    -V_1952), so that its tables read off with the sign changed. Its leak potential was "chosen to make the total
    ionic current zero" at rest; the exact value that does is used, so that rest is V = 0.
    """
    na = Channel(
        "Na", g=120, E=115, q10=3, celsius_ref=6.3, source=SOURCE, description="sodium",
        m=Gate(3, alpha=0.1 * (25 - V) / (exp((25 - V) / 10) - 1), beta=4 * exp(-V / 18)),
        h=Gate(1, alpha=0.07 * exp(-V / 20), beta=1 / (exp((30 - V) / 10) + 1)),
    )  # fmt: skip
    k = Channel(
        "K", g=36, E=-12, q10=3, celsius_ref=6.3, source=SOURCE, description="delayed rectifier potassium",
        n=Gate(4, alpha=0.01 * (10 - V) / (exp((10 - V) / 10) - 1), beta=0.125 * exp(-V / 80)),
    )  # fmt: skip
    leak = Channel("leak", g=0.3, E=10.598920969391683, source=SOURCE, description="leak")
    return Cell(
        "squid_1952", [na, k, leak], capacitance=1.0, celsius=6.3, source=SOURCE, doi=DOI, preparation=PREPARATION,
        validity=_VALIDITY, spike_threshold=65, description="squid giant axon, V measured from rest as in the paper",
    )  # fmt: skip


_HASSARD = "Hassard 1978, J Theor Biol 71:401-420; digits, for this leak, of Hendrick 2026 by interval arithmetic"
_AXON = (
    rest({"V": -64.99637933, "Na.m": 0.052955086813, "Na.h": 0.59599412474, "K.n": 0.317732399761}, relative=2e-10),
    onset(2.240333624, 200, below=20, threshold=-15, relative=1e-8),
    Fact("lower Hopf point", "hopf", {"current": 9.7754379954, "V": -59.654143603}, relative=1e-9, source=_HASSARD,
         near=9.78),
    Fact("upper Hopf point", "hopf", {"current": 154.5224336658, "V": -43.058092013}, relative=1e-9, source=_HASSARD,
         near=154.5),
    Fact("rate on 10 µA/cm²", "rate", 68.323699, relative=1e-7, unit="Hz", trial=Trial(Step(10), 600), after=300),
    Fact("rate on 20 µA/cm²", "rate", 86.470053, relative=1e-7, unit="Hz", trial=Trial(Step(20), 600), after=300),
    onset(6.918926, 30, pulse=1, below=50, threshold=-15, relative=1e-7, what="threshold, pulse of 1 ms"),
    onset(65.127425, 30, pulse=0.1, below=200, threshold=-15, relative=1e-7, what="threshold, pulse of 0.1 ms"),
    onset(5.486303, 200, below=20, threshold=-15, relative=1e-6, changes={"celsius": 18.5}, what="rheobase at 18.5 °C"),
)  # fmt: skip
_FIGURE_12 = "Hodgkin & Huxley 1952, Fig. 12"
FACTS = {
    "hodgkin_huxley_1952": _AXON,
    "squid": _AXON,
    "squid_1952": (
        rest({"V": 0.0, "Na.m": 0.05293248525725, "Na.h": 0.5961207535085, "K.n": 0.3176769140607}, tolerance=1e-11),
        *spikes("shock of 15 mV", None, 20, times=(), count=1, initial={"V": 15, "Na.m": 0.05293248525725,
                "Na.h": 0.5961207535085, "K.n": 0.3176769140607}, threshold=50, source=_FIGURE_12),
        *spikes("shock of 7 mV", None, 20, times=(), count=1, initial={"V": 7, "Na.m": 0.05293248525725,
                "Na.h": 0.5961207535085, "K.n": 0.3176769140607}, threshold=50, source=_FIGURE_12),
        *spikes("shock of 6 mV", None, 20, times=(), count=0, initial={"V": 6, "Na.m": 0.05293248525725,
                "Na.h": 0.5961207535085, "K.n": 0.3176769140607}, threshold=50, source=_FIGURE_12),
    ),
}  # fmt: skip
