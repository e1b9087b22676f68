"""The travelling impulse against temperature: waves up to the fold at which heat blocks the nerve."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .wave import TOLERANCE, Wave, WaveProblem

Array = NDArray[np.float64]
FIRST, FARTHEST, NEAREST = 1.0, 4.0, 0.5  # °C: steps between temperatures
COARSE = 1e-5  # residual of the collocation on the way: K to some 1e-8
SHRINK, MOST = 0.93, 40  # of K from one wave to the next, towards a fold; how many
WIDTHS = (0.02, 0.005, 0.001)  # relative, of the parabolas that find a maximum


def waves_at(problem: WaveProblem, start: Wave, celsius: Array) -> dict[float, Wave]:
    """The fast waves at some temperatures, as far as there are any on the way from the one that is known."""
    found = {start.celsius: start}
    for side in (np.sort(celsius[celsius >= start.celsius]), np.sort(celsius[celsius < start.celsius])[::-1]):
        now = start
        for wanted in side:
            reached = _walk(problem, now, float(wanted))
            if reached is None:
                break
            found[float(wanted)] = now = reached
    return found


def _walk(problem: WaveProblem, now: Wave, wanted: float) -> Wave | None:
    """From one temperature to another; K is foretold from the last two waves, and steps are halved where that fails."""
    step, before = FIRST, None
    while True:
        gap = wanted - now.celsius
        if gap == 0:
            return now
        target = wanted if abs(gap) <= step else now.celsius + float(np.sign(gap)) * step
        rate = 0.0 if before is None else math.log(now.K / before.K) / (now.celsius - before.celsius)
        foretold = now.K * math.exp(rate * (target - now.celsius))
        new = problem.solve(now, celsius=target, guess_k=foretold, tolerance=COARSE)
        if new is not None and new.K > 0.5 * now.K:  # not the slow wave
            before, now, step = now, new, min(FARTHEST, 2 * step)
        elif step > NEAREST:
            step *= 0.5
        else:
            return None


def block(problem: WaveProblem, hot: Wave, highest: float) -> tuple[Wave | None, list[Wave]]:
    """The fold: the wave of the highest temperature, where the fast and the slow one meet; and the fast ones before it.

    Towards it K falls and the temperature is what is found, so that the fold is a smooth maximum.

    Parameters
    ----------
    problem : WaveProblem
    hot : Wave
        A fast wave, whose K already falls with temperature or soon does.
    highest : float
        °C; no fold is looked for beyond.
    """
    waves = [hot]
    while len(waves) < MOST:
        new = problem.solve(waves[-1], k=SHRINK * waves[-1].K, tolerance=COARSE)
        if new is None or new.celsius > highest:
            break
        waves.append(new)
        if len(waves) > 2 and new.celsius < waves[-2].celsius:
            return _top(problem, waves[-3:], "celsius"), waves[:-2]
        if new.celsius < waves[-2].celsius:  # K still grew with temperature
            break
    return None, waves


def fastest(problem: WaveProblem, waves: list[Wave]) -> Wave | None:
    """The wave of the largest K over temperature, unless it is one of the ends."""
    ordered = sorted(waves, key=lambda w: w.celsius)
    k = int(np.argmax([w.K for w in ordered]))
    return None if k in (0, len(ordered) - 1) else _top(problem, ordered[k - 1 : k + 2], "K")


def _top(problem: WaveProblem, three: list[Wave], of: str) -> Wave:
    """The largest temperature (over K), or the largest K (over temperature), by parabolas that get narrower."""
    other = "K" if of == "celsius" else "celsius"
    best = three[1]

    def solved(x: float, near: Wave, tolerance: float) -> Any:
        return problem.solve(near, k=x, tolerance=tolerance) if other == "K" else problem.solve(
            near, celsius=x, tolerance=tolerance)  # fmt: skip

    for width in WIDTHS:
        middle = _vertex(three, other, of)
        new = [solved(v, best, TOLERANCE) for v in (middle * (1 - width), middle, middle * (1 + width))]
        if any(w is None for w in new):
            return best
        three, best = new, new[1]
    last = solved(_vertex(three, other, of), best, TOLERANCE)
    return best if last is None else last


def _vertex(waves: list[Wave], over: str, of: str) -> float:
    x, y = (np.array([getattr(w, name) for w in waves]) for name in (over, of))
    a, b, _ = np.polyfit(x - x[1], y, 2)
    return float(x[1] - b / (2 * a))
