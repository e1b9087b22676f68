"""The Rallpacks: a passive cable, a passive tree, an axon; error and speed against the step.

    python benchmarks/rallpacks.py [--no-save]

Bhalla, Bilitch & Bower (1992) Trends Neurosci 15:453-458. How the error is measured is said in the report itself
(``MEASURE``, ``DRIFT``), with what the authors found for NEURON 2.43, which has the same method.
"""

from __future__ import annotations

import math
import sys
import time

import numpy as np

import loligo as lo

RM, CM, RA = 40_000.0, 1.0, 100.0  # Ω·cm², µF/cm², Ω·cm
REST, CURRENT, DURATION = -65.0, 0.1, 250.0  # mV, nA, ms
NEURON = {
    1: {0.01: 0.02, 0.05: 0.03, 0.1: 0.05, 1.0: 0.30},
    2: {0.01: 0.017, 0.05: 0.027, 0.1: 0.039, 1.0: 0.261},
    3: {0.01: 1.4, 0.05: 3.5, 0.1: 6.33},
}  # %, from NEURON.report of the package


MEASURE = """\
0.1 nA flows into one end for 250 ms; V is compared at both ends, and the worse one is given. The error is that of the
package (`rms.c`): the root of the mean squared difference over the 250 ms, in % of the extent of the curve. In the
first two the truth is a closed form; in the third a run with twice the compartments and dt 0.003125 ms."""
DRIFT = """\
In the third the membrane fires all the while, and a spike at another time counts by its whole height: 0.7 ms in 240
make 13 %. So this measure mostly says how late the last spikes are, which grows with the square of dt until they no
longer overlap. Beside it stand how late the last one is, and the same error once times are scaled so that the last
spikes coincide, which is what is left of their shape. A comment in `rms.c` says that spikes are scaled so before they
are compared, which the program does not do; whether NEURON's figures had it done is not known."""


def passive() -> lo.Cell:
    return lo.Cell("passive", [lo.Channel("leak", g=1e3 / RM, E=REST)], capacitance=CM)


def axon_membrane() -> lo.Cell:
    squid = lo.cells.squid()
    return squid.with_({"leak.g": 1e3 / RM, "leak.E": REST, "Na.E": 50.0, "K.E": -77.0})


def cable(cell: lo.Cell, n: int = 1000) -> lo.Cable:
    return lo.Cable(cell, length=1000, diameter=1, Ra=RA, n=n)


def branched(levels: int = 10, finer: int = 1) -> lo.Tree:
    """Every branch ends in two, by the 3/2 rule; each is as long in units of its length constant."""
    sections = [lo.Section("0", 32, 16)]
    names = ["0"]
    for level in range(1, levels):
        long, wide = 32 * 2 ** (-level / 3), 16 * 2 ** (-2 * level / 3)
        grown = []
        for parent in names:
            grown += [lo.Section(f"{parent}.{k}", long, wide, parent=parent) for k in (0, 1)]
        sections += grown
        names = [s.name for s in grown]
    return lo.Tree(sections, passive(), Ra=RA, dx=1000, finer=finer)


def finite_cable(x: float, t: np.ndarray, length: float, diameter: float) -> np.ndarray:
    """V of a passive cable with sealed ends into whose beginning a current flows (µm, ms, mV).

    Separation of variables: cosines, each with its own time constant (Rall 1969, Biophys J 9:1483).
    """
    d = diameter * 1e-4
    constant = math.sqrt(RM * d / (4 * RA))
    resistance = 4 * RA * constant / (math.pi * d * d)  # of a length constant of core, Ω
    L, X, T = length * 1e-4 / constant, x * 1e-4 / constant, t / (RM * CM * 1e-3)
    value = np.full(len(t), math.cosh(L - X) / math.sinh(L)) - np.exp(-T) / L
    for n in range(1, 4000):
        rate = 1 + (n * math.pi / L) ** 2
        value -= 2 / L * math.cos(n * math.pi * X / L) * np.exp(-rate * T) / rate
    return REST + CURRENT * 1e-9 * resistance * value * 1e3


def rms(found: np.ndarray, truth: np.ndarray) -> float:
    """Their measure, %."""
    extent = max(found.max(), truth.max()) - min(found.min(), truth.min())
    return 100 * float(np.sqrt(np.mean((found - truth) ** 2))) / extent


def error_of_cable(dt: float) -> tuple[float, float]:
    began = time.perf_counter()
    ds = lo.simulate(cable(passive()), lo.Step(CURRENT), duration=DURATION, dt=dt, every=max(dt, 0.05),
                     where=[0.5, 999.5])  # fmt: skip
    seconds = time.perf_counter() - began
    truth = [finite_cable(x, ds.time.values, 1000, 1) for x in (0.5, 999.5)]
    return max(rms(ds.V.values[:, k], truth[k]) for k in (0, 1)), seconds


def error_of_tree(dt: float) -> tuple[float, float]:
    tree = branched()
    began = time.perf_counter()
    ds = lo.simulate(tree, lo.Step(CURRENT), duration=DURATION, dt=dt, every=max(dt, 0.05),
                     where=["0(0.5)", f"{tree.sections[-1].name}(0.5)"])  # fmt: skip
    seconds = time.perf_counter() - began
    truth = [finite_cable(x, ds.time.values, 320, 16) for x in (16, 304)]
    return max(rms(ds.V.values[:, k], truth[k]) for k in (0, 1)), seconds


def axon(dt: float, n: int = 1000, duration: float = DURATION) -> np.ndarray:
    """V at both ends every 0.1 ms."""
    ds = lo.simulate(cable(axon_membrane(), n), lo.Step(CURRENT), duration=duration, dt=dt, every=0.1,
                     where=[0.5, 999.5], initial={"V": REST})  # fmt: skip
    return ds.V.values


def spikes(V: np.ndarray) -> np.ndarray:
    """When V, every 0.1 ms, crosses 0 mV upwards (ms)."""
    k = np.flatnonzero((V[:-1] < 0) & (V[1:] >= 0))
    return 0.1 * (k - V[k] / (V[k + 1] - V[k]))


def drift(found: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """How late the last spike is (ms), and the error (%) with times scaled so that it is not."""
    ours, theirs = spikes(found), spikes(truth)
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} spikes where there should be {len(theirs)}")
    t = 0.1 * np.arange(len(found))
    return ours[-1] - theirs[-1], rms(np.interp(t, t * theirs[-1] / ours[-1], found), truth)


def main() -> None:
    from common import report, table

    error_of_cable(1.0), error_of_tree(1.0), axon(0.1, duration=1.0)  # compiled before anything is timed
    rows = []
    for number, measure in ((1, error_of_cable), (2, error_of_tree)):
        for dt in NEURON[number]:
            error, seconds = measure(dt)
            rows.append([f"Rallpack {number}", dt, error, NEURON[number][dt], seconds])
    truth, third = axon(0.003125, 2000), []
    for dt in NEURON[3]:
        began = time.perf_counter()
        found = axon(dt)
        seconds = time.perf_counter() - began
        end = max((0, 1), key=lambda k: rms(found[:, k], truth[:, k]))
        error, (late, scaled) = rms(found[:, end], truth[:, end]), drift(found[:, end], truth[:, end])
        third.append(["Rallpack 3", dt, error, NEURON[3][dt], late, scaled, seconds])
    heads = ["", "dt, ms", "error, %", "NEURON 2.43, %"]
    report(
        "rallpacks",
        "The Rallpacks",
        MEASURE,
        table([*heads, "s"], rows),
        DRIFT,
        table([*heads, "last spike late, ms", "error with times scaled, %", "s"], third),
        save="--no-save" not in sys.argv,
    )


if __name__ == "__main__":
    main()
