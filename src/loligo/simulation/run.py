"""Plan and carry out one run, and say how wrong it is."""

from __future__ import annotations

import math
import time
import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoWarning
from ..model.amplifier import Amplifier
from ..model.cell import Cell
from ..model.clamp import VoltageClamp
from ..model.dynamic import DynamicClamp
from ..model.stimulus import Stimulus
from ..model.switched import SwitchedClamp
from ..numerics import batch
from ..system import Observable, System, system
from . import clamp as voltage_clamp
from .accuracy import LEAST_ERROR_V, companions, stated_error
from .amplifier import Trial, respond, rig
from .inputs import reseeded
from .phases import Switching, phased
from .protocol import Protocol, lower
from .recorded import behind_amplifier, in_phases, needed, observe, wanted
from .rest import beginning, initial_state, parameter_values, steady_at
from .settings import Clamp, Settings, late, settings

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Run:
    """What a run gave, in plain arrays.

    Attributes
    ----------
    cell : Cell
    time : array (samples)
        ms.
    values : dict of str to array (samples)
        Recorded quantities by path.
    recorded : dict of str to Observable
        What they are.
    spike_times : array
        ms.
    error_V, error_spikes : float
        Estimated error of V (mV) and of the spike times (ms); NaN if not estimated.
    status : str
        "done", or what went wrong.
    """

    cell: Cell
    stimulus: Stimulus | None
    clamp: Clamp | None
    duration: float
    every: float
    method: str
    tolerance: float
    dt: float
    criterion: batch.Criterion
    initial: dict[str, float]
    time: Array
    input: Array
    values: dict[str, Array]
    recorded: dict[str, Observable]
    spike_times: Array
    steps: int
    rejected: int
    error_V: float
    error_spikes: float
    status: str
    seconds: float
    notes: tuple[str, ...]


def run(
    cell: Cell,
    stimulus: Stimulus | None = None,
    *,
    duration: Any,
    clamp: Clamp | None = None,
    record: Any = ("V",),
    every: Any = 0.025,
    method: str = "auto",
    tolerance: Any = 1e-6,
    dt: Any = None,
    initial: Any = "rest",
    seed: int | None = None,
    spike_threshold: Any = None,
    spike_rise: Any = 10.0,
    estimate_error: bool = True,
    stop: batch.Stop | None = None,
) -> Run:
    """Run one cell; see `simulate`. `stop` ends it early, from another thread; its status is then ``"stopped"``."""
    began = time.perf_counter()
    s = settings(
        cell, stimulus, clamp, duration, every, method, tolerance, dt, initial, spike_threshold, spike_rise
    )  # fmt: skip
    if seed is not None and stimulus is not None:
        s = replace(s, stimulus=reseeded(stimulus, seed))
    whole = system(cell)
    source = clamp if isinstance(clamp, VoltageClamp) else s.stimulus
    notes = late(source, s.duration)
    grid = s.grid
    protocol = lower(source, s.duration, None if s.adaptive else s.dt)
    plan = _Plan(s, whole, protocol, protocol(grid), grid, estimate_error, stop)
    if clamp is None:
        recorded = wanted(whole, record, False)
        start, said = beginning(cell, initial)
        notes += (said,) if said else ()
        found = _current_clamp(plan, start, recorded)
    elif isinstance(clamp, Amplifier):
        recorded = behind_amplifier(rig(cell, clamp)[0], record)
        start, found = _amplifier(plan, Trial(cell, clamp, initial), recorded)
    elif isinstance(clamp, Switching):
        start, recorded, found = _in_phases(plan, clamp, record)
    else:
        recorded = wanted(whole, record, True)
        start = _clamped_start(cell, initial, clamp)
        found = _voltage_clamp(plan, start, recorded)
    notes += found.notes
    for text in notes:
        warnings.warn(text, LoligoWarning, stacklevel=3)
    return Run(
        cell, s.stimulus, clamp, s.duration, s.every, found.method, s.tolerance, s.dt, s.criterion, start, grid,
        plan.input, found.values, recorded, found.spikes, found.steps, found.rejected, found.error_V,
        found.error_spikes, found.status, time.perf_counter() - began, notes,
    )  # fmt: skip


@dataclass(frozen=True)
class _Plan:
    settings: Settings
    system: System
    protocol: Protocol
    input: Array
    grid: Array
    estimate: bool
    stop: batch.Stop | None


@dataclass(frozen=True)
class _Found:
    values: dict[str, Array]
    spikes: Array
    steps: int
    rejected: int
    error_V: float
    error_spikes: float
    status: str
    method: str
    notes: tuple[str, ...]


def _current_clamp(plan: _Plan, start: dict[str, float], recorded: dict[str, Observable]) -> _Found:
    whole = plan.system
    rows = needed(whole, recorded)
    result = _integrate(plan, whole, [start[s.path] for s in whole.states], rows, plan.settings.criterion)
    broken = bool(result.failed[0])
    errors = (math.inf, math.inf) if broken else _errors(plan, result, rows)
    states = {j: result.trace[0, row] for row, j in enumerate(rows)}
    values = observe(parameter_values(plan.settings.cell), whole, states, plan.input, recorded)
    notes = (
        _failure(plan, whole, result) if broken else _hidden(result, plan.settings.criterion) + _unsure(plan, errors)
    )
    status = notes[0] if broken else "stopped" if plan.stop else "done"
    return _Found(
        values,
        result.spikes[0, : result.count[0]],
        int(result.steps[0]),
        int(result.rejected[0]),
        *errors,
        status,
        plan.settings.method.name,
        notes,
    )


def _voltage_clamp(plan: _Plan, start: dict[str, float], recorded: dict[str, Observable]) -> _Found:
    whole, held = plan.system, plan.system.clamped
    command = plan.input
    notes: tuple[str, ...] = ()
    error, steps, rejected, name = LEAST_ERROR_V, 0, 0, "exact"
    status = "done"
    if not held.states:  # no gate and no pool: the current follows the command at once
        gates: dict[str, NDArray[np.float64]] = {}
    elif voltage_clamp.solvable(held) and plan.protocol.steps and not plan.settings.cell.events:
        gates, _ = voltage_clamp.solve(held, parameter_values(plan.settings.cell), plan.protocol, start, plan.grid)
    else:
        every_gate = list(range(len(held.states)))
        result = _integrate(plan, held, [start[s.path] for s in held.states], every_gate, None)
        gates = {s.path: result.trace[0, row] for row, s in enumerate(held.states)}
        steps, rejected, name = int(result.steps[0]), int(result.rejected[0]), plan.settings.method.name
        error = math.nan
        notes = _failure(plan, held, result) if result.failed[0] else ()
        status = notes[0] if notes else "stopped" if plan.stop else "done"
    states = {0: command, **{j: gates[s.path] for j, s in enumerate(whole.states) if j > 0}}
    values = observe(parameter_values(plan.settings.cell), whole, states, command, recorded)
    return _Found(values, np.empty(0), steps, rejected, error, 0.0, status, name, notes)


def _amplifier(plan: _Plan, trial: Trial, recorded: dict[str, Observable]) -> tuple[dict[str, float], _Found]:
    """The state under the holding potential, and the run that begins in it."""
    s = plan.settings
    others = companions(s.adaptive, s.control) if plan.estimate else ()
    controls = [s.control, *(c.control for c in others)]
    response = respond(
        [trial] * len(controls), recorded, s.duration, s.every, s.method, s.adaptive, controls, plan.stop
    )  # fmt: skip
    result, values = response.batch, {path: found[0] for path, found in response.values.items()}
    broken = bool(result.failed[0]) or bool(response.notes[0])
    notes = tuple(text for text in (response.notes[0], response.remarks[0]) if text)
    if result.failed[0]:
        notes += _failure(plan, response.system, result)
    error = math.inf if broken else math.nan
    if plan.estimate and not broken:
        pair, none = (response.values["V"][0], response.values["V"][1]), [np.empty(0)] * len(controls)
        error = stated_error(s.method, s.adaptive, s.control, pair, none)[0]
    status = notes[0] if broken else "stopped" if plan.stop else "done"
    steps, rejected = int(result.steps[0]), int(result.rejected[0])
    begin = dict(zip((v.path for v in response.system.states), response.begins[0], strict=True))
    return begin, _Found(values, np.empty(0), steps, rejected, error, 0.0, status, s.method.name, notes)


def _in_phases(
    plan: _Plan, clamp: SwitchedClamp | DynamicClamp, record: Any
) -> tuple[dict[str, float], dict[str, Observable], _Found]:
    """Where a run in phases begins, what is recorded of it, and what it gave."""
    s = plan.settings
    done = phased(s, clamp, plan.estimate, plan.stop)
    whole = system(done.cell)
    recorded = in_phases(whole, record, clamp)
    parameters = parameter_values(done.cell)
    states = dict(enumerate(done.traces[0]))
    known = {path: o for path, o in recorded.items() if path not in ("stimulus", "V_command")}
    values = observe(parameters, whole, states, done.input, known)
    if isinstance(clamp, DynamicClamp):
        virtual = f"{clamp.virtual.name}.I"
        on = (plan.grid >= clamp.start) & (plan.grid < clamp.stop)
        values[virtual] = np.where(on, clamp.factor * values[virtual], 0.0)
    else:
        values["I_clamp"] = np.where(done.held, values["I_clamp"], np.nan)
        values["stimulus"] = np.where(done.held, np.nan, done.input)
        values["V_command"] = np.where(done.held, done.input, np.nan)
    steps = sum(int(b.steps[0]) for _, b in done.batches)
    rejected = sum(int(b.rejected[0]) for _, b in done.batches)
    spikes = [np.array(times) for times in done.spikes]
    errors = (math.inf, math.inf) if done.failed else (math.nan, math.nan)
    if plan.estimate and not done.failed:
        pair = (done.traces[0, 0], done.traces[1, 0])
        errors = stated_error(s.method, s.adaptive, s.control, pair, spikes)
    if done.failed:
        notes = _failure(plan, *done.batches[-1])
    else:
        free = [b for _, b in done.batches if b.count.size]
        notes = tuple(dict.fromkeys(text for b in free for text in _hidden(b, s.criterion))) + _unsure(plan, errors)
    status = notes[0] if done.failed else "stopped" if plan.stop else "done"
    name = s.method.name if done.batches else "exact"
    values = {path: values[path] for path in recorded}
    return done.start, recorded, _Found(values, spikes[0], steps, rejected, *errors, status, name, notes)


def _integrate(
    plan: _Plan, what: System, start: list[float], record: list[int], criterion: batch.Criterion | None
) -> batch.Batch:
    """The run and, in other lanes, companions with other tolerances or steps, to compare it with."""
    mine = plan.settings.control
    others = companions(plan.settings.adaptive, mine) if plan.estimate else ()
    control = np.array([mine, *(c.control for c in others)])
    variants = len(control)
    p = plan.protocol
    return batch.run(
        batch.Task(
            what,
            plan.settings.method,
            plan.settings.adaptive,
            np.tile(np.array(start), (variants, 1)),
            np.tile(np.array(parameter_values(plan.settings.cell)), (variants, 1)),
            control,
            batch.Inputs.shared(p.segments, p.waves, variants),
            record,
            plan.settings.every,
            len(plan.grid),
            criterion,
            events=plan.settings.cell.events,
            traced=min(variants, 2),
        ),
        plan.stop,
    )


def _errors(plan: _Plan, result: batch.Batch, needed: list[int]) -> tuple[float, float]:
    """Estimated error of V and of the spike times; NaN where none is wanted."""
    if not plan.estimate:
        return math.nan, math.nan
    if result.failed.any():
        return math.inf, math.inf
    s, row = plan.settings, needed.index(0)
    spikes = [times[:n] for times, n in zip(result.spikes, result.count, strict=True)]
    return stated_error(s.method, s.adaptive, s.control, (result.trace[0, row], result.trace[1, row]), spikes)


def _clamped_start(cell: Cell, initial: Any, clamp: VoltageClamp) -> dict[str, float]:
    held = clamp.step if clamp.start == 0 else clamp.hold
    start = steady_at(cell, clamp.hold)
    if not (isinstance(initial, str) and initial == "rest"):
        start = {**start, **initial_state(cell, {"V": clamp.hold, **dict(initial)})}
    return {**start, "V": held}


def _failure(plan: _Plan, what: System, result: batch.Batch) -> tuple[str, ...]:
    when, who = float(result.end[0]), int(result.culprit[0])
    if result.endless[0]:
        return (
            f"the run was given up at {when:.4g} ms after {result.steps[0] + result.rejected[0]} steps, which had "
            "become endlessly short: something changes faster than steps can follow; look for a potential or a "
            "concentration far outside the range of the rates, and for its cause in the stimulus or the initial values",
        )
    name = what.states[who].path if who >= 0 else what.states[0].path
    if plan.settings.adaptive:
        cause = "no step is small enough: the equations themselves diverge; look for a conductance of the wrong sign"
    else:
        s = plan.settings
        cause = f"the step of {s.dt:g} ms is too long for '{s.method.name}'; use a shorter one, or method='auto'"
    return (f"the run blew up at {when:.4g} ms, {name} first: {cause}",)


def _hidden(result: batch.Batch, criterion: batch.Criterion) -> tuple[str, ...]:
    missed = int(result.missed[0])
    if missed == 0:
        return ()
    peak = float(result.missed_peak[0])
    many = f"{missed} upstrokes" if missed > 1 else "1 upstroke"
    not_counted = f"{'were' if missed > 1 else 'was'} not counted"
    if peak > criterion.threshold:  # V was above it all the time
        return (
            f"{many} of at least {criterion.watch:g} mV began above the spike threshold of {criterion.threshold:g} mV "
            f"and {not_counted}",
        )
    return (
        f"{many} of at least {criterion.watch:g} mV did not reach the spike threshold of {criterion.threshold:g} mV "
        f"(the lowest peaked at {peak:.1f} mV) and {not_counted}; "
        f"spike_threshold={math.floor(peak) - 5:d} would count them",
    )


def _unsure(plan: _Plan, errors: tuple[float, float]) -> tuple[str, ...]:
    if not math.isinf(errors[1]):
        return ()
    finer = "a smaller tolerance" if plan.settings.adaptive else "a shorter dt"
    return (f"the number of spikes changes with the accuracy of the run: do not rely on it; use {finer}",)
