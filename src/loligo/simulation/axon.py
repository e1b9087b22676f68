"""Runs of a cable: from a fibre to arrays over its compartments, the march, and V(x, t) as a Dataset."""

from __future__ import annotations

import json
import math
import time as clock
import warnings
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoWarning, SimulationError
from ..model.cable import Cable
from ..model.stimulus import Stimulus
from ..numerics import cable as solver
from ..system import system
from ..units import number
from .protocol import lower, terms_of
from .rest import initial_state, parameter_values
from .settings import MOST_SAMPLES, late, positive

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
CHUNK = 4096  # steps between two looks at what else is to be done
DEFAULT_DT = 0.01  # ms
MOST_PLACES = 1000  # recorded unless asked otherwise


@dataclass(frozen=True)
class Fibre:
    """A cable as arrays over its compartments.

    Attributes
    ----------
    x : array (n)
        Middles of the compartments, µm.
    area : array (n)
        µm².
    capacitance : array (n)
        nF.
    between : array (n + 1)
        Conductance across each face, µS; at the two ends that to the outside, 0 where sealed.
    outside : (float, float)
        V beyond the ends, mV.
    parameters : array (n, parameters)
        Of the membrane.
    uniform : bool
        Are they the same everywhere?
    """

    x: Array
    area: Array
    capacitance: Array
    between: Array
    outside: tuple[float, float]
    parameters: Array
    uniform: bool


def fibre(cable: Cable) -> Fibre:
    """Cut a cable into compartments: frusta of cones."""
    n, dx = cable.n, cable.dx
    x: Array = (np.arange(n) + 0.5) * np.float64(dx)
    if callable(cable.diameter):
        faces = np.array([cable.diameter_at(float(v)) for v in np.arange(n + 1) * dx])
        middle = np.array([cable.diameter_at(float(v)) for v in x])
    else:
        faces, middle = np.full(n + 1, cable.diameter), np.full(n, cable.diameter)
    slant = np.hypot(dx, 0.5 * np.diff(faces))
    area: Array = 0.5 * math.pi * (faces[:-1] + faces[1:]) * slant
    cut = 25.0 * math.pi / cable.Ra  # µS: pi d1 d2 / (4 Ra L), with diameters and length in µm, Ra in Ω·cm
    between = np.zeros(n + 1)
    between[1:-1] = cut * middle[:-1] * middle[1:] / dx
    ends = (cable.left, cable.right)
    for face, end, near in ((0, ends[0], middle[0]), (n, ends[1], middle[-1])):
        if end != "sealed":
            between[face] = cut * faces[face] * near / (0.5 * dx)
    outside = tuple(0.0 if isinstance(end, str) else end for end in ends)
    values = np.tile(np.array(parameter_values(cable.cell)), (n, 1))
    paths = list(cable.cell.parameters)
    for path, law in cable.densities:
        values[:, paths.index(path)] = [number(law(float(v)), "1", f"densities '{path}' at x = {v:g} µm") for v in x]
    capacitance = values[:, paths.index("capacitance")] * area * 1e-5  # µF/cm² µm² = 1e-8 µF = 1e-5 nF
    return Fibre(x, area, capacitance, between, (outside[0], outside[1]), values, not cable.densities)


def start_of(cable: Cable, parts: Fibre, wanted: Any) -> Array:
    """The states of all compartments to begin with, (states, n): the resting state of the whole fibre."""
    if cable.cell.events:
        raise SimulationError(
            f"{cable.cell.name}: synapses driven by spike times do not work on a cable yet; take the times away"
        )
    whole = system(cable.cell)
    state = initial_state(cable.cell, wanted)
    found = np.tile(np.array([[state[s.path]] for s in whole.states]), (1, len(parts.x)))
    plain = parts.uniform and not parts.between[0] and not parts.between[-1]
    if wanted != "rest" or plain:
        return found
    return _settle(cable, parts, found)


def _settle(cable: Cable, parts: Fibre, found: Array) -> Array:
    """Newton's method on the steady state of a fibre that is not the same everywhere."""
    from ..numerics.arrays import array_function

    whole = system(cable.cell)
    if set(whole.steady) != {s.symbol for s in whole.states[1:]}:
        raise SimulationError("initial: the steady state of this membrane does not follow from V; give initial values")
    v = whole.states[0].symbol
    drift = whole.derivatives[0].xreplace(whole.steady)
    blank = [0.0] * (len(whole.states) - 1)
    formula = array_function(whole, (drift,))
    steady = array_function(whole, tuple(whole.steady[s.symbol] for s in whole.states[1:]))
    columns = parts.parameters.T
    V = found[0].copy()
    if v in drift.free_symbols:
        for _ in range(50):
            small = 1e-5
            here = np.broadcast_to(formula([V, *blank], 0.0, columns)[0], V.shape)
            up = np.broadcast_to(formula([V + small, *blank], 0.0, columns)[0], V.shape)
            down = np.broadcast_to(formula([V - small, *blank], 0.0, columns)[0], V.shape)
            padded = np.concatenate([[parts.outside[0]], V, [parts.outside[1]]])
            flow = np.diff(parts.between * np.diff(padded))
            slope = np.maximum(-(up - down) / (2 * small), 1e-9)
            diagonal = parts.capacitance * slope + parts.between[:-1] + parts.between[1:]
            step = tridiagonal(diagonal, parts.between[1:-1], parts.capacitance * here + flow)
            V += np.clip(step, -20, 20)
            if np.abs(step).max() < 1e-9:
                break
        else:
            warnings.warn(
                "the resting state of the fibre was not found; it starts near it", LoligoWarning, stacklevel=5
            )
    gates = steady([V, *blank], 0.0, columns)
    return np.stack([V, *(np.broadcast_to(x, V.shape) for x in gates)])


def tridiagonal(diagonal: Array, beside: Array, right: Array) -> Array:
    """Solve ``-beside[i-1] x[i-1] + diagonal[i] x[i] - beside[i] x[i+1] = right[i]`` by cyclic reduction."""
    n = len(diagonal)
    low, high = np.concatenate([[0.0], beside]), np.concatenate([beside, [0.0]])
    d, r = diagonal.astype(float), right.astype(float)
    apart = 1

    def shifted(values: Array, by: int, blank: float) -> Array:
        moved = np.full(n, blank)
        if by > 0:
            moved[:-by] = values[by:]
        else:
            moved[-by:] = values[:by]
        return moved

    while apart < n:
        alpha, beta = low / shifted(d, -apart, 1.0), high / shifted(d, apart, 1.0)
        d = d - alpha * shifted(high, -apart, 0.0) - beta * shifted(low, apart, 0.0)
        r = r + alpha * shifted(r, -apart, 0.0) + beta * shifted(r, apart, 0.0)
        low, high = alpha * shifted(low, -apart, 0.0), beta * shifted(high, apart, 0.0)
        apart *= 2
    solved: Array = r / d
    return solved


class March:
    """A cable on its way. `advance` may be called as often as one likes.

    Attributes
    ----------
    events : list of (int, float)
        Compartment and time (ms) of every upward crossing of the threshold.
    """

    def __init__(self, cable: Cable, start: Array, parts: Fibre, recorded: NDArray[np.int64], samples: int,
                 every: float, threshold: float, most_events: int) -> None:  # fmt: skip
        whole = system(cable.cell)
        self.f, self.g, numbers, self.lanes = solver.physics(whole)
        n = len(parts.x)
        m, self.place = solver.places(n, solver.COLUMNS)
        self.places, self.states = m * solver.COLUMNS, len(whole.states)
        self.b = solver.block()
        last = np.full(self.places, n - 1)
        last[self.place] = np.arange(n)  # places that are left over repeat the last compartment, on their own
        y = start[:, last]
        self.y = np.ascontiguousarray(np.concatenate([y[:1], y[:1], y[1:]]))
        derived = numbers.derive(parts.parameters if not parts.uniform else parts.parameters[:1])
        self.numbers, self.rows = numbers.constants, derived.shape[1]
        self.q = np.ascontiguousarray(derived[last if not parts.uniform else np.zeros_like(last)].T)
        table = np.zeros((4, self.places))
        table[0] = parts.capacitance[last]
        table[1, self.place] = np.concatenate([parts.between[1:-1], [0.0]])
        table[2, self.place] = parts.between[:-1] + parts.between[1:]
        table[3, self.place[0]] += parts.between[0] * parts.outside[0]
        table[3, self.place[-1]] += parts.between[-1] * parts.outside[1]
        self.table = table
        self.carry = np.zeros(9 * solver.COLUMNS)
        links = np.zeros(solver.COLUMNS)
        for column in range(1, solver.COLUMNS):
            if column * m < n:
                links[column] = parts.between[column * m]
        self.carry[7 * solver.COLUMNS : 8 * solver.COLUMNS] = links
        self.work, self.older = np.zeros(5 * self.places), self.y[0].copy()
        self.whole = not parts.uniform
        self.recorded = self.place[recorded].astype(np.int64)
        self.trace = np.full((samples, len(recorded)), np.nan)
        self.every, self.threshold, self.sample = every, threshold, 0
        self.event = np.zeros((max(most_events, 1), 2))
        self.most, self.count, self.steps = most_events, 0, 0
        self.place_of_source = np.zeros(1, dtype=np.int64)
        self.weight = np.zeros(1)

    def advance(self, t: float, h: float, current: Array, fresh: bool, closing: bool) -> None:
        """Steps of length h from time t; `current` (steps, sources) in nA at their middles."""
        shape = np.array(
            [self.places, self.lanes, self.states, self.rows if self.whole else -self.rows, len(current), fresh,
             closing, current.shape[1], len(self.recorded), self.sample, len(self.trace), 0, self.count, self.most,
             0, 0], dtype=np.int64)  # fmt: skip
        setting = np.array([t, h, self.every, self.threshold])
        tables = [
            self.b, self.numbers, self.y, self.q, self.table, self.work, self.carry, np.ascontiguousarray(current),
            self.place_of_source, self.weight, shape, setting, self.recorded, self.trace, self.weight, self.older,
            self.event, np.zeros(1, dtype=np.uint8),
        ]  # fmt: skip
        solver.solver()(self.f, self.g, tables)
        self.sample, self.count = int(shape[9]), int(shape[12])
        self.steps += len(current)

    @property
    def V(self) -> Array:
        """V of all compartments now, mV."""
        now: Array = self.y[0, self.place]
        return now


def sources_of(cable: Cable, stimulus: Stimulus | None, parts: Fibre) -> list[tuple[Stimulus, list[tuple[int, float]]]]:
    """Each stimulus with the compartments it reaches: the two beside its electrode, by the rule of the lever."""
    found = []
    for term in terms_of(stimulus):
        at = getattr(term, "at", 0.0)
        if not 0 <= at <= cable.length:
            raise SimulationError(
                f"at: {at:g} µm is off the cable; give a place between 0 and {cable.length:g} µm for the electrode"
            )
        beside = at / cable.dx - 0.5
        first = min(max(math.floor(beside), 0), cable.n - 1)
        second, part = min(first + 1, cable.n - 1), min(max(beside - first, 0.0), 1.0)
        found.append((term, [(first, 1.0 - part), (second, part)] if part else [(first, 1.0)]))
    return found


def simulate_cable(
    cable: Cable,
    stimulus: Stimulus | None = None,
    *,
    duration: Any,
    dt: Any = None,
    every: Any = 0.025,
    record: Any = None,
    where: Any = None,
    initial: Any = "rest",
    spike_threshold: Any = None,
) -> xr.Dataset:
    """Run a cable; see `simulate`."""
    import xarray as xr

    began = clock.perf_counter()
    if record not in (None, "V", ["V"], ("V",)):
        raise SimulationError(f"record: {record!r}; of a cable V is recorded, at the places that where= names")
    length, apart = positive(duration, "duration"), positive(every, "every")
    step = positive(DEFAULT_DT if dt is None else dt, "dt")
    given = cable.cell.spike_threshold if spike_threshold is None else spike_threshold
    threshold = number(given, "mV", "spike_threshold")
    notes = (*_coarse(cable), *late(stimulus, length))
    parts = fibre(cable)
    x, first, part = _places(cable, where)
    needed, back = np.unique(np.concatenate([first, np.minimum(first + 1, cable.n - 1)]), return_inverse=True)
    samples = math.floor(length / apart * (1 + 1e-12) + 1e-9) + 1
    if samples * len(needed) > MOST_SAMPLES:
        raise SimulationError(f"every: {samples} samples at {len(x)} places would not fit in memory; use a longer one")
    start = start_of(cable, parts, initial)
    march = March(cable, start, parts, needed, samples, apart, threshold, 64 * cable.n)
    run(cable, march, stimulus, parts, length, step)
    low, high = march.trace[:, back[: len(x)]], march.trace[:, back[len(x) :]]
    V = low + part * (high - low)
    broken = not np.isfinite(march.V).all()
    if broken:
        notes = (*notes, "V is no longer a number; use a smaller dt")
    for text in notes:
        warnings.warn(text, LoligoWarning, stacklevel=3)
    arrival, crossings = _arrivals(march, cable.n)
    attributes = {
        "kind": "axon", **_provenance(cable), "stimulus": repr(stimulus) if stimulus is not None else "none",
        "duration": length, "every": apart, "method": "staggered", "dt": step, "steps": march.steps,
        "spike_threshold": threshold, "status": notes[-1] if broken else "done", "warnings": "; ".join(notes),
        "seconds": clock.perf_counter() - began,
        "units": json.dumps({"length": "µm", "diameter": "µm", "Ra": "Ω·cm", "dx": "µm", "dt": "ms", "every": "ms",
                             "duration": "ms", "celsius": "°C", "spike_threshold": "mV", "seconds": "s"}),
    }  # fmt: skip
    middles = {"units": "µm", "long_name": "distance along the fibre"}
    return xr.Dataset(
        {
            "V": (("time", "x"), V, {"units": "mV", "long_name": "membrane potential", "kind": "voltage"}),
            "arrival": ("compartment", arrival, {"units": "ms", "long_name": "first upward crossing of the threshold"}),
            "crossings": ("compartment", crossings, {"units": "1", "long_name": "number of upward crossings"}),
        },
        coords={
            "time": ("time", np.arange(samples) * apart, {"units": "ms", "long_name": "time"}),
            "x": ("x", x, middles),
            "x_compartment": ("compartment", parts.x, {**middles, "long_name": "middles of the compartments"}),
        },
        attrs=attributes,
    )


def run(cable: Cable, march: March, stimulus: Stimulus | None, parts: Fibre, duration: float, dt: float) -> None:
    """March to the end; every kink and jump of a stimulus is the end of a step."""
    sources = sources_of(cable, stimulus, parts)
    inputs = [lower(term, duration, dt) for term, _ in sources]
    row = [k for k, (_, reached) in enumerate(sources) for _ in reached]
    march.place_of_source = march.place[[c for _, reached in sources for c, _ in reached] or [0]].astype(np.int64)
    march.weight = np.array([w for _, reached in sources for _, w in reached] or [0.0])
    times = np.unique(np.concatenate([[0.0, duration], *(p.times for p in inputs)]))
    for begin, end in pairwise(times):
        steps = max(1, math.ceil((end - begin) / dt * (1 - 1e-9)))
        h = (end - begin) / steps
        for first in range(0, steps, CHUNK):
            count = min(CHUNK, steps - first)
            middles = begin + (first + np.arange(count) + 0.5) * h
            current = np.stack([inputs[k](middles) for k in row], axis=1) if row else np.zeros((count, 0))
            march.advance(begin + first * h, h, current, first == 0, first + count == steps)


def _places(cable: Cable, where: Any) -> tuple[Array, NDArray[np.int64], Array]:
    """Where V is recorded: places, the compartment before each, and how far it is from there to the next."""
    if where is None:
        rows = np.unique(np.linspace(0, cable.n - 1, min(cable.n, MOST_PLACES)).round().astype(np.int64))
        middles: Array = (rows + 0.5) * np.float64(cable.dx)
        return middles, rows, np.zeros(len(rows))
    x = np.atleast_1d(np.asarray(where, dtype=float))
    off = x[~((x >= 0) & (x <= cable.length))]
    if len(off):
        raise SimulationError(f"where: {off[0]:g} µm is off the cable; give places between 0 and {cable.length:g} µm")
    beside = x / cable.dx - 0.5
    first = np.clip(np.floor(beside).astype(np.int64), 0, max(cable.n - 2, 0))
    return x, first, beside - first if cable.n > 1 else np.zeros(len(x))


def _arrivals(march: March, n: int) -> tuple[Array, NDArray[np.int64]]:
    number_of = np.full(march.places, -1)
    number_of[march.place] = np.arange(n)
    arrival, crossings = np.full(n, np.nan), np.zeros(n, dtype=np.int64)
    for where, time in march.event[: min(march.count, march.most)]:
        compartment = number_of[int(where)]
        if compartment >= 0:
            crossings[compartment] += 1
            if np.isnan(arrival[compartment]):
                arrival[compartment] = time
    return arrival, crossings


def _coarse(cable: Cable) -> tuple[str, ...]:
    wanted = cable.automatic_dx
    passive = not any(channel.gates for channel in cable.cell.channels)
    if cable.n == 1 or passive or cable.dx <= 3.2 * wanted:
        return ()
    better = math.ceil(cable.length / wanted)
    return (f"dx = {cable.dx:g} µm is too coarse for an impulse in this membrane; use n={better} (dx='auto') or more",)


def _provenance(cable: Cable) -> dict[str, Any]:
    from .dataset import _provenance as of_cell

    wide = math.nan if callable(cable.diameter) else cable.diameter
    own = {"length": cable.length, "diameter": wide, "Ra": cable.Ra, "n": cable.n, "dx": cable.dx}
    return {**of_cell(cable.cell), **own, "left": str(cable.left), "right": str(cable.right)}
