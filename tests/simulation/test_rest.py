"""Resting states are roots, all of them, with their stability."""

from __future__ import annotations

import cmath

import numpy as np
import pytest

import loligo as lo
from loligo.errors import LoligoWarning, PathError, SimulationError

SQUID = lo.cells.squid()
TWO_STATES = lo.Cell(
    "two states",
    [
        lo.Channel("leak", g=0.1, E=-80),
        lo.Channel("NaP", g=0.3, E=40, m=lo.Gate(1, inf=1 / (1 + lo.exp(-(lo.V + 30) / 4)), tau=2)),
    ],
)


def test_the_squid_rests_where_the_paper_s_numbers_put_it():
    """Zero of the steady current with the printed leak of 10.613 mV; eigenvalues and ringing recomputed
    independently."""
    [rest] = lo.resting_states(SQUID)
    assert pytest.approx(-64.996379331192, abs=1e-11) == rest.V
    assert rest.state["Na.m"] == pytest.approx(0.052955086813, abs=1e-12)
    assert rest.state["Na.h"] == pytest.approx(0.595994124740, abs=1e-12)
    assert rest.state["K.n"] == pytest.approx(0.317732399761, abs=1e-12)
    assert rest.stable
    expected = [-0.120665068014, complex(-0.202638850458, -0.383224511754), complex(-0.202638850458, 0.383224511754)]
    np.testing.assert_allclose(rest.eigenvalues, [*expected, -4.675027302854], atol=1e-11)
    assert rest.ringing == pytest.approx(60.992075, abs=1e-6)
    assert rest.decay_time == pytest.approx(1 / 0.120665068014, rel=1e-10)


def test_the_1952_cell_rests_at_zero():
    [rest] = lo.resting_states(lo.cells.squid_1952())
    assert abs(rest.V) < 1e-12
    assert rest.state["Na.m"] == pytest.approx(0.052932485257, abs=1e-12)
    assert rest.state["Na.h"] == pytest.approx(0.596120753508, abs=1e-12)
    assert rest.state["K.n"] == pytest.approx(0.317676914061, abs=1e-12)


@pytest.mark.parametrize(
    ("celsius", "eigenvalue"), [(18.5, -0.462925450683 + 0.746034891135j), (20.0, -0.524466090730 + 0.797880182694j)]
)
def test_eigenvalues_at_other_temperatures(celsius, eigenvalue):
    [rest] = lo.resting_states(SQUID.with_(celsius=celsius))
    assert min(abs(e - eigenvalue) for e in rest.eigenvalues) < 1e-11


@pytest.mark.parametrize("current", [9.775437995393126, 154.522433665808])
def test_stability_changes_at_the_published_hopf_points(current):
    """Hassard (1978); digits recomputed in interval arithmetic by Hendrick (2026)."""
    before, after = (lo.resting_states(SQUID, current * (1 + s * 1e-9))[0] for s in (-1, 1))
    assert before.stable != after.stable
    pair = max(before.eigenvalues, key=lambda e: e.imag)
    assert abs(pair.real) < 1e-6
    assert cmath.phase(pair) == pytest.approx(np.pi / 2, abs=1e-5)


def test_all_equilibria_of_a_bistable_cell():
    found = lo.resting_states(TWO_STATES)
    assert [e.stable for e in found] == [True, False, True]
    for e in found:  # the steady current, typed again
        m = 1 / (1 + np.exp(-(e.V + 30) / 4))
        assert abs(0.1 * (e.V + 80) + 0.3 * m * (e.V - 40)) < 1e-11


def test_two_stable_states_are_said_and_the_lower_one_taken():
    with pytest.warns(LoligoWarning, match="2 stable resting states"):
        ds = lo.simulate(TWO_STATES, duration=5)
    assert float(ds.V[0]) == pytest.approx(lo.resting_states(TWO_STATES)[0].V)
    assert float(abs(ds.V - ds.V[0]).max()) < 1e-4


def test_no_stable_state_is_said():
    pacemaker = lo.Cell(
        "pacemaker", [c for c in SQUID.channels if c.name != "leak"] + [lo.Channel("leak", g=0.3, E=-20)]
    )
    assert not lo.resting_states(pacemaker)[0].stable
    with pytest.warns(LoligoWarning, match="no stable resting state"):
        ds = lo.simulate(pacemaker, duration=60)
    assert int(ds.spike_count) >= 3


def test_no_equilibrium_at_all():
    pumped = lo.Cell("pumped", [lo.Channel("pump", current=lo.V * 0 + 5.0)])
    with pytest.raises(SimulationError, match="no equilibrium"):
        lo.simulate(pumped, duration=1)
    assert float(lo.simulate(pumped, duration=1, initial={"V": -60}).V[-1]) == pytest.approx(-65)


def test_at_rest_nothing_happens():
    ds = lo.simulate(SQUID, duration=200, record="all")
    assert float(abs(ds.V - ds.V[0]).max()) < min(1e-4, ds.attrs["error_V"])
    assert int(ds.spike_count) == 0


def test_given_initial_values():
    ds = lo.simulate(SQUID, duration=1, initial={"V": -65.0}, record=["Na.m", "K.n"])
    assert float(ds.V[0]) == -65
    assert float(ds["Na.m"][0]) == pytest.approx(0.05293248525725, abs=1e-13)
    ds = lo.simulate(SQUID, duration=1, initial={"V": -50, "K.n": 0.5}, record=["Na.h", "K.n"])
    assert float(ds["K.n"][0]) == 0.5
    with pytest.raises(PathError, match="K.n"):
        lo.simulate(SQUID, duration=1, initial={"K.m": 0.5})
    with pytest.raises(SimulationError, match="between 0 and 1"):
        lo.simulate(SQUID, duration=1, initial={"K.n": 1.5})
    with pytest.raises(SimulationError, match="'rest'"):
        lo.simulate(SQUID, duration=1, initial="steady")


def test_a_pool_that_is_searched_for_begins_at_the_concentration_that_is_given():
    """Calcium of Beeler & Reuter drives its own influx, so that its steady value has to be searched for."""
    cell, options = lo.cells.beeler_reuter_1977(), {"duration": 1, "every": 0.5, "estimate_error": False}
    one = lo.simulate(cell, initial={"V": -84, "Ca": 1e-3}, record=["V", "Ca"], **options)
    assert one.Ca[0] == 1e-3
    many = lo.simulate(cell, initial={"V": -84}, over={"initial.Ca": [2e-7, 1e-3]}, record=["V", "Ca"], **options)
    assert many.Ca[0, 0] == 2e-7
    np.testing.assert_array_equal(many.V[1], one.V)


def test_gates_are_steady_with_a_concentration_that_is_given():
    """Spike times of the published cell from V = -50 mV, 0.05 µM calcium and its gates steady there, found in NEURON."""
    cell = lo.cells.prinz_2003_ab_pd()
    ds = lo.simulate(cell, duration=90, initial={"V": -50, "Ca": 0.05}, record=["KCa.m", "CaT.h"], tolerance=1e-9)
    assert float(ds["KCa.m"][0]) == pytest.approx(0.05 / 3.05 / (1 + np.exp((-50 + 28.3) / -12.6)))
    assert float(ds["CaT.h"][0]) == pytest.approx(1 / (1 + np.exp((-50 + 32.1) / 5.5)))
    np.testing.assert_allclose(ds.spike_times, [52.8566, 67.8387, 81.8556], atol=1e-4)


def test_a_sweep_over_a_concentration_begins_as_its_single_runs_do():
    cell = lo.cells.golomb_2006_ca1()
    amounts = [0.5, 2.0, 5.0]
    for more in ({"V": -60.0}, {}):
        whole = lo.simulate(
            cell, duration=5, initial=more or "rest", over={"initial.Ca": amounts}, record=lo.Final(["AHP.q", "V"])
        )
        for j, amount in enumerate(amounts):
            one = lo.simulate(cell, duration=5, initial={**more, "Ca": amount}, record=["AHP.q"])
            assert float(whole["AHP.q_final"][j]) == pytest.approx(float(one["AHP.q"][-1]), rel=1e-6)
