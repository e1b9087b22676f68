"""Runs of a cell behind an amplifier and a series resistance: what is integrated, where it begins, what is recorded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError, SimulationError
from ..model.amplifier import Amplifier
from ..model.cell import Cell
from ..numerics import batch, kernel
from ..numerics.arrays import array_function
from ..system import Observable, System, amplified, system
from .protocol import lower
from .rest import beginning, bisect, parameter_values
from .steady import Steady

Array = NDArray[np.float64]
PER_AREA = 1e-5  # nA for each µm² of µA/cm²
REACH, POINTS = 200.0, 4001  # mV around the holding potential in which the membrane's own is looked for
BESSEL = ("amplifier.fast1", "amplifier.q1", "amplifier.fast2", "amplifier.q2")


@dataclass(frozen=True)
class Trial:
    """One cell behind one amplifier."""

    cell: Cell
    clamp: Amplifier
    initial: Any = "rest"


@dataclass(frozen=True)
class Response:
    """What trials gave.

    Attributes
    ----------
    begins : list of list of float
        The state in which each trial begins.
    values : dict of str to array (trials, samples)
    notes : tuple of str
        What is wrong with each trial; empty where nothing is.
    remarks : tuple of str
        What is to be said of it all the same.
    """

    system: System
    begins: list[list[float]]
    values: dict[str, Array]
    batch: batch.Batch
    notes: tuple[str, ...]
    remarks: tuple[str, ...]


def scale(cell: Cell, clamp: Amplifier) -> float:
    """How many nA at the electrode are one unit of the cell's own currents.

    Raises
    ------
    SimulationError
        If the cell's currents are per area, and nobody says how large it is.
    """
    if cell.absolute:
        return 1e-3
    area = cell.area if clamp.area is None else clamp.area
    if area is None:
        raise SimulationError(
            f"area: the currents of {cell.name} are per area; say how large the membrane is that the electrode clamps: "
            "Amplifier(..., area=1257), in µm²"
        )
    return area * PER_AREA


def rig(cell: Cell, clamp: Amplifier) -> tuple[System, tuple[float, ...]]:
    """The System of a cell behind an amplifier, and the values of its parameters."""
    whole = amplified(system(cell), clamp.filter is not None)
    per_nA = scale(cell, clamp)
    left = clamp.pipette_capacitance * (1 - clamp.neutralised / 100)
    corner = 2 * math.pi * (clamp.filter or 1.0)
    percent = (clamp.prediction / 100, clamp.correction / 100, clamp.cancelled / 100)
    loop, lag = 1 / (2 * math.pi * clamp.bandwidth), clamp.lag * 1e-3
    own = (per_nA, clamp.series_resistance, left * 1e-3, *percent, loop, lag, corner, *bessel())
    return whole, (*parameter_values(cell), *own)


@lru_cache(maxsize=1)
def bessel() -> tuple[float, float, float, float]:
    """Frequency and quality of the two sections of a four-pole Bessel low-pass filter of corner 1 (-3 dB).

    From the roots of the reverse Bessel polynomial, s^4 + 10 s^3 + 45 s^2 + 105 s + 105.
    """
    polynomial = np.array([1.0, 10.0, 45.0, 105.0, 105.0])
    low, high = 1.0, 4.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if abs(np.polyval(polynomial, 1j * middle)) < math.sqrt(2) * 105 else (low, middle)
    poles = np.roots(polynomial) / low
    found: list[float] = []
    for pole in sorted((s for s in poles if s.imag > 0), key=abs):
        found += [abs(pole), abs(pole) / (-2 * pole.real)]
    return found[0], found[1], found[2], found[3]


def holding(trial: Trial, whole: System, values: tuple[float, ...]) -> list[float]:
    """The state in which everything stands still under the holding potential: V is nearest to it."""
    cell, clamp = trial.cell, trial.clamp
    rest = _membrane(cell, clamp)
    flow = _ionic(cell, rest) * scale(cell, clamp)
    amplifier = {
        "V_pipette": rest["V"] + clamp.series_resistance * flow,
        "amplifier.V": clamp.hold,
        "amplifier.I": flow,
    }
    amplifier.update({"amplifier.y1": flow, "amplifier.y2": flow, "amplifier.z1": 0.0, "amplifier.z2": 0.0})
    if not (isinstance(trial.initial, str) and trial.initial == "rest"):
        given = beginning(cell, {"V": rest["V"], **dict(trial.initial)})[0]
        rest.update({path: given[path] for path in dict(trial.initial)})
    state = {**amplifier, **rest}
    return [state[v.path] for v in whole.states]


def _membrane(cell: Cell, clamp: Amplifier) -> dict[str, float]:
    """The membrane's steady state: where its current times what is left of the series resistance is hold - V."""
    steady, left = Steady(cell, 0.0), clamp.series_resistance * (1 - clamp.correction / 100) * scale(cell, clamp)
    capacitance = cell.capacitance.value

    def out_of_balance(v: Array) -> Array:
        found: Array = (clamp.hold - v) + left * capacitance * steady.drift(v)[0]
        return found

    grid = clamp.hold + np.linspace(-REACH, REACH, POINTS)
    f = out_of_balance(grid)
    changes = np.flatnonzero(np.isfinite(f[:-1]) & np.isfinite(f[1:]) & (f[:-1] * f[1:] <= 0))
    if not len(changes):
        raise SimulationError(
            f"hold: at {clamp.hold:g} mV the current of {cell.name} through {clamp.series_resistance:g} MΩ would need "
            f"more than {REACH:g} mV; give a smaller series_resistance or area"
        )
    at = changes[np.argmin(np.abs(grid[changes] - clamp.hold))]
    v = bisect(out_of_balance, grid[at : at + 1], grid[at + 1 : at + 2], np.array([f[at] < f[at + 1]]))
    states = steady.drift(v)[1]
    return {s.path: float(x[0]) for s, x in zip(steady.system.states, states, strict=True)}


def _ionic(cell: Cell, state: Mapping[str, float]) -> float:
    whole = system(cell)
    formulas = tuple(o.formula for o in whole.observables if o.kind == "current")
    found = array_function(whole, formulas)([state[v.path] for v in whole.states], 0.0, parameter_values(cell))
    return float(sum(float(x) for x in found))


def growth(whole: System, state: Sequence[float], command: float, values: Sequence[float]) -> float:
    """The largest real part of the eigenvalues of the whole circuit at a state, 1/ms; 0 if that is rounding."""
    count = len(state)
    step = np.array([1e-4 if v.unit == "mV" else 1e-6 for v in whole.states])
    shifted = np.array(state)[:, None] + np.concatenate([np.diag(step), -np.diag(step)], axis=1)
    f = np.array(array_function(whole, whole.derivatives)(list(shifted), command, values))
    eigenvalues = np.linalg.eigvals((f[:, :count] - f[:, count:]) / (2 * step))
    largest = float(eigenvalues.real.max())
    return largest if largest > 1e-6 * float(np.abs(eigenvalues).max()) else 0.0


def judged(trial: Trial, whole: System, values: tuple[float, ...], state: Sequence[float]) -> tuple[str, str]:
    """Whether the amplifier is unstable, which is the end, or the membrane not held, which is to be said."""
    clamp = trial.clamp
    fast = growth(whole, state, clamp.hold, values)
    if fast == 0.0:
        return "", ""
    place = [p.path for p in whole.parameters].index("amplifier.correction")
    bare = (*values[:place], 0.0, *values[place + 1 :])
    if growth(whole, state, clamp.hold, bare) == 0.0:
        return (
            f"the amplifier is unstable: at {clamp.hold:g} mV, with {clamp.correction:g} % of the series resistance "
            f"corrected, its potential grows e-fold every {1e3 / fast:.3g} µs; use less correction, neutralise more of "
            f"the pipette capacitance ({clamp.neutralised:g} %), or a longer lag"
        ), ""
    return "", (
        f"the membrane is not held at {clamp.hold:g} mV: its inward current grows faster than the current through "
        f"{clamp.series_resistance:g} MΩ can follow; use a smaller series_resistance or more correction"
    )


def respond(
    trials: Sequence[Trial],
    recorded: Mapping[str, Observable],
    duration: float,
    every: float,
    method: kernel.Method,
    adaptive: bool,
    controls: Sequence[float],
    stop: batch.Stop | None = None,
) -> Response:
    """Run trials side by side; cells of one structure, amplifiers all with a filter or all without."""
    rigs = [rig(t.cell, t.clamp) for t in trials]
    whole = rigs[0][0]
    if any(other is not whole for other, _ in rigs):
        raise LoligoError("these trials differ in structure: in their channels, or in having a filter")
    found_before: dict[Any, tuple[list[float], tuple[str, str]]] = {}  # trials may differ in nothing but their steps
    keys = [(own, t.clamp.hold, id(t.initial)) for t, (_, own) in zip(trials, rigs, strict=True)]
    for t, key in zip(trials, keys, strict=True):
        if key not in found_before:
            begin = holding(t, whole, key[0])
            found_before[key] = begin, judged(t, whole, key[0], begin)
    begins, verdicts = [found_before[key][0] for key in keys], [found_before[key][1] for key in keys]
    used = {s for o in recorded.values() for s in o.formula.free_symbols}
    kept = [j for j, v in enumerate(whole.states) if j == 0 or v.symbol in used]
    protocols = [lower(t.clamp, duration) for t in trials]
    ends = np.cumsum([len(p.segments) for p in protocols])
    first = ends - [len(p.segments) for p in protocols]
    offset = np.stack([first, ends, np.zeros_like(ends), np.zeros_like(ends)], axis=1).astype(np.int64)
    inputs = batch.Inputs(np.concatenate([p.segments for p in protocols]), np.zeros((0, 6)), offset)
    parameters = np.array([values for _, values in rigs])
    for i, (problem, _) in enumerate(verdicts):
        if problem:  # idles, with nothing fed back
            parameters[i, [p.path for p in whole.parameters].index("amplifier.correction")] = 0.0
    samples = math.floor(duration / every * (1 + 1e-12) + 1e-9) + 1
    task = batch.Task(
        whole, method, adaptive, np.array(begins), parameters, np.array(controls), inputs, kept, every, samples, None,
        events=trials[0].cell.events,
    )  # fmt: skip
    done = batch.run(task, stop)
    grid = np.arange(samples) * np.float64(every)
    command = np.array([p(grid) for p in protocols])
    states: list[Any] = [np.zeros((1, 1))] * len(whole.states)
    for row, j in enumerate(kept):
        states[j] = done.trace[:, row]
    found = array_function(whole, tuple(o.formula for o in recorded.values()))(
        states, command, [column[:, None] for column in parameters.T]
    )
    values = {path: np.array(np.broadcast_to(f, command.shape)) for path, f in zip(recorded, found, strict=True)}
    if "I_measured" in values:
        values["I_measured"] = np.array(
            [measured(t.clamp, x, every) for t, x in zip(trials, values["I_measured"], strict=True)]
        )
    for i, (problem, _) in enumerate(verdicts):
        if problem:
            for trace in values.values():
                trace[i] = np.nan
    return Response(whole, begins, values, done, tuple(v[0] for v in verdicts), tuple(v[1] for v in verdicts))


def measured(clamp: Amplifier, current: Array, every: float) -> Array:
    """A current as it is sampled, with its noise; held between samples."""
    stride = 1
    if clamp.sampling is not None:
        stride = round(clamp.sampling / every)
        if stride < 1 or abs(stride * every - clamp.sampling) > 1e-9 * clamp.sampling:
            raise SimulationError(
                f"sampling: {clamp.sampling:g} ms is not a multiple of the run's own interval, every={every:g} ms"
            )
    sampled = current[::stride]
    if clamp.noise > 0:
        sampled = sampled + 1e-3 * clamp.noise * _noise(clamp, len(sampled), stride * every)
    return np.asarray(np.repeat(sampled, stride)[: len(current)])


def _noise(clamp: Amplifier, count: int, interval: float) -> Array:
    """White noise of unit variance behind the filter, sampled exactly; white as it is without one.

    The filter is linear: between samples its state x goes to F x and a Gaussian part of covariance P - F P F', where P
    is the stationary covariance, the solution of A P + P A' = -b b'.
    """
    draws = np.random.Generator(np.random.Philox(clamp.seed))
    if clamp.filter is None:
        return draws.standard_normal(count)
    first, q1, second, q2 = (x * (1.0 if i % 2 else 2 * math.pi * clamp.filter) for i, x in enumerate(bessel()))
    a = np.array([
        [0, first, 0, 0],
        [-first, -first / q1, 0, 0],
        [0, 0, 0, second],
        [second, 0, -second, -second / q2],
    ])  # fmt: skip
    b = np.array([0, first, 0, 0])
    poles, modes = np.linalg.eig(a)
    back = np.linalg.inv(modes)
    drive = back @ b
    spread = (modes @ (-np.outer(drive, drive) / (poles[:, None] + poles[None, :])) @ modes.T).real
    onward = ((modes * np.exp(poles * interval)) @ back).real
    fresh = _root(spread - onward @ spread @ onward.T)
    x = _root(spread) @ draws.standard_normal(4)
    kicks = draws.standard_normal((count, 4)) @ fresh.T
    out = np.empty(count)
    for i in range(count):
        out[i] = x[2]
        x = onward @ x + kicks[i]
    return out / math.sqrt(spread[2, 2])


def _root(covariance: Array) -> Array:
    """A matrix whose product with its own transpose is this one, which may lack rank."""
    values, vectors = np.linalg.eigh(0.5 * (covariance + covariance.T))
    found: Array = vectors * np.sqrt(np.maximum(values, 0.0))
    return found
