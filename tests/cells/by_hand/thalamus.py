"""Thalamus, subthalamic nucleus, cochlear nucleus: Destexhe, Rubin & Terman, Rothman & Manis."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

from .cortex import traub
from .written import FARADAY, GAS, G, Written

State = Sequence[float]


def calcium(ca: float, it: float) -> tuple[float, float]:
    """Reversal potential of calcium, and the slope of its concentration in mM."""
    return 1e3 * GAS * 309.15 / (2 * FARADAY) * log(2 / ca), max(0.0, -10 * it / (2 * 96489)) + (2.4e-4 - ca) / 5


def thalamocortical(y: State, I: float) -> list[float]:
    v, m, h, n, ht, o1, o2, p1, ca = y
    w = v + 2
    mt = 1 / (1 + exp(-(w + 57) / 6.2))
    htinf = 1 / (1 + exp((w + 81) / 4))
    tauht = (30.8 + (211.4 + exp((w + 113.2) / 5)) / (1 + exp((w + 84) / 3.2))) / 3**1.2
    eca, _ = calcium(ca, 0.0)
    it = 2 * mt**2 * ht * (v - eca)
    hinf = 1 / (1 + exp((v + 75) / 5.5))
    taus = 20 + 1000 / (exp((v + 71.5) / 14.2) + exp(-(v + 89) / 11.6))
    a, b = hinf / taus, (1 - hinf) / taus
    c1 = 1 - o1 - o2
    k1, k3 = 0.0004 * (ca / 0.002) ** 4, 0.001 * (p1 / 0.01)
    dv = I - 90 * m**3 * h * (v - 50) - 10 * n**4 * (v + 100) - it - 0.02 * (o1 + 2 * o2) * (v + 40)
    dv -= 0.01 * (v + 70) + 0.013815533 * (v + 100)
    return [
        dv, *traub(v + 25, m, h, n), (htinf - ht) / tauht, a * c1 - b * o1 - k3 * o1 + 0.001 * o2, k3 * o1 - 0.001 * o2,
        k1 * (1 - p1) - 0.0004 * p1, calcium(ca, it)[1],
    ]  # fmt: skip


def reticular(y: State, I: float) -> list[float]:
    v, m, h, n, mt, ht, ca = y
    w, k = v + 2, 2.5**1.2
    mtinf, htinf = 1 / (1 + exp(-(w + 50) / 7.4)), 1 / (1 + exp((w + 78) / 5))
    taumt = (3 + 1 / (exp((w + 25) / 10) + exp(-(w + 100) / 15))) / k
    tauht = (85 + 1 / (exp((w + 46) / 4) + exp(-(w + 405) / 50))) / k
    it = 3 * mt**2 * ht * (v - calcium(ca, 0.0)[0])
    dv = I - 200 * m**3 * h * (v - 50) - 20 * n**4 * (v + 100) - it - 0.05 * (v + 90)
    return [dv, *traub(v + 55, m, h, n), (mtinf - mt) / taumt, (htinf - ht) / tauht, calcium(ca, it)[1]]


def subthalamic(y: State, I: float) -> list[float]:
    v, h, n, r, ca = y
    s, m, a = G(v, -39, 8), G(v, -30, 15), G(v, -63, 7.8)
    hinf, ninf, rinf = 1 / (1 + exp((v + 39) / 3.1)), G(v, -32, 8), 1 / (1 + exp((v + 67) / 2))
    b = 1 / (1 + exp((r - 0.25) / -0.07)) - 1 / (1 + exp(-0.25 / -0.07))
    taun = 1 + 100 / (1 + exp((v + 80) / 26))
    tauh = 1 + 500 / (1 + exp((v + 57) / 3))
    taur = 7.1 + 17.5 / (1 + exp((v - 68) / 2.2))
    ica, it = 0.5 * s**2 * (v - 140), 0.5 * a**3 * b**2 * (v - 140)
    dv = I - 2.25 * (v + 60) - 37.5 * m**3 * h * (v - 55) - 45 * n**4 * (v + 80) - 9 * (v + 80) * ca / (ca + 15)
    return [
        dv - ica - it, 0.75 * (hinf - h) / tauh, 0.75 * (ninf - n) / taun, 0.5 * (rinf - r) / taur,
        0.75 * 5e-5 * (-ica - it - 22.5 * ca),
    ]  # fmt: skip


def rothman_manis(ght: float, glt: float, ga: float, gh: float):
    def slopes(y: State, I: float) -> list[float]:
        V, m, h, n, p, w, z, r, a, b, c = y
        v = V + 60
        bc = (1 + exp((V + 66) / 7)) ** -0.5
        steady = [
            (m, 1 / (1 + exp(-(V + 38) / 7)), 10 / (5 * exp(v / 18) + 36 * exp(-v / 25)) + 0.04),
            (h, 1 / (1 + exp((V + 65) / 6)), 100 / (7 * exp(v / 11) + 10 * exp(-v / 25)) + 0.6),
            (n, (1 + exp(-(V + 15) / 5)) ** -0.5, 100 / (11 * exp(v / 24) + 21 * exp(-v / 23)) + 0.7),
            (p, 1 / (1 + exp(-(V + 23) / 6)), 100 / (4 * exp(v / 32) + 5 * exp(-v / 22)) + 5),
            (w, (1 + exp(-(V + 48) / 6)) ** -0.25, 100 / (6 * exp(v / 6) + 16 * exp(-v / 45)) + 1.5),
            (z, 0.5 + 0.5 / (1 + exp((V + 71) / 10)), 1000 / (exp(v / 20) + exp(-v / 8)) + 50),
            (r, 1 / (1 + exp((V + 76) / 7)), 100000 / (237 * exp(v / 12) + 17 * exp(-v / 14)) + 25),
            (a, (1 + exp(-(V + 31) / 6)) ** -0.25, 100 / (7 * exp(v / 14) + 29 * exp(-v / 24)) + 0.1),
            (b, bc, 1000 / (14 * exp(v / 27) + 29 * exp(-v / 24)) + 1),
            (c, bc, 90 / (1 + exp((-66 - V) / 17)) + 10),
        ]
        dv = I - 1000 * m**3 * h * (V - 50) - ght * (0.85 * n**2 + 0.15 * p) * (V + 70) - glt * w**4 * z * (V + 70)
        dv -= ga * a**4 * b * c * (V + 70) + gh * r * (V + 43) + 2 * (V + 65)
        return [dv / 12, *((inf - x) / tau for x, inf, tau in steady)]

    return slopes


_COCHLEAR = "V Na.m Na.h KHT.n KHT.p KLT.w KLT.z H.r A.a A.b A.c"
_START = (-65, 0.02, 0.43, 0.01, 0.01, 0.15, 0.6, 0.05, 0.1, 0.6, 0.6)
CELLS = {
    "destexhe_1996_tc": Written(
        "V Na.m Na.h K.n CaT.h H.o1 H.o2 H.p1 Ca", (-70, 0, 0, 0, 0, 0, 0, 0, 2.4e-4), thalamocortical, 2.8, 60,
        reach=5e-3,
    ),
    "destexhe_1996_re": Written(
        "V Na.m Na.h K.n CaT.m CaT.h Ca", (-90, 0, 0, 0, 0, 0.9, 2.4e-4), reticular, 0.7, 100, reach=5e-3
    ),
    "rubin_terman_2004_stn": Written("V Na.h K.n CaT.r Ca", (-60, 0.2, 0.2, 0.4, 0.4), subthalamic, 25, 150),
    "rothman_manis_2003_type_i_c": Written(_COCHLEAR, _START, rothman_manis(150, 0, 0, 0.5), 50, 60),
    "rothman_manis_2003_type_i_t": Written(_COCHLEAR, _START, rothman_manis(80, 0, 65, 0.5), 50, 60),
    "rothman_manis_2003_type_i_ii": Written(_COCHLEAR, _START, rothman_manis(150, 20, 0, 2), 200, 60),
    "rothman_manis_2003_type_ii_i": Written(_COCHLEAR, _START, rothman_manis(150, 35, 0, 3.5), 200, 60),
    "rothman_manis_2003_type_ii": Written(_COCHLEAR, _START, rothman_manis(150, 200, 0, 20), 500, 60),
}  # fmt: skip
