"""Neurons from files: read whole, an impulse over all of one, and NEURON on the same file."""

import math
from pathlib import Path

import numpy as np
import pytest
from neurons import pyramidal

import loligo as lo

WARM = lo.cells.squid().with_({"celsius": 18.5})


@pytest.fixture
def neuron(tmp_path):
    return pyramidal(tmp_path / "pyramidal.swc")


def test_an_impulse_spreads_over_a_neuron_from_a_file(neuron):
    tree = lo.Tree.from_swc(neuron, WARM, cells={"dendrite": WARM.with_({"Na.g": 30, "K.g": 9})})
    assert {s.region for s in tree.sections} == {"soma", "axon", "dendrite", "apical"}
    ds = lo.simulate(tree, lo.Step(3, start=1, stop=2, at="soma"), duration=8)
    assert ds.attrs["status"] == "done"
    assert ds.V.values.max() > 0
    soma = ds.section.values == "soma"
    assert (ds.crossings.values[soma] == 1).all()
    apical = ds.region.values == "apical"
    near, far = ds.distance.values[apical].argmin(), ds.distance.values[apical].argmax()
    assert ds.arrival.values[apical][near] < ds.arrival.values[apical][far]


REAL = Path(__file__).parents[2] / "docs" / "examples" / "Nr5a1_471087815_m.swc"


def test_a_real_neuron_is_read_whole():
    """A pyramidal neuron of the mouse's visual cortex: lengths and areas by hand from the points of the file."""
    points = {
        int(r[0]): [float(x) for x in r[1:]] for r in map(str.split, REAL.read_text().splitlines()) if r[0][0] != "#"
    }
    tree = lo.Tree.from_swc(REAL, WARM)
    kinds = {2.0: "axon", 3.0: "dendrite", 4.0: "apical"}
    for kind, region in kinds.items():
        own = [p for p in points.values() if p[0] == kind and points[int(p[5])][0] == kind]
        length = sum(math.dist(p[1:4], points[int(p[5])][1:4]) for p in own)
        assert sum(s.length for s in tree.sections if s.region == region) == pytest.approx(length, rel=1e-9)
    assert tree.sections[0].length == pytest.approx(2 * 6.4406)


@pytest.mark.neuron
@pytest.mark.parametrize("which", ["made", "real"])
def test_neuron_finds_the_same_on_the_same_file(which, neuron):
    """NEURON's own reader and its second-order method; both dx and dt taken to where the two must meet."""
    neuron = REAL if which == "real" else neuron
    h = pytest.importorskip("neuron").h
    h.load_file("stdrun.hoc")
    h.load_file("import3d.hoc")
    before = set(h.allsec())
    reader = h.Import3d_SWC_read()
    reader.input(str(neuron))
    h.Import3d_GUI(reader, False).instantiate(None)
    sections = [s for s in h.allsec() if s not in before]
    for s in sections:
        s.nseg, s.Ra, s.cm = 2 * math.ceil(s.L / 10) + 1, 100, 1
        s.insert("hh")
        s.el_hh = -54.387
    h.usetable_hh = 0
    total = sum(seg.area() for s in sections for seg in s)
    soma = next(s for s in sections if "soma" in s.name())
    clamp = h.IClamp(soma(0.5))
    clamp.delay, clamp.dur, clamp.amp = 1, 1, 3
    v = h.Vector().record(soma(0.5)._ref_v)
    h.celsius, h.secondorder, h.dt, h.steps_per_ms = 18.5, 2, 0.0025, 400
    h.finitialize(-65)
    h.continuerun(8)
    theirs = np.array(v)
    for s in sections:
        h.delete_section(sec=s)
    tree = lo.Tree.from_swc(neuron, WARM, dx=5)
    ours = lo.simulate(
        tree,
        lo.Step(3, start=1, stop=2, at="soma"),
        duration=8,
        dt=0.0025,
        every=0.0025,
        where="soma",
        initial={"V": -65.0},
    )
    assert ours.attrs["area"] == pytest.approx(total, rel=1e-6)
    n = min(len(theirs), ours.sizes["time"])
    print(
        f"area {ours.attrs['area']:.3f} and {total:.3f} µm², V apart by {np.abs(theirs[:n] - ours.V.values[:n, 0]).max():.4f} mV"
    )
    peak = [float(np.argmax(x[:n])) * 0.0025 for x in (theirs, ours.V.values[:, 0])]
    assert peak[0] == pytest.approx(peak[1], abs=0.02)
    assert np.abs(theirs[:n] - ours.V.values[:n, 0]).max() < 0.03
