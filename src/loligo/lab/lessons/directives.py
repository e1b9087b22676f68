"""From a directive, TOML, to what it says: a set-up, a check, a question, an apparatus; mistakes named by line."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from ...errors import LoligoError, nearest
from . import apparatus as benches
from .answers import ANSWERS, arguments, required
from .lesson import Apparatus, Check, Question, Range
from .measures import MEASURES, NAMES, NEEDS_OF, PAGE
from .setup import Setup, flat

MOST_DRAWS = 100_000  # numbers in one range
_CHECK = ("measure", "of", "at_least", "at_most", "near", "within", "equals", "hint", "target", "record", "log")
_QUESTION = (
    "answer", "prompt", "unit", "parameters", "given", "setup", "relative", "absolute", "hints", "example", "expected",
)  # fmt: skip


class Place:
    """Where in which file, to say it in errors."""

    def __init__(self, file: str) -> None:
        self.file = file

    def error(self, line: int, text: str) -> LoligoError:
        """An error to raise."""
        return LoligoError(f"{self.file}, line {line}: {text}")


def toml(lines: list[str], first: int, place: Place) -> dict[str, Any]:
    """A table from its lines."""
    try:
        return tomllib.loads("\n".join(lines))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        line = first + int(found[1]) - 1 if found else first
        text = re.sub(r" \(at .*\)$", "", str(error))
        raise place.error(line, f"this is not TOML: {text}") from None


def set_up(table: Mapping[str, Any], line: int, place: Place) -> Setup:
    """A set-up, made once to see that it can be."""
    try:
        made = Setup.of(table)
        made.made()
        made.applied()
    except (LoligoError, TypeError, AttributeError) as error:
        raise place.error(line, str(error)) from None
    return made


def _known(table: Mapping[str, Any], allowed: tuple[str, ...], what: str, line: int, place: Place) -> None:
    for key in table:
        if key not in allowed:
            raise place.error(line, f"{what}: no entry '{key}'; {nearest(key, allowed)}")


def _number(table: Mapping[str, Any], key: str, line: int, place: Place, default: Any = None) -> Any:
    value = table.get(key, default)
    if value is default:
        return default
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise place.error(line, f"{key}: {value!r} is not a finite number")
    return float(value)


def _string(table: Mapping[str, Any], key: str, line: int, place: Place, default: str | None = "") -> Any:
    value = table.get(key, default)
    if value is not default and not isinstance(value, str):
        raise place.error(line, f"{key}: {value!r} is not a text")
    return value


def check(table: Mapping[str, Any], line: int, place: Place) -> Check:
    """A condition on what the student did."""
    _known(table, _CHECK, "check", line, place)
    measure, of = _string(table, "measure", line, place), _string(table, "of", line, place)
    if measure not in MEASURES:
        raise place.error(line, f"no measure '{measure}'; {nearest(measure, MEASURES)}")
    if (measure in NEEDS_OF) != bool(of):
        raise place.error(line, f"measure '{measure}' needs {'of = ...' if not of else 'no of'}")
    numbers = {key: _number(table, key, line, place) for key in ("at_least", "at_most", "near")}
    equals = _string(table, "equals", line, place, None)
    if measure in NAMES and equals is None:
        raise place.error(line, f"measure '{measure}' is a name: say equals = '...'")
    if measure not in NAMES and (equals is not None or (measure != "prediction" and not any(
        v is not None for v in numbers.values()
    ))):  # fmt: skip
        raise place.error(line, f"measure '{measure}' is a number: give at_least, at_most, or near and within")
    target = table.get("target", {})
    if not isinstance(target, dict):
        raise place.error(line, "target: a table of what a student would do, such as {Na.g = 60}")
    record, log = (_texts(table, key, line, place) for key in ("record", "log"))
    if (record and len(record) != 2) or (measure != "points" and (record or log)):
        raise place.error(line, "record: of points, what is x and what is y, such as ['stimulus.amplitude', 'peak']")
    return Check(
        measure, of, **numbers, within=_number(table, "within", line, place, 0.0), equals=equals,
        hint=_string(table, "hint", line, place), target=_paths(target), record=record, log=log,
    )  # fmt: skip


def _texts(table: Mapping[str, Any], key: str, line: int, place: Place) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise place.error(line, f"{key}: {value!r} is not a list of texts")
    return tuple(value)


def apparatus(table: Mapping[str, Any], line: int, place: Place) -> Apparatus:
    """What stands beside the scope."""
    _known(table, ("name", "knobs"), "apparatus", line, place)
    name, knobs = _string(table, "name", line, place), table.get("knobs", {})
    if not isinstance(knobs, dict):
        raise place.error(line, f"knobs: {knobs!r} is not a table")
    try:
        known = benches.kind(name).knobs
        for knob, value in knobs.items():
            if knob not in known:
                raise LoligoError(f"no knob '{knob}'; {nearest(knob, known)}")
            known[knob].check(knob, value)
    except LoligoError as error:
        raise place.error(line, f"apparatus: {error}") from None
    return Apparatus(name, {k: float(v) for k, v in knobs.items()})


def _paths(table: Mapping[str, Any]) -> dict[str, Any]:
    """Tables within tables as dotted paths; a new stimulus stays a table, what is on the page a value."""
    made: dict[str, Any] = {}
    for key, value in table.items():
        nested = isinstance(value, Mapping) and not (key == "stimulus" and "kind" in value) and key not in PAGE
        made.update(flat({key: value}, "target") if nested else {key: value})
    return made


def question(table: Mapping[str, Any], setup: Setup, line: int, place: Place) -> Question:
    """A question, on the set-up of its section unless it has its own."""
    _known(table, _QUESTION, "question", line, place)
    answer = _string(table, "answer", line, place)
    if answer not in ANSWERS:
        raise place.error(line, f"no computation '{answer}'; {nearest(answer, ANSWERS)}")
    own = table.get("setup")
    base = set_up(own, line, place) if own is not None else setup
    for key in ("parameters", "given", "hints", "example"):
        if not isinstance(table.get(key, {}), dict):
            raise place.error(line, f"{key}: {table[key]!r} is not a table")
    ranges = {k: _range(k, v, line, place) for k, v in flat(table.get("parameters", {}), "parameters").items()}
    given = flat(table.get("given", {}), "given")
    known = arguments(answer)
    for key, value in given.items():
        if known.get(key, False) != isinstance(value, str):
            raise place.error(line, f"given.{key}: {value!r} is {'no text' if known.get(key) else 'no number'}")
    for key in required(answer):
        if key not in ranges and key not in given:
            raise place.error(line, f"'{answer}' needs '{key}': give it a range in parameters, or a value in given")
    example = flat(table.get("example", {}), "example")
    for key in (*ranges, *given):
        if key not in known:
            _try(base, key, given.get(key, ranges[key].low if key in ranges else 0.0), line, place)
    for key in example:
        if key not in ranges:
            raise place.error(line, f"example: '{key}' is no parameter of the question")
    prompt = _string(table, "prompt", line, place)
    if not prompt:
        raise place.error(line, "question: give a prompt")
    for name in re.findall(r"\{([^{}]*)\}", prompt):
        if name not in ranges:
            raise place.error(line, f"prompt: '{{{name}}}' is no parameter; {nearest(name, ranges) if ranges else ''}")
    for name in ranges:
        if "{" + name + "}" not in prompt:
            raise place.error(line, f"prompt: does not tell the student the number '{{{name}}}'")
    relative, absolute = (_number(table, k, line, place, 0.0) for k in ("relative", "absolute"))
    if not 0 <= relative <= 0.5 or absolute < 0 or relative + absolute == 0:
        raise place.error(line, "question: give relative (at most 0.5) or absolute, how far off an answer may be")
    hints = {k: str(v) for k, v in table.get("hints", {}).items()}
    return Question(
        answer, prompt, _string(table, "unit", line, place), ranges, given, base, relative, absolute, hints,
        {k: float(v) for k, v in example.items()}, _number(table, "expected", line, place),
    )  # fmt: skip


def _try(setup: Setup, path: str, value: Any, line: int, place: Place) -> None:
    try:
        setup.with_({path: value}).made()
    except LoligoError as error:
        raise place.error(line, f"{path}: {error}") from None


def _range(name: str, value: Any, line: int, place: Place) -> Range:
    good = isinstance(value, list) and len(value) == 3 and all(
        isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v) for v in value
    )  # fmt: skip
    if not good or not value[0] <= value[1] or value[2] <= 0:
        raise place.error(line, f"parameters.{name}: {value!r}; write [low, high, step]")
    if (value[1] - value[0]) / value[2] > MOST_DRAWS:
        raise place.error(line, f"parameters.{name}: more than {MOST_DRAWS} numbers to draw from")
    return Range(*(float(v) for v in value))
