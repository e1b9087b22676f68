"""A sweep on a GPU, in Numba's simulator of one: the same source, one lane in each thread."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import loligo as lo

SCRIPT = """
import numpy as np, loligo as lo
squid = lo.cells.squid()
stimulus = lo.Step(start=1, stop=6) + lo.Sine(0.5)
for options in ({}, {"method": "rk4", "dt": 0.05}, {"method": "staggered", "dt": 0.05}, {"precision": "single"}):
    over = {"stimulus.0.amplitude": [0.0, 12.0, 20.0]}
    record = [lo.Spikes(), lo.Final(), "V", "Na.I", lo.Peak(), lo.Trough(after=2), lo.Peak("Na.m"), lo.Mean(after=1.3)]
    both = [lo.simulate(squid, stimulus, duration=8, over=over, record=record, every=0.5, estimate_error=False,
                        device=device, **options) for device in ("cpu", "cuda")]
    close = 0.02 if options.get("precision") == "single" else 1e-3
    for name in both[0].data_vars:
        a, b = (ds[name].values for ds in both)
        assert a.shape == b.shape and np.allclose(a, b, rtol=0, atol=close, equal_nan=True), (options, name, a, b)
    assert both[1].spike_count.values.tolist() == [0, 1, 1]
print("equal")
"""


@pytest.mark.slow
def test_the_simulated_gpu_gives_what_the_cpu_gives():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True,
                          env={**os.environ, "NUMBA_ENABLE_CUDASIM": "1"})  # fmt: skip
    assert done.stdout.strip() == "equal", done.stderr[-3000:]


def test_without_a_gpu_the_error_says_what_is_missing():
    cuda = pytest.importorskip("numba.cuda")
    if cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(lo.SimulationError, match=r"device: no GPU can be used \(.+\); use device='cpu'"):
        lo.simulate(lo.cells.squid(), lo.Step(10), duration=5, over={"K.g": [30.0]}, device="cuda")
