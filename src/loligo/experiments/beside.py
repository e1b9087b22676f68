"""Traces that show what an answer means: of what a cell does on either side of it, or at every value that was tried."""

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


def family(
    bench: Bench, stimulus: Stimulus, varied: Mapping[str, Array], duration: float, over: str, time: str = "time"
) -> tuple[dict[str, tuple[Any, Any, str, str]], dict[str, tuple[Any, str, str]]]:
    """V of every trial, over the dimension of that name and the time of that name, as `result` takes them."""
    every = min(max(duration / SAMPLES, 0.01), FINE)
    v = bench.run(stimulus, varied, duration, (Trace("V"),), 1e-8, every)["V"]
    shown, dims = (v, (over, time)) if over else (v[0], time)
    return {"V": (dims, shown, "mV", "membrane potential")}, {time: (np.arange(v.shape[1]) * every, "ms", "time")}
