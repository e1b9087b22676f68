"""The panels beside the scope: phase plane, curves of the gates, thresholds, refractoriness."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.cell import Cell
from ..numerics.batch import Stop
from . import messages, prepare
from .firing import rates

Array = NDArray[np.float64]
BRACKET = 2e-3  # relative width of the bracket around a threshold on the screen
DURATIONS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.5, 5.0, 10.0, 20.0, 50.0)  # ms
PLANE = (-90.0, 60.0)  # mV
CURVE = (-110.0, 60.0, 171)  # mV, mV, points


def companion(request: messages.Asked, stop: Stop) -> bytes:
    """Answer the question of a panel."""
    cell = prepare.prepared(request.preparation)
    if isinstance(request, messages.Rates):
        return rates(request, cell, stop)
    if isinstance(request, messages.Plane):
        return plane(request, cell)
    if isinstance(request, messages.Curves):
        return curves(request, cell)
    if isinstance(request, messages.Threshold):
        return threshold(request, cell, stop)
    if isinstance(request, messages.Durations):
        return durations(request, cell, stop)
    assert isinstance(request, messages.Recovery)
    return recovery(request, cell, stop)


def plane(request: messages.Plane, cell: Cell) -> bytes:
    """Nullclines and fixed points of V and another state; the others steady, or else frozen."""
    from ..dynamics.plane import phase_plane
    from ..system import system

    whole = system(cell)
    others = [v for v in whole.states if v.path not in ("V", request.y)]
    rest = {v.path: "steady" if v.symbol in whole.steady else "frozen" for v in others}
    found = phase_plane(
        cell, "V", request.y, current=request.current, rest=rest, ranges=_spans(cell, request.y), points=48
    )
    arrays: dict[str, Any] = {}
    for name, lines in (("v", found.x_nullcline), ("y", found.y_nullcline)):
        for i, line in enumerate(lines[:12]):
            arrays[f"{name}{i}.x"], arrays[f"{name}{i}.y"] = line[:, 0], line[:, 1]
    fixed = [
        {"V": p.state["V"], "y": p.state[request.y], "kind": p.kind, "stable": bool(p.stable)}
        for p in found.fixed_points
    ]
    header = {"id": request.id, "kind": "plane", "y": request.y, "fixed": fixed}
    header["ranges"] = [[axis[0], axis[-1]] for axis in (found.x, found.y)]
    return messages.encode(header, arrays)


def _spans(cell: Cell, y: str) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Ranges of a plane with a pool in it: a little beyond its steady values; None for those that the plane has."""
    from ..simulation.steady import Steady

    steady = Steady(cell, 0.0)
    place = next((i for i, s in enumerate(steady.system.states) if s.path == y and s.kind == "pool"), None)
    if place is None:
        return None
    at = np.linspace(*PLANE, 76)
    reached = np.asarray(steady.fill([at] * len(steady.plan.voltages))[place])
    most = float(np.nanmax(np.where(np.isfinite(reached), reached, np.nan), initial=0.0))
    return (PLANE, (0.0, 1.1 * most)) if most > 0 else None


def curves(request: messages.Curves, cell: Cell) -> bytes:
    """Steady state and time constant of every gate that depends on V alone (with pools at their steady values)."""
    from ..numerics.arrays import array_function
    from ..simulation.steady import Steady
    from ..system import system

    whole = system(cell)
    v = np.linspace(*CURVE[:2], int(CURVE[2]))
    steady = Steady(cell, 0.0)
    states = steady.fill([v] * len(steady.plan.voltages))
    shown = [o for o in whole.observables if o.path.endswith((".inf", ".tau"))]
    found = array_function(whole, tuple(o.formula for o in shown))(states, 0.0, steady.values)
    arrays = {o.path: np.broadcast_to(values, v.shape) for o, values in zip(shown, found, strict=True)}
    return messages.encode({"id": request.id, "kind": "curves"}, {"V": v, **arrays})


def threshold(request: messages.Threshold, cell: Cell, stop: Stop) -> bytes:
    """The least pulse that fires the cell at rest."""
    from ..experiments.bench import Bench
    from ..experiments.thresholds import in_time

    bench = Bench(cell, stop=stop)
    found, problem, _ = in_time(bench, np.array([request.duration]), 1, None, BRACKET, 24)
    values = found.of(0) if found is not None else ()
    value = values[0].value if values else math.nan
    return messages.encode({"id": request.id, "kind": "threshold", "value": value, "status": problem or "done"})


def durations(request: messages.Durations, cell: Cell, stop: Stop) -> bytes:
    """Threshold against the duration of the pulse, with rheobase and chronaxie."""
    from ..experiments import strength_duration

    found = strength_duration(cell, durations=DURATIONS, tolerance=BRACKET, stop=stop)
    header = {"id": request.id, "kind": "durations", "status": str(found.attrs["status"])}
    header |= {n: float(found.attrs[n]) for n in ("rheobase", "chronaxie")}
    return messages.encode(header, {"duration": found["duration"].values, "threshold": found["threshold"].values})


def recovery(request: messages.Recovery, cell: Cell, stop: Stop) -> bytes:
    """Threshold of a second pulse, relative to that at rest, against its distance from the first."""
    from ..experiments import refractory_period

    found = refractory_period(cell, tolerance=BRACKET, stop=stop)
    header = {"id": request.id, "kind": "recovery", "status": str(found.attrs["status"])}
    header |= {n: float(found.attrs[n]) for n in ("absolute", "relative")}
    return messages.encode(header, {"interval": found["interval"].values, "ratio": found["ratio"].values})
