"""What is recorded of one run: which quantities, which states they need, and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from ..model.dynamic import SWITCH, DynamicClamp
from ..model.switched import SwitchedClamp
from ..numerics.arrays import array_function
from ..system import Observable, System

Array = NDArray[np.float64]


def wanted(whole: System, record: Any, clamped: bool) -> dict[str, Observable]:
    """What is to be recorded: V always, then what was asked for.

    Parameters
    ----------
    record : "all", path, or sequence of paths
        "all" is every gate, current and conductance.
    """
    if isinstance(record, str) and record == "all":
        paths = [o.path for o in whole.observables if o.kind in ("voltage", "gate", "current", "conductance")]
    else:
        paths = [record] if isinstance(record, str) else list(record)
    found = {o.path: o for o in (whole.observable(p) for p in ["V", *map(str, paths)])}
    if clamped:
        total = sum(o.formula for o in whole.observables if o.kind == "current")
        found["I_clamp"] = Observable("I_clamp", total, "µA/cm²", "current", "current of the clamp, ionic part")
    return found


def behind_amplifier(whole: System, record: Any) -> dict[str, Observable]:
    """What is to be recorded of a cell behind an amplifier: potentials and currents as they are and as measured."""
    measured = ("V_measured", "I_measured", "I_true")
    if isinstance(record, str) and record == "all":
        return {**wanted(whole, record, False), **wanted(whole, measured, False)}
    return wanted(whole, [*([record] if isinstance(record, str) else record), *measured], False)


def in_phases(whole: System, record: Any, clamp: SwitchedClamp | DynamicClamp) -> dict[str, Observable]:
    """What is to be recorded of a run in phases."""
    found = wanted(whole, record, isinstance(clamp, SwitchedClamp))
    if isinstance(clamp, DynamicClamp):
        path = f"{clamp.virtual.name}.I"
        shown = whole.observable(path)
        text = "virtual current (the amplifier injects its negative)"
        found[path] = Observable(path, shown.formula / _switch(whole, clamp), shown.unit, "current", text)
        return found
    zero = sympy.Integer(0)
    found["stimulus"] = Observable("stimulus", zero, "µA/cm²", "stimulus", "applied current, where there is no clamp")
    found["V_command"] = Observable("V_command", zero, "mV", "voltage", "command, where V is clamped")
    return found


def _switch(whole: System, clamp: DynamicClamp) -> sympy.Symbol:
    return next(p.symbol for p in whole.parameters if p.path == f"{clamp.virtual.name}.{SWITCH}")


def needed(whole: System, recorded: Mapping[str, Observable]) -> list[int]:
    """Indices of the states that the recorded quantities depend on; V always."""
    used = {s for o in recorded.values() for s in o.formula.free_symbols}
    return [j for j, v in enumerate(whole.states) if j == 0 or v.symbol in used]


def observe(
    parameters: Sequence[float],
    whole: System,
    states: dict[int, Array],
    value: Array,
    recorded: Mapping[str, Observable],
) -> dict[str, Array]:
    """Recorded quantities of one run from the traces of its states and of its input."""
    plain = {whole.states[j].symbol: trace for j, trace in states.items()}
    formulas = {path: o.formula for path, o in recorded.items() if o.formula not in plain}
    values = {path: plain[o.formula] for path, o in recorded.items() if o.formula in plain}
    if formulas:
        arguments = [states.get(j, np.zeros(1)) for j in range(len(whole.states))]
        found = array_function(whole, tuple(formulas.values()))(arguments, value, parameters)
        values.update({path: np.array(f) for path, f in zip(formulas, found, strict=True)})
    return {path: values[path] for path in recorded}
