"""``loligo axon``."""

import json

import pytest

from loligo.cli import main

FIBRE = ["axon", "squid", "--length", "50000", "--diameter", "476", "--celsius", "18.5", "--duration", "4"]


def test_the_velocity_of_the_paper(capsys, tmp_path):
    assert main([*FIBRE, "--plot", str(tmp_path / "wave.png"), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["velocity"] == pytest.approx(18.731888, rel=1e-4)
    assert document["units"]["velocity"] == "m/s"
    assert document["parameters"]["celsius"] == 18.5
    assert (tmp_path / "wave.png").stat().st_size > 20_000


def test_the_summary(capsys):
    assert main(FIBRE) == 0
    text = capsys.readouterr().out
    assert "velocity    18.73" in text
    assert "25." in text.split("peak")[1].split("mV")[0]  # 90.578 mV above rest: steady wave of the equations


def test_no_impulse(capsys):
    assert main([*FIBRE, "--step", "10"]) == 1
    assert "no propagated impulse" in capsys.readouterr().out


def test_the_electrode_may_be_anywhere(capsys):
    assert main([*FIBRE, "--step", "40000", "--at", "40000", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["velocity"] == pytest.approx(18.731888, rel=1e-3)


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--n", "0"], "n: 0"), (["--length", "-3"], "--length"), (["--at", "60000"], "off the cable"),
     (["--resistivity", "0"], "Ra: 0"), (["--plot", "wave.txt"], "--plot")],
)  # fmt: skip
def test_mistakes_are_one_line(options, message, capsys):
    assert main(["axon", *options]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_velocity_for_each_value(capsys, tmp_path):
    over = ["--n", "200", "--over", "diameter=200:600:3", "--over", "celsius=18.5,50"]
    assert main([*FIBRE, *over, "--json", "--plot", str(tmp_path / "v.png"), "--save", str(tmp_path / "v.nc")]) == 0
    document = json.loads(capsys.readouterr().out)
    cold, hot = zip(*document["velocity"], strict=True)
    assert hot == (None, None, None)  # heat block
    root = [v / d**0.5 for v, d in zip(cold, document["over"]["diameter"], strict=True)]
    assert root == pytest.approx([18.73 / 476**0.5] * 3, rel=0.01)  # as the square root of the diameter
    assert document["units"]["diameter"] == "µm"
    assert (tmp_path / "v.png").exists()
    assert (tmp_path / "v.nc").exists()


def test_a_velocity_for_each_value_as_text(capsys):
    assert main([*FIBRE, "--n", "1000", "--over", "stimulus.at=0,50000"]) == 0
    text = capsys.readouterr().out
    assert text.count("18.7") == 2
    assert main([*FIBRE, "--n", "200", "--over", "celsius=40,50"]) == 1
    assert "no impulse" in capsys.readouterr().out


def test_a_neuron_from_a_file(capsys, tmp_path):
    cell = tmp_path / "cell.swc"
    cell.write_text("1 1 0 0 0 10 -1\n2 3 20 0 0 1 1\n3 3 200 0 0 1 2\n")
    options = ["--celsius", "18.5", "--step", "3", "--duration", "3", "--json"]
    assert main(["axon", "squid", "--swc", str(cell), *options]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["sections"] == 2
    assert document["regions"]["dendrite"]["reached"] == document["regions"]["dendrite"]["compartments"]
    assert main(["tree", str(cell), "--start", "0", "--stop", "1", *options]) == 0
    same = json.loads(capsys.readouterr().out)
    assert {**same, "seconds": 0} == {**document, "seconds": 0}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--swc", "cell.swc", "--length", "50"], "--length: a neuron from a file"),
        (["--swc", "there_is_none.swc"], "there_is_none.swc"),
        (["--over", "diameter=1,2", "--over", "diameter=3"], "named twice"),
        (["--over", "diametre=1,2"], "did you mean 'diameter'"),
        (["--over", "Ra"], "PATH=VALUE"),
        (["--at", "soma"], "--at: 'soma' is no number"),
    ],
)
def test_mistakes_of_sweeps_and_files_are_one_line(options, message, capsys):
    assert main(["axon", *options]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
