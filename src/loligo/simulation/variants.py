"""What varies in a sweep: an outer product of axes, or a table with one variant in each row."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import PathError, SimulationError, nearest
from ..model.cell import Cell
from ..model.clamp import VoltageClamp
from ..model.stimulus import UNITS, Stimulus, Sum
from ..system import system
from ..units import array_of

Array = NDArray[np.float64]
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Variants:
    """The variants of a sweep.

    Attributes
    ----------
    dims : tuple of str
        Dimensions of the result: the paths of an outer product, or the one dimension of a table.
    shape : tuple of int
    values : dict of str to array
        By path: the values along an axis of a product (length of the axis), or of each row of a table.
    units : dict of str to str
    labels : dict of str to array
        Coordinates that a table brings along.
    """

    dims: tuple[str, ...]
    shape: tuple[int, ...]
    values: dict[str, Array]
    units: dict[str, str]
    labels: dict[str, Any]

    @property
    def count(self) -> int:
        """Number of variants."""
        return math.prod(self.shape)

    @property
    def is_table(self) -> bool:
        """Does each row hold all values of one variant?"""
        return self.dims not in ((), tuple(self.values))

    def of(self, rows: NDArray[np.int64]) -> dict[str, Array]:
        """The values of some variants, given by their numbers in the order of the result's flattened dimensions."""
        if self.is_table:
            return {path: column[rows] for path, column in self.values.items()}
        places = np.unravel_index(rows, self.shape) if self.shape else ()
        return {path: self.values[path][at] for path, at in zip(self.dims, places, strict=True)}


SINGLE = Variants((), (), {}, {}, {})


def variants(
    over: Any, cell: Cell, stimulus: Stimulus | None, clamp: VoltageClamp | None, further: Mapping[str, str] = NOTHING
) -> Variants:
    """What `simulate` was asked to vary.

    Parameters
    ----------
    further : mapping of str to str
        Paths beyond those of the cell, with their units: the numbers of a fibre or a tree.
    over : mapping, pandas.DataFrame or xarray.Dataset
        A mapping of paths to values spans an outer product; each row of a table is one variant.

    Raises
    ------
    LoligoError
        If a path leads nowhere, is named twice, or has no values; if the columns of a table differ in length.
    """
    known = {**paths(cell, stimulus, clamp), **further}
    if hasattr(over, "data_vars"):
        return _from_dataset(over, known, cell)
    if hasattr(over, "columns") and hasattr(over, "iloc"):
        names = [str(c) for c in over.columns]
        index = over.index.name or "variant"
        columns = {name: over.iloc[:, i] for i, name in enumerate(names)}
        _once(names)
        return _table(columns, known, cell, str(index), {str(index): over.index.to_numpy()})
    if not isinstance(over, Mapping):
        raise SimulationError(
            "over: expected paths and their values, such as {'Na.g': [60, 120]}, or a table; "
            f"got {type(over).__name__}"
        )
    if not over:
        raise SimulationError("over: nothing varies; name at least one path, such as {'stimulus.amplitude': [5, 10]}")
    units = {str(path): _unit(str(path), known, cell) for path in over}
    values = {str(path): array_of(v, units[str(path)], f"over '{path}'") for path, v in over.items()}
    for path, axis in values.items():
        if len(axis) == 0:
            raise SimulationError(f"over '{path}': the axis has no values")
    return Variants(tuple(values), tuple(map(len, values.values())), values, units, {})


def paths(cell: Cell, stimulus: Stimulus | None, clamp: VoltageClamp | None) -> dict[str, str]:
    """Every path that can be varied, with its unit."""
    found = {path: p.unit for path, p in cell.parameters.items()}
    found.update({f"initial.{v.path}": v.unit for v in system(cell).states})
    if stimulus is not None:
        terms = stimulus.terms if isinstance(stimulus, Sum) else (stimulus,)
        names = [n for term in terms for n in vars(term) if n in UNITS]
        for place, term in enumerate(terms):
            for name in (n for n in vars(term) if n in UNITS):
                if names.count(name) == 1:
                    found[f"stimulus.{name}"] = UNITS[name]
                if len(terms) > 1:
                    found[f"stimulus.{place}.{name}"] = UNITS[name]
        if "seed" in names:
            found["seed"] = "1"
    if clamp is not None:
        found.update({f"clamp.{name}": unit for name, unit in clamp.numbers().items()})
    return found


def _unit(path: str, known: dict[str, str], cell: Cell) -> str:
    if path in known:
        return known[path]
    if path.startswith("stimulus.") and path.endswith(".at"):
        raise PathError(f"over '{path}': a cell is one point; places are those of a Cable or a Tree")
    if path.startswith("stimulus.") and not any(p.startswith("stimulus.") for p in known):
        raise PathError(f"over '{path}': there is no stimulus to vary; give one, such as loligo.Step(start=5)")
    if path.startswith("stimulus.") and any(p.startswith("stimulus.0.") for p in known):
        hint = nearest(path, [p for p in known if p.startswith("stimulus.")])
        raise PathError(f"over '{path}': several stimuli are added up, so say which, counting from 0; {hint}")
    raise PathError(f"over '{path}' leads nowhere in {cell.name}; {nearest(path, known)}")


def _once(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise SimulationError(f"over: '{name}' is named twice; keep one of the columns")


def _table(columns: Mapping[str, Any], known: dict[str, str], cell: Cell, dim: str, labels: dict[str, Any]) -> Variants:
    if not columns:
        raise SimulationError("over: the table has no columns; each one is a path, such as 'Na.g'")
    units = {path: _unit(path, known, cell) for path in columns}
    values = {path: array_of(v, units[path], f"over '{path}'") for path, v in columns.items()}
    lengths = {path: len(v) for path, v in values.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"'{path}' {n}" for path, n in lengths.items())
        raise SimulationError(f"over: the columns of a table must have one length ({shown}); for a grid give a mapping")
    count = next(iter(lengths.values()))
    if count == 0:
        raise SimulationError("over: the table has no rows")
    if dim in columns:
        raise SimulationError(f"over: the index of the table is called '{dim}', like one of its columns; rename it")
    return Variants((dim,), (count,), values, units, labels)


def _from_dataset(over: Any, known: dict[str, str], cell: Cell) -> Variants:
    dims = {name: tuple(map(str, v.dims)) for name, v in over.data_vars.items()}
    every = {d for of in dims.values() for d in of}
    if len(every) != 1:
        shown = ", ".join(f"'{name}' over ({', '.join(of)})" for name, of in dims.items())
        raise SimulationError(f"over: a Dataset is a table of one dimension, one variant in each row; got {shown}")
    dim = every.pop()
    labels = {str(name): c.to_numpy() for name, c in over.coords.items() if tuple(c.dims) == (dim,)}
    columns = {str(name): v.to_numpy() for name, v in over.data_vars.items()}
    return _table(columns, known, cell, dim, labels)
