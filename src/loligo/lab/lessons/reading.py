"""From a file to a lesson: front matter, sections, directives; each mistake named with its file and line.

A lesson begins with front matter, TOML between two lines of ``+++``. Then come sections, each with a heading
``## Phase`` or ``## Phase: title``; ``Goal`` is the first, the others are in the order of `lesson.PHASES`. Within them
stand directives, ``:::setup``, ``:::apparatus``, ``:::check`` and ``:::question``, TOML that ends with a line ``:::``.
All else is Markdown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...errors import LoligoError, nearest
from . import directives
from .directives import Place
from .lesson import PHASES, Apparatus, Lesson, Step
from .setup import Setup

FOLDER = Path(__file__).parent / "data"
LARGEST = 60_000  # bytes
MOST_STEPS = 30
FRONT = {"title": str, "order": int, "topic": str, "minutes": int, "sources": list}
DIRECTIVES = ("setup", "apparatus", "check", "question")


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
    after: list[str] = field(default_factory=list)  # below the question
    directives: list[_Directive] = field(default_factory=list)


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
    return _loaded(name)


@lru_cache(maxsize=128)
def _loaded(name: str) -> Lesson:
    """Read once, so that an answer once computed is found again by its question."""
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
    place = Place(file)
    lines = text.replace("\r\n", "\n").split("\n")
    front, body = _front(lines, place)
    sections = _sections(lines, body, place)
    if not sections or sections[0].title.strip().lower() != "goal":
        raise place.error(body + 1, "the first section is '## Goal'")
    goal = sections[0]
    setup = _only_setup(goal, place)
    if setup is None:
        raise place.error(goal.line, "the goal needs a set-up: ':::setup', TOML, ':::'")
    bench = _only_apparatus(goal, place)
    steps = tuple(_step(section, setup, bench, place) for section in sections[1:])
    _ordered(steps, place)
    return Lesson(name, front.pop("title"), goal="\n".join(goal.text).strip(), setup=setup, steps=steps,
                  sources=tuple(front.pop("sources", ())), **front)  # fmt: skip


def _front(lines: list[str], place: Place) -> tuple[dict[str, Any], int]:
    """Front matter, and the index of the line after it."""
    if lines[0].strip() != "+++":
        raise place.error(1, "a lesson begins with front matter, TOML between two lines of '+++'")
    ends = [i for i, line in enumerate(lines[1:], 1) if line.strip() == "+++"]
    if not ends:
        raise place.error(1, "the front matter has no end: a second line of '+++'")
    table = directives.toml(lines[1 : ends[0]], 2, place)
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


def _sections(lines: list[str], begin: int, place: Place) -> list[_Section]:
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
            asked = any(d.kind == "question" for d in made[-1].directives)
            (made[-1].after if asked else made[-1].text).append(line)
        elif line.strip():
            raise place.error(number, "text stands within a section: write '## Goal' first")
    if inside is not None:
        raise place.error(inside.line, f"':::{inside.kind}' has no end: a line ':::'")
    if len(made) > MOST_STEPS:
        raise place.error(made[MOST_STEPS].line, f"more than {MOST_STEPS} sections")
    return made


def _only_setup(section: _Section, place: Place) -> Setup | None:
    given = [d for d in section.directives if d.kind == "setup"]
    if len(given) > 1:
        raise place.error(given[1].line, "a section has one set-up")
    return directives.set_up(_table(given[0], place), given[0].line, place) if given else None


def _only_apparatus(section: _Section, place: Place) -> Apparatus | None:
    given = [d for d in section.directives if d.kind == "apparatus"]
    if len(given) > 1:
        raise place.error(given[1].line, "a section has one apparatus")
    return directives.apparatus(_table(given[0], place), given[0].line, place) if given else None


def _table(d: _Directive, place: Place) -> dict[str, Any]:
    return directives.toml(d.lines, d.line + 1, place)


def _step(section: _Section, home: Setup, bench: Apparatus | None, place: Place) -> Step:
    phase, _, title = (part.strip() for part in section.title.partition(":"))
    if phase.lower() not in PHASES:
        raise place.error(section.line, f"no phase '{phase}'; {nearest(phase.lower(), PHASES)}")
    own = _only_setup(section, place)
    setup = own or home
    checks, questions = [], []
    for d in section.directives:
        table = _table(d, place)
        if d.kind == "check":
            checks.append(directives.check(table, d.line, place))
        elif d.kind == "question":
            questions.append(directives.question(table, setup, d.line, place))
    if len(questions) > 1:
        raise place.error(section.line, "a section has one question; begin another section for the next")
    text = "\n".join(section.text).strip()
    if not text and not questions:
        raise place.error(section.line, "a section needs a text, or a question: say what to do, or why")
    return Step(phase.lower(), title, text, tuple(checks), questions[0] if questions else None, own, section.line,
                _only_apparatus(section, place) or bench, home, "\n".join(section.after).strip())  # fmt: skip


def _ordered(steps: tuple[Step, ...], place: Place) -> None:
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
