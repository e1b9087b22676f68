"""``loligo experiment``."""

from __future__ import annotations

import json

import pytest


def test_it_lists_the_questions(loligo):
    assert {"threshold", "firing_rate", "current_voltage"} <= set(loligo("experiment").out.split())


def test_an_answer_and_a_picture(loligo, folder):
    done = loligo("experiment", "threshold", "squid", "--duration", "0.5", "--plot", "t.png")
    assert done.code == 0 and "Threshold 13.275 µA/cm²" in done.out
    assert (folder / "t.png").stat().st_size > 20_000


def test_json(loligo):
    made = json.loads(loligo("experiment", "latency", "--over", "3,5", "--json").out)
    assert made["units"]["longest"] == "ms" and made["curves"]["amplitude"] == [3, 5]
    assert made["curves"]["latency"] == pytest.approx([4.615, 2.989], abs=2e-3)


def test_a_changed_cell(loligo):
    words = (
        "experiment",
        "threshold",
        "--json",
        "--celsius",
        "18.5",
        "--spike-threshold",
        "-15",
        "--block",
        "Na=0.1",
        "--set",
        "K.g=30",
        "--freeze",
        "K.n",
    )
    made = json.loads(loligo(*words).out)
    assert made["celsius"] == 18.5 and made["threshold"] > 0 and "V crosses -15 mV" in made["criterion"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("treshold",), "did you mean 'threshold'"),
        (("threshold", "--hold", "3"), "--hold: threshold has no such number"),
        (("threshold", "--freeze", "Na.q"), "'Na.q' is not a gate"),
        (("threshold", "--block", "Na=2"), "cannot be blocked"),
        (("threshold", "--over", "1,2"), "not repeated over anything"),
        (("dose_response",), "--channel: say which"),
        (("latency", "--over", "1:x:3"), "--over"),
        (("threshold", "--plot", "t.doc"), "should end in"),
    ],
)
def test_mistakes_are_one_line(loligo, words, message):
    done = loligo("experiment", *words)
    assert done.code == 2 and message in done.err and done.err.count("\n") == 1 and not done.out
