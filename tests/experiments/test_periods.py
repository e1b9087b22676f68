"""When refractoriness ends, against SciPy and whatever the intervals that were tried."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from test_budget import slopes

import loligo as lo
from loligo.experiments import refractory_period

SQUID = lo.cells.squid()


@pytest.fixture(scope="module")
def found():
    return refractory_period(SQUID, np.arange(4.0, 20.0, 1.0), first=20)


def test_neither_period_depends_on_the_intervals(found):
    other = refractory_period(SQUID, [5.5, 8.7, 15.1, 19.3], first=20, tolerance=5e-7)
    for name in ("absolute", "relative"):
        assert other.attrs[name] == pytest.approx(found.attrs[name], rel=2e-6)


def test_at_their_ends_the_answer_changes(found):
    for name, good in (("absolute", np.isfinite), ("relative", lambda x: x <= 1)):
        end = found.attrs[name]
        beside = refractory_period(SQUID, [end - 1e-3, end + 1e-3, end + 1], first=20).ratio.values
        assert good(beside).tolist() == [False, True, True]


def test_the_relative_period_agrees_with_scipy(found):
    """Two pulses of 0.5 ms, the second of the threshold at rest: it fires if it comes 0.002 ms later, not earlier."""
    rest = lo.resting_states(SQUID)[0].state
    now = [rest[k] for k in ("V", "Na.m", "Na.h", "K.n")]

    def follow(y, pulse, length, **more):
        return solve_ivp(slopes, (0, length), y, "DOP853", args=(pulse,), rtol=1e-11, atol=1e-13, **more)

    after = follow(now, 20.0, 0.5).y[:, -1]
    peaks = []
    for shift in (-2e-3, 2e-3):
        met = follow(after, 0.0, found.attrs["relative"] + shift - 0.5).y[:, -1]
        second = follow(met, found.attrs["resting_threshold"], 0.5).y[:, -1]
        peaks.append(follow(second, 0.0, 30.0, t_eval=np.linspace(0, 30, 3001)).y[0].max())
    assert peaks[0] < 0 < peaks[1]
