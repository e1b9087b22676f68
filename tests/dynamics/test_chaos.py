"""Lyapunov exponents against eigenvalues, Floquet multipliers, and two runs side by side."""

import numpy as np
import pytest
from examples import morris_lecar
from scipy.integrate import solve_ivp

import loligo as lo
from loligo.dynamics import DynamicsError, equilibria, lyapunov
from loligo.dynamics.field import Field

FORCED = lo.Sine(10, frequency=240, offset=20)
"""Between two and three spikes for four cycles of the force, and never the same: a chaotic answer."""


def test_at_rest_they_are_the_eigenvalues():
    cell = morris_lecar("class2")
    (rest,) = equilibria(cell, 0.0)
    found = lyapunov(cell, count=2, duration=2000, transient=200)
    # a turning perturbation is longer and shorter by turns, which is averaged out as 1 / duration
    np.testing.assert_allclose(found.exponents, np.sort([e.real for e in rest.eigenvalues])[::-1], atol=2 / 2000)
    assert found.exponents.sum() == pytest.approx(sum(e.real for e in rest.eigenvalues), rel=1e-6)
    assert not found.chaotic


def test_on_a_cycle_one_is_zero_and_the_others_are_the_multipliers():
    cell = lo.cells.squid()
    period, multiplier = 14.636209990, 0.0740602597
    found = lyapunov(cell, lo.Step(10), count=2, duration=136 * period, transient=20 * period, every=period / 4)
    assert abs(found.exponents[0]) < 3e-4
    assert found.exponents[1] == pytest.approx(np.log(multiplier) / period, rel=3e-3)
    assert not found.chaotic


def test_their_sum_is_the_mean_divergence():
    cell = morris_lecar("class2")
    stimulus = lo.Step(120)
    found = lyapunov(cell, stimulus, count=2, duration=2000, transient=500)
    ds = lo.simulate(cell, stimulus, duration=2500, record=["K.w"], every=0.05)
    late = ds.time.values >= 500
    x = np.stack([ds.V.values[late], ds["K.w"].values[late]], axis=1)
    _, jacobian, _ = Field(cell, (), current=120.0).derivatives(x, np.empty(0))
    assert found.exponents.sum() == pytest.approx(np.trace(jacobian, axis1=1, axis2=2).mean(), rel=1e-3)


@pytest.mark.slow
def test_forced_chaos():
    """The largest exponent is positive, and SciPy's trajectories part at that rate."""
    cell = lo.cells.squid()
    found = lyapunov(cell, FORCED, duration=6000, transient=300)
    assert found.chaotic
    assert 0.02 < found.exponents[0] < 0.06
    field = Field(cell, ("stimulus.amplitude",))

    def f(t, x):
        return field(x, [20 + 10 * np.sin(2 * np.pi * 0.24 * t)])

    rates = []
    state = np.array([-60.0, 0.1, 0.4, 0.4])
    state = solve_ivp(f, (0, 50), state, method="LSODA", rtol=1e-9, atol=1e-10).y[:, -1]
    other = state + np.array([1e-6, 0, 0, 0])
    for k in range(24):
        span = (50 + 12.5 * k, 62.5 + 12.5 * k)  # three periods of the force each
        state, other = (solve_ivp(f, span, x, method="LSODA", rtol=1e-10, atol=1e-12).y[:, -1] for x in (state, other))
        gap = (other - state) / field.scale
        size = np.linalg.norm(gap)
        rates.append(np.log(size / (1e-6 / 50 if k == 0 else 1e-7)) / 12.5)
        other = state + gap / size * 1e-7 * field.scale
    assert np.mean(rates[3:]) > 0.01


def test_weak_forcing_is_no_chaos():
    assert not lyapunov(lo.cells.squid(), lo.Sine(1, frequency=60), duration=1000).chaotic


def test_mistakes_are_named():
    with pytest.raises(DynamicsError, match="squid has 4 exponents"):
        lyapunov(lo.cells.squid(), count=5)
    with pytest.raises(DynamicsError, match="is not a stimulus"):
        lyapunov(lo.cells.squid(), 10.0)
    with pytest.raises(DynamicsError, match="every is at most duration"):
        lyapunov(lo.cells.squid(), duration=1, every=5)
