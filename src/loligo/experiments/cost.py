"""What a spike costs: sodium that enters, potassium that cancels it, and the ATP to pump both back."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from .bench import Bench
from .one_spike import current_at_rest
from .result import unit_of
from .shape import EVERY, integral
from .spikes import taken_apart

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
FARADAY = 96485.33212  # C/mol
COST_WINDOW = 100.0  # ms: how long one watches, at first, to count ions


def energy(
    cell: Cell,
    amplitude: Any = None,
    duration: Any = 0.0,
    *,
    sodium: str = "Na",
    potassium: str | None = None,
    window: Any = None,
) -> xr.Dataset:
    """What a spike costs: sodium that enters, and the ATP to pump it out again.

    Parameters
    ----------
    cell : Cell
    amplitude, duration
        As of `anatomy`.
    window : number
        As of `anatomy`; at first 100 ms unless given.
    sodium : str
        The channel that carries sodium.
    potassium : str, optional
        The channel that carries potassium; all other channels together unless given.

    Returns
    -------
    xarray.Dataset
        As of `anatomy`, and over ``time`` ``sodium_in``, ``potassium_out`` (µA/cm², beyond what flows at rest) and
        ``cancelled``, the smaller of the two. ``attrs`` also: ``sodium`` (pmol/cm², beyond what enters at rest),
        ``atp`` (pmol/cm², one for three sodium ions), ``least`` (pmol/cm²: the charge C ΔV that the upstroke needs at
        the very least), ``excess`` (``sodium`` / ``least``: the efficiency factor), ``overlap`` (the part of the
        sodium that potassium cancels at the same moment) and ``entry_ratio`` (``sodium`` over what of it has entered
        by the peak).

    Notes
    -----
    The factor of about 4 for the squid (Hodgkin 1975, Phil Trans R Soc B 270:297; Attwell & Laughlin 2001, J Cereb
    Blood Flow Metab 21:1133) is that of the equations at 18.5 °C; mossy fibres have 1.3 (Alle, Roth & Geiger 2009,
    Science 325:1405). Overlap: Sengupta et al. 2010, PLoS Comput Biol 6:e1000840, who have 11 at 6.3 °C for spikes in a
    train, where the one from rest, as here, has 13. Entry ratio: Carter & Bean 2009, Neuron 64:898.
    """
    known = {o.path for o in Bench(cell).system.observables}
    for name, channel in (("sodium", sodium), ("potassium", potassium)):
        if channel is not None and f"{channel}.I" not in known:
            others = ", ".join(c.name for c in cell.channels)
            raise LoligoError(
                f"{name}: {cell.name} has no channel '{channel}' but {others}; name the one that carries {name}"
            )
    found = taken_apart(cell, amplitude, duration, window, None, COST_WINDOW)
    bench = Bench(cell)
    flow = found[f"{sodium}.I"].values - current_at_rest(bench, f"{sodium}.I")
    over = math.isfinite(found.attrs["half_width"]) and (
        math.isfinite(found.attrs["apd90"]) or "next spike" in found.attrs["criterion"]
    )  # no spike has a price that did not end
    moles = float(-integral(flow) / FARADAY * 1e3) if over else math.nan  # 1 nC/cm² / F is 1e-3 pmol/cm²
    least = cell.capacitance.value * found.attrs["amplitude"] / FARADAY * 1e3
    inward, outward = np.maximum(-flow, 0.0), np.maximum(_outward(found, bench, sodium, potassium), 0.0)
    cancelled = np.minimum(inward, outward)
    entered = np.concatenate([[0.0], np.cumsum(0.5 * (flow[1:] + flow[:-1]) * EVERY)])
    until_peak = float(np.interp(found.attrs["peak_time"], found["time"].values, entered))
    numbers = {
        "sodium": moles,
        "atp": moles / 3,
        "least": least,
        "excess": moles / least,
        "overlap": integral(cancelled) / integral(inward) if over and inward.any() else math.nan,
        "entry_ratio": integral(flow) / until_peak if over and until_peak else math.nan,
    }
    amount = unit_of(cell, "sodium", "pmol/cm²")
    units = {**json.loads(found.attrs["units"]), **dict.fromkeys(("sodium", "atp", "least"), amount)}
    units |= dict.fromkeys(("excess", "overlap", "entry_ratio"), "1")
    told = {"units": cell.current_unit, "kind": "current"}
    shown = {
        "sodium_in": ("time", inward, {**told, "long_name": f"inward current of {sodium}"}),
        "potassium_out": ("time", outward, {**told, "long_name": f"outward current of {potassium or 'all others'}"}),
        "cancelled": ("time", cancelled, {**told, "long_name": "what of the one the other cancels"}),
    }
    return found.assign(shown).assign_attrs(
        **numbers, units=json.dumps(units, ensure_ascii=False), kind="energy", experiment="energy"
    )


def _outward(found: xr.Dataset, bench: Bench, sodium: str, potassium: str | None) -> Array:
    """The current that works against sodium, in excess of what flows at rest."""
    where = sodium.rpartition(".")[0]  # the compartment
    names = [str(n).removesuffix(".I") for n in found.data_vars if str(n).endswith(".I")]
    every = [f"{n}.I" for n in names if n != sodium and n.rpartition(".")[0] == where]
    paths = every if potassium is None else [f"{potassium}.I"]
    total: Array = np.sum([found[p].values - current_at_rest(bench, p) for p in paths], axis=0)
    return total
