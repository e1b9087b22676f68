"""Plan and carry out one run, and say how wrong it is."""

from __future__ import annotations

import math
import time
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoWarning, SimulationError
from ..model.cell import Cell
from ..model.clamp import VoltageClamp
from ..model.stimulus import Noise, Stimulus, Sum
from ..numerics import batch, kernel
from ..numerics.arrays import array_function
from ..numerics.lanes.columns import BLOWN_UP
from ..system import Observable, System, system
from ..units import number
from . import clamp as voltage_clamp
from .protocol import Protocol, lower
from .rest import initial_state, parameter_values, steady_at

Array = NDArray[np.float64]
MOST_SAMPLES = 50_000_000
# The companion of an adaptive run has this part of its tolerance; factors by which a difference is multiplied before it
# is stated as an error; least error of a spike time claimed, ms per unit of tolerance (benchmarks/error_estimate.py).
FINER, CAUTION, CAUTION_FIXED, SHARPEST = 0.03, 5.0, 2.5, 0.2
LEAST_ERROR_V, LEAST_ERROR_TIME = 1e-9, 1e-10  # mV, ms: rounding; no smaller error is claimed


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
    clamp: VoltageClamp | None
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
    clamp: VoltageClamp | None = None,
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
) -> Run:
    """Run one cell; see `simulate`."""
    began = time.perf_counter()
    _check_kinds(cell, stimulus, clamp)
    length, step = _positive(duration, "duration"), _positive(every, "every")
    chosen = kernel.method(method)
    accuracy = number(tolerance, "1", "tolerance")
    if not 1e-13 <= accuracy <= 0.1:
        raise SimulationError(f"tolerance: {accuracy:g}; give a value between 1e-13 and 0.1 (the default is 1e-6)")
    size = math.nan if dt is None else _positive(dt, "dt")
    if method == "auto" and dt is not None:
        raise SimulationError("dt: method 'auto' chooses its own steps; give tolerance=, or method='rk4' with dt")
    if not chosen.adaptive and dt is None:
        raise SimulationError(f"dt: method '{chosen.name}' needs a step; give dt=0.01 (ms), say, or method='auto'")
    samples = math.floor(length / step * (1 + 1e-12) + 1e-9) + 1
    if samples > MOST_SAMPLES:
        raise SimulationError(f"every: {samples} samples of {step:g} ms would not fit in memory; use a longer interval")
    if seed is not None and stimulus is not None:
        stimulus = _reseeded(stimulus, seed)
    whole = system(cell)
    recorded = wanted(whole, record, clamp is not None)
    notes = _late(stimulus if clamp is None else clamp, length)
    grid: Array = np.arange(samples) * np.float64(step)
    criterion = batch.Criterion(
        number(cell.spike_threshold if spike_threshold is None else spike_threshold, "mV", "spike_threshold"),
        _positive(spike_rise, "spike_rise", "mV"),
    )
    source = stimulus if clamp is None else clamp
    protocol = lower(source, length, None if dt is None else size)
    plan = _Plan(cell, whole, protocol, protocol(grid), chosen, accuracy, size, grid, step, estimate_error)
    if clamp is None:
        start = initial_state(cell, initial)
        found = _current_clamp(plan, start, recorded, criterion)
    else:
        start = _clamped_start(cell, initial, clamp)
        found = _voltage_clamp(plan, start, recorded)
    notes += found.notes
    for text in notes:
        warnings.warn(text, LoligoWarning, stacklevel=3)
    return Run(
        cell, stimulus, clamp, length, step, found.method, accuracy, size, criterion, start, grid, plan.input,
        found.values, recorded, found.spikes, found.steps, found.rejected, found.error_V, found.error_spikes,
        found.status, time.perf_counter() - began, notes,
    )  # fmt: skip


@dataclass(frozen=True)
class _Plan:
    cell: Cell
    system: System
    protocol: Protocol
    input: Array
    method: kernel.Method
    tolerance: float
    dt: float
    grid: Array
    every: float
    estimate: bool

    @property
    def adaptive(self) -> bool:
        """Does the method choose its steps?"""
        return math.isnan(self.dt)


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


def _current_clamp(
    plan: _Plan, start: dict[str, float], recorded: dict[str, Observable], criterion: batch.Criterion
) -> _Found:
    whole = plan.system
    needed = _needed(whole, recorded)
    result = _integrate(plan, whole, [start[s.path] for s in whole.states], needed, criterion)
    broken = result.status[0] == BLOWN_UP
    errors = (math.inf, math.inf) if broken else _errors(plan, result, needed)
    states = {j: result.trace[0, row] for row, j in enumerate(needed)}
    values = _observe(plan, whole, states, plan.input, recorded)
    notes = _failure(plan, whole, result) if broken else _hidden(result, criterion) + _unsure(plan, errors)
    status = notes[0] if broken else "done"
    return _Found(
        values,
        result.spikes[0, : result.count[0]],
        int(result.steps[0]),
        int(result.rejected[0]),
        *errors,
        status,
        plan.method.name,
        notes,
    )


def _voltage_clamp(plan: _Plan, start: dict[str, float], recorded: dict[str, Observable]) -> _Found:
    whole, held = plan.system, plan.system.clamped
    command = plan.input
    notes: tuple[str, ...] = ()
    error, steps, rejected, name = LEAST_ERROR_V, 0, 0, "exact"
    status = "done"
    if voltage_clamp.solvable(held) and plan.protocol.steps:
        gates = voltage_clamp.solve(held, parameter_values(plan.cell), plan.protocol, start, plan.grid)
    else:
        every_gate = list(range(len(held.states)))
        result = _integrate(plan, held, [start[s.path] for s in held.states], every_gate, None)
        gates = {s.path: result.trace[0, row] for row, s in enumerate(held.states)}
        steps, rejected, name = int(result.steps[0]), int(result.rejected[0]), plan.method.name
        error = math.nan
        notes = _failure(plan, held, result) if result.status[0] == BLOWN_UP else ()
        status = notes[0] if notes else "done"
    states = {0: command, **{j: gates[s.path] for j, s in enumerate(whole.states) if j > 0}}
    values = _observe(plan, whole, states, command, recorded)
    return _Found(values, np.empty(0), steps, rejected, error, 0.0, status, name, notes)


def _integrate(
    plan: _Plan, what: System, start: list[float], record: list[int], criterion: batch.Criterion | None
) -> batch.Batch:
    """The run and, in a second lane, a companion with another tolerance or step, to compare it with."""
    variants = 2 if plan.estimate else 1
    if plan.adaptive:
        control = np.array([plan.tolerance, plan.tolerance * FINER])
    else:
        control = np.array([plan.dt, plan.dt / 2])
    p = plan.protocol
    return batch.run(
        batch.Task(
            what,
            plan.method,
            plan.adaptive,
            np.tile(np.array(start), (variants, 1)),
            np.tile(np.array(parameter_values(plan.cell)), (variants, 1)),
            control[:variants],
            batch.Inputs.shared(p.segments, p.waves, variants),
            record,
            plan.every,
            len(plan.grid),
            criterion,
        )
    )


def _errors(plan: _Plan, result: batch.Batch, needed: list[int]) -> tuple[float, float]:
    """Estimated error of V and of the spike times, from the difference between the run and its companion.

    A fixed step h of order p is compared with h / 2: the difference is 1 - 2^-p of the error. An adaptive run is
    compared with one of 0.03 times its tolerance. Where stability rather than accuracy limits the step, the errors of
    the two vary and may partly cancel in the difference; `CAUTION` makes up for that.
    """
    if not plan.estimate:
        return math.nan, math.nan
    row = needed.index(0)
    difference = float(np.nanmax(np.abs(result.trace[0, row] - result.trace[1, row]), initial=0.0))
    fine, coarse = (times[:n] for times, n in zip(result.spikes, result.count, strict=True))
    shift = float(np.max(np.abs(fine - coarse), initial=0.0)) if len(fine) == len(coarse) else math.inf
    factor = CAUTION if plan.adaptive else CAUTION_FIXED / (1 - 0.5**plan.method.order)
    sharpest = SHARPEST * plan.tolerance if plan.adaptive and len(fine) else 0.0
    return max(factor * difference, LEAST_ERROR_V), max(factor * shift, sharpest, LEAST_ERROR_TIME)


def _observe(
    plan: _Plan, whole: System, states: dict[int, Array], value: Array, recorded: dict[str, Observable]
) -> dict[str, Array]:
    plain = {whole.states[j].symbol: trace for j, trace in states.items()}
    formulas = {path: o.formula for path, o in recorded.items() if o.formula not in plain}
    values = {path: plain[o.formula] for path, o in recorded.items() if o.formula in plain}
    if formulas:
        arguments = [states.get(j, np.zeros(1)) for j in range(len(whole.states))]
        found = array_function(whole, tuple(formulas.values()))(arguments, value, parameter_values(plan.cell))
        values.update({path: np.array(f) for path, f in zip(formulas, found, strict=True)})
    return {path: values[path] for path in recorded}


def wanted(whole: System, record: Any, clamped: bool) -> dict[str, Observable]:
    """What is to be recorded: V always, then what was asked for.

    Parameters
    ----------
    record : "all", path, or sequence of paths
        "all" is every gate, current and conductance.
    """
    if isinstance(record, str) and record == "all":
        paths = [o.path for o in whole.observables if o.kind in ("voltage", "gate", "current", "conductance")]
    else:
        paths = [record] if isinstance(record, str) else list(record)
    found = {o.path: o for o in (whole.observable(p) for p in ["V", *map(str, paths)])}
    if clamped:
        total = sum(o.formula for o in whole.observables if o.kind == "current")
        found["I_clamp"] = Observable("I_clamp", total, "µA/cm²", "current", "current of the clamp, ionic part")
    return found


def _needed(whole: System, recorded: dict[str, Observable]) -> list[int]:
    """Indices of the states that the recorded quantities depend on; V always."""
    used = {s for o in recorded.values() for s in o.formula.free_symbols}
    return [j for j, v in enumerate(whole.states) if j == 0 or v.symbol in used]


def _clamped_start(cell: Cell, initial: Any, clamp: VoltageClamp) -> dict[str, float]:
    held = clamp.step if clamp.start == 0 else clamp.hold
    start = steady_at(cell, clamp.hold)
    if not (isinstance(initial, str) and initial == "rest"):
        start = {**start, **initial_state(cell, {"V": clamp.hold, **dict(initial)})}
    return {**start, "V": held}


def _check_kinds(cell: Any, stimulus: Any, clamp: Any) -> None:
    if not isinstance(cell, Cell):
        raise SimulationError(f"simulate needs a cell, such as loligo.cells.squid(), not {cell!r}")
    if stimulus is not None and not isinstance(stimulus, Stimulus):
        hint = "; a voltage clamp is given as clamp=" if isinstance(stimulus, VoltageClamp) else ""
        raise SimulationError(f"stimulus: {stimulus!r} is not a stimulus such as loligo.Step(10, start=5){hint}")
    if clamp is not None and not isinstance(clamp, VoltageClamp):
        raise SimulationError(
            f"clamp: {clamp!r} is not a voltage clamp; use loligo.VoltageClamp(hold=, step=, start=, stop=)"
        )
    if clamp is not None and stimulus is not None:
        raise SimulationError("clamp: no current can be applied to a clamped membrane; give a stimulus or a clamp")


def _positive(value: Any, name: str, unit: str = "ms") -> float:
    given = number(value, unit, name)
    if given <= 0:
        raise SimulationError(f"{name}: {given:g} {unit}; give a positive value")
    return given


def _reseeded(stimulus: Stimulus, seed: int) -> Stimulus:
    terms = stimulus.terms if isinstance(stimulus, Sum) else (stimulus,)
    if not any(isinstance(t, Noise) for t in terms):
        raise SimulationError("seed: the stimulus has no noise to seed")
    count = 0
    changed: list[Stimulus] = []
    for term in terms:
        if isinstance(term, Noise):
            term = term.with_(seed=seed + count)
            count += 1
        changed.append(term)
    return changed[0] if len(changed) == 1 else Sum(tuple(changed))


def _late(source: Stimulus | VoltageClamp | None, duration: float) -> tuple[str, ...]:
    terms = source.terms if isinstance(source, Sum) else () if source is None else (source,)
    begins = [(min(p.start for p in term.pieces()), type(term).__name__) for term in terms]
    return tuple(
        f"the {name} begins at {start:g} ms, after the run ends at {duration:g} ms"
        for start, name in begins
        if start >= duration
    )


def _failure(plan: _Plan, what: System, result: batch.Batch) -> tuple[str, ...]:
    when, who = float(result.end[0]), int(result.culprit[0])
    name = what.states[who].path if who >= 0 else what.states[0].path
    if plan.adaptive:
        cause = "no step is small enough: the equations themselves diverge; look for a conductance of the wrong sign"
    else:
        cause = f"the step of {plan.dt:g} ms is too long for '{plan.method.name}'; use a shorter one, or method='auto'"
    return (f"the run blew up at {when:.4g} ms, {name} first: {cause}",)


def _hidden(result: batch.Batch, criterion: batch.Criterion) -> tuple[str, ...]:
    missed = int(result.missed[0])
    if missed == 0:
        return ()
    peak = float(result.missed_peak[0])
    many = f"{missed} upstrokes" if missed > 1 else "1 upstroke"
    return (
        f"{many} of at least {criterion.watch:g} mV did not reach the spike threshold of {criterion.threshold:g} mV "
        f"(the lowest peaked at {peak:.1f} mV) and {'were' if missed > 1 else 'was'} not counted; "
        f"spike_threshold={math.floor(peak) - 5:d} would count them",
    )


def _unsure(plan: _Plan, errors: tuple[float, float]) -> tuple[str, ...]:
    if not math.isinf(errors[1]):
        return ()
    finer = "a smaller tolerance" if plan.adaptive else "a shorter dt"
    return (f"the number of spikes changes with the accuracy of the run: do not rely on it; use {finer}",)
