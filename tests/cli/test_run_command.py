"""``loligo run``: what it prints and writes."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
import xarray as xr

import loligo as lo

SPIKES = [6.90123154, 21.82265189, 36.47188752]  # ms; SciPy's DOP853 at rtol = atol = 1e-12
PNG = b"\x89PNG\r\n\x1a\n"


def strict(text):
    """JSON as its standard has it: no NaN, no Infinity."""

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_with_no_arguments_the_squid_axon_is_summarised_and_drawn(loligo, folder):
    done = loligo("run")
    assert (done.code, done.err) == (0, "")
    assert "rest        -64.996 mV (stable)" in done.out
    assert "spikes      3, at 6.901, 21.823, 36.472 ms" in done.out
    assert "latency     1.901 ms" in done.out
    assert "mean rate   67.6 Hz" in done.out
    assert "peak        40.2" in done.out
    assert "dopri5" in done.out
    assert "steps" in done.out
    assert "picture     squid.png" in done.out
    assert [path.name for path in folder.iterdir()] == ["squid.png"]
    assert (folder / "squid.png").read_bytes().startswith(PNG)


def test_json_holds_the_numbers_and_nothing_is_written(loligo, folder):
    done = loligo("run", "--json")
    assert (done.code, done.err) == (0, "")
    found = strict(done.out)
    assert found["spike_count"] == 3
    assert found["spike_times"] == pytest.approx(SPIKES, abs=1e-3)
    assert found["latency"] == pytest.approx(SPIKES[0] - 5, abs=1e-3)
    assert found["mean_rate"] == pytest.approx(2000 / (SPIKES[2] - SPIKES[0]), abs=0.01)
    assert found["rest"] == [{"V": pytest.approx(-64.9963793), "stable": True}]
    assert found["initial"]["V"] == found["rest"][0]["V"]
    assert 40 < found["peak_V"] < 40.5
    assert found["parameters"]["Na.g"] == 120
    assert found["dt"] is None
    assert found["tolerance"] == 1e-6
    assert found["status"] == "done"
    assert found["warnings"] == []
    assert found["files"] == {}
    assert found["units"]["spike_times"] == "ms"
    assert "traces" not in found
    assert 0 < found["error_spike_times"] < 1e-3
    assert list(folder.iterdir()) == []


def test_the_options_say_the_same_as_the_library(loligo):
    words = "--step 12 --start 3 --stop 70 --duration 80 --set Na.g=100 --set K.E=-75 --celsius 10 --every 0.1"
    found = strict(loligo("run", "--json", *words.split(), "--initial", "V=-60,K.n=0.4", "--tolerance", "1e-8").out)
    cell = lo.cells.squid().with_({"Na.g": 100, "K.E": -75, "celsius": 10})
    initial = {"V": -60, "K.n": 0.4}
    step = lo.Step(12, start=3, stop=70)
    ds = lo.simulate(cell, step, duration=80, every=0.1, initial=initial, tolerance=1e-8)
    assert found["spike_times"] == ds.spike_times.values.tolist()
    assert found["initial"]["K.n"] == 0.4
    assert found["celsius"] == 10
    assert found["steps"] == ds.attrs["steps"]


def test_a_step_lasts_until_shortly_before_the_end(loligo):
    assert "stop=195)" in strict(loligo("run", "--json", "--duration", "200").out)["stimulus"]


def test_a_formula_can_be_set(loligo):
    plain = strict(loligo("run", "--json").out)
    same = strict(loligo("run", "--json", "--set", "K.n.beta=0.125*exp(-(V + 65)/80)").out)
    other = strict(loligo("run", "--json", "--set", "K.n.beta=0.1*exp(-(V + 65)/80)").out)
    assert same["spike_times"] == pytest.approx(plain["spike_times"], abs=1e-6)
    assert other["rest"] != plain["rest"]


def test_fixed_steps(loligo):
    found = strict(loligo("run", "--json", "--method", "rk4", "--dt", "0.01").out)
    assert (found["method"], found["dt"], found["tolerance"], found["steps"]) == ("rk4", 0.01, None, 5000)
    assert found["spike_times"] == pytest.approx(SPIKES, abs=1e-3)


def test_no_spikes(loligo):
    done = loligo("run", "--no-plot", "--step", "1")
    assert "spikes      none" in done.out
    assert "latency" not in done.out
    found = strict(loligo("run", "--json", "--step", "0").out)
    assert (found["spike_times"], found["latency"], found["mean_rate"]) == ([], None, 0)


def test_the_picture_goes_where_it_is_asked_to(loligo, folder):
    loligo("run", "--json", "--plot", "a.svg", "--record", "V")
    loligo("run", "--no-plot")
    assert [path.name for path in folder.iterdir()] == ["a.svg"]
    assert b"<svg" in (folder / "a.svg").read_bytes()


def test_a_cell_of_ones_own(loligo, folder):
    lo.cells.squid().with_({"leak.g": 0.5}).replace(name="mine").save("my_axon.toml")
    done = loligo("run", "my_axon.toml")
    assert done.code == 0
    assert done.out.startswith("mine ")
    assert (folder / "my_axon.png").exists()
    assert strict(loligo("run", "my_axon.toml", "--json").out)["parameters"]["leak.g"] == 0.5


@pytest.mark.parametrize("name", ["run.nc", "run.zarr"])
def test_what_is_saved_is_the_dataset_of_simulate(loligo, name, folder):
    assert loligo("run", "--no-plot", "--save", name).code == 0
    assert loligo("run", "--no-plot", "--save", name).code == 0  # again, over the first
    found = xr.load_dataset(name, engine="h5netcdf" if name.endswith(".nc") else "zarr")
    ds = lo.simulate(lo.cells.squid(), lo.Step(10, start=5, stop=45), duration=50, record="all")
    xr.testing.assert_equal(found, ds)
    assert {**found.attrs, "seconds": 0} == pytest.approx({**ds.attrs, "seconds": 0}, nan_ok=True)
    assert found["Na.m"].attrs == ds["Na.m"].attrs
    assert [path.name for path in folder.iterdir()] == [name]


def test_record_chooses_what_is_kept(loligo):
    loligo("run", "--no-plot", "--save", "run.nc", "--record", "Na.m,K.I", "--record", "Na.h")
    assert {"V", "Na.m", "K.I", "Na.h"} <= set(xr.load_dataset("run.nc")) <= {"V", "Na.m", "K.I", "Na.h"} | {
        "stimulus", "spike_times", "spike_count",
    }  # fmt: skip
    traces = strict(loligo("run", "--json", "--record", "Na.m", "--every", "10").out)["traces"]
    assert list(traces) == ["time", "V", "Na.m"]
    assert traces["time"] == [0, 10, 20, 30, 40, 50]
    assert len(traces["Na.m"]) == 6


def test_a_recorded_current_sampled_at_irregular_times(loligo, folder):
    chance = random.Random(1)
    times = np.cumsum([chance.uniform(0.02, 0.9) for _ in range(150)])
    values = [9 + chance.gauss(0, 2) for _ in times]
    lines = [f"{t},{i}" for t, i in zip(times, values, strict=True)]
    (folder / "recorded.csv").write_text("time (ms),current\n" + "\n".join(lines) + "\n")
    found = strict(loligo("run", "--json", "--stimulus", "recorded.csv").out)
    ds = lo.simulate(lo.cells.squid(), lo.Waveform(times, values), duration=times[-1])
    assert found["duration"] == pytest.approx(times[-1])
    assert found["stimulus_start"] == pytest.approx(times[0])
    assert found["spike_times"] == pytest.approx(ds.spike_times.values, abs=1e-6)
    assert found["spike_count"] > 2
    assert "recorded.csv (150 samples" in loligo("run", "--no-plot", "--stimulus", "recorded.csv").out


def test_a_recorded_current_and_a_step_add_up(loligo, folder):
    (folder / "zero.csv").write_text("0 0\n50 0\n")
    both = strict(loligo("run", "--json", "--stimulus", "zero.csv", "--step", "10").out)
    assert both["spike_times"] == pytest.approx(SPIKES, abs=1e-3)
    assert strict(loligo("run", "--json", "--stimulus", "zero.csv").out)["spike_count"] == 0


def test_noise_is_frozen_by_its_seed(loligo):
    runs = [
        strict(loligo("run", "--json", "--noise", "5", *more).out) for more in ([], ["--seed", "0"], ["--seed", "1"])
    ]
    times = [found["spike_times"] for found in runs]
    assert times[0] == times[1] != times[2]
    assert runs[0]["stimulus_start"] == 5


def test_voltage_clamp(loligo):
    words = ("--clamp", "-65,0", "--start", "2", "--stop", "12", "--duration", "15")
    found = strict(loligo("run", "--json", *words).out)
    clamp = lo.VoltageClamp(hold=-65, step=0, start=2, stop=12)
    ds = lo.simulate(lo.cells.squid(), clamp=clamp, duration=15, record="all")
    during = ds.sel(time=slice(2, 11.99))
    sodium, potassium = found["currents"]["Na.I"], found["currents"]["K.I"]
    assert sodium["peak"] == float(during["Na.I"].min())
    assert 2.5 < sodium["peak_time"] < 2.8
    assert potassium["steady"] == float(during["K.I"][-1])
    assert "spike_times" not in found
    assert f"Na.I        peak {sodium['peak']:.2f} µA/cm²" in loligo("run", "--no-plot", *words).out


def test_a_step_after_the_end_is_mentioned(loligo):
    done = loligo("run", "--json", "--start", "60")
    assert done.code == 0
    assert done.err.startswith("loligo: warning: ")
    assert done.err.count("\n") == 1
    assert "60 ms" in done.err
    (warning,) = strict(done.out)["warnings"]
    assert warning in done.err
    assert loligo("run", "--no-plot", "--clamp", "-65,0", "--start", "60").err.count("60 ms") == 1


def test_a_run_that_blows_up_says_so_and_exits_with_1(loligo):
    done = loligo("run", "--json", "--method", "rk4", "--dt", "0.5")
    found = strict(done.out)
    assert done.code == 1
    assert "blew up at" in found["status"]
    assert done.err.count("\n") == 1
    assert "--method auto" in done.err
    assert "blew up at" in loligo("run", "--no-plot", "--method", "rk4", "--dt", "0.5").out


def test_through_an_amplifier(loligo):
    words = ("--clamp", "-65,0", "--start", "2", "--duration", "15", "--amplifier", "series_resistance=5,area=1257")
    found = json.loads(loligo("run", *words, "--json").out)
    rig = lo.Amplifier(lo.VoltageClamp(-65, 0, 2, 10), area=1257)
    ds = lo.simulate(lo.cells.squid(), clamp=rig, duration=15, record="all")
    assert found["currents"]["I_measured"]["peak"] == pytest.approx(float(ds.I_measured.sel(time=slice(2, 10)).max()))
    said = loligo("run", *words, "--no-plot").out
    assert "through 5 MΩ" in said and "off the command by" in said and "nA at" in said


def test_clamped_and_released(loligo):
    done = loligo("run", "--switch", "V:-65:5,V:-20:0.5,I:0:20", "--no-plot")
    assert "-20 mV for 0.5 ms, 0 µA/cm² for 20 ms; 25.5 ms" in done.out and "1, at 5.527 ms" in done.out


def test_a_virtual_conductance(loligo):
    plain = json.loads(loligo("run", "--json").out)
    less = json.loads(loligo("run", "--json", "--virtual", "g=0.4,E=-80:20:35").out)
    assert (plain["spike_count"], less["spike_count"]) == (3, 2)
    assert "virtual k_a_connor_stevens" not in loligo("run", "--no-plot").out
    assert "virtual KA from 10 to 40 ms" in loligo("run", "--no-plot", "--virtual", "k_a_connor_stevens:10:40").out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--amplifier", "area=1257"), "there is no voltage clamp to go through it; add --clamp"),
        (("--clamp", "-65,0", "--amplifier", "serie=1"), "'serie' is none of its numbers"),
        (("--clamp", "-65,0", "--amplifier", "area=1257,series_resistance=0"), "give a positive one"),
        (("--clamp", "-65,0", "--amplifier", "series_resistance=5"), "the currents of squid are per area"),
        (("--switch", "V:-65"), "--switch: SwitchedClamp.phases[0]"),
        (("--switch", "V:x:5"), "'V:x:5' is no phase"),
        (("--switch", "V:-65:5", "--step", "3"), "--step: not with --switch"),
        (("--virtual", "g=1:3"), "'g=1:3' is not understood"),
        (("--virtual", "k_b"), "no channel is called 'k_b'"),
    ],
)
def test_mistakes_at_the_electrode(loligo, words, message):
    done = loligo("run", "--no-plot", *words)
    assert done.code == 2 and message in done.err and done.err.count("\n") == 1
