"""What is on the bench: a cell, what was done to it, what is applied; and what is measured when it runs."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from ... import cells
from ...errors import LoligoError, LoligoWarning, PathError, nearest
from ...model.cell import Cell
from ...model.stimulus import Stimulus
from ..changes import applied, changed, structured

LONGEST = 5_000.0  # ms of a run
MOST_STIMULI = 8
MOST_CHANGES = 60
SAMPLES = 4_000
ABOVE = -20.0  # mV: `time_above` counts the time above it

# Kinds of stimuli with their numbers, as the page sends them: µA/cm², ms, Hz.
KINDS: dict[str, dict[str, float]] = {
    "step": {"amplitude": 10.0, "start": 5.0, "stop": 45.0},
    "pulses": {"amplitude": 20.0, "width": 1.0, "interval": 12.0, "count": 2, "start": 5.0},
    "ramp": {"amplitude": 20.0, "start": 5.0, "stop": 80.0, "initial": 0.0},
    "sine": {"amplitude": 5.0, "frequency": 60.0, "offset": 0.0, "start": 5.0, "stop": 95.0},
    "chirp": {"amplitude": 2.0, "first": 5.0, "last": 200.0, "start": 5.0, "stop": 95.0},
}
LISTS = ("add", "remove", "freeze", "instant")
TABLES = ("set", "block", "slow")


@dataclass(frozen=True)
class Setup:
    """A preparation and its protocol.

    Attributes
    ----------
    cell : str
        A name of the library.
    add, remove : tuple of str
        Entries of the library of channels; names of channels.
    set : mapping
        Parameters by path.
    block, slow : mapping
        Part of a channel that is blocked; factor by which a gate is slowed.
    freeze, instant : tuple of str
        Gates.
    stimuli : tuple of (str, mapping)
        Kind and numbers.
    duration : float
        ms.
    """

    cell: str = "squid"
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    set: Mapping[str, float] = field(default_factory=dict)
    block: Mapping[str, float] = field(default_factory=dict)
    freeze: tuple[str, ...] = ()
    slow: Mapping[str, float] = field(default_factory=dict)
    instant: tuple[str, ...] = ()
    stimuli: tuple[tuple[str, Mapping[str, float]], ...] = ()
    duration: float = 50.0

    def __post_init__(self) -> None:
        """Refuse what cannot be, or would run for too long."""
        if self.cell not in cells.__all__:
            raise PathError(f"no cell is called '{self.cell}'; {nearest(self.cell, cells.__all__)}")
        if not 0 < _finite(self.duration, "duration") <= LONGEST:
            raise LoligoError(f"duration: {self.duration:g} ms; give more than 0 and at most {LONGEST:g}")
        if len(self.stimuli) > MOST_STIMULI:
            raise LoligoError(f"stimuli: {len(self.stimuli)}; give at most {MOST_STIMULI}")
        for name in (*LISTS, *TABLES):
            if len(getattr(self, name)) > MOST_CHANGES:
                raise LoligoError(f"{name}: more than {MOST_CHANGES} entries")

    def with_(self, changes: Mapping[str, Any]) -> Setup:
        """Another set-up.

        Parameters
        ----------
        changes : mapping
            By path: ``"Na.g"``, ``"celsius"``, ``"stimulus.amplitude"`` (of the first stimulus), ``"block.Na"``,
            ``"slow.K.n"``, ``"freeze.Na.h"`` (True or False), ``"instant.Na.m"``, ``"remove.Na"``, ``"cell"``,
            ``"duration"``, ``"stimulus"`` (a table, in place of the first), ``"stimuli.1.start"``.
        """
        made = self
        for path, value in changes.items():
            made = made._changed(path, value)
        return made

    def _changed(self, path: str, value: Any) -> Setup:
        head, _, rest = path.partition(".")
        if path == "cell":
            return replace(self, cell=_text(value, path))
        if path == "duration":
            return replace(self, duration=_finite(value, path))
        if path == "stimulus":
            return replace(self, stimuli=(stimulus_of(value), *self.stimuli[1:]))
        if head == "stimulus":
            if not self.stimuli:
                raise LoligoError(f"{path}: there is no stimulus to change; give the set-up one")
            kind, numbers = self.stimuli[0]
            return replace(self, stimuli=(stimulus_of({"kind": kind, **numbers, rest: value}), *self.stimuli[1:]))
        if head == "stimuli":
            return self._one(path, rest, value)
        if head in ("block", "slow"):
            changed: dict[str, Any] = {head: {**getattr(self, head), rest: _finite(value, path)}}
            return replace(self, **changed)
        if head in ("freeze", "instant", "remove"):
            kept = tuple(g for g in getattr(self, head) if g != rest)
            now: dict[str, Any] = {head: (*kept, rest) if value else kept}
            return replace(self, **now)
        return replace(self, set={**self.set, path: _finite(value, path)})

    def _one(self, path: str, rest: str, value: Any) -> Setup:
        """Another number of one of several stimuli: ``"stimuli.1.start"``."""
        place, _, name = rest.partition(".")
        if not place.isdigit() or int(place) >= len(self.stimuli):
            raise LoligoError(f"{path}: there are {len(self.stimuli)} stimuli, counted from 0")
        listed = list(self.stimuli)
        kind, numbers = listed[int(place)]
        listed[int(place)] = stimulus_of({"kind": kind, **numbers, name: value})
        return replace(self, stimuli=tuple(listed))

    @staticmethod
    def of(given: Mapping[str, Any]) -> Setup:
        """A set-up from a table, as in a lesson or as the page sends it."""
        table = {**given, **given.get("preparation", {})}
        table.pop("preparation", None)
        listed = table.pop("stimuli", [])
        if "stimulus" in table:
            listed = [*listed, table.pop("stimulus")]
        known = {*LISTS, *TABLES, "cell", "duration"}
        for name in table:
            if name not in known:
                raise LoligoError(f"set-up: no entry '{name}'; {nearest(name, [*known, 'stimulus'])}")
        for name in LISTS:
            table[name] = tuple(_text(v, name) for v in _list(table.get(name, []), name))
        for name in TABLES:
            table[name] = {k: _finite(v, f"{name}.{k}") for k, v in flat(table.get(name, {}), name).items()}
        return Setup(
            **{**table, "cell": _text(table.get("cell", "squid"), "cell")},
            stimuli=tuple(stimulus_of(s) for s in _list(listed, "stimuli")),
        )

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it; ``preparation``, ``stimuli`` and ``duration`` as in the messages of the laboratory."""
        return {
            "preparation": {
                "cell": self.cell,
                **{name: list(getattr(self, name)) for name in LISTS},
                **{name: dict(getattr(self, name)) for name in TABLES},
            },
            "stimuli": [{"type": kind, **numbers} for kind, numbers in self.stimuli],
            "duration": self.duration,
        }

    def made(self) -> Cell:
        """The cell with everything done to it."""
        return changed(_structure(self.cell, self.add, self.remove), self)

    def applied(self) -> Stimulus | None:
        """The stimulus; None if there is none."""
        return applied((kind.title(), _whole(numbers)) for kind, numbers in self.stimuli)

    def released(self) -> float:
        """When the last stimulus ends, ms; 0 without one."""
        ends = [0.0]
        for kind, n in self.stimuli:
            ends.append(n["start"] + (n["count"] - 1) * n["interval"] + n["width"] if kind == "pulses" else n["stop"])
        return max(ends)


@lru_cache(maxsize=64)
def _structure(name: str, add: tuple[str, ...], remove: tuple[str, ...]) -> Cell:
    return structured(getattr(cells, name)(), add, remove)


def stimulus_of(given: Any) -> tuple[str, Mapping[str, float]]:
    """Kind and numbers of a stimulus from a table with ``kind`` (or ``type``)."""
    if not isinstance(given, Mapping):
        raise LoligoError(f"stimulus: {given!r} is no table; write {{kind = 'step', amplitude = 10}}")
    kind = _text(given.get("kind", given.get("type", "step")), "stimulus.kind")
    if kind not in KINDS:
        raise LoligoError(f"stimulus.kind: '{kind}'; {nearest(kind, KINDS)}")
    numbers = dict(KINDS[kind])
    for name, value in given.items():
        if name in ("kind", "type"):
            continue
        if name not in numbers:
            raise LoligoError(f"stimulus: a {kind} has no '{name}'; {nearest(name, numbers)}")
        numbers[name] = _finite(value, f"stimulus.{name}")
    if not 1 <= numbers.get("count", 1) <= 500:
        raise LoligoError(f"stimulus.count: {numbers['count']:g}; give 1 to 500")
    return kind, numbers


def _whole(numbers: Mapping[str, float]) -> dict[str, Any]:
    return {k: int(v) if k == "count" else v for k, v in numbers.items()}


def _finite(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise LoligoError(f"{name}: {value!r} is not a finite number")
    return float(value)


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise LoligoError(f"{name}: {value!r} is not a text")
    return value


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise LoligoError(f"{name}: {value!r} is not a list")
    return list(value)


def flat(table: Any, name: str, prefix: str = "") -> dict[str, Any]:
    """``Na.g = 60`` in TOML is a table within a table; here it is a path."""
    if not isinstance(table, Mapping):
        raise LoligoError(f"{name}: {table!r} is not a table")
    made: dict[str, Any] = {}
    for key, value in table.items():
        made.update(flat(value, name, f"{prefix}{key}.") if isinstance(value, Mapping) else {f"{prefix}{key}": value})
    return made


def perform(setup: Setup, cursor: float | None = None) -> dict[str, float]:
    """Run what is on the bench, and measure.

    Parameters
    ----------
    setup : Setup
    cursor : float, optional
        Where the student put the cursor, ms; what lies under it is among the readings as ``cursor.V``, ``cursor.Na.m``.

    Returns
    -------
    dict of str to float
        ``rest``, ``peak``, ``trough``, ``end`` (mV), ``count``, ``rebounds`` (spikes after the stimulus),
        ``rate`` (Hz), ``latency``, ``width``, ``time_above`` (ms above -20 mV), ``rise``, ``fall`` (mV/ms), and the
        greatest value of every quantity, ``Na.conductance.peak``, ``K.I.peak``. NaN where there is none.
    """
    import numpy as np

    from ...simulation.run import run

    every = setup.duration / SAMPLES
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LoligoWarning)  # a cell that never rests is part of some lessons
        done = run(
            setup.made(), setup.applied(), duration=setup.duration, record="all", every=every, tolerance=1e-7,
            estimate_error=False,
        )  # fmt: skip
    if done.status != "done":
        raise LoligoError(f"the run did not come to its end: {done.status}")
    v, t = done.values["V"], done.time
    spikes = np.asarray(done.spike_times, dtype=float)
    speed = np.gradient(v, t)
    gaps = np.diff(spikes)
    starts = [n["start"] for _, n in setup.stimuli]
    found = {
        "rest": v[0], "peak": v.max(), "trough": v.min(), "end": v[-1], "count": len(spikes),
        "rebounds": (spikes > setup.released()).sum(),
        "rate": 1e3 / gaps.mean() if len(gaps) else math.nan,
        "latency": spikes[0] - min(starts) if len(spikes) and starts else math.nan,
        "time_above": (v > ABOVE).sum() * every,
        "width": _width(t, v),
        "rise": speed.max(), "fall": speed.min(),
    }  # fmt: skip
    for path, values in done.values.items():
        found[f"{path}.peak"] = values[np.argmax(np.abs(values))]
        if cursor is not None:
            found[f"cursor.{path}"] = np.interp(cursor, t, values)
    return {name: float(value) for name, value in found.items()}


def _width(t: Any, v: Any) -> float:
    """How long V stays above half of its height over rest, ms."""
    import numpy as np

    top, half = int(np.argmax(v)), 0.5 * (v[0] + v.max())
    before, after = np.flatnonzero(v[:top] < half), np.flatnonzero(v[top:] < half)
    if not len(before) or not len(after):
        return math.nan
    i, j = int(before[-1]), top + int(after[0])
    left = np.interp(half, v[i : i + 2], t[i : i + 2])
    right = np.interp(-half, -v[j - 1 : j + 1], t[j - 1 : j + 1])
    return float(right - left)
