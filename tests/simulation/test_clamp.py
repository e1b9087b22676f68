"""The ideal voltage clamp: exact, and the same as integrating the gates."""

from __future__ import annotations

import numpy as np
import pytest

import loligo as lo
from loligo.errors import SimulationError

SQUID = lo.cells.squid()


def gate(v, t, x0, alpha, beta):
    steady = alpha / (alpha + beta)
    return steady + (x0 - steady) * np.exp(-(alpha + beta) * t)


def test_gates_relax_as_in_the_paper():
    """Hodgkin & Huxley 1952, equations 8-10, with their rates typed again; step to 0 mV and back."""
    clamp = lo.VoltageClamp(hold=-65, step=0, start=2, stop=12)
    ds = lo.simulate(SQUID, clamp=clamp, duration=15, record="all")
    rest = lo.simulate(SQUID, duration=1, initial={"V": -65.0}, record="all").isel(time=0)
    t = ds.time.values
    during = (t >= 2) & (t < 12)
    v = 0.0
    an, bn = 0.01 * (v + 55) / (1 - np.exp(-(v + 55) / 10)), 0.125 * np.exp(-(v + 65) / 80)
    am, bm = 0.1 * (v + 40) / (1 - np.exp(-(v + 40) / 10)), 4 * np.exp(-(v + 65) / 18)
    ah, bh = 0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10))
    n = gate(v, t[during] - 2, float(rest["K.n"]), an, bn)
    m = gate(v, t[during] - 2, float(rest["Na.m"]), am, bm)
    h = gate(v, t[during] - 2, float(rest["Na.h"]), ah, bh)
    np.testing.assert_allclose(ds["K.n"][during], n, rtol=1e-12)
    np.testing.assert_allclose(ds["Na.I"][during], 120 * m**3 * h * (0 - 50), rtol=1e-11)
    np.testing.assert_allclose(ds["I_clamp"], ds["Na.I"] + ds["K.I"] + ds["leak.I"], rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(ds.V, np.where(during, 0.0, -65.0))
    assert ds.attrs["clamp"] == "voltage" and ds.attrs["method"] == "exact"


@pytest.mark.parametrize(("step", "peak"), [(-40, -416), (-20, -1238), (0, -1457), (20, -1115), (80, 1469)])
def test_peak_sodium_currents(step, peak):
    """From -65 mV; recomputed figures of the laboratory's table (uA/cm2)."""
    ds = lo.simulate(SQUID, clamp=lo.VoltageClamp(-65, step, 1, 13), duration=13, record=["Na.I"], every=0.002)
    current = ds["Na.I"].values
    assert current[np.argmax(np.abs(current))] == pytest.approx(peak, abs=1)


def test_no_sodium_current_at_its_reversal():
    ds = lo.simulate(SQUID, clamp=lo.VoltageClamp(-65, 50, 1, 13), duration=12, record=["Na.I", "K.I"])
    assert float(abs(ds["Na.I"].sel(time=slice(1, 12))).max()) < 1e-9
    assert float(ds["K.I"][-1]) > 1000


def test_closed_form_and_integration_agree():
    """A gate that depends on another gate has no closed form; one that does not, added to it, must not notice."""
    v = lo.V
    m = lo.symbol("m")
    coupled = lo.Channel(
        "X", g=5, E=20,
        m=lo.Gate(1, inf=1 / (1 + lo.exp(-(v + 30) / 5)), tau=2),
        h=lo.Gate(1, inf=1 / (1 + lo.exp((v + 40) / 5)), tau=3 + 2 * m),
    )  # fmt: skip
    clamp = lo.VoltageClamp(-70, -10, 3, 20)
    exact = lo.simulate(SQUID, clamp=clamp, duration=25, record="all")
    mixed = lo.simulate(SQUID + coupled, clamp=clamp, duration=25, record="all", tolerance=1e-10)
    assert mixed.attrs["method"] == "dopri5"
    for name in ("Na.m", "Na.h", "K.n"):
        np.testing.assert_allclose(mixed[name], exact[name], atol=1e-8)
    np.testing.assert_allclose(mixed["Na.I"], exact["Na.I"], atol=1e-5)


def test_a_clamp_from_the_start():
    ds = lo.simulate(SQUID, clamp=lo.VoltageClamp(-65, -20, 0, 5), duration=8, record="all")
    assert float(ds.V[0]) == -20
    assert float(ds["K.n"][0]) == pytest.approx(0.3176769140607, abs=1e-12)


def test_a_clamp_excludes_a_stimulus():
    with pytest.raises(SimulationError, match="clamp"):
        lo.simulate(SQUID, lo.Step(10), clamp=lo.VoltageClamp(-65, 0, 1, 2), duration=5)
    with pytest.raises(SimulationError, match="clamp="):
        lo.simulate(SQUID, lo.VoltageClamp(-65, 0, 1, 2), duration=5)
