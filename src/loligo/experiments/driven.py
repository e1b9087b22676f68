"""Is it the membrane that fires, or does the stimulus alone take V past what counts as a spike?

A strong enough current takes any membrane, also one without a single gate, across any potential. What tells a spike is
that V rises faster than the stimulus alone would have it: the current of the channels is inward then.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..model.stimulus import Step
from ..simulation.recorders import Trace
from .bench import Bench

Array = NDArray[np.float64]
EVERY = 0.02  # ms
MARGIN = 1e-3  # relative to the stimulus: what the integrator and the difference of two samples get wrong


def own_spikes(bench: Bench, amplitudes: Array, duration: float) -> NDArray[np.bool_]:
    """Which of these steps of current, from rest, make the membrane cross its threshold by its own current.

    Of a cell of several compartments current flows from one to the other; of it all crossings are taken to be its own.
    """
    found = bench.run(Step(0.0), {"stimulus.amplitude": amplitudes}, duration, every=EVERY, recorders=(Trace("V"),))
    v = found["V"]
    crossing = (v[:, :-1] < bench.threshold) & (v[:, 1:] >= bench.threshold)
    if sum(s.kind == "voltage" for s in bench.system.states) > 1:
        return np.asarray(crossing.any(axis=1))
    flow = bench.cell.capacitance.value * np.diff(v, axis=1) / EVERY  # capacitive current
    own = flow > amplitudes[:, None] + MARGIN * np.abs(amplitudes)[:, None]
    return np.asarray(crossing.any(axis=1) & own.any(axis=1))
