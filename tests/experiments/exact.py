"""Hodgkin & Huxley's equations solved by SciPy as sharply as double precision allows: what decides between two digits.

A spike is a peak above u = 50, found as a root of dV/dt on the dense output, not at the end of a step.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

sys.path.insert(0, str(Path(__file__).parents[1] / "simulation"))
from truth import REST, slopes

RELATIVE, ABSOLUTE = 2.3e-14, 1e-15
PARTS = ((60.0, 0.0),)  # no current


def _slope(t: float, y: Any, *args: Any) -> float:
    return float(slopes(t, y, *args)[0])


def courses(begin: Sequence[float], parts: Any = PARTS, celsius: float = 6.3, dense: bool = False) -> Iterator[Any]:
    """Solutions during each (duration, current), with the extremes of V as events; times from the beginning."""
    phi, now, state = 3 ** ((celsius - 6.3) / 10), 0.0, np.array(begin)
    for length, current in parts:
        done = solve_ivp(
            slopes, (now, now + length), state, args=(current, phi), method="DOP853", rtol=RELATIVE, atol=ABSOLUTE,
            events=_slope, dense_output=dense,
        )  # fmt: skip
        yield done
        now, state = now + length, done.y[:, -1]


def extremes(begin: Sequence[float], parts: Any = PARTS, celsius: float = 6.3) -> list[tuple[float, float]]:
    """Time (ms) and depolarisation (mV) of every peak and trough."""
    found = []
    for done in courses(begin, parts, celsius):
        found += [(float(t), float(y[0]) + 65) for t, y in zip(done.t_events[0], done.y_events[0], strict=True)]
    return found


def fires(begin: Sequence[float], parts: Any = PARTS, celsius: float = 6.3) -> bool:
    """Is there a peak above u = 50?"""
    return max((u for _, u in extremes(begin, parts, celsius)), default=-np.inf) > 50


def count(current: float, duration: float) -> int:
    """Number of peaks above u = 50 under a step from rest."""
    return sum(u > 50 for _, u in extremes(REST, ((duration, current),)))


def kicked(size: float) -> tuple[float, ...]:
    """The resting state, depolarised at once."""
    return (REST[0] + size, *REST[1:])


def is_threshold(value: float, ask: Any, within: float = 1e-10) -> bool:
    """Does the answer change at this value, to so small a part of it?"""
    return bool(ask(value * (1 + within))) and not ask(value * (1 - within))


def first_crossing(current: Any, until: float) -> float:
    """When u = 50 is first crossed under a current that depends on time, ms."""

    def above(t: float, y: Any, *_: Any) -> float:
        return float(y[0]) + 15

    above.direction, above.terminal = 1, True  # type: ignore[attr-defined]
    done = solve_ivp(
        slopes, (0, until), REST, args=(current,), method="DOP853", rtol=RELATIVE, atol=ABSOLUTE, events=above
    )
    return float(done.t_events[0][0])
