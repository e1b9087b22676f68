"""Every cell of the library against its equations written a second time, by hand, and solved by SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from by_hand import WRITTEN, Written
from scipy.integrate import solve_ivp

import loligo as lo
from loligo.numerics.arrays import array_function
from loligo.system import system


def made(name: str, written: Written) -> lo.Cell:
    cell: lo.Cell = getattr(lo.cells, written.make or name)(**written.arguments)
    return cell.with_(**written.changes) if written.changes else cell


def some_states(cell: lo.Cell, written: Written, count: int) -> np.ndarray:
    """States all over the place, one column each: V from -110 to 70 mV, gates from 0 to 1, concentrations up to `reach`."""
    rng = np.random.default_rng(7)
    kinds = {s.path: s.kind for s in system(cell).states}
    draw = {
        "voltage": lambda: rng.uniform(-110, 70, count),
        "gate": lambda: rng.uniform(0, 1, count),
        "scheme": lambda: rng.uniform(0, 0.5, count),
        "pool": lambda: written.reach * 10 ** rng.uniform(-4, 0, count),
    }
    return np.array([draw[kinds[path]]() for path in written.states.split()])


def test_all_cells_are_written() -> None:
    assert {w.make or name for name, w in WRITTEN.items()} >= set(lo.cells.__all__) - set(lo.cells.ALIASES) - {
        "squid_1952"
    }


@pytest.mark.parametrize("name", WRITTEN)
def test_slopes(name: str) -> None:
    written = WRITTEN[name]
    cell = made(name, written)
    whole = system(cell)
    paths = written.states.split()
    assert sorted(paths) == sorted(s.path for s in whole.states)
    columns = some_states(cell, written, 300)
    by_hand = np.array([written.slopes([float(x) for x in column], written.current) for column in columns.T]).T
    ours = [columns[paths.index(s.path)] for s in whole.states]
    values = tuple(p.value for p in cell.parameters.values())
    found = array_function(whole, whole.derivatives)(ours, written.current, values)
    for state, slope in zip(whole.states, found, strict=True):
        expected = by_hand[paths.index(state.path)]
        np.testing.assert_allclose(slope, expected, rtol=1e-10, atol=1e-12 * np.abs(expected).max(), err_msg=state.path)


@pytest.mark.slow  # all of them take a minute
@pytest.mark.parametrize("name", WRITTEN)
def test_trace(name: str) -> None:
    """From the state that the publication starts in, with a step of current on from the beginning: V is SciPy's, to
    10 nV where it is slow, and never more than 20 ns early or late where it is steep.
    """
    written = WRITTEN[name]
    cell = made(name, written)
    paths = written.states.split()
    ds = lo.simulate(
        cell, lo.Step(written.current), duration=written.duration, every=0.05, tolerance=1e-10, estimate_error=False,
        initial=dict(zip(paths, map(float, written.start), strict=True)),
    )  # fmt: skip
    assert int(ds.spike_count) >= 1
    exact = solve_ivp(
        lambda t, y: written.slopes(y, written.current), (0, written.duration), written.start, method="LSODA",
        t_eval=ds.time.values[:-1], rtol=1e-11, atol=1e-13,
    )  # fmt: skip
    row = paths.index("V")
    steep = np.array([written.slopes([float(x) for x in y], written.current)[row] for y in exact.y.T])
    late = np.abs(ds.V.values[:-1] - exact.y[row]) / (1e-5 + 2e-5 * np.abs(steep))
    assert late.max() < 1
