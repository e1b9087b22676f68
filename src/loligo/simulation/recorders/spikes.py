"""Spikes: their times and number, the rate, the intervals between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...units import number
from .base import Array, Context, Quantity, Recorder, Seen, time_of


@dataclass(frozen=True)
class Spikes(Recorder):
    """Number and times of the spikes, and the latency of the first.

    Parameters
    ----------
    times : bool
        Keep all times, not only their number.
    """

    times: bool = True
    needs_spikes = True

    def quantities(self, context: Context) -> tuple[Quantity, ...]:
        count = Quantity("spike_count", "1", "number of spikes", integer=True)
        latency = Quantity("first_latency", "ms", "time from the beginning of the stimulus to the first spike")
        if not self.times:
            return count, latency
        most = 64 + int(context.duration)
        return count, latency, Quantity("spike_times", "ms", "spike times", (("spike", most),))

    def reduce(self, seen: Seen) -> dict[str, Any]:
        first = seen.spikes[:, 0] if seen.spikes.shape[1] else np.full(len(seen.count), np.nan)
        found = {"spike_count": seen.count, "first_latency": first - seen.onset}
        if self.times:
            found["spike_times"] = seen.spikes[:, : max(int(seen.count.max(initial=0)), 1)]
        return found


@dataclass(frozen=True)
class Rate(Recorder):
    """Firing rate, 1000 (n - 1) / (last - first) Hz over the n spikes after a given time; 0 with less than two.

    Parameters
    ----------
    after : number
        Spikes before are left out, ms.
    """

    after: float = 0.0
    needs_spikes = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "after", number(self.after, "ms", "Rate.after"))

    def quantities(self, context: Context) -> tuple[Quantity, ...]:
        time_of(self.after, "Rate.after", context)
        name = "firing rate" + (f" after {self.after:g} ms" if self.after else "")
        return (Quantity("rate", "Hz", name, attrs={"after": self.after}),)

    def reduce(self, seen: Seen) -> dict[str, Any]:
        count, first, last = _after(seen.spikes, self.after)
        span = np.where(count > 1, last - first, 1.0)
        return {"rate": np.where(count > 1, 1000.0 * (count - 1) / span, 0.0)}


@dataclass(frozen=True)
class Intervals(Recorder):
    """Intervals between spikes after a given time: mean, coefficient of variation, shortest and longest.

    Parameters
    ----------
    after : number
        Spikes before are left out, ms.
    """

    after: float = 0.0
    needs_spikes = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "after", number(self.after, "ms", "Intervals.after"))

    def quantities(self, context: Context) -> tuple[Quantity, ...]:
        time_of(self.after, "Intervals.after", context)
        return (
            Quantity("interval_mean", "ms", "mean interval between spikes"),
            Quantity("interval_cv", "1", "standard deviation of the intervals, relative to their mean"),
            Quantity("interval_min", "ms", "shortest interval between spikes"),
            Quantity("interval_max", "ms", "longest interval between spikes"),
        )

    def reduce(self, seen: Seen) -> dict[str, Any]:
        times = np.where(seen.spikes >= self.after, seen.spikes, np.nan)
        gaps = np.diff(times, axis=1)
        there = np.isfinite(gaps)
        count = there.sum(axis=1)
        some = np.maximum(count, 1)
        mean = np.where(there, gaps, 0.0).sum(axis=1) / some
        spread = np.sqrt(np.where(there, (gaps - mean[:, None]) ** 2, 0.0).sum(axis=1) / some)
        least = np.where(there, gaps, np.inf).min(axis=1, initial=np.inf)
        most = np.where(there, gaps, -np.inf).max(axis=1, initial=-np.inf)
        found = {"mean": mean, "cv": spread / np.where(count > 0, mean, 1.0), "min": least, "max": most}
        return {f"interval_{name}": np.where(count > 0, values, np.nan) for name, values in found.items()}


def _after(spikes: Array, after: float) -> tuple[NDArray[np.int64], Array, Array]:
    """Number, first and last of the spikes after a given time."""
    there = spikes >= after
    first = np.where(there, spikes, np.inf).min(axis=1, initial=np.inf)
    last = np.where(there, spikes, -np.inf).max(axis=1, initial=-np.inf)
    return there.sum(axis=1), first, last
