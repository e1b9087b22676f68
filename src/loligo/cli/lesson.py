"""``loligo lesson``: the lessons that come along, one of them, and whether one of your own is in order."""

from __future__ import annotations

import argparse

from ..errors import LoligoError
from ..lab import lessons
from . import output


def lesson(arguments: argparse.Namespace, _: output.Warned) -> int:
    """``loligo lesson list | show NAME | check FILE``: exit code 1 if a lesson is found wanting."""
    if arguments.what == "list":
        return _list(arguments)
    if arguments.target is None:
        raise LoligoError(f"lesson {arguments.what}: of which? loligo lesson list names those that come along")
    known = arguments.target in lessons.names()
    chosen = lessons.load(arguments.target) if known or arguments.what == "show" else lessons.read(arguments.target)
    return _show(chosen, arguments) if arguments.what == "show" else _check(chosen, arguments)


def _list(arguments: argparse.Namespace) -> int:
    found = [lessons.load(name) for name in lessons.names()]
    if arguments.json:
        output.print_json([{"name": x.name, "title": x.title, "topic": x.topic, "minutes": x.minutes} for x in found])
    else:
        output.say(output.table([(x.name, f"{x.title} ({x.minutes} min)") for x in found]))
    return 0


def _show(chosen: lessons.Lesson, arguments: argparse.Namespace) -> int:
    if arguments.json:
        output.print_json(chosen.to_dict())
        return 0
    parts = [chosen.title, chosen.goal]
    for step in chosen.steps:
        parts.append(f"{step.phase.title()}: {step.title}" if step.title else step.phase.title())
        parts.append(step.text)
        if step.question is not None:
            parts.append(f"? {step.question.prompt} [{step.question.unit}]")
            parts += [step.after] if step.after else []
    output.say("\n\n".join([*parts, *chosen.sources]))
    return 0


def _check(chosen: lessons.Lesson, arguments: argparse.Namespace) -> int:
    found = lessons.faults(chosen)
    done = f"{chosen.name}: {len(chosen.steps)} steps can be done, {len(chosen.questions)} questions have their answers"
    if arguments.json:
        output.print_json({"name": chosen.name, "faults": found})
    else:
        output.say("\n".join(f"{chosen.name}, {text}" for text in found) or done)
    return 1 if found else 0
