"""A sweep on disk: a Zarr store that is filled block by block and can be taken up again.

Every block is one chunk of each variable. The status of its variants is written last, in one piece, so a block is
either there as a whole or counts as not run; computed again, it gives the same bits. What the store is for is written
down before anything else, and a store that is for something else is refused.
"""

from __future__ import annotations

import glob
import hashlib
import json
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._version import __version__
from ..errors import SimulationError
from ..model.clamp import VoltageClamp
from ..model.files import as_dict
from ..model.stimulus import Stimulus, Sum
from .block import NOT_RUN, Block, Study
from .dataset import coordinates, quantity_attributes, status_attributes, sweep_attributes
from .sample import Sampled
from .variants import Variants

if TYPE_CHECKING:
    import xarray as xr

Rows = NDArray[np.int64]
KEY = "loligo_store"
SPIKES_IN_CHUNK = 64


class Store:
    """Results on disk.

    Parameters
    ----------
    path : path
    study : Study
    variants : Variants
    block_shape : tuple of int
        How a new store is cut; one that is there already keeps its own.

    Raises
    ------
    SimulationError
        If Zarr is not installed, or the store was made for another sweep.
    """

    def __init__(self, path: Any, study: Study, variants: Variants, block_shape: tuple[int, ...]) -> None:
        try:
            import zarr
        except ImportError:
            raise SimulationError("store: Zarr is not installed; run python -m pip install 'loligo[zarr]'") from None
        self.path, self.study, self.variants = Path(path), study, variants
        if not variants.dims:
            raise SimulationError("store: nothing varies; a single run is kept with ds.to_netcdf(path)")
        wanted = purpose(study, variants)
        if self.path.exists() and any(self.path.iterdir() if self.path.is_dir() else [self.path]):
            self.group = self._found(zarr, wanted)
        else:
            self.group = self._made(zarr, {KEY: json.dumps(wanted), "loligo_block": list(block_shape)})
        self.block_shape = tuple(int(n) for n in self.group.attrs["loligo_block"])
        self._prepare()
        self.statuses: NDArray[np.int8] = self.group["status"][...].reshape(-1)

    def _made(self, zarr: Any, about: Any) -> Any:
        """A new group, which is at its path only once what it is for is written in it."""
        draft = self.path.with_name(f"{self.path.name}.{uuid.uuid4().hex[:8]}.partial")
        zarr.open_group(draft, mode="w", zarr_format=3, attributes=about)
        draft.replace(self.path)
        for left in self.path.parent.glob(f"{glob.escape(self.path.name)}.*.partial"):  # of a start that was killed
            shutil.rmtree(left, ignore_errors=True)
        return zarr.open_group(self.path, mode="r+", zarr_format=3)

    def _found(self, zarr: Any, wanted: dict[str, str]) -> Any:
        """The group of a store that is there, if it is for the same sweep."""
        try:
            group = zarr.open_group(self.path, mode="r+", zarr_format=3)
            there = json.loads(group.attrs[KEY])
        except (OSError, KeyError, ValueError):
            raise SimulationError(
                f"store: {self.path} is there already and is no store of a sweep; give another path"
            ) from None
        different = [name for name in wanted if there.get(name) != wanted[name]]
        if different:
            raise SimulationError(
                f"store: {self.path} was made with another {', another '.join(different)}; "
                "give another path, or delete that one"
            )
        return group

    def _prepare(self) -> None:
        """Make the arrays that are not there yet."""
        shape, dims = self.variants.shape, self.variants.dims
        for name, variable in coordinates(self.variants, self.study.quantities().values(), self.study.settings).items():
            dim, values, attrs = _plain(variable)
            self._array(name, values.shape, values.shape, values.dtype, None, (dim,), attrs, values)
        for q in self.study.quantities().values():
            extra = tuple(length for _, length in q.extra)
            cut = tuple(min(SPIKES_IN_CHUNK, length) if name == "spike" else length for name, length in q.extra)
            names = (*dims, *(name for name, _ in q.extra))
            kind = np.dtype(np.int64 if q.integer else np.float64)
            self._array(
                q.name, (*shape, *extra), (*self.block_shape, *cut), kind, q.fill, names, quantity_attributes(q)
            )
        self._array("status", shape, self.block_shape, np.dtype(np.int8), NOT_RUN, dims, status_attributes())

    def _array(
        self,
        name: str,
        shape: tuple[int, ...],
        chunks: tuple[int, ...],
        kind: Any,
        fill: Any,
        dims: tuple[str, ...],
        attrs: dict[str, Any],
        values: Any = None,
    ) -> None:
        if name not in self.group:
            made = self.group.create_array(
                name, shape=shape, chunks=chunks, dtype=kind, fill_value=fill, dimension_names=dims, attributes=attrs
            )
            if values is not None:
                made[...] = values

    def has(self, rows: Rows) -> bool:
        """Is the block done?"""
        return bool((self.statuses[rows] != NOT_RUN).all())

    def put(self, rows: Rows, block: Block) -> None:
        """Keep a block, if all its variants were run."""
        if (block.status == NOT_RUN).any():
            return
        shape = self.variants.shape
        places = np.array(np.unravel_index(rows, shape))
        region = tuple(slice(int(p.min()), int(p.max()) + 1) for p in places)
        inside = tuple(s.stop - s.start for s in region)
        for name, values in block.values.items():
            target = self.group[name]
            if values.ndim > 1:
                width = min(values.shape[1], target.shape[-1])
                target[(*region, slice(0, width))] = values[:, :width].reshape(*inside, width)
            else:
                target[region] = values.reshape(inside)
        self.group["status"][region] = block.status.reshape(inside)
        self.statuses[rows] = block.status

    def status(self) -> NDArray[np.int8]:
        """Of every variant."""
        return self.statuses

    def finish(self, about: dict[str, Any], errors: Sampled | None) -> xr.Dataset:
        """Write down what ran; the Dataset, whose variables are read when they are used."""
        import xarray as xr

        if "kind" not in self.group.attrs or about["steps"]:
            self.group.attrs.update(sweep_attributes(self.study, self.variants, about, errors))
            if "spike_times" in self.group and about["status"] == "done":
                most = max(int(self.group["spike_count"][...].max()), 1)
                times = self.group["spike_times"]
                times.resize((*times.shape[:-1], min(most, times.shape[-1])))
        return xr.open_dataset(self.path, engine="zarr", consolidated=False)


def _plain(variable: Any) -> tuple[str, NDArray[Any], dict[str, Any]]:
    """Dimension, values and attributes of a coordinate."""
    if isinstance(variable, tuple):
        values = np.asarray(variable[1])
        return variable[0], values.astype(np.dtypes.StringDType()) if values.dtype.kind in "OU" else values, {}
    return str(variable.dims[0]), variable.values, dict(variable.attrs)


def purpose(study: Study, variants: Variants) -> dict[str, str]:
    """What a store is for, by parts, each in a text that differs when the part does."""
    s = study.settings
    digest = hashlib.sha256()
    for path, values in variants.values.items():
        digest.update(f"{path} {len(values)} ".encode() + np.ascontiguousarray(values).tobytes())
    return {
        "version of Loligo": __version__,
        "cell": json.dumps(as_dict(s.cell), sort_keys=True),
        "stimulus": _described(s.stimulus),
        "clamp": _described(s.clamp if isinstance(s.clamp, VoltageClamp) else None),
        "duration": repr(s.duration),
        "every": repr(s.every),
        "method": s.method.name,
        "tolerance": repr(s.tolerance),
        "dt": repr(s.dt),
        "initial": s.initial if isinstance(s.initial, str) else json.dumps({k: float(v) for k, v in s.initial.items()}),
        "spike criterion": repr(s.criterion),
        "precision": s.precision,
        "record": repr(study.recorders),
        "over": f"{variants.dims} {variants.shape} {digest.hexdigest()}",
    }


def _described(source: Stimulus | VoltageClamp | None) -> str:
    """All numbers of a stimulus, to the last digit."""
    if isinstance(source, Sum):
        return " + ".join(map(_described, source.terms))
    if source is None:
        return "none"
    parts = sorted((k, v) for k, v in vars(source).items() if not k.startswith("_"))
    told = {k: _described(v) if isinstance(v, (Stimulus, VoltageClamp)) else v for k, v in parts}
    return f"{type(source).__name__} {told}"
