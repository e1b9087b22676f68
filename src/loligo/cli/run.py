"""``loligo run``: simulate a cell, say what it did, draw it, keep it."""

from __future__ import annotations

import argparse
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import LoligoError
from ..simulation.run import Run
from ..simulation.run import run as simulate
from . import choose, output, report

PATIENCE = 0.8  # seconds, after which a person at a terminal is told what takes so long


def run(arguments: argparse.Namespace, warned: output.Warned) -> int:
    """Carry out ``loligo run``.

    Returns
    -------
    int
        The exit code: 1 if the run blew up.
    """
    picture, archive = _targets(arguments)
    cell = choose.changed(choose.named_cell(arguments.cell), arguments)
    stimulus, clamp, duration = choose.protocol(arguments)
    if arguments.record is not None:
        record = tuple(path for text in arguments.record for path in text.split(",") if path)
    elif picture or archive or clamp:
        record = ("all",)
    else:
        record = ("V",)
    names = ("method", "tolerance", "dt", "every", "spike_threshold")
    options: dict[str, Any] = {n: getattr(arguments, n) for n in names if getattr(arguments, n) is not None}
    initial = {path: value for part in arguments.initial or () for path, value in part.items()}
    with _patience():
        done = simulate(
            cell,
            stimulus,
            duration=duration,
            clamp=clamp,
            record="all" if "all" in record else record,
            initial=initial or "rest",
            **options,
        )
    if picture or archive:
        _write(done, picture, archive)
    files = {"picture": picture, "saved": archive}
    written = {kind: str(path) for kind, path in files.items() if path is not None}
    if arguments.json:
        traces = arguments.record is not None and archive is None
        output.print_json(report.document(done, warned.messages, written, traces))
    else:
        output.say(report.summary(done, written, arguments.stimulus))
    return 0 if done.status == "done" else 1


def _targets(arguments: argparse.Namespace) -> tuple[Path | None, Path | None]:
    """The picture and the data file to write, if any; a mistake in them shows before anything is computed."""
    picture, archive = None, None
    if arguments.plot is not None:
        kinds = "a format for pictures: .png, .pdf or .svg"
        picture = output.check_target("--plot", arguments.plot, output.PICTURES, kinds)
    elif not arguments.json and not arguments.no_plot:
        picture = output.check_target("picture", choose.picture_name(arguments.cell), output.PICTURES, "")
    if arguments.save is not None:
        archive = output.check_target("--save", arguments.save, (".nc", ".zarr"), ".nc (netCDF) or .zarr (Zarr)")
        if archive.suffix.lower() == ".zarr":
            _need_zarr()
    return picture, archive


def _need_zarr() -> None:
    from importlib.util import find_spec

    if find_spec("zarr") is None:
        raise LoligoError("--save: Zarr is not installed; pip install 'loligo[zarr]', or save as .nc")


def _write(done: Run, picture: Path | None, archive: Path | None) -> None:
    from ..simulation.dataset import dataset

    ds = dataset(done)
    if archive is not None:
        with output.whole(archive) as part:
            if archive.suffix.lower() == ".zarr":
                ds.to_zarr(part, mode="w")
            else:
                part.write_bytes(ds.to_netcdf(engine="h5netcdf"))  # in memory first: HDF5 crashes when a disk is full
    if picture is not None:
        from ..plot import plot

        figure: Any = plot(ds)
        with output.whole(picture) as part:
            figure.savefig(part, format=picture.suffix.lower().removeprefix("."))


@contextmanager
def _patience() -> Iterator[None]:
    """Say at a terminal that compiling takes a while, if it does."""
    if not sys.stderr.isatty():
        yield
        return
    over = threading.Event()

    def wait() -> None:
        while not over.wait(PATIENCE):
            if "numba" in sys.modules:  # it is only imported to compile
                print("compiling (only the first time) ...", end="", file=sys.stderr, flush=True)
                over.wait()
                print("\r\033[K", end="", file=sys.stderr, flush=True)
                return

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
