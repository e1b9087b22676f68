"""The same sweep on a Dask cluster: real scheduler, real worker processes, one of which dies."""

from __future__ import annotations

import os
import signal
import threading
import time

import numpy as np
import pytest

import loligo as lo
from loligo.simulation import sweep as sweeps

distributed = pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of Dask's own dependencies
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # sockets of the killed worker
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
SQUID = lo.cells.squid()
OPTIONS = {"over": {"stimulus.amplitude": np.linspace(5, 20, 200), "K.g": np.linspace(25, 45, 8)}, "duration": 3000,
           "record": [lo.Spikes(), lo.Rate(100)]}  # fmt: skip


def equal(a, b):
    for name in a.data_vars:
        assert np.array_equal(a[name].values, b[name].values, equal_nan=True), name


def test_a_dead_worker_does_not_matter(monkeypatch):
    monkeypatch.setattr(sweeps, "BLOCK", 64)
    here = lo.simulate(SQUID, lo.Step(start=5), **OPTIONS)
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        equal(lo.simulate(SQUID, lo.Step(start=5), client=client, **OPTIONS), here)
        pids, killed = list(client.run(os.getpid).values()), []

        def kill():
            time.sleep(0.5)
            os.kill(pids[0], signal.SIGKILL)
            killed.append(time.monotonic())

        thread = threading.Thread(target=kill)
        thread.start()
        there = lo.simulate(SQUID, lo.Step(start=5), client=client, **OPTIONS)
        finished = time.monotonic()
        thread.join()
        assert killed[0] < finished  # it died in the middle of the work
        equal(there, here)
