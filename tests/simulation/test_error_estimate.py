"""Every run states its own numerical error. Is it honest? Checked against the truth, over random cells."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import loligo as lo
from loligo.errors import LoligoWarning
from loligo.simulation.run import run

CELLS = 60


def random_cells(count, seed):
    """Squid axons with other densities, temperatures and currents; a third with one more channel of random kinetics."""
    rng = np.random.default_rng(seed)
    for i in range(count):
        cell = lo.cells.squid().with_(
            {
                **{f"{c}.g": g * rng.uniform(0.6, 1.4) for c, g in (("Na", 120), ("K", 36), ("leak", 0.3))},
                "celsius": rng.uniform(0, 20),
                "capacitance": rng.uniform(0.8, 1.3),
            }
        )
        if i % 3 == 0:
            v, half, slope, tau = lo.V, rng.uniform(-60, -30), rng.uniform(4, 12), rng.uniform(1, 30)
            gate = lo.Gate(1, inf=1 / (1 + lo.exp(-(v - half) / slope)), tau=tau / (1 + lo.exp((v + 50) / 20)) + 0.5)
            cell = cell + lo.Channel("X", g=rng.uniform(0.1, 2), E=rng.uniform(-90, 60), x=gate)
        yield cell, lo.Step(rng.uniform(0, 40))


def ratios(seed, **options):
    """Stated over true error, of V and of the spike times, where there is a true error to speak of."""
    of_v, of_spikes = [], []
    for cell, stimulus in random_cells(CELLS, seed):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LoligoWarning)
            kwargs = {"duration": 60, "every": 0.1, "spike_threshold": -20}
            ds = run(cell, stimulus, **kwargs, **options)
            truth = run(cell, stimulus, **kwargs, tolerance=1e-12, estimate_error=False)
        if len(ds.spike_times) != len(truth.spike_times):
            assert np.isinf(ds.error_spikes)  # and a warning has said so
            continue
        error = np.max(np.abs(ds.values["V"] - truth.values["V"]))
        assert error <= ds.error_V
        if error > 1e-8:
            of_v.append(ds.error_V / error)
        late = np.max(np.abs(ds.spike_times - truth.spike_times), initial=0.0)
        if late > 1e-9:
            of_spikes.append(ds.error_spikes / late)
    return np.array(of_v), np.array(of_spikes)


@pytest.mark.slow
@pytest.mark.parametrize(("tolerance", "seed"), [(1e-6, 1), (1e-4, 2), (1e-8, 3)])
def test_adaptive_runs_state_their_error(tolerance, seed):
    """At least the true error, at most 30 times as large."""
    of_v, of_spikes = ratios(seed, tolerance=tolerance)
    assert len(of_v) > 50
    assert of_v.min() >= 1
    assert of_v.max() <= 30
    assert len(of_spikes) > 30
    assert of_spikes.min() >= 1
    assert of_spikes.max() <= 30
    assert np.median(of_spikes) < 10


@pytest.mark.slow
@pytest.mark.parametrize(("method", "dt"), [("rk4", 0.02), ("staggered", 0.01), ("heun", 0.005)])
def test_fixed_steps_state_their_error(method, dt):
    of_v, of_spikes = ratios(4, method=method, dt=dt)
    assert of_v.min() >= 1
    assert of_v.max() <= 30
    assert np.mean((of_spikes >= 1) & (of_spikes <= 30)) >= 0.96


def test_a_silent_run_states_a_small_error():
    ds = lo.simulate(lo.cells.squid(), lo.Step(1, start=5), duration=40)
    assert 0 < ds.attrs["error_V"] < 1e-2
    assert ds.attrs["error_spike_times"] < 1e-9
