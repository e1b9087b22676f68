"""The stomatogastric ganglion: Prinz, Billimoria & Marder."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

from .written import FARADAY, GAS, S, Written

State = Sequence[float]


def prinz(gna, gcat, gcas, ga, gkca, gkd, gh, gl):
    def slopes(y: State, I: float) -> list[float]:
        v, mna, hna, mcat, hcat, mcas, hcas, ma, ha, mkca, mkd, mh, ca = y
        eca = 1e3 * GAS * 284.15 / (2 * FARADAY) * log(3000 / ca)
        icat, icas = gcat * mcat**3 * hcat * (v - eca), gcas * mcas**3 * hcas * (v - eca)
        dv = I - gna * mna**3 * hna * (v - 50) - icat - icas - ga * ma**3 * ha * (v + 80) - gkca * mkca**4 * (v + 80)
        dv -= gkd * mkd**4 * (v + 80) + gh * mh * (v + 20) + gl * (v + 50)
        gates = [
            (mna, S(v, -25.5, -5.29), 2.64 - 2.52 * S(v, -120, -25)),
            (hna, S(v, -48.9, 5.18), 1.34 * S(v, -62.9, -10) * (1.5 + S(v, -34.9, 3.6))),
            (mcat, S(v, -27.1, -7.2), 43.4 - 42.6 * S(v, -68.1, -20.5)),
            (hcat, S(v, -32.1, 5.5), 210 - 179.6 * S(v, -55, -16.9)),
            (mcas, S(v, -33, -8.1), 2.8 + 14 / (exp((v + 27) / 10) + exp((v + 70) / -13))),
            (hcas, S(v, -60, 6.2), 120 + 300 / (exp((v + 55) / 9) + exp((v + 65) / -16))),
            (ma, S(v, -27.2, -8.7), 23.2 - 20.8 * S(v, -32.9, -15.2)),
            (ha, S(v, -56.9, 4.9), 77.2 - 58.4 * S(v, -38.9, -26.5)),
            (mkca, ca / (ca + 3) * S(v, -28.3, -12.6), 180.6 - 150.2 * S(v, -46, -22.7)),
            (mkd, S(v, -12.3, -11.8), 14.4 - 12.8 * S(v, -28.3, -19.2)),
            (mh, S(v, -75, 5.5), 2 / (exp((v + 169.7) / -11.6) + exp((v - 26.7) / 14.3))),
        ]
        dca = (-14.96 * 0.628 * (icat + icas) - ca + 0.05) / 200
        return [dv, *((inf - x) / tau for x, inf, tau in gates), dca]

    return slopes


_STATES = "V Na.m Na.h CaT.m CaT.h CaS.m CaS.h A.m A.h KCa.m Kd.m H.m Ca"
_START = (-60, 0.01, 0.9, 0.05, 0.9, 0.05, 0.5, 0.05, 0.5, 0.05, 0.05, 0.05, 0.05)
# Na, CaT, CaS, A, KCa, Kd, H, leak
_SETS = {
    "ab_pd": [
        (400, 2.5, 6, 50, 10, 100, 0.01, 0), (100, 2.5, 6, 50, 5, 100, 0.01, 0), (200, 2.5, 4, 50, 5, 50, 0.01, 0),
        (200, 5, 4, 40, 5, 125, 0.01, 0), (300, 2.5, 2, 10, 5, 125, 0.01, 0),
    ],
    "lp": [
        (100, 0, 8, 40, 5, 75, 0.05, 0.02), (100, 0, 6, 30, 5, 50, 0.05, 0.02), (100, 0, 10, 50, 5, 100, 0, 0.03),
        (100, 0, 4, 20, 0, 25, 0.05, 0.03), (100, 0, 6, 30, 0, 50, 0.03, 0.02),
    ],
    "py": [
        (100, 2.5, 2, 50, 0, 125, 0.05, 0.01), (200, 7.5, 0, 50, 0, 75, 0.05, 0), (200, 10, 0, 50, 0, 100, 0.03, 0),
        (400, 2.5, 2, 50, 0, 75, 0.05, 0), (500, 2.5, 2, 40, 0, 125, 0.01, 0.03), (500, 2.5, 2, 40, 0, 125, 0, 0.02),
    ],
}  # fmt: skip
CELLS = {
    f"prinz_2003_{kind} {k}": Written(
        _STATES, _START, prinz(*numbers), 5, 200, f"prinz_2003_{kind}", {"number": k}, reach=50
    )
    for kind, sets in _SETS.items()
    for k, numbers in enumerate(sets, 1)
}
