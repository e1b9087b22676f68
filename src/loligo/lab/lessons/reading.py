"""From a file to a lesson: front matter, sections, directives; each mistake named with its file and line.

A lesson begins with front matter, TOML between two lines of ``+++``. Then come sections, each with a heading
``## Phase`` or ``## Phase: title``; ``Goal`` is the first, the others are in the order of `lesson.PHASES`. Within them
stand directives, ``:::setup``, ``:::check`` and ``:::question``, TOML that ends with a line ``:::``. All else is
Markdown.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import LoligoError, nearest
from .answers import ANSWERS, arguments, required
from .lesson import PHASES, Check, Lesson, Question, Range, Step
from .measures import MEASURES, NAMES, NEEDS_OF, PAGE
from .setup import Setup, flat

FOLDER = Path(__file__).parent / "data"
LARGEST = 60_000  # bytes
MOST_STEPS = 30
MOST_DRAWS = 100_000  # numbers in one range
FRONT = {"title": str, "order": int, "topic": str, "minutes": int, "sources": list}
DIRECTIVES = ("setup", "check", "question")
_CHECK = ("measure", "of", "at_least", "at_most", "near", "within", "equals", "hint", "target")
_QUESTION = (
    "answer", "prompt", "unit", "parameters", "given", "setup", "relative", "absolute", "hints", "example", "expected",
)  # fmt: skip


@dataclass
class _Directive:
    kind: str
    line: int
    lines: list[str] = field(default_factory=list)


@dataclass
class _Section:
    title: str
    line: int
    text: list[str] = field(default_factory=list)
    directives: list[_Directive] = field(default_factory=list)


class _Place:
    """Where in which file, to say it in errors."""

    def __init__(self, file: str) -> None:
        self.file = file

    def error(self, line: int, text: str) -> LoligoError:
        return LoligoError(f"{self.file}, line {line}: {text}")


def names() -> list[str]:
    """Names of the lessons that come along, in the order in which they are best taken."""
    found = [(_order(path), path.stem) for path in FOLDER.glob("*.md")]
    return [name for _, name in sorted(found)]


def _order(path: Path) -> int:
    found = re.search(r"^order\s*=\s*(\d+)", path.read_text("utf-8"), flags=re.M)
    return int(found[1]) if found else 1000


def load(name: str) -> Lesson:
    """A lesson that comes along, by its name.

    Raises
    ------
    LoligoError
        If there is none; the message names the nearest ones.
    """
    known = names()
    if name not in known:
        raise LoligoError(f"no lesson is called '{name}'; {nearest(name, known)}")
    return read(FOLDER / f"{name}.md")


def read(path: Any) -> Lesson:
    """Read a lesson from a file.

    Raises
    ------
    LoligoError
        If it cannot be read or is no lesson; the message names file and line.
    """
    file = Path(path)
    if not file.is_file():
        raise LoligoError(f"{file}: there is no such file")
    if file.stat().st_size > LARGEST:
        raise LoligoError(f"{file}: {file.stat().st_size} bytes; a lesson has at most {LARGEST}")
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise LoligoError(f"{file}: is not UTF-8 text ({error.reason} at byte {error.start})") from None
    return parse(text, file.stem, str(file.name))


def parse(text: str, name: str = "lesson", file: str = "lesson") -> Lesson:
    """A lesson from its text.

    Parameters
    ----------
    text : str
    name : str
        Of the lesson.
    file : str
        To name in errors.
    """
    place = _Place(file)
    lines = text.replace("\r\n", "\n").split("\n")
    front, body = _front(lines, place)
    sections = _sections(lines, body, place)
    if not sections or sections[0].title.strip().lower() != "goal":
        raise place.error(body + 1, "the first section is '## Goal'")
    goal = sections[0]
    setup = _only_setup(goal, place)
    if setup is None:
        raise place.error(goal.line, "the goal needs a set-up: ':::setup', TOML, ':::'")
    steps = tuple(_step(section, setup, place) for section in sections[1:])
    _ordered(steps, place)
    return Lesson(name, front.pop("title"), goal="\n".join(goal.text).strip(), setup=setup, steps=steps,
                  sources=tuple(front.pop("sources", ())), **front)  # fmt: skip


def _front(lines: list[str], place: _Place) -> tuple[dict[str, Any], int]:
    """Front matter, and the index of the line after it."""
    if lines[0].strip() != "+++":
        raise place.error(1, "a lesson begins with front matter, TOML between two lines of '+++'")
    ends = [i for i, line in enumerate(lines[1:], 1) if line.strip() == "+++"]
    if not ends:
        raise place.error(1, "the front matter has no end: a second line of '+++'")
    table = _toml(lines[1 : ends[0]], 2, place)
    for key, value in table.items():
        if key not in FRONT:
            raise place.error(_line_of(lines, key, 1), f"front matter: no entry '{key}'; {nearest(key, FRONT)}")
        if not isinstance(value, FRONT[key]) or isinstance(value, bool):
            raise place.error(_line_of(lines, key, 1), f"{key}: {value!r} is no {FRONT[key].__name__}")
    for key in ("title", "order", "topic", "minutes"):
        if key not in table:
            raise place.error(1, f"front matter: '{key}' is missing")
    if not all(isinstance(s, str) for s in table.get("sources", [])):
        raise place.error(_line_of(lines, "sources", 1), "sources: a list of texts")
    return table, ends[0] + 1


def _line_of(lines: list[str], key: str, default: int) -> int:
    """The line on which a key stands, for an error."""
    return next((i for i, line in enumerate(lines, 1) if re.match(rf'\s*"?{re.escape(key)}"?\s*[=.]', line)), default)


def _toml(lines: list[str], first: int, place: _Place) -> dict[str, Any]:
    try:
        return tomllib.loads("\n".join(lines))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        line = first + int(found[1]) - 1 if found else first
        text = re.sub(r" \(at .*\)$", "", str(error))
        raise place.error(line, f"this is not TOML: {text}") from None


def _sections(lines: list[str], begin: int, place: _Place) -> list[_Section]:
    made: list[_Section] = []
    inside: _Directive | None = None
    for i in range(begin, len(lines)):
        line, number = lines[i], i + 1
        if inside is not None:
            if line.strip() == ":::":
                inside = None
            elif line.startswith(("## ", ":::")):
                raise place.error(inside.line, f"':::{inside.kind}' has no end: a line ':::'")
            else:
                inside.lines.append(line)
        elif line.startswith("## "):
            made.append(_Section(line[3:].strip(), number))
        elif line.startswith(":::"):
            kind = line[3:].strip()
            if kind not in DIRECTIVES:
                raise place.error(number, f"no directive ':::{kind}'; {nearest(kind, DIRECTIVES)}")
            if not made:
                raise place.error(number, "a directive stands within a section: write '## Goal' first")
            inside = _Directive(kind, number)
            made[-1].directives.append(inside)
        elif made:
            made[-1].text.append(line)
        elif line.strip():
            raise place.error(number, "text stands within a section: write '## Goal' first")
    if inside is not None:
        raise place.error(inside.line, f"':::{inside.kind}' has no end: a line ':::'")
    if len(made) > MOST_STEPS:
        raise place.error(made[MOST_STEPS].line, f"more than {MOST_STEPS} sections")
    return made


def _only_setup(section: _Section, place: _Place) -> Setup | None:
    given = [d for d in section.directives if d.kind == "setup"]
    if len(given) > 1:
        raise place.error(given[1].line, "a section has one set-up")
    return _setup(_toml(given[0].lines, given[0].line + 1, place), given[0].line, place) if given else None


def _setup(table: Mapping[str, Any], line: int, place: _Place) -> Setup:
    try:
        made = Setup.of(table)
        made.made()
        made.applied()
    except (LoligoError, TypeError, AttributeError) as error:
        raise place.error(line, str(error)) from None
    return made


def _step(section: _Section, home: Setup, place: _Place) -> Step:
    phase, _, title = (part.strip() for part in section.title.partition(":"))
    if phase.lower() not in PHASES:
        raise place.error(section.line, f"no phase '{phase}'; {nearest(phase.lower(), PHASES)}")
    own = _only_setup(section, place)
    setup = own or home
    checks, questions = [], []
    for d in section.directives:
        table = _toml(d.lines, d.line + 1, place)
        if d.kind == "check":
            checks.append(_check(table, d.line, place))
        elif d.kind == "question":
            questions.append(_question(table, setup, d.line, place))
    if len(questions) > 1:
        raise place.error(section.line, "a section has one question; begin another section for the next")
    text = "\n".join(section.text).strip()
    if not text:
        raise place.error(section.line, "a section needs a text: say what to do, or why")
    return Step(phase.lower(), title, text, tuple(checks), questions[0] if questions else None, own, section.line)


def _ordered(steps: tuple[Step, ...], place: _Place) -> None:
    """Predict, adjust, measure, plot, explain, investigate; each may come more than once, none before its turn."""
    seen = -1
    for step in steps:
        now = PHASES.index(step.phase)
        if now < seen:
            raise place.error(step.line, f"'{step.phase}' comes before '{PHASES[seen]}': {', '.join(PHASES)}")
        seen = now
    missing = [p for p in ("predict", "explain") if p not in [s.phase for s in steps]]
    if missing:
        raise place.error(steps[-1].line if steps else 1, f"the lesson has no section '## {missing[0].title()}'")
    if not any(s.question for s in steps):
        raise place.error(1, "the lesson has no question: ':::question', TOML, ':::'")


def _known(table: Mapping[str, Any], allowed: tuple[str, ...], what: str, line: int, place: _Place) -> None:
    for key in table:
        if key not in allowed:
            raise place.error(line, f"{what}: no entry '{key}'; {nearest(key, allowed)}")


def _number(table: Mapping[str, Any], key: str, line: int, place: _Place, default: Any = None) -> Any:
    value = table.get(key, default)
    if value is default:
        return default
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise place.error(line, f"{key}: {value!r} is not a finite number")
    return float(value)


def _string(table: Mapping[str, Any], key: str, line: int, place: _Place, default: str | None = "") -> Any:
    value = table.get(key, default)
    if value is not default and not isinstance(value, str):
        raise place.error(line, f"{key}: {value!r} is not a text")
    return value


def _check(table: Mapping[str, Any], line: int, place: _Place) -> Check:
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
    return Check(
        measure, of, **numbers, within=_number(table, "within", line, place, 0.0), equals=equals,
        hint=_string(table, "hint", line, place), target=_paths(target),
    )  # fmt: skip


def _paths(table: Mapping[str, Any]) -> dict[str, Any]:
    """Tables within tables as dotted paths; a new stimulus stays a table, what is on the page a value."""
    made: dict[str, Any] = {}
    for key, value in table.items():
        nested = isinstance(value, Mapping) and not (key == "stimulus" and "kind" in value) and key not in PAGE
        made.update(flat({key: value}, "target") if nested else {key: value})
    return made


def _question(table: Mapping[str, Any], setup: Setup, line: int, place: _Place) -> Question:
    _known(table, _QUESTION, "question", line, place)
    answer = _string(table, "answer", line, place)
    if answer not in ANSWERS:
        raise place.error(line, f"no computation '{answer}'; {nearest(answer, ANSWERS)}")
    own = table.get("setup")
    base = _setup(own, line, place) if own is not None else setup
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


def _try(setup: Setup, path: str, value: Any, line: int, place: _Place) -> None:
    try:
        setup.with_({path: value}).made()
    except LoligoError as error:
        raise place.error(line, f"{path}: {error}") from None


def _range(name: str, value: Any, line: int, place: _Place) -> Range:
    good = isinstance(value, list) and len(value) == 3 and all(
        isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v) for v in value
    )  # fmt: skip
    if not good or not value[0] <= value[1] or value[2] <= 0:
        raise place.error(line, f"parameters.{name}: {value!r}; write [low, high, step]")
    if (value[1] - value[0]) / value[2] > MOST_DRAWS:
        raise place.error(line, f"parameters.{name}: more than {MOST_DRAWS} numbers to draw from")
    return Range(*(float(v) for v in value))
