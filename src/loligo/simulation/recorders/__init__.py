"""What is kept of every variant of a sweep. Recorders combine; no trace is stored unless one asks for it."""

from __future__ import annotations

from .base import Quantity, Recorder, Seen
from .choice import chosen
from .levels import Final, Mean, Peak, Trough
from .spikes import Intervals, Rate, Spikes
from .trace import Trace

__all__ = [
    "Final",
    "Intervals",
    "Mean",
    "Peak",
    "Quantity",
    "Rate",
    "Recorder",
    "Seen",
    "Spikes",
    "Trace",
    "Trough",
    "chosen",
]
