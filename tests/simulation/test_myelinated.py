"""Myelinated fibres against what was measured of them, against a model of a fibre with one layer more, and NEURON."""

import math

import numpy as np
import pytest

import loligo as lo

WARM = lo.cells.squid().with_({"celsius": 18.5})


def test_the_velocity_of_a_myelinated_fibre_is_in_proportion_to_its_diameter():
    node = lo.cells.frankenhaeuser_huxley_1964()
    found = {
        d: lo.conduction_velocity(lo.Myelinated(node, d), lo.Step(0.4 * d, stop=0.1), duration=4).attrs for d in (7, 14)
    }
    assert found[14]["velocity"] / found[7]["velocity"] == pytest.approx(2, rel=2e-3)
    # Hodgkin 1964: 23 m/s at 24 °C in a frog's fibre of 14 µm; the membrane here is at 20 °C
    assert 17 < found[14]["velocity"] < 25
    bare = lo.conduction_velocity(lo.Cable(WARM, 20_000, 9.8, Ra=110, n=400), duration=40).attrs["velocity"]
    assert found[14]["velocity"] > 8 * bare


def test_the_mammalian_fibre_without_the_space_under_its_sheath():
    """McIntyre et al. 2002, ModelDB 3810: 55.33 m/s at 10 µm (NEURON, dt 1 µs); one layer has no number of its own.

    In their fibre the sheath is 120 lamellae of two membranes each (0.1 µF/cm², 1 mS/cm²): 1.309 pF/cm and 13.09 nS/cm.
    The axolemma under it is reached through a thin space from the node. Without that space the same sheath is too good
    (108 m/s); with the capacitance that was measured of frogs' fibres, which contains what goes on under the sheath, too
    bad (37 m/s). The capacitance that gives their velocity, 6.2 pF/cm, lies between.
    """
    series = 0.1 / 240, 1e-3 / 240  # µF/cm², S/cm² of 240 membranes in a row
    around = math.pi * 10e-4  # cm
    assert series[0] * around * 1e6 == pytest.approx(1.309, abs=5e-4)
    own = math.log(1 / 0.69)

    def velocity(capacitance):
        fibre = lo.Myelinated(
            lo.cells.mcintyre_2002_mrg_node(), 10, node_diameter=3.3, Ra=70, g_ratio=0.69, internode=1149,
            myelin_capacitance=capacitance * own, myelin_conductance=series[1] * around * 1e9 * own,
        )  # fmt: skip
        found = lo.conduction_velocity(fibre, lo.Step(1, stop=0.1), duration=3, dt=0.005).attrs
        assert found["error"] < 0.01 * found["velocity"]
        return found["velocity"]

    assert velocity(series[0] * around * 1e6) == pytest.approx(107.9, rel=0.01)
    assert velocity(6.15) == pytest.approx(55.33, rel=0.01)
    assert velocity(4.4 / own) == pytest.approx(36.8, rel=0.01)


@pytest.mark.neuron
def test_neuron_finds_the_same_velocity_of_a_myelinated_fibre():
    """Nodes of squid membrane, internodes passive: the same compartments in NEURON, at its second order."""
    h = pytest.importorskip("neuron").h
    h.load_file("stdrun.hoc")
    fibre = lo.Myelinated(WARM, 20, 16, rest=-65.0, node_length=10.0, myelin_capacitance=2.0, per_internode=9)
    sheath = dict(fibre.cells)["internode"]
    before = None
    sections = []
    for part in fibre.sections:
        one = h.Section(name=part.name)
        one.L, one.diam, one.Ra, one.nseg = part.length, part.profile[0][1], 110, 1 if part.region == "node" else 9
        if part.region == "node":
            one.insert("hh")
            one.el_hh = -54.387
        else:
            one.insert("pas")
            one.cm = sheath.capacitance.value
            one.g_pas, one.e_pas = sheath.parameters["leak.g"].value * 1e-3, -65
        if before is not None:
            one.connect(before(1), 0)
        before = one
        sections.append(one)
    h.usetable_hh = 0
    clamp = h.IClamp(sections[0](0.5))
    clamp.delay, clamp.dur, clamp.amp = 0, 0.1, 20
    h.celsius, h.secondorder, h.dt, h.steps_per_ms = 18.5, 2, 0.002, 500
    traces = [h.Vector().record(sections[2 * k](0.5)._ref_v) for k in (8, 12)]
    h.finitialize(-65)
    h.continuerun(4)
    times = []
    for trace in map(np.array, traces):
        i = int(np.argmax(trace >= 0))
        times.append((i - trace[i] / (trace[i] - trace[i - 1])) * 0.002)
    theirs = 4 * (fibre.internode + 10) * 1e-3 / (times[1] - times[0])
    ds = lo.simulate(fibre, lo.Step(20, stop=0.1), duration=4, dt=0.002, every=4, initial={"V": -65.0})
    arrival = [float(ds.arrival.values[ds.section.values == f"node.{k}"][0]) for k in (8, 12)]
    ours = 4 * (fibre.internode + 10) * 1e-3 / (arrival[1] - arrival[0])
    print(f"{ours:.4f} and {theirs:.4f} m/s")
    assert ours == pytest.approx(theirs, rel=2e-3)


def test_demyelination_blocks():
    node = lo.cells.frankenhaeuser_huxley_1964()
    bare = lo.Myelinated(node, 14, myelin_capacitance=4.4 * 60, myelin_conductance=600)
    with pytest.raises(lo.SimulationError, match="no propagated impulse"):
        lo.conduction_velocity(bare, lo.Step(5, stop=0.1), duration=8)
