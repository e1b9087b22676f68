"""The System: what a cell is, mathematically. Everything below is derived from it, never written twice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sympy

from ..errors import PathError, nearest


@dataclass(frozen=True)
class Variable:
    """A state, parameter or observable: its path, its symbol, its unit and what kind of thing it is."""

    path: str
    symbol: sympy.Symbol
    unit: str
    kind: str
    description: str = ""


@dataclass(frozen=True)
class Observable:
    """A quantity that follows from states and parameters, such as the current of a channel."""

    path: str
    formula: sympy.Expr
    unit: str
    kind: str
    description: str = ""


@dataclass(frozen=True, eq=False)
class System:
    """dy/dt = f(y, parameters, input), with everything derived from it.

    Attributes
    ----------
    name : str
    states : tuple of Variable
        V first (unless V is clamped), then the gates.
    parameters : tuple of Variable
        All numbers that can vary, in the order of the cell's own list.
    input : sympy.Symbol
        The applied current, or the command of a voltage clamp.
    derivatives : tuple of sympy.Expr
        Right-hand sides, in the order of the states; finite at every voltage.
    observables : tuple of Observable
        Currents, conductances, gates, rates.

    Values are not part of a System: two cells that differ in numbers of their parameters have the same one, the same
    object even, so that what is derived from it can be remembered by identity.
    """

    name: str
    states: tuple[Variable, ...]
    parameters: tuple[Variable, ...]
    input: sympy.Symbol
    derivatives: tuple[sympy.Expr, ...]
    observables: tuple[Observable, ...]

    @cached_property
    def linear(self) -> tuple[tuple[sympy.Expr, sympy.Expr], ...]:
        """For every state the pair (a, s) of its linear form x' = a - s x, by differentiation.

        For V this is the membrane equation, s = g / C and a = (r + input) / C with the ionic current g V - r.
        """
        pairs = []
        for variable, f in zip(self.states, self.derivatives, strict=True):
            x = variable.symbol
            s = -sympy.diff(f, x)
            a = f + s * x if s.has(x) else f.subs(x, 0)
            pairs.append((a, s))
        return tuple(pairs)

    @cached_property
    def jacobian(self) -> sympy.ImmutableMatrix:
        """Derivative of the right-hand sides with respect to the states."""
        symbols = [v.symbol for v in self.states]
        return sympy.ImmutableMatrix([[sympy.diff(f, x) for x in symbols] for f in self.derivatives])

    @cached_property
    def steady(self) -> dict[sympy.Symbol, sympy.Expr]:
        """The steady value of every state that follows from the `unknowns`, as a function of them.

        A gate's is a / s; it may depend on V and on states that have been resolved before it.
        """
        return self._resolved[0]

    @property
    def unknowns(self) -> tuple[sympy.Symbol, ...]:
        """What a resting state has to be searched for in: potentials, pools that depend on themselves, big schemes."""
        return self._resolved[1]

    @cached_property
    def _resolved(self) -> tuple[dict[sympy.Symbol, sympy.Expr], tuple[sympy.Symbol, ...]]:
        return self.resolve()

    def resolve(
        self, held: frozenset[sympy.Symbol] = frozenset()
    ) -> tuple[dict[sympy.Symbol, sympy.Expr], tuple[sympy.Symbol, ...]]:
        """`steady` and `unknowns` where some states are held, as potentials are."""
        kinds = {v.symbol: v.kind for v in self.states}
        unknowns = [x for i, (x, kind) in enumerate(kinds.items()) if kind == "voltage" or i == 0 or x in held]
        waiting: dict[sympy.Symbol, sympy.Expr] = {}
        for v, (a, s) in list(zip(self.states, self.linear, strict=True)):
            if v.symbol in unknowns:
                continue
            if v.kind == "scheme":
                known = [o.formula for o in self.observables if o.path == f"{v.path}.inf"]
                if known:
                    waiting[v.symbol] = known[0]
                else:
                    unknowns.append(v.symbol)
            elif s == 0:
                unknowns.append(v.symbol)
            else:
                waiting[v.symbol] = a / s
        resolved: dict[sympy.Symbol, sympy.Expr] = {}
        while waiting:
            ready = {x: f.xreplace(resolved) for x, f in waiting.items()}
            ready = {x: f for x, f in ready.items() if not f.free_symbols & set(waiting)}
            if not ready:  # something depends on itself: a pool whose influx depends on it, if there is one
                stuck = next((x for x in waiting if kinds[x] == "pool"), next(iter(waiting)))
                unknowns.append(stuck)
                del waiting[stuck]
            for x, f in ready.items():
                resolved[x] = f
                del waiting[x]
        return resolved, tuple(unknowns)

    def observable(self, path: str) -> Observable:
        """The observable (or state) of that path.

        Raises
        ------
        PathError
            If there is none; the message lists the nearest names.
        """
        for found in self.observables:
            if found.path == path:
                return found
        raise PathError(f"'{path}' cannot be recorded: {nearest(path, [o.path for o in self.observables])}")

    @cached_property
    def clamped(self) -> System:
        """The system under an ideal voltage clamp: V is the input, the gates are what is left; nothing is injected."""
        v, none = self.states[0].symbol, {self.input: sympy.Integer(0)}  # another compartment may be the injected one
        rest = tuple(d.xreplace(none) for d in self.derivatives[1:])
        return System(f"{self.name}, V clamped", self.states[1:], self.parameters, v, rest, self.observables)

    def __str__(self) -> str:
        lines = [f"System of {self.name}: {len(self.states)} states, {len(self.parameters)} parameters", ""]
        for variable, f in zip(self.states, self.derivatives, strict=True):
            lines.append(f"d {variable.path}/dt = {f}")
        lines += ["", "states      " + ", ".join(f"{v.path} ({v.unit})" for v in self.states)]
        lines.append("parameters  " + ", ".join(f"{p.path} ({p.unit})" for p in self.parameters))
        lines.append(f"input       {self.input}")
        lines.append("observables " + ", ".join(o.path for o in self.observables))
        return "\n".join(lines)
