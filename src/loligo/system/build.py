"""From a Cell to its System.

The parts of a cell have names of their own (g, E, m, ...); here they get their full paths, temperature enters the
rates, and the removable singularities go.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy

from ..errors import FormulaError
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.gate import Gate
from .singularities import remove
from .system import Observable, System, Variable

V = sympy.Symbol("V", real=True)
INPUT = sympy.Symbol("stimulus", real=True)
CELSIUS = sympy.Symbol("celsius", real=True)
CAPACITANCE = sympy.Symbol("capacitance", positive=True)
_POSITIVE = {"g", "q10"}


def system(cell: Cell) -> System:
    """The System of a cell. Cells that differ only in parameter values share one.

    Raises
    ------
    FormulaError
        If a rate is infinite at some voltage.
    """
    key = tuple((c.name, c.current, c.ohmic, _names(c), tuple(map(_without_values, c.gates))) for c in cell.channels)
    return _build(cell.name, tuple((p, q.unit, q.description) for p, q in cell.parameters.items()), key)


def _names(channel: Channel) -> tuple[str, ...]:
    return tuple(name for name, _ in channel.parameters)


def _without_values(item: tuple[str, Gate]) -> tuple[Any, ...]:
    name, gate = item
    return name, gate.power, tuple(gate.formulas.items()), gate.q10 is not None


@lru_cache(maxsize=256)
def _build(name: str, parameters: tuple[tuple[str, str, str], ...], channels: tuple[Any, ...]) -> System:
    symbols = {path: _symbol(path) for path, _, _ in parameters}
    states = [Variable("V", V, "mV", "voltage", "membrane potential")]
    derivatives: list[sympy.Expr] = []
    observables: list[Observable] = []
    total = sympy.Integer(0)
    for channel_name, current, ohmic, names, gates in channels:
        local: dict[sympy.Symbol, sympy.Expr] = {sympy.Symbol("celsius", real=True): CELSIUS}
        for own in names:
            local[sympy.Symbol(own, real=True)] = symbols[f"{channel_name}.{own}"]
        gate_symbols = {g[0]: sympy.Symbol(f"{channel_name}.{g[0]}", real=True) for g in gates}
        local.update({sympy.Symbol(g, real=True): s for g, s in gate_symbols.items()})
        instant: dict[sympy.Symbol, sympy.Expr] = {}
        rows: list[Observable] = []
        for gate_name, _, formulas, own_q10 in gates:
            path = f"{channel_name}.{gate_name}"
            x = gate_symbols[gate_name]
            parts = {k: remove(f.sympy.xreplace(local), V, f"{path}.{k}") for k, f in formulas}
            heat = path if own_q10 else channel_name
            factor = sympy.Integer(1)
            if f"{heat}.q10" in symbols:
                factor = symbols[f"{heat}.q10"] ** ((CELSIUS - symbols[f"{heat}.celsius_ref"]) / 10)
            if "alpha" in parts:
                slope = factor * (parts["alpha"] * (1 - x) - parts["beta"] * x)
                speed = factor * (parts["alpha"] + parts["beta"])
                steady = parts["alpha"] / (parts["alpha"] + parts["beta"])
            elif "tau" in parts:
                speed = factor * remove(1 / parts["tau"], V, f"1 / {path}.tau")
                slope, steady = speed * (parts["inf"] - x), parts["inf"]
            else:
                instant[x] = parts["inf"]
                rows += [Observable(path, x, "1", "gate"), Observable(f"{path}.inf", parts["inf"], "1", "steady state")]
                continue
            states.append(Variable(path, x, "1", "gate", f"open probability of gate {path}"))
            derivatives.append(slope)
            rows.append(Observable(path, x, "1", "gate", f"open probability of gate {path}"))
            rows.append(Observable(f"{path}.inf", steady, "1", "steady state", f"steady state of {path}"))
            rows.append(Observable(f"{path}.tau", 1 / speed, "ms", "time constant", f"time constant of {path}"))
            if "alpha" in parts:
                rows.append(
                    Observable(f"{path}.alpha", factor * parts["alpha"], "1/ms", "rate", f"opening rate of {path}")
                )
                rows.append(
                    Observable(f"{path}.beta", factor * parts["beta"], "1/ms", "rate", f"closing rate of {path}")
                )
        instant = _resolved(instant)
        flow = remove(current.sympy.xreplace(local).xreplace(instant), V, f"the current of {channel_name}")
        derivatives = [d.xreplace(instant) for d in derivatives]
        total += flow
        for row in rows:
            observables.append(Observable(row.path, row.formula.xreplace(instant), row.unit, row.kind, row.description))
        description = f"current through {channel_name}, outward positive"
        observables.append(Observable(f"{channel_name}.I", flow, "µA/cm²", "current", description))
        if ohmic:
            open_ = symbols[f"{channel_name}.g"] * sympy.Mul(
                *(gate_symbols[g[0]] ** g[1].sympy for g in gates)
            ).xreplace(instant)
            description = f"conductance of {channel_name}"
            observables.append(Observable(f"{channel_name}.conductance", open_, "mS/cm²", "conductance", description))
    for variable, f in zip(states[1:], derivatives, strict=True):
        if f.has(sympy.zoo, sympy.nan, sympy.oo):
            raise FormulaError(f"{variable.path}: the formulas of this gate have no finite value")
    return System(
        name,
        tuple(states),
        tuple(Variable(path, symbols[path], unit, "parameter", text) for path, unit, text in parameters),
        INPUT,
        ((INPUT - total) / CAPACITANCE, *derivatives),
        (Observable("V", V, "mV", "voltage", "membrane potential"), *observables),
    )


def _resolved(instant: dict[sympy.Symbol, sympy.Expr]) -> dict[sympy.Symbol, sympy.Expr]:
    """Instantaneous gates that use one another, each in terms of none."""
    for _ in instant:
        instant = {x: f.xreplace(instant) for x, f in instant.items()}
    circle = [str(x) for x, f in instant.items() if f.free_symbols & set(instant)]
    if circle:
        raise FormulaError(f"the instantaneous gates {', '.join(circle)} depend on one another in a circle")
    return instant


def _symbol(path: str) -> sympy.Symbol:
    if path == "capacitance":
        return CAPACITANCE
    if path == "celsius":
        return CELSIUS
    if path.rsplit(".", 1)[-1] in _POSITIVE:
        return sympy.Symbol(path, positive=True)
    return sympy.Symbol(path, real=True)
