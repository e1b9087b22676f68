"""What the page checks off: a closed list of measures of what the student did, each a number or a name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import LoligoError
from . import apparatus
from .lesson import Check, Step
from .setup import Setup, perform

# Of what is on the page besides the set-up, and what each is before anything was done.
PAGE: dict[str, Any] = {"prediction": None, "cursor": None, "pinned": 0, "points": 0, "panels": (), "knobs": {}}

Result = Mapping[str, float]


@dataclass(frozen=True)
class Verdict:
    """What became of a step.

    Attributes
    ----------
    done : bool
        Do all checks hold?
    found : tuple of (float or str or None)
        What was measured, one for each check.
    hints : tuple of str
        Of those that do not hold.
    holds : tuple of bool
        Which of them do.
    """

    done: bool
    found: tuple[Any, ...]
    hints: tuple[str, ...]
    holds: tuple[bool, ...] = ()


def _reading(check: Check, setup: Setup, page: Mapping[str, Any], result: Result) -> float:
    return float(result.get(check.of, math.nan))


def _cursor(check: Check, setup: Setup, page: Mapping[str, Any], result: Result) -> float:
    if page.get("cursor") is None:
        return math.nan
    return float(page["cursor"]) if check.of == "time" else float(result.get(f"cursor.{check.of}", math.nan))


def _parameter(check: Check, setup: Setup, page: Mapping[str, Any], result: Result) -> float:
    known = setup.made().parameters
    return float(known[check.of].value) if check.of in known else math.nan


def _stimulus(check: Check, setup: Setup, page: Mapping[str, Any], result: Result) -> float:
    if not setup.stimuli:
        return 0.0 if check.of == "amplitude" else math.nan
    kind, numbers = setup.stimuli[0]
    if check.of == "duration":
        return numbers["width"] if kind == "pulses" else numbers["stop"] - numbers["start"]
    return float(numbers.get(check.of, math.nan))


def _kind(check: Check, setup: Setup, page: Mapping[str, Any], result: Result) -> str:
    return setup.stimuli[0][0] if setup.stimuli else ""


def _blocked(check: Check, setup: Setup, page: Mapping[str, Any], result: Result) -> float:
    return float(setup.block.get(check.of, 0.0))


def _frozen(check: Check, setup: Setup, page: Mapping[str, Any], result: Result) -> float:
    return float(check.of in setup.freeze)


def _slowed(check: Check, setup: Setup, page: Mapping[str, Any], result: Result) -> float:
    return float(setup.slow.get(check.of, 1.0))


def _cell(check: Check, setup: Setup, page: Mapping[str, Any], result: Result) -> str:
    return setup.cell


def _count(name: str) -> Callable[..., float]:
    return lambda check, setup, page, result: float(page.get(name) or 0)


def _prediction(check: Check, setup: Setup, page: Mapping[str, Any], result: Result) -> float:
    given = page.get("prediction")
    return math.nan if given is None else float(given)


def _panel(check: Check, setup: Setup, page: Mapping[str, Any], result: Result) -> float:
    return float(check.of in tuple(page.get("panels") or ()))


def _knob(check: Check, setup: Setup, page: Mapping[str, Any], result: Result) -> float:
    return float(page["knobs"].get(check.of, math.nan))


def _apparatus(check: Check, setup: Setup, page: Mapping[str, Any], result: Result) -> float:
    return float(result.get(f"apparatus.{check.of}", math.nan))


MEASURES: dict[str, Callable[..., float | str]] = {
    "reading": _reading,  # of a run: rest, peak, count, rate, latency, width, rebounds, Na.conductance.peak, ...
    "cursor": _cursor,  # what lies under the cursor: time, V, Na.m, ...
    "parameter": _parameter,  # of the cell: Na.g, celsius, ...
    "stimulus": _stimulus,  # amplitude, duration, start, width, interval, frequency, ...
    "stimulus_kind": _kind,  # step, pulses, ramp, ...
    "blocked": _blocked,  # part of a channel
    "frozen": _frozen,  # 1 if a gate is
    "slowed": _slowed,  # factor of a gate
    "cell": _cell,  # its name
    "prediction": _prediction,  # the number that the student wrote down
    "pinned": _count("pinned"),  # runs kept for comparison
    "points": _count("points"),  # rows of the student's table
    "knob": _knob,  # of the apparatus
    "apparatus": _apparatus,  # what it shows: Na.peak, velocity, resonance, ...
    "panel": _panel,  # 1 if it is open: rates, plane, curves, durations, recovery
}
NEEDS_OF = ("reading", "cursor", "parameter", "stimulus", "blocked", "frozen", "slowed", "panel", "knob", "apparatus")
NAMES = ("cell", "stimulus_kind")  # whose value is a name


# What each is called on the page; {} stands for what it is a measure of.
_WORDS = {
    "cursor": "{} under the cursor", "parameter": "{}", "stimulus": "{} of the stimulus", "blocked": "{} blocked, part",
    "frozen": "{} frozen", "slowed": "{} slowed, times", "knob": "{}", "apparatus": "{}", "panel": "panel: {}",
    "cell": "cell", "stimulus_kind": "kind of stimulus", "prediction": "your guess", "pinned": "runs pinned",
    "points": "points in your table",
}  # fmt: skip
_READINGS = {
    "count": "spikes", "rebounds": "spikes after the stimulus", "peak": "peak of V, mV", "rest": "resting V, mV",
    "end": "V at the end, mV", "trough": "lowest V, mV", "rate": "firing rate, Hz", "latency": "latency, ms",
    "width": "width of the spike, ms", "time_above": "time above -20 mV, ms", "rise": "fastest rise, mV/ms",
}  # fmt: skip
_PANELS = {
    "rates": "f–I curve", "plane": "phase plane", "curves": "∞ and τ", "durations": "strength–duration",
    "recovery": "refractoriness", "equations": "equations",
}  # fmt: skip


def words(check: Check) -> str:
    """What a check measures, for the page."""
    if check.measure == "reading":
        return _READINGS.get(check.of, check.of)
    if check.measure == "panel":
        return f"panel: {_PANELS.get(check.of, check.of)}"
    return _WORDS[check.measure].replace("{}", check.of.replace("_", " "))


def check(step: Step, state: Mapping[str, Any], result: Result | None = None) -> Verdict:
    """Has the student done what a step asks for?

    Parameters
    ----------
    step : Step
    state : mapping
        What is on the page: a set-up (``preparation``, ``stimuli``, ``duration``) and
        ``prediction``, ``cursor`` (ms), ``pinned``, ``points``, ``panels``, ``knobs``.
    result : mapping, optional
        Readings of this very set-up, as `perform` gives them; measured now unless given.

    Raises
    ------
    LoligoError
        If the state is malformed.
    """
    page, setup = _divided(state)
    if step.apparatus is not None:
        page["knobs"] = {**step.apparatus.knobs, **page["knobs"]}
    if not step.checks:
        return Verdict(True, (), ())
    if result is None:
        wanted = {c.measure for c in step.checks}
        result = perform(setup, page["cursor"]) if wanted & {"reading", "cursor"} else {}
        if "apparatus" in wanted and step.apparatus is not None:
            shown = apparatus.show(step.apparatus.name, setup, page["knobs"])
            result = {**result, **{f"apparatus.{name}": value for name, (value, _) in shown.readings.items()}}
    found = tuple(MEASURES[c.measure](c, setup, page, result) for c in step.checks)
    holds = [_holds(c, value) for c, value in zip(step.checks, found, strict=True)]
    hints = tuple(c.hint for c, good in zip(step.checks, holds, strict=True) if not good and c.hint)
    return Verdict(all(holds), found, hints, tuple(holds))


def _divided(state: Mapping[str, Any]) -> tuple[dict[str, Any], Setup]:
    """What is on the page, and the set-up."""
    page = {name: state.get(name, value) for name, value in PAGE.items()}
    for name in ("prediction", "cursor", "pinned", "points"):
        value = page[name]
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise LoligoError(f"{name}: {value!r} is not a number")
        if value is not None and not math.isfinite(value):
            raise LoligoError(f"{name}: {value!r} is not a finite number")
    if not isinstance(page["panels"], (list, tuple)) or not all(isinstance(p, str) for p in page["panels"]):
        raise LoligoError(f"panels: {page['panels']!r} is not a list of names")
    if not isinstance(page["knobs"], Mapping):
        raise LoligoError(f"knobs: {page['knobs']!r} is not a table")
    return page, Setup.of({k: v for k, v in state.items() if k not in PAGE})


def _holds(check: Check, value: float | str) -> bool:
    if isinstance(value, str):
        return value == check.equals
    if not math.isfinite(value):
        return False
    slack = 1e-9 * max(1.0, abs(value))  # 5.2 - 5 is a little more than 0.2
    if check.at_least is not None and value < check.at_least - slack:
        return False
    if check.at_most is not None and value > check.at_most + slack:
        return False
    return check.near is None or abs(value - check.near) <= check.within + slack


def _with(before: Any, value: Any) -> Any:
    """Panels and knobs come on top of those before; all else is replaced."""
    if isinstance(before, Mapping):
        return {**before, **value}
    return [*before, *value] if isinstance(before, (list, tuple)) else value


def student(step: Step, state: Mapping[str, Any]) -> dict[str, Any]:
    """The page after a student has done what the targets of a step's checks say; for tests.

    Parameters
    ----------
    step : Step
    state : mapping
        As of `check`.
    """
    page, setup = _divided(state)
    for one in step.checks:
        for path, value in (one.target or {}).items():
            if path in PAGE:
                page[path] = _with(page[path], value)
            else:
                setup = setup.with_({path: value})
    return {**page, **setup.to_dict()}
