"""Synapses driven by given spike times: against closed forms, and against SciPy from event to event."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

import loligo as lo
from loligo.system import system

TIMES = [3.0, 7.123456789, 7.123456789, 11.1]


def passive(channel: lo.Channel) -> lo.Cell:
    return lo.Cell("passive", [lo.Channel("leak", g=0.1, E=-65), channel])


def conductance(cell: lo.Cell, name: str, **how: object) -> tuple[np.ndarray, np.ndarray]:
    path = f"{name}.conductance"
    ds = lo.simulate(cell, duration=40, record=[path], **{"every": 0.05, "tolerance": 1e-10, **how})
    return ds.time.values, ds[path].values / cell.parameters[f"{name}.g"].value


def summed(shape: object, times: list[float], t: np.ndarray) -> np.ndarray:
    """The response to one spike, added up."""
    return sum(np.where(t > x, shape(np.maximum(t - x, 0.0)), 0.0) for x in times) + 0 * t  # type: ignore[operator]


def test_an_exponential_synapse_in_closed_form() -> None:
    t, found = conductance(passive(lo.channels.ampa(tau=2.5, times=TIMES)), "AMPA", every=0.0499)
    np.testing.assert_allclose(found, summed(lambda s: np.exp(-s / 2.5), TIMES, t), atol=1e-9)


def test_an_alpha_function_in_closed_form() -> None:
    t, found = conductance(passive(lo.channels.alpha(tau=1.7, times=TIMES)), "syn")
    np.testing.assert_allclose(found, summed(lambda s: s / 1.7 * np.exp(1 - s / 1.7), TIMES, t), atol=1e-9)


def test_a_dual_exponential_in_closed_form() -> None:
    """Normalised to a peak of one by the time of its peak, tau_r tau / (tau - tau_r) ln(tau / tau_r)."""
    rise, decay = 0.4, 3.0
    peak = rise * decay / (decay - rise) * np.log(decay / rise)
    most = np.exp(-peak / decay) - np.exp(-peak / rise)
    t, found = conductance(passive(lo.channels.dual_exponential(tau_rise=rise, tau=decay, times=TIMES)), "syn")
    np.testing.assert_allclose(
        found, summed(lambda s: (np.exp(-s / decay) - np.exp(-s / rise)) / most, TIMES, t), atol=1e-9
    )


def test_nmda_receptors_against_scipy() -> None:
    """The potential of a passive patch: SciPy from event to event, at a tolerance of 1e-12."""
    cell = passive(lo.channels.nmda(g=0.02, times=TIMES))
    ds = lo.simulate(cell, duration=30, every=0.5, tolerance=1e-10, record=["NMDA.s"])

    def slope(_: float, y: np.ndarray) -> list[float]:
        v, x, s = y
        block = 1 / (1 + np.exp(-0.062 * v) / 3.57)
        return [-0.1 * (v + 65) - 0.02 * s * block * v, -x / 2, 0.5 * x * (1 - s) - s / 100]

    y, begin, expected = np.array([-65.0, 0, 0]), 0.0, {0.0: -65.0}
    for end in [*TIMES, 30.0]:
        inside = [x for x in np.arange(0, 30.5, 0.5) if begin < x <= end]
        if end > begin:
            done = solve_ivp(slope, (begin, end), y, "DOP853", rtol=1e-12, atol=1e-13, t_eval=sorted({*inside, end}))
            expected.update({t: v for t, v in zip(done.t, done.y[0], strict=True) if t in inside})
            y = done.y[:, -1]
        y, begin = y + np.array([0, 1, 0]), end
    np.testing.assert_allclose(ds.V.values, [expected[t] for t in ds.time.values], atol=2e-8)


@pytest.mark.parametrize(("method", "order"), [("exponential_euler", 1), ("heun", 2), ("rk4", 4)])
def test_events_do_not_spoil_the_order_of_a_method(method: str, order: int) -> None:
    """They fall on no multiple of any step; only because each ends a step does the order survive them."""
    cell = passive(lo.channels.ampa(g=0.05, tau=2.5, times=TIMES))
    best = lo.simulate(cell, duration=20, tolerance=1e-12, every=20)["V"].values[-1]
    steps = [0.2, 0.1, 0.05]
    errors = [abs(lo.simulate(cell, duration=20, method=method, dt=h, every=20).V.values[-1] - best) for h in steps]
    found = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert found == pytest.approx(order, abs=0.25)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0.01, 39.9), max_size=8))
def test_any_times_in_closed_form(times: list[float]) -> None:
    t, found = conductance(passive(lo.channels.gaba_a(times=times)), "GABAA", every=0.77)
    clear = np.array([min([abs(x - y) for y in times], default=1.0) > 1e-9 for x in t])
    np.testing.assert_allclose(found[clear], summed(lambda s: np.exp(-s / 10), times, t)[clear], atol=1e-8)


def test_a_sweep_sees_the_events_that_a_run_sees() -> None:
    """Also where every variant has an input of its own."""
    cell = lo.cells.wang_buzsaki_1996() + lo.channels.ampa(g=0.15, times=[20.0, 33.3, 61.7])
    for varied in ({"AMPA.g": [0.0, 0.1, 0.3]}, {"stimulus.start": [5.0, 20.0, 30.0]}):
        stimulus = lo.Step(0.3)
        many = lo.simulate(cell, stimulus, duration=100, over=varied, record=lo.Spikes())
        path = next(iter(varied))
        for value in varied[path]:
            one = cell.with_({path: value}) if "AMPA" in path else cell
            own = stimulus if "AMPA" in path else stimulus.with_(start=value)
            alone = lo.simulate(one, own, duration=100)
            there = many.sel({path: value})["spike_times"].values
            np.testing.assert_allclose(there[np.isfinite(there)], alone["spike_times"].values, atol=1e-3)


def test_cells_with_other_times_share_their_equations() -> None:
    first, second = (passive(lo.channels.ampa(times=times)) for times in ([1.0], [2.0, 3.0]))
    assert system(first) is system(second)


def test_under_a_voltage_clamp() -> None:
    """I = g s (V - E), in closed form."""
    cell = passive(lo.channels.ampa(g=0.05, times=[5.0]))
    ds = lo.simulate(
        cell, clamp=lo.VoltageClamp(hold=-70, step=-30, start=2, stop=30), duration=20, record=["AMPA.I"], every=0.5
    )
    t = ds.time.values
    v = np.where(t >= 2, -30.0, -70.0)
    np.testing.assert_allclose(ds["AMPA.I"].values, 0.05 * np.where(t > 5, np.exp(-(t - 5) / 2), 0) * v, atol=1e-5)


def test_a_file_keeps_them(tmp_path: Path) -> None:
    cell = passive(lo.channels.nmda(times=TIMES))
    cell.save(tmp_path / "cell.toml")
    again = lo.load(tmp_path / "cell.toml")
    assert again == cell and again["NMDA"].times == tuple(TIMES)
    assert "jumps by 1 at each event" in str(cell) and r"\delta(t - t_k)" in cell.latex()


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(lo.LoligoError, match="before the run"):
        lo.channels.ampa(times=[-1])
    with pytest.raises(lo.LoligoError, match="no activation"):
        lo.channels.na(times=[1])
    with pytest.raises(lo.LoligoError, match=r"times\[1\]"):
        lo.channels.ampa(times=[1, "soon"])
    with pytest.raises(lo.LoligoError, match="jump"):
        lo.Activation(tau=2)
    with pytest.raises(lo.LoligoError, match="positive"):
        lo.Activation(tau=-2, jump=1)
    with pytest.raises(lo.LoligoError, match="cable"):
        lo.simulate(lo.Cable(passive(lo.channels.ampa(times=[1])), length=1000, diameter=10), duration=1)
