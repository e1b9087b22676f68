"""What a lesson is: a goal, a set-up, steps with checks and questions. Frozen, and as JSON for the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .setup import Setup

# The order that works: predict, adjust, measure with the cursor, plot, explain with the gates, one free investigation.
_PAGE = ("prediction", "cursor", "pinned", "points", "panels", "knobs", "cell")  # no controls of the bench
PHASES = ("predict", "adjust", "measure", "plot", "explain", "investigate")


@dataclass(frozen=True)
class Check:
    """A condition on what the student did.

    Attributes
    ----------
    measure : str
        From the closed list of `measures.MEASURES`.
    of : str
        What it is a measure of: a parameter, a gate, a reading.
    at_least, at_most, near : float or None
        Bounds; `near` within `within`.
    equals : str or None
        For measures that are a name.
    hint : str
        Shown while it does not hold.
    target : mapping
        What a student would do so that it does, by path.
    record : (str, str) or ()
        Of points, what is x and what is y: a number of the page, such as "stimulus.amplitude", or words.
    log : tuple of str
        Which of their axes are logarithmic: "x", "y".
    """

    measure: str
    of: str = ""
    at_least: float | None = None
    at_most: float | None = None
    near: float | None = None
    within: float = 0.0
    equals: str | None = None
    hint: str = ""
    target: Mapping[str, Any] | None = None
    record: tuple[str, ...] = ()
    log: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it; without the target, which would give the step away."""
        return {"measure": self.measure, "of": self.of, "hint": self.hint, "at_least": self.at_least,
                "record": list(self.record), "log": list(self.log)}  # fmt: skip


@dataclass(frozen=True)
class Apparatus:
    """What stands beside the scope, and where its knobs are at first."""

    name: str
    knobs: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it, for the page: with every knob and its limits."""
        from .apparatus import kind

        found = kind(self.name)
        knobs = {
            name: {"value": self.knobs.get(name, k.usual), "low": k.low, "high": k.high, "unit": k.unit,
                   "text": k.text, "whole": k.whole}
            for name, k in found.knobs.items()
        }  # fmt: skip
        return {"name": self.name, "title": found.title, "knobs": knobs}


@dataclass(frozen=True)
class Range:
    """Numbers from which a student's own one is drawn: low, low + step, ..., high."""

    low: float
    high: float
    step: float

    @property
    def count(self) -> int:
        """How many there are."""
        return round((self.high - self.low) / self.step) + 1


@dataclass(frozen=True)
class Question:
    """A question whose answer is computed.

    Attributes
    ----------
    answer : str
        Which computation, from `answers.ANSWERS`.
    prompt : str
        Markdown; ``{duration}`` stands for the student's number.
    unit : str
    parameters : mapping of str to Range
    given : mapping
        Arguments of the computation that are the same for everybody.
    setup : Setup
        On which it is carried out.
    relative, absolute : float
        What is accepted: the larger of the two.
    hints : mapping of str to str
        By kind of mistake.
    expected : float or None
        The answer in the middle of the ranges that a source gives (``example`` its parameters); a test compares.
    """

    answer: str
    prompt: str
    unit: str
    parameters: Mapping[str, Range]
    given: Mapping[str, Any]
    setup: Setup
    relative: float
    absolute: float
    hints: Mapping[str, str]
    example: Mapping[str, float]
    expected: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it, without anything that gives the answer away."""
        ranges = {k: [r.low, r.high, r.step] for k, r in self.parameters.items()}
        return {"prompt": self.prompt, "unit": self.unit, "parameters": ranges, "relative": self.relative,
                "absolute": self.absolute}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A section of a lesson."""

    phase: str
    title: str
    text: str
    checks: tuple[Check, ...] = ()
    question: Question | None = None
    setup: Setup | None = None
    line: int = 0
    apparatus: Apparatus | None = None
    home: Setup = field(default_factory=Setup)  # of the lesson
    after: str = ""  # text below the question, shown once it is answered

    @property
    def bench(self) -> Setup:
        """On which it begins, or goes on."""
        return self.setup or self.home

    @property
    def side(self) -> str:
        """Which of the controls are wanted, "stimulus" or "membrane", as far as that gives nothing away."""
        paths = [path.partition(".")[0] for check in self.checks for path in check.target or {} if path not in _PAGE]
        if not paths:
            return ""
        return "stimulus" if set(paths) <= {"stimulus", "stimuli", "duration"} else "membrane"

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "phase": self.phase,
            "title": self.title,
            "html": html(self.text),
            "checks": [c.to_dict() for c in self.checks],
            "question": self.question.to_dict() | {"html": html(self.question.prompt)} if self.question else None,
            "setup": self.setup.to_dict() if self.setup else None,
            "apparatus": self.apparatus.to_dict() if self.apparatus else None,
            "side": self.side,
            "after": html(self.after),
        }


@dataclass(frozen=True)
class Lesson:
    """A lesson, as read from its file."""

    name: str
    title: str
    order: int
    topic: str
    minutes: int
    goal: str
    setup: Setup
    steps: tuple[Step, ...]
    sources: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in order."""
        return tuple(s.question for s in self.steps if s.question is not None)

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it, for the page: text as safe HTML, no answers, no targets."""
        return {
            "name": self.name,
            "title": self.title,
            "order": self.order,
            "topic": self.topic,
            "minutes": self.minutes,
            "sources": list(self.sources),
            "goal": html(self.goal),
            "setup": self.setup.to_dict(),
            "steps": [s.to_dict() for s in self.steps],
        }


def html(text: str) -> str:
    """Markdown as HTML; HTML within it is shown as text, pictures become links, links to scripts are left as text."""
    from markdown_it import MarkdownIt

    made: str = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image").render(text)
    return made
