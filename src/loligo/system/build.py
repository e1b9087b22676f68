"""From a Cell to its System.

The parts of a cell have names of their own (g, E, m, ...); here they get their full paths, temperature enters the
rates, the currents are added up, pools see the currents that carry their ion, and the removable singularities go.
Gates that follow at once, reversal potentials and currents are not states: they are replaced by their formulas
wherever they are used.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import sympy

from ..errors import FormulaError
from ..model.activation import Activation
from ..model.cell import Cell, Patch
from ..model.channel import Channel
from ..model.composition import known_paths
from ..model.gate import Gate
from ..model.pool import path_of
from ..model.scheme import Scheme
from .markov import stationary
from .singularities import remove
from .system import Observable, System, Variable

INPUT = sympy.Symbol("stimulus", real=True)
CELSIUS = sympy.Symbol("celsius", real=True)
CAPACITANCE = sympy.Symbol("capacitance", positive=True)
CLOSED_FORM = 5  # states: beyond, the steady state of a scheme is left to a linear solve
_POSITIVE = {"g", "q10", "capacitance"}
Substitution = dict[sympy.Symbol, sympy.Expr]


@lru_cache(maxsize=512)
def system(cell: Cell) -> System:
    """The System of a cell. Cells that differ only in parameter values share one.

    Raises
    ------
    FormulaError
        If a rate is infinite at some voltage.
    """
    meta = tuple((path, q.unit, q.description) for path, q in cell.parameters.items())
    patches = tuple(
        (
            p.prefix,
            p.share,
            p.coupling,
            tuple((c.name, c.current, c.reversal, c.ohmic, c.carries, c.reads, _names(c), _gates(c), c.schemes,
                   c.activations)
                  for c in p.channels),
            tuple((q.name, q.rate, q.unit, q.reads, tuple(n for n, _ in q.parameters)) for q in p.pools),
        )
        for p in cell.patches
    )  # fmt: skip
    return _build(_Key((meta, patches, cell.stimulated, cell.current_unit), cell))


def _names(channel: Channel) -> tuple[str, ...]:
    return tuple(name for name, _ in channel.parameters)


def _gates(channel: Channel) -> tuple[Any, ...]:
    return tuple((n, gate.power, tuple(gate.formulas.items()), gate.q10 is not None) for n, gate in channel.gates)


class _Key:
    """Equal for cells of equal structure: numbers are no part of it, nor is the name of the cell."""

    def __init__(self, structure: Any, cell: Cell) -> None:
        self.structure, self.cell = structure, cell
        self.hash = hash(structure)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.structure == other.structure

    def __hash__(self) -> int:
        return self.hash


class _Row(NamedTuple):
    """A state with its right-hand side."""

    variable: Variable
    slope: sympy.Expr


class _Parts:
    """What has been gathered of a System so far."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.known = set(known_paths(cell))
        self.symbols = {path: _symbol(path) for path in cell.parameters}
        self.rows: list[_Row] = []
        self.observables: list[Observable] = []
        self.instant: Substitution = {}  # what follows at once, by its symbol

    def real(self, path: str) -> sympy.Symbol:
        return self.symbols.get(path) or sympy.Symbol(path, real=True)


@lru_cache(maxsize=256)
def _build(key: _Key) -> System:
    cell = key.cell
    parts = _Parts(cell)
    membranes = [_membrane(parts, patch) for patch in cell.patches]
    voltages = [_voltage(parts, patch, total) for patch, total in zip(cell.patches, membranes, strict=True)]
    instant = _resolved(parts.instant)
    states: list[_Row] = [voltages[0], *(row for row in parts.rows if row.variable.kind != "voltage"), *voltages[1:]]
    for row in states:
        if row.slope.has(sympy.zoo, sympy.nan, sympy.oo):
            raise FormulaError(f"{row.variable.path}: the formulas of this gate have no finite value")
    heads = [Observable(r.variable.path, r.variable.symbol, "mV", "voltage", "membrane potential") for r in voltages]
    return System(
        cell.name,
        tuple(row.variable for row in states),
        tuple(Variable(p, parts.symbols[p], q.unit, "parameter", q.description) for p, q in cell.parameters.items()),
        INPUT,
        tuple(_numeric(row.slope.xreplace(instant)) for row in states),
        tuple(_observed(o, instant) for o in (*heads, *parts.observables)),
    )


def _numeric(formula: sympy.Expr) -> sympy.Expr:
    """A formula with e and pi, if it has them, as numbers: only now, when what they cancel with has cancelled."""
    return formula.xreplace({x: sympy.Rational(repr(float(x))) for x in formula.atoms(sympy.NumberSymbol)})


def _observed(o: Observable, instant: Substitution) -> Observable:
    return Observable(o.path, _numeric(o.formula.xreplace(instant)), o.unit, o.kind, o.description)


def _membrane(parts: _Parts, patch: Patch) -> sympy.Expr:
    """The channels and pools of a compartment; returns the sum of the currents."""
    v = parts.real(f"{patch.prefix}V")
    total = sympy.Integer(0)
    carried: dict[str, sympy.Expr] = {pool.name: sympy.Integer(0) for pool in patch.pools}
    for channel in patch.channels:
        flow = _channel(parts, patch, channel, v)
        total += flow
        for name, times in channel.carries:
            if name in carried:
                carried[name] += sympy.Rational(repr(times)) * flow
    for pool in patch.pools:
        path = patch.prefix + pool.name
        if pool.rate is None:
            continue
        local = {"I": carried[pool.name], **{n: parts.symbols[patch.prefix + path_of(pool.name, n)]
                                              for n, _ in pool.parameters}}  # fmt: skip
        rate = _localized(parts, patch, pool.rate.sympy, local, v)
        x = parts.real(path)
        text = pool.description or f"concentration of {path}"
        parts.rows.append(_Row(Variable(path, x, pool.unit, "pool", text), remove(rate, v, f"{path}.rate")))
        parts.observables.append(Observable(path, x, pool.unit, "pool", text))
    return total


def _voltage(parts: _Parts, patch: Patch, total: sympy.Expr) -> _Row:
    """The membrane equation of a compartment."""
    cell, v = parts.cell, parts.real(f"{patch.prefix}V")
    home = patch.prefix == (f"{cell.stimulated}." if cell.stimulated else "")
    axial = INPUT if home else sympy.Integer(0)
    if patch.coupling is not None:
        axial += _localized(parts, cell.patches[0], patch.coupling.sympy, {}, parts.real("V"))
    else:
        for other in cell.patches[1:]:
            if other.coupling is not None:
                axial -= _localized(parts, patch, other.coupling.sympy, {}, v)
    if patch.share is not None:
        axial = axial / _localized(parts, cell.patches[0], patch.share.sympy, {}, v)
    path = f"{patch.prefix}V"
    variable = Variable(path, v, "mV", "voltage", "membrane potential")
    return _Row(variable, (axial - total) / parts.symbols[f"{patch.prefix}capacitance"])


def _localized(
    parts: _Parts, patch: Patch, formula: sympy.Expr, local: dict[str, sympy.Expr], v: sympy.Symbol
) -> sympy.Expr:
    """A formula in the names of the whole cell: first the part's own, then its compartment's, then paths."""
    replaced: Substitution = {}
    for symbol in formula.free_symbols:
        name = str(symbol)
        if name in local:
            replaced[symbol] = local[name]
        elif name == "V":
            replaced[symbol] = v
        elif patch.prefix and patch.prefix + name in parts.known:
            replaced[symbol] = parts.real(patch.prefix + name)
        else:
            replaced[symbol] = parts.real(name)
    return formula.xreplace(replaced)


def _channel(parts: _Parts, patch: Patch, channel: Channel, v: sympy.Symbol) -> sympy.Expr:
    """The states and observables of a channel; returns its current."""
    path = patch.prefix + channel.name
    local: dict[str, sympy.Expr] = {name: parts.symbols[f"{path}.{name}"] for name in _names(channel)}
    local.update({name: parts.real(f"{path}.{name}") for name in channel.states})

    def put(formula: Any, where: str) -> sympy.Expr:
        return remove(_localized(parts, patch, formula.sympy, local, v), v, where)

    if channel.reversal is not None:
        local["E"] = parts.real(f"{path}.E")
        parts.instant[local["E"]] = put(channel.reversal, f"{path}.E")
        text = f"reversal potential of {path}"
        parts.observables.append(Observable(f"{path}.E", local["E"], "mV", "reversal", text))
    for name, gate in channel.gates:
        _gate(parts, f"{path}.{name}", path, gate, put, v)
    for _, scheme in channel.schemes:
        _scheme(parts, path, scheme, put)
    for name, activation in channel.activations:
        _activation(parts, f"{path}.{name}", activation, put)
    flow = put(channel.current, f"the current of {path}")
    unit = parts.cell.current_unit
    parts.observables.append(
        Observable(f"{path}.I", flow, unit, "current", f"current through {path}, outward positive")
    )
    parts.instant[parts.real(f"{path}.I")] = flow
    if channel.ohmic:
        open_ = sympy.Mul(*(local[n] ** gate.power.sympy for n, gate in channel.gates))
        open_ *= sympy.Mul(*(local[n] ** activation.power.sympy for n, activation in channel.activations))
        open_ *= sympy.Mul(*(put(scheme.open, f"{path}.open") for _, scheme in channel.schemes))
        g = dict(channel.parameters)["g"]
        text = f"conductance of {path}"
        parts.observables.append(Observable(f"{path}.conductance", local["g"] * open_, g.unit, "conductance", text))
    return flow


def _heat(parts: _Parts, *owners: str) -> sympy.Expr:
    """The factor by which temperature changes the rates: the first owner's that has a Q10."""
    for owner in owners:
        if f"{owner}.q10" in parts.symbols:
            return parts.symbols[f"{owner}.q10"] ** ((CELSIUS - parts.symbols[f"{owner}.celsius_ref"]) / 10)
    return sympy.Integer(1)


def _gate(parts: _Parts, path: str, channel: str, gate: Gate, put: Any, v: sympy.Symbol) -> None:
    x = parts.real(path)
    factor = _heat(parts, path, channel)
    formulas = {name: put(f, f"{path}.{name}") for name, f in gate.formulas.items()}
    text = f"open probability of gate {path}"
    parts.observables.append(Observable(path, x, "1", "gate", text))
    if "alpha" in formulas:
        alpha, beta = formulas["alpha"], formulas["beta"]
        slope, speed = factor * (alpha * (1 - x) - beta * x), factor * (alpha + beta)
        steady = alpha / (alpha + beta)
    elif "tau" in formulas:
        speed = factor * remove(1 / formulas["tau"], v, f"1 / {path}.tau")
        slope, steady = speed * (formulas["inf"] - x), formulas["inf"]
    else:
        parts.instant[x] = formulas["inf"]
        parts.observables.append(Observable(f"{path}.inf", formulas["inf"], "1", "steady state"))
        return
    parts.rows.append(_Row(Variable(path, x, "1", "gate", text), slope))
    parts.observables.append(Observable(f"{path}.inf", steady, "1", "steady state", f"steady state of {path}"))
    parts.observables.append(Observable(f"{path}.tau", 1 / speed, "ms", "time constant", f"time constant of {path}"))
    if "alpha" in formulas:
        for name, word in (("alpha", "opening"), ("beta", "closing")):
            text = f"{word} rate of {path}"
            parts.observables.append(Observable(f"{path}.{name}", factor * formulas[name], "1/ms", "rate", text))


def _scheme(parts: _Parts, path: str, scheme: Scheme, put: Any) -> None:
    """The master equation; the first state is one minus the others."""
    first, *others = scheme.states
    occupied = {name: parts.real(f"{path}.{name}") for name in scheme.states}
    parts.instant[occupied[first]] = 1 - sympy.Add(*(occupied[name] for name in others))
    factor = _heat(parts, path)
    rates = {(a, b): put(f, f"{path}: {a} -> {b}") for a, b, f in scheme.rates}
    steady = stationary(scheme.states, rates) if len(scheme.states) <= CLOSED_FORM else {}
    for name in scheme.states:
        text = f"occupancy of state {name} of {path}"
        if name != first:
            gain = sympy.Add(*(occupied[a] * rate for (a, b), rate in rates.items() if b == name))
            loss = occupied[name] * sympy.Add(*(rate for (a, _), rate in rates.items() if a == name))
            variable = Variable(f"{path}.{name}", occupied[name], "1", "scheme", text)
            parts.rows.append(_Row(variable, factor * (gain - loss)))
        parts.observables.append(Observable(f"{path}.{name}", occupied[name], "1", "gate", text))
        if name in steady:
            text = f"steady state of {path}.{name}"
            parts.observables.append(Observable(f"{path}.{name}.inf", steady[name], "1", "steady state", text))


def _activation(parts: _Parts, path: str, activation: Activation, put: Any) -> None:
    """What decays between the events of a synapse; the jumps are the integrator's (`numerics/events.py`)."""
    x, tau = parts.real(path), put(activation.tau, f"{path}.tau")
    text = f"activation {path}"
    slope = put(activation.drive, f"{path}.drive") - x / tau
    parts.rows.append(_Row(Variable(path, x, "1", "activation", text), slope))
    parts.observables.append(Observable(path, x, "1", "gate", text))


def _resolved(instant: Substitution) -> Substitution:
    """What follows at once and uses one another, each in terms of none."""
    waiting = dict(instant)
    done: Substitution = {}
    while waiting:
        ready = [x for x, f in waiting.items() if not f.free_symbols & set(waiting)]
        if not ready:
            circle = ", ".join(sorted(map(str, waiting)))
            raise FormulaError(f"the instantaneous gates {circle} depend on one another in a circle")
        for x in ready:
            done[x] = waiting[x].xreplace(done)
        for x in ready:
            del waiting[x]
    return done


def _symbol(path: str) -> sympy.Symbol:
    if path.rsplit(".", 1)[-1] in _POSITIVE:
        return sympy.Symbol(path, positive=True)
    return sympy.Symbol(path, real=True)
