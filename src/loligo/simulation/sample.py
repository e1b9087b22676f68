"""How wrong a sweep may be: a sample of its variants, run again with companions."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .accuracy import companions, stated_error
from .block import FINE, Study, compute
from .recorders import Spikes, Trace
from .variants import Variants

SAMPLE, POINTS = 16, 1000  # variants that are compared, and points of time at which their V is


@dataclass(frozen=True)
class Sampled:
    """How wrong a sweep may be.

    Attributes
    ----------
    error_v, error_spikes : float
        The largest stated errors of V (mV) and of the spike times (ms) over the sample; infinite if all are unsure.
    size : int
        Of the sample.
    unsure : int
        Variants whose number of spikes changes with the accuracy: they stand at the edge of firing, and are left out
        of the errors.
    """

    error_v: float
    error_spikes: float
    size: int
    unsure: int

    def notes(self) -> tuple[str, ...]:
        """What is to be said of it."""
        if not self.unsure:
            return ()
        return (
            f"the number of spikes changes with the accuracy in {self.unsure} of {self.size} variants that were run "
            "again: they stand at the edge of firing; a smaller tolerance (or dt) tells on which side",
        )


def sampled_error(study: Study, variants: Variants, status: NDArray[np.int8]) -> Sampled | None:
    """The errors of a sample of a sweep; None where nothing ran, or all is exact.

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
    found = []
    for i in range(len(rows)):
        v = runs[0].values["V"][i], runs[1].values["V"][i]
        spikes = [b.values["spike_times"][i, : max(b.values["spike_count"][i], 0)] for b in runs]
        found.append(stated_error(s.method, s.adaptive, s.control, v, spikes))
    sure = [errors for errors in found if math.isfinite(errors[1])]
    worst = np.max(sure, axis=0) if sure else (math.inf, math.inf)
    return Sampled(float(worst[0]), float(worst[1]), len(rows), len(rows) - len(sure))
