"""Recorders, compared with what a dense trace shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import loligo as lo

SQUID = lo.cells.squid()
OVER = {"stimulus.amplitude": [0.0, 6.0, 10.0, 18.0]}
METHODS = [{}, {"method": "rk4", "dt": 0.01}, {"method": "staggered", "dt": 0.005}]


def run(record, **options):
    return lo.simulate(SQUID, lo.Step(start=5), duration=80, over=OVER, record=record, estimate_error=False, **options)


@pytest.mark.parametrize("options", METHODS)
@pytest.mark.parametrize("after", [0.0, 30.3])
def test_extremes_and_means_are_those_of_the_trace(options, after):
    recorders = [kind(path, after) for kind in (lo.Peak, lo.Trough, lo.Mean) for path in ("V", "K.n")]
    ds = run([*recorders, "V", "K.n"], every=0.002, **options)
    late = ds.sel(time=slice(after - 1e-9, None))
    for path, scale in (("V", 1.0), ("K.n", 0.01)):
        trace = late[path]
        assert np.allclose(ds[f"{path}_peak"], trace.max("time"), rtol=0, atol=2e-3 * scale)
        assert np.allclose(ds[f"{path}_trough"], trace.min("time"), rtol=0, atol=2e-3 * scale)
        mean = trace.integrate("time") / (80 - float(late.time[0]))
        assert np.allclose(ds[f"{path}_mean"], mean, rtol=0, atol=2e-3 * scale)
        moment = late.time[trace.argmax(dim="time")]
        spikes = ds["stimulus.amplitude"] > 7
        assert np.allclose(
            ds[f"{path}_peak_time"].where(spikes), moment.where(spikes), rtol=0, atol=0.01, equal_nan=True
        )


def test_peak_converges_with_the_tolerance():
    truth = run(lo.Peak(), tolerance=1e-12).V_peak
    errors = [float(np.abs(run(lo.Peak(), tolerance=t).V_peak - truth).max()) for t in (1e-5, 1e-7, 1e-9)]
    assert errors[0] > 10 * errors[1] > 100 * errors[2]
    assert errors[2] < 1e-6


def test_spikes_rate_and_intervals():
    ds = run([lo.Spikes(), lo.Rate(after=20), lo.Intervals(after=20)])
    for i in range(4):
        times = ds.spike_times[i].values
        times = times[np.isfinite(times)]
        assert len(times) == ds.spike_count[i]
        late = times[times >= 20]
        assert ds.rate[i] == pytest.approx(1000 / np.diff(late).mean() if len(late) > 1 else 0)
        if len(late) > 1:
            assert float(ds.interval_mean[i]) == pytest.approx(np.diff(late).mean())
            assert float(ds.interval_cv[i]) == pytest.approx(np.diff(late).std() / np.diff(late).mean(), abs=1e-12)
            assert float(ds.interval_max[i]) == pytest.approx(np.diff(late).max())
        else:
            assert np.isnan(ds.interval_mean[i])
        if len(times):
            assert float(ds.first_latency[i]) == pytest.approx(times[0] - 5)
    counted = run(lo.Spikes(times=False))
    assert "spike_times" not in counted
    assert np.array_equal(counted.spike_count, ds.spike_count)


def test_traces_of_currents_are_those_of_single_runs():
    ds = run(lo.Trace("Na.I", "K.conductance"), every=0.1)
    one = lo.simulate(
        SQUID, lo.Step(10, start=5), duration=80, record=["Na.I", "K.conductance"], every=0.1, estimate_error=False
    )
    assert np.array_equal(ds["Na.I"][2], one["Na.I"])
    assert np.array_equal(ds["K.conductance"][2], one["K.conductance"])


def test_one_run_in_single_precision_has_its_trace():
    ds = lo.simulate(SQUID, lo.Step(10), duration=50, precision="single")
    assert ds.V.dims == ("time",)
    assert int(ds.spike_count) == 4


def test_a_recorder_without_a_sweep():
    ds = lo.simulate(SQUID, lo.Step(10), duration=50, record=[lo.Peak(), lo.Rate()])
    assert ds.V_peak.dims == ()
    assert float(ds.V_peak) == pytest.approx(40.2, abs=0.5)


@dataclass(frozen=True)
class Overshoot(lo.Recorder):
    """How far the first spike goes beyond 0 mV: a recorder of one's own, with the trace of V."""

    def traced(self, context):
        return ("V",)

    def quantities(self, context):
        from loligo.simulation.recorders import Quantity

        return (Quantity("overshoot", "mV", "highest V beyond 0 mV"),)

    def reduce(self, seen):
        return {"overshoot": np.maximum(seen.traces["V"].max(axis=1), 0)}


def test_a_recorder_of_ones_own():
    ds = run([Overshoot(), lo.Peak()], every=0.002)
    assert np.allclose(ds.overshoot, np.maximum(ds.V_peak, 0), atol=1e-3)


WATCHER = '''
"""Watcher: how long V is above a level."""

from .interface import ACCEPTED, ROW, H, Z, choose, index, real

LEVEL = 0
BLANK = (0.0,)


def watch(b, r, clock, memo, w, m, n):
    for i in range(n):
        above = (b[Z + i] > w[LEVEL]) & (r[ACCEPTED + i] > real(0.5))
        m[i] += choose(above, r[H + i], real(0.0))
'''


def test_a_compiled_watcher_of_ones_own(tmp_path):
    from loligo.numerics.batch import Watcher
    from loligo.simulation.recorders import Quantity

    file = tmp_path / "above.py"
    file.write_text(WATCHER)

    @dataclass(frozen=True)
    class Above(lo.Recorder):
        level: float

        def watchers(self, context):
            return (Watcher(str(file), (self.level,)),)

        def quantities(self, context):
            return (Quantity("above", "ms", f"time above {self.level:g} mV"),)

        def reduce(self, seen):
            return {"above": seen.watched[0][:, 0]}

    ds = run([Above(-20.0), "V"], every=0.01, method="rk4", dt=0.01)
    assert np.allclose(ds.above, (ds.V > -20).sum("time") * 0.01, atol=0.2)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (lo.Peak("Na.I"), r"'Na.I' is no state but follows from them; record Trace\('Na.I'\)"),
        (lo.Mean("Na.x"), "'Na.x' is not a state; did you mean"),
        (lo.Rate(after=100), "100 ms is not within the run of 80 ms"),
        ([lo.Rate(after=10), lo.Rate(after=20)], "two recorders make 'rate' in different ways"),
        ([lo.Rate(), 3], "3 is neither a path"),
        ("Na.q", "'Na.q' cannot be recorded"),
    ],
)
def test_mistakes(record, message):
    with pytest.raises(lo.LoligoError, match=message):
        run(record)
