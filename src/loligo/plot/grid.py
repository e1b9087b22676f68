"""From the Dataset of a sweep to what can be drawn: which quantity, over which axes, and where there is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import nearest
from .traces import PlotError

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

FIRST = ("rate", "spike_count")
"""What is drawn of a sweep unless something else is asked for, if it is there."""

NAMES = {
    "stimulus.amplitude": "Applied current",
    "celsius": "Temperature",
    "capacitance": "Membrane capacitance",
    "initial.V": "Initial potential",
}


@dataclass(frozen=True)
class Axis:
    """What varies along one axis.

    Parameters
    ----------
    path : str
    unit : str
    values : array
    """

    path: str
    unit: str
    values: Floats

    @property
    def name(self) -> str:
        """Name of the axis, with the unit."""
        return f"{parameter(self.path)} ({self.unit})" if self.unit not in ("", "1") else parameter(self.path)

    @property
    def logarithmic(self) -> bool:
        """Are the values spread by ratios rather than by differences?"""
        import numpy as np

        v = np.sort(self.values)
        if len(v) < 3 or v[0] <= 0 or v[-1] < 5 * v[0]:
            return False
        ratios, gaps = np.diff(np.log(v)), np.diff(v)
        return bool(np.ptp(ratios) / ratios.mean() < 0.5 * np.ptp(gaps) / gaps.mean())

    def at(self, i: int) -> str:
        """One of the values, as the title of a panel."""
        unit = f" {self.unit}" if self.unit not in ("", "1") else ""
        return f"{parameter(self.path)} = {self.values[i]:.4g}{unit}"


@dataclass(frozen=True)
class Grid:
    """A quantity of a sweep.

    Parameters
    ----------
    name, unit, meaning : str
        Of the quantity.
    values : array (axes..., extra)
        NaN where there is none.
    axes : tuple of Axis
        Those of the grid that have more than one value; of a table, its columns.
    table : bool
        Whether each row holds one variant.
    extra : str
        A dimension besides those of the sweep, ``"time"`` or ``"spike"``; or nothing.
    time : array or None
        Times of the samples, ms.
    missing : array of bool (axes...)
        Variants that failed or were not run.
    fixed : tuple of str
        What was chosen of axes, or had one value only, in words.
    cell : str
    duration : float
        Of each run, ms.
    """

    name: str
    unit: str
    meaning: str
    values: Floats
    axes: tuple[Axis, ...]
    table: bool
    extra: str
    time: Floats | None
    missing: Mask
    fixed: tuple[str, ...]
    cell: str
    duration: float

    @property
    def quiet(self) -> Mask:
        """Where there is nothing to show of a variant that was run: it is silent, or has no such quantity."""
        import numpy as np

        none = np.isnan(self.values) & ~self.missing
        return none | (self.values == 0) if self.name in FIRST else none

    @property
    def quiet_word(self) -> str:
        """What to call that."""
        return "silent" if self.name in FIRST else "none"

    @property
    def label(self) -> str:
        """Name of the quantity, with the unit."""
        name = self.meaning[:1].upper() + self.meaning[1:]
        return f"{name} ({self.unit})" if self.unit not in ("", "1") else name


def silence(ds: xr.Dataset) -> tuple[Mask, str] | None:
    """Which variants of a sweep are silent, and what is meant by that; None if nobody looked for spikes.

    Parameters
    ----------
    ds : Dataset
        Of a sweep.
    """
    good = ds["status"].values == 0
    if "rate" in ds:
        rate, _ = at_the_end(ds, ds["rate"])
        after = float(ds["rate"].attrs.get("after", 0.0))
        words = "fewer than two spikes" + (f" after {after:g} ms" if after else "")
        return good & (rate.values == 0), words
    if "spike_count" in ds:
        count, _ = at_the_end(ds, ds["spike_count"])
        return good & (count.values == 0), "no spike"
    return None


def at_the_end(ds: xr.Dataset, found: xr.DataArray) -> tuple[xr.DataArray, tuple[str, ...]]:
    """Of a fibre or a tree, a quantity in the last place it is known at, and that place in words."""
    words = []
    for dim in (d for d in ("x", "place", "compartment", "clamp") if d in found.dims):
        found = found.isel({dim: -1})
        where = found.coords.get({"compartment": "x_compartment"}.get(dim, dim))
        if where is not None and where.ndim == 0:
            unit = where.attrs.get("units", "")
            shown = f"{float(where):.6g} {unit}".strip() if where.dtype.kind == "f" else str(where.values)
            words.append(f"at {shown}" if dim != "clamp" else f"clamp at {shown}")
    return found, tuple(words)


def read(ds: xr.Dataset, variable: str | None = None) -> Grid:
    """Read one quantity of a sweep.

    Raises
    ------
    PlotError
        If there is no such quantity, or nothing in the Dataset that can be drawn.
    """
    import numpy as np

    name = _choose(ds, variable)
    found, place = at_the_end(ds, ds[name])
    dims = tuple(map(str, ds["status"].dims))
    extra = [str(d) for d in found.dims if d not in dims]
    if len(extra) > 1:
        raise PlotError(f"'{name}' has the dimensions {', '.join(extra)} besides those of the sweep; choose one value")
    values = found.transpose(*dims, *extra).values.astype(float)
    if found.dtype.kind in "iu":
        values = np.where(values < 0, np.nan, values)
    missing = ds["status"].values != 0
    values = np.where(missing.reshape(missing.shape + (1,) * len(extra)), np.nan, values)
    table = any(dim not in ds.coords or ds[dim].attrs.get("long_name") != dim for dim in dims)
    varied = [p for p in map(str, ds.coords) if ds[p].attrs.get("long_name") == p and set(ds[p].dims) <= set(dims)]
    every = [_axis(ds, p) for p in varied]
    fixed = tuple(axis.at(0) for axis in every if len(axis.values) == 1)
    axes = tuple(axis for axis in every if len(axis.values) > 1)
    if not table:
        axes = tuple(next(axis for axis in axes if axis.path == dim) for dim in dims if ds.sizes[dim] > 1)
        shape = tuple(len(axis.values) for axis in axes)
        values, missing = values.reshape(shape + values.shape[len(dims) :]), missing.reshape(shape)
    time = np.asarray(ds["time"].values, dtype=float) if extra == ["time"] else None
    return Grid(
        name,
        str(found.attrs.get("units", "")),
        str(found.attrs.get("long_name", name)),
        values,
        axes,
        table,
        extra[0] if extra else "",
        time,
        missing,
        (*place, *fixed),
        str(ds.attrs.get("cell", "")),
        float(ds.attrs["duration"]),
    )


def _choose(ds: xr.Dataset, variable: str | None) -> str:
    names = [str(name) for name in ds.data_vars if name != "status"]
    if "status" not in ds or not names:
        raise PlotError("this sweep holds nothing to draw; record something, such as record=lo.Rate()")
    if variable is None:
        if "body" in ds.attrs:  # a fibre or a tree: whether and when the impulse came
            return "arrival"
        return next((name for name in FIRST if name in names), names[0])
    if variable not in names:
        raise PlotError(f"'{variable}' is not in this sweep; {nearest(variable, names)}")
    return variable


def _axis(ds: xr.Dataset, path: str) -> Axis:
    import numpy as np

    return Axis(path, str(ds[path].attrs.get("units", "")), np.atleast_1d(ds[path].values).astype(float))


def parameter(path: str) -> str:
    """What varies, as the papers write it: ``K.g`` becomes g with a subscript K."""
    if path in NAMES:
        return NAMES[path]
    kind, _, rest = path.partition(".")
    if kind in ("stimulus", "clamp", "initial"):
        return f"{kind.capitalize()} {rest}".replace("Initial", "Initial value of")
    owner, _, part = path.rpartition(".")
    if part in ("g", "E") and owner.isalnum():
        return rf"${part}_{{\mathrm{{{owner}}}}}$"
    return path.replace("$", r"\$")


def thin(count: int, most: int) -> list[int]:
    """So many of the numbers below `count`, evenly spread, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(i * (count - 1) / (most - 1)) for i in range(most)})


def only(values: Any) -> Floats:
    """The finite ones."""
    import numpy as np

    flat = np.asarray(values, dtype=float).ravel()
    found: Floats = flat[np.isfinite(flat)]
    return found
