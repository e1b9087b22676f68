"""Neocortex and striatum: Traub & Miles, Wang & Buzsaki, Erisir, Pospischil, Golomb's interneuron, Mainen, Mahon."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from .written import G, L, Written

State = Sequence[float]


def traub(u: float, m: float, h: float, n: float) -> list[float]:
    """Slopes of the gates of Traub & Miles; u is counted from V_T."""
    am, bm = 0.32 * L(13 - u, 4), 0.28 * L(u - 40, 5)
    ah, bh = 0.128 * exp((17 - u) / 18), 4 / (1 + exp((40 - u) / 5))
    an, bn = 0.032 * L(15 - u, 5), 0.5 * exp((10 - u) / 40)
    return [am * (1 - m) - bm * m, ah * (1 - h) - bh * h, an * (1 - n) - bn * n]


def traub_miles(el: float):
    def slopes(y: State, I: float) -> list[float]:
        v, m, h, n = y
        dv = I - 100 * m**3 * h * (v - 50) - 30 * n**4 * (v + 90) - 0.05 * (v - el)
        return [dv, *traub(v + 63, m, h, n)]

    return slopes


def olufsen(y: State, I: float) -> list[float]:
    v, h, n = y
    am, bm = 0.32 * L(-(v + 54), 4), 0.28 * L(v + 27, 5)
    ah, bh = 0.128 * exp(-(v + 50) / 18), 4 / (1 + exp(-(v + 27) / 5))
    an, bn = 0.032 * L(-(v + 52), 5), 0.5 * exp(-(v + 57) / 40)
    m = am / (am + bm)
    dv = I - 100 * m**3 * h * (v - 50) - 80 * n**4 * (v + 100) - 0.1 * (v + 67)
    return [dv, ah * (1 - h) - bh * h, an * (1 - n) - bn * n]


def wang_buzsaki(y: State, I: float) -> list[float]:
    v, h, n = y
    am, bm = 0.1 * L(-(v + 35), 10), 4 * exp(-(v + 60) / 18)
    ah, bh = 0.07 * exp(-(v + 58) / 20), 1 / (1 + exp(-0.1 * (v + 28)))
    an, bn = 0.01 * L(-(v + 34), 10), 0.125 * exp(-(v + 44) / 80)
    m = am / (am + bm)
    dv = I - 35 * m**3 * h * (v - 55) - 9 * n**4 * (v + 90) - 0.1 * (v + 65)
    return [dv, 5 * (ah * (1 - h) - bh * h), 5 * (an * (1 - n) - bn * n)]


def erisir_reduced(y: State, I: float) -> list[float]:
    v, h, n = y
    am, bm = 40 * L(75.5 - v, 13.5), 1.2262 * exp(-v / 42.248)
    ah, bh = 0.0035 * exp(-v / 24.186), 0.017 * L(-51.25 - v, 5.2)
    an, bn = L(95 - v, 11.8), 0.025 * exp(-v / 22.222)
    m = am / (am + bm)
    dv = I - 112 * m**3 * h * (v - 60) - 224 * n**2 * (v + 90) - 0.5 * (v + 70)
    return [dv, ah * (1 - h) - bh * h, an * (1 - n) - bn * n]


def erisir_full(y: State, I: float) -> list[float]:
    v, m, h, n1, n3 = y
    am, bm = 40 * L(75 - v, 13.5), 1.2262 * exp(-v / 42.248)
    ah, bh = 0.0035 * exp(-v / 24.186), 0.017 * L(-51.25 - v, 5.2)
    a1, b1 = 0.014 * L(-44 - v, 2.3), 0.0043 * exp(-(44 + v) / 34)
    a3, b3 = L(95 - v, 11.8), 0.025 * exp(-v / 22.222)
    dv = I - 900 * m**3 * h * (v - 60) - 1.8 * n1**4 * (v + 90) - 1800 * n3**2 * (v + 90) - 4.1 * (v + 70)
    return [dv / 8.04, am * (1 - m) - bm * m, ah * (1 - h) - bh * h, a1 * (1 - n1) - b1 * n1, a3 * (1 - n3) - b3 * n3]


def pospischil(gna, gkd, gm, gl, el, vt, taumax, ek, cal=0.0, cat=0.0, vx=0.0, eca=120.0):
    def slopes(y: State, I: float) -> list[float]:
        v, m, h, n, p, *calcium = y
        pinf = 1 / (1 + exp(-(v + 35) / 10))
        taup = taumax / (3.3 * exp((v + 35) / 20) + exp(-(v + 35) / 20))
        dv = I - gna * m**3 * h * (v - 50) - (gkd * n**4 + gm * p) * (v - ek) - gl * (v - el)
        rest = []
        if cal:
            q, r = calcium
            dv -= cal * q**2 * r * (v - eca)
            aq, bq = 0.055 * L(-27 - v, 3.8), 0.94 * exp((-75 - v) / 17)
            ar, br = 0.000457 * exp((-13 - v) / 50), 0.0065 / (1 + exp((-15 - v) / 28))
            rest = [aq * (1 - q) - bq * q, ar * (1 - r) - br * r]
        if cat:
            (u,) = calcium
            w = v + vx
            s = 1 / (1 + exp(-(w + 57) / 6.2))
            uinf = 1 / (1 + exp((w + 81) / 4))
            tauu = (30.8 + (211.4 + exp((w + 113.2) / 5)) / (1 + exp((w + 84) / 3.2))) / 3**1.2
            dv -= cat * s**2 * u * (v - eca)
            rest = [(uinf - u) / tauu]
        return [dv, *traub(v - vt, m, h, n), (pinf - p) / taup, *rest]

    return slopes


def golomb_fs(y: State, I: float) -> list[float]:
    v, h, n, a, b = y
    dv = I - 112.5 * G(v, -24, 11.5) ** 3 * h * (v - 50) - 225 * n**2 * (v + 90) - 0.25 * (v + 70)
    dv -= 0.39 * a**3 * b * (v + 90)
    taun = (0.087 + 11.4 * G(v, -14.6, -8.6)) * (0.087 + 11.4 * G(v, 1.3, 18.7))
    return [
        dv, (G(v, -58.3, -6.7) - h) / (0.5 + 14 * G(v, -60, -12)), (G(v, -12.4, 6.8) - n) / taun,
        (G(v, -50, 20) - a) / 2, (G(v, -70, -6) - b) / 150,
    ]  # fmt: skip


def mainen_sejnowski(y: State, I: float) -> list[float]:
    vd, va, md, hd, ma, ha, nkv, nkm, nkca, mca, hca, ca = y
    tad = 2.3 ** ((37 - 23) / 10)
    area, rho, kappa = 1e-6, 165.0, 10.0

    def sodium(v: float, m: float, h: float) -> tuple[float, float]:
        w = v - 10
        a, b = 0.182 * L(-(w + 35), 9), 0.124 * L(w + 35, 9)
        a2, b2 = 0.024 * L(-(w + 50), 5), 0.0091 * L(w + 75, 5)
        return tad * (a * (1 - m) - b * m), tad * (a2 + b2) * (1 / (1 + exp((w + 65) / 6.2)) - h)

    ica = tad * 0.03 * mca**2 * hca * (vd - 140)
    i_d = tad * 1.5 * md**3 * hd * (vd - 60) + tad * 0.01 * nkm * (vd + 90) + tad * 0.3 * nkca * (vd + 90)
    i_d += ica + (vd + 70) / 30
    i_a = tad * 3000 * ma**3 * ha * (va - 60) + tad * 150 * nkv * (va + 90)
    dvd = (-i_d + (I - (vd - va) / kappa) * 1e-3 / (rho * area)) / 0.75
    dva = (-i_a + (vd - va) / kappa * 1e-3 / area) / 0.75
    dca = max(0.0, -10 * ica / (2 * 96485.309 * 0.1)) + (1e-4 - ca) / 200
    rates = [
        (nkv, 0.02 * L(-(va - 25), 9), 0.002 * L(va - 25, 9)), (nkm, 0.001 * L(-(vd + 30), 9), 0.001 * L(vd + 30, 9)),
        (nkca, 0.01 * ca, 0.02), (mca, 0.055 * L(-27 - vd, 3.8), 0.94 * exp((-75 - vd) / 17)),
        (hca, 0.000457 * exp((-13 - vd) / 50), 0.0065 / (1 + exp((-vd - 15) / 28))),
    ]  # fmt: skip
    others = [tad * (a * (1 - x) - b * x) for x, a, b in rates]
    return [dvd, dva, *sodium(vd, md, hd), *sodium(va, ma, ha), *others, dca]


def mahon(y: State, I: float) -> list[float]:
    v, h, n, mkaf, hkaf, mkas, hkas, mkrp, hkrp, mnap, mnas = y
    q22, q21 = 2.5**1.5, 2.5**1.6
    am, bm = 0.1 * L(-(v + 28), 10), 4 * exp(-(v + 53) / 18)
    ah, bh = 0.07 * exp(-(v + 51) / 20), 1 / (1 + exp(-0.1 * (v + 21)))
    an, bn = 0.01 * L(-(v + 27), 10), 0.125 * exp(-(v + 37) / 80)
    m = am / (am + bm)

    def at(half: float, k: float) -> float:
        return 1 / (1 + exp(-(v - half) / k))

    currents = [
        35 * m**3 * h * (v - 55), 6 * n**4 * (v + 90), 0.075 * (v + 75), 0.15 * at(-100, -10) * (v + 90),
        0.09 * mkaf * hkaf * (v + 73), 0.32 * mkas * hkas * (v + 85), 0.42 * mkrp * hkrp * (v + 77.5),
        0.02 * mnap * (v - 45), 0.11 * mnas * (v - 40),
    ]  # fmt: skip

    def bell(peak: float, half: float, k: float) -> float:
        return peak / (exp(-(v + half) / k) + exp((v + half) / k))

    z = (v + 38.2) / 28
    th = (1790 + 2930 * exp(-(z**2)) * z) / q22
    return [
        I - sum(currents), 5 * (ah * (1 - h) - bh * h), 5 * (an * (1 - n) - bn * n),
        (at(-33.1, 7.5) - mkaf) * q22, (at(-70.4, -7.6) - hkaf) / (25 / q22),
        (at(-25.6, 13.3) - mkas) / (bell(131.4, 37.4, 27.3) / q22), (at(-78.8, -10.4) - hkas) / th,
        (at(-13.4, 12.1) - mkrp) / (bell(206.2, 53.9, 26.5) / q22), (at(-55, -19) - hkrp) / (3 * th),
        (at(-47.8, 3.1) - mnap) * q22, (at(-16, 9.4) - mnas) / (bell(637.8, 33.5, 26.3) / q21),
    ]  # fmt: skip


_TRAUB, _PYRAMID = "V Na.m Na.h K.n", "V Na.m Na.h K.n M.p"
_SET = (0.01, 0.99, 0.02, 0.03)
CELLS = {
    "traub_miles_1991": Written(_TRAUB, (-65, 0.02, 0.99, 0.05), traub_miles(-65), 2, 60),
    "traub_miles_1991 from -60": Written(
        _TRAUB, (-65, 0.02, 0.99, 0.05), traub_miles(-60), 1, 60, make="traub_miles_1991", changes={"leak.E": -60}
    ),
    "olufsen_2003_rtm": Written("V Na.h K.n", (-67, 0.99, 0.05), olufsen, 1, 120),
    "wang_buzsaki_1996": Written("V Na.h K.n", (-64, 0.78, 0.09), wang_buzsaki, 1, 100),
    "erisir_1999_reduced": Written("V Na.h K.n", (-70, 0.98, 0.0001), erisir_reduced, 10, 80),
    "erisir_1999_full": Written("V Na.m Na.h Kv1.n Kv3.n", (-70, 0.01, 0.98, 0.001, 0.0001), erisir_full, 150, 80),
    "pospischil_2008_rs": Written(
        _PYRAMID, (-70.3, *_SET), pospischil(56, 6, 0.075, 0.0205, -70.3, -56.2, 608, -90), 1, 200
    ),
    "pospischil_2008_fs": Written(
        _PYRAMID, (-70.4, *_SET), pospischil(58, 3.9, 0.0787, 0.038, -70.4, -57.9, 502, -90), 1, 200
    ),
    "pospischil_2008_ib": Written(
        f"{_PYRAMID} CaL.q CaL.r", (-70, *_SET, 0, 0.7),
        pospischil(50, 5, 0.03, 0.01, -70, -56.2, 608, -90, cal=0.1), 1, 150,
    ),
    "pospischil_2008_ib archived": Written(
        f"{_PYRAMID} CaL.q CaL.r", (-70, *_SET, 0, 0.7),
        pospischil(50, 5, 0.03, 0.01, -70, -55, 1000, -100, cal=0.17, eca=120.255403435), 1, 150, "pospischil_2008_ib",
        changes={"Na.VT": -55, "K.VT": -55, "M.tau_max": 1000, "M.E": -100, "K.E": -100, "CaL.g": 0.17,
                 "CaL.E": 120.255403435},
    ),
    "pospischil_2008_lts": Written(
        f"{_PYRAMID} CaT.u", (-54, 0.01, 0.99, 0.02, 0.13, 0.05),
        pospischil(50, 4, 0.028, 0.019, -50, -50, 4000, -90, cat=0.4, vx=-7), 1, 150,
    ),
    "pospischil_2008_rs_modeldb": Written(
        _PYRAMID, (-70, 0, 0, 0, 0), pospischil(50, 5, 0.07, 0.1, -70, -55, 1000, -100), 3, 150
    ),
    "pospischil_2008_fs_modeldb": Written(
        _PYRAMID, (-70, 0, 0, 0, 0), pospischil(50, 10, 0, 0.15, -70, -55, 1000, -100), 3, 100
    ),
    "golomb_2007_fs": Written(
        "V Na.h Kdr.n Kd.a Kd.b", (-70.038, 0.8522, 0.000208, 0.2686, 0.5016), golomb_fs, 5, 300
    ),
    "mainen_sejnowski_1996_2comp": Written(
        "dendrite.V V dendrite.Na.m dendrite.Na.h Na.m Na.h Kv.n dendrite.M.n dendrite.KCa.n dendrite.CaL.m "
        "dendrite.CaL.h dendrite.Ca", (-70, -70, 0.01, 0.8, 0, 0.02, 0.4, 0.02, 0, 0, 0.4, 1e-4), mainen_sejnowski,
        0.2, 40, reach=1e-2,
    ),
    "mahon_2000": Written(
        "V Na.h K.n KAf.m KAf.h KAs.m KAs.h Krp.m Krp.h NaP.m NaS.m",
        (-77.4, 0.99, 0.01, 0.1, 0.02, 0.7, 0.46, 0.02, 0.7647, 0, 0.001), mahon, 2, 120,
    ),
}  # fmt: skip
