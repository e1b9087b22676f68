"""What tips the balance at the threshold, against SciPy and against derivatives written out by hand."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import loligo as lo
from loligo.experiments import threshold
from loligo.plot.answers import DIGITS, number

SQUID = lo.cells.squid()
PULSE = 13.2751236938  # µA/cm² for 0.5 ms: the threshold, to 1e-9


def rates(v):
    x, y = v + 40, v + 55
    return {
        "m": (0.1 * x / (1 - np.exp(-x / 10)), 4 * np.exp(-(v + 65) / 18)),
        "h": (0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10))),
        "n": (0.01 * y / (1 - np.exp(-y / 10)), 0.125 * np.exp(-(v + 65) / 80)),
    }


def currents(v, m, h, n):
    return np.array([120 * m**3 * h * (v - 50), 36 * n**4 * (v + 77), 0.3 * (v + 54.387)])


def slopes(t, y, pulse):
    v, *gates = y
    flow = currents(*y).sum()
    return [pulse - flow, *(a * (1 - x) - b * x for x, (a, b) in zip(gates, rates(v).values(), strict=True))]


@pytest.fixture(scope="module")
def found():
    return threshold(SQUID, 0.5)


def trajectory(part, times):
    rest = lo.resting_states(SQUID)[0].state
    start = [rest[k] for k in ("V", "Na.m", "Na.h", "K.n")]
    options = {"rtol": 1e-11, "atol": 1e-13}
    during = solve_ivp(slopes, (0, 0.5), start, "DOP853", args=(part * PULSE,), **options)
    return solve_ivp(slopes, (0.5, 30), during.y[:, -1], "DOP853", times, args=(0.0,), dense_output=True, **options)


def test_the_balance_agrees_with_scipy(found):
    a, when = found.attrs, found.attrs["tipping_time"]
    above, below = trajectory(1.01, None).sol(when), trajectory(0.99, None).sol(when)
    flow, less = currents(*above), currents(*below)
    assert a["carrier"] == "Na"
    assert flow.sum() == pytest.approx(0, abs=1e-5)
    assert slopes(0, above, 0.0)[0] == pytest.approx(0, abs=1e-5)
    assert a["tipping_V"] == pytest.approx(above[0], abs=1e-5)
    expected = (-flow[0], flow[1:].sum(), -less[0], less[1:].sum())
    names = ("inward", "opposing", "inward_below", "opposing_below")
    assert [a[name] for name in names] == pytest.approx(expected, rel=1e-5)
    assert a["inward_below"] < a["opposing_below"]
    fires, fails = (trajectory(part, np.linspace(0.5, 30, 2000)).y[0].max() for part in (1.01, 0.99))
    assert fires > 30 and fails < -50


def test_when_the_gates_move(found):
    times = np.linspace(0.5, 30, 59001)
    run = trajectory(1.01, times)
    for row, gate in ((1, "Na.m"), (2, "Na.h"), (3, "K.n")):
        x = run.y[row]
        rest = lo.resting_states(SQUID)[0].state[gate]
        way = np.abs(x - rest)
        half = times[np.argmax(way >= 0.5 * way.max())]
        assert float(found.gate_half_time.sel(gate=gate)) == pytest.approx(half, abs=1e-3)
    order = found.gate_half_time.sortby(found.gate_half_time).gate.values.tolist()
    assert order == ["Na.m", "Na.h", "K.n"]


def test_the_gain_by_hand(found):
    """(dI/dx) (dx_inf/dV) / (dI/dV) of each gate."""
    v, m, h, n = trajectory(1.01, None).sol(found.attrs["tipping_time"])
    passive = 120 * m**3 * h + 36 * n**4 + 0.3
    sensitive = {"Na.m": 360 * m**2 * h * (v - 50), "Na.h": 120 * m**3 * (v - 50), "K.n": 144 * n**3 * (v + 77)}

    def drift(gate, x, at):
        a, b = rates(at)[gate[-1]]
        return a * (1 - x) - b * x

    for gate, x in (("Na.m", m), ("Na.h", h), ("K.n", n)):
        a, b = rates(v)[gate[-1]]
        follows = (drift(gate, x, v + 1e-5) - drift(gate, x, v - 1e-5)) / 2e-5 / (a + b)
        expected = -sensitive[gate] * follows / passive
        assert float(found.gate_gain.sel(gate=gate)) == pytest.approx(expected, rel=1e-4)
    assert found.attrs["gain"] == pytest.approx(float(found.gate_gain.sel(gate="Na.m")))
    assert found.attrs["gain"] > 1 > 0 > float(found.gate_gain.sel(gate="K.n"))
    assert found.attrs["growth"] > 0


@pytest.mark.parametrize("duration", [0, 0.5, 10])
def test_halving_the_tolerance_moves_no_digit(duration):
    coarse, fine = (threshold(SQUID, duration, tolerance=t) for t in (1e-6, 5e-7))

    def shown(ds):
        gates = [f"{x:.4g}" for name in ("gate_gain", "gate_half_time") for x in ds[name].values]
        known = [(name, digits) for name, digits in DIGITS.items() if name in ds.attrs]
        assert len(known) == 8
        return [number(ds.attrs[name], "", digits) for name, digits in known] + gates

    assert shown(coarse) == shown(fine)


def test_other_cells():
    """Instantaneous gates have no loop of their own; a hyperpolarising pulse, or two compartments, no such balance."""
    instant = threshold(lo.cells.wang_buzsaki_1996(), 1.0)
    assert instant.attrs["carrier"] == "Na" and np.isfinite(instant.attrs["tipping_V"])
    assert np.isnan(instant.attrs["gain"]) and instant.attrs["growth"] > 0
    assert "inward" not in lo.experiments.anode_break(SQUID, 5).attrs
    assert "inward" not in threshold(lo.cells.mainen_sejnowski_1996_2comp(), 1.0, tolerance=1e-3).attrs


def test_a_cell_with_calcium():
    """A concentration is a state like others: Beeler & Reuter's cell has a budget, and its balance is one."""
    found = threshold(lo.cells.beeler_reuter_1977(), 0.5, tolerance=1e-4)
    assert found.attrs["carrier"] == "Na"
    assert found.attrs["inward"] == pytest.approx(found.attrs["opposing"], rel=1e-4)


def test_a_late_spike_is_waited_for():
    """Close to its threshold a cell of class 1 lingers: within 60 ms it takes more, by 1.3e-4."""
    cell = lo.cells.wang_buzsaki_1996()
    short, patient, long = (threshold(cell, 1.0, window=w) for w in (60, None, 4000))
    assert patient.attrs["threshold"] == pytest.approx(long.attrs["threshold"], rel=1e-6)
    assert short.attrs["threshold"] == pytest.approx(1.000132 * long.attrs["threshold"], rel=1e-5)
    assert "within 240 ms" in patient.attrs["criterion"] and float(patient.time[-1]) < 300
    assert "within 60 ms" in threshold(SQUID).attrs["criterion"]


def test_it_is_said_and_drawn(found):
    figure = lo.plot(found)
    said = " ".join(" ".join(t.get_text() for t in figure.texts).split())
    assert "At 101 % the balance tips at 0.7331 ms and -59.17 mV, where Na carries as much in as all others out" in said
    assert any("101 %" in ax.get_ylabel() for ax in figure.axes)
