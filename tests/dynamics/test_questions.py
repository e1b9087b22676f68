"""What every question about dynamics asks of a cell before it answers."""

import pytest

import loligo as lo
from loligo.dynamics import DynamicsError

CURRENT = "stimulus.amplitude"
QUESTIONS = {
    "equilibria": lambda cell: lo.dynamics.equilibria(cell),
    "continuation": lambda cell: lo.dynamics.continuation(cell, CURRENT, (0, 1)),
    "bifurcation_curves": lambda cell: lo.dynamics.bifurcation_curves(cell, CURRENT, (0, 1), "Na.g", (1, 2)),
    "phase_plane": lambda cell: lo.dynamics.phase_plane(cell),
    "reduction": lambda cell: lo.dynamics.reduction(cell, 10),
    "phase_response": lambda cell: lo.dynamics.phase_response(cell, 10),
    "isochrons": lambda cell: lo.dynamics.isochrons(cell, 10),
    "lyapunov": lambda cell: lo.dynamics.lyapunov(cell, lo.Step(10)),
    "excitability": lambda cell: lo.dynamics.excitability(cell, (0, 1)),
    "fast_slow": lambda cell: lo.dynamics.fast_slow(cell, "K.n"),
}
"""All of `loligo.dynamics` that takes a cell; a new question has to be entered here."""


def test_every_question_is_asked_here():
    verbs = {name for name in lo.dynamics.__all__ if name.islower()}
    assert verbs == set(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_spikes_at_given_times_are_refused(name):
    """Their jumps depend on the time, and equations that do have no equilibria, cycles or planes of their own."""
    cell = lo.cells.squid() + lo.channels.ampa(times=[20, 30])
    with pytest.raises(DynamicsError, match=r"squid.*channel AMPA is driven by spikes at given times \(from 20 ms\)"):
        QUESTIONS[name](cell)


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_no_cell_is_refused(name):
    with pytest.raises(DynamicsError, match="a cell is needed, such as"):
        QUESTIONS[name]("squid")


def test_a_synapse_without_spikes_is_no_obstacle():
    """The remedy that the refusal names."""
    squid = lo.cells.squid()
    (rest,) = lo.dynamics.equilibria(squid + lo.channels.ampa())
    assert pytest.approx(lo.dynamics.equilibria(squid)[0].V, abs=1e-9) == rest.V


def test_spikes_into_a_dendrite_are_found():
    cell = lo.cells.pinsky_rinzel_1994()
    (name,) = {path.split(".")[0] for path, _ in cell.all_channels() if "." in path}
    (dendrite,) = [c for c in cell.compartments if c.name == name]
    driven = dendrite.replace(channels=(*dendrite.channels, lo.channels.ampa(times=[5])))
    with pytest.raises(DynamicsError, match=rf"channel {name}\.AMPA is driven"):
        lo.dynamics.equilibria(cell.replace(compartments=(driven,)))
