"""Lyapunov exponents: does a cell forget where it started?

The variational equations of the System are written out symbolically, compiled with it, and integrated together with
the cell; every few milliseconds the perturbations are made orthonormal again, and what they grew by is averaged
(Benettin, Galgani, Giorgilli & Strelcyn 1980, Meccanica 15:9-20).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import sympy

from ..model.cell import Cell
from ..model.stimulus import Stimulus
from ..simulation.protocol import lower
from ..simulation.rest import initial_state
from ..system import System, Variable
from ..units import number
from .field import Array, DynamicsError, equations
from .trajectories import integrate, piece


@dataclass(frozen=True)
class Lyapunov:
    """Lyapunov exponents of a run.

    Attributes
    ----------
    exponents : array (count)
        1/ms, the largest first. Positive: nearby trajectories part exponentially, the behaviour is chaotic. An
        autonomous cell that fires periodically has one exponent 0; under a periodic force it has none.
    uncertainty : array (count)
        Standard error, from the scatter over ten parts of the run.
    time : array (parts)
        ms.
    history : array (parts, count)
        The running averages.
    chaotic : bool
        Is the largest exponent positive by more than three standard errors, and by more than 1e-3/ms?
    """

    exponents: Array
    uncertainty: Array
    time: Array
    history: Array

    @property
    def chaotic(self) -> bool:
        """Do nearby trajectories part exponentially?"""
        return bool(self.exponents[0] > max(1e-3, 3 * self.uncertainty[0]))

    @property
    def doubling_time(self) -> float:
        """Time in which a small difference doubles, ms; negative where it halves."""
        return float(np.log(2) / self.exponents[0])


def lyapunov(
    cell: Cell,
    stimulus: Stimulus | None = None,
    *,
    count: int = 1,
    duration: Any = 5000.0,
    transient: Any = 500.0,
    every: Any = 5.0,
    initial: Any = "rest",
    tolerance: float = 1e-9,
) -> Lyapunov:
    """The largest Lyapunov exponents of a cell under a stimulus.

    Parameters
    ----------
    cell : Cell
    stimulus : Stimulus, optional
        Constant, or periodic for a forced cell.
    count : int
        How many exponents; at most the number of states.
    duration, transient : number
        Time to average over, and time before that to settle, ms.
    every : number
        Interval at which perturbations are made orthonormal, ms.
    initial : "rest" or mapping
        As in `loligo.simulate`.

    Examples
    --------
    >>> import loligo as lo
    >>> firing = lo.dynamics.lyapunov(lo.cells.squid(), lo.Step(10), duration=1000)
    >>> firing.chaotic
    False
    """
    if stimulus is not None and not isinstance(stimulus, Stimulus):
        raise DynamicsError(f"stimulus: {stimulus!r} is not a stimulus such as loligo.Sine(10, frequency=100)")
    length, settle, step = (
        number(value, "ms", name)
        for value, name in ((duration, "duration"), (transient, "transient"), (every, "every"))
    )
    if not (length > 0 and settle >= 0 and 0 < step <= length):
        raise DynamicsError("lyapunov: duration and every are positive, every is at most duration")
    whole = equations(cell)
    n = len(whole.states)
    if not 1 <= count <= n:
        raise DynamicsError(f"count={count!r}; {cell.name} has {n} exponents")
    extended = variational(whole, count)
    state = np.array(list(initial_state(cell, initial).values()))
    frame = np.linalg.qr(np.random.default_rng(0).normal(size=(n, count)))[0]
    protocol = lower(stimulus, settle + length)
    grown = []
    edges = np.concatenate([np.arange(0.0, settle, step), settle + np.arange(0.0, length + 0.5 * step, step)])
    for start, stop in pairwise(edges):
        if stop <= start:
            continue
        begin = np.concatenate([state, frame.T.ravel()])[None]
        done = integrate(extended, cell, begin, piece(protocol, start, stop), tolerance=tolerance)
        state, tangents = done.final[0, :n], done.final[0, n:].reshape(count, n).T
        frame, upper = np.linalg.qr(tangents)
        if start >= settle:
            grown.append(np.log(np.abs(np.diag(upper))) / (stop - start))
    rates = np.array(grown)
    parts = np.array([part.mean(axis=0) for part in np.array_split(rates, min(10, len(rates)))])
    error = parts.std(axis=0, ddof=1) / np.sqrt(len(parts)) if len(parts) > 1 else np.full(count, np.nan)
    history = np.cumsum(rates, axis=0) / np.arange(1, len(rates) + 1)[:, None]
    order = np.argsort(-rates.mean(axis=0))
    time = settle + step * np.arange(1, len(rates) + 1)
    return Lyapunov(rates.mean(axis=0)[order], error[order], time, history[:, order])


@lru_cache(maxsize=32)
def variational(whole: System, count: int) -> System:
    """A System with its variational equations: after its states, `count` scaled perturbations of each.

    The perturbation of V counts 50 mV as 1, so that all are of one size.
    """
    scales = [sympy.Integer(50) if s.kind == "voltage" else sympy.Integer(1) for s in whole.states]
    states, rates = list(whole.states), list(whole.derivatives)
    for k in range(count):
        own = [sympy.Symbol(f"perturbation{k}.{s.path}", real=True) for s in whole.states]
        for i, s in enumerate(whole.states):
            states.append(Variable(f"perturbation{k}.{s.path}", own[i], "1", "perturbation"))
            rates.append(sympy.Add(*(whole.jacobian[i, j] * own[j] * scales[j] / scales[i] for j in range(len(own)))))
    return System(
        f"{whole.name}, with {count} perturbations", tuple(states), whole.parameters, whole.input, tuple(rates), ()
    )
