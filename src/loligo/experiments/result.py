"""What an experiment hands over: a Dataset with its numbers, their units and how they were found in the attributes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._version import __version__
from ..model.cell import Cell
from .search import Answer

if TYPE_CHECKING:
    import xarray as xr

CHARGES = {"µA/cm²": "nC/cm²", "nA": "pC", "pA": "fC"}  # what each current carries in a ms
RESISTANCES = {"µA/cm²": "kΩ·cm²", "nA": "MΩ", "pA": "GΩ"}  # at which each current makes a mV


def result(
    kind: str,
    cell: Cell | str,
    variables: Mapping[str, tuple[Any, Any, str, str]],
    coords: Mapping[str, tuple[Any, str, str]],
    numbers: Mapping[str, tuple[float, str]],
    *,
    criterion: str = "",
    tolerance: float = float("nan"),
    status: str = "done",
    **more: Any,
) -> xr.Dataset:
    """Build the Dataset of an experiment.

    Parameters
    ----------
    kind : str
        Name of the experiment; `loligo.plot` knows it by this.
    cell : Cell or str
        What it was done on: a cell, or the name of a file.
    variables : mapping of str to (dims, values, unit, long name)
    coords : mapping of str to (values, unit, long name)
    numbers : mapping of str to (value, unit)
        The headline numbers; they become attributes, with their units in ``attrs["units"]`` (JSON).
    criterion : str
        What was counted as a "yes".
    tolerance : float
        Relative width of the brackets.
    status : str
        "done", or why there is no answer.
    **more
        Further attributes.
    """
    import xarray as xr

    def own(name: str, unit: str) -> str:
        return unit if isinstance(cell, str) else unit_of(cell, name, unit)

    def entry(key: str, dims: Any, values: Any, unit: str, name: str) -> Any:
        return xr.Variable(dims, values, {"units": own(key, unit), "long_name": name})

    attrs = {
        "kind": kind,
        "experiment": kind,
        "cell": cell if isinstance(cell, str) else cell.name,
        **({} if isinstance(cell, str) else {"citation": cell.source, "celsius": cell.celsius.value}),
        **{name: float(value) for name, (value, _) in numbers.items()},
        "units": json.dumps({name: own(name, unit) for name, (_, unit) in numbers.items()}, ensure_ascii=False),
        "criterion": criterion,
        "tolerance": float(tolerance),
        "status": status,
        "loligo_version": __version__,
        **more,
    }
    return xr.Dataset(
        {name: entry(name, *parts) for name, parts in variables.items()},
        coords={name: entry(name, name, *parts) for name, parts in coords.items()},
        attrs=attrs,
    )


def unit_of(cell: Cell, name: str, unit: str) -> str:
    """The unit in which this cell counts what is per area in others.

    A cell in absolute units has pA and nS; one of compartments is stimulated in nA, though its channels' currents are
    per area.
    """
    through_membrane = name.endswith(".I") or name in ("capacitive", "charge_limit") or ".charge_" in name
    current = cell.current_unit if through_membrane else cell.stimulus_unit
    made = unit.replace("µA/cm²", current).replace("nC/cm²", CHARGES[current])
    made = made.replace("kΩ·cm²", RESISTANCES[cell.stimulus_unit])
    return made.replace("mS/cm²", "nS").replace("pmol/cm²", "amol") if cell.absolute else made


def listed(answers: Sequence[Answer]) -> str:
    """All answers as JSON: value, half width of the bracket, and whether the yes lies above or below."""
    rows = [{"value": a.value, "error": a.error, "yes": "above" if a.yes > a.no else "below"} for a in answers]
    return json.dumps(rows)
