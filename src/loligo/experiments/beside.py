"""What a cell does a little on either side of an answer: the traces that show what the answer means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.stimulus import Stimulus
from ..simulation.recorders import Trace
from .bench import Bench

Array = NDArray[np.float64]
BESIDE = 0.01  # how far beside, relative to the answer
SAMPLES, FINE = 4000, 0.1  # samples, and the longest interval between them, ms: a spike is seen


def beside(
    bench: Bench, stimulus: Stimulus, varied: Mapping[str, Array], duration: float, *paths: str, longer: int = 0
) -> tuple[dict[str, tuple[Any, Any, str, str]], dict[str, tuple[Any, str, str]]]:
    """Traces of two trials, the one with the answer no and the one with yes.

    Parameters
    ----------
    bench : Bench
    stimulus : Stimulus
    varied : mapping of str to array (2)
        What differs, the no first.
    duration : float
        ms.
    *paths : str
        What is recorded, V among it; "all" for V, gates, currents and conductances.
    longer : int
        How often the time is made four times as long where V does not reach a spike in it.

    Returns
    -------
    variables, coords
        As `result` takes them, over (``side``, ``time``).
    """
    every = min(max(duration / SAMPLES, 0.01), FINE)
    found = bench.run(stimulus, varied, duration, (Trace(*paths),), 1e-8, every)
    if longer and not (found["V"][1] >= bench.threshold).any():
        return beside(bench, stimulus, varied, 4 * duration, *paths, longer=longer - 1)
    variables: dict[str, tuple[Any, Any, str, str]] = {
        o.path: (("side", "time"), found[o.path], o.unit, o.description or o.path)
        for o in bench.system.observables
        if o.path in found
    }
    time = np.arange(found["V"].shape[1]) * np.float64(every)
    return variables, {"side": (np.array(["no", "yes"]), "1", "side of the answer"), "time": (time, "ms", "time")}
