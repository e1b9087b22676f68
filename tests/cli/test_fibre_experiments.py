"""``loligo experiment`` of a fibre: the fibre from options, mistakes in one line."""

from __future__ import annotations

import json

import pytest

from loligo.cli import main


def test_a_cable_from_options(capsys, tmp_path):
    picture = tmp_path / "wave.png"
    line = [
        "experiment",
        "travelling_wave",
        "squid",
        "--celsius",
        "18.5",
        "--diameter",
        "119",
        "--json",
        "--plot",
        str(picture),
    ]
    assert main(line) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["velocity"] == pytest.approx(18.731888 / 2, rel=1e-7)
    assert found["units"]["velocity"] == "m/s"
    assert picture.stat().st_size > 10_000


def test_a_myelinated_fibre_from_options(capsys):
    assert (
        main(["experiment", "conduction_velocity", "frankenhaeuser_huxley_1964", "--nodes", "21", "--duration", "5"])
        == 0
    )
    said = capsys.readouterr().out
    assert "The impulse travels at 20.8" in said and "m/s" in said


def test_an_electrode_outside(capsys):
    line = ["experiment", "extracellular_potential", "--length", "30000", "--celsius", "18.5", "--duration", "3"]
    sizes = []
    for distance in ("500", "2000"):
        assert main([*line, "--distance", distance, "--at", "20000", "--json"]) == 0
        sizes.append(json.loads(capsys.readouterr().out)["largest"])
    assert sizes[0] > 2 * sizes[1]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["conduction_velocity", "--diameter", "0"], "diameter: 0 µm; give a positive value"),
        (["conduction_velocity", "--n", "0"], "n: 0 compartments"),
        (["conduction_velocity", "--resistivity", "0"], "without axial resistance every point has one V"),
        (["conduction_velocity", "--nodes", "21", "--length", "5000"], "--nodes: a myelinated fibre is as long"),
        (["conduction_velocity", "--nodes", "21"], "rest:"),
        (["propagated", "--distance", "100"], "propagated has no electrode outside"),
        (["extracellular_potential", "--anode"], "only records"),
        (["extracellular_potential", "--distance", "-5"], "distance = -5 µm; give a positive value"),
        (["extracellular_potential", "--distance", "10", "--at", "20000", "--length", "30000"], "inside the fibre"),
        (["propagated", "--over", "1,2"], "propagated is not repeated over anything"),
        (
            ["conduction_velocity", "--set", "Na.g=20", "--duration", "5"],
            "no propagated impulse: V at the far end reached",
        ),
    ],
)
def test_mistakes_are_one_line(line, words, capsys):
    assert main(["experiment", *line]) == 2
    error = capsys.readouterr().err
    assert words in error and "Traceback" not in error and len(error.strip().splitlines()) == 1
