"""How wrong a sweep may be: a sample of its variants, run again with companions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .accuracy import companions, stated_error
from .block import FINE, Study, compute
from .recorders import Spikes, Trace
from .variants import Variants

SAMPLE, POINTS = 16, 1000  # variants that are compared, and points of time at which their V is


def sampled_error(study: Study, variants: Variants, status: NDArray[np.int8]) -> tuple[float, float, int] | None:
    """The largest stated errors of V and of the spike times over a sample of a sweep, and its size.

    The variants are spread evenly over those that ran; their companions run in double precision in any case.
    """
    done = np.flatnonzero(status == FINE)
    s = study.settings
    if not len(done) or s.clamp is not None:
        return None
    rows = done[np.unique(np.linspace(0, len(done) - 1, SAMPLE).astype(int))]
    every = max(s.every, s.duration / POINTS)
    exact = replace(s, every=every, precision="double", device="cpu")
    others = [
        replace(exact, tolerance=c.control) if s.adaptive else replace(exact, dt=c.control)
        for c in companions(s.adaptive, s.control)
    ]
    recorders = (Spikes(), Trace("V"))
    runs = [
        compute(Study(chosen, recorders), variants.of(rows), len(rows)) for chosen in (replace(s, every=every), *others)
    ]
    worst = [0.0, 0.0]
    for i in range(len(rows)):
        v = runs[0].values["V"][i], runs[1].values["V"][i]
        spikes = [b.values["spike_times"][i, : max(b.values["spike_count"][i], 0)] for b in runs]
        found = stated_error(s.method, s.adaptive, s.control, v, spikes)
        worst = [max(a, b) for a, b in zip(worst, found, strict=True)]
    return worst[0], worst[1], len(rows)
