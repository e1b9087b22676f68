"""Random but plausible membranes for Hypothesis: ``@given(cells())``.

Every cell has a leak and one to four of the usual kinds of channel, with numbers in the range of published ones and few
digits, so that a failing example can be read. Gates come as rates or as steady state and time constant, with
and without a temperature dependence. Because all conductances are positive and the leak is always there, the steady current
is inward below the lowest reversal potential and outward above the highest: there is always an equilibrium
between them, and V never leaves that range unless a current is applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

import loligo as lo
from loligo import V, exp


def decimals(low: float, high: float, digits: int = 2) -> st.SearchStrategy[float]:
    """Numbers with few digits after the point."""
    factor = 10**digits
    return st.integers(round(low * factor), round(high * factor)).map(lambda n: n / factor)


@dataclass(frozen=True)
class Kind:
    """A kind of channel: ranges of its conductance and reversal potential, and of each gate.

    A gate is (power, half, slope, shortest, longest): the voltage and the width of its steady state (a negative slope
    closes on depolarisation), and its time constant.
    """

    g: tuple[float, float]
    E: tuple[float, float]
    gates: dict[str, tuple[tuple[int, int], tuple[float, float], tuple[float, float], float, float]]


KINDS = {
    "Na": Kind((20, 150), (45, 60), {
        "m": ((2, 3), (-45, -25), (5, 10), 0.05, 0.6),
        "h": ((1, 1), (-70, -50), (-9, -5), 0.8, 12.0),
    }),
    "K": Kind((2, 40), (-95, -72), {"n": ((1, 4), (-50, -15), (7, 18), 0.8, 8.0)}),
    "KA": Kind((1, 40), (-90, -72), {
        "a": ((3, 4), (-60, -40), (8, 20), 0.3, 3.0),
        "b": ((1, 1), (-80, -60), (-9, -5), 3.0, 30.0),
    }),
    "CaT": Kind((0.2, 3), (100, 130), {
        "s": ((2, 3), (-62, -50), (5, 8), 0.8, 5.0),
        "u": ((1, 1), (-85, -70), (-6, -4), 10.0, 60.0),
    }),
    "H": Kind((0.02, 0.4), (-45, -25), {"r": ((1, 1), (-90, -70), (-10, -5), 20.0, 200.0)}),
}  # fmt: skip


@st.composite
def sigmoid_gates(draw: Any, kind: str, name: str) -> lo.Gate:
    """A gate with a sigmoid steady state and a constant or bell-shaped time constant."""
    powers, halves, slopes, shortest, longest = KINDS[kind].gates[name]
    half, slope = draw(decimals(*halves, 1)), draw(decimals(*slopes, 1))
    base = draw(decimals(shortest, longest / 2))
    tau: Any = base
    if draw(st.booleans()):
        centre, up, down = draw(decimals(-75, -30, 1)), draw(decimals(8, 40, 1)), draw(decimals(8, 40, 1))
        tau = base + draw(decimals(shortest, longest)) / (exp((V - centre) / up) + exp(-(V - centre) / down))
    return lo.Gate(draw(st.integers(*powers)), inf=1 / (1 + exp(-(V - half) / slope)), tau=tau)


@st.composite
def rate_gates(draw: Any, kind: str, name: str) -> lo.Gate:
    """A gate with rates: of Hodgkin & Huxley's three forms, the opening one with its removable singularity."""
    powers, halves, slopes, shortest, longest = KINDS[kind].gates[name]
    half, width = draw(decimals(*halves, 1)), draw(decimals(*sorted(abs(s) for s in slopes), 1))
    speed = 1 / draw(decimals(shortest, longest))
    rising = round(speed, 3) * (V - half) / width / (1 - exp(-(V - half) / width))
    falling = round(speed, 3) * exp(-(V - half) / draw(decimals(10, 80, 1)))
    if slopes[0] < 0:  # closes on depolarisation
        rising = round(speed, 3) / (1 + exp(-(V - half) / width))
        return lo.Gate(draw(st.integers(*powers)), alpha=falling, beta=rising)
    return lo.Gate(draw(st.integers(*powers)), alpha=rising, beta=falling)


@st.composite
def channels(draw: Any, kind: str, temperature: bool = True) -> lo.Channel:
    """A channel of one of the `KINDS`."""
    about = KINDS[kind]
    form = rate_gates if draw(st.booleans()) else sigmoid_gates
    gates = {name: draw(form(kind, name)) for name in about.gates}
    heat: dict[str, Any] = {}
    if temperature and draw(st.booleans()):
        heat = {"q10": draw(decimals(1.5, 4, 1)), "celsius_ref": draw(st.sampled_from([6.3, 18.0, 23.0]))}
    return lo.Channel(kind, g=draw(decimals(*about.g)), E=draw(decimals(*about.E, 0)), **heat, **gates)


@st.composite
def cells(draw: Any, least: int = 1, most: int = 4, temperature: bool = True) -> lo.Cell:
    """A cell of a leak and some channels.

    Parameters
    ----------
    least, most : int
        Number of channels besides the leak.
    temperature : bool
        Let some channels have a Q10; the cell is then within 6 °C of the warmest of their temperatures.
    """
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=least, max_size=most, unique=True))
    parts = [draw(channels(kind, temperature)) for kind in kinds]
    leak = lo.Channel("leak", g=draw(decimals(0.05, 0.5)), E=draw(decimals(-75, -50, 0)))
    warmest = max((dict(c.parameters)["celsius_ref"].value for c in parts if "q10" in dict(c.parameters)), default=18.0)
    return lo.Cell(
        "random",
        [*parts, leak],
        capacitance=draw(decimals(0.8, 2)),
        celsius=draw(decimals(warmest - 6, warmest + 6, 1)),
    )


def states(cell: lo.Cell) -> st.SearchStrategy[dict[str, float]]:
    """V and gates by path: any state the cell may be in."""
    gates = {
        f"{c.name}.{name}": st.floats(0.001, 0.999) for c in cell.channels for name, g in c.gates if not g.instantaneous
    }
    return st.fixed_dictionaries({"V": st.floats(-110, 60), **gates})
