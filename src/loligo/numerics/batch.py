"""One call into an integrator: lay out its tables, run it in a thread of its own, read the results."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import SimulationError
from ..system import System
from . import kernel
from .cache import vector_lanes
from .lanes import columns

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

# The layout of a block, as `lanes/interface.py` and `lanes/tables.py` have it (reading it there would import Numba).
ROW, WIDTH, PADDING, INPUT_ROWS, PARAMETER_ROWS = 64, 4096, 24, 1, 256
BOOKKEEPING_ROWS, CLOCK_ROWS, MEMO_ROWS = 21, 3, 5
FIRST_STEP = 0.005  # ms: the first step of an adaptive run, before its errors are known
MARGIN = 5.0  # error allowed per step, in units of the tolerance; see benchmarks/work_precision.py


@dataclass(frozen=True)
class Criterion:
    """What counts as a spike: an upstroke of at least `rise` mV that crosses `threshold` mV.

    Upstrokes of at least `watch` mV that do not cross are counted too, so that they can be mentioned.
    """

    threshold: float = 0.0
    rise: float = 10.0
    watch: float = 40.0


@dataclass(frozen=True)
class Batch:
    """Results of some variants.

    Attributes
    ----------
    trace : array (variants, recorded states, samples)
        NaN after a failure.
    spikes : list of array
        Spike times of each variant, ms.
    final : array (variants, states)
    steps, rejected, status, culprit : array of int (variants)
        `status` is one of UNFINISHED, DONE, BLOWN_UP of `lanes/tables.py`; `culprit` the index of the first state
        that was no longer finite, or -1.
    end : array (variants)
        Time reached, ms.
    missed, missed_peak : array (variants)
        Number of upstrokes below the threshold, and the lowest of their peaks.
    """

    trace: Array
    spikes: list[Array]
    final: Array
    steps: Integers
    rejected: Integers
    status: Integers
    culprit: Integers
    end: Array
    missed: Integers
    missed_peak: Array


def run(
    system: System,
    method: kernel.Method,
    adaptive: bool,
    initial: Array,
    parameters: Array,
    control: Array,
    segments: list[tuple[Array, Array]],
    record: list[int],
    every: float,
    samples: int,
    criterion: Criterion | None,
) -> Batch:
    """Integrate a few variants of a cell.

    Parameters
    ----------
    system : System
    method : Method
    adaptive : bool
        `control` holds tolerances, not steps.
    initial : array (variants, states)
    parameters : array (variants, parameters)
    control : array (variants)
        Tolerance of each variant, or its step.
    segments : list of (array (rows, 3), array (waves, 6))
        Input of each variant: time, base and slope of its segments with a last row for the end; its oscillations.
    record : list of int
        States to record.
    every, samples : float, int
        Grid of the record.
    criterion : Criterion or None
        Which spikes to count; None for none.
    """
    variants, states = initial.shape
    lanes = vector_lanes() if variants <= vector_lanes() else kernel.SWEEP_LANES
    physics = kernel.physics(system, method.linear, lanes)
    integrate = kernel.integrator(method.name, adaptive)
    derived = physics.derive(parameters)
    if states * lanes > WIDTH or derived.shape[1] * lanes > PARAMETER_ROWS * ROW:
        raise SimulationError(
            f"{system.name}: {states} states are too many for this version (at most {WIDTH // lanes})"
        )
    block = np.zeros(ROW * (INPUT_ROWS + PARAMETER_ROWS) + (6 + kernel.groups(method.name)) * (WIDTH + PADDING))
    segment = np.concatenate([rows for rows, _ in segments])
    wave = np.concatenate([waves for _, waves in segments])
    offset = np.zeros((variants + 1, 2), dtype=np.int64)
    offset[1:, 0] = np.cumsum([len(rows) for rows, _ in segments])
    offset[1:, 1] = np.cumsum([len(waves) for _, waves in segments])
    floor = np.array([1.0 if v.kind == "voltage" else 0.01 for v in system.states])
    spike = criterion or Criterion(np.inf, np.inf, np.inf)
    setting = np.array([spike.threshold, spike.rise, spike.watch, every, FIRST_STEP])
    trace = np.full((variants, len(record), samples), np.nan)
    capacity = 64 + int(segment[:, 0].max())
    while True:
        shape = np.array([states, derived.shape[1], samples, len(record), capacity, len(wave)], dtype=np.int64)
        spikes = np.full((variants, capacity), np.nan)
        tally, note = np.zeros((variants, 6), dtype=np.int64), np.full((variants, 2), np.inf)
        final = np.full((variants, states), np.nan)
        tables = [
            block, np.zeros(ROW * BOOKKEEPING_ROWS), np.zeros(ROW * CLOCK_ROWS), np.zeros(ROW * MEMO_ROWS, np.int64),
            shape, np.ascontiguousarray(initial), derived, physics.constants, control * MARGIN if adaptive else
            np.ascontiguousarray(control), floor, np.ascontiguousarray(segment), offset, np.ascontiguousarray(wave),
            setting, np.array(record, dtype=np.int64), final, trace, spikes, tally, note,
        ]  # fmt: skip
        _call(integrate, physics, tables, variants, lanes)
        most = int(tally[:, columns.SPIKE_COUNT].max())
        if most <= capacity:
            break
        capacity = most
    counts = tally[:, columns.SPIKE_COUNT]
    return Batch(
        trace,
        [row[:n].copy() for row, n in zip(spikes, counts, strict=True)],
        final,
        tally[:, columns.STEP_COUNT],
        tally[:, columns.REJECTED_COUNT],
        tally[:, columns.STATUS],
        tally[:, columns.CULPRIT],
        note[:, columns.END],
        tally[:, columns.MISSED_COUNT],
        note[:, columns.MISSED_PEAK],
    )


def _call(
    integrate: object, physics: kernel.Physics, tables: list[NDArray[np.generic]], variants: int, lanes: int
) -> None:
    """Run the integrator in a thread, so that Ctrl-C reaches this one and can stop it."""
    stop = np.zeros(1, dtype=np.uint8)
    failure: list[BaseException] = []

    def work() -> None:
        try:
            integrate(physics.f, physics.g, tables, 0, variants, lanes, stop)  # type: ignore[operator]
        except BaseException as error:  # carried over to the calling thread
            failure.append(error)

    thread = threading.Thread(target=work, name="loligo-integrator", daemon=True)
    thread.start()
    try:
        thread.join()
    except BaseException:
        stop[0] = 1
        thread.join()
        raise
    if failure:
        raise failure[0]
