"""``loligo run``: simulate a cell, say what it did, draw it, keep it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..errors import LoligoError
from ..model.stimulus import Stimulus
from ..simulation.run import Run
from ..simulation.run import run as simulate
from ..simulation.settings import Clamp
from . import choose, electrode, keep, output, report
from .waiting import interruptible, patience


def run(arguments: argparse.Namespace, warned: output.Warned) -> int:
    """Carry out ``loligo run``.

    Returns
    -------
    int
        The exit code: 1 if the run blew up.
    """
    picture, archive = _targets(arguments)
    cell = choose.changed(choose.named_cell(arguments.cell), arguments)
    stimulus, clamp, duration = _protocol(arguments)
    if arguments.record is not None:
        record = tuple(path for text in arguments.record for path in text.split(",") if path)
    elif picture or archive or clamp:
        record = ("all",)
    else:
        record = ("V",)
    names = ("method", "tolerance", "dt", "every", "spike_threshold")
    options: dict[str, Any] = {n: getattr(arguments, n) for n in names if getattr(arguments, n) is not None}
    initial = {path: value for part in arguments.initial or () for path, value in part.items()}
    with patience(), interruptible():
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


def _protocol(arguments: argparse.Namespace) -> tuple[Stimulus | None, Clamp | None, float]:
    """Stimulus, clamp and duration; beyond those of every command, phases and a virtual conductance."""
    if arguments.switch is None and arguments.virtual is None:
        return choose.protocol(arguments)
    option = "switch" if arguments.switch is not None else "virtual"
    for other in (
        "clamp",
        "amplifier",
        *(("step", "stimulus", "noise", "seed", "virtual") if option == "switch" else ()),
    ):
        if getattr(arguments, other) is not None:
            raise LoligoError(
                f"--{other}: not with --{option}, which says what the electrode does; leave one of them out"
            )
    if option == "switch":
        phased = electrode.phases(arguments.switch)
        return None, phased, phased.duration if arguments.duration is None else arguments.duration
    stimulus, _, duration = choose.protocol(arguments)
    return stimulus, electrode.virtual(arguments.virtual), duration


def _targets(arguments: argparse.Namespace) -> tuple[Path | None, Path | None]:
    """The picture and the data file to write, if any; a mistake in them shows before anything is computed."""
    picture, archive = None, None
    if arguments.plot is not None:
        picture = keep.picture("--plot", arguments.plot)
    elif not arguments.json and not arguments.no_plot:
        picture = keep.picture("--plot (or --no-plot)", choose.picture_name(arguments.cell))
    if arguments.save is not None:
        archive = keep.archive("--save", arguments.save)
    return picture, archive


def _write(done: Run, picture: Path | None, archive: Path | None) -> None:
    from ..simulation.dataset import dataset

    ds = dataset(done)
    if archive is not None:
        keep.save(ds, archive)
    if picture is not None:
        keep.draw(ds, picture)
