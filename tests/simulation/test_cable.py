"""Cables against closed forms, the travelling wave of the paper, and the point cell."""

import math
import signal
import threading

import numpy as np
import pytest

import loligo as lo
from loligo.simulation.axon import layout
from loligo.simulation.compartments import start_of
from loligo.simulation.march import March, Wanted

SQUID = lo.cells.squid()
WARM = SQUID.with_({"celsius": 18.5})
PASSIVE = lo.Cell("passive", [lo.Channel("leak", g=0.1, E=-70)])


def axon(n=1000, **changes):
    return lo.Cable(WARM, length=50_000, diameter=476, Ra=35.4, n=n, **changes)


@pytest.mark.parametrize("dt", [0.01, 0.0125, 0.05])
@pytest.mark.parametrize("stimulus", [lo.Step(10, start=5, stop=45), lo.Sine(10, frequency=70), lo.Ramp(20, stop=30)])
def test_one_compartment_is_the_point_cell(stimulus, dt):
    # sampled where steps end: in between, a point has a cubic and a cable a parabola
    area = math.pi * 100 * 100 * 1e-8  # cm²
    point = lo.simulate(SQUID, stimulus, duration=50, method="staggered", dt=dt, every=0.05)
    current = stimulus.with_(amplitude=stimulus.amplitude * area * 1e3)  # nA
    for one in (lo.Cable(SQUID, 100, 100, n=1), lo.Tree([lo.Section("soma", 100, 100)], SQUID, dx=100)):
        ds = lo.simulate(one, current, duration=50, dt=dt, every=0.05)
        assert np.abs(ds.V.values[:, 0] - point.V.values).max() < 1e-9  # a spike makes what is lost by rounding grow
        assert ds.crossings.values == [point.spike_count]
        assert ds.arrival.values[0] == pytest.approx(point.spike_times.values[0], abs=dt**2)


def test_the_axon_of_the_paper_conducts_at_the_speed_of_the_steady_wave():
    found = lo.conduction_velocity(axon(500), duration=4).attrs
    assert found["velocity"] == pytest.approx(18.731888, rel=3e-4)
    ds = lo.simulate(axon(), lo.Step(20_000, stop=0.5), duration=4, dt=0.01, every=0.1)
    a = ds.arrival.values
    assert (850 - 600) * 0.05 / (a[850] - a[600]) == pytest.approx(18.731888, rel=1.5e-3)


@pytest.mark.parametrize("at", [0.0, 10_000.0, 40_000.0, 50_000.0])
def test_the_velocity_is_that_of_the_wave_wherever_it_starts(at):
    found = lo.conduction_velocity(axon(200), lo.Step(40_000, stop=0.5, at=at), duration=6).attrs
    assert found["velocity"] == pytest.approx(18.731888, rel=1e-3)


def test_where_no_impulse_passes_there_is_no_velocity():
    both = lo.Step(20_000, stop=0.5) + lo.Step(20_000, stop=0.5, at=50_000)
    with pytest.raises(lo.SimulationError, match=r"no impulse passes .* 0\.8 at"):
        lo.conduction_velocity(axon(200), both, duration=6)
    with pytest.raises(lo.SimulationError, match="the electrode is in between, at 0.5"):
        lo.conduction_velocity(axon(200), lo.Step(40_000, stop=0.5, at=25_000), between=(0.4, 0.6))


@pytest.mark.parametrize("n", [1, 2, 3, 16, 17, 63, 64, 65, 130, 257])
def test_steady_state_of_a_finite_passive_cable(n):
    # sealed ends, current at x = 0: V = I Ra lambda / (pi d²/4) cosh((l - x)/lambda) / sinh(l/lambda)
    d, length, Ra, g = 4.0, 2000.0, 150.0, 1e-4
    lam = math.sqrt(d * 1e-4 / (4 * Ra * g))  # cm
    cable = lo.Cable(PASSIVE, length=length, diameter=d, Ra=Ra, n=n)
    ds = lo.simulate(cable, lo.Step(0.1), duration=150, dt=0.05, every=150)
    x = ds.x.values * 1e-4
    r = Ra / (math.pi * (d * 1e-4) ** 2 / 4)
    exact = 0.1e-3 * r * lam * np.cosh((length * 1e-4 - x) / lam) / np.sinh(length * 1e-4 / lam) * 1e-3
    error = np.abs(ds.V.values[-1] + 70 - exact).max() / exact.max()
    assert error < 1.5 / n**2 + 1e-6


def test_clamped_and_killed_ends_in_the_steady_state():
    # V = -70 + (V0 + 70) sinh((l - x)/lambda) / sinh(l/lambda) with the right end clamped at rest
    d, length, Ra, g = 4.0, 2000.0, 150.0, 1e-4
    lam = math.sqrt(d * 1e-4 / (4 * Ra * g)) * 1e4
    for left, v0 in ((-30.0, -30.0), ("killed", 0.0)):
        cable = lo.Cable(PASSIVE, length=length, diameter=d, Ra=Ra, n=200, left=left, right=-70.0)
        ds = lo.simulate(cable, duration=1, dt=0.1, every=1)
        exact = -70 + (v0 + 70) * np.sinh((length - ds.x.values) / lam) / np.sinh(length / lam)
        assert np.abs(ds.V.values[0] - exact).max() < 2e-3  # it starts at rest, and stays there
        assert np.abs(ds.V.values[-1] - ds.V.values[0]).max() < 1e-6


def test_second_order_in_dx_and_dt():
    v = []
    for n, dt in ((200, 0.02), (400, 0.01), (800, 0.005)):
        a = lo.simulate(axon(n), lo.Step(20_000, stop=0.5), duration=4, dt=dt, every=1).arrival.values
        x = (np.arange(n) + 0.5) * 50_000 / n
        v.append(np.interp(45_000, x, a) - np.interp(15_000, x, a))
    assert math.log2((v[0] - v[1]) / (v[1] - v[2])) == pytest.approx(2, abs=0.25)


def test_charge_is_conserved():
    # without ionic current all that is injected stays: sum C dV = I t
    cell = lo.Cell("insulator", [lo.Channel("leak", g=1e-12, E=-70)])
    cable = lo.Cable(cell, length=1000, diameter=5, Ra=100, n=77)
    parts = layout(cable).parts
    march = March([parts], [start_of(parts, {"V": -70.0})[0]])
    march.run([layout(cable).sources(lo.Step(0.05, stop=2, at=300))], 5.0, 0.01)
    assert np.sum(parts.capacitance * (march.V + 70)) == pytest.approx(0.1, rel=1e-9)


@pytest.mark.parametrize(
    "stimulus",
    [
        lo.Pulses(0.05, width=1, interval=3, count=2, at=300), lo.Ramp(0.05, stop=4, at=300), lo.Sine(0.05, at=300),
        lo.Chirp(0.05, stop=4, at=300), lo.Noise(0.05, at=300), lo.Waveform([0, 1, 4], [0, 0.05, 0.01], at=300),
    ],
    ids=lambda stimulus: type(stimulus).__name__,
)  # fmt: skip
def test_every_stimulus_has_its_electrode(stimulus):
    # V at 300 for a current at 700 is V at 700 for one at 300 in a passive cable (reciprocity), and not that at the end
    cable = lo.Cable(PASSIVE, 1000, lambda x: 4 + x / 500, Ra=100, n=50)
    there = lo.simulate(cable, stimulus, duration=5, where=700.0).V.values
    here = lo.simulate(cable, stimulus.with_(at=700), duration=5, where=300.0).V.values
    assert np.abs(there + 70).max() > 0.01
    assert np.abs(there - here).max() < 1e-9
    assert np.abs(there - lo.simulate(cable, stimulus.with_(at=0), duration=5, where=700.0).V.values).max() > 1e-3
    assert "at=300" in repr(stimulus)


def test_impulses_that_meet_annihilate():
    both = lo.Step(20_000, stop=0.5) + lo.Step(20_000, stop=0.5, at=50_000)
    ds = lo.simulate(axon(500), both, duration=8, every=0.1)
    assert (ds.crossings.values == 1).all()
    assert np.abs(ds.arrival.values - ds.arrival.values[::-1]).max() < 1e-6


def test_densities_along_the_fibre_can_block():
    bare = axon(500, densities={"Na.g": lambda x: 0 if 20_000 < x < 35_000 else 120})
    ds = lo.simulate(bare, lo.Step(20_000, stop=0.5), duration=8, every=0.1)
    assert ds.crossings.values[100] == 1
    assert (ds.crossings.values[400:] == 0).all()
    with pytest.raises(lo.SimulationError, match="no propagated impulse"):
        lo.conduction_velocity(bare, duration=8)


def test_mistakes_are_said():
    with pytest.raises(lo.LoligoError, match="n: 0 compartments"):
        axon(0)
    with pytest.raises(lo.LoligoError, match="Ra: 0"):
        lo.Cable(SQUID, 100, 100, Ra=0)
    with pytest.raises(lo.LoligoError, match="off the cable"):
        lo.simulate(axon(), lo.Step(1, at=60_000), duration=1, every=1)
    for body in (axon(), lo.Tree([lo.Section("a", 100, 10)], SQUID)):
        for stimulus in (5, lo.VoltageClamp(hold=-65, step=0, start=0, stop=1)):
            with pytest.raises(lo.LoligoError, match="is not a stimulus"):
                lo.simulate(body, stimulus, duration=1)
        with pytest.raises(lo.LoligoError, match="where: no places"):
            lo.simulate(body, duration=1, where=[])
    for option in ({"precision": "single"}, {"device": "cuda"}, {"store": "a.zarr"}):
        with pytest.raises(lo.LoligoError, match=f"{next(iter(option))}: a cable cannot be run with it"):
            lo.simulate(axon(), duration=1, **option)
    with pytest.raises(lo.LoligoError, match="where: expected a number"):
        lo.simulate(axon(), duration=1, where="soma")
    with pytest.raises(lo.LoligoError, match="at: 30.0; a cell is one point"):
        lo.simulate(SQUID, lo.Sine(1, at=30), duration=1)
    with pytest.warns(
        lo.LoligoWarning, match="too coarse for an impulse in this membrane; use dx='auto', or 327 µm or less"
    ):
        lo.simulate(axon(20), duration=0.1)
    for law, words in ((lambda x: -x, "at x = 25 µm: -25 mS/cm² makes no sense"), (lambda x: math.nan, "not a finite")):
        with pytest.raises(lo.LoligoError, match=words):
            lo.simulate(axon(densities={"Na.g": law}), duration=0.1)
    negative = lo.Tree([lo.Section("a", 100, 10)], SQUID, densities={"a": {"Na.g": lambda distance: -1}})
    with pytest.raises(lo.LoligoError, match="at a distance of .* µm: -1 mS/cm² makes no sense"):
        lo.simulate(negative, duration=0.1)


def test_ctrl_c_is_heard_between_calls_of_the_solver():
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):  # it would go on for minutes
        lo.simulate(axon(), duration=1e5, every=1000, where=0)


def test_crossings_beyond_the_table_are_counted_as_missed():
    # two impulses cross each of 100 compartments: 200 crossings, more than 20 of them in one call of the solver
    cable = axon(100)
    parts = layout(cable).parts
    twice = lo.Step(20_000, stop=0.5) + lo.Step(20_000, start=8, stop=8.5)
    for room, missed in ((6400, False), (20, True)):
        march = March([parts], [start_of(parts, "rest")[0]], Wanted(np.array([0]), most=room))
        march.run([layout(cable).sources(twice)], 14.0, 0.01)
        assert march.missed + len(march.crossings()[0]) == 200
        assert (march.missed > 0) == missed
