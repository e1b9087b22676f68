"""A scope that runs freely: the next piece of a run, from the state in which the last one ended.

Nothing is kept here: the page brings the state along, and gets the one at the end of the piece back.
"""

from __future__ import annotations

from ..model.stimulus import Step, Stimulus
from ..numerics.batch import Stop, Stopped
from ..simulation.recorded import wanted
from ..simulation.run import run
from ..system import system
from . import messages, prepare


def go(request: messages.Go, stop: Stop) -> bytes:
    """The next samples of everything, the first of them one interval after the state that is given.

    States that are not given take their steady value at V; without V, all begin at rest. What is no state of this
    cell (a channel may just have been removed) is passed over.
    """
    cell = prepare.prepared(request.preparation)
    whole = system(cell)
    states, shown = whole.states, wanted(whole, "all", False)
    names = [*shown, *(v.path for v in states if v.path not in shown)]  # a pool is a state, but on no plot
    known = {v.path: _inside(request.state[v.path], v.kind) for v in states if v.path in request.state}
    duration = request.every * request.samples
    done = run(
        cell, _current(request, duration), duration=duration, record=names, every=request.every,
        tolerance=prepare.TOLERANCE,
        initial=known if "V" in known else "rest", estimate_error=False, stop=stop,
    )  # fmt: skip
    if done.status == "stopped":
        raise Stopped
    header = {
        "id": request.id,
        "kind": "go",
        "every": request.every,
        "samples": request.samples,
        "units": {path: o.unit for path, o in done.recorded.items()},
        "state": {path: float(done.values[path][-1]) for path in (v.path for v in states)},
        "spikes": [float(t) for t in done.spike_times],
        "status": done.status,
        "notes": [] if known else list(done.notes),
    }
    arrays = {path: done.values[path][1:] for path in shown}
    return messages.encode(header, {**arrays, "stimulus": done.input[1:]})


def _current(request: messages.Go, duration: float) -> Stimulus | None:
    """The holding current, and the pulses as far as they fall into this piece."""
    parts: list[Stimulus] = [Step(request.current)] if request.current else []
    for poke in request.pokes:
        start, stop = max(0.0, poke.at), min(2 * duration, poke.at + poke.width)
        if start < duration and stop > start:
            parts.append(Step(poke.amplitude, start=start, stop=stop))
    return sum(parts[1:], parts[0]) if parts else None


def _inside(value: float, kind: str) -> float:
    """An open probability that rounding left a hair outside of 0 and 1."""
    return min(1.0, max(0.0, value)) if kind in ("gate", "scheme") else value
