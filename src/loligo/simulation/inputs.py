"""The inputs of many variants: one stimulus, some of whose numbers vary, as the tables that the integrators read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError, SimulationError
from ..model.noise import Noise
from ..model.stimulus import Line, Step, Stimulus, Sum
from ..numerics.batch import Inputs
from .protocol import lower, terms_of

Array = NDArray[np.float64]


def lower_each(
    stimulus: Stimulus | None, varied: Mapping[str, Array], count: int, duration: float, dt: float | None = None
) -> tuple[Inputs, NDArray[np.bool_]]:
    """Lower a stimulus of which some numbers vary.

    Parameters
    ----------
    stimulus : Stimulus or None
    varied : mapping of str to array (count)
        By path: ``stimulus.amplitude``, ``stimulus.1.start``, ``seed``.
    count : int
        Number of variants.

    Returns
    -------
    inputs : Inputs
    valid : array of bool (count)
        False where the numbers make no sense, such as a pulse that ends before it begins; the input is 0 there.
    """
    valid = np.ones(count, dtype=bool)
    if not varied or stimulus is None:
        one = lower(stimulus, duration, dt)
        return Inputs.shared(one.segments, one.waves, count), valid
    if any(isinstance(term, Noise) for term in terms_of(stimulus)):
        return _one_by_one(stimulus, varied, count, duration, dt)
    lines, waves = _varied_pieces(stimulus, varied, count)
    valid &= np.isfinite(lines[..., [0, 2, 3]]).all(axis=(1, 2)) & np.isfinite(waves[..., 2:]).all(axis=(1, 2))
    begins, ends = (np.concatenate([lines[..., i], waves[..., i]], axis=1) for i in (0, 1))
    valid &= (begins >= 0).all(axis=1) & (ends >= begins).all(axis=1)
    lines = np.where(valid[:, None, None], lines, 0.0)
    waves = np.where(valid[:, None, None], waves, 0.0)
    return _tables(lines, waves, duration), valid


def changed(stimulus: Stimulus, values: Mapping[str, float]) -> Stimulus:
    """A stimulus with some of its numbers changed, by path."""
    terms = list(terms_of(stimulus))
    for path, value in values.items():
        if path == "seed":
            continue
        place, name = _named(terms, path)
        exact = int(value) if name in ("count", "seed") else value
        terms[place] = terms[place].with_(**{name: exact})
    made = terms[0] if len(terms) == 1 else Sum(tuple(terms))
    return reseeded(made, int(values["seed"])) if "seed" in values else made


def reseeded(stimulus: Stimulus, seed: int) -> Stimulus:
    """A stimulus whose noises have other seeds: the first one this, the next one the next."""
    terms = list(terms_of(stimulus))
    noises = [i for i, term in enumerate(terms) if isinstance(term, Noise)]
    if not noises:
        raise SimulationError("seed: the stimulus has no noise to seed")
    for count, i in enumerate(noises):
        terms[i] = terms[i].with_(seed=seed + count)
    return terms[0] if len(terms) == 1 else Sum(tuple(terms))


def _named(terms: Sequence[Stimulus], path: str) -> tuple[int, str]:
    """Which term, and which of its numbers, a path such as ``stimulus.1.start`` or ``stimulus.start`` means."""
    parts = path.split(".")
    if len(parts) == 3:
        return int(parts[1]), parts[2]
    [place] = [i for i, term in enumerate(terms) if parts[1] in vars(term)]
    return place, parts[1]


def _varied_pieces(stimulus: Stimulus, varied: Mapping[str, Array], count: int) -> tuple[Array, Array]:
    """Lines (count, lines, 4) and waves (count, waves, 6). Pieces are made by arithmetic alone, so it takes arrays."""
    terms = list(terms_of(stimulus))
    columns: list[dict[str, Array]] = [{} for _ in terms]
    for path, values in varied.items():
        place, name = _named(terms, path)
        columns[place][name] = values
    lines: list[Array] = []
    waves: list[Array] = []
    for term, changes in zip(terms, columns, strict=True):
        if changes:
            many = object.__new__(type(term))
            many._set(**{**vars(term), **changes})
            term = many
        for piece in term.pieces():
            row = np.stack([np.broadcast_to(np.asarray(x, dtype=float), count) for x in piece], axis=1)
            (lines if isinstance(piece, Line) else waves).append(row)
    return (
        np.stack(lines, axis=1) if lines else np.zeros((count, 0, 4)),
        np.stack(waves, axis=1) if waves else np.zeros((count, 0, 6)),
    )


def _tables(lines: Array, waves: Array, duration: float) -> Inputs:
    """Segments and oscillations of many inputs that have the same number of pieces."""
    count = len(lines)
    start, stop, first, last = np.moveaxis(lines, 2, 0)
    waves = waves.copy()
    waves[..., 1] = np.minimum(waves[..., 1], duration)
    whole = np.broadcast_to(np.array([0.0, duration]), (count, 2))
    edges = np.concatenate([whole, start, stop, waves[..., 0], waves[..., 1]], axis=1)
    times = np.sort(np.clip(edges, 0.0, duration), axis=1)
    kept = np.ones(times.shape, dtype=bool)
    kept[:, 1:] = times[:, 1:] > times[:, :-1]
    finite = np.isfinite(stop) & (stop > start)
    rate = np.where(finite, (last - first) / np.where(finite, stop - start, 1.0), 0.0)
    base, slope = np.zeros(times.shape), np.zeros(times.shape)
    for j in range(lines.shape[1]):
        begin = start[:, j, None]
        on = (times >= begin) & (times < stop[:, j, None]) & (times < duration)
        base += np.where(on, first[:, j, None] + rate[:, j, None] * (times - begin), 0.0)
        slope += np.where(on, rate[:, j, None], 0.0)
    segment = np.stack([times[kept], base[kept], slope[kept]], axis=1)
    ends = np.cumsum(kept.sum(axis=1))
    each = waves.shape[1]
    wave_ends = np.arange(1, count + 1) * each
    offset = np.stack([ends - kept.sum(axis=1), ends, wave_ends - each, wave_ends], axis=1)
    return Inputs(segment, waves.reshape(-1, 6), offset.astype(np.int64))


def _one_by_one(
    stimulus: Stimulus, varied: Mapping[str, Array], count: int, duration: float, dt: float | None
) -> tuple[Inputs, NDArray[np.bool_]]:
    valid, found = np.ones(count, dtype=bool), []
    for i in range(count):
        try:
            one = changed(stimulus, {path: float(values[i]) for path, values in varied.items()})
        except (LoligoError, ValueError):
            valid[i], one = False, Step()
        found.append(lower(one, duration, dt))
    segments, waves = [p.segments for p in found], [p.waves for p in found]
    ends, wave_ends = np.cumsum([len(s) for s in segments]), np.cumsum([len(w) for w in waves])
    begins, wave_begins = ends - [len(s) for s in segments], wave_ends - [len(w) for w in waves]
    offset = np.stack([begins, ends, wave_begins, wave_ends], axis=1).astype(np.int64)
    return Inputs(np.concatenate(segments), np.concatenate(waves), offset), valid
