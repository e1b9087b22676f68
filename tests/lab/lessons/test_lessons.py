"""Lessons that come along: each parses, every step can be done, every answer computes, hostile files are refused."""

import json
import math

import pytest

from loligo.cli import main
from loligo.errors import LoligoError
from loligo.lab import lessons as L
from loligo.lab.lessons.answers import ANSWERS
from loligo.lab.lessons.judging import GENERIC, RIVALS

GOOD = """+++
title = "t"
order = 1
topic = "x"
minutes = 5
+++

## Goal
g
:::setup
duration = 30
:::

## Predict
p
:::question
answer = "time_constant"
prompt = "{resistance}"
parameters.resistance = [1, 2, 1]
given.capacitance = 1
relative = 0.1
:::

## Explain
e
"""
NAMES = L.names()
QUESTIONS = [(n, i) for n in NAMES for i in range(len(L.load(n).questions))]


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_can_be_taken_from_beginning_to_end(name):
    assert L.faults(L.load(name)) == []
    json.dumps(L.load(name).to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            "p\n:::question",
            'p\n:::check\nmeasure = "reading"\nof = "count"\nat_most = 0\n:::\n:::question',
            "is done before",
        ),
        ("p\n:::question", 'p\n:::check\nmeasure = "pinned"\nat_least = 1\n:::\n:::question', "is not done after"),
        ("relative = 0.1", "relative = 0.1\nexample.resistance = 2\nexpected = 3", "the answer to the example is 2"),
        ('"time_constant"', '"nernst"', "needs 'outside'"),
    ],
)
def test_what_a_student_would_stumble_over_is_said(old, new, fault, tmp_path, capsys):
    file = tmp_path / "mine.md"
    file.write_text(GOOD.replace(old, new, 1), "utf-8")
    assert main(["lesson", "check", str(file)]) in (1, 2)
    said = capsys.readouterr()
    assert fault in said.out + said.err
    assert "mine" in said.out + said.err


def test_lessons_are_listed_shown_and_checked(tmp_path, capsys):
    assert main(["lesson", "list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == NAMES
    assert main(["lesson", "show", "nernst"]) == 0
    shown = capsys.readouterr().out
    assert "which way does the ion go" in shown and "What is E_K?" in shown and "-72.1" not in shown
    assert main(["lesson", "show", "nernst", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["steps"]) == len(L.load("nernst").steps)
    (tmp_path / "good.md").write_text(GOOD, "utf-8")
    assert main(["lesson", "check", str(tmp_path / "good.md")]) == 0
    for wrong in (["show", "nerst"], ["show"], ["check", "nowhere.md"]):
        assert main(["lesson", *wrong]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(("name", "which"), QUESTIONS)
def test_answers_compute_and_agree_with_the_source(name, which):
    question = L.load(name).questions[which]
    if question.expected is not None:  # of a source or another implementation, not read off our own output
        assert L.judge(question, question.example, question.expected).right
    for seed in (1, 2, 3):
        own = L.draw(question, seed)
        assert own == L.draw(question, seed)
        value = L.solve(question, own).value
        assert math.isfinite(value)
        assert L.judge(question, own, value).right
        assert not L.judge(question, own, -value).right
        assert all("{" + name + "}" not in L.prompt(question, own) for name in own)


@pytest.mark.parametrize(("name", "which"), QUESTIONS)
def test_each_mistake_gets_a_hint_of_its_own_kind(name, which):
    question = L.load(name).questions[which]
    own = L.draw(question, 1)
    found = L.solve(question, own)
    told = {}
    for kind, value in found.rivals.items():
        if not math.isfinite(value):
            continue
        judged = L.judge(question, own, value)
        if judged.right:  # closer to the answer than the tolerance: no mistake, for these numbers
            continue
        told[judged.kind] = judged.hint
        assert judged.kind != "other" and judged.hint
        assert kind in question.hints or kind in GENERIC or kind in RIVALS
    wrong = L.judge(question, own, -found.value)
    assert (wrong.right, wrong.kind) == (False, "wrong_sign") or wrong.kind in found.rivals
    assert wrong.hint
    for kind, hint in told.items():
        assert hint == (question.hints.get(kind) or GENERIC.get(kind) or RIVALS.get(kind))


def test_mistakes_have_names():
    question = L.load("nernst").questions[0]
    value = L.solve(question, {"outside": 20}).value
    assert value == pytest.approx(8.314462618 * 279.45 / 96485.33212 * 1e3 * math.log(20 / 400))
    kinds = {-value: "wrong_sign", value / 1e3: "factor_1000", value / math.log(10): "common_logarithm"}
    for answer, kind in kinds.items():
        judged = L.judge(question, {"outside": 20}, answer)
        assert (judged.right, judged.kind) == (False, kind)
        assert judged.hint
    threshold = L.load("threshold").questions[0]
    assert L.judge(threshold, {"duration": 1.0}, 2.24).kind == "asymptote"


@pytest.mark.parametrize("answer", [math.nan, math.inf, "7", True, None])
def test_an_answer_is_a_number(answer):
    with pytest.raises(LoligoError, match="is not a finite number"):
        L.judge(L.load("nernst").questions[0], {"outside": 20}, answer)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("+++\ntitle", "title", "line 1: a lesson begins with front matter"),
        ('topic = "x"', "topic = ", "line 4: this is not TOML"),
        ("duration = 30", "duration = 1e9", "line 10: duration: 1e\\+09 ms"),
        ("duration = 30", 'cell = "os.system"', "line 10: no cell is called"),
        ("duration = 30", "duration = [", "line 11: this is not TOML"),
        ('"time_constant"', '"__import__"', "line 16: no computation '__import__'"),
        ("[1, 2, 1]", "[1, 2, 0]", "line 16: parameters.resistance"),
        ("[1, 2, 1]", "[1, 1e300, 1]", "line 16: parameters.resistance: more than"),
        ("## Explain", "## Exec", "line 24: no phase 'Exec'"),
        ("## Predict", "## Investigate", "line 24: 'explain' comes before 'investigate'"),
        (":::question", ":::eval", "line 16: no directive ':::eval'"),
        ("relative = 0.1", "relative = 9", "line 16: question: give relative"),
        ('"{resistance}"', '"{resistance.__class__}"', "line 16: prompt: '{resistance.__class__}' is no parameter"),
    ],
)
def test_hostile_and_broken_files_are_refused_with_their_line(old, new, message):
    L.parse(GOOD)
    with pytest.raises(LoligoError, match=f"bad.md, {message}"):
        L.parse(GOOD.replace(old, new, 1), file="bad.md")


def test_html_and_scripts_stay_text():
    made = L.parse(GOOD.replace("\ne\n", "\n<script>x</script> [a](javascript:x) ![i](http://x)\n")).to_dict()
    shown = made["steps"][-1]["html"]
    assert "<script" not in shown and 'href="javascript' not in shown and "<img" not in shown


def test_every_computation_belongs_to_a_lesson():
    """What no lesson asks for is compared with nothing, and so is not kept."""
    asked = {q.answer for name in NAMES for q in L.load(name).questions}
    assert set(ANSWERS) == asked
    compared = {q.answer for name in NAMES for q in L.load(name).questions if q.expected is not None}
    assert compared == asked


@pytest.mark.parametrize(
    ("check", "target"),
    [
        ('measure = "blocked"\nof = "Na"\nat_least = 0.5', "block.Na = 0.6"),
        ('measure = "frozen"\nof = "Na.h"\nat_least = 1', "freeze.Na.h = true"),
        ('measure = "slowed"\nof = "K.n"\nat_least = 2', "slow.K.n = 4"),
        ('measure = "cell"\nequals = "noble_1962"', 'cell = "noble_1962"'),
        ('measure = "stimulus_kind"\nequals = "ramp"', 'stimulus = {kind = "ramp", amplitude = 3}'),
    ],
)
def test_what_a_teacher_can_check_holds_once_it_is_done(check, target):
    text = f":::check\n{check}\n[target]\n{target}\n:::\n"
    step = L.parse(GOOD.replace("## Predict\np\n", f"## Predict\np\n{text}")).steps[0]
    before = L.parse(GOOD).setup.to_dict()
    assert not L.check(step, before).done
    assert L.check(step, L.student(step, before)).done


def test_what_a_page_sends_is_checked():
    step = L.load("threshold").steps[1]
    good = L.load("threshold").setup.to_dict()
    for bad in ({"duration": math.inf}, {"cursor": "x"}, {"panels": 3}, {"stimuli": [{"type": "boom"}]}, {"evil": 1}):
        with pytest.raises(LoligoError):
            L.check(step, {**good, **bad})
