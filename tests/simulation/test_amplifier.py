"""A clamp through a pipette: against closed forms, against SciPy, and at the limit of stability."""

import json

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from scipy.signal import bessel, freqs_zpk

import loligo as lo
from loligo.simulation import amplifier as behind
from loligo.system import amplified, system

AREA = np.pi * 20.0**2  # of a soma of 20 µm
STEP = lo.VoltageClamp(-65, 0, start=1, stop=9)
PASSIVE = lo.Cell("passive", [lo.Channel("leak", g=0.3, E=-54.387)], capacitance=1.0)
SCALE = AREA * 1e-5  # nA for 1 µA/cm²


def run(cell, clamp, duration=10.0, **options):
    return lo.simulate(cell, clamp=clamp, duration=duration, **{"tolerance": 1e-11, **options})


def test_a_passive_cell_follows_two_exponentials():
    rig = lo.Amplifier(STEP, series_resistance=10, area=AREA, bandwidth=5, filter=None, cancelled=0, neutralised=0)
    ds = run(PASSIVE, rig, every=0.01)
    loop = 1 / (2 * np.pi * 5)
    matrix = np.array([[-(1 / (10 * SCALE) + 0.3), 1 / (10 * SCALE)], [0, -1 / loop]])
    drive = np.array([[0.3 * -54.387, 0.0], [0.0, 1 / loop]])
    before, after = (np.linalg.solve(matrix, -drive @ [1, v]) for v in (-65.0, 0.0))
    t = ds.time.values
    for k in np.flatnonzero((t > 1.0) & (t < 9.0))[::40]:
        expected = after + expm(matrix * (t[k] - 1.0)) @ (before - after)
        assert ds.V.values[k] == pytest.approx(expected[0], abs=1e-8)
        through = (expected[1] - expected[0]) / 10
        into_pipette = 5e-3 * (0.0 - expected[1]) / loop
        assert ds.I_measured.values[k] == pytest.approx(through + into_pipette, abs=1e-9)


@pytest.mark.parametrize(
    ("resistance", "microseconds", "error", "digit"),
    [(0.1, 1.3, 1.8, 0.05), (1, 12.6, 18, 0.5), (5, 63, 92, 0.5), (10, 126, 183, 0.5)],
)
def test_time_constant_and_nominal_error_of_a_soma(resistance, microseconds, error, digit):
    """A soma of 20 µm of squid membrane: 18.3 nA of sodium current, and what a series resistance makes of it."""
    assert resistance * SCALE * 1e3 == pytest.approx(microseconds, rel=0.04)
    ideal = lo.experiments.current_voltage(lo.cells.squid(), voltages=[0], duration=4)
    largest = float(ideal["Na.peak"].min()) * SCALE
    assert -largest * resistance == pytest.approx(error, abs=digit)
    fast = lo.Amplifier(STEP, series_resistance=resistance, area=AREA, bandwidth=1e5, filter=None)
    ds = run(lo.Cell("bare", [lo.Channel("leak", g=0, E=0)], capacitance=1.0), fast, duration=1.6, every=1e-3)
    t, tau = ds.time.values, resistance * SCALE
    on = t > 1.0 + 3e-6
    assert ds.V.values[on] == pytest.approx(-65 * np.exp(-(t[on] - 1.0) / tau), abs=65 * 3e-6 / tau)


@pytest.mark.parametrize("correction", [0.0, 50.0, 80.0, 99.0])
def test_the_steady_error_is_what_is_left_of_the_series_resistance(correction):
    rig = lo.Amplifier(STEP, series_resistance=5, area=AREA, prediction=70, correction=correction)
    ds = run(lo.cells.squid(), rig).sel(time=8.999, method="nearest")
    assert float(ds.V) == pytest.approx(-5 * (1 - correction / 100) * float(ds.I_true), abs=2e-2)  # K still creeps
    passive = run(PASSIVE, rig).sel(time=8.999, method="nearest")
    left = 5 * (1 - correction / 100) * SCALE * 0.3
    assert float(passive.V) == pytest.approx(-54.387 * left / (1 + left), rel=1e-8)
    assert float(passive.I_measured) == pytest.approx(float(passive.I_true), rel=1e-8)


@pytest.mark.parametrize("prediction", [0.0, 60.0, 90.0])
def test_prediction_shortens_the_charging(prediction):
    """A membrane without channels follows the command with (1 - prediction) Rs C, whatever the correction."""
    bare = lo.Cell("bare", [lo.Channel("leak", g=0, E=0)], capacitance=1.0)
    rig = lo.Amplifier(
        STEP, series_resistance=10, area=AREA, prediction=prediction, correction=50, bandwidth=1e5, lag=0.01, filter=None,
        neutralised=100,
    )  # fmt: skip
    ds = run(bare, rig, duration=1.6, every=1e-3)
    t, tau = ds.time.values, (1 - prediction / 100) * 10 * SCALE
    on = t > 1.001
    assert ds.V.values[on] == pytest.approx(-65 * np.exp(-(t[on] - 1.0) / tau), abs=65 * 2e-5 / tau)
    assert ds.I_measured.values[on] == pytest.approx(
        0.0, abs=65 * 2e-5 / tau**2 * SCALE
    )  # what charges it is cancelled


def hodgkin_huxley(v, m, h, n):
    """Gates and currents, written out once more."""
    am = 0.1 * (v + 40) / (1 - np.exp(-(v + 40) / 10))
    an = 0.01 * (v + 55) / (1 - np.exp(-(v + 55) / 10))
    slopes = [
        am * (1 - m) - 4 * np.exp(-(v + 65) / 18) * m,
        0.07 * np.exp(-(v + 65) / 20) * (1 - h) - h / (1 + np.exp(-(v + 35) / 10)),
        an * (1 - n) - 0.125 * np.exp(-(v + 65) / 80) * n,
    ]
    return slopes, 120 * m**3 * h * (v - 50) + 36 * n**4 * (v + 77) + 0.3 * (v + 54.387)


def test_the_squid_agrees_with_scipy():
    resistance, lag, loop, p, c, left = 5.0, 0.01, 1 / (2 * np.pi * 100), 0.6, 0.7, 5e-4
    rig = lo.Amplifier(STEP, series_resistance=resistance, area=AREA, prediction=60, correction=70, filter=10)
    ds = run(lo.cells.squid(), rig, duration=6, every=0.02, record="all")
    _, poles, gain = bessel(4, 2 * np.pi * 10, analog=True, norm="mag", output="zpk")
    polynomial = np.real(np.poly(poles))

    def slopes(t, y, command):
        v, m, h, n, pipette, w, fed, *filtered = y
        gates, current = hodgkin_huxley(v, m, h, n)
        through = (pipette - v) / resistance
        dw = (command - w) / ((1 - p) * resistance * SCALE)
        dp = (w + resistance * SCALE * dw + c * resistance * fed - pipette) / loop
        total = through + left * dp - SCALE * dw
        top = total * gain - polynomial[1:] @ np.array(filtered)[::-1]  # companion form of the whole filter
        return [through / SCALE - current, *gates, dp, dw, (total - fed) / lag, *filtered[1:], top]

    start = json.loads(ds.attrs["initial"])
    now = [start[k] for k in ("V", "Na.m", "Na.h", "K.n", "V_pipette", "amplifier.V", "amplifier.I")]
    now += [now[-1], 0, 0, 0]  # the filter and its derivatives
    t = ds.time.values
    for begin, end, command in ((0.0, 1.0, -65.0), (1.0, 6.0, 0.0)):
        here = (t >= begin) & (t <= end) & (t != 1.0)
        found = solve_ivp(slopes, (begin, end), now, "LSODA", t[here], args=(command,), rtol=1e-11, atol=1e-13)
        assert ds.V.values[here] == pytest.approx(found.y[0], abs=2e-6)
        assert ds.I_measured.values[here] == pytest.approx(found.y[7], abs=2e-6)
        assert ds["V_pipette"].values[here] == pytest.approx(found.y[4], abs=2e-6)
        now = solve_ivp(slopes, (begin, end), now, "LSODA", args=(command,), rtol=1e-11, atol=1e-13).y[:, -1]


def test_the_filter_is_a_bessel_filter():
    first, q1, second, q2 = behind.bessel()
    zpk = bessel(4, 1, analog=True, norm="mag", output="zpk")
    w = np.array([0.1, 0.5, 1.0, 2.0, 5.0])
    expected = freqs_zpk(*zpk, worN=w)[1]
    mine = np.ones(len(w), complex)
    for f, q in ((first, q1), (second, q2)):
        mine *= f**2 / (f**2 - w**2 + 1j * w * f / q)
    assert mine == pytest.approx(expected, rel=1e-12)
    assert abs(mine[2]) == pytest.approx(np.sqrt(0.5), rel=1e-12)


def unstable(cell, rig):
    whole, values = behind.rig(cell, rig)
    state = behind.holding(behind.Trial(cell, rig), whole, values)
    return bool(behind.judged(behind.Trial(cell, rig), whole, values, state)[0])


def test_feeding_back_the_current_of_the_pipette_is_unstable():
    """A large passive cell: (1 + s lag)(1 + s loop) = c (1 + s Rs Cp) has growing roots where c Rs Cp > lag + loop."""
    loop, lag, resistance, capacitance = 1e3 / (2 * np.pi * 50), 20.0, 10.0, 5.0  # µs, MΩ, pF
    critical = 100 * (lag + loop) / (resistance * capacitance)
    assert 20 < critical < 90
    for correction, expected in ((0.97 * critical, False), (1.03 * critical, True)):
        rig = lo.Amplifier(
            STEP, series_resistance=resistance, area=1e6, pipette_capacitance=capacitance, neutralised=0, bandwidth=50,
            lag=lag, correction=correction,
        )  # fmt: skip
        assert unstable(PASSIVE, rig) == expected


def test_overcompensation_is_unstable_and_says_so():
    """With a fast loop the eigenvalues grow where c > 1 + lag / (Rs C)."""
    rig = lo.Amplifier(STEP, series_resistance=5, area=AREA, neutralised=100, bandwidth=1e4)
    critical = 100 * (1 + 10 / (5e3 * SCALE))
    bare = lo.Cell("bare", [lo.Channel("leak", g=0, E=0)], capacitance=1.0)
    assert not unstable(bare, rig.with_(correction=critical - 1))
    assert unstable(bare, rig.with_(correction=critical + 1))
    with pytest.warns(lo.LoligoWarning, match=r"the amplifier is unstable: at -65 mV, with 130 %"):
        ds = lo.simulate(lo.cells.squid(), clamp=rig.with_(correction=130), duration=10)
    assert "unstable" in ds.attrs["status"]
    assert np.isnan(ds.V).all()
    assert np.isnan(ds.I_measured).all()


def test_a_membrane_that_is_not_held_is_mentioned():
    rig = lo.Amplifier(lo.VoltageClamp(20, 0, 1, 9), series_resistance=300, area=AREA)
    with pytest.warns(lo.LoligoWarning, match="the membrane is not held at 20 mV"):
        ds = lo.simulate(lo.cells.squid(), clamp=rig, duration=10)
    assert np.isfinite(ds.V).all()


def test_noise_is_that_of_the_filter_and_of_the_seed():
    rig = lo.Amplifier(lo.VoltageClamp(-65, -65, 1, 2), area=AREA, noise=20, filter=5, seed=3)
    quiet = run(PASSIVE, rig.with_(noise=0), duration=400, every=0.02)
    first, again, other = (run(PASSIVE, r, duration=400, every=0.02) for r in (rig, rig, rig.with_(seed=4)))
    x = 1e3 * (first.I_measured - quiet.I_measured).values
    assert np.array_equal(first.I_measured, again.I_measured)
    assert not np.array_equal(first.I_measured, other.I_measured)
    assert x.std() == pytest.approx(20, rel=0.05)
    w = np.linspace(0, 60, 20001) * 2 * np.pi  # its spectrum is that of the filter
    power = np.abs(freqs_zpk(*bessel(4, 2 * np.pi * 5, analog=True, norm="mag", output="zpk"), worN=w)[1]) ** 2
    for k in (1, 2, 4):
        expected = (power * np.cos(w * k * 0.02)).sum() / power.sum()
        assert np.corrcoef(x[:-k], x[k:])[0, 1] == pytest.approx(expected, abs=0.04)
    white = 1e3 * (run(PASSIVE, rig.with_(filter=None), 400, every=0.02).I_measured - quiet.I_measured).values
    assert abs(np.corrcoef(white[:-1], white[1:])[0, 1]) < 0.04


def test_samples_are_held():
    rig = lo.Amplifier(STEP, area=AREA)
    fine, coarse = (run(lo.cells.squid(), r, every=0.01) for r in (rig, rig.with_(sampling=0.05)))
    assert np.array_equal(coarse.I_measured[::5], fine.I_measured[::5])
    assert np.array_equal(coarse.I_measured[4::5], coarse.I_measured[:-1:5])
    with pytest.raises(lo.SimulationError, match=r"sampling: 0.015 ms is not a multiple"):
        run(lo.cells.squid(), rig.with_(sampling=0.015), every=0.01)


def test_a_sweep_is_its_runs():
    rig = lo.Amplifier(STEP, area=AREA)
    grid = lo.simulate(
        lo.cells.squid(), clamp=rig, duration=4, tolerance=1e-9,
        over={"clamp.step": [-20, 10], "clamp.series_resistance": [1, 5]}, record="Na.I",
    )  # fmt: skip
    for v in (-20, 10):
        one = lo.simulate(
            lo.cells.squid(), clamp=rig.with_(step=v, series_resistance=5), duration=4, tolerance=1e-9, record="Na.I"
        )
        both = grid.sel({"clamp.step": v, "clamp.series_resistance": 5})
        for name in ("Na.I", "I_measured", "I_true", "V_measured"):
            assert both[name].values == pytest.approx(one[name].values, abs=1e-9)
    assert grid.attrs["clamp"] == "amplifier"
    with pytest.warns(lo.LoligoWarning, match="1 of 2 variants have numbers that make no sense"):
        odd = lo.simulate(lo.cells.squid(), clamp=rig, duration=2, over={"clamp.series_resistance": [-1, 5]})
    assert odd.status.values.tolist() == [2, 0]


def test_the_two_views_of_a_cell_agree():
    per_area = lo.cells.squid().with_({"area": AREA})
    a = run(per_area, lo.Amplifier(STEP, compensation=50), duration=4)
    b = run(per_area.whole_cell(), lo.Amplifier(STEP, compensation=50), duration=4)
    assert a.V.values == pytest.approx(b.V.values, abs=1e-6)
    assert a.I_measured.values == pytest.approx(b.I_measured.values, abs=1e-7)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"series_resistance": 0}, r"Amplifier.series_resistance: 0 MΩ; give a positive one \(without any, it is"),
        ({"compensation": 120}, r"Amplifier.prediction: 120 %; at 100 % the amplifier"),
        ({"filter": -1}, "Amplifier.filter: -1 kHz; give a positive value"),
        ({"noise": -1}, "Amplifier.noise: -1 pA; give 0 or more"),
        ({"neutralised": 101}, "Amplifier.neutralised: 101 %; give 0 to 100"),
        ({"seed": 0.5}, "Amplifier.seed: 0.5; give a whole number"),
        ({"command": lo.Step(1)}, r"Amplifier.command: .*; give a VoltageClamp or VoltageSteps"),
    ],
)
def test_bad_numbers(options, message):
    with pytest.raises(lo.LoligoError, match=message):
        lo.Amplifier(**options)


def test_what_is_missing_is_said():
    squid = lo.cells.squid()
    with pytest.raises(lo.SimulationError, match=r"area: the currents of squid are per area; say how large"):
        lo.simulate(squid, clamp=lo.Amplifier(STEP), duration=10)
    with pytest.raises(lo.SimulationError, match="the amplifier has no command"):
        lo.simulate(squid, clamp=lo.Amplifier(area=AREA), duration=10)
    with pytest.raises(lo.SimulationError, match="an amplifier clamps one compartment"):
        lo.simulate(lo.cells.pinsky_rinzel_1994(), clamp=lo.Amplifier(STEP, area=AREA), duration=10)
    with pytest.raises(lo.LoligoError, match="Amplifier has no levels, nor a command"):
        lo.Amplifier().with_(levels=[(0, 1)])


def test_one_system_for_all_amplifiers_of_a_cell():
    whole = system(lo.cells.squid())
    assert amplified(whole, True) is amplified(whole, True)
    assert [s.path for s in amplified(whole, False).states[4:]] == ["V_pipette", "amplifier.V", "amplifier.I"]
