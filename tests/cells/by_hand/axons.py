"""Axons and heart: Hodgkin & Huxley, Connor, Frankenhaeuser & Huxley, McIntyre, Noble, Beeler & Reuter."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

from .written import FARADAY, GAS, L, Written

State = Sequence[float]


def hodgkin_huxley(y: State, I: float) -> list[float]:
    v, m, h, n = y
    am, bm = 0.1 * L(-(v + 40), 10), 4 * exp(-(v + 65) / 18)
    ah, bh = 0.07 * exp(-(v + 65) / 20), 1 / (1 + exp(-(v + 35) / 10))
    an, bn = 0.01 * L(-(v + 55), 10), 0.125 * exp(-(v + 65) / 80)
    dv = I - 120 * m**3 * h * (v - 50) - 36 * n**4 * (v + 77) - 0.3 * (v + 54.387)
    return [dv, am * (1 - m) - bm * m, ah * (1 - h) - bh * h, an * (1 - n) - bn * n]


def connor_stevens(y: State, I: float) -> list[float]:
    v, m, h, n, a, b = y
    am, bm = 0.38 * L(-(v + 29.7), 10), 15.2 * exp(-0.0556 * (v + 54.7))
    ah, bh = 0.266 * exp(-0.05 * (v + 48)), 3.8 / (1 + exp(-0.1 * (v + 18)))
    an, bn = 0.02 * L(-(v + 45.7), 10), 0.25 * exp(-0.0125 * (v + 55.7))
    ainf = (0.0761 * exp(0.0314 * (v + 94.22)) / (1 + exp(0.0346 * (v + 1.17)))) ** (1 / 3)
    taua = 0.3632 + 1.158 / (1 + exp(0.0497 * (v + 55.96)))
    binf = (1 / (1 + exp(0.0688 * (v + 53.3)))) ** 4
    taub = 1.24 + 2.678 / (1 + exp(0.0624 * (v + 50)))
    dv = I - 120 * m**3 * h * (v - 55) - 20 * n**4 * (v + 72) - 47.7 * a**3 * b * (v + 75) - 0.3 * (v + 17)
    return [dv, am * (1 - m) - bm * m, ah * (1 - h) - bh * h, an * (1 - n) - bn * n, (ainf - a) / taua,
            (binf - b) / taub]  # fmt: skip


def frankenhaeuser_huxley(y: State, I: float) -> list[float]:
    v, m, h, n, p = y
    u = v + 70
    z = v * 1e-3 * FARADAY / (GAS * (20 + 273.15))
    sodium = FARADAY * (13.74 * L(-z, 1) - 114.5 * L(z, 1))
    potassium = FARADAY * (120 * L(-z, 1) - 2.5 * L(z, 1))
    dv = I - 8e-3 * m**2 * h * sodium - 0.54e-3 * p**2 * sodium - 1.2e-3 * n**2 * potassium - 30.3 * (v + 69.974)
    am, bm = 0.36 * L(22 - u, 3), 0.4 * L(u - 13, 20)
    ah, bh = 0.1 * L(u + 10, 6), 4.5 / (1 + exp((45 - u) / 10))
    an, bn = 0.02 * L(35 - u, 10), 0.05 * L(u - 10, 10)
    ap, bp = 0.006 * L(40 - u, 10), 0.09 * L(u + 25, 20)
    return [dv / 2, am * (1 - m) - bm * m, ah * (1 - h) - bh * h, an * (1 - n) - bn * n, ap * (1 - p) - bp * p]


def mcintyre(y: State, I: float) -> list[float]:
    v, p, m, h, s = y
    q1, q2, q3 = 2.2 ** ((37 - 20) / 10), 2.9 ** ((37 - 20) / 10), 3 ** ((37 - 36) / 10)
    ap, bp = q1 * 0.01 * L(-(v + 27), 10.2), q1 * 0.00025 * L(v + 34, 10)
    am, bm = q1 * 1.86 * L(-(v + 21.4), 10.3), q1 * 0.086 * L(v + 25.7, 9.16)
    ah, bh = q2 * 0.062 * L(v + 114, 11), q2 * 2.3 / (1 + exp(-(v + 31.8) / 13.4))
    w = v + 80
    as_, bs = q3 * 0.3 / (1 + exp((w - 27) / -5)), q3 * 0.03 / (1 + exp((w + 10) / -1))
    dv = I - 3000 * m**3 * h * (v - 50) - 10 * p**3 * (v - 50) - 80 * s * (v + 90) - 7 * (v + 90)
    return [dv / 2, ap * (1 - p) - bp * p, am * (1 - m) - bm * m, ah * (1 - h) - bh * h, as_ * (1 - s) - bs * s]


def noble(y: State, I: float) -> list[float]:
    v, m, h, n = y
    gk1 = 1.2 * exp((-v - 90) / 50) + 0.015 * exp((v + 90) / 60)
    dv = I - (gk1 + 1.2 * n**4) * (v + 100) - (400 * m**3 * h + 0.14) * (v - 40) - 0.075 * (v + 60)
    am, bm = 0.1 * L(-v - 48, 15), 0.12 * L(v + 8, 5)
    ah, bh = 0.17 * exp((-v - 90) / 20), 1 / (1 + exp((-v - 42) / 10))
    an, bn = 1e-4 * L(-v - 50, 10), 2e-3 * exp((-v - 90) / 80)
    return [dv / 12, am * (1 - m) - bm * m, ah * (1 - h) - bh * h, an * (1 - n) - bn * n]


def beeler_reuter(y: State, I: float) -> list[float]:
    v, ca, m, h, j, d, f, x1 = y
    numerator = 4 * (exp(0.04 * (v + 85)) - 1)
    ik1 = 0.35 * (numerator / (exp(0.08 * (v + 53)) + exp(0.04 * (v + 53))) + 0.2 * L(-(v + 23), 25))
    ix1 = x1 * 0.8 * (exp(0.04 * (v + 77)) - 1) / exp(0.04 * (v + 35))
    ina = (4 * m**3 * h * j + 0.003) * (v - 50)
    i_s = 0.09 * d * f * (v - (-82.3 - 13.0287 * log(ca)))
    am, bm = L(-(v + 47), 10), 40 * exp(-0.056 * (v + 72))
    ah, bh = 0.126 * exp(-0.25 * (v + 77)), 1.7 / (1 + exp(-0.082 * (v + 22.5)))
    aj = 0.055 * exp(-0.25 * (v + 78)) / (1 + exp(-0.2 * (v + 78)))
    bj = 0.3 / (1 + exp(-0.1 * (v + 32)))
    ad = 0.095 * exp(-0.01 * (v - 5)) / (1 + exp(-0.072 * (v - 5)))
    bd = 0.07 * exp(-0.017 * (v + 44)) / (1 + exp(0.05 * (v + 44)))
    af = 0.012 * exp(-0.008 * (v + 28)) / (1 + exp(0.15 * (v + 28)))
    bf = 0.0065 * exp(-0.02 * (v + 30)) / (1 + exp(-0.2 * (v + 30)))
    ax = 0.0005 * exp(0.083 * (v + 50)) / (1 + exp(0.057 * (v + 50)))
    bx = 0.0013 * exp(-0.06 * (v + 20)) / (1 + exp(-0.04 * (v + 20)))
    return [
        I - ik1 - ix1 - ina - i_s, -1e-7 * i_s + 0.07 * (1e-7 - ca), am * (1 - m) - bm * m, ah * (1 - h) - bh * h,
        aj * (1 - j) - bj * j, ad * (1 - d) - bd * d, af * (1 - f) - bf * f, ax * (1 - x1) - bx * x1,
    ]  # fmt: skip


CELLS = {
    "hodgkin_huxley_1952": Written(
        "V Na.m Na.h K.n", (-65, 0.05293, 0.59612, 0.31768), hodgkin_huxley, 10, 60
    ),
    "connor_stevens_1977": Written(
        "V Na.m Na.h K.n KA.a KA.b", (-68, 0.01, 0.96, 0.15, 0.54, 0.28), connor_stevens, 10, 150
    ),
    "frankenhaeuser_huxley_1964": Written(
        "V Na.m Na.h K.n NaP.p", (-70, 0.0005, 0.825, 0.0268, 0.0049), frankenhaeuser_huxley, 700, 30
    ),
    "mcintyre_2002_mrg_node": Written(
        "V NaP.p Na.m Na.h Ks.s", (-80, 0.2, 0.07, 0.62, 0.2), mcintyre, 200, 10
    ),
    "noble_1962": Written("V Na.m Na.h K2.n", (-87, 0.01, 0.8, 0.01), noble, 0, 1500),
    "beeler_reuter_1977": Written(
        "V Ca Na.m Na.h Na.j s.d s.f X1.x1", (-84.622, 2e-7, 0.01, 0.99, 0.98, 0.003, 0.99, 0.0004), beeler_reuter, 3,
        400, reach=1e-5,
    ),
}  # fmt: skip
