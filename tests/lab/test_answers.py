"""What the laboratory answers, against what the package says of the same cell by other ways."""

import json
import threading
import time

import numpy as np
import pytest
from served import STEP, decoded, question

import loligo as lo
from loligo.errors import LoligoError
from loligo.lab import answers, messages, prepare
from loligo.numerics.batch import Stop, Stopped


def asked(kind, preparation=None, **more):
    request = messages.decode(json.dumps(question(kind, 7, preparation, **more)))
    header, arrays = decoded(answers.answer(request, Stop()))
    assert header["id"] == 7
    assert header["kind"] == kind
    return header, arrays


def test_a_run_is_that_of_simulate():
    header, arrays = asked("run")
    ds = lo.simulate(
        lo.cells.squid(), lo.Step(10, 5, 45), duration=50, record="all", every=header["every"], tolerance=1e-9
    )
    assert header["spikes"] == pytest.approx(ds.spike_times.values, abs=0.01)
    assert header["samples"] == len(ds.time)
    for path in ("V", "Na.m", "K.n", "Na.I", "K.conductance"):
        scale = float(np.abs(ds[path]).max())
        assert np.abs(arrays[path] - ds[path].values).max() < 0.005 * scale
    assert (arrays["stimulus"] == ds.stimulus.values.astype("f4")).all()


def test_readings_are_those_of_published_tables():
    """HH 1952 on 10 µA/cm² for 1 ms: the numbers of a spike (peak +39.1 mV 2.5 ms after onset, half-width 1.46 ms)."""
    pulse = [{"type": "step", "amplitude": 10, "start": 5, "stop": 6}]
    readings = asked("run", stimuli=pulse, duration=30)[0]["readings"]
    assert readings["rest"] == pytest.approx(-65.0, abs=0.01)
    assert readings["peak"] == pytest.approx(39.1, abs=0.1)
    assert readings["width"] == pytest.approx(1.46, abs=0.02)
    assert readings["trough"] == pytest.approx(-76.2, abs=0.1)
    assert readings["count"] == 1
    assert readings["rate"] is None


@pytest.mark.parametrize(("duration", "points"), [(30, 1600), (100, 800), (500, 1600), (1000, 400)])
def test_readings_do_not_depend_on_how_much_is_shown(duration, points):
    pulse = [{"type": "step", "amplitude": 10, "start": 5, "stop": 6}]
    header, arrays = asked("run", stimuli=pulse, duration=duration, points=points)
    assert header["readings"]["peak"] == pytest.approx(39.1, abs=0.1)
    assert header["readings"]["width"] == pytest.approx(1.46, abs=0.02)
    assert header["samples"] == len(arrays["V"]) == points + 1


def test_the_rate_is_the_inverse_of_the_mean_interval():
    header, _ = asked("run", stimuli=[{"type": "step", "amplitude": 20, "start": 0, "stop": 200}], duration=200)
    assert header["readings"]["rate"] == pytest.approx(1e3 / np.diff(header["spikes"]).mean())


def test_what_is_done_to_a_cell_is_what_the_package_does():
    done = {"set": {"K.g": 30}, "block": {"Na": 0.25}, "slow": {"K.n": 2}, "instant": ["Na.m"], "freeze": ["Na.h"]}
    header, arrays = asked("run", done)
    cell = lo.cells.squid().with_({"K.g": 30}).instant("Na.m").slow("K.n", 2).freeze("Na.h").block("Na", 0.25)
    ds = lo.simulate(cell, lo.Step(10, 5, 45), duration=50, every=header["every"], tolerance=1e-9)
    assert np.abs(arrays["V"] - ds.V.values).max() < 0.5


def test_the_python_that_it_shows_does_the_same_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    stimuli = [*STEP, {"type": "noise", "sigma": 2, "mean": 1, "seed": 3, "start": 0, "stop": 50}]
    done = {"set": {"K.g": 30, "KA.g": 5}, "block": {"leak": 0.25}, "slow": {"K.n": 1.5}, "add": ["k_a_connor_stevens"]}
    text = asked("share", done, stimuli=stimuli)[0]["python"]
    lines = [line for line in text.splitlines() if "savefig" not in line]
    space = {}
    exec("\n".join(lines), space)  # the test's own doing: the laboratory never runs text
    header, _ = asked("run", done, stimuli=stimuli)
    assert header["spikes"] == pytest.approx(space["ds"].spike_times.values, abs=0.02)
    assert len(header["spikes"]) > 0


def test_the_toml_that_it_gives_makes_the_same_cell():
    toml = asked("share", {"set": {"Na.g": 90}})[0]["toml"]
    one, other = asked("run", {"cell": "file", "toml": toml}), asked("run", {"set": {"Na.g": 90}})
    assert one[0]["spikes"] == other[0]["spikes"]


def test_rates_begin_where_the_squid_does():
    """Continuous firing from 6.26 µA/cm² (cycle fold) at 52 Hz; the curve from rest begins within a step of it."""
    header, arrays = asked("rates", high=60)
    assert header["onset"] == pytest.approx(6.3, abs=0.3)
    assert header["onset_rate"] == pytest.approx(53, abs=4)
    assert (np.diff(arrays["amplitude"]) > 0).all()
    at = np.interp([10, 20, 50], arrays["amplitude"], arrays["rate"])
    assert at == pytest.approx([68, 86, 117], abs=1.5)


@pytest.mark.parametrize(
    ("name", "onset"),
    [
        ("squid", 6.26),  # cycle fold; Rinzel & Miller 1980
        ("connor_stevens_1977", None),
        ("rothman_manis_2003_type_i_c", None),  # pA
        ("mainen_sejnowski_1996_2comp", None),  # nA
    ],
)
def test_an_fi_curve_reaches_as_far_as_the_cell_fires_in_its_own_unit(name, onset):
    _, arrays = asked("rates", {"cell": name})
    fires = arrays["amplitude"][arrays["rate"] > 0]
    assert len(fires) > 12
    high = arrays["amplitude"][-1]
    assert onset is None or 5 * onset < high < 20 * onset


def test_threshold_durations_and_recovery_are_known_numbers():
    assert asked("threshold", duration=1)[0]["value"] == pytest.approx(6.92, rel=5e-3)
    assert asked("threshold", duration=0.2)[0]["value"] == pytest.approx(32.7, rel=5e-3)
    header, arrays = asked("durations")
    assert header["rheobase"] == pytest.approx(2.24, rel=0.01)
    assert np.interp(0.5, arrays["duration"], arrays["threshold"]) == pytest.approx(13.3, rel=0.01)
    header, arrays = asked("recovery")
    assert np.nanmin(arrays["ratio"]) < 0.9  # supernormal


def test_the_phase_plane_has_its_nullclines_through_its_fixed_point():
    header, arrays = asked("plane", y="K.n", current=0)
    [fixed] = header["fixed"]
    assert fixed["V"] == pytest.approx(-64.99638, abs=1e-3)
    assert fixed["stable"]
    for line in ("v0", "y0"):
        distance = np.hypot((arrays[f"{line}.x"] - fixed["V"]) / 150, arrays[f"{line}.y"] - fixed["y"])
        assert distance.min() < 0.03


@pytest.mark.filterwarnings("ignore::loligo.LoligoWarning")  # neither rests
@pytest.mark.parametrize(
    ("name", "y", "least", "most"), [("prinz_2003_ab_pd", "Ca", 1, 1e4), ("pinsky_rinzel_1994", "dendrite.V", 60, 60)]
)
def test_a_plane_shows_what_is_no_gate_in_its_own_range(name, y, least, most):
    header, arrays = asked("plane", {"cell": name}, y=y)
    low, high = header["ranges"][1]
    assert least <= high <= most
    assert min(arrays["v0.y"]) >= low - 1e-3 * (high - low)
    assert max(arrays["v0.y"]) <= high + 1e-3 * (high - low)
    assert header["fixed"]


def test_curves_are_the_formulas_of_the_paper():
    _, arrays = asked("curves")
    v = arrays["V"].astype(float)
    alpha, beta = 0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10))
    assert arrays["Na.h.inf"] == pytest.approx(alpha / (alpha + beta), abs=1e-6)
    assert arrays["Na.h.tau"] == pytest.approx(1 / (alpha + beta), rel=1e-5)


@pytest.mark.filterwarnings("ignore::loligo.LoligoWarning")  # some never rest; the server says it on the page
@pytest.mark.parametrize(
    "name", ["connor_stevens_1977", "morris_lecar_1981", "pinsky_rinzel_1994", "rothman_manis_2003_type_ii"]
)
def test_other_cells_are_described_and_run(name):
    header, _ = asked("describe", {"cell": name})
    cell = getattr(lo.cells, name)()
    assert {p["path"] for p in header["parameters"]} == set(cell.parameters)
    for p in header["parameters"]:
        assert p["low"] < p["high"]
        assert p["low"] <= p["value"] <= p["high"]
    assert header["name"] == cell.name
    ran, arrays = asked("run", {"cell": name})
    assert ran["status"] == "done"
    assert np.isfinite(arrays["V"]).all()
    asked("curves", {"cell": name})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"cell": "squib"}, "squib"),
        ({"set": {"Na.gg": 1}}, "Na.gg"),
        ({"set": {"Na.g": -5}}, "-5"),
        ({"block": {"Na": 2}}, "between 0 and 1"),
        ({"freeze": ["Na.z"]}, "Na.z"),
        ({"add": ["nothing"]}, "nothing"),
        ({"cell": "file", "toml": "a = ["}, "TOML"),
        ({"cell": "file", "toml": 'loligo = 1\nname = "x"\n[[channel]]\nname = "Na"\ng = "__import__(1)"\nE = 0'}, "g"),
    ],
)
def test_a_mistake_is_named(change, says):
    with pytest.raises(LoligoError, match=says):
        asked("run", change)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"duration": 1e9}, "5000"),
        ({"duration": -1}, "> 0"),
        ({"points": 10**9}, "4000"),
        ({"stimuli": [{"type": "pulses", "count": 10**9}]}, "500"),
        ({"stimuli": [{"type": "noise", "tau": 0}]}, "0.05"),
        ({"stimuli": STEP * 9}, "8"),
        ({"stimuli": [{"type": "waveform", "times": [0, 1] * 20_000, "values": [0, 1]}]}, "20000"),
        ({"stimuli": [{"type": "bang"}]}, "bang"),
        ({"surprise": 1}, "surprise"),
        ({"id": "x"}, "id"),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_name(more, says):
    with pytest.raises(LoligoError, match=says):
        messages.decode(json.dumps({**question("run"), **more}))


@pytest.mark.parametrize(
    ("kind", "more"),
    [("run", {"duration": 5000}), ("rates", {}), ("threshold", {}), ("durations", {}), ("recovery", {})],
)
def test_what_takes_long_can_be_stopped(kind, more):
    stop = Stop()
    stop.set()
    request = messages.decode(json.dumps(question(kind, **more)))
    with pytest.raises(Stopped):
        answers.answer(request, stop)


def test_a_panel_that_would_take_a_minute_ends_soon_after_it_is_told_to():
    stop = Stop()
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    with pytest.raises(Stopped):
        answers.answer(
            messages.decode(json.dumps(question("durations", preparation={"cell": "beeler_reuter_1977"}))), stop
        )
    assert time.monotonic() - began < 5


def test_a_cell_that_never_rests_says_so_on_the_page():
    with pytest.warns(lo.LoligoWarning, match="no stable resting state"):
        header, _ = asked("run", {"cell": "chay_keizer_1983"})
    assert any("no stable resting state" in note for note in header["notes"])


def test_stimuli_are_those_of_the_package():
    given = messages.decode(
        json.dumps(question("run", stimuli=[{"type": "chirp"}, {"type": "ramp", "amplitude": 3}]))
    ).stimuli
    made = prepare.stimulus(given)
    assert [type(t).__name__ for t in made.terms] == ["Chirp", "Ramp"]
    assert made.terms[1].amplitude == 3
    assert prepare.stimulus([]) is None
