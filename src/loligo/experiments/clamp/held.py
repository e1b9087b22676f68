"""One run under a voltage clamp, ideal or through an amplifier, as experiments want it."""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError, LoligoWarning
from ...model.amplifier import Amplifier
from ...model.cell import Cell
from ...model.clamp import VoltageClamp, VoltageSteps
from ...simulation.amplifier import scale
from ...simulation.run import Run, run
from ...system import system
from .peaks import peaks

Array = NDArray[np.float64]
SAMPLES, SHOWN = 2048, 513  # of a part that is looked at; and that is shown
EARLY = 1e-12  # by how much of its time a step is earlier than the sample that is to see it


def behind(clamp: Any, command: VoltageClamp) -> Amplifier:
    """The amplifier that was given, with a command."""
    if not isinstance(clamp, Amplifier) or clamp.command is not None:
        raise LoligoError(
            f"clamp: {clamp!r}; give an Amplifier without a command, such as Amplifier(series_resistance=5): the "
            "experiment brings its own"
        )
    return clamp.with_(command=command)


def through(clamp: Amplifier | None) -> str:
    """What a command goes through, in words."""
    if clamp is None:
        return "ideal clamp"
    return (
        f"amplifier ({clamp.series_resistance:g} MΩ, prediction {clamp.prediction:g} %, correction "
        f"{clamp.correction:g} %)"
    )


def clamped_run(
    cell: Cell, command: VoltageClamp, duration: float, every: float, *paths: str, clamp: Amplifier | None = None
) -> Run:
    """A run under a command; its ``I_clamp`` is what the amplifier measures, in the unit of the cell's own currents.

    Parameters
    ----------
    duration, every : float
        ms.
    *paths : str
        What is recorded.
    clamp : Amplifier, optional
        Without a command.

    Raises
    ------
    LoligoError
        If the run could not be carried out, with the reason.
    """
    # Half an interval more than asked for, so that the last sample is there whatever the rounding.
    with warnings.catch_warnings():
        if clamp is None:
            warnings.simplefilter("ignore", LoligoWarning)  # what it says becomes an error, below
        done = run(
            cell, clamp=command if clamp is None else behind(clamp, command), duration=duration + 0.5 * every,
            every=every, record=list(paths), estimate_error=False, tolerance=1e-9,
        )  # fmt: skip
    if done.status != "done":
        raise LoligoError(f"clamp: {done.status}")
    if clamp is None:
        return done
    return replace(done, values={**done.values, "I_clamp": done.values["I_measured"] / scale(cell, clamp)})


def peak_after(
    cell: Cell, path: str, hold: float, levels: list[tuple[float, float]], pulse: float, length: float,
    clamp: Amplifier | None = None,
) -> tuple[float, Array]:  # fmt: skip
    """Peak of a current during the last pulse of a protocol, and the current at `SHOWN` moments of it.

    A sample falls on its beginning: through instantaneous gates a current is largest at once.
    """
    before = sum(t for _, t in levels)
    count = math.ceil(before / (length / SAMPLES))
    every = before / count if count else length / SAMPLES
    if levels:  # the step a hair before the sample, whatever the rounding
        *earlier, (last, time) = levels
        levels = [*earlier, (last, time - EARLY * before)]
    command = VoltageSteps(hold, [*levels, (pulse, 2 * length)])
    done = clamped_run(cell, command, count * every + length, every, path, clamp=clamp)
    during = np.asarray(done.values[path])[count:]
    shown = np.interp(np.linspace(0, length, SHOWN), np.arange(len(during)) * every, during)
    return float(peaks(during[None, :], every)[0][0]), shown


def current_of(cell: Cell, channel: str | None, usual: str) -> str:
    """The path of a channel's current.

    Parameters
    ----------
    cell : Cell
    channel : str or None
        Its name; None for the usual one, or else one whose name begins so, or else the first with gates.
    usual : str
        Such as "Na".
    """
    if not isinstance(cell, Cell):
        raise LoligoError(f"an experiment needs a cell, such as loligo.cells.squid(), not {cell!r}")
    names = [o.path.removesuffix(".I") for o in system(cell).observables if o.kind == "current"]
    if channel is None:
        gated = [c.name for c in cell.channels if c.gates or c.schemes] or names[:1]
        alike = [name for name in gated if name.startswith(usual)]
        channel = usual if usual in names else (alike or gated)[0]
    if channel not in names:
        raise LoligoError(f"channel: {cell.name} has no channel '{channel}'; it has {', '.join(names)}; name one")
    return f"{channel}.I"
