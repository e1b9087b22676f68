"""The textbook's persistent-sodium-plus-potassium model.

Izhikevich EM (2007) Dynamical Systems in Neuroscience, MIT Press, chapter 4. Channels: `channels/izhikevich_2007.py`.
"""

from __future__ import annotations

from ..channels.izhikevich_2007 import DOI, PREPARATION, SOURCE, k_izhikevich, na_p_izhikevich
from ..errors import LoligoError, nearest
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import Fact, rates, rest

_SETS = {"snic": (-80.0, -25.0, 1.0), "bistable": (-80.0, -25.0, 0.152), "hopf": (-78.0, -45.0, 1.0)}


def izhikevich_2007_inap_ik(variant: str = "snic") -> Cell:
    """Izhikevich 2007: persistent sodium and potassium, the model to learn bifurcations with.

    Parameters
    ----------
    variant : {"snic", "bistable", "hopf"}
        Saddle-node on the invariant circle (high threshold); saddle-node off it (fast potassium); supercritical
        Andronov-Hopf (low threshold).
    """
    if variant not in _SETS:
        raise LoligoError(f"izhikevich_2007_inap_ik has no variant '{variant}'; {nearest(variant, _SETS)}")
    E_L, Vn, tau = _SETS[variant]
    leak = Channel("leak", g=8, E=E_L, source=SOURCE, description="leak")
    name = "izhikevich_2007_inap_ik" + ("" if variant == "snic" else f"_{variant}")
    return Cell(
        name, [na_p_izhikevich(), k_izhikevich(Vn=Vn, tau=tau), leak], capacitance=1.0, celsius=20.0, source=SOURCE,
        doi=DOI, preparation=PREPARATION, spike_threshold=-30, initial={"V": -64, "K.n": 0.0005},
        validity="two variables, made to teach; the temperature is nominal",
        description="persistent sodium + potassium",
    )  # fmt: skip


def izhikevich_2007_inap_ik_snic() -> Cell:
    """Saddle-node on the invariant circle."""
    return izhikevich_2007_inap_ik("snic").replace(name="izhikevich_2007_inap_ik_snic")


def izhikevich_2007_inap_ik_bistable() -> Cell:
    """Saddle-node off the limit cycle: rest and firing side by side."""
    return izhikevich_2007_inap_ik("bistable")


def izhikevich_2007_inap_ik_hopf() -> Cell:
    """Supercritical Andronov-Hopf bifurcation."""
    return izhikevich_2007_inap_ik("hopf")


_HIGH = {"V": -20.0, "K.n": 0.3}


def _hopf(current: float, v: float, period: float) -> Fact:
    return Fact("Hopf point", "hopf", {"current": current, "V": v, "period": period}, relative=5e-6, near=current)


def _fold(current: float, v: float) -> Fact:
    return Fact("saddle-node", "fold", {"current": current, "V": v}, relative=1e-6, near=current)


def _rates(expected: dict[float, float]) -> tuple[Fact, ...]:
    return rates(expected, 400, 200, initial=_HIGH, threshold=-30.0)


_SNIC = (
    rest({"V": -65.9529513}),
    _fold(4.5128676, -60.9325176), _fold(-85.8228424, -35.6633442), _hopf(200.4394918, -19.6652181, 1.23721),
    *_rates({4.6: 34.716314, 5: 66.216159, 7: 111.323994, 10: 141.372448, 20: 195.276436, 40: 257.856302}),
)  # fmt: skip
FACTS = {
    "izhikevich_2007_inap_ik": _SNIC,
    "izhikevich_2007_inap_ik_snic": _SNIC,
    "izhikevich_2007_inap_ik_bistable": (
        rest({"V": -65.9529513}),
        _fold(4.5128676, -60.9325176), _hopf(43.8877556, -25.4420792, 0.483802),
        *_rates({4.6: 895.358347, 5: 918.006847, 7: 1020.455877, 10: 1151.671875, 20: 1491.803532, 40: 1983.816591}),
    ),
    "izhikevich_2007_inap_ik_hopf": (
        rest({"V": -60.8647591}),
        _hopf(14.65904, -56.4814854, 2.939533), _hopf(353.5502078, -24.04255, 6.494296),
        *_rates({40: 273.258541}),
    ),
}  # fmt: skip
