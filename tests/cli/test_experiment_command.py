"""``loligo experiment``."""

from __future__ import annotations

import json

import pytest

from loligo.cli.what_if import VERBS


def test_it_lists_the_questions_and_what_they_ask(loligo):
    lines = loligo("experiment").out.splitlines()
    assert {"threshold", "firing_rate", "current_voltage"} <= {line.split()[0] for line in lines}
    assert all(len(line.split()) > 4 for line in lines) and "compare" not in {line.split()[0] for line in lines}


def test_an_answer_and_a_picture(loligo, folder):
    done = loligo("experiment", "threshold", "squid", "--duration", "0.5", "--plot", "t.png")
    assert done.code == 0 and "Threshold 13.275 µA/cm²" in done.out
    assert (folder / "t.png").stat().st_size > 20_000 and done.out.splitlines()[-1].split() == ["picture", "t.png"]
    no, yes = (line.split()[1] for line in done.out.splitlines() if line.split()[:1] in (["no"], ["yes"]))
    assert float(no) < 13.27512356 < float(yes)


def test_a_formula_for_a_rate(loligo):
    """As `loligo run --set` takes it: a K channel that shuts faster, so that less of it is open, lowers the threshold."""
    plain, fast = (
        json.loads(loligo("experiment", "threshold", "--json", *words).out)["threshold"]
        for words in ((), ("--set", "K.n.beta=0.13*exp(-(V + 65)/80)"))
    )
    assert plain == pytest.approx(6.91892552, rel=1e-6) and fast < plain


def test_a_spike_without_an_end(loligo):
    done = loligo("experiment", "refractory_period", "--freeze", "Na.h")
    assert done.code == 0 and "has not ended 40 ms after it" in done.out.replace("\n", " ")


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
        (("threshold", "--window", "-5"), "window: -5 ms"),
        (("threshold", "--tolerance", "0"), "tolerance: 0;"),
        (("accommodation", "--longest", "0"), "longest: 0 ms"),
        (("recover_rates", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_mistakes_are_one_line(loligo, words, message):
    done = loligo("experiment", *words)
    assert done.code == 2 and message in done.err and done.err.count("\n") == 1 and not done.out


def test_what_if(loligo, folder):
    """Both spellings; the numbers are those of `experiments.compare`."""
    variants = ("--what-if", "no inactivation: freeze Na.h", "--what-if", "slow K.n")
    done = loligo("experiment", "compare", "--experiment", "threshold", *variants, "--plot", "c.png")
    assert done.code == 0 and (folder / "c.png").stat().st_size > 20_000
    row = next(line for line in done.out.splitlines() if line.startswith("threshold"))
    assert [float(w) for w in row.split()[1::2]] == pytest.approx([6.9189, 6.3394, 5.7077], abs=5e-5)
    made = json.loads(loligo("experiment", "threshold", *variants, "--json").out)
    assert list(made["cells"]) == ["squid", "no inactivation", "slow K.n"] and made["experiment"] == "threshold"
    assert made["cells"]["slow K.n"]["threshold"] == pytest.approx(5.7077, abs=5e-5)


def test_every_change_has_an_example_that_works(loligo):
    words = [w for change in VERBS.values() for w in ("--what-if", change[1])]
    done = loligo("experiment", "latency", "--over", "8,20", *words, "--json")
    cells = json.loads(done.out)["cells"]
    assert len(cells) == len(VERBS) + 1
    assert len({tuple(cell["curves"]["latency"]) for cell in cells.values()}) == len(cells)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("compare",), "say with what"),
        (("compare", "--what-if", "a: slwo K.n"), "did you mean 'slow'"),
        (("compare", "--what-if", "a: slow K.n fast"), "'fast' is not a number"),
        (("compare", "--what-if", "a: shift K.n"), "write it as 'shift Na.h 5'"),
        (("compare", "--what-if", "a:"), "changes nothing"),
        (("compare", "--what-if", "a: freeze Na.q"), "'Na.q' is not a gate"),
        (("compare", "--what-if", "a: slow K.n", "--what-if", "a: speed K.n"), "two cells would be called 'a'"),
        (("latency", "--experiment", "threshold"), "belongs to compare"),
        (("compare", "--experiment", "treshold", "--what-if", "slow K.n"), "did you mean 'threshold'"),
    ],
)
def test_mistakes_in_a_comparison_are_one_line(loligo, words, message):
    done = loligo("experiment", *words)
    assert done.code == 2 and message in done.err and len(done.err.splitlines()) == 1
