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
