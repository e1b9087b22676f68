"""What page and server say to each other: typed messages, each complete in itself, with every size bounded.

The page sends JSON. The server answers with one binary frame: the length of a JSON header (32 bits, little-endian), the
header, padded to a multiple of four bytes, and the arrays that it lists, one after another as 32-bit floats.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta

from ..errors import LoligoError

LARGEST = 400_000  # bytes of a message
LONGEST = 5_000.0  # ms of a run
Name = Annotated[str, Meta(max_length=120)]
Few = Annotated[list[Name], Meta(max_length=40)]
Numbers = Annotated[dict[Name, float], Meta(max_length=200)]
Duration = Annotated[float, Meta(gt=0, le=LONGEST)]
Current = Annotated[float, Meta(ge=-1e6, le=1e6)]
Time = Annotated[float, Meta(ge=0, le=LONGEST)]
Frequency = Annotated[float, Meta(ge=0, le=5_000)]
Number = Annotated[int, Meta(ge=0, le=2**53)]
Seed = Annotated[int, Meta(ge=0, le=2**31)]
Small = Annotated[int, Meta(ge=0, le=1_000)]
Samples = Annotated[list[float], Meta(min_length=2, max_length=20_000)]


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of what may be sent: nothing unknown, nothing missing."""


class Preparation(Message, frozen=True):
    """A cell and what is done to it: numbers set, channels blocked, gates held, slowed or made instantaneous."""

    cell: Name = "squid"
    toml: Annotated[str, Meta(max_length=300_000)] = ""
    add: Few = []
    remove: Few = []
    set: Numbers = {}
    block: Numbers = {}
    freeze: Few = []
    slow: Numbers = {}
    instant: Few = []


class Step(Message, tag="step", frozen=True):
    """A constant current."""

    amplitude: Current = 10.0
    start: Time = 5.0
    stop: Time = 45.0


class Pulses(Message, tag="pulses", frozen=True):
    """A train of pulses; two of them are a pair."""

    amplitude: Current = 20.0
    width: Annotated[float, Meta(gt=0, le=LONGEST)] = 1.0
    interval: Annotated[float, Meta(gt=0, le=LONGEST)] = 12.0
    count: Annotated[int, Meta(ge=1, le=500)] = 2
    start: Time = 5.0


class Ramp(Message, tag="ramp", frozen=True):
    """A current that changes along a straight line."""

    amplitude: Current = 20.0
    start: Time = 5.0
    stop: Time = 80.0
    initial: Current = 0.0


class Sine(Message, tag="sine", frozen=True):
    """A sinusoidal current."""

    amplitude: Current = 5.0
    frequency: Frequency = 60.0
    offset: Current = 0.0
    start: Time = 5.0
    stop: Time = 95.0


class Chirp(Message, tag="chirp", frozen=True):
    """A sinusoidal current that sweeps through the frequencies."""

    amplitude: Current = 2.0
    first: Frequency = 5.0
    last: Frequency = 200.0
    start: Time = 5.0
    stop: Time = 95.0


class Noise(Message, tag="noise", frozen=True):
    """A random current."""

    sigma: Annotated[float, Meta(ge=0, le=1e5)] = 5.0
    mean: Current = 5.0
    tau: Annotated[float, Meta(ge=0.05, le=LONGEST)] = 2.0
    seed: Annotated[int, Meta(ge=0, le=2**31)] = 1
    start: Time = 5.0
    stop: Time = 95.0


class Samples_(Message, tag="waveform", frozen=True):
    """A current given by samples: recorded, or drawn by hand."""

    times: Samples
    values: Samples


Stimulus = Step | Pulses | Ramp | Sine | Chirp | Noise | Samples_
Stimuli = Annotated[list[Stimulus], Meta(max_length=8)]


class Request(Message, frozen=True):
    """Base of all questions; the answer carries the same number."""

    id: Number
    preparation: Preparation


class Describe(Request, tag="describe", frozen=True):
    """What are this cell's parts, and what can be changed?"""


class Run(Request, tag="run", frozen=True):
    """What does it do under this stimulus?"""

    stimuli: Stimuli
    duration: Duration
    points: Annotated[int, Meta(ge=100, le=4_000)] = 1_600


class Rates(Request, tag="rates", frozen=True):
    """How does the firing rate depend on a constant current? Without `high`, as far up as this cell fires."""

    low: Current = 0.0
    high: Current | None = None
    count: Annotated[int, Meta(ge=2, le=64)] = 32
    duration: Annotated[float, Meta(gt=0, le=1_000)] = 300.0


class Plane(Request, tag="plane", frozen=True):
    """Nullclines and fixed points in the plane of V and another state."""

    y: Name
    current: Current = 0.0


class Curves(Request, tag="curves", frozen=True):
    """Steady states and time constants of all gates against V."""


class Threshold(Request, tag="threshold", frozen=True):
    """The least pulse that fires the cell."""

    duration: Annotated[float, Meta(ge=0, le=100)] = 1.0


class Durations(Request, tag="durations", frozen=True):
    """Threshold against the duration of the pulse."""


class Recovery(Request, tag="recovery", frozen=True):
    """Threshold of a second pulse against its distance from the first."""


class Share(Request, tag="share", frozen=True):
    """The same in Python, and the cell as TOML."""

    stimuli: Stimuli
    duration: Duration


class Keep(Request, tag="keep", frozen=True):
    """The run as a NetCDF file."""

    stimuli: Stimuli
    duration: Duration


Width = Annotated[float, Meta(gt=0, le=LONGEST)]


class Poke(Message, frozen=True):
    """A pulse into a running scope; it begins so many ms after the piece does."""

    at: Annotated[float, Meta(ge=-LONGEST, le=LONGEST)]
    amplitude: Current
    width: Width


class Go(Request, tag="go", frozen=True):
    """How does it go on from this state? The next piece of a scope that runs freely."""

    state: Numbers
    every: Annotated[float, Meta(ge=0.005, le=5)]
    samples: Annotated[int, Meta(ge=1, le=1_000)]
    current: Current = 0.0
    pokes: Annotated[list[Poke], Meta(max_length=20)] = []


Volts = Annotated[float, Meta(ge=-250, le=250)]
Span = Annotated[float, Meta(gt=0, le=500)]


class Family(Request, tag="family", frozen=True):
    """Voltage clamp: a family of steps, and the current of each channel as what its block takes away."""

    hold: Volts = -65.0
    low: Volts = -80.0
    high: Volts = 60.0
    step: Annotated[float, Meta(ge=0.5, le=100)] = 10.0
    duration: Span = 12.0


class Tails(Request, tag="tails", frozen=True):
    """Voltage clamp: the current just after a pulse, at several potentials."""

    channel: Name
    hold: Volts = -65.0
    pulse: Volts = 0.0
    width: Span = 5.0


class Prepulse(Request, tag="prepulse", frozen=True):
    """Voltage clamp: what a prepulse leaves of a channel."""

    channel: Name
    pulse: Volts = 0.0
    width: Span = 200.0


class Leak(Request, tag="leak", frozen=True):
    """Voltage clamp: P/N leak subtraction, with noise."""

    hold: Volts = -100.0
    pulse: Volts = 0.0
    pulses: Annotated[int, Meta(ge=1, le=64)] = 4
    noise: Annotated[float, Meta(ge=0, le=1e4)] = 2.0


class Fit(Request, tag="fit", frozen=True):
    """The rates of m, h and n at one potential, from records with noise."""

    voltage: Volts
    hold: Volts = -120.0
    pulse: Volts = 0.0
    noise: Annotated[float, Meta(ge=0, le=1e4)] = 5.0
    sodium: Name = "Na"
    potassium: Name = "K"


class Electrode(Message, frozen=True):
    """A pulse of current into a fibre: nA, at x (mm), from ms on, for ms."""

    x: Annotated[float, Meta(ge=0, le=2_000)]
    amplitude: Annotated[float, Meta(ge=-1e7, le=1e7)]
    start: Time = 0.5
    width: Width = 0.5


class Fibre(Request, tag="fibre", frozen=True):
    """V(x, t) along a fibre of this membrane; `myelin`: only nodes of Ranvier have it."""

    electrodes: Annotated[list[Electrode], Meta(max_length=4)]
    length: Annotated[float, Meta(ge=1, le=2_000)] = 50.0
    diameter: Annotated[float, Meta(ge=0.1, le=2_000)] = 476.0
    Ra: Annotated[float, Meta(ge=1, le=1_000)] = 35.4
    duration: Annotated[float, Meta(ge=0.5, le=100)] = 8.0
    myelin: bool = False
    nodes: Annotated[float, Meta(ge=0, le=100)] = 1.0


class Lessons(Message, tag="lessons", frozen=True):
    """Which lessons are there?"""

    id: Number


class Lesson(Message, tag="lesson", frozen=True):
    """A lesson, with the numbers that a seed draws for its student."""

    id: Number
    name: Name
    seed: Seed = 1


class Bench(Message, frozen=True):
    """What is on the page while a lesson is taken."""

    preparation: Preparation
    stimuli: Stimuli
    duration: Duration
    prediction: float | None = None
    cursor: Time | None = None
    pinned: Small = 0
    points: Small = 0
    panels: Few = []
    knobs: Numbers = {}


class Progress(Message, tag="progress", frozen=True):
    """Has the student done what a step asks for?"""

    id: Number
    name: Name
    step: Small
    bench: Bench


class Apparatus(Message, tag="apparatus", frozen=True):
    """What does the apparatus of a step show?"""

    id: Number
    name: Name
    step: Small
    bench: Bench


class Judge(Message, tag="judge", frozen=True):
    """Is this the answer to the question of a step? Without one: what is it?"""

    id: Number
    name: Name
    step: Small
    seed: Seed = 1
    answer: float | None = None


Asked = (
    Describe | Run | Rates | Plane | Curves | Threshold | Durations | Recovery | Share
    | Keep | Go | Family | Tails | Prepulse | Leak | Fit | Fibre
)  # fmt: skip
Taught = Lessons | Lesson | Progress | Apparatus | Judge
Any_ = Asked | Taught
_DECODER = msgspec.json.Decoder(Any_)


def decode(data: bytes | str) -> Any_:
    """Read a message.

    Raises
    ------
    LoligoError
        If it is too large, malformed, or a number in it is out of bounds; the text says which.
    """
    if len(data) > LARGEST:
        raise LoligoError(f"message: {len(data)} bytes; at most {LARGEST} are read")
    try:
        message: Any_ = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise LoligoError(f"message: {error}") from None
    return message


def number_of(data: bytes | str) -> int:
    """The number of a message that could not be read otherwise, so that the page knows which; 0 if that fails too."""
    try:
        found = json.loads(data).get("id", 0)
    except (ValueError, AttributeError, RecursionError):
        return 0
    return found if isinstance(found, int) and 0 <= found <= 2**53 else 0


def encode(header: Mapping[str, Any], arrays: Mapping[str, Any] | None = None) -> bytes:
    """Make a frame of a header and arrays."""
    parts, listed = [], []
    for name, values in (arrays or {}).items():
        with np.errstate(over="ignore"):
            flat = np.ascontiguousarray(values, dtype="<f4").ravel()
        listed.append([name, len(flat)])
        parts.append(flat.tobytes())
    text = json.dumps({**_finite(dict(header)), "arrays": listed}, allow_nan=False, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 4)
    return struct.pack("<I", len(text)) + text + b"".join(parts)


def _finite(value: Any) -> Any:
    """JSON has no NaN: null."""
    if isinstance(value, dict):
        return {str(k): _finite(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(v) for v in value]
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value
