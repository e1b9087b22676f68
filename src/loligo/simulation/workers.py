"""Who computes the blocks of a sweep: threads of this process, or the workers of a Dask cluster."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import SimulationError
from ..numerics.batch import Stop
from .block import Block, Study, compute
from .variants import Variants

Rows = NDArray[np.int64]
GRACE = 0.9  # seconds that blocks have to end after an interrupt


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(
    compute: Callable[[Rows, Stop], Block], blocks: Sequence[Rows], workers: int, stop: Stop
) -> Generator[tuple[int, Block], None, None]:
    """Compute blocks in threads of this process; yields the number of a block and the block, as they come.

    The kernels release the interpreter's lock. After a KeyboardInterrupt what is in work ends early, and what has
    ended within a second is yielded before the interrupt goes on. The threads never keep the process from ending, not
    even in the middle of a compilation.
    """
    tasks: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    results: queue.SimpleQueue[tuple[int, Block | BaseException]] = queue.SimpleQueue()

    def work() -> None:
        while (number := tasks.get()) is not None:
            rows = blocks[number]
            try:
                results.put((number, compute(rows, stop)))
            except BaseException as error:  # carried over to the thread that waits
                results.put((number, error))

    for _ in range(workers):
        threading.Thread(target=work, name="loligo", daemon=True).start()
    ahead, waiting = iter(range(len(blocks))), 0
    try:
        while True:
            while waiting < 2 * workers and (following := next(ahead, None)) is not None:
                tasks.put(following)
                waiting += 1
            if not waiting:
                return
            if (arrived := _arrived(results, 0.1)) is not None:
                waiting -= 1
                yield arrived
    except KeyboardInterrupt:
        stop.set()
        end = time.monotonic() + GRACE
        while waiting and time.monotonic() < end:
            if (arrived := _arrived(results, 0.05)) is not None:
                waiting -= 1
                yield arrived
        raise
    finally:
        stop.set()
        for _ in range(workers):
            tasks.put(None)


def _arrived(results: queue.SimpleQueue[tuple[int, Block | BaseException]], wait: float) -> tuple[int, Block] | None:
    """The next block, if one comes in time."""
    try:
        number, found = results.get(timeout=wait)
    except queue.Empty:
        return None
    if isinstance(found, BaseException):
        raise found
    return number, found


def on_cluster(
    study: Study, variants: Variants, blocks: Sequence[Rows], client: Any, stop: Stop
) -> Generator[tuple[int, Block], None, None]:
    """Compute blocks on the workers of a Dask cluster. A block whose worker dies is computed by another."""
    try:
        from distributed import as_completed
    except ImportError:
        raise SimulationError("client: Dask is not installed; run python -m pip install 'loligo[cluster]'") from None

    ahead = 4 * max(sum(client.nthreads().values()), 1)
    queue = iter(range(len(blocks)))
    running: dict[Any, int] = {}

    def submit() -> Any:
        number = next(queue, None)
        if number is None:
            return None
        rows = blocks[number]
        future = client.submit(compute, study, variants.of(rows), len(rows), pure=False, retries=3)
        running[future.key] = number
        return future

    first = [future for _ in range(ahead) if (future := submit()) is not None]
    completed: Any = as_completed(first, loop=client.loop)  # type: ignore[no-untyped-call]
    try:
        for future in completed:
            block = future.result()
            number = running.pop(future.key)
            future.release()
            following = submit()
            if following is not None:
                completed.add(following)
            yield number, block
    finally:
        if running:
            client.cancel(list(running), force=True)
