"""Cells of few variables, and bursters: Morris & Lecar, Izhikevich, Plant, Chay & Keizer, Butera."""

from __future__ import annotations

from collections.abc import Sequence
from math import cosh, exp, tanh

from .written import L, Written

State = Sequence[float]


def morris_lecar(v3, v4, gca, phi, v1=-1.2, v2=18.0, el=-60.0, eca=120.0, ek=-84.0):
    def slopes(y: State, I: float) -> list[float]:
        v, w = y
        m = 0.5 * (1 + tanh((v - v1) / v2))
        winf = 0.5 * (1 + tanh((v - v3) / v4))
        rate = phi * cosh((v - v3) / (2 * v4))
        return [(I - gca * m * (v - eca) - 8 * w * (v - ek) - 2 * (v - el)) / 20, rate * (winf - w)]

    return slopes


def izhikevich(el: float, vn: float, tau: float):
    def slopes(y: State, I: float) -> list[float]:
        v, n = y
        m = 1 / (1 + exp((-20 - v) / 15))
        dv = I - 8 * (v - el) - 20 * m * (v - 60) - 10 * n * (v + 90)
        return [dv, (1 / (1 + exp((vn - v) / 5)) - n) / tau]

    return slopes


def plant(y: State, I: float) -> list[float]:
    v, h, n, x, ca = y
    vs = (127 * v + 8265) / 105
    am, bm = 0.1 * L(50 - vs, 10), 4 * exp((25 - vs) / 18)
    ah, bh = 0.07 * exp((25 - vs) / 20), 1 / (1 + exp((55 - vs) / 10))
    an, bn = 0.01 * L(55 - vs, 10), 0.125 * exp((45 - vs) / 80)
    m = am / (am + bm)
    dv = I - 4 * m**3 * h * (v - 30) - 0.004 * x * (v - 140)
    dv -= (0.3 * n**4 + 0.03 * ca / (0.5 + ca)) * (v + 75) + 0.003 * (v + 40)
    return [
        dv, (ah * (1 - h) - bh * h) / 12.5, (an * (1 - n) - bn * n) / 12.5,
        (1 / (1 + exp(0.15 * (-50 - v))) - x) / 235, 0.00015 * (0.0085 * x * (140 - v) - ca),
    ]  # fmt: skip


def chay_keizer(y: State, I: float) -> list[float]:
    v, m, h, n, ca = y
    phi = 3 ** ((20 - 6.3) / 10)
    u, w = v + 50, v + 30
    ica = 6.5 * m**3 * h * (100 - v)
    dv = I + 2 * ica + 12 * n**4 * (-75 - v) + 0.09 * (ca / (ca + 1)) * (-75 - v) + 0.04 * (-40 - v)
    am, bm = 0.1 * L(25 - u, 10), 4 * exp(-u / 18)
    ah, bh = 0.07 * exp(-u / 20), 1 / (1 + exp((30 - u) / 10))
    an, bn = 0.01 * L(10 - w, 10), 0.125 * exp(-w / 80)
    return [
        dv, phi * (am * (1 - m) - bm * m), phi * (ah * (1 - h) - bh * h), phi * (an * (1 - n) - bn * n),
        0.004 * (3 * ica / (8.9e-4 * 96487) - 0.04 * ca),
    ]  # fmt: skip


def butera(y: State, I: float) -> list[float]:
    v, n, h = y
    m, p = 1 / (1 + exp((v + 34) / -5)), 1 / (1 + exp((v + 40) / -6))
    ninf, hinf = 1 / (1 + exp((v + 29) / -4)), 1 / (1 + exp((v + 48) / 6))
    taun, tauh = 10 / cosh((v + 29) / -8), 10000 / cosh((v + 48) / 12)
    dv = I - 28 * m**3 * (1 - n) * (v - 50) - 2.8 * p * h * (v - 50) - 11.2 * n**4 * (v + 85) - 2.8 * (v + 58)
    return [dv / 21, (ninf - n) / taun, (hinf - h) / tauh]


_ML, _IZ = "V K.w", "V K.n"
CELLS = {
    "morris_lecar_1981_class2": Written(_ML, (-60.899, 0.014873), morris_lecar(2, 30, 4.4, 0.04), 120, 200),
    "morris_lecar_1981_class1": Written(_ML, (-60.899, 0.014873), morris_lecar(12, 17.4, 4, 1 / 15), 60, 200),
    "morris_lecar_1981_homoclinic": Written(_ML, (-60.899, 0.014873), morris_lecar(12, 17.4, 4, 0.23), 45, 200),
    "morris_lecar_1981 as printed": Written(
        _ML, (-50, 0.5 * (1 + tanh((-50 + 1) / 14.5))), morris_lecar(-1, 14.5, 4, 1 / 15, 10, 15, -50, 100, -70), 300,
        200, "morris_lecar_1981", {"variant": "1981"},
    ),
    "izhikevich_2007_inap_ik_snic": Written(_IZ, (-64, 0.0005), izhikevich(-80, -25, 1), 10, 40),
    "izhikevich_2007_inap_ik_bistable": Written(_IZ, (-64, 0.0005), izhikevich(-80, -25, 0.152), 10, 20),
    "izhikevich_2007_inap_ik_hopf": Written(_IZ, (-64, 0.0005), izhikevich(-78, -45, 1), 40, 40),
    "plant_1981_r15": Written("V Na.h K.n CaS.x Ca", (-45, 0.7, 0.1, 0.8, 0.9), plant, 0.2, 1000),
    "chay_keizer_1983": Written(
        "V CaV.m CaV.h K.n Ca", (-54.774, 0.027532, 0.086321, 0.00044035, 0.10749), chay_keizer, 0, 300
    ),
    "butera_1999_model1": Written("V K.n NaP.h", (-60, 0.01, 0.6), butera, 0, 1000),
}  # fmt: skip
