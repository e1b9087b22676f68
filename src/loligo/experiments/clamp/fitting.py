"""Rates of the gates at one voltage, by least squares: from a step, or from two pulses with an interval between."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError
from .ions import Ion
from .records import Record

Array = NDArray[np.float64]
LEAST_FORCE = 6.0  # mV: with less driving force a record says nothing about a conductance


@dataclass(frozen=True)
class Fit:
    """Rates at one voltage.

    Attributes
    ----------
    rates, errors : array
        Logarithms of the rates (1/ms), and their standard errors.
    left : float
        Standard deviation of what the fit leaves, µA/cm².
    extra : array
        What else was sought.
    """

    rates: Array
    errors: Array
    left: float
    extra: Array


def fit_records(records: Sequence[Record], ions: tuple[Ion, Ion]) -> dict[str, dict[float, Fit]]:
    """Rates of the gates of each channel at each voltage.

    Raises
    ------
    LoligoError
        If the records are not steps from one potential, or pairs of equal pulses with an interval between them.
    """
    steps: dict[float, list[Record]] = {}
    pairs: dict[float, list[Record]] = {}
    pulses = set()
    for i, record in enumerate(records):
        levels = record.levels
        if len(levels) == 2:
            steps.setdefault(levels[1], []).append(record)
        elif len(levels) == 4 and levels[1] == levels[3]:
            pairs.setdefault(levels[2], []).append(record)
            pulses.add(levels[1])
        else:
            raise LoligoError(
                f"record {i}: the command goes through {', '.join(f'{v:g}' for v in levels[:6])} mV; a record is "
                "a step (hold, V) or two equal pulses with an interval (hold, pulse, V, pulse)"
            )
    if len(pulses) > 1 or (pulses and not pulses <= set(steps)):
        raise LoligoError(
            f"pulses at {', '.join(f'{v:g}' for v in sorted(pulses))} mV: use one pulse potential, and a step to it too"
        )
    middle = pulses.pop() if pulses else float(np.median(list(steps) or [0.0]))
    found: dict[str, dict[float, Fit]] = {}
    for ion in ions:
        mine: dict[float, Fit] = {}
        for v in sorted(steps, key=lambda v: abs(v - middle)):
            if abs(v - ion.E) >= LEAST_FORCE:
                mine[v] = _fit_step(steps[v], ion, v, _neighbour(mine, v))
        if pairs and middle not in mine:
            raise LoligoError(f"pulse: at {middle:g} mV {ion.name} has no driving force; use another pulse potential")
        for v in sorted(pairs, reverse=True):
            mine[v] = _fit_pairs(pairs[v], ion, v, mine[middle], _neighbour(mine, v))
        found[ion.name] = dict(sorted(mine.items()))
    return found


def _neighbour(known: Mapping[float, Fit], v: float) -> Array | None:
    """Rates at the nearest voltage that has been fitted: where the search begins."""
    return known[min(known, key=lambda other: abs(other - v))].rates if known else None


def _current(record: Record, ion: Ion) -> Array:
    return record.potassium if len(ion.gates) == 1 else record.sodium


def _opened(ion: Ion, gates: Sequence[Array]) -> Array:
    made: Array = ion.g * np.prod([x**p for x, p in zip(gates, ion.powers, strict=True)], axis=0)
    return made


def _relaxed(start: Any, alpha: float, beta: float, t: Any) -> Any:
    """A gate a time t after a jump (equation 8 of the paper)."""
    speed = alpha + beta
    return alpha / speed + (start - alpha / speed) * np.exp(-speed * t)


def _fit_step(records: Sequence[Record], ion: Ion, v: float, guess: Array | None) -> Fit:
    """A step from the holding potential. Where n begins is sought too; m is shut there and h open."""
    free = len(ion.gates) == 1
    parts = [(r.time[i:] - r.time[i], _current(r, ion)[i:]) for r in records for i in (r.begins[1],)]
    time, measured = (np.concatenate(p) for p in zip(*parts, strict=True))

    def model(rates: Array, extra: Array) -> Array:
        starts = (math.exp(extra[0]),) if free else (0.0, 1.0)
        pairs = rates.reshape(-1, 2)
        gates = [_relaxed(x, a, b, time) for x, (a, b) in zip(starts, pairs, strict=True)]
        return _opened(ion, gates) * (v - ion.E)

    return _least(model, measured, ion, guess, np.array([math.log(0.01)]) if free else np.empty(0))


def _fit_pairs(records: Sequence[Record], ion: Ion, v: float, at_pulse: Fit, guess: Array | None) -> Fit:
    """An interval between two pulses, for all intervals at once.

    The rates during the pulse, known from steps with an error, are sought again beside the new ones.
    """
    starts = (math.exp(at_pulse.extra[0]),) if len(ion.gates) == 1 else (0.0, 1.0)
    pieces, measured = [], []
    for r in records:
        _, first, second, third, _ = r.begins
        during, after = r.time[second:third] - r.time[second], r.time[third:] - r.time[third]
        pieces.append((r.time[second] - r.time[first], during, r.time[third] - r.time[second], after))
        measured.append(_current(r, ion)[second:])
    force, pulse_force = v - ion.E, float(records[0].levels[1]) - ion.E

    def model(rates: Array, extra: Array) -> Array:
        made = []
        pairs, known = rates.reshape(-1, 2), np.exp(extra).reshape(-1, 2)
        for length, during, interval, after in pieces:
            tail, second = [], []
            for x, (a, b), (at_a, at_b) in zip(starts, pairs, known, strict=True):
                begin = _relaxed(x, at_a, at_b, length)
                tail.append(_relaxed(begin, a, b, during))
                second.append(_relaxed(_relaxed(begin, a, b, interval), at_a, at_b, after))
            made += [_opened(ion, tail) * force, _opened(ion, second) * pulse_force]
        return np.concatenate(made)

    return _least(model, np.concatenate(measured), ion, guess, at_pulse.rates, at_pulse)


def _least(
    model: Callable[[Array, Array], Array],
    measured: Array,
    ion: Ion,
    guess: Array | None,
    extra: Array,
    before: Fit | None = None,
) -> Fit:
    """Least squares over the logarithms of the rates, from a few beginnings; the best counts.

    `before` says what is known of the extra parameters already.
    """
    from scipy.optimize import least_squares

    count = 2 * len(ion.gates)
    starts = [guess] if guess is not None else []
    starts.append(np.log(np.array((0.5, 0.1) if count == 2 else (4.0, 0.5, 0.02, 0.8))))

    def away(x: Array) -> Array:
        left = model(np.exp(np.clip(x[:count], -30, 12)), np.clip(x[count:], -30, 12)) - measured
        if before is None:
            return left
        known = (x[count:] - before.rates) * (before.left / np.maximum(before.errors, 1e-9))
        return np.concatenate([left, known])

    best = None
    for start in starts:
        done = least_squares(away, np.concatenate([start, extra]), method="lm", xtol=1e-9, ftol=1e-9, max_nfev=400)
        if best is None or done.cost < 0.999 * best.cost:
            best = done
    assert best is not None
    left = math.sqrt(2 * best.cost / max(len(measured) - count, 1))
    # The pseudo-inverse would call what is not determined certain; a little of nothing on the diagonal calls it vague.
    normal = best.jac.T @ best.jac
    normal += np.diag(1e-12 * np.diag(normal) + 1e-30)
    errors = max(left, 1e-12) * np.sqrt(np.diag(np.linalg.inv(normal)))
    return Fit(best.x[:count], errors[:count], left, best.x[count:])


def drawn(record: Record, ion: Ion, found: Mapping[float, Fit], v: float) -> tuple[Array, Array, Array]:
    """A record and the curve of its fit, to be looked at.

    Parameters
    ----------
    record : Record
        A step to `v`, or two equal pulses with an interval at `v`.
    ion : Ion
    found : mapping of float to Fit
        Of this channel at `v` and, for two pulses, at the potential of the pulses.

    Returns
    -------
    tuple of array
        Time (ms, from the step, or from the end of the first pulse), the measured and the fitted current (µA/cm²).
    """
    free = len(ion.gates) == 1
    levels, begins = record.levels, record.begins
    at = found[levels[1]]
    starts: Sequence[Any] = (math.exp(at.extra[0]),) if free else (0.0, 1.0)
    first = begins[1] if len(levels) == 2 else begins[2]
    spans = [(begins[1], v)] if len(levels) == 2 else [(begins[1], levels[1]), (begins[2], v), (begins[3], levels[3])]
    ends = [*(b for b, _ in spans[1:]), begins[-1]]
    pieces = []
    for (begin, level), end in zip(spans, ends, strict=True):
        rates = np.exp(found[level].rates).reshape(-1, 2)
        during = record.time[begin:end] - record.time[begin]
        gates = [_relaxed(x, a, b, during) for x, (a, b) in zip(starts, rates, strict=True)]
        pieces.append(_opened(ion, gates) * (level - ion.E))
        over = record.time[end] - record.time[begin] if end < len(record.time) else 0.0
        starts = [_relaxed(x, a, b, over) for x, (a, b) in zip(starts, rates, strict=True)]
    curve = np.concatenate(pieces)[first - begins[1] :]
    return record.time[first:] - record.time[first], _current(record, ion)[first:], curve
