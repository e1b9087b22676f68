"""The Rallpacks: Bhalla, Bilitch & Bower 1992, Trends Neurosci 15:453, by their own measure of the error.

The bounds are what they found for NEURON 2.43 at the same dt (the first row of `NEURON` in `benchmarks/rallpacks.py`).
"""

import importlib.util
import math
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "rallpacks.py"


@pytest.fixture(scope="module")
def packs():
    spec = importlib.util.spec_from_file_location("rallpacks", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("dt", [0.01, 0.05, 0.1])
def test_a_passive_cable(packs, dt):
    error, _ = packs.error_of_cable(dt)
    print(f"Rallpack 1 at dt = {dt} ms: {error:.4f} %")
    assert error < packs.NEURON[1][dt]


@pytest.mark.parametrize("dt", [0.01, 0.05, 0.1])
def test_a_passive_tree(packs, dt):
    error, _ = packs.error_of_tree(dt)
    print(f"Rallpack 2 at dt = {dt} ms: {error:.4f} %")
    assert error < packs.NEURON[2][dt]


def test_the_closed_form_is_a_solution(packs):
    # V at 0 in the end is I R coth(L), and in the beginning rest
    import numpy as np

    v = packs.finite_cable(0.0, np.array([1e-9, 1e4]), 1000, 1)
    constant = math.sqrt(4e4 * 1e-4 / 400)
    steady = 1e-10 * 400 * constant / (math.pi * 1e-8) / math.tanh(0.1 / constant) * 1e3
    assert v[1] + 65 == pytest.approx(steady, rel=1e-6)
    assert v[0] + 65 == pytest.approx(0, abs=1e-3 * steady)


def test_an_axon_that_fires_for_a_quarter_of_a_second(packs):
    truth = packs.axon(0.0025, 2000)
    found = {dt: packs.axon(dt) for dt in (0.01, 0.02)}
    error = {dt: max(packs.rms(V[:, k], truth[:, k]) for k in (0, 1)) for dt, V in found.items()}
    late = {dt: packs.drift(V[:, 1], truth[:, 1]) for dt, V in found.items()}
    print("Rallpack 3: " + ", ".join(f"{e:.3f} % at dt = {dt} ms" for dt, e in error.items()))
    assert error[0.01] < packs.NEURON[3][0.01]
    assert math.log2(error[0.02] / error[0.01]) == pytest.approx(2, abs=0.4)
    assert math.log2(late[0.02][0] / late[0.01][0]) == pytest.approx(2, abs=0.4)
    assert late[0.02][1] < 0.3 * error[0.02]  # most of it is drift
