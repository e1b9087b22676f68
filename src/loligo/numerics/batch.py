"""One call into an integrator: lay out its tables, run it, read the results."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..errors import SimulationError
from ..system import System
from . import cache, kernel
from .cache import vector_lanes
from .events import Event, with_events
from .lanes import columns

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

# The layout of a block, as `lanes/interface.py` and `lanes/tables.py` have it (reading it there would import Numba).
ROW, WIDTH, PADDING, INPUT_ROWS, PARAMETER_ROWS, COMMON_GROUPS = 64, 4096, 24, 1, 256, 8
BOOKKEEPING_ROWS, CLOCK_ROWS, MEMO_ROWS = 21, 3, 5
FIRST_STEP = 0.005  # ms: the first step of an adaptive run, before its errors are known
FLOOR = {"voltage": 1.0, "pool": 1e-8}  # errors are relative to |y| + half of this; concentrations may be tiny
STEPS_ALLOWED, STEPS_PER_MS = 3e5, 3e3  # per variant: beyond, it is given up, lest it hold up all others
COUNTABLE = 1.6e7  # in single precision
MARGIN = 12.0  # error allowed per step, in units of the tolerance; see benchmarks/work_precision.py


@dataclass(frozen=True)
class Criterion:
    """What counts as a spike: an upstroke of at least `rise` mV that crosses `threshold` mV.

    Upstrokes of at least `watch` mV that do not cross are counted too, so that they can be mentioned.
    """

    threshold: float = 0.0
    rise: float = 10.0
    watch: float = 40.0


@dataclass(frozen=True)
class Inputs:
    """The input of every variant, lowered (see `lanes/columns.py`).

    Attributes
    ----------
    segment : array (rows, 3)
        Time, base and slope of each segment; the last row of an input holds its end.
    wave : array (oscillations, 6)
    offset : array of int (variants, 4)
        Where a variant's segments begin and end, and its oscillations. Variants may share them.
    """

    segment: Array
    wave: Array
    offset: Integers

    @classmethod
    def shared(cls, segment: Array, wave: Array, variants: int) -> Inputs:
        """One input for all variants."""
        offset = np.tile(np.array([[0, len(segment), 0, len(wave)]], dtype=np.int64), (variants, 1))
        return cls(segment, wave, offset)


@dataclass(frozen=True)
class Watcher:
    """A function that looks on and remembers something of each variant (see `lanes/interface.py`).

    Attributes
    ----------
    file : str
        Of `lanes`, or the path of one of your own.
    settings : tuple of float
    """

    file: str
    settings: tuple[float, ...]


@dataclass(frozen=True)
class Task:
    """Some variants of a cell to integrate.

    Attributes
    ----------
    initial : array (variants, states)
    parameters : array (variants, parameters)
    control : array (variants)
        Tolerance of each variant, or its step if not `adaptive`.
    inputs : Inputs
    record : sequence of int
        States to record.
    every, samples : float, int
        Grid of the record.
    criterion : Criterion or None
        Which spikes to count; None for none.
    watchers : sequence of Watcher
    precision : {"double", "single"}
    device : {"cpu", "cuda"}
    events : sequence of (time, path of a state, what is added to it)
    traced : int, optional
        How many variants, from the first on, are recorded; all unless given.
    patience : float
        After what part of the usual number of steps a variant is given up.
    """

    system: System
    method: kernel.Method
    adaptive: bool
    initial: Array
    parameters: Array
    control: Array
    inputs: Inputs
    record: Sequence[int] = ()
    every: float = 1.0
    samples: int = 0
    criterion: Criterion | None = None
    watchers: Sequence[Watcher] = ()
    precision: str = "double"
    device: str = "cpu"
    events: Sequence[Event] = ()
    traced: int | None = None
    patience: float = 1.0


@dataclass(frozen=True)
class Batch:
    """Results of some variants.

    Attributes
    ----------
    trace : array (traced variants, recorded states, samples)
        NaN after a failure.
    spikes : array (variants, most spikes)
        Spike times, ms; NaN where a variant has no more.
    count : array of int (variants)
        Number of spikes.
    final : array (variants, states)
    watched : tuple of array (variants, rows)
        What each watcher remembers.
    steps, rejected, status, culprit : array of int (variants)
        `status` is one of UNFINISHED, DONE, BLOWN_UP, GIVEN_UP of `lanes/columns.py`; `culprit` the
        index of the first state that was no longer finite, or -1.
    end : array (variants)
        Time reached, ms.
    missed, missed_peak : array (variants)
        Number of upstrokes below the threshold, and the lowest of their peaks.
    """

    trace: Array
    spikes: Array
    count: Integers
    final: Array
    watched: tuple[Array, ...]
    steps: Integers
    rejected: Integers
    status: Integers
    culprit: Integers
    end: Array
    missed: Integers
    missed_peak: Array

    @property
    def failed(self) -> NDArray[np.bool_]:
        """Which variants blew up or were given up."""
        found: NDArray[np.bool_] = (self.status == columns.BLOWN_UP) | self.endless
        return found

    @property
    def endless(self) -> NDArray[np.bool_]:
        """Which variants were given up, since their steps became so short that they would never end."""
        found: NDArray[np.bool_] = self.status == columns.GIVEN_UP
        return found


@dataclass(frozen=True)
class Stop:
    """A flag that ends integrations early, from another thread."""

    flag: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(1, dtype=np.uint8))

    def set(self) -> None:
        """End them."""
        self.flag[0] = 1

    def __bool__(self) -> bool:
        return bool(self.flag[0])


class Stopped(Exception):
    """What was asked for was ended early, so that there is no answer."""


def run(task: Task, stop: Stop | None = None) -> Batch:
    """Integrate. Ctrl-C ends it early, and so does `stop`, which is for callers that are in a thread of their own.

    Variants that were not finished have the status UNFINISHED.
    """
    work = _Work(task) if task.device == "cpu" else _DeviceWork(task)
    while True:
        tables = work.tables()
        if stop is None:
            _interruptible(work, tables)
        else:
            work.call(tables, stop.flag)
        if not work.too_many_spikes():
            return work.result()


class _Work:
    """The tables of one call, and the compiled functions that fill them."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.variants, self.states = task.initial.shape
        self.real = np.float64 if task.precision == "double" else np.float32
        self.lanes = self.choose_lanes()
        self.numbers = kernel.numbers(task.system, task.method.form, self.lanes, task.precision)
        self.derived = self.numbers.derive(task.parameters)
        self.capacity = 0 if task.criterion is None else 64 + int(task.inputs.segment[:, 0].max())
        self.compile()

    def choose_lanes(self) -> int:
        few = vector_lanes(self.task.precision)
        return few if self.variants <= few else kernel.SWEEP_LANES

    def compile(self) -> None:
        """Compile what is needed, or find it in the cache."""
        task = self.task
        self.f, self.g = kernel.physics(task.system, task.method.form, self.lanes, task.precision)
        self.integrate = kernel.integrator(task.method.name, task.adaptive, task.precision)
        self.watchers = [kernel.watcher(task.method.name, w.file, task.precision) for w in task.watchers]
        if self.states * self.lanes > WIDTH or self.derived.shape[1] * self.lanes > PARAMETER_ROWS * ROW:
            raise SimulationError(
                f"{task.system.name}: {self.states} states are too many for this version "
                f"(at most {WIDTH // self.lanes})"
            )

    def tables(self) -> list[NDArray[np.generic]]:
        """Everything the integrator reads and fills, in the order of its arguments."""
        task, real, variants = self.task, self.real, self.variants
        groups = COMMON_GROUPS + kernel.groups(task.method.name)
        block = np.zeros(ROW * (INPUT_ROWS + PARAMETER_ROWS) + groups * (WIDTH + PADDING), dtype=real)
        spike = task.criterion or Criterion(np.inf, np.inf, np.inf)
        floor = np.array([FLOOR.get(v.kind, 0.01) for v in task.system.states], dtype=real)
        control = task.control * MARGIN if task.adaptive else task.control
        setting = np.array([spike.threshold, spike.rise, spike.watch, task.every, FIRST_STEP, self._most_steps()])
        shape = [self.states, self.derived.shape[1], task.samples, len(task.record), self.capacity]
        blank = [value for _, values in self.watchers for value in values]
        traced = variants if task.traced is None else task.traced
        shape += [len(task.inputs.wave), len(self.watchers), len(blank), traced]
        settings = [value for w in task.watchers for value in w.settings]
        self.trace = np.full((traced, len(task.record), task.samples), np.nan, dtype=real)
        self.spikes = np.full((variants, self.capacity), np.nan)
        self.tally, self.note = np.zeros((variants, 6), dtype=np.int64), np.full((variants, 2), np.inf)
        self.final = np.full((variants, self.states), np.nan, dtype=real)
        self.watched = np.full((variants, len(blank)), np.nan)
        paths = [state.path for state in task.system.states]
        segment, offset = with_events(task.inputs.segment, task.inputs.offset, task.events, paths)
        return [
            block, np.zeros(ROW * BOOKKEEPING_ROWS, dtype=real), np.zeros(ROW * CLOCK_ROWS),
            np.zeros(ROW * MEMO_ROWS, np.int64), np.array(shape, dtype=np.int64),
            np.ascontiguousarray(task.initial, dtype=real), self.derived, self.numbers.constants,
            np.ascontiguousarray(control, dtype=real), floor,
            segment, offset,
            np.ascontiguousarray(task.inputs.wave), setting, np.array(task.record, dtype=np.int64),
            self._places(), np.array(settings or [0.0]), np.zeros(ROW * max(len(blank), 1)), np.array(blank or [0.0]),
            self.final, self.trace, self.watched, self.spikes, self.tally, self.note,
        ]  # fmt: skip

    def _most_steps(self) -> float:
        """After how many steps a variant is given up: thousands of times what cells need, yet soon taken."""
        inputs = self.task.inputs
        usual = STEPS_ALLOWED + STEPS_PER_MS * float(inputs.segment[:, 0].max())
        most = self.task.patience * usual + 10.0 * len(inputs.segment)
        return most if self.real is np.float64 else min(most, COUNTABLE)

    def _places(self) -> Integers:
        """Address of each watcher, and where its settings and its memory begin."""
        rows, settings, memory = [], 0, 0
        for (address, blank), watcher in zip(self.watchers, self.task.watchers, strict=True):
            rows.append([address, settings, memory])
            settings += len(watcher.settings)
            memory += len(blank)
        return np.array(rows, dtype=np.int64).reshape(-1, columns.WATCHER_COLUMNS)

    def call(self, tables: list[NDArray[np.generic]], stop: NDArray[np.uint8]) -> None:
        self.integrate(self.f, self.g, tables, 0, self.variants, self.lanes, stop)

    def too_many_spikes(self) -> bool:
        """Were there more spikes than there was room for? Then there is more room next time."""
        most = int(self.tally[:, columns.SPIKE_COUNT].max(initial=0))
        over = self.task.criterion is not None and most > self.capacity
        self.capacity = max(self.capacity, most)
        return over

    def result(self) -> Batch:
        tally, note = self.tally, self.note
        ends = np.cumsum([len(blank) for _, blank in self.watchers])
        return Batch(
            self.trace,
            self.spikes,
            tally[:, columns.SPIKE_COUNT],
            self.final,
            tuple(np.split(self.watched, ends[:-1], axis=1)) if self.watchers else (),
            tally[:, columns.STEP_COUNT],
            tally[:, columns.REJECTED_COUNT],
            tally[:, columns.STATUS],
            tally[:, columns.CULPRIT],
            note[:, columns.END],
            tally[:, columns.MISSED_COUNT],
            note[:, columns.MISSED_PEAK],
        )


class _DeviceWork(_Work):
    """The same on a GPU, one lane in each thread."""

    def choose_lanes(self) -> int:
        return 1

    def compile(self) -> None:
        task = self.task
        files = tuple(w.file for w in task.watchers)
        source = kernel.device_source(task.system, task.method.name, task.adaptive, task.precision, files)
        self.module = cache.module("cuda", source)
        if reason := self.module.missing():
            raise SimulationError(f"device: no GPU can be used ({' '.join(reason.split())}); use device='cpu'")
        self.watchers = [(n, kernel.watcher_file(file)[1]) for n, file in enumerate(files)]

    def call(self, tables: list[NDArray[np.generic]], stop: NDArray[np.uint8]) -> None:
        shared = [*tables[4:17], *tables[18:]]  # without what each thread has of its own
        flat = [table.reshape(-1) if table.size else np.zeros(1, dtype=table.dtype) for table in shared]
        self.module.launch(flat[:-6], flat[-6:])


def _interruptible(work: _Work, tables: list[NDArray[np.generic]]) -> None:
    """Run the integrator in a thread, so that Ctrl-C reaches this one and can stop it."""
    stop = Stop()
    failure: list[BaseException] = []

    def target() -> None:
        try:
            work.call(tables, stop.flag)
        except BaseException as error:  # carried over to the calling thread
            failure.append(error)

    thread = threading.Thread(target=target, name="loligo-integrator", daemon=True)
    thread.start()
    try:
        thread.join()
    except BaseException:
        stop.set()
        thread.join()
        raise
    if failure:
        raise failure[0]
