"""Hippocampus: Golomb's cells of CA1, Pinsky & Rinzel's of CA3."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from .written import G, L, Written

State = Sequence[float]


def golomb(y: State, I: float, gnap: float, tp: float) -> list[float]:
    """Without calcium."""
    v, h, n, b, z = y
    dv = I - 0.05 * (v + 70) - 35 * G(v, -30, 9.5) ** 3 * h * (v - 55) - gnap * G(v, tp, 3) * (v - 55)
    dv -= 6 * n**4 * (v + 90) + 1.4 * G(v, -50, 20) ** 3 * b * (v + 90) + 1.0 * z * (v + 90)
    return [
        dv, 10 * (G(v, -45, -7) - h) / (1 + 7.5 * G(v, -40.5, -6)), 10 * (G(v, -35, 10) - n) / (1 + 5 * G(v, -27, -15)),
        (G(v, -80, -6) - b) / 15, (G(v, -39, 5) - z) / 75,
    ]  # fmt: skip


def golomb_zero_ca(y: State, I: float) -> list[float]:
    return golomb(y, I, 0.3, -47)


def golomb_ca(y: State, I: float) -> list[float]:
    *others, r, c, q, ca = y
    v = y[0]
    first, *rest = golomb(others, I, 0.2, -41)
    ica = 0.08 * r**2 * (v - 120)
    bk = 1 / (1 + 6 / ca) if ca > 0 else 0.0
    qinf = 1 / (1 + (2 / ca) ** 4) if ca > 0 else 0.0
    first -= ica + 10 * bk * c * (v + 90) + 5 * q * (v + 90)
    return [first, *rest, G(v, -20, 10) - r, (G(v, -30, 7) - c) / 2, (qinf - q) / 450, -0.13 * ica - ca / 13]


def pinsky_rinzel(y: State, I: float) -> list[float]:
    vs, vd, h, n, s, c, q, ca = y
    p, gc = 0.5, 2.1
    am, bm = 0.32 * L(-46.9 - vs, 4), 0.28 * L(vs + 19.9, 5)
    an, bn = 0.016 * L(-24.9 - vs, 5), 0.25 * exp(-1 - 0.025 * vs)
    ah, bh = 0.128 * exp((-43 - vs) / 18), 4 / (1 + exp((-20 - vs) / 5))
    as_, bs = 1.6 / (1 + exp(-0.072 * (vd - 5))), 0.02 * L(vd + 8.9, 5)
    if vd <= -10:
        ac = exp((vd + 50) / 11 - (vd + 53.5) / 27) / 18.975
        bc = 2 * exp((-53.5 - vd) / 27) - ac
    else:
        ac, bc = 2 * exp((-53.5 - vd) / 27), 0.0
    aq, bq = min(2e-5 * ca, 0.01), 0.001
    m = am / (am + bm)
    chi = min(ca / 250, 1.0)
    ica = 10 * s**2 * (vd - 80)
    dvs = -0.1 * (vs + 60) - 30 * m**2 * h * (vs - 60) - 15 * n * (vs + 75) + gc / p * (vd - vs) + I / p
    dvd = -0.1 * (vd + 60) - ica - 0.8 * q * (vd + 75) - 15 * c * chi * (vd + 75) + gc / (1 - p) * (vs - vd)
    return [
        dvs / 3, dvd / 3, ah * (1 - h) - bh * h, an * (1 - n) - bn * n, as_ * (1 - s) - bs * s, ac * (1 - c) - bc * c,
        aq * (1 - q) - bq * q, -0.13 * ica - 0.075 * ca,
    ]  # fmt: skip


CELLS = {
    "golomb_2006_ca1_zero_ca": Written(
        "V Na.h Kdr.n KA.b M.z", (-71.81327, 0.98786, 0.02457, 0.203517, 0.00141), golomb_zero_ca, 0.661914, 80
    ),
    "golomb_2006_ca1": Written(
        "V Na.h Kdr.n KA.b M.z CaR.r KC.c AHP.q Ca",
        (-71.962, 0.979199, 0.0242166, 0.207565, 0.0013689, 0.005507, 0.002486, 0, 0.000787), golomb_ca, 1, 200, reach=5,
    ),
    "pinsky_rinzel_1994": Written(
        "V dendrite.V Na.h Kdr.n dendrite.CaL.s dendrite.KC.c dendrite.AHP.q dendrite.Ca",
        (-60, -60, 0.999, 0.001, 0.009, 0.007, 0.01, 0.2), pinsky_rinzel, 0.75, 200, reach=600,
    ),
}  # fmt: skip
