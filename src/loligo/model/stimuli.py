"""The stimuli by name, for files and messages that name one."""

from __future__ import annotations

from collections.abc import Callable

from .noise import Noise
from .oscillation import Chirp, Sine
from .recorded import Waveform
from .stimulus import Pulses, Ramp, Step, Stimulus

STIMULI: dict[str, Callable[..., Stimulus]] = {
    kind.__name__: kind for kind in (Step, Pulses, Ramp, Sine, Chirp, Noise, Waveform)
}
