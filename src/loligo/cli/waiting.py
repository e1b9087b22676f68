"""While somebody waits for a run: say what takes so long, and let Ctrl-C through."""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 0.8  # seconds, after which a person at a terminal is told what takes so long
AGAIN = 0.02  # seconds between two looks at whether it still does


@contextmanager
def patience() -> Iterator[None]:
    """Say at a terminal that compiling takes a while, if it does."""
    if not sys.stderr.isatty():
        yield
        return
    over = threading.Event()

    def wait() -> None:
        while not over.wait(PATIENCE):
            if _compiling():
                print("compiling (only the first time) ...", end="", file=sys.stderr, flush=True)
                while _compiling() and not over.wait(AGAIN):
                    pass
                print("\r\033[K", end="", file=sys.stderr, flush=True)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _compiling() -> bool:
    cache = sys.modules.get("loligo.numerics.cache")  # not imported here: it brings the compiler
    return cache is not None and cache.compiling()


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C through where it would be lost: in Python functions that the compiler calls back."""
    before = sys.unraisablehook

    def hook(lost: sys.UnraisableHookArgs) -> None:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            before(lost)
            return
        again = threading.Timer(0.02, _thread.interrupt_main)
        again.daemon = True
        again.start()

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before
