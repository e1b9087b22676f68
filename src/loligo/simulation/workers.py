"""Who computes the blocks of a sweep: threads of this process, or the workers of a Dask cluster."""

from __future__ import annotations

import concurrent.futures
import os
from collections.abc import Iterator, Sequence
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
    study: Study, variants: Variants, blocks: Sequence[Rows], workers: int, stop: Stop
) -> Iterator[tuple[int, Block]]:
    """Compute blocks in threads of this process, as they come; yields the number of a block, and the block.

    The kernels release the interpreter's lock. After a KeyboardInterrupt in the loop that consumes this, what is in
    work ends early; `leftover` then has it.
    """
    pool = concurrent.futures.ThreadPoolExecutor(workers, thread_name_prefix="loligo")
    waiting: dict[concurrent.futures.Future[Block], int] = {}
    queue = iter(range(len(blocks)))
    try:
        while True:
            while len(waiting) < 2 * workers and (number := next(queue, None)) is not None:
                rows = blocks[number]
                waiting[pool.submit(compute, study, variants.of(rows), len(rows), stop)] = number
            if not waiting:
                return
            done, _ = concurrent.futures.wait(waiting, 0.1, concurrent.futures.FIRST_COMPLETED)
            for future in done:
                yield waiting.pop(future), future.result()
    except KeyboardInterrupt:
        stop.set()
        for future in waiting:
            future.cancel()
        done, _ = concurrent.futures.wait(waiting, GRACE)
        for future in done:
            if not future.cancelled():
                yield waiting[future], future.result()
        raise
    finally:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)


def on_cluster(
    study: Study, variants: Variants, blocks: Sequence[Rows], client: Any, stop: Stop
) -> Iterator[tuple[int, Block]]:
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
    completed: Any = as_completed(first)  # type: ignore[no-untyped-call]
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
