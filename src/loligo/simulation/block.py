"""What a sweep computes at a time: some of its variants, from the numbers that vary to the quantities that are kept.

A block depends on nothing but its arguments, so that it may run in any thread, process or machine, in any order.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError, LoligoWarning, SimulationError
from ..model.amplifier import Amplifier
from ..model.cell import Cell
from ..model.clamp import VoltageClamp
from ..numerics import batch
from ..numerics.lanes.columns import UNFINISHED
from ..system import system
from .amplifier import Trial, respond, rig
from .inputs import lower_each
from .protocol import terms_of
from .recorders import Quantity, Recorder, Seen, Trace
from .recorders.base import Context
from .rest import parameter_values
from .run import run
from .settings import Settings
from .starts import starts

Array = NDArray[np.float64]
NOT_RUN, FINE, FAILED, INVALID = -1, 0, 1, 2
MEANING = {NOT_RUN: "not run", FINE: "done", FAILED: "blew up", INVALID: "invalid numbers, or nowhere to begin"}


@dataclass(frozen=True)
class Study:
    """What all variants of a sweep have in common; `patience` as of `batch.Task`."""

    settings: Settings
    recorders: tuple[Recorder, ...]
    patience: float = 1.0

    @property
    def context(self) -> Context:
        """What recorders may know."""
        s = self.settings
        whole = rig(s.cell, s.clamp)[0] if isinstance(s.clamp, Amplifier) else system(s.cell)
        return Context(whole, s.duration, s.every)

    def quantities(self) -> dict[str, Quantity]:
        """The variables of the result, by name."""
        found: dict[str, Quantity] = {}
        for recorder in self.recorders:
            if self.settings.clamp is not None and not isinstance(recorder, Trace):
                raise SimulationError(
                    f"record: {type(recorder).__name__} makes no sense under a voltage clamp; "
                    "record traces, such as 'Na.I'"
                )
            for quantity in recorder.quantities(self.context):
                if quantity.name in found and quantity != found[quantity.name]:
                    raise SimulationError(f"record: two recorders make '{quantity.name}' in different ways; keep one")
                found[quantity.name] = quantity
        extra = (("time", self.settings.samples),)
        if isinstance(self.settings.clamp, Amplifier):
            for o in self.context.system.observables:
                if o.kind == "electrode" or o.path == "V_measured":
                    found[o.path] = Quantity(o.path, o.unit, o.description, extra, attrs={"kind": o.kind})
        elif self.settings.clamp is not None:
            found["I_clamp"] = Quantity("I_clamp", "µA/cm²", "current of the clamp, ionic part", extra)
        return found


@dataclass(frozen=True)
class Block:
    """Results of some variants.

    Attributes
    ----------
    values : dict of str to array (variants, ...)
    status : array of int (variants)
        One of NOT_RUN, FINE, FAILED, INVALID.
    remarks : dict of str to int
        What is to be said, of how many variants.
    failure : str
        When the first one blew up, and which state first; or nothing.
    steps : int
    """

    values: dict[str, Any]
    status: NDArray[np.int8]
    remarks: dict[str, int]
    failure: str
    steps: int


def compute(study: Study, varied: Mapping[str, Array], count: int, stop: batch.Stop | None = None) -> Block:
    """Run some variants.

    Parameters
    ----------
    study : Study
    varied : mapping of str to array (count)
        The numbers that vary, by path.
    count : int
    stop : Stop, optional
        To end early.
    """
    if isinstance(study.settings.clamp, Amplifier):
        return _amplified(study, varied, count, stop)
    if study.settings.clamp is not None:
        return _clamped(study, varied, count, stop)
    s, cell, context = study.settings, study.settings.cell, study.context
    parameters, valid = _parameters(study, varied, count)
    of_stimulus = {path: v for path, v in varied.items() if path.startswith("stimulus.") or path == "seed"}
    inputs, sound = lower_each(s.stimulus, of_stimulus, count, s.duration, None if s.adaptive else s.dt)
    first = {path.removeprefix("initial."): v for path, v in varied.items() if path.startswith("initial.")}
    valid &= sound & _initial_values(context, first)
    status = np.where(valid, NOT_RUN, INVALID).astype(np.int8)
    remarks: dict[str, int] = {}
    initial = np.full((count, len(context.system.states)), np.nan)
    good = np.flatnonzero(valid)
    if len(good):
        begins, found, remarks = starts(cell, parameters[good], s.initial, {p: v[good] for p, v in first.items()})
        initial[good] = begins
        status[good[~found]] = INVALID
        good = good[found]
    values = {q.name: nothing(q, count) for q in study.quantities().values()}
    if not len(good):
        return Block(values, status, remarks, "", 0)
    task = _task(study, inputs, good, initial, parameters)
    result = batch.run(task, stop or batch.Stop())
    unfinished = np.where(result.status == UNFINISHED, NOT_RUN, FINE)
    status[good] = np.where(result.failed, FAILED, unfinished).astype(np.int8)
    done = status[good] == FINE
    seen = _seen(study, result, good, done, varied, parameters)
    for recorder, own in zip(study.recorders, _shares(study, result.watched), strict=True):
        for name, found_values in recorder.reduce(replace(seen, watched=tuple(w[done] for w in own))).items():
            values[name] = put(values[name], good[done], np.asarray(found_values))
    return Block(values, status, {**remarks, **_hidden(task, result)}, _failure(study, result), int(result.steps.sum()))


def _task(study: Study, inputs: batch.Inputs, good: NDArray[np.int64], initial: Array, parameters: Array) -> batch.Task:
    s, context = study.settings, study.context
    places = _traced(study)
    return batch.Task(
        context.system,
        s.method,
        s.adaptive,
        initial[good],
        parameters[good],
        np.full(len(good), s.control),
        replace(inputs, offset=inputs.offset[good]),
        places,
        s.every,
        s.samples if places else 0,
        s.criterion if any(r.needs_spikes for r in study.recorders) else None,
        [w for r in study.recorders for w in r.watchers(context)],
        s.precision,
        s.device,
        s.cell.events,
        patience=study.patience,
    )


def _traced(study: Study) -> list[int]:
    """Indices of the states that are sampled."""
    names = {name for recorder in study.recorders for name in recorder.traced(study.context)}
    return [i for i, state in enumerate(study.context.system.states) if state.path in names]


def _shares(study: Study, watched: tuple[Array, ...]) -> list[tuple[Array, ...]]:
    """What the watchers remember, by recorder."""
    shares, at = [], 0
    for recorder in study.recorders:
        number = len(recorder.watchers(study.context))
        shares.append(watched[at : at + number])
        at += number
    return shares


def _seen(
    study: Study,
    result: batch.Batch,
    good: NDArray[np.int64],
    done: NDArray[np.bool_],
    varied: Mapping[str, Array],
    parameters: Array,
) -> Seen:
    states = study.context.system.states
    traces = {states[j].path: result.trace[done, row] for row, j in enumerate(_traced(study))}
    onset = _onset(study, varied, len(parameters))[good][done]
    kept = result.spikes[done][:, : max(int(result.count.max(initial=0)), 0)]
    return Seen(study.context, kept, result.count[done], result.final[done], (), traces, onset, parameters[good][done])


def nothing(quantity: Quantity, count: int) -> Any:
    """Room for a quantity of some variants, that says "none" everywhere."""
    shape = (count, *(1 if name == "spike" else length for name, length in quantity.extra))
    return np.full(shape, quantity.fill, dtype=np.int64 if quantity.integer else np.float64)


def put(target: Any, rows: NDArray[np.int64], found: Any) -> Any:
    """Put what was found into its rows; returns the array, a wider one if there are more spikes than before."""
    if target.ndim == 1:
        target[rows] = found
        return target
    width = found.shape[-1]
    if width > target.shape[-1]:
        wider = np.full((*target.shape[:-1], width), np.nan)
        wider[..., : target.shape[-1]] = target
        target = wider
    target[rows, ..., :width] = found
    return target


def _parameters(study: Study, varied: Mapping[str, Array], count: int) -> tuple[Array, NDArray[np.bool_]]:
    """Parameters of every variant, and which of them make sense."""
    cell = study.settings.cell
    values = np.tile(np.array(parameter_values(cell)), (count, 1))
    valid = np.ones(count, dtype=bool)
    for column, (path, parameter) in enumerate(cell.parameters.items()):
        if path in varied:
            values[:, column] = varied[path]
            low, high = parameter.bounds
            valid &= np.isfinite(varied[path]) & (varied[path] >= low) & (varied[path] <= high)
    return values, valid


def _initial_values(context: Context, first: Mapping[str, Array]) -> NDArray[np.bool_]:
    """Which initial values make sense."""
    kinds = {state.path: state.kind for state in context.system.states}
    valid: NDArray[np.bool_] = np.ones((), dtype=bool)
    for path, value in first.items():
        valid = valid & np.isfinite(value)
        if kinds[path] == "gate":
            valid = valid & (value >= 0) & (value <= 1)
    return valid


def _onset(study: Study, varied: Mapping[str, Array], count: int) -> Array:
    """When the stimulus of each variant begins, ms."""
    begins = []
    for place, term in enumerate(terms_of(study.settings.stimulus)):
        plain = term.times[0] if hasattr(term, "times") else getattr(term, "start", 0.0)
        value = varied.get(f"stimulus.{place}.start", varied.get("stimulus.start", plain))
        begins.append(np.broadcast_to(np.asarray(value, dtype=float), count))
    return np.min(begins, axis=0) if begins else np.zeros(count)


def _hidden(task: batch.Task, result: batch.Batch) -> dict[str, int]:
    """Upstrokes that a fixed threshold does not count."""
    missed = int(np.count_nonzero(result.missed))
    if task.criterion is None or not missed:
        return {}
    c = task.criterion
    text = f"upstrokes of at least {c.watch:g} mV that end below the spike threshold of {c.threshold:g} mV: not counted"
    return {text: missed}


def _failure(study: Study, result: batch.Batch) -> str:
    broken = np.flatnonzero(result.failed)
    if not len(broken):
        return ""
    first = broken[np.argmin(result.end[broken])]
    if result.endless[first]:
        return f"the first at {result.end[first]:.4g} ms, where it would have needed endlessly short steps"
    culprit = study.context.system.states[max(int(result.culprit[first]), 0)].path
    return f"the first at {result.end[first]:.4g} ms, {culprit} first"


def _clamped(study: Study, varied: Mapping[str, Array], count: int, stop: batch.Stop | None) -> Block:
    """Variants under a voltage clamp, one after another: each is solved in closed form."""
    s = study.settings
    assert isinstance(s.clamp, VoltageClamp)
    quantities = study.quantities()
    values = {q.name: nothing(q, count) for q in quantities.values()}
    status = np.full(count, NOT_RUN, dtype=np.int8)
    for i in range(count):
        if stop:
            break
        numbers = {path: float(v[i]) for path, v in varied.items()}
        cell, clamp, begin = _changed(s.cell, s.clamp, numbers)
        if cell is None:
            status[i] = INVALID
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", LoligoWarning)
                done = run(
                    cell,
                    clamp=clamp,
                    duration=s.duration,
                    record=[n for n in quantities if n != "I_clamp"],
                    every=s.every,
                    method=s.method.name,
                    tolerance=s.tolerance,
                    dt=None if math.isnan(s.dt) else s.dt,
                    initial=begin or s.initial,
                    estimate_error=False,
                )
        except LoligoError:
            status[i] = INVALID
            continue
        for name in quantities:
            values[name][i] = done.values[name]
        status[i] = FINE if done.status == "done" else FAILED
    return Block(values, status, {}, "", 0)


def _amplified(study: Study, varied: Mapping[str, Array], count: int, stop: batch.Stop | None) -> Block:
    """Variants behind an amplifier, side by side."""
    s, quantities = study.settings, study.quantities()
    assert isinstance(s.clamp, Amplifier)
    values = {q.name: nothing(q, count) for q in quantities.values()}
    status = np.full(count, INVALID, dtype=np.int8)
    trials, rows = [], []
    for i in range(count):
        numbers = {path: float(v[i]) for path, v in varied.items()}
        cell, clamp, begin = _changed(s.cell, s.clamp, numbers)
        if cell is not None and isinstance(clamp, Amplifier):
            trials.append(Trial(cell, clamp, begin or s.initial))
            rows.append(i)
    if not trials:
        return Block(values, status, {}, "", 0)
    recorded = {name: study.context.system.observable(name) for name in quantities}
    done = respond(
        trials, recorded, s.duration, s.every, s.method, s.adaptive, [s.control] * len(trials), stop
    )  # fmt: skip
    good = np.array(rows)
    broken = np.array([bool(note) for note in done.notes]) | done.batch.failed
    status[good] = np.where(broken, FAILED, np.where(done.batch.status == UNFINISHED, NOT_RUN, FINE))
    for name in quantities:
        values[name][good] = done.values[name]
    remarks = Counter(text for text in (*done.notes, *done.remarks) if text)
    return Block(values, status, dict(remarks), "", int(done.batch.steps.sum()))


def _changed(
    cell: Cell, clamp: VoltageClamp, numbers: Mapping[str, float]
) -> tuple[Cell | None, VoltageClamp | None, dict[str, float]]:
    """Cell, clamp and initial values of one variant; None where its numbers make no sense."""
    begin = {p[8:]: v for p, v in numbers.items() if p.startswith("initial.")}
    try:
        changed = cell.with_({p: v for p, v in numbers.items() if p in cell.parameters})
        return changed, clamp.with_(**{p[6:]: v for p, v in numbers.items() if p.startswith("clamp.")}), begin
    except LoligoError:
        return None, None, begin
