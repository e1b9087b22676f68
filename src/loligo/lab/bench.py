"""The voltage-clamp bench: families of steps, tails, prepulses, leak subtraction, fits of m³h and n⁴ as they are made.

Channels are told apart as on a rig: the family is recorded again with one channel blocked, and what is missing is its
current.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import experiments
from ..errors import LoligoError
from ..experiments.clamp import fitting, ions, records, recover
from ..model.cell import Cell
from ..numerics.batch import Stop, Stopped
from . import messages, prepare

Array = NDArray[np.float64]
QUESTIONS = (messages.Family, messages.Tails, messages.Prepulse, messages.Leak, messages.Fit)
MOST_STEPS = 64  # of a family
SHOWN = 400  # samples of a trace, about


def answer(request: messages.Asked, stop: Stop) -> bytes:
    """Answer a question of the bench."""
    cell = prepare.prepared(request.preparation)
    if isinstance(request, messages.Family):
        return family(request, cell, stop)
    if isinstance(request, messages.Tails):
        return tails(request, cell)
    if isinstance(request, messages.Prepulse):
        return prepulse(request, cell)
    if isinstance(request, messages.Leak):
        return leak(request, cell)
    assert isinstance(request, messages.Fit)
    return fit(request, cell)


def family(request: messages.Family, cell: Cell, stop: Stop) -> bytes:
    """Currents of a family of steps: all together, and what the block of each channel takes away."""
    steps = np.arange(request.low, request.high + 1e-9, request.step)
    if not 2 <= len(steps) <= MOST_STEPS:
        raise LoligoError(
            f"step: {len(steps)} steps from {request.low:g} to {request.high:g} mV; give 2 to {MOST_STEPS}"
        )
    control = _recorded(cell, request, steps)
    arrays = {"voltage": steps, "time": control["time"], "I": control["I"]}
    names = [name for name, _ in cell.all_channels() if f"{name}.g" in cell.parameters]
    notes: list[str] = []
    for name in names:
        if stop:
            raise Stopped
        try:
            arrays[f"{name}.I"] = control["I"] - _recorded(cell.block(name, 1.0), request, steps)["I"]
        except LoligoError as error:  # without its calcium channels a cell may have nowhere to be held
            notes.append(f"{name} cannot be blocked: {error}")
    names = [name for name in names if f"{name}.I" in arrays]
    for path in ("", *(f"{name}." for name in names)):
        trace = arrays[f"{path}I"]
        arrays[f"{path}peak"] = np.take_along_axis(trace, np.abs(trace).argmax(axis=1)[:, None], axis=1)[:, 0]
        arrays[f"{path}steady"] = trace[:, -1]
    header = {
        "id": request.id, "kind": "family", "channels": names, "hold": request.hold, "unit": cell.current_unit,
        "largest_inward": control["inward"], "largest_inward_at": control["at"],
        "notes": notes,
    }  # fmt: skip
    return messages.encode(header, arrays)


def _recorded(cell: Cell, request: messages.Family, steps: Array) -> dict[str, Any]:
    found = experiments.current_voltage(cell, request.hold, steps, duration=request.duration)
    every = max(1, found.sizes["time"] // SHOWN)
    return {
        "I": found["I_clamp"].values[:, ::every],
        "time": found["time"].values[::every],
        "inward": float(found.attrs["largest_inward"]),
        "at": float(found.attrs["largest_inward_at"]),
    }


def tails(request: messages.Tails, cell: Cell) -> bytes:
    """Tail currents of a channel: a straight line through its reversal potential, if it is ohmic."""
    found = experiments.tail_currents(
        cell, np.arange(-120, 1, 20.0), channel=request.channel, hold=request.hold, pulse=request.pulse,
        pulse_duration=request.width,
    )  # fmt: skip
    every = max(1, found.sizes["time"] // SHOWN)
    header = {"id": request.id, "kind": "tails", "channel": request.channel}
    header |= {name: float(found.attrs[name]) for name in ("reversal", "conductance", "curvature")}
    arrays = {n: found[n].values for n in ("voltage", "instantaneous", "final", "decay_time")}
    arrays |= {"time": found["time"].values[::every], "I": found["current"].values[:, ::every]}
    return messages.encode(header, arrays)


def prepulse(request: messages.Prepulse, cell: Cell) -> bytes:
    """Steady inactivation: what prepulses leave of a channel."""
    found = experiments.inactivation(cell, channel=request.channel, pulse=request.pulse, duration=request.width)
    header = {"id": request.id, "kind": "prepulse", "channel": request.channel, "status": str(found.attrs["status"])}
    header |= {name: float(found.attrs[name]) for name in ("half", "slope")}
    return messages.encode(header, {n: found[n].values for n in ("prepulse", "peak", "available", "fitted")})


def leak(request: messages.Leak, cell: Cell) -> bytes:
    """P/N: what small pulses the other way say of the leak, taken away."""
    found = experiments.leak_subtraction(
        cell, hold=request.hold, pulse=request.pulse, pulses=request.pulses, noise=request.noise
    )
    every = max(1, found.sizes["time"] // SHOWN)
    header = {"id": request.id, "kind": "leak"} | {n: float(found.attrs[n]) for n in ("error", "noise")}
    names = ("time", "measured", "leak", "corrected", "true")
    return messages.encode(header, {n: found[n].values[::every] for n in names})


def fit(request: messages.Fit, cell: Cell) -> bytes:
    """The rates of m, h and n at one potential, from noisy records, with the records and the curves laid through them.

    Near rest and below, where a step opens nothing, two pulses with an interval at that potential tell the rates.
    """
    names = (request.sodium, request.potassium)
    both = ions.of_cell(cell, *names, None, None)
    commands = recover.protocols(request.hold, request.pulse, [request.voltage])
    seed = round(10 * (request.voltage + 250))  # each potential has noise of its own, and always the same
    made = records.simulated(cell, commands, request.noise, recover.EVERY, seed, names)
    found = fitting.fit_records(made, both)
    header: dict[str, Any] = {"id": request.id, "kind": "fit", "voltage": request.voltage, "rates": {}}
    arrays: dict[str, Any] = {}
    for ion in both:
        one = found[ion.name].get(request.voltage)
        if one is None:  # at its reversal potential no current tells anything
            continue
        for j, gate in enumerate(ion.gates):
            for side, word in enumerate(("alpha", "beta")):
                log, error = one.rates[2 * j + side], one.errors[2 * j + side]
                known = error < recover.VAGUE
                header["rates"][f"{ion.name}.{gate}.{word}"] = [float(np.exp(log)), float(error)] if known else None
        mine = [r for r in made if request.voltage in r.levels[1:]]
        shown = next((r for r in mine if len(r.levels) == 2), mine[-1])
        time, measured, curve = fitting.drawn(shown, ion, found[ion.name], request.voltage)
        arrays |= {
            f"{ion.name}.time": time[::2],
            f"{ion.name}.measured": measured[::2],
            f"{ion.name}.fitted": curve[::2],
        }
    return messages.encode(header, arrays)
