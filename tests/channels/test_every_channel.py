"""Checks of every channel of the library, from the one list that also feeds the command line."""

from __future__ import annotations

import numpy as np
import pytest

import loligo as lo
from loligo.channels.library import Entry
from loligo.numerics.arrays import array_function
from loligo.simulation.steady import Steady

ENTRIES: list[Entry] = [getattr(lo.channels, name) for name in lo.channels.__all__]
# As published, these exceed 1 a little: Connor's fit of a, by 1.3 % at strong depolarisation; Pinsky & Rinzel's c within
# a microvolt of the point where its two formulas meet.
ABOVE_ONE = {"k_a_connor_stevens": 0.013, "bk_pinsky_rinzel": 1e-4}


def grid(entry: Entry) -> np.ndarray:
    """-150 to 100 mV, with every tenth of a millivolt and its neighbours: singular points lie on round numbers."""
    v = np.round(np.arange(-150, 100.01, 0.1), 1)
    return np.sort(np.concatenate([v, np.nextafter(v, -np.inf), np.nextafter(v, np.inf)]))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.__name__)
def test_finite_and_between_bounds_everywhere(entry: Entry) -> None:
    cell = entry.alone()
    solver = Steady(cell, 0.0)
    v = grid(entry)
    states = solver.fill([v])
    named = [o for o in solver.system.observables if o.kind in ("steady state", "time constant", "rate", "current")]
    formulas = tuple(o.formula for o in named)
    values = array_function(solver.system, formulas)(states, 0.0, solver.values)
    for o, x in zip(named, values, strict=True):
        assert np.isfinite(x).all(), o.path
        if o.kind == "steady state":
            assert x.min() >= -1e-12 and x.max() <= 1 + ABOVE_ONE.get(entry.__name__, 1e-12), o.path
        if o.kind == "time constant":
            assert x.min() > 0, o.path
    slopes = array_function(solver.system, solver.system.derivatives)(states, 0.0, solver.values)
    assert all(np.isfinite(s).all() for s in slopes)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.__name__)
def test_no_jump_at_singular_points(entry: Entry) -> None:
    """A removable singularity that was not removed shows as a kick between neighbouring numbers."""
    cell = entry.alone()
    solver = Steady(cell, 0.0)
    v = grid(entry)
    named = [o for o in solver.system.observables if o.kind in ("rate", "steady state") and "KC.c" not in o.path]
    values = array_function(solver.system, tuple(o.formula for o in named))(solver.fill([v]), 0.0, solver.values)
    close = np.diff(v) < 1e-12
    for o, x in zip(named, values, strict=True):
        kick = np.abs(np.diff(x))[close]
        assert np.all(kick <= 1e-9 * (1e-3 + np.abs(x[:-1][close]))), o.path


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.__name__)
def test_ohmic_currents_reverse_at_e(entry: Entry) -> None:
    channel = entry()
    cell = entry.alone()
    solver = Steady(cell, 0.0)
    path = f"{channel.name}.E"
    if not channel.ohmic:
        pytest.skip("its current is a formula of its own")
    if channel.reversal is None:
        reversal = dict(channel.parameters)["E"].value
    else:
        [found] = array_function(solver.system, (solver.system.observable(path).formula,))(
            solver.fill([np.array([0.0])]), 0.0, solver.values
        )
        reversal = float(found[0])
    v = np.array([reversal - 1.0, reversal, reversal + 1.0])
    [current] = array_function(solver.system, (solver.system.observable(f"{channel.name}.I").formula,))(
        solver.fill([v]), 0.0, solver.values
    )
    assert abs(current[1]) < 1e-12 and current[0] <= 0 <= current[2]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.__name__)
def test_says_where_it_comes_from(entry: Entry) -> None:
    channel = entry()
    assert channel.source and channel.doi.startswith("10.") and channel.preparation and channel.description
    assert entry.__doc__ and entry.family
    assert all(p.unit for _, p in channel.parameters)
    text = entry.alone().latex()
    assert text.count("{") == text.count("}") and "@" not in text


def test_families() -> None:
    families = {e.family for e in ENTRIES}
    assert len(ENTRIES) >= 45
    assert families >= {
        "Na, transient", "Na, persistent", "K, delayed rectifier", "K, A type", "K, D type", "K, M type", "K, slow",
        "K, inward rectifier", "K(Ca), SK", "K(Ca), BK", "K(Ca), AHP", "Ca, L type", "Ca, T type", "HCN",
    }  # fmt: skip


def test_numbers_can_be_changed_by_keyword() -> None:
    channel = lo.channels.ca_t_pospischil(g=2, name="T")
    assert channel.name == "T" and dict(channel.parameters)["g"].value == 2
    cell = lo.cells.wang_buzsaki_1996() + channel
    assert "T.g" in cell.parameters and cell["T"] is channel
