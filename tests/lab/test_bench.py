"""Bench, fibre, running scope and f-I curve of the laboratory, against closed forms and published numbers."""

import base64
import io
import json

import numpy as np
import pytest
from served import decoded, question

import loligo as lo
from loligo.errors import LoligoError
from loligo.lab import answers, messages, prepare
from loligo.numerics.batch import Stop
from loligo.system import system


def asked(kind, preparation=None, **more):
    request = messages.decode(json.dumps(question(kind, 7, preparation, **more)))
    header, arrays = decoded(answers.answer(request, Stop()))
    assert (header["id"], header["kind"]) == (7, kind)
    return header, arrays


def done_by(script):
    """The Dataset that the lines of Python make: the test's own doing, the laboratory never runs text."""
    space = {}
    exec("\n".join(line for line in script.splitlines() if not line.startswith("lo.plot")), space)
    return space["ds"]


def alpha_n(v):
    return 0.01 * (v + 55) / (1 - np.exp(-(v + 55) / 10))


def beta_n(v):
    return 0.125 * np.exp(-(v + 65) / 80)


def test_what_the_block_of_potassium_takes_away_is_n4_in_closed_form():
    """Hodgkin & Huxley 1952, equations 6 and 8: n relaxes exponentially while V is held."""
    header, arrays = asked("family", hold=-65.0, low=-60.0, high=60.0, step=20.0, duration=12.0)
    assert header["channels"] == ["Na", "K", "leak"]
    t, current = arrays["time"], arrays["K.I"].reshape(len(arrays["voltage"]), -1)
    start = alpha_n(-65.0) / (alpha_n(-65.0) + beta_n(-65.0))
    for v, trace in zip(arrays["voltage"].astype(float), current, strict=True):
        rate = alpha_n(v) + beta_n(v)
        n = alpha_n(v) / rate + (start - alpha_n(v) / rate) * np.exp(-rate * t)
        assert np.abs(trace - 36 * n**4 * (v + 77)).max() < 2e-5 * np.abs(trace).max() + 1e-3
    total = sum(arrays[f"{name}.I"] for name in header["channels"])
    assert np.abs(total - arrays["I"]).max() < 1e-3


def test_peaks_of_the_family_are_the_published_ones():
    """The table of lessons: peak sodium current from -65 mV, HH 1952."""
    _, arrays = asked("family", low=-40.0, high=80.0, step=20.0)
    wanted = {-40: -416, -20: -1238, 0: -1457, 20: -1115, 80: 1469}
    peaks = dict(zip(arrays["voltage"].tolist(), arrays["Na.peak"].tolist(), strict=True))
    for v, peak in wanted.items():
        assert peaks[v] == pytest.approx(peak, rel=0.004)


def test_tails_prepulses_and_leak_are_those_of_the_formulas():
    assert asked("tails", channel="K")[0]["reversal"] == pytest.approx(-77, abs=1e-3)
    half = asked("prepulse", channel="Na")[0]["half"]
    assert half == pytest.approx(-62.3, abs=0.7)  # of h∞ itself; a Boltzmann function is not quite what it is
    header, arrays = asked("leak", noise=0.0)
    assert header["error"] < 0.1
    assert np.abs(arrays["corrected"] - arrays["true"]).max() < 0.1
    assert np.abs(arrays["leak"]).max() == pytest.approx(0.3 * 100, rel=0.05)  # the leak's own: 0.3 mS/cm² times 100 mV


@pytest.mark.parametrize("voltage", [-80.0, -20.0, 40.0])
def test_the_fit_finds_the_rates_of_the_paper(voltage):
    header, arrays = asked("fit", voltage=voltage, noise=2.0)
    for word, law in (("alpha", alpha_n), ("beta", beta_n)):
        rate, error = header["rates"][f"K.n.{word}"]
        assert abs(np.log(rate / law(voltage))) < max(4 * error, 0.02)
    for name in ("Na", "K"):
        left = arrays[f"{name}.measured"] - arrays[f"{name}.fitted"]
        assert np.sqrt(np.mean(np.square(left))) == pytest.approx(2.0 * np.sqrt(2), rel=0.15)  # noise of a difference


def test_an_impulse_travels_as_fast_as_the_package_says():
    pulse = [{"x": 0.0, "amplitude": 20_000.0, "start": 0.1, "width": 0.5}]
    header, arrays = asked("fibre", {"set": {"celsius": 18.5}}, electrodes=pulse, length=50.0, duration=6.0)
    v = arrays["V"].reshape(header["moments"], header["places"])
    assert v.shape == (401, 241)
    i, j = np.searchsorted(arrays["x"], (20.0, 40.0))
    velocity = (arrays["x"][j] - arrays["x"][i]) / (arrays["arrival"][j] - arrays["arrival"][i])
    assert velocity == pytest.approx(18.73, rel=0.01)  # the steady wave of HH 1952, 18.5 °C
    assert header["space_constant"] == pytest.approx(10 * np.sqrt(0.0476 / (4 * 35.4 * 0.678e-3)), rel=0.01)


def test_impulses_from_both_ends_meet_in_the_middle_and_end_there():
    both = [{"x": x, "amplitude": 20_000.0, "start": 0.1, "width": 0.5} for x in (0.0, 50.0)]
    _, arrays = asked("fibre", electrodes=both, length=50.0, duration=8.0)
    arrival = arrays["arrival"]
    assert np.abs(arrival - arrival[::-1]).max() < 0.02
    assert arrival.argmax() == pytest.approx(120, abs=1)
    crossed = (np.diff((arrays["V"].reshape(401, 241) > 0).astype(int), axis=0) > 0).sum(axis=0)
    assert (crossed == 1).all()  # none passes through the other


def test_a_sheath_makes_a_thin_fibre_fast():
    """A frog's fibre of 14 µm: Frankenhaeuser and Huxley's node, about 20 to 30 m/s at 20 °C."""
    pulse = [{"x": 0.0, "amplitude": 5.0, "start": 0.1, "width": 0.2}]
    shape = {"electrodes": pulse, "length": 28.0, "diameter": 14.0, "Ra": 110.0, "duration": 3.0}
    header, arrays = asked("fibre", {"cell": "frankenhaeuser_huxley_1964"}, myelin=True, **shape)
    assert len(header["nodes"]) == 21
    i, j = np.searchsorted(arrays["x"], (10.0, 20.0))
    velocity = (arrays["x"][j] - arrays["x"][i]) / (arrays["arrival"][j] - arrays["arrival"][i])
    assert 15 < velocity < 35


def test_a_fibre_that_cannot_be_is_refused_by_name():
    with pytest.raises(LoligoError, match="nodes of a fibre"):
        asked("fibre", electrodes=[], length=5.0, diameter=400.0, myelin=True)
    with pytest.raises(LoligoError, match="take too long"):
        asked("fibre", electrodes=[], length=2000.0, diameter=0.1, duration=100.0)
    with pytest.raises(LoligoError, match="compartments or absolute"):
        asked("fibre", {"cell": "pinsky_rinzel_1994"}, electrodes=[])


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("go", {"state": {}, "every": 0.1, "samples": 10**9}),
        ("go", {"state": {f"x{i}": 0.0 for i in range(500)}, "every": 0.1, "samples": 1}),
        ("family", {"step": 1e-9}),
        ("leak", {"pulses": 10**6}),
        ("fit", {"voltage": 1e9}),
        ("fibre", {"electrodes": [{"x": 0.0, "amplitude": 1.0}] * 5}),
        ("fibre", {"electrodes": [], "eval": "1"}),
    ],
)
def test_what_is_out_of_bounds_is_refused(kind, more):
    with pytest.raises(LoligoError, match="message: "):
        asked(kind, **more)


def test_pieces_of_a_running_scope_are_one_run():
    """Twenty pieces with a pulse that crosses a seam, against one run of the same."""
    state, traces, pulse = {}, [], {"amplitude": 20.0, "width": 1.0}
    for i in range(20):
        begins = 5.0 - 2.0 * i
        pokes = [{"at": begins, **pulse}] if begins + 1.0 > 0 else []
        header, arrays = asked("go", state=state, every=0.1, samples=20, current=2.0, pokes=pokes)
        state = header["state"]
        traces.append(arrays["V"])
    ds = lo.simulate(lo.cells.squid(), lo.Step(2.0) + lo.Step(20.0, 5.0, 6.0), duration=40, every=0.1, tolerance=1e-9)
    joined = np.concatenate(traces)
    assert joined.max() > 20
    assert np.abs(joined - ds.V.values[1:]).max() < 0.5
    assert header["state"]["V"] == pytest.approx(float(ds.V[-1]), abs=0.05)


@pytest.mark.filterwarnings("ignore::loligo.LoligoWarning")  # that they have no stable rest
@pytest.mark.parametrize("cell", ["plant_1981_r15", "pinsky_rinzel_1994", "golomb_2006_ca1"])
def test_pools_and_second_compartments_run_on_too(cell):
    state = {}
    for _ in range(2):
        header, arrays = asked("go", {"cell": cell}, state=state, every=0.1, samples=10, current=1.0)
        state = header["state"]
    assert set(state) == {v.path for v in system(getattr(lo.cells, cell)()).states}
    assert np.isfinite(arrays["V" if "V" in arrays else "soma.V"]).all()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # 1/[Ca] without calcium: that is the point
def test_a_channel_that_a_cell_cannot_do_without_is_left_together_with_the_rest():
    header, arrays = asked("family", {"cell": "golomb_2006_ca1"}, low=-60.0, high=0.0, step=30.0)
    assert any("cannot be blocked" in note for note in header["notes"])
    assert set(header["channels"]) == {k.removesuffix(".I") for k in arrays if k.endswith(".I")}


def test_a_running_scope_passes_over_what_is_no_state():
    header, _ = asked("go", state={"V": -60.0, "KA.a": 0.5, "K.n": 1.0000001}, every=0.1, samples=5)
    assert set(header["state"]) == {"V", "Na.m", "Na.h", "K.n"}
    assert header["status"] == "done"


def test_the_fi_curve_tells_depolarisation_block_from_silence():
    """HH 1952: spikes lose their height long before the oscillation ends, in the Hopf bifurcation at 154.5 µA/cm²."""
    header, arrays = asked("rates", low=0.0, high=200.0, count=41)
    amplitude, rate, small = arrays["amplitude"], arrays["rate"], arrays["small"]
    assert header["onset"] == pytest.approx(6.3, abs=0.3)
    assert 60 <= header["last"] <= 85
    assert 150 <= header["block"] <= 165
    waves = np.isfinite(small)
    assert amplitude[waves].min() > header["last"]
    assert amplitude[waves].max() < 160
    assert (np.diff(np.concatenate([rate[rate > 0], small[waves]])) > 0).all()  # one curve, without a gap
    assert small[waves][0] == pytest.approx(rate[rate > 0][-1], rel=0.06)


def test_the_file_that_is_kept_is_what_the_python_makes():
    import xarray as xr

    stimuli = [{"type": "pulses", "amplitude": 15, "width": 0.5, "interval": 12, "count": 3, "start": 4}]
    preparation = {"set": {"Na.g": 100.0}, "block": {"K": 0.2}, "slow": {"K.n": 1.5}}
    header, _ = asked("keep", preparation, stimuli=stimuli, duration=50)
    ds = xr.open_dataset(io.BytesIO(base64.b64decode(header["file"])), engine="h5netcdf")
    script, _ = asked("share", preparation, stimuli=stimuli, duration=50)
    made = done_by(script["python"])
    assert ds.V.attrs["units"] == "mV"
    for path in ("V", "Na.m", "K.I", "stimulus"):
        assert (ds[path].values == made[path].values).all()


def test_the_python_is_to_the_last_bit_what_is_on_the_screen():
    stimuli = [{"type": "step", "amplitude": 10.0, "start": 5.0, "stop": 90.0}]
    _, arrays = asked("run", stimuli=stimuli, duration=100.0, points=1600)
    script = prepare.script(messages.Preparation(), [messages.Step(10.0, 5.0, 90.0)], 100.0)
    assert (arrays["V"] == done_by(script).V.values.astype("f4")).all()
