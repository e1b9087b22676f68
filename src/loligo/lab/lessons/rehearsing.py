"""Go through a lesson as a student would: what its writer wants to know before a class does."""

from __future__ import annotations

import math

from ...errors import LoligoError
from .judging import GENERIC, draw, judge, solve
from .lesson import Lesson, Question, Step
from .measures import check, student

SEEDS = (1, 2, 3)  # of the students whose numbers are tried


def faults(lesson: Lesson) -> list[str]:
    """What is wrong with a lesson that can be read; empty if nothing is.

    A step must not be done before anything was done, and be done once the targets of its checks are. A question must
    have an answer for the numbers of some students, accept the answer that its source gives (``expected``), and hint
    only at mistakes that can be told.
    """
    found: list[str] = []
    state = lesson.setup.to_dict()
    for step in lesson.steps:
        state = step.setup.to_dict() if step.setup else state
        where = f"line {step.line}: {step.title or step.phase}"
        try:
            if step.checks and check(step, state).done:
                found.append(f"{where}: is done before the student did anything")
            state = student(step, state)
            found += [f"{where}: {text}" for text in _undone(step, state)]
            if step.question is not None:
                found += [f"{where}: {text}" for text in _unanswered(step.question)]
        except LoligoError as error:
            found.append(f"{where}: {error}")
    return found


def _undone(step: Step, state: dict[str, object]) -> list[str]:
    verdict = check(step, state)
    if verdict.done:
        return []
    measured = ", ".join(
        f"{c.measure} {c.of}".strip() + f" = {v}" for c, v in zip(step.checks, verdict.found, strict=True)
    )
    return [f"is not done after its targets are met ({measured})"]


def _unanswered(question: Question) -> list[str]:
    found = []
    if question.expected is not None:
        right = solve(question, question.example).value
        if not judge(question, question.example, question.expected).right:
            found.append(f"expected {question.expected:g}, but the answer to the example is {right:.6g}")
    known = {*solve(question, draw(question, SEEDS[0])).rivals, *GENERIC, "right", "other"}
    found += [
        f"hints.{kind}: no mistake of '{question.answer}' is of this kind"
        for kind in question.hints
        if kind not in known
    ]
    for seed in SEEDS:
        own = draw(question, seed)
        if not math.isfinite(solve(question, own).value):
            numbers = ", ".join(f"{name} = {value:g}" for name, value in own.items())
            found.append(f"has no answer for {numbers}")
    return found
