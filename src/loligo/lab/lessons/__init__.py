"""Lessons: Markdown with small directives, whose steps are checked by measurement and whose answers are computed.

A lesson is a file (`reading`), read into frozen dataclasses (`lesson`). What the student did is a `Setup` and what is
on the page; `check` measures it (`measures`), and `judge` compares an answer with the one that an experiment gives for
the student's own numbers (`answers`, `judging`). Nothing in a file is ever executed.
"""

from __future__ import annotations

from .judging import Judgement, draw, judge, prompt, solve
from .lesson import Check, Lesson, Question, Step
from .measures import Verdict, check, student
from .reading import load, names, parse, read
from .rehearsing import faults
from .setup import Setup, perform

__all__ = [
    "Check", "Judgement", "Lesson", "Question", "Setup", "Step", "Verdict",
    "check", "draw", "faults", "judge", "load", "names", "parse", "perform", "prompt", "read", "solve", "student",
]  # fmt: skip
