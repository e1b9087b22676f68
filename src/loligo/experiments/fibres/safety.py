"""How much more current an impulse sends ahead than is needed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError, SimulationError
from ...model.cell import Cell
from ...model.recorded import Waveform
from ...model.stimulus import Stimulus
from ...simulation.rest import initial_state
from ...simulation.simulate import simulate
from ...units import number
from .runs import Fibre, enough, everywhere, fibre_of, of_fibre, straight, uniform
from .wave import RISEN, wave_of

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
LONGEST = 1e4  # times what is delivered: beyond, nothing fires the membrane
SAMPLES = 400  # of the current that is delivered
WINDOW = 10.0  # ms to wait for a spike, at least


def safety_factor(
    cable: Any, at: Any = None, *, stimulus: Stimulus | None = None, duration: Any = 20.0, dt: Any = None,
    tolerance: float = 1e-4,
) -> xr.Dataset:  # fmt: skip
    """The safety factor of conduction: the current that comes to a place over the least that fires the membrane there.

    What the neighbours send through the core (C dV/dt + I_ion) is positive until V rises fastest, and charges the
    membrane. A current of this course, but weaker, is injected into the same membrane by itself; the safety factor is
    one over the weakest that fires it. Where nodes are fed one by one, it falls to 1 as conduction fails; along a
    continuous cable, whose parts load one another, conduction fails sooner.

    Parameters
    ----------
    cable : Cable, or Tree without branches such as Myelinated
    at : number
        Where, µm; the membrane nearest to two thirds of the length that has gates unless given. Of a uniform cable the
        travelling wave is used, which is the same everywhere.
    stimulus, duration, dt
        As of `conduction_velocity`, where an impulse is run.
    tolerance : float
        Relative width of the bracket.

    Returns
    -------
    xarray.Dataset
        ``delivered`` and ``needed`` (µA/cm²), ``V`` (mV) over ``time``. ``attrs``: ``safety_factor``, ``charge``
        (nC/cm²: what is delivered in all), ``least_charge``.

    Notes
    -----
    Current available over current required: Tasaki 1953, Nervous Transmission; as charge, of any tissue, Boyle &
    Vigmond 2010, Biophys J 98:L57. Other definitions give other numbers; that of Shaw & Rudy 1997, Circ Res 81:727,
    compares what a cell takes up with what it gives off, and depends on what is called a cell.
    """
    fibre = fibre_of(cable, "safety_factor")
    if not 1e-9 <= tolerance < 1:
        raise LoligoError(f"tolerance: {tolerance:g}; give a relative width from 1e-9 to below 1, such as 1e-4")
    if uniform(fibre):
        cell, time, current, v, level = _of_wave(fibre)
    else:
        cell, time, current, v, level = _of_run(fibre, at, stimulus, duration, dt)
    least = _least(cell, time, current, level, tolerance)
    factor = 1 / least
    charge = float(np.trapezoid(current, time))
    return of_fibre(
        "safety_factor", fibre,
        {
            "delivered": ("time", current, "µA/cm²", "current that arrives"),
            "needed": ("time", least * current, "µA/cm²", "the least that fires"),
            "V": ("time", v, "mV", "membrane potential"),
        },
        {"time": (time, "ms", "time")},
        {"safety_factor": (factor, "1"), "charge": (charge, "nC/cm²"), "least_charge": (least * charge, "nC/cm²")},
        criterion=f"V of the membrane by itself rises to {level:.4g} mV, half the height of the impulse",
        tolerance=tolerance,
    )  # fmt: skip


def _of_wave(fibre: Fibre) -> tuple[Cell, Array, Array, Array, float]:
    """The current along the core is C V'' / K."""
    wave, _ = wave_of(fibre.cell)
    current = fibre.cell.capacitance.value * wave.bend / wave.K
    top = int(np.argmax(wave.slope))
    first = int(np.argmax(wave.states[0] - wave.rest[0] > 1e-2))
    time = np.linspace(wave.time[first], wave.time[top], SAMPLES)
    found = np.maximum(np.interp(time, wave.time, current), 0.0)
    level = 0.5 * (float(wave.rest[0]) + wave.numbers()["peak"][0])
    return fibre.cell, time - time[0], found, np.interp(time, wave.time, wave.states[0]), level


def _of_run(
    fibre: Fibre, at: Any, stimulus: Stimulus | None, duration: Any, dt: Any
) -> tuple[Cell, Array, Array, Array, float]:
    """What flows into one compartment from its neighbours until it rises fastest."""
    line = straight(fibre)
    middle = 0.5 * (line.begin + line.end)
    wanted = 2 / 3 * fibre.length if at is None else number(at, "µm", "at")
    if not 0 <= wanted <= fibre.length:
        raise SimulationError(f"at: {wanted:g} µm is off the fibre; give a place between 0 and {fibre.length:g} µm")
    excitable = [(m, k) for m in line.parts.membranes for k in m.members if any(c.gates for c in m.cell.channels)]
    if not excitable:
        raise SimulationError(f"safety_factor: no membrane of {fibre!r} has gates")
    membrane, place = min(excitable, key=lambda pair: abs(middle[pair[1]] - wanted))
    source = enough(fibre) if stimulus is None else stimulus
    length = number(duration, "ms", "duration")
    step = 0.005 if dt is None else number(dt, "ms", "dt")
    risen = initial_state(membrane.cell, "rest")["V"] + RISEN
    ds = everywhere(fibre, source, duration=length, dt=step, every=step, spike_threshold=risen)
    v, t = ds["V"].values, ds["time"].values
    arrival = float(ds["arrival"].values[place])
    if not math.isfinite(arrival):
        raise SimulationError(f"no propagated impulse at {middle[place]:g} µm: V reached {v[:, place].max():.4g} mV")
    into = line.membrane_current(v)[:, place] / (line.parts.area[place] * 1e-5)  # nA / µm² = 1e5 µA/cm²
    near = int(np.searchsorted(t, arrival))
    while near < len(t) - 1 and into[near] > 0:
        near += 1
    while near > 0 and into[near] <= 0:
        near -= 1
    last = near
    begin = last
    while begin > 0 and into[begin - 1] > 1e-4 * into[: last + 1].max():
        begin -= 1
    values = dict(zip(membrane.cell.parameters, membrane.parameters[list(membrane.members).index(place)], strict=True))
    cell = membrane.cell.with_({k: float(x) for k, x in values.items() if x != membrane.cell.parameters[k].value})
    level = 0.5 * (float(v[0, place]) + float(v[:, place].max()))
    return cell, t[begin : last + 1] - t[begin], into[begin : last + 1], v[begin : last + 1, place], level


def _least(cell: Cell, time: Array, current: Array, level: float, tolerance: float) -> float:
    """The weakest current of this course that fires the membrane, relative to it."""
    span = float(time[-1])
    window = span + max(WINDOW, 10 * span)

    def fires(factor: float) -> bool:  # whether it counts as a spike is not asked: near a block responses are small
        pulse = Waveform(time, factor * current)
        ds = simulate(
            cell, pulse, duration=window, every=0.01, estimate_error=False, tolerance=1e-8, spike_threshold=level
        )  # fmt: skip
        return float(ds["V"].max()) >= level

    low, high = 0.0, 1.0
    while not fires(high):
        low, high = high, 4 * high
        if high > LONGEST:
            raise SimulationError(f"safety_factor: no current of this course fires {cell.name} by itself")
    while low == 0.0 and fires(0.25 * high):
        high *= 0.25
        if high < 1 / LONGEST:
            raise SimulationError(f"safety_factor: {cell.name} fires without any current")
    low = max(low, 0.25 * high)
    while high / low - 1 > tolerance:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if fires(middle) else (middle, high)
    return math.sqrt(low * high)
