"""What the benchmarks share: the machine in words, tables, timing, and a reference solution written without Loligo."""

from __future__ import annotations

import datetime
import gc
import math
import os
import platform
import shlex
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

RESULTS = Path(__file__).with_name("results")


# ------------------------------------------------------------------------------------------------------- the machine


def machine(*packages: str) -> str:
    """The processor, the cores, and the versions of what matters, in one line."""
    found = [f"Python {platform.python_version()}"]
    for name in ("loligo", "numpy", "numba", "scipy", *packages):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    vectors = next((name for name, flag in (("AVX-512", "avx512f"), ("AVX2", "avx2")) if flag in _cpuinfo("flags")), "")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    kind = " ".join(filter(None, [_cpuinfo("model name") or platform.processor(), platform.machine(), vectors]))
    load = f", load {os.getloadavg()[0]:.1f} when it began" if hasattr(os, "getloadavg") else ""
    return f"{kind}, {cores} cores{load}; {platform.system()}; {', '.join(found)}"


def _cpuinfo(key: str) -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "")


# ------------------------------------------------------------------------------------------------------------ tables


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table whose columns are aligned in plain text too: text to the left, numbers to the right."""
    body = [[cell if isinstance(cell, str) else show(cell) for cell in row] for row in rows]
    left = [all(_is_text(row[j]) for row in body) for j in range(len(head))]
    width = [max(len(row[j]) for row in [list(head), *body]) for j in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = [c.ljust(w) if text else c.rjust(w) for c, w, text in zip(cells, width, left, strict=True)]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * w if text else "-" * (w - 1) + ":" for w, text in zip(width, left, strict=True)]
    return "\n".join([line(head), line(rule), *map(line, body)])


def _is_text(cell: str) -> bool:
    return not (cell[:1].isdigit() or cell[:1] in "-<>" or cell in ("", "inf", "nan"))


def show(value: object) -> str:
    """A number with three figures, as short as it can be said."""
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, (float, np.floating)):
        return str(value)
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "inf"
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{float(f'{value:.3g}'):g}"
    digits, power = f"{value:.1e}".split("e")
    return f"{float(digits):g}e{int(power)}"


def report(name: str, title: str, *parts: str, packages: Sequence[str] = (), save: bool = True) -> None:
    """Print what a benchmark found under a title, with the machine and the command, and keep it in ``results``."""
    words = ["PATH" if Path(word).is_absolute() else word for word in sys.argv[1:]]  # of this machine
    command = shlex.join(["python", f"benchmarks/{Path(sys.argv[0]).name}", *words])
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    text = "\n\n".join([f"# {title}", f"`{command}`, {today}.  \n{machine(*packages)}.", *parts]) + "\n"
    print(text)
    if save:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")


# ------------------------------------------------------------------------------------------------------------ timing


def timed(function: Callable[[], object], seconds: float = 1.0, least: int = 5, most: int = 1000) -> np.ndarray:
    """Times of `least` to `most` calls, in ms, for about `seconds` in all, without garbage collection."""
    times: list[float] = []
    gc.collect()
    gc.disable()
    try:
        began = time.perf_counter()
        while len(times) < least or (time.perf_counter() - began < seconds and len(times) < most):
            start = time.perf_counter()
            function()
            times.append(1e3 * (time.perf_counter() - start))
    finally:
        gc.enable()
    return np.array(times)


def repeated(
    work: Callable[[], object], repeats: int, clock: Callable[[], float] = time.perf_counter
) -> tuple[float, float, float]:
    """The first call, which compiles, and the best and the median of so many others, s."""
    times = []
    for _ in range(repeats + 1):
        began = clock()
        work()
        times.append(clock() - began)
    return times[0], min(times[1:]), float(np.median(times[1:]))


# --------------------------------------------------------------------------------------------------------- the truth


@lru_cache(maxsize=1)
def squid_equations() -> Callable[..., None]:
    """Hodgkin & Huxley 1952 at 6.3 °C in today's signs, written out by hand: ``f(y, current, dy)`` for Numba."""
    from math import exp, expm1

    from numba import njit

    @njit(error_model="numpy")
    def f(y, current, dy):
        v, m, h, n = y[0], y[1], y[2], y[3]
        x = (v + 40) / 10
        alpha_m = 1.0 if x == 0 else x / -expm1(-x)
        x = (v + 55) / 10
        alpha_n = 0.1 if x == 0 else 0.1 * x / -expm1(-x)
        dy[0] = current - 120 * m**3 * h * (v - 50) - 36 * n**4 * (v + 77) - 0.3 * (v + 54.387)
        dy[1] = alpha_m * (1 - m) - 4 * exp(-(v + 65) / 18) * m
        dy[2] = 0.07 * exp(-(v + 65) / 20) * (1 - h) - h / (1 + exp(-(v + 35) / 10))
        dy[3] = alpha_n * (1 - n) - 0.125 * exp(-(v + 65) / 80) * n

    return f


def squid_derivatives(current: float) -> Callable[[float, np.ndarray], np.ndarray]:
    """The same as SciPy wants it: ``f(t, y)`` returns dy/dt."""
    compiled = squid_equations()

    def f(t: float, y: np.ndarray) -> np.ndarray:
        dy = np.empty(4)
        compiled(y, current, dy)
        return dy

    return f


@lru_cache(maxsize=1)
def squid_rest() -> np.ndarray:
    """The resting state: V where no current flows with all gates at their steady values."""
    from scipy.optimize import brentq

    f, slope = squid_equations(), np.empty(4)

    def steady(v: float) -> np.ndarray:
        low, high = np.empty(4), np.empty(4)  # dx/dt is linear in x: x = dx/dt(0) / (dx/dt(0) - dx/dt(1))
        f(np.array([v, 0.0, 0.0, 0.0]), 0.0, low)
        f(np.array([v, 1.0, 1.0, 1.0]), 0.0, high)
        return np.array([v, *(low[1:] / (low[1:] - high[1:]))])

    def drift(v: float) -> float:
        f(steady(v), 0.0, slope)
        return float(slope[0])

    return steady(brentq(drift, -80, -50, xtol=1e-13, rtol=1e-15))


@lru_cache(maxsize=64)
def true_spikes(current: float, duration: float) -> np.ndarray:
    """Spike times (V crosses 0 mV upwards) by SciPy's DOP853 at rtol 1e-12, atol 1e-14, from rest."""
    from scipy.integrate import solve_ivp

    def crossing(t: float, y: np.ndarray) -> float:
        return float(y[0])

    crossing.direction = 1  # type: ignore[attr-defined]
    found = solve_ivp(
        squid_derivatives(current), (0, duration), squid_rest(), "DOP853", events=crossing, rtol=1e-12, atol=1e-14
    )
    return found.t_events[0]


def spike_error(found: np.ndarray, true: np.ndarray) -> float:
    """The largest error of a spike time; infinite if spikes are missing or too many."""
    return float(np.max(np.abs(found - true), initial=0.0)) if len(found) == len(true) else math.inf
