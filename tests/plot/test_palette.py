"""What the colours mean."""

from __future__ import annotations

import pytest

from loligo.plot.palette import (
    BLUE,
    GREEN,
    GREY,
    INK,
    OCHRE,
    ORANGE,
    PURPLE,
    SERIES,
    SKY,
    SPARE,
    VERMILION,
    channel_colour,
    colours,
    ghost,
    mix,
    rgb,
)


@pytest.mark.parametrize(
    ("family", "names"),
    [
        (VERMILION, ["Na", "NaF", "NaT", "Nav1.6", "INa", "gNa", "I_Na", "na"]),
        (ORANGE, ["NaP"]),
        (BLUE, ["K", "Kdr", "Kv1", "KDR", "IK", "M", "KM"]),
        (SKY, ["KA", "A", "IA"]),
        (OCHRE, ["KCa", "BK", "SK", "AHP", "KAHP"]),
        (GREEN, ["Ca", "CaT", "CaL", "T", "IT"]),
        (PURPLE, ["HCN", "HCN1", "h", "Ih", "H"]),
        (GREY, ["leak", "Leak", "L", "l", "gL", "pas"]),
    ],
)
def test_the_name_of_a_channel_decides(family, names):
    assert {name: channel_colour(name) for name in names} == dict.fromkeys(names, family)


def test_an_unknown_channel_has_always_the_same_colour():
    assert channel_colour("Piezo") == channel_colour("Piezo")
    assert channel_colour("Piezo") in SPARE


def test_kin_differ_in_shade_and_the_first_keeps_the_hue():
    found = colours(["Na", "NaF", "K", "NaS", "Na"])
    assert list(found) == ["Na", "NaF", "K", "NaS"]
    assert found["Na"] == VERMILION
    assert len(set(found.values())) == 4


def test_ghosts_are_paler_the_further_back():
    def lightness(colour: str) -> float:
        return sum(weight * part for weight, part in zip((0.3, 0.6, 0.1), rgb(colour), strict=True))

    for colour in (INK, BLUE, VERMILION):
        for runs in (2, 3, 5, 9):
            series = [lightness(ghost(colour, back, runs)) for back in range(runs)]
            assert series == sorted(set(series))
        assert ghost(colour, 0, 4) == colour
    assert ghost(INK, 4, 5) == SERIES[-1].lower()


def test_mix():
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert mix(BLUE, GREEN, 0) == BLUE.lower()
