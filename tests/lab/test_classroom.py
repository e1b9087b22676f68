"""Lessons over the wire: a list, a lesson without its answers, progress, an apparatus, judgements; nothing is kept."""

import json
import math

import pytest
from served import decoded

from loligo.errors import LoligoError
from loligo.lab import lessons as L
from loligo.lab import messages
from loligo.lab.answers import answer
from loligo.lab.classroom import own_numbers
from loligo.lab.lessons import apparatus
from loligo.numerics.batch import Stop

BENCH = {"preparation": {}, "stimuli": [{"type": "step", "amplitude": 8, "start": 5, "stop": 6}], "duration": 30}


def ask(kind, **body):
    return decoded(answer(messages.decode(json.dumps({"type": kind, "id": 7, **body})), Stop()))


def test_lessons_are_listed_in_their_order():
    header, _ = ask("lessons")
    assert header["id"] == 7
    assert [x["name"] for x in header["lessons"]] == L.names()


@pytest.mark.parametrize("name", L.names())
def test_a_lesson_comes_without_what_gives_it_away(name):
    """Neither targets nor answers nor what mistakes give; every student's numbers are in the prompts."""
    lesson = L.load(name)
    header, _ = ask("lesson", name=name, seed=3)
    text = json.dumps(header)
    assert '"target"' not in text and '"expected"' not in text and '"rivals"' not in text and '"hints"' not in text
    for step, said in zip(lesson.steps, header["lesson"]["steps"], strict=True):
        assert ([c["label"] for c in said["checks"]] and all(c["label"] for c in said["checks"])) or not step.checks
        if step.question is None:
            continue
        numbers = own_numbers(step, 3)
        assert said["question"]["numbers"] == numbers
        assert "{" not in said["question"]["html"]
        for value in numbers.values():
            assert f"{value:g}" in said["question"]["html"]


def test_other_students_have_other_numbers():
    drawn = {json.dumps(ask("lesson", name="nernst", seed=seed)[0]["lesson"]["steps"]) for seed in range(8)}
    assert len(drawn) > 4


def test_progress_is_measured():
    header, _ = ask("progress", name="threshold", step=1, bench=BENCH)
    assert header["done"] is True
    assert header["found"] == [1.0] and header["holds"] == [True]
    weak = {**BENCH, "stimuli": [{"type": "step", "amplitude": 2, "start": 5, "stop": 6}]}
    header, _ = ask("progress", name="threshold", step=1, bench=weak)
    assert header["done"] is False and header["holds"] == [False]


def test_an_answer_is_judged_and_shown_if_asked_for():
    step = next(i for i, s in enumerate(L.load("nernst").steps) if s.question)
    shown, _ = ask("judge", name="nernst", step=step, seed=5, answer=None)
    outside = own_numbers(L.load("nernst").steps[step], 5)["outside"]
    right = 8.314462618 * 279.45 / 96485.33212 * 1e3 * math.log(outside / 400)
    assert shown["value"] == pytest.approx(right, rel=1e-9)
    assert ask("judge", name="nernst", step=step, seed=5, answer=right)[0]["right"] is True
    wrong, _ = ask("judge", name="nernst", step=step, seed=5, answer=-right)
    assert (wrong["right"], wrong["mistake"]) == (False, "wrong_sign") and wrong["hint"]


@pytest.mark.parametrize("name", apparatus.APPARATUS)
def test_every_apparatus_stands_in_a_lesson_and_shows_finite_curves(name):
    where = [
        (n, i) for n in L.names() for i, s in enumerate(L.load(n).steps) if s.apparatus and s.apparatus.name == name
    ]
    assert where
    lesson, step = where[0]
    bench = L.load(lesson).setup.to_dict()
    header, arrays = ask("apparatus", name=lesson, step=step, bench=bench)
    assert len(header["curves"]) == len(arrays) // 2 >= 1
    assert all(math.isfinite(float(v)) for values in arrays.values() for v in values)
    assert header["readings"]


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        ("lesson", {"name": "../server"}, "no lesson is called"),
        ("progress", {"name": "threshold", "step": 99, "bench": BENCH}, "step: 99"),
        ("progress", {"name": "threshold", "step": 1, "bench": {**BENCH, "knobs": {"x": 1}}}, None),
        ("judge", {"name": "threshold", "step": 0, "answer": 1.0}, "asks nothing"),
        ("apparatus", {"name": "threshold", "step": 0, "bench": BENCH}, "has no apparatus"),
        ("apparatus", {"name": "voltage_clamp", "step": 0, "bench": {**BENCH, "knobs": {"test": 1e6}}}, "outside"),
        ("apparatus", {"name": "voltage_clamp", "step": 0, "bench": {**BENCH, "knobs": {"evil": 1}}}, "no knob 'evil'"),
        ("progress", {"name": "threshold", "step": 1, "bench": {**BENCH, "stimuli": [{"type": "noise"}]}}, "set up"),
        ("progress", {"name": "threshold", "step": 1, "bench": {**BENCH, "preparation": {"toml": "x"}}}, "set up"),
        ("progress", {"name": "threshold", "step": -1, "bench": BENCH}, "message"),
        ("judge", {"name": "threshold", "step": 3, "answer": "7"}, "message"),
    ],
)
def test_what_makes_no_sense_is_refused(kind, body, why):
    if why is None:  # knobs that a step does not have are none of its business
        assert ask(kind, **body)[0]["done"]
        return
    with pytest.raises(LoligoError, match=why):
        ask(kind, **body)
