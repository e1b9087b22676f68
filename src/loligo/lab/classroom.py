"""From a question of a lesson to the frame that answers it. Nothing is kept: a lesson's state is the page's."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from ..errors import LoligoError
from . import lessons, messages
from .lessons import apparatus
from .lessons.lesson import Step, html
from .lessons.measures import words

SMALL = 1e-9  # in any unit of a reading: rounding, which would be written with an exponent


def taught(request: messages.Taught) -> bytes:
    """Answer a question of a lesson."""
    if isinstance(request, messages.Lessons):
        return messages.encode({"id": request.id, "kind": "lessons", "lessons": _index()})
    if isinstance(request, messages.Lesson):
        return lesson(request)
    if isinstance(request, messages.Progress):
        return progress(request)
    if isinstance(request, messages.Apparatus):
        return shown(request)
    assert isinstance(request, messages.Judge)
    return judged(request)


def _index() -> list[dict[str, Any]]:
    found = [lessons.load(name) for name in lessons.names()]
    return [{"name": x.name, "title": x.title, "topic": x.topic, "minutes": x.minutes} for x in found]


def lesson(request: messages.Lesson) -> bytes:
    """A lesson, its questions with the numbers of this student."""
    found = lessons.load(request.name)
    made = found.to_dict()
    for written, step in zip(made["steps"], found.steps, strict=True):
        for said, check in zip(written["checks"], step.checks, strict=True):
            said["label"] = words(check)
        question = step.question
        if question is None:
            continue
        own = own_numbers(step, request.seed)
        bench = {k: v for k, v in own.items() if k not in _arguments(question.answer)}
        written["question"] = {
            "html": html(lessons.prompt(question, own)),
            "unit": "" if question.unit == "1" else question.unit,
            "numbers": own,
            "setup": question.setup.with_(bench).to_dict() if bench else None,
        }
    return messages.encode({"id": request.id, "kind": "lesson", "lesson": made})


def _arguments(answer: str) -> dict[str, bool]:
    from .lessons.answers import arguments

    return arguments(answer)


def own_numbers(step: Step, seed: int) -> dict[str, float]:
    """The numbers of the student with this seed, for the question of a step; each question has its own stream."""
    assert step.question is not None
    return lessons.draw(step.question, seed * 1_000 + step.line)


def _step(name: str, place: int) -> Step:
    steps = lessons.load(name).steps
    if place >= len(steps):
        raise LoligoError(f"step: {place}; the lesson '{name}' has {len(steps)}, counted from 0")
    return steps[place]


def _state(bench: messages.Bench) -> dict[str, Any]:
    """What is on the page, as lessons read it."""
    if bench.preparation.toml:
        raise LoligoError("a lesson works with a cell of the library; press 'set up' to get it back")
    state: dict[str, Any] = msgspec.to_builtins(bench)
    del state["preparation"]["toml"]
    if any(s["type"] in ("noise", "waveform") for s in state["stimuli"]):
        raise LoligoError("a lesson measures steps, pulses, ramps, sines and chirps; press 'set up' to get one back")
    return state


def progress(request: messages.Progress) -> bytes:
    """What became of a step."""
    verdict = lessons.check(_step(request.name, request.step), _state(request.bench))
    header = {"id": request.id, "kind": "progress", "step": request.step, "done": verdict.done}
    return messages.encode({**header, "found": list(verdict.found), "holds": list(verdict.holds)})


def shown(request: messages.Apparatus) -> bytes:
    """The picture of an apparatus."""
    step = _step(request.name, request.step)
    if step.apparatus is None:
        raise LoligoError(f"step {request.step} of '{request.name}' has no apparatus")
    state = _state(request.bench)
    setup = lessons.Setup.of({k: state[k] for k in ("preparation", "stimuli", "duration")})
    found = apparatus.show(step.apparatus.name, setup, {**step.apparatus.knobs, **state["knobs"]})
    arrays: dict[str, Any] = {}
    for i, c in enumerate(found.curves):
        arrays[f"x{i}"], arrays[f"y{i}"] = c.x, c.y
    curves = [{"name": c.name, "channel": c.channel, "faint": c.faint} for c in found.curves]
    readings = [[name, 0.0 if abs(value) < SMALL else value, unit] for name, (value, unit) in found.readings.items()]
    header = {"id": request.id, "kind": "apparatus", "step": request.step, "x": found.x, "y": found.y}
    return messages.encode({**header, "curves": curves, "readings": readings}, arrays)


def judged(request: messages.Judge) -> bytes:
    """Right, or what kind of mistake; or the answer itself, if that is asked for."""
    step = _step(request.name, request.step)
    if step.question is None:
        raise LoligoError(f"step {request.step} of '{request.name}' asks nothing")
    own = own_numbers(step, request.seed)
    header: dict[str, Any] = {"id": request.id, "kind": "judge", "step": request.step}
    if request.answer is None:
        value = lessons.solve(step.question, own).value
        if not math.isfinite(value):
            raise LoligoError("the question has no answer for these numbers; please tell who wrote the lesson")
        return messages.encode({**header, "right": False, "mistake": "shown", "hint": "", "value": value})
    found = lessons.judge(step.question, own, request.answer)
    return messages.encode({**header, "right": found.right, "mistake": found.kind, "hint": found.hint})
