"""A sweep on disk survives being killed, and takes nothing for its own that is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import xarray as xr

import loligo as lo
from loligo.simulation import sweep as sweeps

pytest.importorskip("zarr")
SQUID = lo.cells.squid()
SCRIPT = """
import sys, numpy as np, loligo as lo
from loligo.simulation import sweep
sweep.BLOCK = 40
grid = lo.simulate(lo.cells.squid(), lo.Step(start=2), duration=1000, store=sys.argv[1], workers=2,
    over={"stimulus.amplitude": np.linspace(5, 20, 100), "K.g": np.linspace(25, 45, 30)}, record=[lo.Spikes(), lo.Peak()])
"""
OVER = {"stimulus.amplitude": np.linspace(5, 20, 40), "K.g": np.linspace(25, 45, 30)}


def sweep(path, **options):
    chosen = {"over": OVER, "record": [lo.Spikes(), lo.Peak()], "duration": 100, **options}
    return lo.simulate(SQUID, lo.Step(start=2), store=path, **chosen)


def equal(a, b):
    for name in ("spike_count", "first_latency", "V_peak", "V_peak_time", "status"):
        xr.testing.assert_equal(a[name].load(), b[name].load())
    most = max(a.sizes["spike"], b.sizes["spike"])
    xr.testing.assert_equal(*(x.spike_times.pad(spike=(0, most - x.sizes["spike"])).load() for x in (a, b)))


def blocks(path):
    """How many blocks are there."""
    return sum(c.is_file() and ".partial" not in c.name for c in (path / "status" / "c").rglob("*"))


def test_a_store_holds_what_memory_would(tmp_path, monkeypatch):
    monkeypatch.setattr(sweeps, "BLOCK", 100)
    kept = sweep(tmp_path / "grid.zarr")
    equal(kept, sweep(None))
    assert kept.spike_times.attrs["units"] == "ms"
    assert kept.attrs["status"] == "done"
    again = sweep(tmp_path / "grid.zarr")  # all there: nothing is computed again
    assert again.attrs["seconds"] == kept.attrs["seconds"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
def test_killed_and_resumed_it_ends_with_the_same_bits(tmp_path):
    path, whole = tmp_path / "killed.zarr", tmp_path / "whole.zarr"
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", SCRIPT, str(whole)]).returncode == 0
    kills = 0
    for more in (0, 1, 3, 1):  # killed while the store is made, then once so many more blocks are there
        wanted = blocks(path) + more
        with subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SCRIPT, str(path)], env=dict(os.environ)
        ) as process:
            while process.poll() is None and (not path.exists() if more == 0 else blocks(path) < wanted):
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
        kills += process.returncode == -signal.SIGKILL
    assert kills == 4
    assert 5 <= blocks(path) < 75
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", SCRIPT, str(path)]).returncode == 0
    a, b = (xr.open_dataset(p, engine="zarr", consolidated=False) for p in (path, whole))
    equal(a, b)


def test_a_damaged_block_is_computed_again(tmp_path, monkeypatch):
    monkeypatch.setattr(sweeps, "BLOCK", 100)
    path = tmp_path / "grid.zarr"
    first = sweep(path).load()
    there = next(c for c in (path / "status" / "c").rglob("*") if c.is_file())
    there.unlink()
    (path / "V_peak" / there.relative_to(path / "status")).write_bytes(b"not what it was")
    equal(sweep(path), first)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"duration": 50}, "another duration"),
        ({"tolerance": 1e-7}, "another tolerance"),
        ({"record": [lo.Spikes()]}, "another record"),
        ({"over": {"K.g": [30.0]}}, "another over"),
        ({"precision": "single"}, "another precision"),
    ],
)
def test_another_sweep_is_refused(tmp_path, change, what):
    over = {"K.g": [36.0, 40.0]}
    sweep(tmp_path / "grid.zarr", over=over)
    with pytest.raises(lo.SimulationError, match=f"{what}.*give another path, or delete"):
        sweep(tmp_path / "grid.zarr", **{"over": over, **change})


def test_other_equations_are_refused(tmp_path):
    over = {"K.g": [36.0, 40.0]}
    sweep(tmp_path / "grid.zarr", over=over)
    for cell, stimulus, what in (
        (SQUID.with_(celsius=7.0), lo.Step(start=2), "cell"),
        (SQUID.with_({"K.n.beta": 0.13 * lo.exp(-(lo.V + 65) / 80)}), lo.Step(start=2), "cell"),
        (SQUID, lo.Step(1e-9, start=2), "stimulus"),
    ):
        with pytest.raises(lo.SimulationError, match=f"another {what}"):
            lo.simulate(
                cell, stimulus, duration=100, over=over, record=[lo.Spikes(), lo.Peak()], store=tmp_path / "grid.zarr"
            )


def test_what_is_no_store_is_left_alone(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "cat.jpg").write_text("cat")
    with pytest.raises(lo.SimulationError, match="is there already and is no store"):
        sweep(folder)
    assert (folder / "cat.jpg").read_text() == "cat"
    with pytest.raises(lo.SimulationError, match="nothing varies"):
        lo.simulate(SQUID, lo.Step(10), duration=10, store=tmp_path / "x.zarr")


def test_tables_and_traces(tmp_path):
    import pandas as pd

    frame = pd.DataFrame({"Na.g": np.linspace(100, 140, 5)}, index=pd.Index(list("abcde"), name="which"))
    options = {"over": frame, "record": ["V", lo.Rate()], "every": 0.5}
    kept = sweep(tmp_path / "table.zarr", **options)
    plain = sweep(None, **options)
    assert kept.V.dims == ("which", "time")
    assert np.array_equal(kept.V, plain.V)
    assert kept["Na.g"].values.tolist() == plain["Na.g"].values.tolist()
    assert kept["which"].values.tolist() == list("abcde")
