"""Fast-spiking neocortical interneurons with Kv1 and Kv3 channels.

Erisir A, Lau D, Rudy B, Leonard CS (1999) J Neurophysiol 82:2476-2489. doi:10.1152/jn.1999.82.5.2476; the reduced form
is that of Börgers C (2017) An Introduction to Modeling Neuronal Dynamics, Springer. Channels:
`channels/erisir_1999.py`.

Transcriptions differ: (1) in the sign of the exponent of the closing rate of Kv1 (parameter Kv1.sigma; the paper's own
is unchecked, and rates at low currents depend on it); (2) alpha_m has 75 in the full form and 75.5 in the reduced one;
(3) a second code in circulation has n^4 where n^2 is right.
"""

from __future__ import annotations

from ..channels.erisir_1999 import DOI, PREPARATION, SOURCE, kv1_erisir, kv3_erisir, na_erisir, na_erisir_reduced
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import onset, rates, rest
from ..model.parameter import Parameter


def erisir_1999_reduced() -> Cell:
    """Erisir et al. 1999 as reduced by Börgers (2017): class 2, fast-spiking."""
    k = kv3_erisir().replace(name="K")
    k = Channel("K", g=224, E=-90, n=k.gate("n"), source=SOURCE, doi=DOI, preparation=PREPARATION,
                description="fast delayed rectifier potassium")  # fmt: skip
    leak = Channel("leak", g=0.5, E=-70, source=SOURCE, description="leak")
    return Cell(
        "erisir_1999_reduced", [na_erisir_reduced(), k, leak], capacitance=1.0, celsius=25.0, source=SOURCE, doi=DOI,
        preparation=PREPARATION, spike_threshold=-20, initial={"V": -70, "Na.h": 0.98, "K.n": 0.0001},
        validity="sustained fast firing; the temperature is nominal", description="fast-spiking interneuron, reduced",
    )  # fmt: skip


def erisir_1999_full() -> Cell:
    """Erisir et al. 1999 in absolute units (pF, nS, pA), with Kv1 and Kv3."""
    leak = Channel("leak", g=Parameter(4.1, "nS"), E=-70, source=SOURCE, description="leak")
    return Cell(
        "erisir_1999_full", [na_erisir(), kv1_erisir(), kv3_erisir(), leak], capacitance=Parameter(8.04, "pF"),
        celsius=25.0, area=804.0, source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=-20,
        initial={"V": -70, "Na.m": 0.01, "Na.h": 0.98, "Kv1.n": 0.001, "Kv3.n": 0.0001},
        validity="sustained fast firing; the temperature is nominal, the area that of 1 µF/cm²; rates at low currents "
        "depend on the uncertain sign Kv1.sigma",
        description="fast-spiking interneuron with Kv1 and Kv3",
    )  # fmt: skip


_PLUS = {"Kv1.sigma": 1.0}
FACTS = {
    "erisir_1999_reduced": (
        rest({"V": -69.8314360, "Na.h": 0.873198903, "K.n": 2.44168416e-4}),
        onset(5.328835401, 1000, below=30),
        onset(6.480651846, 1000, below=30, least=20, what="onset of repetitive firing (20 spikes in 1 s)"),
        *rates({7: 62.363867, 8: 85.018006, 10: 113.622380, 15: 156.629629, 20: 183.997867}, 2000, 1000),
    ),
    "erisir_1999_full": (
        rest({"V": -69.816972658}, relative=1e-10),
        onset(42.678704, 1000, below=200),
        *rates({80: 34.156522, 100: 62.223010, 150: 113.330938, 200: 141.461143}, 2000, 1000),
        rest({"V": -69.816972658}, relative=1e-10, changes=_PLUS, what="rest with sigma = +1"),
        onset(42.678706, 1000, below=200, changes=_PLUS, what="rheobase with sigma = +1"),
        *rates({80: 10.769276, 100: 43.169882, 150: 108.932904, 200: 139.800431}, 2000, 1000, changes=_PLUS,
               what="rate with sigma = +1"),
    ),
}  # fmt: skip
