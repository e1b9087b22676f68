"""What recorders make of a march: in the compartments beside every place, and from there at the places.

A recorder of a sweep of cells sees variants; here it sees compartments, in the same terms. What it finds in two
neighbours is a straight line in between, as V is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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

    def wanted(self, compartments: NDArray[np.int64], travellers: Sequence[Traveller]) -> Wanted:
        """What the march of some variants has to keep."""
        a = self.asked
        traced = any(isinstance(r, Trace) or (r is not None and r.traced(c)) for own in self._fitted() for r, c in own)
        samples = a.samples if traced else 0
        layouts = [one.layout for one in travellers]
        spots = tuple((one.low, one.high, one.fraction) for one in layouts) if self.watch else ()
        most = CROSSINGS * layouts[0].parts.n * len(layouts)
        return Wanted(compartments, samples, a.every, self.gates, travellers[0].threshold, most, self.watch, spots)


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
    state, of_spikes, found = march.state, _of_spikes(look), []
    for v, traveller in enumerate(travellers):
        layout = traveller.layout
        times, count = _by_compartment(*crossings[v], compartments)
        values: dict[str, Any] = {}
        for membrane, context in zip(layout.parts.membranes, look.contexts, strict=True):
            mine = np.flatnonzero(np.isin(compartments, membrane.members))
            if not len(mine):
                continue
            states = context.system.states
            traces = {"V": march.trace[:, v, mine].T}
            if march.wanted.gates:
                traces.update((s.path, march.deep[:, v, mine, j].T) for j, s in enumerate(states[1:]))
            rows = np.searchsorted(membrane.members, compartments[mine])
            seen = Seen(
                context, times[mine], count[mine], state[: len(states), v, compartments[mine]].T, (), traces,
                np.full(len(mine), traveller.onset), membrane.parameters[rows],
            )  # fmt: skip
            for recorder in look.recorders:
                fitted = _fitted(recorder, context)
                if fitted is not None and not recorder.watchers(context):
                    for name, part in fitted.reduce(seen).items():
                        values[name] = _put(values.get(name), len(compartments), mine, np.asarray(part))
        low, high = np.searchsorted(compartments, layout.low), np.searchsorted(compartments, layout.high)
        differ = count[low] != count[high]
        at_places = {
            name: between(part, low, high, layout.fraction, differ & (name in of_spikes))
            for name, part in values.items()
        }
        found.append({**at_places, **_watched(look, march, v)})
    return found


def _watched(look: Sights, march: March, v: int) -> dict[str, Any]:
    """Extremes and means, which the march kept at the places themselves."""
    nothing = np.zeros((march.memo.shape[2], 0))
    context, found, at = look.contexts[0], {}, 0
    for recorder in look.recorders:
        many = len(recorder.watchers(context))
        if many:
            memo = tuple(march.memo[at : at + many, v])
            seen = Seen(context, nothing, np.zeros(len(nothing), dtype=np.int64), nothing, memo, {}, nothing, nothing)
            found.update(recorder.reduce(seen))
            at += many
    return found


def _of_spikes(look: Sights) -> set[str]:
    """Quantities that follow from spike times, which neighbours may have different numbers of."""
    context = look.contexts[0]
    return {q.name for r in look.recorders if r.needs_spikes for q in r.quantities(context)}


def _put(target: Any, count: int, rows: NDArray[np.int64], part: Any) -> Any:
    """Put values into their rows of `count`; into a wider array if there are more spikes than before."""
    whole = part.dtype.kind in "iu"
    if target is None or part.shape[1:] > target.shape[1:]:
        wider = np.full((count, *part.shape[1:]), -1 if whole else np.nan, dtype=np.int64 if whole else np.float64)
        if target is not None:
            wider[:, : target.shape[1]] = target
        target = wider
    if part.ndim > 1:
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
