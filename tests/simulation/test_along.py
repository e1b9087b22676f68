"""What is recorded along a fibre, and voltage clamps at any place, against closed forms and the point cell."""

import math

import numpy as np
import pytest

import loligo as lo

SQUID = lo.cells.squid()
WARM = SQUID.with_({"celsius": 18.5})
PASSIVE = lo.Cell("passive", [lo.Channel("leak", g=0.1, E=-70)])
AREA = math.pi * 100 * 100 * 1e-8  # cm², of a compartment 100 µm long and wide
POINT = lo.Cable(SQUID, 100, 100, n=1)
D, LENGTH, RA = 4.0, 2000.0, 150.0  # of a passive fibre
LAMBDA = math.sqrt(D * 1e-4 / (4 * RA * 1e-4)) * 1e4  # µm
INFINITE = math.pi * (D * 1e-4) ** 2 / 4 / (RA * LAMBDA * 1e-4) * 1e6  # input conductance of a long one, µS


def passive(n=400, **options):
    return lo.Cable(PASSIVE, LENGTH, D, Ra=RA, n=n, **options)


@pytest.fixture(scope="module")
def exact():
    """The point cell to twelve digits; the step begins with the run, so that samples are the solver's own."""
    return lo.simulate(
        SQUID, lo.Step(10), duration=20, tolerance=1e-12, every=0.02, record=["V", "Na.m", "K.n", "Na.I", "K.I"]
    )


def test_gates_and_currents_of_one_compartment_are_those_of_the_point_cell(exact):
    errors = {name: [] for name in ("Na.m", "K.n", "Na.I", "K.I")}
    for dt in (0.02, 0.01, 0.005):
        ds = lo.simulate(POINT, lo.Step(10 * AREA * 1e3), duration=20, dt=dt, every=0.02, record=list(errors))
        for name, found in errors.items():
            found.append(np.abs(ds[name].values[:, 0] - exact[name].values).max())
    for name, (coarse, middle, fine) in errors.items():  # second order, as V is
        assert math.log2(coarse / middle) == pytest.approx(2, abs=0.2), name
        assert math.log2(middle / fine) == pytest.approx(2, abs=0.2), name
    assert errors["Na.m"][-1] < 1e-3


def test_gates_between_the_steps():
    # samples that fall at no step agree with those of a fine one as well as samples that do
    fine = lo.simulate(POINT, lo.Step(0.02), duration=3, dt=0.0005, every=0.0035, record=["Na.m"])
    ds = lo.simulate(POINT, lo.Step(0.02), duration=3, dt=0.01, every=0.0035, record=["Na.m"])
    assert np.abs(ds["Na.m"] - fine["Na.m"]).max() < 5e-4


def test_currents_along_an_axon_add_up_to_what_charges_it():
    # at every place: C dV/dt = axial current - ionic currents; the wave is steady, so axial current = C'' of V
    axon = lo.Cable(WARM, 50_000, 476, Ra=35.4, n=1000)
    at = np.arange(24_900, 25_150, 50.0) + 25  # middles of compartments
    ds = lo.simulate(axon, lo.Step(20_000, stop=0.5), duration=3, dt=0.005, every=0.005, where=at,
                     record=["Na.I", "K.I", "leak.I"])  # fmt: skip
    V = ds.V.values
    charging = (V[2:, 2] - V[:-2, 2]) / 0.01  # µA/cm², C = 1
    ionic = (ds["Na.I"] + ds["K.I"] + ds["leak.I"]).values[1:-1, 2]
    axial = (V[1:-1, 1] - 2 * V[1:-1, 2] + V[1:-1, 3]) / (50e-4) ** 2 * 476e-4 / (4 * 35.4) * 1e3  # d/4Ra V''
    keep = slice(10, None)
    assert np.abs(charging + ionic - axial)[keep].max() < 0.01 * np.abs(ionic).max()


def test_extremes_and_means_are_those_of_a_dense_trace():
    axon = lo.Cable(WARM, 20_000, 476, Ra=35.4, n=200)
    record = [lo.Peak(), lo.Trough(after=1), lo.Mean(after=0.3333), lo.Trace("V")]
    ds = lo.simulate(axon, lo.Step(20_000, stop=0.5), duration=4, every=0.0005, record=record, where=[0, 7777, 15_000])
    V, t = ds.V.values, ds.time.values
    assert np.abs(ds.V_peak - V.max(axis=0)).max() < 2e-3
    assert np.abs(ds.V_peak_time - t[V.argmax(axis=0)]).max() < 2e-3
    assert np.abs(ds.V_trough - V[t >= 1].min(axis=0)).max() < 2e-3
    late = t >= 0.3333
    mean = ((V[late][1:] + V[late][:-1]) / 2).sum(axis=0) * 0.0005 / (4 - 0.3333)
    assert np.abs(ds.V_mean - mean).max() < 2e-2


def test_spikes_at_places_are_where_v_crosses():
    axon = lo.Cable(WARM, 20_000, 476, Ra=35.4, n=200)
    where = [3000, 7777, 15_000]
    ds = lo.simulate(axon, lo.Pulses(20_000, width=0.5, interval=5, count=2), duration=10, every=0.001,
                     record=[lo.Spikes(), lo.Trace("V")], where=where)  # fmt: skip
    V, t = ds.V.values, ds.time.values
    for k in range(len(where)):
        up = np.flatnonzero((V[:-1, k] < 0) & (V[1:, k] >= 0))
        crossing = t[up] - V[up, k] * 0.001 / (V[up + 1, k] - V[up, k])
        assert ds.spike_count.values[k] == len(up) == 2
        assert np.abs(ds.spike_times.values[k, :2] - crossing).max() < 2e-4


def test_several_stimuli_at_several_places():
    # a passive fibre is linear: what two electrodes do is the sum of what each does
    first, second = lo.Step(0.05, stop=3, at=300), lo.Sine(0.03, frequency=100, at=1500)
    both, a, b = (lo.simulate(passive(), s, duration=5, every=0.5).V for s in (first + second, first, second))
    assert np.abs((both + 70) - (a + 70) - (b + 70)).max() < 1e-10


@pytest.mark.parametrize("at", [0, 700, 2000])
def test_a_clamp_anywhere_on_a_passive_fibre(at):
    # to either side V + 70 = step cosh((l - s)/lambda)/cosh(l/lambda), and I = step G_inf tanh(l/lambda) of each side
    errors = []
    for n in (100, 200):
        clamp = lo.VoltageClamp(hold=-70, step=-50, start=0, stop=300, at=at)
        ds = lo.simulate(passive(n), clamp=clamp, duration=200, dt=0.05, every=200)
        held = ds.x.values[np.abs(ds.x.values - at).argmin()]
        s, left = np.abs(ds.x.values - held), ds.x.values < held
        side = np.where(left, held, LENGTH - held)
        exact = -70 + 20 * np.cosh((side - s) / LAMBDA) / np.cosh(side / LAMBDA)
        current = 20 * INFINITE * (math.tanh(held / LAMBDA) + math.tanh((LENGTH - held) / LAMBDA))
        assert ds.V.values[-1, s == 0] == pytest.approx([-50], abs=1e-9)
        errors.append([np.abs(ds.V.values[-1] - exact).max(), abs(float(ds.I_clamp[-1, 0]) / current - 1)])
    assert errors[1][0] < 2e-3 and errors[1][1] < 2e-4
    assert all(b < a / 3 for a, b in zip(*errors, strict=True))  # second order in dx


def test_a_clamped_compartment_needs_the_current_of_the_clamped_cell():
    clamp = lo.VoltageClamp(hold=-65, step=0, start=2, stop=12)
    point = lo.simulate(SQUID, clamp=clamp, duration=15, every=0.05)
    errors = []
    for dt in (0.02, 0.01):
        ds = lo.simulate(POINT, clamp=clamp, duration=15, dt=dt, every=0.05)
        assert np.array_equal(ds.V.values[:, 0] == 0, (ds.time.values >= 2 - 1e-9) & (ds.time.values < 12 - 1e-9))
        density = ds.I_clamp.values[:, 0] / (AREA * 1e3)  # µA/cm²
        errors.append(np.abs(density - point.I_clamp.values).max() / np.abs(point.I_clamp).max())
    assert errors[1] < 1e-3
    assert errors[1] < errors[0] / 3


def test_a_ramp_charges_the_membrane():
    insulator = lo.Cell("insulator", [lo.Channel("leak", g=1e-12, E=-70)])
    clamp = lo.VoltageSteps(-70, [(-70, 1), (-70, -20, 5), (-20, 2)])
    ds = lo.simulate(lo.Cable(insulator, 100, 100, n=1), clamp=clamp, duration=8, every=0.1)
    t, current = ds.time.values, ds.I_clamp.values[:, 0]
    ramp = (t > 1) & (t < 6)
    assert np.allclose(current[ramp], 10 * AREA * 1e3, rtol=1e-9)  # C dV/dt = 1 µF/cm² 10 mV/ms
    assert np.abs(current[t > 6.05]).max() < 1e-9
    assert ds.V.values[ramp, 0] == pytest.approx(-70 + 10 * (t[ramp] - 1), abs=1e-9)


def fork():
    sections = [lo.Section("soma", 20, 20)]
    sections += [lo.Section(f"d{i}", 300, 3, parent="soma") for i in range(3)]
    return lo.Tree(sections, SQUID, dx=10)


def test_clamps_on_a_tree_hold_and_what_is_behind_them_sees_nothing():
    # the soma is held at rest, so that what is injected in one dendrite does not come to another
    rest = lo.simulate(fork(), duration=1, every=1).V.values[0, 0]
    clamp = lo.VoltageClamp(hold=rest, step=rest, start=0, stop=1, at="soma(0.5)")
    ds = lo.simulate(
        fork(), lo.Step(2, stop=2, at="d0(0.5)"), clamp=clamp, duration=5, where=["soma(0.5)", "d0(0.5)", "d1(0.5)"]
    )
    assert np.abs(ds.V.values[:, [0, 2]] - rest).max() < 0.1  # the rest of the soma's other compartment moves a little
    assert ds.V.values[:, 1].max() > 0
    assert ds.I_clamp.values.min() < -0.1  # what comes from the spike is taken away


def test_two_clamps_and_a_sweep_over_a_command():
    clamps = [lo.VoltageClamp(-70, -60, 0, 500, at=0), lo.VoltageClamp(-70, -80, 0, 500, at=LENGTH)]
    ds = lo.simulate(passive(101), clamp=clamps, duration=300, dt=0.1, every=300)
    assert ds.I_clamp.dims == ("time", "clamp")
    assert np.abs(ds.V.values[-1] + ds.V.values[-1, ::-1] + 140).max() < 1e-9  # antisymmetric about the middle
    assert ds.I_clamp.values[-1].sum() == pytest.approx(0, abs=1e-9)
    over = {"clamp.step": np.linspace(-60, 20, 8)}
    clamp = lo.VoltageClamp(-65, 0, start=1, stop=6, at=50)
    axon = lo.Cable(SQUID, 1000, 100, Ra=35.4, n=40)
    many = lo.simulate(axon, clamp=clamp, duration=8, over=over, record=lo.Trace("V", "Na.I"), where=[50, 900])
    for i, step in enumerate(over["clamp.step"]):
        one = lo.simulate(axon, clamp=clamp.with_(step=step), duration=8, record=["Na.I"], where=[50, 900])
        for name in ("V", "Na.I", "I_clamp"):
            assert np.abs(many[name][i].values - one[name].values).max() < 1e-6, name


def test_mistakes_are_said():
    clamp = lo.VoltageClamp(-70, -60, 0, 5, at=50)
    with pytest.raises(lo.LoligoError, match="a cell is one point"):
        lo.simulate(SQUID, clamp=clamp, duration=1)
    with pytest.raises(lo.LoligoError, match="a cell is one point, with one clamp"):
        lo.simulate(SQUID, clamp=[clamp], duration=1)
    with pytest.raises(lo.LoligoError, match="two clamps hold one compartment"):
        lo.simulate(passive(4), clamp=[clamp, clamp.with_(at=60)], duration=1)
    with pytest.raises(lo.LoligoError, match="off the cable"):
        lo.simulate(passive(4), clamp=clamp.with_(at=5000), duration=1)
    with pytest.raises(lo.LoligoError, match="is not a voltage clamp"):
        lo.simulate(passive(4), clamp=lo.Step(1), duration=1)
    with pytest.raises(lo.LoligoError, match="known to no membrane"):
        lo.simulate(passive(4), duration=1, record=["Na.m"])


@pytest.mark.parametrize("kind", ["cable", "tree"])
def test_the_error_is_stated_and_is_the_error(kind):
    axon = lo.Cable(WARM, 20_000, 476, Ra=35.4, n=100)
    pulse = lo.Step(20_000, stop=0.5)
    if kind == "tree":
        axon = lo.Tree([lo.Section("axon", 20_000, 476)], WARM, Ra=35.4, dx=200)
    finest = axon.with_({"n": 800} if kind == "cable" else {"finer": 8})
    where = [3000, 12_000]
    ds = lo.simulate(axon, pulse, duration=3, dt=0.02, every=0.05, where=where, estimate_error=True)
    exact = lo.simulate(finest, pulse, duration=3, dt=0.0025, every=0.05, where=where)
    wrong = float(np.abs(ds.V - exact.V).max())
    assert ds.attrs["error_V"] == pytest.approx(wrong, rel=0.3)
    late = np.abs(ds.arrival.values - exact.arrival.values.reshape(-1, 8).mean(axis=1)).max()
    assert ds.attrs["error_arrival"] == pytest.approx(late, rel=0.3)
    speeds = [0.3 * 20 / np.diff(np.interp([10_000, 16_000], o.x_compartment, o.arrival))[0] for o in (ds, exact)]
    assert ds.attrs["velocity"] == pytest.approx(speeds[0], rel=1e-9)
    assert ds.attrs["error_velocity"] == pytest.approx(abs(speeds[0] - speeds[1]), rel=0.3)
    assert '"error_velocity": "m/s"' in ds.attrs["units"]


def test_the_error_of_a_branched_tree_and_where_no_impulse_comes():
    ds = lo.simulate(fork(), lo.Step(0.1, stop=1), duration=3, estimate_error=True)
    assert 0 < ds.attrs["error_V"] < 0.05
    assert ds.attrs["error_arrival"] == 0
    assert "velocity" not in ds.attrs
    with pytest.raises(lo.LoligoError, match="estimate_error"):
        lo.simulate(fork(), duration=1, over={"Ra": [100]}, estimate_error=True)
