"""How far a potential reaches along a resting fibre, and what resistance its end has; beside cable theory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError, SimulationError
from ...model.cable import Cable
from ...model.stimulus import Step
from ...numerics.arrays import array_function
from ...simulation.rest import parameter_values, resting_states
from ...system import system
from ...units import number
from .runs import everywhere, finer, of_fibre, uniform_cable

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
PROBE = 0.01  # mV at the electrode: so little that the membrane is linear
SETTLED = 16.0  # slowest time constants that a run goes on for: what is left is 1e-7
STEPS = 8000  # of a run
PLACES, FEWEST = 41, 16  # of the result; compartments


def length_constant(cable: Cable, amplitude: Any = None) -> xr.Dataset:
    """Steady potential along a fibre with a current at its left end: length constant and input resistance.

    The current is applied in both directions, and half the difference of the two steady states counts, on the cable as
    given and on one of half the dx; both give the limit. From V at places h apart the length constant is
    h / arcosh((V(x - h) + V(x + h)) / 2 V(x)), whatever the ends are.

    Parameters
    ----------
    cable : Cable
        Of one diameter, its left end sealed.
    amplitude : number
        nA; unless given, so little that the end moves by 0.01 mV.

    Returns
    -------
    xarray.Dataset
        ``V`` (mV, with the current), ``deflection`` and ``theory`` (mV) over ``x`` (µm). ``attrs``: ``length_constant``
        (µm), ``input_resistance`` (MΩ), each with ``_theory``; ``infinite_resistance`` (MΩ: of the end of a fibre
        without other end, by theory), ``time_constant`` (ms: capacitance times the resistance of the membrane),
        ``slope_resistance`` (kΩ·cm²: of the membrane at rest, to steady small currents), ``error`` (the greatest
        difference of ``deflection`` from ``theory``, relative to its greatest).

    Notes
    -----
    lambda = sqrt(d Rm / 4 Ra); the end of an infinite fibre has (2 / pi) sqrt(Rm Ra) d^(-3/2), that of one of length l
    this times coth(l / lambda) if the other end is sealed, tanh(l / lambda) if it is killed or clamped (Rall 1959, Exp
    Neurol 1:491; Jack, Noble & Tsien 1975, chapter 3). Of a membrane with gates Rm is the slope of its steady current.
    """
    from scipy.interpolate import CubicSpline

    uniform_cable(cable, "length_constant")
    if cable.left != "sealed":
        raise LoligoError(
            f"length_constant: the left end is {cable.left!r}; the current goes in there, so leave it sealed"
        )
    rm, slowest = _membrane(cable)
    d, ra, length = cable.diameter_at(0) * 1e-4, cable.Ra, cable.length * 1e-4  # cm
    reach = math.sqrt(d * rm * 1e3 / (4 * ra))  # cm
    endless = 2 / math.pi * math.sqrt(rm * 1e3 * ra) * d**-1.5 * 1e-6  # MΩ
    sealed = cable.right == "sealed"
    end = endless / math.tanh(length / reach) if sealed else endless * math.tanh(length / reach)
    current = PROBE / end if amplitude is None else number(amplitude, "nA", "amplitude")
    if current == 0:
        raise LoligoError("amplitude: 0 nA; give a current")
    x = np.linspace(0, cable.length, PLACES)
    duration = SETTLED * slowest
    states = []
    for factor in (1, 2):
        fine = finer(cable.with_(n=max(cable.n, FEWEST)), factor)
        up, down = (
            everywhere(fine, Step(sign * current), duration=duration, dt=duration / STEPS, every=duration)
            for sign in (1, -1)
        )
        middles, last = up["x"].values, np.stack([up["V"].values[-1], down["V"].values[-1]])
        states.append(CubicSpline(middles, np.stack([last[0], 0.5 * (last[0] - last[1])]), axis=1)(x))
    (v1, w1), (v2, w2) = states
    v, w = v2 + (v2 - v1) / 3, w2 + (w2 - w1) / 3
    far = (length - x * 1e-4) / reach
    whole = length / reach
    shape = np.cosh(far) / np.cosh(whole) if sealed else np.sinh(far) / np.sinh(whole)
    theory = current * end * shape
    found = _reach(x, w)
    numbers = {
        "length_constant": (found, "µm"), "length_constant_theory": (reach * 1e4, "µm"),
        "input_resistance": (float(w[0]) / current, "MΩ"), "input_resistance_theory": (end, "MΩ"),
        "infinite_resistance": (endless, "MΩ"), "time_constant": (cable.cell.capacitance.value * rm, "ms"),
        "slope_resistance": (rm, "kΩ·cm²"), "amplitude": (current, "nA"),
        "error": (float(np.abs(w - theory).max() / np.abs(theory).max()), "1"),
    }  # fmt: skip
    return of_fibre(
        "length_constant", cable,
        {
            "V": ("x", v, "mV", "membrane potential"),
            "deflection": ("x", w, "mV", "steady deflection"),
            "theory": ("x", theory, "mV", "by cable theory"),
        },
        {"x": (x, "µm", "distance along the fibre")},
        numbers, criterion="half the difference of the steady states under a current and its opposite",
        tolerance=numbers["error"][0],
    )  # fmt: skip


def _membrane(cable: Cable) -> tuple[float, float]:
    """Slope resistance of the membrane at rest, kΩ·cm², and its slowest time constant, ms."""
    cell = cable.cell
    stable = [e for e in resting_states(cell) if e.stable]
    if not stable:
        raise SimulationError(f"{cell.name} has no stable resting state, from which a potential could spread")
    whole = system(cell)
    state = [stable[0].state[v.path] for v in whole.states]
    flat = array_function(whole, tuple(whole.jacobian))(state, 0.0, parameter_values(cell))
    local = np.array([float(np.ravel(f)[0]) for f in flat]).reshape(len(state), len(state))
    rates = -np.linalg.eigvals(local).real
    inverse = np.linalg.inv(local)
    rm = float(-inverse[0, 0] / cell.capacitance.value)
    if rm <= 0:
        raise SimulationError(
            f"{cell.name}: the steady current of its membrane falls with V at rest, so that potentials do not decay"
        )
    return rm, float(1 / rates.min())


def _reach(x: Array, w: Array) -> float:
    """The length constant of a steady deflection, from all triples of a quarter of the length; µm."""
    h = (len(x) - 1) // 4
    inside = np.arange(h, len(x) - h)
    ratio = (w[inside - h] + w[inside + h]) @ w[inside] / (2 * w[inside] @ w[inside])
    return float((x[h] - x[0]) / np.arccosh(ratio)) if ratio > 1 else math.nan
