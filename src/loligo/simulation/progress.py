"""A progress bar for long work: in a terminal, in a notebook, and none where nobody looks or the work is short."""

from __future__ import annotations

import sys
import time
from typing import Any

PATIENCE = 1.0  # seconds: work that is expected to end before shows nothing


class Progress:
    """Counts finished variants; shows rate and time left once the work has proved to be long.

    Parameters
    ----------
    total : int
    wanted : bool or None
        Show it, or not; None: where somebody looks.
    """

    def __init__(self, total: int, wanted: bool | None) -> None:
        self.total, self.done = total, 0
        self.place = _place() if wanted is None else "terminal" if wanted and _place() == "nowhere" else _place()
        self.wanted = self.place != "nowhere" if wanted is None else bool(wanted)
        self.began = time.perf_counter()
        self.bar: Any = None

    def add(self, count: int) -> None:
        """So many more variants are finished."""
        self.done += count
        if not self.wanted:
            return
        spent = time.perf_counter() - self.began
        left = spent * (self.total / self.done - 1) if self.done else PATIENCE
        if self.bar is None and spent + left > 2 * PATIENCE and spent > PATIENCE / 2 and left > PATIENCE / 2:
            self.bar = _Notebook(self.total) if self.place == "notebook" else _Terminal(self.total)
        if self.bar is not None:
            self.bar.update(self.done)

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.close()


def _place() -> str:
    """Where output goes: to a notebook, a terminal, or nowhere anybody looks."""
    shell = sys.modules.get("IPython")
    if shell is not None and type(shell.get_ipython()).__name__ == "ZMQInteractiveShell":
        return "notebook"
    return "terminal" if sys.stderr.isatty() else "nowhere"


class _Terminal:
    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("variants  {task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        self.bar = Bar(*columns, console=Console(stderr=True), transient=True)
        self.began = time.perf_counter()
        self.task = self.bar.add_task("", total=total, rate="")
        self.bar.start()
        self.before: tuple[float, int] | None = None

    def update(self, done: int) -> None:
        now = time.perf_counter()
        self.before = self.before or (now, done)
        rate = f"{(done - self.before[1]) / (now - self.before[0]):,.0f}/s" if done > self.before[1] else ""
        self.bar.update(self.task, completed=done, rate=rate)

    def close(self) -> None:
        self.bar.stop()


class _Notebook:
    def __init__(self, total: int) -> None:
        from tqdm.auto import tqdm

        self.bar = tqdm(total=total, unit="variants", leave=False)

    def update(self, done: int) -> None:
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        self.bar.close()
