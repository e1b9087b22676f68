"""A sweep: every variant of a study, in blocks, into one labelled Dataset."""

from __future__ import annotations

import math
import os
import time
import warnings
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoWarning, SimulationError
from ..numerics.batch import Stop
from . import workers as crews
from .block import FAILED, INVALID, NOT_RUN, Block, Study, compute, nothing, put
from .progress import Progress
from .recorders import Quantity
from .sample import sampled_error
from .variants import Variants

if TYPE_CHECKING:
    import xarray as xr

    from .store import Store

Rows = NDArray[np.int64]
BLOCK = 2048  # variants in a block, at most
SHARE, LITTLE = 4, 512  # blocks for each thread, at least, lest one wait for another; unless they have fewer variants
DEVICE_BLOCK = 65536  # on a GPU
CLUSTER_BLOCK = 16384  # on a cluster
BLOCK_BYTES = 64e6  # and what the results of a block may take


def sweep(
    study: Study,
    variants: Variants,
    *,
    store: Any = None,
    client: Any = None,
    workers: int | None = None,
    progress: bool | None = None,
    estimate_error: bool = True,
) -> xr.Dataset:
    """Run all variants; see `simulate`.

    Raises
    ------
    SimulationError
        If the result would not fit into memory.
    """
    began = time.perf_counter()
    team = team_of(workers) if study.settings.device == "cpu" else 1
    most = BLOCK if study.settings.device == "cpu" else DEVICE_BLOCK
    if client is not None:  # the scheduler has to think about each block: eight for every thread are enough
        threads = max(sum(client.nthreads().values()), 1)
        most = max(most, min(CLUSTER_BLOCK, variants.count // (8 * threads)))
    size = bytes_of_variant(study.quantities())
    shape = block_shape(variants.shape, size, 1 if store is not None or client is not None else team, most)
    kept: Store | Memory
    if store is not None:
        from .store import Store

        kept = Store(store, study, variants, shape)
        shape = kept.block_shape
    else:
        fits(size * variants.count)
        kept = Memory(study, variants)
    blocks = block_rows(variants.shape, shape)
    todo = [number for number in range(len(blocks)) if not kept.has(blocks[number])]
    bar, stop = Progress(variants.count, progress), Stop()
    bar.add(sum(len(b) for i, b in enumerate(blocks) if i not in set(todo)))
    tally = Tally()
    rows = [blocks[number] for number in todo]
    crew = (
        crews.in_threads(_computing(study, variants), rows, min(team, max(len(rows), 1)), stop)
        if client is None
        else crews.on_cluster(study, variants, rows, client, stop)
    )
    interrupted = consume(crew, lambda i, block: kept.put(rows[i], block), tally, bar)
    errors = sampled_error(study, variants, kept.status()) if estimate_error and not interrupted else None
    notes = tally.notes(kept.status(), variants.count, interrupted) + (errors.notes() if errors else ())
    for text in notes:
        warnings.warn(text, LoligoWarning, stacklevel=3)
    what = "interrupted" if interrupted else "done"
    about = {"status": what, "notes": notes, "seconds": time.perf_counter() - began, "steps": tally.steps}
    return kept.finish(about, errors)


def _computing(study: Study, variants: Variants) -> Callable[[Rows, Stop], Block]:
    return lambda rows, stop: compute(study, variants.of(rows), len(rows), stop)


def consume(
    crew: Generator[tuple[int, Block], None, None], put: Callable[[int, Block], None], tally: Tally, bar: Progress
) -> bool:
    """Take the blocks as they come; True if that was interrupted."""
    try:
        with closing(crew):
            for number, block in crew:
                put(number, block)
                tally.add(block)
                bar.add(len(block.status))
    except KeyboardInterrupt:
        return True
    finally:
        bar.close()
    return False


class Tally:
    """What is to be said of the variants at the end."""

    def __init__(self) -> None:
        self.remarks: dict[str, int] = {}
        self.failure = ""
        self.steps = 0

    def add(self, block: Block) -> None:
        """Take note of a block."""
        self.steps += block.steps
        self.failure = self.failure or block.failure
        for text, count in block.remarks.items():
            self.remarks[text] = self.remarks.get(text, 0) + count

    def notes(self, status: NDArray[np.int8], total: int, interrupted: bool) -> tuple[str, ...]:
        """The warnings: one for each kind of trouble, with how many and which."""
        found = []
        broken, invalid, missing = (np.flatnonzero(status == code) for code in (FAILED, INVALID, NOT_RUN))
        if len(broken):
            found.append(f"{len(broken)} of {total} variants blew up ({self.failure}): {_which(broken)}; see 'status'")
        if len(invalid):
            text = "have numbers that make no sense, or nowhere to begin, and were not run"
            found.append(f"{len(invalid)} of {total} variants {text}: {_which(invalid)}; see 'status'")
        if interrupted:
            found.append(f"interrupted: {len(missing)} of {total} variants were not run; see 'status'")
        found += [f"{count} of {total} variants have {text}" for text, count in self.remarks.items()]
        return tuple(found)


def _which(rows: Rows) -> str:
    shown = ", ".join(map(str, rows[:5]))
    return f"numbers {shown}" + (" ..." if len(rows) > 5 else "")


class Gathered:
    """Results in memory."""

    def __init__(self, quantities: Mapping[str, Quantity], count: int) -> None:
        self.values: dict[str, Any] = {q.name: nothing(q, count) for q in quantities.values()}
        self.statuses = np.full(count, NOT_RUN, dtype=np.int8)

    def has(self, rows: Rows) -> bool:
        """Is the block done?"""
        return False

    def put(self, rows: Rows, block: Block) -> None:
        """Keep a block."""
        self.statuses[rows] = block.status
        for name, found in block.values.items():
            self.values[name] = put(self.values[name], rows, found)

    def status(self) -> NDArray[np.int8]:
        """Of every variant."""
        return self.statuses


class Memory(Gathered):
    """The results of a sweep of cells."""

    def __init__(self, study: Study, variants: Variants) -> None:
        super().__init__(study.quantities(), variants.count)
        self.study, self.variants = study, variants

    def finish(self, about: dict[str, Any], errors: Any) -> xr.Dataset:
        """The Dataset."""
        from .dataset import sweep_dataset

        return sweep_dataset(self.study, self.variants, self.values, self.statuses, about, errors)


def block_shape(shape: tuple[int, ...], bytes_each: float, workers: int, most: int) -> tuple[int, ...]:
    """How a sweep is cut: a block of so many values along each dimension, the last ones whole if possible."""
    total = even = math.prod(shape)
    if workers > 1:
        blocks = max(math.ceil(total / most), min(SHARE * workers, math.ceil(total / LITTLE)))
        even = math.ceil(total / (math.ceil(blocks / workers) * workers) / 64) * 64
    left = max(1, min(most, even, int(BLOCK_BYTES / max(bytes_each, 1.0))))
    found = []
    for length in reversed(shape):
        parts = math.ceil(length / max(1, min(left, length)))
        taken = math.ceil(length / parts)
        found.append(taken)
        left = left // taken if taken == length else 1
    return tuple(reversed(found))


def block_rows(shape: tuple[int, ...], block: tuple[int, ...]) -> list[Rows]:
    """The numbers of the variants of every block."""
    if not shape:
        return [np.zeros(1, dtype=np.int64)]
    starts = [range(0, length, step) for length, step in zip(shape, block, strict=True)]
    found = []
    for corner in np.array(np.meshgrid(*starts, indexing="ij")).reshape(len(shape), -1).T:
        inside = [np.arange(a, min(a + b, n)) for a, b, n in zip(corner, block, shape, strict=True)]
        grid = np.meshgrid(*inside, indexing="ij")
        found.append(np.ravel_multi_index(tuple(g.reshape(-1) for g in grid), shape))
    return found


def bytes_of_variant(quantities: Mapping[str, Quantity]) -> float:
    """What the result of one variant takes."""
    return float(sum(8 * math.prod(n for _, n in q.extra) for q in quantities.values()) + 1)


def fits(size: float) -> None:
    """Refuse a result that does not fit into memory."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):  # not known on this system
        return
    if size > 0.7 * memory:
        raise SimulationError(
            f"record: the result would take {size / 1e9:.3g} GB, and this machine has {memory / 1e9:.3g} GB; "
            "keep it on disk with store='result.zarr', record less, or use a longer every="
        )


def team_of(workers: int | None) -> int:
    """How many threads: as many as asked for, or as there are cores."""
    if workers is None:
        return crews.cores()
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise SimulationError(f"workers: {workers!r}; give the number of threads, at least 1")
    return workers
