"""Results in files: netCDF, Zarr, pictures; whole or not at all."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from ..errors import LoligoError
from . import output

KINDS = "a format for pictures: .png, .pdf or .svg"


def picture(option: str, name: str, kinds: str = KINDS) -> Path:
    """The file of a picture, if it can be written; a mistake shows before anything is computed."""
    return output.check_target(option, name, output.PICTURES, kinds)


def archive(option: str, name: str, suffixes: tuple[str, ...] = (".nc", ".zarr")) -> Path:
    """The file of a Dataset, if it can be written; a mistake shows before anything is computed."""
    kinds = {".nc": ".nc (netCDF)", ".zarr": ".zarr (Zarr)"}
    path = output.check_target(option, name, suffixes, " or ".join(kinds[s] for s in suffixes))
    if path.suffix.lower() == ".zarr":
        from importlib.util import find_spec

        if find_spec("zarr") is None:
            instead = ", or save as .nc" if ".nc" in suffixes else ""
            raise LoligoError(f"{option}: Zarr is not installed; pip install 'loligo[zarr]'{instead}")
    return path


def save(ds: Any, path: Path) -> None:
    """Write a Dataset."""
    with output.whole(path) as part:
        if path.suffix.lower() == ".zarr":
            with warnings.catch_warnings():  # what readers of such a store look for first, specified or not
                warnings.filterwarnings("ignore", "Consolidated metadata", UserWarning)
                ds.to_zarr(part, mode="w", consolidated=True)
        else:
            part.write_bytes(ds.to_netcdf(engine="h5netcdf"))  # in memory first: HDF5 crashes when a disk is full


def draw(ds: Any, path: Path, **options: Any) -> None:
    """Write a picture of a Dataset."""
    from ..plot import plot

    figure: Any = plot(ds, **options)
    with output.whole(path) as part:
        figure.savefig(part, format=path.suffix.lower().removeprefix("."))
