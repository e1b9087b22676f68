"""A random current that is the same every time.

Units and places are as in `stimulus.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from ..errors import LoligoError
from ..units import number
from .stimulus import Line, Stimulus, Wave, interval_of, place_of, whole_number


class Noise(Stimulus):
    """A random current: an Ornstein-Uhlenbeck process, frozen by its seed.

    ``dI = (mean - I) / tau dt + sigma sqrt(2 / tau) dW``: stationary with mean `mean` and standard deviation `sigma`.
    The process is sampled exactly (Gillespie 1996) every `dt` and runs straight in between, so that one seed gives
    one current, the same for every method, tolerance and number of threads.

    Parameters
    ----------
    sigma, mean : number
        µA/cm².
    tau : number
        Correlation time, ms.
    seed : int
    start, stop : number
        ms.
    dt : number
        Interval of the samples, ms.
    at : number or str
        The place of the electrode; see `Stimulus`.
    """

    sigma: float
    tau: float
    mean: float
    seed: int
    start: float
    stop: float
    dt: float

    def __init__(
        self,
        sigma: Any = 0.0,
        tau: Any = 2.0,
        mean: Any = 0.0,
        seed: int = 0,
        start: Any = 0.0,
        stop: Any = math.inf,
        dt: Any = 0.025,
        at: Any = 0.0,
    ) -> None:
        begin, end = interval_of(start, stop, "Noise")
        spread = number(sigma, "µA/cm²", "Noise.sigma")
        times = {"tau": number(tau, "ms", "Noise.tau"), "dt": number(dt, "ms", "Noise.dt")}
        if spread < 0:
            raise LoligoError(f"Noise.sigma: a standard deviation of {spread:g} makes no sense; give at least 0")
        for name, value in times.items():
            if value <= 0:
                raise LoligoError(f"Noise.{name}: {value:g} ms; give a positive time")
        self._set(
            sigma=spread,
            tau=times["tau"],
            mean=number(mean, "µA/cm²", "Noise.mean"),
            seed=whole_number(seed, 0, "Noise.seed"),
            start=begin,
            stop=end,
            dt=times["dt"],
            at=place_of(at, "Noise"),
        )

    def pieces(self) -> Iterator[Line | Wave]:
        yield Line(self.start, self.stop, self.mean, self.mean)  # the fluctuations are drawn when a run is planned
