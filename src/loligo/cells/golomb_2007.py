"""Fast-spiking cortical interneuron with a D current: tonic, stuttering and delayed firing.

Golomb D, Donner K, Shacham L, Shlosberg D, Amitai Y, Hansel D (2007) PLoS Comput Biol 3:e156.
doi:10.1371/journal.pcbi.0030156. Channels: `channels/golomb_2007.py`.
"""

from __future__ import annotations

from ..channels.golomb_2007 import DOI, PREPARATION, SOURCE, k_d_golomb, k_golomb_fs, na_golomb_fs
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import RECOMPUTED, onset, rest, spikes
from ..model.stimulus import Step


def golomb_2007_fs() -> Cell:
    """Golomb et al. 2007: fast-spiking interneuron; its D current (Kd.g) sets the firing pattern."""
    leak = Channel("leak", g=0.25, E=-70, source=SOURCE, description="leak")
    return Cell(
        "golomb_2007_fs", [na_golomb_fs(), k_golomb_fs(), k_d_golomb(), leak], capacitance=1.0, celsius=34.0,
        source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=-20,
        initial={"V": -70.038, "Na.h": 0.8522, "Kdr.n": 0.000208, "Kd.a": 0.2686, "Kd.b": 0.5016},
        validity="one compartment; firing patterns near threshold are very sensitive to the current; "
        "the temperature is nominal", description="fast-spiking interneuron with D current",
    )  # fmt: skip


_CHECKED = f"{RECOMPUTED}; agrees with the authors' XPP file within 3.8e-5 ms (0.025 ms with g_d = 1.8)"
_LEVELS = {
    0.0: (-69.71563787, 2.655615464),
    0.39: (-70.03810532, 3.084444652),
    1.8: (-71.07321455, 3.389749304),
}
_SENSITIVE = (
    "near threshold the first spike grows out of an oscillation over 2 s, and whether it comes before the end depends "
    "on the accuracy of the integrator: from 3.379 to above 3.39 µA/cm² at tolerances from 1e-9 to 1e-12"
)
FACTS = {
    "golomb_2007_fs": (
        *(rest({"V": v}, changes={"Kd.g": g}, relative=2e-9, what=f"rest with g_d = {g:g}")
          for g, (v, _) in _LEVELS.items()),
        *(onset(i, 2000, below=10, changes={"Kd.g": g}, accuracy=1e-12, what=f"rheobase with g_d = {g:g}",
                reason=_SENSITIVE if g == 1.8 else "") for g, (_, i) in _LEVELS.items()),
        *spikes("3.35 µA/cm², g_d = 0", Step(3.35), 100, changes={"Kd.g": 0.0}, source=_CHECKED,
                times=(11.5569, 34.8710, 58.2318, 81.5955)),
        *spikes("3.35 µA/cm², g_d = 0.39", Step(3.35), 400, source=_CHECKED, tolerance=5e-3,
                times=(16.1296, 337.0699, 362.2046, 387.4434)),
        *spikes("3.35 µA/cm², g_d = 1.8", Step(3.35), 1000, changes={"Kd.g": 1.8}, source=_CHECKED, count=0),
    ),
}  # fmt: skip
