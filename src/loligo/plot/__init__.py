"""Pictures of what the package computes: ``lo.plot(result)``, for print::

    figure = lo.plot(ds)                                    # stimulus, voltage, gates, currents
    figure.savefig("run.pdf")
    lo.plot(ds, ["V", "Na"], time=(5, 12), title="")        # one spike, one channel
    lo.plot([control, blocked], labels=["control", "TTX"])  # the second in ink, the first behind it

What is drawn depends on ``attrs["kind"]`` of the result. One file per picture (`run.py`, …) with a function ``draw``,
entered into `PICTURES`; what they share is the style (`style.py`, `loligo.mplstyle`), the meaning of the colours
(`palette.py`), the names in the margin (`margin.py`) and the reading of a Dataset (`traces.py`). Nothing here imports
matplotlib before a picture is asked for, and nothing imports pyplot at all: `style.py` says why.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ..errors import nearest
from .traces import PlotError

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure, SubFigure

__all__ = ["PICTURES", "PlotError", "plot"]

PICTURES: dict[str, str] = {
    "run": "run",
    "sweep": "sweep",
    "tree": "tree",
    "axon": "axon",
    "collision": "axon",
    "bifurcation": "bifurcation",
    "bifurcation curves": "curves",
    "phase plane": "plane",
    "phase response": "response",
    "isochrons": "isochrons",
    **dict.fromkeys(
        [
            "threshold",
            "strength_duration",
            "refractory_period",
            "firing_rate",
            "accommodation",
            "anode_break",
            "rebound",
            "anatomy",
            "energy",
            "latency",
            "adaptation",
            "current_voltage",
            "tail_currents",
            "inactivation",
            "recovery",
            "voltage_ramp",
            "leak_subtraction",
            "recover_rates",
            "impedance",
            "temperature",
            "dose_response",
            "conduction_velocity",
            "travelling_wave",
            "propagated",
            "length_constant",
            "velocity_vs_diameter",
            "velocity_vs_temperature",
            "safety_factor",
            "branch_block",
            "refractory_wake",
            "extracellular_potential",
            "extracellular_strength_duration",
        ],
        "experiment",
    ),
}
"""For each ``attrs["kind"]`` of a result, the file of this folder that draws it."""


def plot(
    ds: xr.Dataset | Sequence[xr.Dataset],
    what: str | Iterable[str] | None = None,
    *,
    figure: Figure | SubFigure | None = None,
    width: float = 7.0,
    **options: Any,
) -> Figure | SubFigure:
    """Draw a result of the package.

    Parameters
    ----------
    ds : Dataset or sequence of Dataset
        What `loligo.simulate` returned; several runs are laid over one another.
    what : str or iterable of str, optional
        What to draw of it, by the names of its variables (``"Na.m"``), channels (``"Na"``) or panels (``"gates"``).
        By default everything that was recorded.
    figure : Figure or SubFigure, optional
        Draw here, in place of what is there. By default a new figure, which shows itself at the end of a notebook
        cell, is saved by ``figure.savefig(...)``, and is unknown to pyplot: nothing has to be closed. For a window,
        hand in ``plt.figure()`` and call ``plt.show()``.
    width : float
        Of a new figure, inches. Its height follows from what is drawn.
    **options
        Of the picture. For runs: ``title=``, ``labels=``, ``time=(start, stop)``, ``spikes=``, ``conductances=``,
        ``rc=``; see `loligo.plot.run.draw`.

    Returns
    -------
    Figure
        A figure of matplotlib.

    Raises
    ------
    PlotError
        If this is not a result of the package, or what is asked for is not in it.
    """
    datasets = _results(ds)
    kinds = {str(item.attrs["kind"]) for item in datasets}
    if len(kinds) > 1:
        raise PlotError(f"only results of one kind can be laid over one another, not {' and '.join(sorted(kinds))}")
    picture = import_module(f".{PICTURES[kinds.pop()]}", __name__)
    known = {name for name in picture.draw.__kwdefaults__ if name not in ("figure", "width")}
    for name in options:
        if name not in known:
            raise PlotError(f"plot() has no option '{name}'; {nearest(name, sorted(known))}")
    if not 1 <= width <= 40:
        raise PlotError(f"width={width!r} should be a width in inches, 1 to 40")
    drawn: Figure | SubFigure = picture.draw(datasets, what, figure=figure, width=width, **options)
    return drawn


def _results(ds: Any) -> list[xr.Dataset]:
    """Check that these are results of the package whose kind has a picture."""
    import xarray as xr

    given = list(ds) if isinstance(ds, (list, tuple)) else [ds]
    items = [item.to_dataset() if not isinstance(item, xr.DataArray) and hasattr(item, "to_dataset") else item
             for item in given]  # fmt: skip
    if not items:
        raise PlotError("plot() needs a result of loligo.simulate; the list is empty")
    for item in items:
        if isinstance(item, xr.DataArray):
            raise PlotError(
                f"plot() takes the whole Dataset, not its variable '{item.name}'; write plot(ds, what='{item.name}')"
            )
        if not isinstance(item, xr.Dataset):
            raise PlotError(f"plot() takes a Dataset from loligo.simulate, or a list of them, not {_describe(item)}")
        kind = item.attrs.get("kind")
        if kind is None:
            raise PlotError("this Dataset has no attrs['kind'], so it is not a result of loligo.simulate")
        if kind not in PICTURES:
            raise PlotError(f"there is no picture yet for results of kind '{kind}'; known: {', '.join(PICTURES)}")
    return items


def _describe(item: object) -> str:
    text = repr(item)
    return f"{type(item).__name__} {text if len(text) <= 40 else text[:37] + '...'}"


class _Callable(ModuleType):
    """Makes ``lo.plot(ds)`` and ``from loligo.plot import palette`` both work: one name, a module and a verb."""

    def __call__(self, *args: Any, **kwargs: Any) -> Figure | SubFigure:
        return plot(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
