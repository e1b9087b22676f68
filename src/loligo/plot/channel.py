"""The picture of a channel: steady states and time constants, currents under voltage steps, and its I-V curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.cell import Cell
from ..model.clamp import VoltageClamp
from ..numerics.arrays import array_function
from ..simulation.run import run
from ..simulation.steady import Steady

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SPAN = (-120.0, 60.0)  # mV
HOLD, STEPS = -90.0, (-120, -100, -80, -60, -40, -20, 0, 20, 40)


def draw(cell: Cell, channel: str, *, width: float = 7.0) -> Figure:
    """Draw a channel that sits alone in a cell.

    Parameters
    ----------
    cell : Cell
        With the channel, and the concentrations it reads; see `loligo.channels`.
    channel : str
        Its name.
    width : float
        Inches.
    """
    from . import style

    with style.style():
        figure = style.blank(width, 0.75 * width)
        figure.set_layout_engine("constrained")
        (steady, tau), (currents, iv) = figure.subplots(2, 2)
        v = np.linspace(*SPAN, 721)
        curves = _curves(cell, channel, v)
        _lines(steady, v, {k.removesuffix(".inf"): y for k, y in curves.items() if k.endswith(".inf")})
        steady.set(ylabel="steady state", ylim=(-0.03, 1.03), xlabel="V (mV)")
        times = {k.removesuffix(".tau"): y for k, y in curves.items() if k.endswith(".tau")}
        if times:
            _lines(tau, v, times)
            tau.set(yscale="log", ylabel="time constant (ms)", xlabel="V (mV)")
        else:
            tau.set_axis_off()
        _steps(cell, channel, currents, iv, max((float(np.nanmax(y)) for y in times.values()), default=1.0))
        figure.suptitle(f"{cell.name}   {cell.source}", fontsize="medium")
    return figure


def _curves(cell: Cell, channel: str, v: Any) -> dict[str, Any]:
    solver = Steady(cell, 0.0)
    wanted = [
        o
        for o in solver.system.observables
        if o.path.startswith(f"{channel}.") and o.kind in ("steady state", "time constant")
    ]
    values = array_function(solver.system, tuple(o.formula for o in wanted))(solver.fill([v]), 0.0, solver.values)
    return {o.path.removeprefix(f"{channel}."): y for o, y in zip(wanted, values, strict=True)}


def _lines(axes: Any, v: Any, curves: dict[str, Any]) -> None:
    for name, y in curves.items():
        axes.plot(v, y, label=name)
    if curves:
        axes.legend(frameon=False)


def _steps(cell: Cell, channel: str, currents: Any, iv: Any, slowest: float) -> None:
    """Currents under steps from a hold at -90 mV, as long as the slowest gate asks for; their peaks and ends."""
    length = float(np.clip(2 * slowest, 5.0, 2000.0))
    every = length / 1000
    ends, peaks = [], []
    for level in STEPS:
        found = run(cell, duration=1.1 * length, clamp=VoltageClamp(HOLD, level, 0.1 * length, 2 * length),
                    record=[f"{channel}.I"], every=every, estimate_error=False)  # fmt: skip
        current = found.values[f"{channel}.I"]
        during = current[found.time >= 0.1 * length + every]
        ends.append(during[-1])
        peaks.append(during[np.argmax(np.abs(during))])
        currents.plot(found.time, current, color="0.3", linewidth=0.8)
    unit = cell.current_unit
    currents.set(xlabel="time (ms)", ylabel=f"current ({unit})", title=f"steps from {HOLD:g} mV")
    iv.plot(STEPS, peaks, "o-", label="peak", markersize=3)
    iv.plot(STEPS, ends, "s--", label="end", markersize=3)
    iv.axhline(0, color="0.7", linewidth=0.5)
    iv.set(xlabel="V (mV)", ylabel=f"current ({unit})")
    iv.legend(frameon=False)
