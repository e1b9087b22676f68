"""Many trajectories at once, in compiled code: what the questions about a flow are answered with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..errors import SimulationError
from ..model.cell import Cell
from ..numerics import batch, kernel
from ..simulation.protocol import Protocol
from ..system import System
from .field import Array


def constant(current: float, duration: float) -> Protocol:
    """A constant applied current."""
    return Protocol(np.array([0.0, duration]), np.array([current, 0.0]), np.zeros(2), np.empty((0, 6)))


def piece(protocol: Protocol, start: float, stop: float) -> Protocol:
    """The input from one time to another, as an input that begins at 0."""
    inner = protocol.times[(protocol.times > start) & (protocol.times < stop)]
    times = np.concatenate([[start], inner, [stop]])
    row = np.clip(np.searchsorted(protocol.times, times, side="right") - 1, 0, len(protocol.times) - 2)
    base = protocol.base[row] + protocol.slope[row] * (times - protocol.times[row])
    slope = protocol.slope[row].copy()
    base[-1] = slope[-1] = 0.0
    waves = protocol.waves.copy()
    waves[:, :2] -= start
    return replace(protocol, times=times - start, base=base, slope=slope, waves=waves)


def integrate(
    system: System,
    cell: Cell,
    initial: Array,
    protocol: Protocol,
    *,
    tolerance: float = 1e-9,
    record: tuple[int, ...] = (),
    every: float = 0.05,
    criterion: batch.Criterion | None = None,
) -> batch.Batch:
    """Integrate from several states (variants, n) under one input.

    Raises
    ------
    SimulationError
        If every trajectory blows up.
    """
    variants = len(initial)
    samples = int(np.floor(protocol.times[-1] / every + 1e-9)) + 1 if record else 0
    values = [p.value for p in cell.parameters.values()]
    done = batch.run(
        batch.Task(
            system,
            kernel.method("auto"),
            True,
            np.ascontiguousarray(initial, dtype=float),
            np.tile(np.array(values), (variants, 1)),
            np.full(variants, tolerance),
            batch.Inputs.shared(protocol.segments, protocol.waves, variants),
            record,
            every,
            samples,
            criterion,
        )
    )
    if done.failed.all():
        raise SimulationError(f"{cell.name}: every trajectory blows up")
    return done
