"""Markov schemes, constant-field currents and two compartments against formulas written here by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy

import loligo as lo
from loligo.numerics.arrays import array_function
from loligo.simulation.steady import Steady
from loligo.system import system
from loligo.system.markov import stationary

F, R = 96485.33212, 8.314462618


def test_stationary_occupancies_are_those_of_the_generator() -> None:
    rng = np.random.default_rng(3)
    for count in (2, 3, 5):
        names = tuple("ABCDE"[:count])
        values = {(a, b): float(rng.uniform(0.1, 3)) for a in names for b in names if a != b}
        symbols = {k: sympy.Symbol(f"{k[0]}{k[1]}", positive=True) for k in values}
        found = stationary(names, symbols)
        p = [float(found[n].subs({symbols[k]: v for k, v in values.items()})) for n in names]
        q = np.array([[values.get((a, b), 0.0) for b in names] for a in names])
        q -= np.diag(q.sum(axis=1))
        np.testing.assert_allclose(np.array(p) @ q, 0, atol=1e-14)
        assert sum(p) == pytest.approx(1, rel=1e-14)


def test_a_scheme_of_independent_gates_is_the_gates() -> None:
    """Two sensors as a scheme, C2 <-> C1 <-> O with rates 2a, b, a, 2b, are m**2 (Hodgkin & Huxley)."""
    a, b = 0.1 * lo.exp((lo.V + 40) / 20), 0.2 * lo.exp(-(lo.V + 40) / 30)
    scheme = lo.Scheme({"C2 <-> C1": (2 * a, b), "C1 <-> O": (a, 2 * b)}, open=lo.symbol("O"))
    leak = lo.Channel("leak", g=0.3, E=-60)
    markov = lo.Cell("markov", [lo.Channel("X", g=1, E=-80, s=scheme), leak])
    gates = lo.Cell("gates", [lo.Channel("X", g=1, E=-80, m=lo.Gate(2, alpha=a, beta=b)), leak])
    for rest in zip(lo.resting_states(markov), lo.resting_states(gates), strict=True):
        assert pytest.approx(rest[1].V, abs=1e-10) == rest[0].V
    runs = [
        lo.simulate(c, lo.Step(5, start=2, stop=30), duration=40, record="all", tolerance=1e-10)
        for c in (markov, gates)
    ]
    np.testing.assert_allclose(runs[0].V, runs[1].V, atol=1e-7)
    np.testing.assert_allclose(runs[0]["X.C2"] + runs[0]["X.C1"] + runs[0]["X.O"], 1, atol=1e-14)


def test_the_resurgent_channel_conducts_again_on_repolarisation() -> None:
    """Raman & Bean (2001): after +30 mV, a step to -30 mV brings a current that rises over milliseconds and decays."""
    cell = lo.channels.na_r_raman_bean.alone()
    clamp = lo.VoltageClamp(hold=-30, step=30, start=0, stop=10)
    ready = {s.path: 0.0 for s in system(cell).states[1:]}  # all in C1, as after a while at -90 mV
    ds = lo.simulate(cell, clamp=clamp, duration=80, record=["NaR.O"], initial=ready)
    after = ds["NaR.O"].sel(time=slice(10.1, None))
    rise = float(after.time[int(after.values.argmax())]) - 10
    assert 0.5 < rise < 20 and float(after.max()) > 1.5 * float(after[0]) and float(after[-1]) < float(after.max())


def test_a_large_scheme_rests_where_its_equations_say() -> None:
    cell = lo.channels.na_r_raman_bean.alone()
    solver = Steady(cell, 0.0)
    states = solver.fill([np.linspace(-100, 40, 8)])
    slopes = array_function(solver.system, solver.system.derivatives[1:])(states, 0.0, solver.values)
    assert max(float(np.abs(s).max()) for s in slopes) < 1e-10


@pytest.mark.parametrize("z", [1, 2, -1])
def test_constant_field_current_and_nernst_potential(z: int) -> None:
    inside, outside, celsius = 12.0, 145.0, 20.0
    channel = lo.Channel("X", current=1e-4 * lo.ghk(inside, outside, z))
    other = lo.Channel("Y", g=1, E=lo.nernst(inside, outside, z))
    whole = system(cell := lo.Cell("c", [channel, other], celsius=celsius))
    values = tuple(p.value for p in cell.parameters.values())
    paths = ("X.I", "Y.E")
    f = array_function(whole, tuple(whole.observable(p).formula for p in paths))
    thermal = 1000 * R * (celsius + 273.15) / F
    for v in (-120.0, -60.0, -1e-9, 0.0, 1e-9, 30.0, 90.0):
        w = z * v / thermal
        ratio = w / -math.expm1(-w) if w else 1.0
        expected = 1e-4 * z * F * ratio * (inside - outside * math.exp(-w))
        current, e = (float(x) for x in f([v], 0.0, values))
        assert current == pytest.approx(expected, rel=1e-12, abs=1e-9)
        assert e == pytest.approx(thermal / z * math.log(outside / inside), rel=1e-14)
    zero = float(f([thermal / z * math.log(outside / inside)], 0.0, values)[0])
    assert abs(zero) < 1e-10  # the current reverses at the Nernst potential


def test_two_passive_compartments_in_closed_form() -> None:
    """Soma and dendrite, 3 : 1 in area, equal leaks, no current at first: the difference decays with its own rate."""
    gc, p, V = lo.symbol("gc"), lo.symbol("p"), lo.V
    leak = lo.Channel("leak", g=0.1, E=-70)
    dendrite = lo.Compartment("dendrite", [leak], coupling=gc * (V - lo.symbol("dendrite.V")), share=1 - p)
    cell = lo.Cell("two", [leak], compartments=[dendrite], share=p, shared={"gc": 0.6, "p": 0.75})
    ds = lo.simulate(cell, lo.Step(0.3), duration=60, record=["dendrite.V"], tolerance=1e-10,
                     initial={"V": -70, "dendrite.V": -70})  # fmt: skip
    rate = 0.1 + 0.6 / 0.75 + 0.6 / 0.25
    t = ds.time.values
    mean = 0.3 / 0.1 * (1 - np.exp(-0.1 * t))  # p V + (1 - p) Vd: the current per area of the whole
    difference = 0.4 / rate * (1 - np.exp(-rate * t))  # V - Vd
    np.testing.assert_allclose(ds.V, -70 + mean + 0.25 * difference, atol=2e-6)
    np.testing.assert_allclose(ds["dendrite.V"], -70 + mean - 0.75 * difference, atol=2e-6)
    [rest] = lo.resting_states(cell, 0.3)
    assert pytest.approx(-70 + 3 + 0.25 * 0.4 / rate, abs=1e-9) == rest.V


def test_sodium_accumulates_and_the_pump_takes_it_out() -> None:
    """With a pool that a leak of sodium fills, the resting state is where pump and leak cancel."""
    I, Nai = lo.symbols("I Nai")
    pool = lo.Pool("Nai", rate=-1e-4 * I, unit="mM")
    leak = lo.Channel("NaL", g=0.02, E=lo.nernst(Nai, 145, 1), reads="Nai", carries="Nai")
    cell = lo.Cell(
        "pumped", [leak, lo.Channel("KL", g=0.2, E=-90), lo.channels.pump()], celsius=37,
        pools=[pool, lo.Pool("Ko", value=3.5)],
    )  # fmt: skip
    [rest] = lo.resting_states(cell)
    pump = 10 * (1 + 2 / 3.5) ** -2 * (1 + 7.7 / rest.state["Nai"]) ** -3
    sodium = 1000 * R * 310.15 / F * math.log(145 / rest.state["Nai"])
    assert 0.02 * (rest.V - sodium) == pytest.approx(-3 * pump, rel=1e-9)
    assert 0.02 * (rest.V - sodium) + 0.2 * (rest.V + 90) + pump == pytest.approx(0, abs=1e-9)
    assert rest.stable


def test_where_takes_one_side_or_the_other() -> None:
    channel = lo.Channel("X", current=lo.where(lo.V + 50, 3.0, lo.V * 0 - 1.0))
    whole = system(lo.Cell("c", [channel]))
    f = array_function(whole, (whole.observable("X.I").formula,))
    assert [float(x) for x in f([np.array([-51.0, -50.0, -49.0])], 0.0, (1.0, 6.3))[0]] == [-1.0, -1.0, 3.0]
