"""A sweep is its single runs, whatever the order, the number of threads or the size of the blocks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import cells

import loligo as lo
from loligo.errors import LoligoWarning
from loligo.simulation import sweep as sweeps

SQUID = lo.cells.squid()
AMPLITUDES, DENSITIES = np.linspace(0, 20, 6), np.array([25.0, 36.0, 50.0])
OVER = {"stimulus.amplitude": AMPLITUDES, "K.g": DENSITIES}


def sweep(**options):
    options = {"over": OVER, "duration": 60, "estimate_error": False, **options}
    return lo.simulate(SQUID, lo.Step(start=5), **options)


@pytest.fixture(scope="module")
def grid():
    return sweep(record=[lo.Spikes(), lo.Final(), "V"], every=0.5)


def test_a_sweep_equals_its_single_runs_to_the_bit(grid):
    for i, amplitude in enumerate(AMPLITUDES):
        for j, density in enumerate(DENSITIES):
            cell = SQUID.with_({"K.g": density})
            one = lo.simulate(cell, lo.Step(amplitude, start=5), duration=60, every=0.5, estimate_error=False)
            many = grid.isel({"stimulus.amplitude": i, "K.g": j})
            assert int(many.spike_count) == int(one.spike_count)
            assert np.array_equal(many.spike_times.values[: len(one.spike_times)], one.spike_times.values)
            assert np.array_equal(many.V.values, one.V.values)


@pytest.mark.parametrize("blocks", [(2, 3), (6, 1), (1, 1)])
@pytest.mark.parametrize("workers", [1, 3])
def test_neither_blocks_nor_threads_matter(monkeypatch, grid, blocks, workers):
    monkeypatch.setattr(sweeps, "block_shape", lambda *_: blocks)
    other = sweep(record=[lo.Spikes(), lo.Final(), "V"], every=0.5, workers=workers)
    for name in grid.data_vars:
        xr.testing.assert_equal(grid[name], other[name])


@pytest.mark.parametrize("total", [2000, 5000, 10_000, 100_000, 1_000_000])
@pytest.mark.parametrize("workers", [2, 3, 8])
def test_no_thread_waits_long_for_another(total, workers):
    """Blocks are many for each thread, or no longer than fill the lanes; and their number is shared evenly."""
    sizes = [
        len(rows) for rows in sweeps.block_rows((total,), sweeps.block_shape((total,), 8.0, workers, sweeps.BLOCK))
    ]
    assert max(sizes) <= sweeps.BLOCK
    assert len(sizes) >= sweeps.SHARE * workers or max(sizes) <= sweeps.LITTLE + 64
    rounds = -(-len(sizes) // workers)
    assert rounds * max(sizes) <= 1.1 * total / workers + 64


def test_the_order_does_not_matter(grid):
    turned = sweep(over={"K.g": DENSITIES[::-1], "stimulus.amplitude": AMPLITUDES[::-1]}, record=lo.Final())
    expected = grid.V_final.isel({"K.g": slice(None, None, -1), "stimulus.amplitude": slice(None, None, -1)})
    assert np.array_equal(turned.V_final.transpose(*expected.dims).values, expected.values)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(cells(), st.lists(st.floats(0.2, 3), min_size=2, max_size=5))
def test_random_cells(cell, factors):
    path = f"{cell.channels[0].name}.g"
    values = np.array(factors) * cell.parameters[path].value
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LoligoWarning)
        many = lo.simulate(
            cell, lo.Step(5, start=2), duration=20, over={path: values}, record=["V"], every=0.5, estimate_error=False
        )
        for i, value in enumerate(values):
            one = lo.simulate(
                cell.with_({path: value}), lo.Step(5, start=2), duration=20, every=0.5, estimate_error=False
            )
            assert np.array_equal(one.V.values, many.V.values[i], equal_nan=True)


def test_any_number_may_vary():
    stimulus = lo.Step(8, start=5, stop=40) + lo.Pulses(20, width=0.5, interval=10, count=2, start=10) + lo.Sine(1)
    over = pd.DataFrame(
        {
            "stimulus.0.amplitude": [8.0, 6.0],
            "stimulus.1.width": [0.5, 1.0],
            "stimulus.frequency": [50.0, 80.0],
            "celsius": [6.3, 10.0],
            "capacitance": [1.0, 1.2],
            "initial.V": [-60.0, -70.0],
            "initial.K.n": [0.3, 0.4],
        }
    )
    many = lo.simulate(SQUID, stimulus, duration=50, over=over, estimate_error=False)
    for i, row in over.iterrows():
        one = lo.simulate(
            SQUID.with_(celsius=row["celsius"], capacitance=row["capacitance"]),
            lo.Step(row["stimulus.0.amplitude"], start=5, stop=40)
            + lo.Pulses(20, width=row["stimulus.1.width"], interval=10, count=2, start=10)
            + lo.Sine(1, frequency=row["stimulus.frequency"]),
            duration=50,
            initial={"V": row["initial.V"], "K.n": row["initial.K.n"]},
            estimate_error=False,
        )
        found = many.spike_times.values[i]
        assert np.allclose(found[np.isfinite(found)], one.spike_times.values, rtol=0, atol=1e-5)


def test_seeds():
    many = lo.simulate(SQUID, lo.Noise(6, mean=5), duration=60, over={"seed": [3, 4, 3]}, estimate_error=False)
    one = lo.simulate(SQUID, lo.Noise(6, mean=5, seed=4), duration=60, estimate_error=False)
    assert np.array_equal(many.spike_times[1].values[: one.spike_times.size], one.spike_times.values)
    assert np.array_equal(many.spike_times[0].values, many.spike_times[2].values, equal_nan=True)


def test_equilibria_about_to_meet_are_found_as_in_single_runs():
    cell = lo.cells.morris_lecar_1981(variant="snlc")
    over = {"leak.E": np.linspace(-20, 20, 400)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LoligoWarning)
        many = lo.simulate(cell, duration=1, over=over, record=lo.Final(), estimate_error=False)
        for i in range(0, 400, 7):
            one = lo.simulate(cell.with_({"leak.E": over["leak.E"][i]}), duration=1, estimate_error=False)
            assert float(one.V[-1]) == float(many.V_final[i])


@pytest.mark.parametrize("name", ["pinsky_rinzel_1994", "destexhe_1996_re", "wang_buzsaki_1996"])
def test_initial_values_of_cells_with_pools_and_compartments(name):
    cell = getattr(lo.cells, name)()
    many = lo.simulate(cell, duration=2, over={"initial.V": [-70.0, -60.0]}, record=lo.Final(), estimate_error=False)
    one = lo.simulate(cell, duration=2, initial={"V": -60.0}, estimate_error=False)
    assert float(many[f"{one.V.name}_final"][1]) == float(one.V[-1])


def test_tables():
    frame = pd.DataFrame(
        {"Na.g": [100.0, 120.0], "stimulus.amplitude": [10.0, 5.0]}, index=pd.Index([7, 8], name="cell")
    )
    ds = lo.simulate(SQUID, lo.Step(), duration=40, over=frame)
    assert ds.spike_count.dims == ("cell",)
    assert ds["cell"].values.tolist() == [7, 8]
    assert ds["Na.g"].values.tolist() == [100.0, 120.0]
    same = lo.simulate(SQUID, lo.Step(), duration=40, over=xr.Dataset.from_dataframe(frame))
    assert np.array_equal(ds.spike_times, same.spike_times, equal_nan=True)


def test_clamp_families():
    clamp = lo.VoltageClamp(hold=-65, step=0, start=2, stop=12)
    ds = lo.simulate(SQUID, clamp=clamp, duration=15, over={"clamp.step": [-40.0, 0.0, 40.0]}, record=["Na.I"])
    one = lo.simulate(SQUID, clamp=lo.VoltageClamp(-65, 40, 2, 12), duration=15, record=["Na.I"])
    assert np.array_equal(ds["Na.I"][2].values, one["Na.I"].values)
    assert np.array_equal(ds["I_clamp"][2].values, one["I_clamp"].values)


def test_what_a_dataset_says():
    ds = sweep(estimate_error=True)
    assert ds.spike_count.dims == ("stimulus.amplitude", "K.g")
    assert ds["K.g"].attrs["units"] == "mS/cm²"
    assert ds.attrs["kind"] == "sweep"
    assert ds.attrs["cell"] == "squid"
    assert ds.attrs["error_sample"] == 16
    assert 0 < ds.attrs["error_spike_times"] < 2e-3
    assert ds.attrs["steps"] > 1000


def test_the_stated_error_of_a_sweep_is_honest():
    ds = sweep(estimate_error=True)
    truth = sweep(tolerance=1e-11)
    assert float(np.abs(ds.spike_times - truth.spike_times).max()) <= ds.attrs["error_spike_times"]


def test_a_variant_at_the_edge_of_firing_is_said_to_be_unsure():
    pulse = lo.Step(start=1, stop=1.5)
    near = np.linspace(13.2, 13.8, 2000)  # µA/cm²; the threshold of this pulse lies within
    counts = [
        lo.simulate(SQUID, pulse, duration=15, over={"stimulus.amplitude": near}, tolerance=t, estimate_error=False)
        .spike_count.values for t in (1e-3, 1e-9)
    ]  # fmt: skip
    edge = near[counts[0] != counts[1]]
    assert len(edge)
    over = {"stimulus.amplitude": [5.0, edge[len(edge) // 2], 30.0]}
    with pytest.warns(LoligoWarning, match="changes with the accuracy in 1 of 3 variants .* edge of firing"):
        ds = lo.simulate(SQUID, pulse, duration=15, over=over, tolerance=1e-3)
    assert (ds.attrs["error_sample"], ds.attrs["error_unsure"]) == (3, 1)
    assert 0 < ds.attrs["error_spike_times"] < 5


@pytest.mark.parametrize("precision", ["double", "single"])
def test_a_variant_that_would_never_end_leaves_the_others_alone(precision):
    over = {"initial.V": [-65.0, -400.0, -200.0, -65.0]}
    with pytest.warns(LoligoWarning, match=r"1 of 4 variants blew up .*endlessly short steps\): numbers 1; see"):
        ds = lo.simulate(SQUID, lo.Step(10, start=5), duration=50, over=over, precision=precision, estimate_error=False)
    assert ds.status.values.tolist() == [0, 1, 0, 0]
    assert ds.spike_count.values.tolist()[::3] == [3, 3]


def test_a_failing_variant_leaves_the_others_alone():
    with pytest.warns(LoligoWarning, match=r"1 of 3 variants blew up .*numbers 2; see 'status'"):
        ds = lo.simulate(SQUID, lo.Step(), duration=40, over={"stimulus.amplitude": [0.0, 10.0, 1e7]}, method="rk4", dt=0.02,
                         estimate_error=False, record=[lo.Spikes(), lo.Peak()])  # fmt: skip
    assert ds.status.values.tolist() == [0, 0, 1]
    assert ds.spike_count.values.tolist()[:2] == [0, 3]
    assert ds.spike_count.values[2] == -1
    assert np.isnan(ds.V_peak.values[2])


def test_numbers_that_make_no_sense_are_flagged():
    with pytest.warns(LoligoWarning, match="3 of 5 variants have numbers that make no sense"):
        ds = lo.simulate(SQUID, lo.Step(10), duration=40, over={"Na.g": [120.0, -1.0, np.nan, 60.0, np.inf]})
    assert ds.status.values.tolist() == [0, 2, 2, 0, 2]
    assert ds.spike_count.values.tolist()[0] == 3
    with pytest.warns(LoligoWarning, match="1 of 2 variants have numbers"):
        ds = lo.simulate(SQUID, lo.Step(10, start=20, stop=30), duration=40, over={"stimulus.stop": [25.0, 10.0]})
    assert ds.status.values.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("over", "message"),
    [
        ({"Na.q": [1.0]}, "over 'Na.q' leads nowhere in squid; did you mean 'Na.q10'"),
        ({"K.g": []}, "over 'K.g': the axis has no values"),
        ({}, "over: nothing varies"),
        ({"K.g": ["much"]}, "over 'K.g': expected numbers in mS/cm²"),
        ({"stimulus.width": [1.0]}, "leads nowhere"),
        ({"stimulus.at": [0.0, 100.0]}, "over 'stimulus.at': a cell is one point"),
        (pd.DataFrame({"K.g": []}), "has no rows|expected numbers"),
        (pd.DataFrame([[1.0, 2.0]], columns=["K.g", "K.g"]), "'K.g' is named twice"),
        (xr.Dataset({"K.g": ("a", [1.0, 2.0]), "Na.g": ("b", [1.0])}), "a table of one dimension"),
        ([1, 2], "expected paths and their values"),
    ],
)
def test_mistakes_are_told_before_any_work(over, message):
    with pytest.raises(lo.LoligoError, match=message):
        lo.simulate(SQUID, lo.Step(), duration=10, over=over)


def test_a_result_that_does_not_fit_is_refused_with_the_remedy():
    over = {"K.g": np.linspace(20, 40, 1000), "Na.g": np.linspace(100, 130, 1000)}
    with pytest.raises(lo.SimulationError, match=r"would take 3.. GB.*store='result.zarr'"):
        lo.simulate(SQUID, lo.Step(10), duration=1000, over=over, record="V")


def test_a_sum_of_stimuli_needs_a_number():
    with pytest.raises(lo.PathError, match=r"say which, counting from 0.*stimulus.0.amplitude"):
        lo.simulate(SQUID, lo.Step(1) + lo.Step(2), duration=10, over={"stimulus.amplitude": [1.0]})


def test_variants_without_a_stable_rest_are_mentioned():
    with pytest.warns(LoligoWarning, match="2 of 3 variants have no stable resting state"):
        ds = lo.simulate(SQUID, lo.Step(0), duration=40, over={"K.E": [-77.0, -60.0, -58.0]})
    assert ds.status.values.tolist() == [0, 0, 0]


def test_upstrokes_below_the_threshold_are_mentioned():
    with pytest.warns(LoligoWarning, match="1 of 2 variants have upstrokes of at least 40 mV that end below"):
        lo.simulate(SQUID, lo.Step(), duration=100, over={"stimulus.amplitude": [10.0, 90.0]}, estimate_error=False)


def test_single_precision_is_close_and_loses_no_lane():
    over = {"stimulus.amplitude": np.linspace(7, 20, 200)}
    double = sweep(over=over, duration=200)
    single = sweep(over=over, duration=200, precision="single")
    assert (single.status == 0).all()
    assert (single.spike_count == double.spike_count).all()
    assert float(np.abs(single.spike_times - double.spike_times).max()) < 0.005


@pytest.mark.parametrize("precision", ["single", "double"])
def test_the_singular_voltages_are_safe(precision):
    near = np.array([-40.0, -55.0])
    step = np.spacing(np.float32(near)).astype(float)
    start = np.concatenate([near, near - step, near + step, near - 1e-9, near + 1e-9])
    ds = sweep(over={"initial.V": start}, duration=5, precision=precision, record=lo.Final())
    assert np.isfinite(ds.V_final).all()
    assert np.ptp(ds.V_final.values[::2]) < 1e-2  # the ones near -40 mV go the same way


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent differently there")
def test_ctrl_c_keeps_what_is_done(tmp_path):
    script = f"""
import warnings, numpy as np, loligo as lo
warnings.simplefilter("ignore")
print("ready", flush=True)
ds = lo.simulate(lo.cells.squid(), lo.Step(10), duration=500, over={{"Na.g": np.linspace(60, 140, 400000)}}, record=lo.Rate())
ds.to_netcdf({str(tmp_path / "part.nc")!r}, engine="h5netcdf")
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=dict(os.environ)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    with xr.open_dataset(tmp_path / "part.nc", engine="h5netcdf") as part:
        assert part.attrs["status"] == "interrupted"
        done = part.status.values == 0
        assert 0 < done.sum() < done.size
        assert np.isfinite(part.rate.values[done]).all()
        assert np.isnan(part.rate.values[~done]).all()
