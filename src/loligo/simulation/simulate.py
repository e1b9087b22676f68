"""The one public verb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..model.cell import Cell
from ..model.clamp import VoltageClamp
from ..model.stimulus import Stimulus
from .run import run

if TYPE_CHECKING:
    import xarray as xr


def simulate(
    cell: Cell,
    stimulus: Stimulus | None = None,
    *,
    duration: Any,
    clamp: VoltageClamp | None = None,
    record: Any = ("V",),
    every: Any = 0.025,
    method: str = "auto",
    tolerance: Any = 1e-6,
    dt: Any = None,
    initial: Any = "rest",
    seed: int | None = None,
    spike_threshold: Any = None,
    spike_rise: Any = 10.0,
    estimate_error: bool = True,
) -> xr.Dataset:
    """Solve the equations of a cell.

    Parameters
    ----------
    cell : Cell
    stimulus : Stimulus, optional
        Applied current density; nothing unless given.
    duration : number
        ms.
    clamp : VoltageClamp, optional
        Clamp V instead of applying a current. Solved in closed form.
    record : "all", path or sequence of paths
        Gates (``"Na.m"``), currents (``"Na.I"``), conductances (``"Na.conductance"``), rates (``"Na.m.alpha"``,
        ``.beta``, ``.inf``, ``.tau``); V is always there. ``"all"`` is every gate, current and conductance.
    every : number
        Interval of the samples, ms. It has no influence on the accuracy.
    method : str
        ``"auto"`` (adaptive Dormand-Prince), ``"dopri5"``; with a fixed step `dt`: ``"rk4"``, ``"staggered"``,
        ``"exponential_euler"``, ``"heun"``, ``"euler_maruyama"``.
    tolerance : number
        Sets the error that an adaptive method allows per step: 10 times it, relative to |V| + 0.5 mV and gates + 0.005.
        The error of the result is another matter, and stated in the attributes.
    dt : number, optional
        Step of a fixed-step method, ms (shortened to fit between the edges of the stimulus). With ``"dopri5"`` it
        turns the error control off.
    initial : "rest" or mapping
        The stable resting state without stimulus, or values such as ``{"V": -65.0}``; states not named take their
        steady value at that V.
    seed : int, optional
        Seed of the noise in the stimulus, in place of its own.
    spike_threshold, spike_rise : number
        A spike is an upward crossing of `spike_threshold` mV on an upstroke of at least `spike_rise` mV from trough
        to peak. The threshold is the cell's own unless given: 0 mV, but for cells that measure V from rest.
    estimate_error : bool
        Run a companion at another accuracy, and state the error.

    Returns
    -------
    xarray.Dataset
        ``V`` and the recorded quantities over ``time`` (uniform, every `every` ms), ``stimulus``, ``spike_times``
        (dimension ``spike``), ``spike_count``; units in the attributes of each variable. ``attrs`` say what ran:
        version, cell, citation, method, tolerance, steps, estimated errors (``error_V`` in mV, ``error_spike_times``
        in ms), criterion of a spike, warnings, seconds. A run that blows up is NaN from there on and says so in
        ``attrs["status"]``.

    Raises
    ------
    LoligoError
        If something asked for makes no sense; the message names it and the remedy.

    Examples
    --------
    >>> import loligo as lo
    >>> ds = lo.simulate(lo.cells.squid(), lo.Step(10, start=5, stop=45), duration=50)
    >>> int(ds.spike_count)
    3
    """
    from .dataset import dataset

    return dataset(
        run(
            cell,
            stimulus,
            duration=duration,
            clamp=clamp,
            record=record,
            every=every,
            method=method,
            tolerance=tolerance,
            dt=dt,
            initial=initial,
            seed=seed,
            spike_threshold=spike_threshold,
            spike_rise=spike_rise,
            estimate_error=estimate_error,
        )
    )
