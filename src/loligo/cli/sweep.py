"""``loligo sweep``: run every variant, say what they did, draw it, keep it."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import LoligoError, nearest
from . import keep, output
from .plan import plan
from .study import Study
from .waiting import interruptible, patience

PATIENCE = "10s"  # for a scheduler to answer


def sweep(arguments: argparse.Namespace, warned: output.Warned) -> int:
    """Carry out ``loligo sweep``.

    Returns
    -------
    int
        The exit code: 1 if no variant came to its end, 130 if it was interrupted.
    """
    from . import sweep_report as report

    asked = plan(arguments)
    files = _targets(asked.output)
    if "picture" in files:
        _can_be_drawn(asked)
    with _cluster(arguments.scheduler) as client, patience(), interruptible():
        ds = _simulated(asked, client)
    ds.attrs.update({"command": shlex.join(arguments.words), "title": asked.title, "study": asked.text})
    ds.attrs = {name: value for name, value in ds.attrs.items() if value != ""}
    counts = report.counts(ds)
    if ds.attrs["status"] == "interrupted" and not counts["done"]:
        raise KeyboardInterrupt  # nothing to keep, and nothing to say
    if counts["done"] and "saved" in files:
        keep.save(ds, files["saved"])
    if counts["done"] and "picture" in files:
        keep.draw(ds, files["picture"], variable=asked.output.get("variable"))
    done = {kind: str(path) for kind, path in files.items() if counts["done"] and path.exists()}
    if arguments.json:
        output.print_json(report.document(asked, ds, warned.messages, done))
    else:
        output.say(report.summary(asked, ds, done))
    if ds.attrs["status"] == "interrupted":
        output.complain("interrupted", _remedy(done, asked))
        return 130
    return 0 if counts["done"] else 1


def _targets(asked: dict[str, str]) -> dict[str, Path]:
    """What is to be written; a mistake shows before anything is computed."""
    found = {}
    if "store" in asked:
        found["store"] = keep.archive("--store", asked["store"], (".zarr",))
    if "save" in asked:
        found["saved"] = keep.archive("--save", asked["save"])
    if "plot" in asked:
        found["picture"] = keep.picture("--plot", asked["plot"])
    elif "variable" in asked:
        raise LoligoError("--variable: nothing is drawn; add --plot grid.png")
    if "store" in found and found.get("saved") == found["store"]:
        raise LoligoError(f"--save: {found['store']} is the store already; leave out --save")
    return found


def _can_be_drawn(asked: Study) -> None:
    """Refuse a picture that cannot be, before anything is computed."""
    from ..plot.sweep import MOST_AXES
    from ..simulation.recorders.base import Context
    from ..system import system

    many = sum(len(axis) > 1 for axis in asked.over.values()) if isinstance(asked.over, dict) else 1
    if many > MOST_AXES:
        raise LoligoError(
            f"--plot: a picture has at most {MOST_AXES} axes, and {many} vary; --save the result, and draw parts of it"
        )
    if "variable" in asked.output and asked.record:
        context = Context(system(asked.cell), asked.duration, 1.0)
        made = [[r] if isinstance(r, str) else [q.name for q in r.quantities(context)] for r in asked.record]
        known = {name for names in made for name in names}
        if asked.output["variable"] not in known and "all" not in known:
            raise LoligoError(
                f"--variable: nothing makes '{asked.output['variable']}'; {nearest(asked.output['variable'], known)}"
            )


def _simulated(asked: Study, client: Any) -> Any:
    from ..simulation import simulate

    options = {"record": asked.record or None, "store": asked.output.get("store"), "client": client, **asked.options}
    try:
        return simulate(
            asked.cell, asked.stimulus, duration=asked.duration, clamp=asked.clamp, over=asked.over, **options
        )
    except LoligoError as error:
        if not asked.source:
            raise
        raise type(error)(f"{asked.source}: {error}") from None


@contextmanager
def _cluster(address: str | None) -> Iterator[Any]:
    """The client of a Dask cluster; None where no scheduler is named."""
    if address is None:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise LoligoError("--scheduler: Dask is not installed; pip install 'loligo[cluster]'") from None
    try:
        client: Any = Client(address, timeout=PATIENCE)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        why = str(error).split("\n")[0] or type(error).__name__
        raise LoligoError(f"--scheduler: no scheduler answers at {address} ({why}); is `dask scheduler` up?") from None
    try:
        yield client
    finally:
        client.close()


def _remedy(written: dict[str, str], asked: Study) -> str:
    if "store" in written:
        return f"the same command goes on from what is in {written['store']}"
    if "saved" in written:
        return f"what was done is in {written['saved']}; a sweep with --store can be taken up again"
    return "a sweep with --store can be taken up again"
