"""An experiment on a cell, or a fibre, and on its variants."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..errors import LoligoError, SimulationError
from ..model.cable import Cable
from ..model.cell import Cell
from ..model.myelinated import Myelinated
from ..model.tree import Tree


def compare(cells: Any, what: Any = None, experiment: Callable[..., Any] | str = "threshold", **options: Any) -> Any:
    """Run an experiment on a cell, or a fibre, and on its variants.

    Parameters
    ----------
    cells : Cell, Cable or Tree; or mapping of str to such
        The cell, or fibre, itself (it comes first, under its cell's name), or all of them by name.
    what : mapping of str to Cell, Cable or Tree
        The variants: ``{"no inactivation": cell.freeze("Na.h")}``. A cell beside a fibre stands for the same fibre made
        of it.
    experiment : callable or str
        One of this package, or its name.
    **options
        Of the experiment.

    Returns
    -------
    dict of str to xarray.Dataset
        By name, for ``loligo.plot(list(found.values()), labels=list(found))``. Where an experiment could not be carried
        out on one of several, as when an impulse is not conducted, its numbers are NaN and its ``status`` says why.

    Raises
    ------
    LoligoError
        If something in the mappings is neither a cell nor a fibre; what the experiment raises, if it does of all.

    Examples
    --------
    >>> import loligo as lo
    >>> squid = lo.cells.squid()
    >>> axon = lo.Cable(squid.with_({"celsius": 18.5}), length=50_000, diameter=476)
    >>> fewer = {"half the Na channels": axon.cell.block("Na", 0.5)}
    >>> found = lo.experiments.compare(axon, fewer, "conduction_velocity")
    >>> [round(ds.attrs["velocity"], 1) for ds in found.values()]
    [18.7, 13.9]
    """
    if isinstance(cells, Cell | Cable | Tree):
        one = cells
        named = {one.name if isinstance(one, Cell) else one.cell.name: one}
    elif isinstance(cells, Mapping):
        one, named = None, dict(cells)
    else:
        raise LoligoError(f"compare takes a cell, a fibre or a mapping of names to such, not {cells!r}")
    if what is not None and not isinstance(what, Mapping):
        raise LoligoError("compare takes a mapping of names to cells, such as {'no inactivation': cell.freeze('Na.h')}")
    for name, variant in (what or {}).items():
        named[name] = variant
        if isinstance(variant, Cell) and isinstance(one, Cable | Tree):
            named[name] = one.with_({"node" if isinstance(one, Myelinated) else "cell": variant})
    for name, wrong in named.items():
        if not isinstance(wrong, Cell | Cable | Tree):
            raise LoligoError(f"compare: {name!r} is {wrong!r}; give a cell or a fibre")
    ask = experiment
    if isinstance(ask, str):
        from . import named_experiment

        ask = named_experiment(ask)
    found: dict[str, Any] = {}
    failed: dict[str, SimulationError] = {}
    for name, subject in named.items():
        try:
            found[name] = ask(subject, **options).assign_attrs(label=name)
        except SimulationError as error:  # one that does not conduct, say, is an answer beside the others
            failed[name] = error
    if not found:
        raise next(iter(failed.values()))
    example = next(iter(found.values()))
    return {
        name: found[name] if name in found else _nothing(example, named[name], name, failed[name]) for name in named
    }


def _nothing(example: Any, subject: Any, name: str, why: SimulationError) -> Any:
    """An answer as the others', without numbers, that says why."""
    import xarray as xr

    made = example.copy()
    for path, variable in example.variables.items():
        if path not in example.coords and np.issubdtype(variable.dtype, np.floating):
            made[path] = xr.full_like(example[path], math.nan)
    cell = subject if isinstance(subject, Cell) else subject.cell
    numbers = dict.fromkeys(json.loads(example.attrs["units"]), math.nan)
    return made.assign_attrs(**numbers, status=f"{cell.name}: {why}", cell=cell.name, label=name)
