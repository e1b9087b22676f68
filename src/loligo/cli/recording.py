"""What a sweep keeps of each variant, as text: the recorders by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from ..errors import LoligoError, PathError, nearest
from ..model.cell import Cell
from ..simulation.recorders import Final, Intervals, Mean, Peak, Rate, Recorder, Spikes, Trace, Trough
from ..system import system

NAMES: dict[str, Callable[..., Recorder]] = {
    "rate": Rate,
    "spikes": Spikes,
    "count": lambda: Spikes(times=False),
    "intervals": Intervals,
    "peak": Peak,
    "trough": Trough,
    "mean": Mean,
    "final": Final,
    "trace": Trace,
}
OF_A_VARIABLE = ("peak", "trough", "mean", "final", "trace")


def recorders(items: Iterable[Any], cell: Cell, where: str) -> tuple[Any, ...]:
    """Recorders, and paths that stand for traces.

    Parameters
    ----------
    items : iterable
        Texts such as ``"rate"``, ``"peak:Na.m"``, ``"Na.I"``, or tables such as ``{kind = "rate", after = 100}``.
    cell : Cell
        What it is recorded from.
    where : str
        For the message.

    Raises
    ------
    LoligoError
        If a name is neither a recorder nor a path of the cell.
    """
    return tuple(_from_table(item, where) if isinstance(item, Mapping) else _named(item, cell, where) for item in items)


def after(found: Iterable[Any], time: float) -> tuple[Any, ...]:
    """The recorders, told to leave out what comes before a time (ms)."""
    items = tuple(found)
    timed = [isinstance(r, Recorder) and "after" in [f.name for f in fields(r)] for r in items]  # type: ignore[arg-type]
    if not any(timed):
        raise LoligoError("--after: nothing that is recorded can leave out a beginning; use it with rate or peak, say")
    return tuple(replace(r, after=time) if yes else r for r, yes in zip(items, timed, strict=True))


def _named(text: Any, cell: Cell, where: str) -> Any:
    if not isinstance(text, str):
        raise LoligoError(f"{where}: {text!r} is no recorder; write a name such as 'rate', or {{kind = 'rate'}}")
    name, colon, variable = (part.strip() for part in text.partition(":"))
    if name in NAMES and colon:
        if name not in OF_A_VARIABLE:
            raise LoligoError(f"{where}: '{text}': {name} is of the spikes, not of a variable; write '{name}'")
        return NAMES[name](variable)
    if name in NAMES:
        return NAMES[name]()
    known = {"all", *(o.path for o in system(cell).observables)}
    if text not in known:
        raise PathError(
            f"{where}: '{text}' is neither a recorder nor a path; {nearest(text, [*NAMES, *sorted(known)])}"
        )
    return text


def _from_table(given: Mapping[str, Any], where: str) -> Recorder:
    kind = given.get("kind")
    if kind not in NAMES:
        raise LoligoError(f"{where}: kind = {kind!r} is no recorder; {nearest(str(kind), NAMES)}")
    options = {name: value for name, value in given.items() if name != "kind"}
    variable = [options.pop("variable")] if kind in OF_A_VARIABLE and "variable" in options else []
    made = NAMES[kind](*variable)
    known = [f.name for f in fields(made) if f.name not in ("variable", "variables")]  # type: ignore[arg-type]
    known += ["variable"] if kind in OF_A_VARIABLE else []
    for name in options:
        if name not in known:
            raise LoligoError(f"{where}: a recorder of kind '{kind}' has no '{name}'; {nearest(name, known)}")
    return replace(made, **options) if options else made  # type: ignore[type-var]
