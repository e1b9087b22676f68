"""The barnacle giant muscle fibre in two variables.

Morris C, Lecar H (1981) Voltage oscillations in the barnacle giant muscle fiber. Biophys J 35:193-213.
doi:10.1016/S0006-3495(81)84782-0. Parameter sets of Rinzel J, Ermentrout GB, Analysis of neural excitability and
oscillations, in Koch & Segev, Methods in Neuronal Modeling. Channels: `channels/morris_lecar_1981.py`.

Codes in circulation have g_Ca = 4 for 4.4 and V4 = 17 for 17.4, with other bifurcations; both are checked below.
"""

from __future__ import annotations

from ..channels.morris_lecar_1981 import DOI, PREPARATION, SOURCE, ca_morris_lecar, k_morris_lecar
from ..errors import LoligoError, nearest
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.fact import RECOMPUTED, Fact, Trial, rates, rest

_SETS = {  # V3, V4, g_Ca, phi
    "class2": (2.0, 30.0, 4.4, 0.04),
    "class1": (12.0, 17.4, 4.0, 1 / 15),
    "snlc": (12.0, 17.4, 4.0, 1 / 15),
    "homoclinic": (12.0, 17.4, 4.0, 0.23),
}


def morris_lecar_1981(variant: str = "class2") -> Cell:
    """Morris & Lecar 1981: oscillations by calcium and potassium alone.

    Parameters
    ----------
    variant : {"class2", "class1" (or "snlc"), "homoclinic", "1981"}
        Where oscillations begin: at a Hopf point, at a saddle-node on the cycle, at a homoclinic orbit; or the set of
        the paper's own Fig. 9.
    """
    if variant != "1981" and variant not in _SETS:
        raise LoligoError(f"morris_lecar_1981 has no variant '{variant}'; {nearest(variant, [*_SETS, '1981'])}")
    if variant == "1981":
        ca, k = ca_morris_lecar(g=4, E=100, V1=10, V2=15), k_morris_lecar(g=8, E=-70, V3=-1, V4=14.5, phi=1 / 15)
        leak = Channel("leak", g=2, E=-50, source=SOURCE, description="leak")
    else:
        V3, V4, g, phi = _SETS[variant]
        ca, k = ca_morris_lecar(g=g), k_morris_lecar(V3=V3, V4=V4, phi=phi)
        leak = Channel("leak", g=2, E=-60, source=SOURCE, description="leak")
    return Cell(
        "morris_lecar_1981" + ("" if variant == "class2" else f"_{variant}"), [ca, k, leak], capacitance=20.0,
        celsius=22.0, source=SOURCE, doi=DOI, preparation=PREPARATION, spike_threshold=0,
        initial={"V": -60.899, "K.w": 0.014873},
        validity="two variables; instantaneous calcium current; the temperature is nominal",
        description="barnacle muscle fibre",
    )  # fmt: skip


def morris_lecar_1981_class2() -> Cell:
    """The set with a Hopf bifurcation (class 2)."""
    return morris_lecar_1981("class2").replace(name="morris_lecar_1981_class2")


def morris_lecar_1981_class1() -> Cell:
    """The set with a saddle-node on the limit cycle (class 1, SNLC)."""
    return morris_lecar_1981("class1")


def morris_lecar_1981_homoclinic() -> Cell:
    """The set with a homoclinic bifurcation."""
    return morris_lecar_1981("homoclinic")


_CHECKED = f"{RECOMPUTED}; agrees with XPP files within 8e-5 ms"
_HIGH = {"V": 30.0, "K.w": 0.2}


def _hopf(what: str, current: float, v: float, period: float, changes: dict[str, float] | None = None) -> Fact:
    expected = {"current": current, "V": v, "period": period}
    return Fact(what, "hopf", expected, relative=5e-8, trial=Trial(changes=changes), near=current)


def _fold(current: float, v: float, changes: dict[str, float] | None = None) -> Fact:
    expected = {"current": current, "V": v}
    return Fact("saddle-node", "fold", expected, relative=1e-6, trial=Trial(changes=changes), near=current)


_CLASS2 = (
    rest({"V": -60.8553822, "K.w": 0.0149150250}),
    _hopf("lower Hopf point", 93.85761837, -25.27010488, 78.75661),
    _hopf("upper Hopf point", 212.0188161, 7.80066387, 42.281921),
    *rates(
        {88.5: 8.730427, 90: 9.734523, 95: 10.967563, 100: 11.724616, 120: 13.607590, 150: 15.114473, 200: 15.239443},
        6000,
        4000,
        initial=_HIGH,
        source=_CHECKED,
        relative=2e-5,
    ),
    _hopf("lower Hopf point with g_Ca = 4", 101.82751729, -23.96360331, 74.854133, {"Ca.g": 4.0}),
    _hopf("upper Hopf point with g_Ca = 4", 235.12395776, 6.94480602, 42.290027, {"Ca.g": 4.0}),
)
_NARROW = {"K.V4": 17.0, "K.phi": 0.06666667}
FACTS = {
    "morris_lecar_1981": _CLASS2,
    "morris_lecar_1981_class2": _CLASS2,
    "morris_lecar_1981_class1": (
        rest({"V": -59.4739979, "K.w": 2.70382625e-4}),
        _hopf("Hopf point", 97.78788896, 8.3415938, 24.913951),
        _fold(39.96315309, -29.38977741),
        _fold(-9.94903932, -4.04851779),
        *rates({41: 5.106275, 42: 6.875368, 45: 10.069660, 50: 13.237403, 60: 17.058604, 80: 21.321640, 90: 22.690172},
               6000, 3000, relative=2e-5),
        _hopf("Hopf point with V4 = 17", 96.44040413, 8.36218027, 24.621294, _NARROW),
        _fold(39.57736814, -29.63300209, _NARROW),
        _fold(-13.17676007, -3.92889551, _NARROW),
    ),
    "morris_lecar_1981_homoclinic": (
        _hopf("Hopf point", 36.3162175, 4.41075572, 16.584416),
        _fold(39.96315309, -29.38977741),
        _fold(-9.94903932, -4.04851779),
    ),
}  # fmt: skip
