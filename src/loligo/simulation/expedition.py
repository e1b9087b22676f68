"""A sweep of a fibre or a tree: its variants march side by side, in the lanes of the vector units, and on all cores."""

from __future__ import annotations

import json
import math
import re
import time as clock
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError, LoligoWarning, SimulationError
from ..numerics import cable as solver
from ..numerics.batch import Stop
from ..numerics.kernel import SWEEP_LANES
from . import workers as crews
from .block import FAILED, FINE, INVALID, NOT_RUN, Block, nothing, put
from .compartments import Compartments
from .journey import Journey, Traveller, kinship, traveller, varied
from .layout import Layout
from .march import March, arrivals
from .progress import Progress
from .recorders import Quantity, Recorder
from .sights import Sights, seen_at_places, sights
from .sweep import Gathered, Rows, Tally, bytes_of_variant, consume, fits, team_of
from .variants import Variants

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
NEAR = 32_000  # compartments of variants side by side, up to which their numbers stay in the processor's own cache
COST = (0.8, 1.2)  # of such a compartment, and beyond, in units of one of a folded fibre: see `benchmarks/axon.py`
CROSSED = {
    "arrival": Quantity("arrival", "ms", "first upward crossing of the threshold"),
    "crossings": Quantity("crossings", "1", "number of upward crossings", integer=True),
}


@dataclass(frozen=True)
class Expedition:
    """What all variants have in common.

    Attributes
    ----------
    settings : Journey
    layout : Layout
        Of the fibre or tree as it was given.
    look : Sights
    """

    settings: Journey
    layout: Layout
    look: Sights

    def quantities(self) -> dict[str, Quantity]:
        """The variables of the result, by name."""
        place = (self.layout.place, len(self.layout.low))
        found = {}
        for name, q in self.look.quantities().items():
            after = any(dim == "time" for dim, _ in q.extra)
            extra = (*q.extra, place) if after else (place, *q.extra)
            found[name] = Quantity(name, q.unit, q.long_name, extra, q.integer, q.attrs)
        every = (("compartment", len(self.layout.real)),)
        for name, q in CROSSED.items():
            found[name] = Quantity(name, q.unit, q.long_name, every, q.integer)
        if len(self.settings.clamps):
            extra = (("time", self.settings.samples), ("clamp", len(self.settings.clamps)))
            found["I_clamp"] = Quantity("I_clamp", "nA", "current of the clamp", extra)
        return found

    def geometry(self) -> tuple[str, ...]:
        """Coordinates that are numbers, which may differ from variant to variant."""
        return tuple(name for name, (_, values, *_rest) in self.layout.coordinates.items() if _is_real(values))


def expedition(
    asked: Journey, recorders: Sequence[Recorder], variants: Variants, *, workers: int | None, progress: bool | None
) -> xr.Dataset:
    """Run all variants; see `simulate`."""
    began = clock.perf_counter()
    base = traveller(asked)
    study = Expedition(asked, base.layout, sights(asked, recorders, base.layout.parts))
    kinship(asked, base)  # compiles what all variants need, before there are threads
    fits(bytes_of_variant(study.quantities()) * variants.count)
    team = team_of(workers)
    size = solver.VARIANTS if variants.count >= solver.VARIANTS * team else math.ceil(variants.count / team)
    numbers = np.arange(variants.count)
    blocks = [numbers[k : k + size] for k in range(0, len(numbers), size)]
    kept, tally, stop = Gathered(study.quantities(), variants.count), Tally(), Stop()
    where: dict[str, list[Any]] = {name: [None] * variants.count for name in study.geometry()}
    bar = Progress(variants.count, progress)
    crew = crews.in_threads(_computing(study, variants, where), blocks, min(team, len(blocks)), stop)
    interrupted = consume(crew, lambda i, block: kept.put(blocks[i], block), tally, bar)
    tally.remarks = _merged(tally.remarks)
    notes = tally.notes(kept.status(), variants.count, interrupted)
    for text in notes:
        warnings.warn(text, LoligoWarning, stacklevel=4)
    about = {
        "status": "interrupted" if interrupted else "done", "warnings": "; ".join(notes), "steps": tally.steps,
        "seconds": clock.perf_counter() - began,
    }  # fmt: skip
    return _dataset(study, variants, kept, where, about, base.threshold)


def _computing(study: Expedition, variants: Variants, where: dict[str, list[Any]]) -> Callable[[Rows, Stop], Block]:
    def compute(rows: Rows, stop: Stop) -> Block:
        columns = variants.of(rows)
        numbers = [{path: float(v[i]) for path, v in columns.items()} for i in range(len(rows))]
        return _compute(study, numbers, stop, [{name: (where[name], int(r)) for name in where} for r in rows])

    return compute


def _compute(study: Expedition, numbers: Sequence[Mapping[str, float]], stop: Stop, where: Any) -> Block:
    """Run some variants."""
    ready: dict[int, Traveller] = {}
    status = np.full(len(numbers), NOT_RUN, dtype=np.int8)
    remarks: dict[str, int] = {}
    for i, values in enumerate(numbers):
        try:
            asked = varied(study.settings, values)
            one = traveller(asked, study.layout if asked.body is study.settings.body else None)
        except LoligoError:
            status[i] = INVALID
            continue
        _like(study.layout, one.layout, values)
        ready[i] = one
        for name, (column, row) in where[i].items():
            column[row] = one.layout.coordinates[name][1]
        for note in one.notes:
            remarks[note] = remarks.get(note, 0) + 1
    families: dict[Any, list[int]] = {}
    for i, one in ready.items():
        families.setdefault(kinship(varied(study.settings, numbers[i]), one), []).append(i)
    quantities = study.quantities()
    values = {q.name: nothing(q, len(numbers)) for q in quantities.values()}
    steps = 0
    for family in families.values():
        for together in _bundles(family, ready[family[0]].layout.parts):
            march, found = _marched(study, [ready[i] for i in together], stop)
            steps += march.steps * len(together)
            if stop:
                break
            sound = np.array([bool(np.isfinite(own).all()) for own in march.V])
            status[together] = np.where(sound, FINE, FAILED)
            for i, own, good in zip(together, found, sound, strict=True):
                for name, part in own.items() if good else ():
                    shown = part.T if quantities[name].extra[0][0] == "time" else part
                    values[name] = put(values[name], np.array([i]), shown[None])
    failed = "V is no longer a number; use a smaller dt" if (status == FAILED).any() else ""
    return Block(values, status, remarks, failed, steps)


def _marched(study: Expedition, travellers: Sequence[Traveller], stop: Stop) -> tuple[March, list[dict[str, Any]]]:
    """Some variants side by side, and what is kept of each."""
    settings = study.settings
    beside = [side for one in travellers for side in (one.layout.low, one.layout.high)]
    compartments = np.unique(np.concatenate(beside))
    wanted = study.look.wanted(compartments, travellers)
    march = March([one.layout.parts for one in travellers], [one.start for one in travellers], wanted)
    march.run([t.sources for t in travellers], settings.duration, settings.dt, [t.clamps for t in travellers], stop)
    if stop:
        return march, [{} for _ in travellers]
    variant, compartment, time = march.crossings()
    crossings = [(compartment[variant == v], time[variant == v]) for v in range(len(travellers))]
    found = seen_at_places(study.look, march, travellers, compartments, crossings)
    paid = march.grips.currents(settings.grid) if len(settings.clamps) else None
    for v, (one, own) in enumerate(zip(travellers, crossings, strict=True)):
        arrival, count = arrivals(*own, one.layout.parts.n)
        found[v].update(arrival=arrival[one.layout.real], crossings=count[one.layout.real])
        if paid is not None:
            each = len(settings.clamps)
            found[v]["I_clamp"] = paid[:, v * each : (v + 1) * each].T
    return march, found


def _bundles(family: Sequence[int], parts: Compartments) -> list[list[int]]:
    """Who marches side by side: as many as there are lanes, or one by one where that costs less.

    A fibre of one membrane fills the vector units by itself, so that a long one goes alone.
    """
    lanes = solver.VARIANTS
    beside = _padded(parts, lanes)
    alone = solver.places(parts.n)[0] * solver.COLUMNS if parts.chain else _padded(parts, 1) + parts.n
    found: list[list[int]] = []
    for k in range(0, len(family), lanes):
        together = list(family[k : k + lanes])
        apart = len(together) * alone < COST[beside > NEAR] * beside
        found += [[i] for i in together] if apart else [together]
    return found


def _padded(parts: Compartments, variants: int) -> int:
    """How many compartments the physics works at, whole blocks of lanes, with so many variants side by side."""
    return sum(-(-len(m.members) * variants // SWEEP_LANES) * SWEEP_LANES for m in parts.membranes)


def _like(base: Layout, one: Layout, values: Mapping[str, float]) -> None:
    """Refuse a variant that is cut into another number of compartments, or has other places."""
    if len(one.real) != len(base.real) or len(one.low) != len(base.low):
        shown = ", ".join(f"{path} = {value:g}" for path, value in values.items())
        raise SimulationError(
            f"over: with {shown} there are {len(one.real)} compartments, in the first place {len(base.real)}; "
            "give dx= as a number, so that all variants are cut alike"
        )


def _merged(remarks: Mapping[str, int]) -> dict[str, int]:
    """Remarks that differ in numbers only, as one: the first of them."""
    first: dict[str, str] = {}
    found: dict[str, int] = {}
    for text, count in remarks.items():
        shown = first.setdefault(re.sub(r"[-+.\d]+(e[-+]\d+)?", "#", text), f"this to be said: {text}")
        found[shown] = found.get(shown, 0) + count
    return found


def _dataset(
    study: Expedition, variants: Variants, kept: Gathered, where: Mapping[str, list[Any]], about: Mapping[str, Any],
    threshold: float,
) -> xr.Dataset:  # fmt: skip
    import xarray as xr

    from .dataset import coordinates, provenance, quantity_attributes, status_attributes
    from .spatial import UNITS, clamp_coordinates

    shape, dims, settings = variants.shape, variants.dims, study.settings
    found: dict[str, Any] = {}
    for q in study.quantities().values():
        array = kept.values[q.name]
        extra = tuple(name for name, _ in q.extra)
        found[q.name] = ((*dims, *extra), array.reshape((*shape, *array.shape[1:])), quantity_attributes(q))
    found["status"] = (dims, kept.status().reshape(shape), status_attributes())
    axes = coordinates(variants, study.quantities().values(), settings)
    coords = {**clamp_coordinates(settings), **_places(study, variants, where), **axes}
    plain = {k: v for k, v in study.layout.attributes.items() if k != "kind" and k not in variants.values}
    attributes = {
        "kind": "sweep", **provenance(study.layout.cell), **plain, "body": study.layout.attributes["kind"],
        "n": len(study.layout.real), "stimulus": repr(settings.stimulus) if settings.stimulus is not None else "none",
        "duration": settings.duration, "every": settings.every, "method": "staggered", "precision": "double",
        "tolerance": math.nan, "dt": settings.dt, "spike_threshold": threshold, "variants": variants.count,
        "error_V": math.nan, "error_spike_times": math.nan, "error_sample": 0, **about, "units": json.dumps(UNITS),
    }  # fmt: skip
    return xr.Dataset(found, coords=coords, attrs=attributes)


def _places(study: Expedition, variants: Variants, where: Mapping[str, list[Any]]) -> dict[str, Any]:
    """What places and compartments are; what differs between variants has their dimensions too."""
    found: dict[str, Any] = dict(study.layout.coordinates)
    for name, rows in where.items():
        dim, first, attrs = found[name]
        if any(row is not None and row is not first and not np.array_equal(row, first) for row in rows):
            nowhere = np.full(len(first), np.nan)
            table = np.array([nowhere if row is None else row for row in rows]).reshape(*variants.shape, -1)
            del found[name]
            found["x_place" if name == dim else name] = ((*variants.dims, dim), table, attrs)
    for name in set(found) & set(variants.values):  # "diameter" is what varies
        found[f"compartment_{name}"] = found.pop(name)
    return found


def _is_real(values: Any) -> bool:
    return np.asarray(values).dtype.kind == "f"
