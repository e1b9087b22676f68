"""``loligo sweep``: what it computes, prints and keeps; a study as a file; how it is interrupted."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import loligo as lo
from loligo.cli import study, values
from loligo.errors import LoligoError

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "rate-map.toml"
PNG = b"\x89PNG\r\n\x1a\n"
SMALL = ("--over", "stimulus.amplitude=0:20:5", "--over", "K.g=30:40:3", "--duration", "60")
STUDY = 'cell = "squid"\nduration = 40\n[stimulus]\nkind = "Step"\nstart = 5\n[over]\nstimulus.amplitude = "0:20:3"\n'


def same(found, expected):
    xr.testing.assert_equal(found, expected)
    for name in expected.variables:
        assert found[name].attrs["units" if "units" in found[name].attrs else "long_name"]


def test_the_options_say_the_same_as_the_library(loligo, folder):
    done = loligo("sweep", *SMALL, "--record", "rate,peak:Na.m", "--record", "spikes", "--after", "10", "--celsius", "10",
                  "--save", "grid.nc", "--plot", "grid.png", "--set", "Na.g=110")  # fmt: skip
    assert (done.code, done.err) == (0, "")
    cell = lo.cells.squid().with_({"Na.g": 110, "celsius": 10})
    over = {"stimulus.amplitude": np.linspace(0, 20, 5), "K.g": np.linspace(30, 40, 3)}
    record = [lo.Rate(10), lo.Peak("Na.m", 10), lo.Spikes()]
    ds = lo.simulate(cell, lo.Step(10, start=5, stop=55), duration=60, over=over, record=record)
    same(xr.load_dataset("grid.nc"), ds)
    assert (folder / "grid.png").read_bytes().startswith(PNG)
    said = " ".join(done.out.split())
    assert "stimulus.amplitude 0 to 20 µA/cm², 5 values K.g 30 to 40 mS/cm², 3 values variants 15 " in said
    assert f"rate 0 to {float(ds.rate.max()):.4g} Hz" in said
    silent = int((ds.rate == 0).sum())
    assert f"silent {silent} of 15 ({100 * silent / 15:.0f} %), fewer than two spikes after 10 ms failures none" in said
    assert sorted(path.name for path in folder.iterdir()) == ["grid.nc", "grid.png"]


def test_the_dataset_says_how_it_was_made(loligo):
    loligo("sweep", *SMALL, "--save", "grid.nc")
    attrs = xr.load_dataset("grid.nc").attrs
    assert attrs["command"] == "loligo sweep " + " ".join([*SMALL, "--save", "grid.nc"])


def test_json_holds_the_numbers_and_nothing_is_written(loligo, folder):
    done = loligo("sweep", *SMALL, "--json")
    found = json.loads(done.out)
    assert found["variants"] == 15
    assert found["shape"] == [5, 3]
    assert found["over"]["K.g"] == {"min": 30, "max": 40, "count": 3, "unit": "mS/cm²"}
    assert found["counts"] == {"done": 15, "blew up": 0, "invalid": 0, "not run": 0}
    assert found["quantities"]["rate"]["max"] > 60
    assert found["quantities"]["first_latency"]["without"] > 0  # those without a spike
    assert 0 < found["silent"] < 15
    assert found["status"] == "done"
    assert 0 < found["error_spike_times"] < 1e-2
    assert list(folder.iterdir()) == []


def test_lists_and_ratios(loligo):
    loligo("sweep", "--over", "stimulus.amplitude=5,10,7.5", "--over", "Na.g=80:320:3:log", "--save", "grid.nc",
           "--duration", "20")  # fmt: skip
    ds = xr.load_dataset("grid.nc")
    assert ds["stimulus.amplitude"].values.tolist() == [5, 10, 7.5]
    np.testing.assert_allclose(ds["Na.g"], [80, 160, 320], rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0:1:3", [0, 0.5, 1]),
        ("-1:-3:2", [-1, -3]),
        ("1:100:3:log", [1, 10, 100]),
        ("0:2:2:linear", [0, 2]),
        ("4", [4]),
    ],
)
def test_an_axis(text, expected):
    np.testing.assert_allclose(values.axis(text, "x"), expected, rtol=1e-14)


def test_traces_over_an_axis(loligo):
    words = ("--over", "stimulus.amplitude=0,10", "--duration", "30", "--every", "0.5")
    done = loligo("sweep", *words, "--record", "V,Na.m", "--save", "t.nc", "--plot", "t.png", "--variable", "V")
    assert done.code == 0
    ds = xr.load_dataset("t.nc")
    one = lo.simulate(lo.cells.squid(), lo.Step(10, start=5, stop=25), duration=30, every=0.5, record="Na.m")
    np.testing.assert_allclose(ds["Na.m"].values[1], one["Na.m"], rtol=0, atol=1e-12)


def test_a_table_of_variants(loligo, folder):
    (folder / "t.csv").write_text("# drawn by hand\nstimulus.amplitude; K.g\n10; 36\n20; 30\n")
    done = loligo("sweep", "--table", "t.csv", "--duration", "60", "--save", "t.nc", "--plot", "t.png")
    assert done.code == 0
    ds = xr.load_dataset("t.nc")
    assert ds.rate.dims == ("variant",)
    assert ds["K.g"].values.tolist() == [36, 30]
    one = lo.simulate(lo.cells.squid().with_({"K.g": 30}), lo.Step(20, start=5, stop=55), duration=60)
    assert ds.spike_count[1] == one.spike_count


def test_under_voltage_clamp(loligo):
    words = ("--clamp", "-65,0", "--start", "2", "--stop", "8", "--duration", "10", "--over", "clamp.step=-20,0,20")
    done = loligo("sweep", *words, "--record", "Na.I", "--save", "c.nc", "--plot", "c.png")
    assert done.code == 0
    assert "clamp.step   -20 to 20 mV, 3 values\n  variants" in done.out  # time is no axis of the sweep
    assert "exact: each gate" in done.out
    ds = xr.load_dataset("c.nc")
    clamp = lo.VoltageClamp(-65, 20, 2, 8)
    one = lo.simulate(lo.cells.squid(), clamp=clamp, duration=10, record="Na.I")
    np.testing.assert_allclose(ds["Na.I"].values[2], one["Na.I"], rtol=1e-12, atol=1e-12)


def test_failures_are_counted_and_the_rest_completes(loligo):
    done = loligo(
        "sweep", "--over", "celsius=6.3,6000", "--duration", "20", "--method", "rk4", "--dt", "0.02", "--json"
    )
    found = json.loads(done.out)
    assert done.code == 0
    assert found["counts"]["done"] == 1 and found["counts"]["not run"] == 0
    assert done.err.count("1 of 2 variants") == 1
    every = loligo("sweep", "--over", "celsius=6000,7000", "--duration", "20", "--method", "rk4", "--dt", "0.02")
    assert every.code == 1


def test_a_store_is_filled_once(loligo):
    first = json.loads(loligo("sweep", *SMALL, "--store", "s.zarr", "--json").out)
    again = json.loads(loligo("sweep", *SMALL, "--store", "s.zarr", "--json").out)
    assert first["steps"] == again["steps"] > 0
    assert first["quantities"] == again["quantities"]
    other = loligo("sweep", *SMALL, "--store", "s.zarr", "--tolerance", "1e-7")
    assert other.code == 2 and "another tolerance" in other.err


# ------------------------------------------------------------------------------------------------------------- studies


def test_the_example_of_the_documentation(loligo):
    done = loligo("sweep", str(EXAMPLE), "--over", "stimulus.amplitude=0:160:9", "--over", "K.g=36,60")
    assert done.code == 0
    assert done.out.startswith("Firing rate of the squid axon\n")
    assert Path("rate-map.png").read_bytes().startswith(PNG)
    ds = xr.load_dataset("rate-map.nc")
    assert ds.rate.shape == (9, 2)
    over = {"stimulus.amplitude": np.linspace(0, 160, 9), "K.g": [36.0, 60.0]}
    options = {"duration": 1000, "tolerance": 1e-8, "spike_threshold": -40}
    expected = lo.simulate(lo.cells.squid(), lo.Step(), over=over, record=lo.Rate(500), **options)
    same(ds, expected)
    assert ds.attrs["study"] == EXAMPLE.read_text(encoding="utf-8")
    assert ds.attrs["title"] == "Firing rate of the squid axon"
    firing = ds.rate.sel({"K.g": 36}) > 0  # stops before the upper Hopf point, 154.5 µA/cm² (Hassard 1978)
    assert firing.values.tolist() == [False, *[True] * 7, False]
    assert not (ds.rate.sel({"K.g": 60}) > 0).any()


def test_the_example_as_it_stands_has_the_axes_it_says():
    made = study.read(EXAMPLE)
    assert {path: len(v) for path, v in made.over.items()} == {"stimulus.amplitude": 200, "K.g": 60}


def test_the_command_line_goes_before_the_file(loligo, folder):
    (folder / "s.toml").write_text(STUDY + '[output]\nsave = "file.nc"\n')
    words = ("--duration", "30", "--set", "K.g=30", "--over", "K.E=-80,-70", "--record", "peak", "--tolerance", "1e-8")
    assert loligo("sweep", "s.toml", *words, "--save", "mine.nc").code == 0
    ds = xr.load_dataset("mine.nc")
    assert not Path("file.nc").exists()
    assert ds["V_peak"].sizes == {"stimulus.amplitude": 3, "K.E": 2}
    assert (ds.attrs["duration"], ds.attrs["tolerance"]) == (30, 1e-8)
    assert json.loads(ds.attrs["parameters"])["K.g"] == 30


def test_files_named_by_a_study_lie_beside_it(loligo, folder):
    inner = folder / "inner"
    inner.mkdir()
    lo.cells.squid().with_({"leak.g": 0.35}).replace(name="mine").save(inner / "mine.toml")
    (inner / "t.csv").write_text("K.g,Na.g\n36,120\n30,110\n")
    (inner / "i.csv").write_text("0,0\n5,10\n40,10\n")
    (inner / "s.toml").write_text(
        'cell = "mine.toml"\nduration = 40\nrecord = ["spikes", {kind = "peak", variable = "Na.m", after = 5}]\n'
        '[[stimulus]]\nkind = "Waveform"\nfile = "i.csv"\n[[stimulus]]\nkind = "Step"\namplitude = 2\n'
        '[table]\nfile = "t.csv"\n'
    )
    found = json.loads(loligo("sweep", "inner/s.toml", "--json").out)
    assert found["cell"] == "mine"
    assert found["shape"] == [2]
    assert "Na.m_peak" in found["quantities"]
    assert "Waveform" in found["stimulus"] and "Step" in found["stimulus"]


def test_a_table_within_the_file(loligo, folder):
    text = STUDY.replace("[over]", "[table]").replace('"0:20:3"', "[5, 10]") + 'K."g" = [36, 30]\n'
    (folder / "s.toml").write_text(text)
    assert json.loads(loligo("sweep", "s.toml", "--json").out)["shape"] == [2]


WRONG = {
    "a key": (("duration", "durration"), "'durration'; did you mean 'duration'"),
    "no duration": (("duration = 40\n", ""), "'duration' is missing"),
    "a text for a number": (("duration = 40", 'duration = "40"'), "duration: '40' is not a number"),
    "an unknown cell": (('"squid"', '"squit"'), "'squid'"),
    "an unknown stimulus": (('"Step"', '"Stp"'), "stimulus: kind = 'Stp'"),
    "an argument of it": (("start = 5", "begin = 5"), "stimulus: there is no key 'begin'"),
    "a wrong value of it": (("start = 5", "start = -5"), "stimulus: Step.start: -5 ms"),
    "a path": (("stimulus.amplitude =", "K.gg ="), "'K.gg' leads nowhere in squid; did you mean 'K.g'"),
    "a range": (("0:20:3", "0:20"), "over.stimulus.amplitude: '0:20' is no range; write LOW:HIGH:COUNT"),
    "text in a list": (('"0:20:3"', '[1, "a"]'), "over.stimulus.amplitude: 'a' is not a number"),
    "two ways to vary": (("[over]", "[table]\nK.g = [1]\n[over]"), "a grid or a table"),
    "columns of two lengths": (("[over]\n", "[table]\nK.g = [36]\n"), "one length"),
    "a recorder": (("[stimulus]", 'record = "rte"\n[stimulus]'), "record: 'rte' is neither a recorder nor a path"),
    "its option": (("[stimulus]", "record = {kind='rate', afer=5}\n[stimulus]"), "has no 'afer'; did you mean 'after'"),
    "a number of the numerics": (("[over]", "[numerics]\ntolerance = 'x'\n[over]"), "numerics.tolerance: 'x'"),
    "its value": (("[over]", "[numerics]\ntolerance = 7\n[over]"), "tolerance: 7"),
    "a key of the output": (("[over]", "[output]\nsafe = 'x.nc'\n[over]"), "output: there is no key 'safe'; did"),
    "a parameter set": (("[over]", "[set]\nNa.q = 1\n[over]"), "'Na.g'"),
    "a clamp and a current": (("[over]", "[clamp]\nhold=-65\nstep=0\nstart=1\nstop=2\n[over]"), "clamp: no current"),
    "not TOML": (("[over]", "[over"), "is not a TOML file"),
    "a code": (('"0:20:3"', "\"__import__('os')\""), "is not a finite number"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_in_a_study_is_named_by_its_key(case, loligo, folder):
    (old, new), message = WRONG[case]
    text = STUDY.replace(old, new)
    if case == "columns of two lengths":
        text = text.replace('"0:20:3"', "[1, 2]")
    (folder / "s.toml").write_text(text)
    done = loligo("sweep", "s.toml")
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert "s.toml" in done.err
    assert message in done.err


def test_the_stimulus_of_a_study_is_changed_there(loligo, folder):
    (folder / "s.toml").write_text(STUDY)
    assert "change it there" in loligo("sweep", "s.toml", "--step", "3").err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("K.g\n", "expected the paths in the first line"),
        ("K.g,K.g\n1,2\n", "'K.g' is there twice"),
        ("K.g,Na.g\n1\n", "line 2: 1 numbers under 2 names"),
        ("K.g\n1\nhigh\n", "line 3: 'high' is not a number"),
        ("K.x\n1\n", "'K.x' leads nowhere"),
    ],
)
def test_a_mistake_in_a_table(text, message, loligo, folder):
    (folder / "t.csv").write_text(text)
    done = loligo("sweep", "--table", "t.csv")
    assert done.code == 2 and message in done.err and done.err.count("\n") == 1


def test_reading_a_study_runs_nothing_of_it(folder):
    (folder / "s.toml").write_text(STUDY + "[set]\nK.n.beta = \"__import__('os').mkdir('x')\"\n")
    with pytest.raises(LoligoError, match=r"s\.toml"):
        study.read(folder / "s.toml")
    assert [path.name for path in folder.iterdir()] == ["s.toml"]


# --------------------------------------------------------------------------------------------- interrupted, and clusters


def test_ctrl_c_keeps_what_is_done(process, folder):
    words = (
        "--over",
        "stimulus.amplitude=8:20:200",
        "--over",
        "K.g=30:40:100",
        "--duration",
        "5000",
        "--record",
        "rate",
    )
    started = process("sweep", *words, "--store", "s.zarr", "--save", "grid.nc", "--json")
    chunks = folder / "s.zarr" / "status" / "c"
    end = time.monotonic() + 120
    while not (chunks.is_dir() and any(chunks.rglob("*"))):
        assert started.poll() is None and time.monotonic() < end
        time.sleep(0.02)
    time.sleep(0.2)
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert started.returncode == 130, err
    found = json.loads(out)
    assert found["status"] == "interrupted"
    assert 0 < found["counts"]["done"] < 20000
    assert found["counts"]["done"] + found["counts"]["not run"] == 20000
    assert "goes on from what is in s.zarr" in err and "Traceback" not in err
    kept = xr.load_dataset("grid.nc")
    assert int((kept.status == 0).sum()) == found["counts"]["done"]


def test_a_scheduler_that_does_not_answer(loligo, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("loligo.cli.sweep.PATIENCE", "0.2s")
    done = loligo("sweep", *SMALL, "--scheduler", "tcp://127.0.0.1:9")
    assert done.code == 2
    assert "no scheduler answers at tcp://127.0.0.1:9" in done.err


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_on_a_cluster(loligo):
    distributed = pytest.importorskip("distributed")
    here = json.loads(loligo("sweep", *SMALL, "--json").out)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        done = loligo("sweep", *SMALL, "--json", "--scheduler", cluster.scheduler_address)
    there = json.loads(done.out)
    assert done.code == 0
    assert there["quantities"] == here["quantities"]
