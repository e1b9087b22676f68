"""The one public verb."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..errors import SimulationError
from ..model.cable import Cable
from ..model.cell import Cell
from ..model.clamp import VoltageClamp
from ..model.stimulus import Stimulus
from ..model.tree import Tree
from .block import Study
from .inputs import reseeded
from .phases import Switching
from .recorders import Recorder, Spikes, Trace, chosen
from .run import run
from .settings import Clamp, settings
from .sweep import sweep
from .variants import SINGLE, variants

if TYPE_CHECKING:
    import xarray as xr


def simulate(
    cell: Cell | Cable | Tree,
    stimulus: Stimulus | None = None,
    *,
    duration: Any,
    clamp: Clamp | list[VoltageClamp] | tuple[VoltageClamp, ...] | None = None,
    over: Any = None,
    record: Any = None,
    every: Any = 0.025,
    method: str = "auto",
    tolerance: Any = 1e-6,
    dt: Any = None,
    initial: Any = "rest",
    seed: int | None = None,
    spike_threshold: Any = None,
    spike_rise: Any = 10.0,
    estimate_error: bool | None = None,
    precision: str = "double",
    device: str = "cpu",
    workers: int | None = None,
    progress: bool | None = None,
    store: Any = None,
    client: Any = None,
    where: Any = None,
) -> xr.Dataset:
    """Solve the equations of a cell, once or for many variants.

    Parameters
    ----------
    cell : Cell, Cable or Tree
    stimulus : Stimulus, optional
        Applied current density; on a cable a current in nA at the place ``at``; nothing unless given.
    duration : number
        ms.
    clamp : VoltageClamp, Amplifier, SwitchedClamp, DynamicClamp, or sequence of VoltageClamp, optional
        Clamp V instead of applying a current. A `VoltageClamp` is ideal and solved in closed form; an `Amplifier` has a
        series resistance; a `SwitchedClamp` clamps V and passes a current in turn; a `DynamicClamp` adds a virtual
        conductance to whatever the stimulus does. On a cable or a tree, one ideal clamp or several hold V at their
        places ``at``, beside any stimulus; ``I_clamp`` is what current that takes, nA.
    over : mapping, pandas.DataFrame or xarray.Dataset, optional
        What varies. A mapping of paths to values, ``{"stimulus.amplitude": ..., "K.g": ...}``, spans an outer product;
        a table has one variant in each row and a path above each column. Any number may vary: parameters of the cell
        (``"Na.g"``, ``"celsius"``), of the stimulus or the clamp, initial values (``"initial.V"``), the ``"seed"``; of
        a cable or a tree its own numbers too (``"diameter"``, ``"length"``, ``"Ra"``, ``"stimulus.at"``).
    record : path, Recorder, or sequence of them
        Recorders (`Spikes`, `Rate`, `Intervals`, `Peak`, `Trough`, `Mean`, `Final`, `Trace`) or paths, which stand for
        traces: gates (``"Na.m"``), currents (``"Na.I"``), conductances (``"Na.conductance"``), rates (``"Na.m.alpha"``,
        ``.beta``, ``.inf``, ``.tau``); ``"all"`` is every gate, current and conductance. Unless given, V for one run
        (where V is always there), and `Spikes` for a sweep.
    every : number
        Interval of the samples, ms. It has no influence on the accuracy.
    method : str
        ``"auto"`` (adaptive Dormand-Prince), ``"dopri5"``; with a fixed step `dt`: ``"rk4"``, ``"staggered"``,
        ``"exponential_euler"``, ``"heun"``, ``"euler_maruyama"``.
    tolerance : number
        Sets the error that an adaptive method allows per step: 16 times it, relative to |V| + 0.5 mV and gates + 0.005.
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
    estimate_error : bool, optional
        Run a companion at another accuracy, and state the error; in a sweep for 16 of the variants. Done for a cell
        unless False is given. For one run of a cable or a tree only if True: twice as many compartments and half the
        step, some four times the work, for ``error_V``, ``error_arrival`` and, of a fibre, ``velocity`` and
        ``error_velocity``.
    precision : {"double", "single"}
        Of a sweep's arithmetic. Single is faster and good for spike times to some 0.01 ms.
    device : {"cpu", "cuda"}
        Where a sweep runs: in vector units and threads, or on a GPU, one variant in each of its threads.
    workers : int, optional
        Threads of a sweep; all cores unless given.
    progress : bool, optional
        Show a progress bar; unless given, where somebody looks and the work is long.
    store : path, optional
        Keep the result of a sweep in this Zarr store, block by block, with bounded memory. The same call takes up an
        interrupted one where it ended.
    client : distributed.Client, optional
        Run a sweep on the workers of a Dask cluster.
    where : number, place, or sequence of them, optional
        On a cable, where V is recorded, µm, on a tree places, ``"dendrite(0.5)"``; unless given, in the middle of every
        compartment, or of 1000 of them. Recorders see the compartments on either side of a place, and what they find
        is a straight line in between. Both have `dt` (0.01 ms unless given) and give V over ``(time, x)``, or
        ``(time, place)``, and the ``arrival`` at every compartment. Variants of a sweep march side by side in the lanes
        of the vector units where their compartments, and the times of their stimuli, are the same; each equals the
        single run but for rounding.

    Returns
    -------
    xarray.Dataset
        ``V`` and the recorded quantities over ``time`` (uniform, every `every` ms), ``stimulus``, ``spike_times``
        (dimension ``spike``), ``spike_count``; units in the attributes of each variable. ``attrs`` say what ran:
        version, cell, citation, method, tolerance, steps, estimated errors (``error_V`` in mV, ``error_spike_times``
        in ms), criterion of a spike, warnings, seconds. A run that blows up is NaN from there on and says so in
        ``attrs["status"]``. A sweep has the varied numbers as coordinates and in ``status`` what became of each
        variant (0 is done); the others complete, and one warning says how many failed.

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
    >>> grid = lo.simulate(lo.cells.squid(), lo.Step(), duration=100, over={"stimulus.amplitude": [5, 10, 15]})
    >>> grid.spike_count.values
    array([1, 7, 8])
    """
    if isinstance(cell, (Cable, Tree)):
        kind = "cable" if isinstance(cell, Cable) else "tree"
        refused = {"store": store, "client": client}
        refused["precision"] = None if precision == "double" else precision
        refused["device"] = None if device == "cpu" else device
        for name, value in refused.items():
            if value is not None:
                raise SimulationError(f"{name}: a {kind} cannot be run with it; leave it out")
        if method not in ("auto", "staggered"):
            raise SimulationError(f"method: '{method}' does not solve a {kind}; use 'staggered' (or 'auto', the same)")
        from .travel import travel  # brings xarray, which a point can do without

        return travel(
            cell, stimulus, clamp, duration=duration, dt=dt, every=every, record=record, where=where, initial=initial,
            spike_threshold=spike_threshold, seed=seed, over=over, workers=workers, progress=progress,
            estimate_error=bool(estimate_error),
        )  # fmt: skip
    if isinstance(clamp, Switching) and (over is not None or chosen(record) is not None):
        raise SimulationError(
            f"over, record: a {type(clamp).__name__} is run once, and records traces; for a sweep under a virtual "
            "conductance add the channel to the cell: cell + channel"
        )
    estimate = estimate_error is None or estimate_error
    if where is not None:
        raise SimulationError("where: a cell is one point; places are those of a Cable or a Tree")
    if isinstance(clamp, (list, tuple)):
        raise SimulationError("clamp: a cell is one point, with one clamp; several are for a Cable or a Tree")
    named, held = chosen(record), clamp if isinstance(clamp, VoltageClamp) else None
    if over is not None or named is not None or precision != "double" or device != "cpu":
        s = settings(
            cell,
            stimulus,
            clamp,
            duration,
            every,
            method,
            tolerance,
            dt,
            initial,
            spike_threshold,
            spike_rise,
            precision,
            device,
        )
        if seed is not None and stimulus is not None:
            s = replace(s, stimulus=reseeded(stimulus, seed))
        varied = SINGLE if over is None else variants(over, cell, stimulus, held)
        options = {"store": store, "client": client, "workers": workers, "progress": progress}
        study = Study(s, named if named is not None else _recorders_for(record, held, over is not None))
        return sweep(study, varied, estimate_error=estimate, **options)
    for name, value in {"store": store, "client": client}.items():
        if value is not None:
            raise SimulationError(
                f"{name}: nothing varies; a single run is kept with ds.to_netcdf(path) (over= sweeps)"
            )
    from .dataset import dataset

    return dataset(
        run(
            cell,
            stimulus,
            duration=duration,
            clamp=clamp,
            record=("V",) if record is None else record,
            every=every,
            method=method,
            tolerance=tolerance,
            dt=dt,
            initial=initial,
            seed=seed,
            spike_threshold=spike_threshold,
            spike_rise=spike_rise,
            estimate_error=estimate,
        )
    )


def _recorders_for(record: Any, clamp: VoltageClamp | None, many: bool) -> tuple[Recorder, ...]:
    """The recorders where none is asked for by name."""
    if record is None:
        traces = ("all",) if clamp is not None else () if many else ("V",)
    else:
        traces = (record,) if isinstance(record, str) else tuple(record)
    kept: tuple[Recorder, ...] = () if clamp is not None else (Spikes(),)
    return (*kept, Trace(*traces)) if traces else kept
