"""SWC files: what the points mean, the three somata, and files that are refused."""

import math

import numpy as np
import pytest

import loligo as lo
from loligo.simulation.cutting import cut

CELL = lo.Cell("passive", [lo.Channel("leak", g=0.1, E=-70)])
DENDRITE = "2 3 0 10 0 1 1\n3 3 0 60 0 1 2\n"


def tree(tmp_path, text, **options):
    path = tmp_path / "cell.swc"
    path.write_text(text)
    return lo.Tree.from_swc(path, CELL, **options)


def area(of, name):
    ds = lo.simulate(of, duration=0.1, initial={"V": -70.0})
    return float(ds.membrane_area.values[ds.section.values == name].sum())


def test_one_point_is_a_sphere(tmp_path):
    found = tree(tmp_path, "# a cell\n\n1 1 0 0 0 10 -1\n" + DENDRITE)
    dendrite = found.sections[1]
    assert area(found, "soma") == pytest.approx(4 * math.pi * 100)
    assert (dendrite.name, dendrite.parent, dendrite.at, dendrite.length) == ("dendrite.0", "soma", 0.5, 50)
    assert found.distance("soma(0.5)") == 0
    assert found.distance("dendrite.0(1)") == 50


def test_three_points_are_a_sphere(tmp_path):
    found = tree(tmp_path, "1 1 0 0 0 10 -1\n2 1 0 -10 0 10 1\n3 1 0 10 0 10 1\n4 3 10 0 0 1 1\n5 3 60 0 0 1 4\n")
    assert [s.name for s in found.sections] == ["soma", "dendrite.0"]
    assert area(found, "soma") == pytest.approx(4 * math.pi * 100)


def test_an_outline_is_a_cylinder_of_its_length_and_mean_width(tmp_path):
    # an ellipse, 30 by 16 µm: as long as its long axis, pi/4 of its short one wide
    angle = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    rows = [f"{i + 1} 1 {15 * math.cos(a)} {8 * math.sin(a)} 0 0.1 {i or -1}" for i, a in enumerate(angle)]
    found = tree(tmp_path, "\n".join([*rows, "61 3 20 0 0 1 1", "62 3 60 0 0 1 61"]))
    soma = found.sections[0]
    assert soma.length == pytest.approx(30, rel=2e-3)
    assert soma.profile[0][1] == pytest.approx(math.pi / 4 * 16, rel=5e-3)
    assert found.sections[1].at == 0.5


def test_rows_of_cylinders_keep_what_grows_on_their_side(tmp_path):
    text = "1 1 0 0 0 5 -1\n2 1 10 0 0 6 1\n3 1 20 0 0 5 2\n4 3 10 6 0 1 2\n5 3 10 50 0 1 4\n6 2 25 0 0 1 3\n7 2 90 0 0 1 6\n"
    found = tree(tmp_path, text)
    assert [(s.name, s.parent, s.at) for s in found.sections] == [
        ("soma", None, 1),
        ("dendrite.0", "soma", 0.5),
        ("axon.0", "soma", 1),
    ]
    assert found.section("soma").profile == ((0, 10), (10, 12), (20, 10))
    assert tree(tmp_path, "1 1 0 0 0 10 -1\n2 1 0 9 0 10 1\n", soma="sphere").length == 20


def test_branches_types_and_points(tmp_path):
    text = (
        "1 1 0 0 0 10 -1\n2 4 0 10 0 2 1\n3 4 0 50 0 1.5 2\n4 4 30 90 0 1 3\n5 4 -30 90 0 0.5 3\n6 5 -30 120 0 0.5 5\n"
    )
    found = tree(tmp_path, text)
    assert [(s.name, s.parent) for s in found.sections] == [
        ("soma", None), ("apical.0", "soma"), ("apical.1", "apical.0"), ("apical.2", "apical.0"), ("type 5.0", "apical.2"),
    ]  # fmt: skip
    assert found.section("apical.1").profile == ((0, 3), (50, 2))  # from the point it grows on
    assert found.section("type 5.0").points[0] == (-30, 90, 0, 1)


def test_without_a_soma_the_root_is_a_branch(tmp_path):
    found = tree(tmp_path, "1 3 0 0 0 1 -1\n2 3 10 0 0 1 1\n3 3 -10 0 0 1 1\n4 3 0 10 0 1 1\n")
    assert [(s.parent, s.at) for s in found.sections] == [(None, 1), ("dendrite.0", 0), ("dendrite.0", 0)]
    parts = cut(found).parts
    assert parts.area[0] == 0  # the three meet in a point
    assert parts.area.sum() == pytest.approx(30 * 2 * math.pi)


def test_order_of_lines_and_numbers_is_free(tmp_path):
    plain = tree(tmp_path, "1 1 0 0 0 10 -1\n" + DENDRITE)
    mixed = tree(tmp_path, "30 3 0 60 0 1 20\n20 3 0 10 0 1 7\n7 1 0 0 0 10 -1\n")
    assert plain.sections == mixed.sections


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no points"),
        ("1 1 0 0 0 10\n", "line 1: 6 words"),
        ("# soma\n1 1 0 0 zero 10 -1\n", "line 2: z is 'zero', which is not a number"),
        ("1 soma 0 0 0 10 -1\n", "line 1: type is 'soma', which is not a whole number"),
        ("1 1 0 0 0 10 -1\n2 3 0 0 1 0 1\n", "line 2: point 2 has radius 0 µm"),
        ("1 1 0 0 0 10 -1\n2 3 0 0 1 -1 1\n", "line 2: point 2 has radius -1 µm"),
        ("1 1 0 0 nan 10 -1\n", "line 1: point 1 has a number that is not finite"),
        ("1 1 0 0 0 10 -1\n2 3 0 0 1 1 5\n", "line 2: point 2 is an orphan: there is no point 5"),
        ("1 1 0 0 0 10 -1\n1 3 0 0 1 1 1\n", "line 2: point 1 is also on line 1"),
        ("1 1 0 0 0 10 -1\n2 3 0 0 1 1 -1\n", "line 2: point 2 is a second root"),
        ("1 1 0 0 0 10 -1\n2 3 0 0 1 1 3\n3 3 0 0 2 1 2\n", "line 2: point 2 comes, by its parents, back to itself"),
        ("1 1 0 0 0 10 1\n", "line 1: point 1 comes, by its parents, back to itself"),
        ("1 1 0 0 0 10 -1\n2 3 0 9 0 1 1\n3 3 0 9 0 1 2\n", "line 3: point 3 lies on its parent"),
        ("1 1 0 0 0 10 -1\n2 3 0 9 0 1 1\n3 1 0 19 0 1 2\n", "line 3: point 3 of the soma lies apart"),
        ("1 3 0 0 0 10 -1\n", "a single point"),
    ],
)
def test_malformed_files_are_refused_with_the_line(tmp_path, text, words):
    with pytest.raises(lo.LoligoError, match=words):
        tree(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(lo.LoligoError, match="cannot be read"):
        lo.Tree.from_swc(tmp_path / "none.swc", CELL)
    with pytest.raises(lo.LoligoError, match="soma: 'ball'"):
        tree(tmp_path, "1 1 0 0 0 10 -1\n", soma="ball")
