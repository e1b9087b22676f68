"""What recorders make of a march: in the compartments beside every place, and from there at the places.

A recorder of a sweep of cells sees variants; here it sees compartments, in the same terms. What it finds in two
neighbours is a straight line in between, as V is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import PathError, SimulationError, nearest
from ..system import system
from .compartments import Compartments
from .journey import Journey, Traveller
from .march import CROSSINGS, March, Wanted
from .recorders import Final, Quantity, Recorder, Seen, Trace
from .recorders.base import Context

Array = NDArray[np.float64]
WATCHED = ("peak.py", "mean.py")


@dataclass(frozen=True)
class Sights:
    """Recorders on a fibre or a tree.

    Attributes
    ----------
    asked : Journey
    recorders : tuple of Recorder
    contexts : tuple of Context
        What they know of each membrane.
    """

    asked: Journey
    recorders: tuple[Recorder, ...]
    contexts: tuple[Context, ...]

    def quantities(self) -> dict[str, Quantity]:
        """What comes of it for one place, by name."""
        found: dict[str, Quantity] = {}
        for own in self._fitted():
            for recorder, context in own:
                for quantity in recorder.quantities(context) if recorder is not None else ():
                    if found.setdefault(quantity.name, quantity) != quantity:
                        raise SimulationError(
                            f"record: '{quantity.name}' is made in different ways, by two recorders or two membranes"
                        )
        return found

    def _fitted(self) -> list[list[tuple[Recorder | None, Context]]]:
        """For every recorder, what is left of it in each membrane: some of them have not all channels."""
        return [[(_fitted(r, context), context) for context in self.contexts] for r in self.recorders]

    @property
    def gates(self) -> int:
        """How many states after V have to be sampled."""
        wanted = {p for own in self._fitted() for r, c in own if r is not None for p in r.traced(c)}
        return max(len(c.system.states) for c in self.contexts) - 1 if wanted - {"V"} else 0

    @property
    def watch(self) -> tuple[tuple[float, float, float], ...]:
        """Extremes and means, recorder by recorder; the same in every membrane."""
        found = []
        for own in self._fitted():
            recorder, context = next((r, c) for r, c in own if r is not None)
            for watcher in recorder.watchers(context):
                if watcher.file not in WATCHED:
                    raise SimulationError(f"record: {type(recorder).__name__} watches cells; it cannot watch a fibre")
                state, *settings = watcher.settings
                if state != 0:
                    raise SimulationError(
                        f"record: {type(recorder).__name__} of a gate; on a fibre or a tree it is there for V, "
                        "and any gate can be traced"
                    )
                found.append((1.0, 0.0, settings[0]) if len(settings) == 1 else (0.0, settings[0], settings[1]))
        return tuple(found)

    def wanted(self, compartments: NDArray[np.int64], threshold: float, n: int) -> Wanted:
        """What the march has to keep."""
        a = self.asked
        traced = any(isinstance(r, Trace) or (r is not None and r.traced(c)) for own in self._fitted() for r, c in own)
        samples = a.samples if traced else 0
        return Wanted(compartments, samples, a.every, self.gates, threshold, CROSSINGS * n, self.watch)


def sights(asked: Journey, recorders: Sequence[Recorder], parts: Compartments) -> Sights:
    """Recorders on a fibre or a tree that is cut like this; an error if they cannot be."""
    contexts = tuple(Context(system(m.cell), asked.duration, asked.every) for m in parts.membranes)
    made = Sights(asked, tuple(recorders), contexts)
    known = {o.path for c in contexts for o in c.system.observables}
    for recorder in recorders:
        for path in (*_names(recorder),):
            if path not in known and path != "all":
                raise PathError(f"record: '{path}' is known to no membrane here; {nearest(path, known)}")
    made.quantities()
    _ = made.watch
    return made


def _names(recorder: Recorder) -> tuple[str, ...]:
    return recorder.variables if isinstance(recorder, (Trace, Final)) else ()


def _fitted(recorder: Recorder, context: Context) -> Recorder | None:
    if not _names(recorder):
        return recorder
    known = {o.path for o in context.system.observables} | {s.path for s in context.system.states} | {"all"}
    kept = [path for path in _names(recorder) if path in known]
    if not kept:
        return None
    return Trace(*kept) if isinstance(recorder, Trace) else Final(tuple(kept))


def seen_at_places(
    look: Sights, march: March, travellers: Sequence[Traveller], compartments: NDArray[np.int64],
    crossings: Sequence[tuple[NDArray[np.int64], Array]],
) -> list[dict[str, Any]]:  # fmt: skip
    """The values of all quantities at the places of each variant, (places, ...).

    Parameters
    ----------
    look : Sights
    march : March
        That has come to its end.
    travellers : sequence of Traveller
        The variants that marched.
    compartments : array of int
        Those that were recorded.
    crossings : sequence of (array of int, array)
        Of each variant: compartments and times.
    """
    found: list[dict[str, Any]] = []
    quantities = look.quantities()
    state = march.state
    for v, traveller in enumerate(travellers):
        layout = traveller.layout
        times, count = _by_compartment(*crossings[v], compartments)
        low, high = np.searchsorted(compartments, layout.low), np.searchsorted(compartments, layout.high)
        differ = count[low] != count[high]
        values: dict[str, Any] = {}
        for membrane, context in zip(layout.parts.membranes, look.contexts, strict=True):
            mine = np.flatnonzero(np.isin(compartments, membrane.members))
            if not len(mine):
                continue
            states = context.system.states
            traces = {"V": march.trace[:, v, mine].T} if len(march.trace) else {}
            for j, path in enumerate(s.path for s in states[1:]):
                if j < march.deep.shape[3]:
                    traces[path] = march.deep[:, v, mine, j].T
            rows = np.searchsorted(membrane.members, compartments[mine])
            seen = Seen(
                context, times[mine], count[mine], state[: len(states), v, compartments[mine]].T, (), traces,
                np.full(len(mine), traveller.onset), membrane.parameters[rows],
            )  # fmt: skip
            at = 0
            for recorder in look.recorders:
                fitted = _fitted(recorder, context)
                watchers = len(recorder.watchers(context)) if fitted is not None else 0
                watched = tuple(march.memo[at : at + watchers, v, mine])
                at += watchers
                if fitted is None:
                    continue
                for name, part in fitted.reduce(replace(seen, watched=watched)).items():
                    part = np.asarray(part)
                    if name not in values:
                        shape = (len(compartments), *part.shape[1:])
                        kind = np.int64 if quantities[name].integer else np.float64
                        values[name] = np.full(shape, quantities[name].fill, dtype=kind)
                    values[name] = _put(values[name], mine, part)
        steps = differ if any(r.needs_spikes for r in look.recorders) else np.zeros(len(low), dtype=bool)
        found.append(
            {
                name: between(part, low, high, layout.fraction, steps & (name in _of_spikes(look)))
                for name, part in values.items()
            }
        )
    return found


def _of_spikes(look: Sights) -> set[str]:
    return {
        q.name
        for own in look._fitted()
        for r, c in own
        if r is not None and r.needs_spikes
        for q in r.quantities(c)
    }  # fmt: skip


def _put(target: Any, rows: NDArray[np.int64], part: Any) -> Any:
    """Put values into their rows; a wider array if there are more spikes than before."""
    if target.ndim > 1 and part.shape[1] > target.shape[1]:
        wider = np.full((len(target), part.shape[1]), np.nan)
        wider[:, : target.shape[1]] = target
        target = wider
    if target.ndim > 1:
        target[rows, : part.shape[1]] = part
    else:
        target[rows] = part
    return target


def _by_compartment(
    compartment: NDArray[np.int64], time: Array, wanted: NDArray[np.int64]
) -> tuple[Array, NDArray[np.int64]]:
    """Crossings, in the order of time, as a table (wanted, most) and how many each has."""
    row = np.searchsorted(wanted, compartment)
    row = np.where(row < len(wanted), row, 0)
    mine = wanted[row] == compartment if len(wanted) else np.zeros(len(row), dtype=bool)
    row, time = row[mine], time[mine]
    order = np.argsort(row, kind="stable")
    row, time = row[order], time[order]
    count = np.bincount(row, minlength=len(wanted))
    place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    table = np.full((len(wanted), int(count.max(initial=0))), np.nan)
    table[row, place] = time
    return table, count


def between(
    values: Any, low: NDArray[np.int64], high: NDArray[np.int64], fraction: Array, stepwise: NDArray[np.bool_]
) -> Any:
    """Values at places from those in the compartments on either side; whole numbers are those of the nearer one."""
    share = np.where(stepwise, np.where(fraction < 0.5, 0.0, 1.0), fraction)
    if values.dtype.kind == "i":
        return values[np.where(share < 0.5, low, high)]
    a = values[low]
    if not share.any():
        return a
    share = share.reshape(-1, *[1] * (a.ndim - 1))
    return np.where(share == 0, a, np.where(share == 1, values[high], a + share * (values[high] - a)))
