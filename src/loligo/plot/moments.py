"""The moments at which V along a fibre, or over a neuron, is shown: while the impulse is on its way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .traces import PlotError

if TYPE_CHECKING:
    import xarray as xr

AFTER = 0.25  # of the time that the impulse takes: what it leaves behind is shown too


def moments(ds: xr.Dataset, times: Sequence[float] | None, count: int) -> list[float]:
    """Times of samples (ms) next to those asked for; unless given, `count` of them while the impulse spreads.

    Raises
    ------
    PlotError
        If one of them is not in the run.
    """
    t = ds["time"].values
    if times is not None:
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        off = wanted[~((wanted >= t[0]) & (wanted <= t[-1]))]
        if len(off) or not len(wanted):
            raise PlotError(f"times={times!r} should be moments between {t[0]:g} and {t[-1]:g} ms")
    else:
        arrival = ds["arrival"].values
        known = arrival[(arrival >= t[0]) & (arrival <= t[-1])]
        slow = len(known) > 0 and np.ptp(known) >= count * (t[1] - t[0])  # or else it is everywhere at once
        low, high = (known.min(), known.max()) if slow else (t[0], t[-1])
        wanted = np.linspace(low, min(high + AFTER * (high - low), t[-1]), count)
    return [float(t[k]) for k in np.abs(t[:, None] - wanted).argmin(axis=0)]
