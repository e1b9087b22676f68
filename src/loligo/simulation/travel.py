"""`simulate` of a fibre or a tree: one run, or a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import SimulationError
from ..model.cable import Cable
from ..model.tree import Tree
from .doubling import errors
from .expedition import expedition
from .inputs import reseeded
from .journey import Journey, journey
from .protocol import terms_of
from .recorders import Recorder, Spikes, Trace, chosen
from .spatial import simulate_spatial
from .variants import variants

if TYPE_CHECKING:
    import xarray as xr


def travel(
    body: Cable | Tree, stimulus: Any, clamp: Any, *, duration: Any, dt: Any, every: Any, record: Any, where: Any,
    initial: Any, spike_threshold: Any, seed: int | None, over: Any, workers: int | None, progress: bool | None,
    estimate_error: bool,
) -> xr.Dataset:  # fmt: skip
    """Run a fibre or a tree, once or for many variants; see `simulate`."""
    asked = journey(body, stimulus, clamp, duration, every, dt, spike_threshold, where, initial)
    if seed is not None and asked.stimulus is not None:
        asked = journey(body, reseeded(stimulus, seed), clamp, duration, every, dt, spike_threshold, where, initial)
    if over is None:
        if workers is not None:
            raise SimulationError("workers: one march is the work of one core; leave it out (over= sweeps)")
        ds = simulate_spatial(asked, _recorders(record, (Trace("V"),)))
        return ds.assign_attrs(errors(asked, ds)) if estimate_error else ds
    if estimate_error:
        raise SimulationError("estimate_error: stated of one fibre or tree, not of a sweep; leave it out, or over=")
    clamps = asked.clamps
    varied = variants(over, body.cell, asked.stimulus, clamps[0] if len(clamps) == 1 else None, _further(asked))
    recorders = _recorders(record, (Spikes(),))
    return expedition(asked, recorders, varied, workers=workers, progress=progress)


def _recorders(record: Any, default: tuple[Recorder, ...]) -> tuple[Recorder, ...]:
    """What is asked for; paths are traces, and V is one of them in a single run."""
    found = chosen(record)
    if found is not None:
        return found
    if record is None:
        return default
    paths = (record,) if isinstance(record, str) else tuple(record)
    return (Trace(*dict.fromkeys(["V", *paths])),)


def _further(asked: Journey) -> dict[str, str]:
    """Paths that only a fibre or a tree has, with their units."""
    found = dict(asked.body.numbers)
    terms = terms_of(asked.stimulus)
    for k, term in enumerate(terms):
        if not isinstance(term.at, str):
            found["stimulus.at" if len(terms) == 1 else f"stimulus.{k}.at"] = "µm"
    if len(asked.clamps) == 1 and not isinstance(asked.clamps[0].at, str):
        found["clamp.at"] = "µm"
    return found
