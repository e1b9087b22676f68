"""An ion channel: a conductance and its gates, or any current written as a formula."""

from __future__ import annotations

import keyword
import math
from collections.abc import Mapping
from typing import Any

import sympy

from ..errors import FormulaError, LoligoError, PathError, nearest
from ..units import number, numbers_in
from .activation import Activation
from .expression import Expression, V, expression, substituted, symbol
from .gate import Gate
from .immutable import Immutable
from .parameter import Parameter, standard
from .pool import RESERVED, words
from .scheme import Scheme

STANDARD = ("g", "E", "q10", "celsius_ref")
CONDUCTANCE = ("mS/cm²", "nS")  # of a membrane by its area; of a whole cell


class Channel(Immutable):
    """A population of channels in a patch of membrane.

    The current, outward positive, is ``g * (gates to their powers) * (V - E)`` unless another formula is given. A
    Markov scheme takes the place of gates, or stands beside them, with its open probability.

    Parameters
    ----------
    name : str
        Short, as in textbooks: ``"Na"``, ``"K"``, ``"CaT"``. It begins all paths into the channel: ``Na.g``, ``Na.m``.
    g : number, optional
        Maximal conductance density, mS/cm²; ``Parameter(1000, "nS")`` for that of a whole cell.
    E : number or formula, optional
        Reversal potential, mV; a formula such as ``nernst(Ca, Cao, 2)`` where it follows from concentrations.
    current : formula, optional
        Current density in µA/cm², of V, celsius, the gates, g, E and the channel's other parameters (as `symbol`).
    q10, celsius_ref : number
        Rates are multiplied by ``q10 ** ((celsius - celsius_ref) / 10)``.
    reads : str or sequence of str
        Pools (and shared parameters) of the cell that the formulas use: ``"Ca"``.
    carries : str, sequence of str or mapping of str to number
        Pools that the current fills or empties, if the cell has them: ``"Ca"``; a mapping says which multiple of the
        current each pool sees, such as ``{"Nai": 3, "Ki": -2}`` for a pump.
    times : sequence of number
        When presynaptic spikes arrive, ms: at each of them the channel's activations jump.
    source, doi, preparation, description : str
        The paper the numbers come from, what it was measured on, and what the channel is.
    **parts : Gate or Scheme or Activation or number or Parameter
        Gates, in the order of the formula; Markov schemes; activations of a synapse; and further parameters that the
        formulas may use, by name.

    Raises
    ------
    FormulaError
        If a formula uses a name that is neither V, a gate, nor a parameter of the channel.

    Examples
    --------
    >>> leak = Channel("leak", g=0.3, E=-54.387)
    >>> leak
    Channel('leak', g=0.3, E=-54.387)
    """

    name: str
    gates: tuple[tuple[str, Gate], ...]
    schemes: tuple[tuple[str, Scheme], ...]
    activations: tuple[tuple[str, Activation], ...]
    times: tuple[float, ...]
    parameters: tuple[tuple[str, Parameter], ...]
    reversal: Expression | None
    current: Expression
    ohmic: bool
    reads: tuple[str, ...]
    carries: tuple[tuple[str, float], ...]
    source: str
    doi: str
    preparation: str
    description: str

    def __init__(
        self,
        name: str,
        *,
        g: Any = None,
        E: Any = None,
        current: Any = None,
        q10: Any = None,
        celsius_ref: Any = None,
        reads: Any = (),
        carries: Any = (),
        times: Any = (),
        source: str = "",
        doi: str = "",
        preparation: str = "",
        description: str = "",
        **parts: Any,
    ) -> None:
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name) or name in RESERVED:
            raise LoligoError(f"{name!r} cannot be the name of a channel: use a short word such as 'Na' or 'CaT'")
        for part in parts:
            if part in RESERVED or part.startswith("_") or (part == "phi" and q10 is not None):
                raise LoligoError(f"{name}: '{part}' is taken; give the gate or parameter another name")
            if not part.isidentifier() or keyword.iskeyword(part):
                raise LoligoError(f"{name}: '{part}' cannot be the name of a gate or parameter; use a word such as 'm'")
        gates = {k: v for k, v in parts.items() if isinstance(v, Gate)}
        schemes = {k: v for k, v in parts.items() if isinstance(v, Scheme)}
        activations = {k: v for k, v in parts.items() if isinstance(v, Activation)}
        parameters: dict[str, Parameter] = {}
        if g is not None:
            unit = CONDUCTANCE[isinstance(g, Parameter) and g.unit == "nS"]
            parameters["g"] = _parameter(g, f"{name}.g", unit, (0, math.inf), "maximal conductance")
        reversal = expression(E) if isinstance(E, (Expression, sympy.Basic)) else None
        if E is not None and reversal is None:
            parameters["E"] = _parameter(E, f"{name}.E", "mV", (-500, 500), "reversal potential")
        if (q10 is None) != (celsius_ref is None):
            raise LoligoError(
                f"{name}: give q10 and celsius_ref together (a Q10 means nothing without its temperature)"
            )
        if q10 is not None:
            parameters["q10"] = _parameter(q10, f"{name}.q10", "1", (0.01, 100), "factor of the rates per 10 °C")
            parameters["celsius_ref"] = _parameter(
                celsius_ref, f"{name}.celsius_ref", "°C", (-50, 100), "temperature at which the rates hold"
            )
        for part, value in parts.items():
            if part not in gates and part not in schemes and part not in activations:
                parameters[part] = _parameter(value, f"{name}.{part}", "1", (-math.inf, math.inf), "")
        ohmic = current is None
        if ohmic:
            missing = [x for x in ("g", "E") if x not in parameters and not (x == "E" and reversal is not None)]
            if missing:
                raise LoligoError(f"{name}: {' and '.join(missing)} missing; give g and E, or the current as a formula")
            current = symbol("g")
            factors: dict[str, Gate | Activation] = {**gates, **activations}
            for factor, its in factors.items():
                if its.power.sympy != 0:
                    current = current * (symbol(factor) if its.power.sympy == 1 else symbol(factor) ** its.power)
            for scheme in schemes.values():
                current = current * scheme.open
            current = current * (V - symbol("E"))
        formula = expression(current)
        self._set(
            name=name,
            gates=tuple(gates.items()),
            schemes=tuple(schemes.items()),
            activations=tuple(activations.items()),
            times=_arrivals(times, name, bool(activations)),
            parameters=tuple(parameters.items()),
            reversal=reversal,
            current=formula,
            ohmic=ohmic,
            reads=words(reads, f"{name}: reads"),
            carries=_carried(carries, name),
            source=source,
            doi=doi,
            preparation=preparation,
            description=description,
        )
        self._check_formulas()

    @property
    def states(self) -> tuple[str, ...]:
        """Names of gates, states of schemes, and activations."""
        of_schemes = (state for _, scheme in self.schemes for state in scheme.states)
        return (*(name for name, _ in self.gates), *of_schemes, *(name for name, _ in self.activations))

    def _check_formulas(self) -> None:
        twice = sorted({x for x in self.states if self.states.count(x) > 1 or x in dict(self.parameters)})
        if twice:
            raise LoligoError(f"{self.name}: '{twice[0]}' is taken; give the gate, state or parameter another name")
        known = {"V", "celsius", *dict(self.parameters), *self.reads}
        inner = {*known, *self.states} | ({"E"} if self.reversal is not None else set())
        self._check(self.current, f"{self.name}: the current", inner)
        if self.reversal is not None:
            self._check(self.reversal, f"{self.name}.E", known)
        for gate_name, gate in self.gates:
            for part, value in gate.formulas.items():
                self._check(value, f"{self.name}.{gate_name}.{part}", inner - {gate_name})
        for scheme_name, scheme in self.schemes:
            self._check(scheme.open, f"{self.name}.{scheme_name}.open", inner)
            for arrow, value in scheme.formulas.items():
                self._check(value, f"{self.name}.{scheme_name}, {arrow}", inner - set(scheme.states))
        for name, activation in self.activations:
            for part, value in activation.formulas.items():
                self._check(value, f"{self.name}.{name}.{part}", inner)

    def _check(self, formula: Expression, where: str, known: set[str]) -> None:
        if formula.sympy.has(sympy.I, sympy.zoo, sympy.nan, sympy.oo):
            raise FormulaError(f"{where} has no real, finite value: {formula}")
        unknown = sorted({str(s) for s in formula.sympy.free_symbols if "." not in str(s)} - known)
        if unknown:
            hint = nearest(unknown[0], sorted(known))
            raise FormulaError(
                f"{where} uses '{unknown[0]}', which is neither V, a gate nor a parameter of it; {hint} "
                f"(a pool or shared parameter of the cell is declared: reads={unknown[0]!r})"
            )

    def replace(self, **changes: Any) -> Channel:
        """The same channel with some parameters, gates, its current formula, name or source changed."""
        now: dict[str, Any] = {
            **dict(self.parameters),
            **dict(self.gates),
            **dict(self.schemes),
            **dict(self.activations),
        }
        now.update(source=self.source, doi=self.doi, preparation=self.preparation, description=self.description)
        now.update(self.activations)
        now.update(reads=self.reads, carries=dict(self.carries), times=self.times)
        if self.reversal is not None:
            now["E"] = self.reversal
        if not self.ohmic:
            now["current"] = self.current
        parameters = dict(self.parameters)
        for key, value in changes.items():
            if key in parameters:
                changes[key] = parameters[key].with_value(value, f"{self.name}.{key}")
        name = changes.pop("name", self.name)
        return Channel(name, **{**now, **changes})

    def replace_parameter(self, name: str, parameter: Parameter) -> Channel:
        """The same channel with a parameter exchanged, its unit and bounds included."""
        copy = object.__new__(Channel)
        swapped = tuple((n, parameter if n == name else p) for n, p in self.parameters)
        copy._set(**{k: v for k, v in vars(self).items() if not k.startswith("_")})
        copy._set(parameters=swapped)
        return copy

    def gate(self, name: str) -> Gate:
        """The gate of that name."""
        found = dict(self.gates).get(name)
        if found is None:
            raise PathError(
                f"{self.name} has no gate '{name}': {nearest(name, dict(self.gates)) if self.gates else ''}"
            )
        return found

    def shifted(self, shift: Any) -> Channel:
        """The channel with all its voltage dependence moved by `shift` mV along V, as by a junction potential.

        Gates and schemes move; the reversal potential, and a current given as a formula, do not.
        """
        moved = number(shift, "mV", "shift")

        def move(formula: Expression) -> Expression:
            return substituted(formula, {"V": V - moved})

        gates = {name: g.replace(**{k: move(f) for k, f in g.formulas.items()}) for name, g in self.gates}
        activations = {n: a.replace(**{k: move(f) for k, f in a.formulas.items()}) for n, a in self.activations}
        return self.replace(**gates, **{name: scheme.map(move) for name, scheme in self.schemes}, **activations)

    def __repr__(self) -> str:
        parts = [repr(self.name)]
        parts += [f"{n}={p.value:g}" for n, p in self.parameters]
        parts += [f"E={self.reversal}"] if self.reversal is not None else []
        parts += [f"{n}={scheme!r}" for n, scheme in self.schemes]
        parts += [f"{n}={gate!r}" for n, gate in self.gates]
        parts += [f"{n}={activation!r}" for n, activation in self.activations]
        parts += [f"times={list(self.times)}"] if self.times else []
        if not self.ohmic:
            parts.append(f"current={self.current}")
        if self.source:
            parts.append(f"source={self.source!r}")
        return f"Channel({', '.join(parts)})"


def _parameter(value: Any, name: str, unit: str, bounds: tuple[float, float], description: str) -> Parameter:
    if isinstance(value, Parameter) and name.rsplit(".", 1)[-1] not in STANDARD:
        return value
    if isinstance(value, Expression):
        raise LoligoError(f"{name} is a formula; a parameter is a number (formulas go into gates and currents)")
    return standard(value, name, unit, bounds, description)


def _arrivals(times: Any, name: str, synapse: bool) -> tuple[float, ...]:
    """Times of presynaptic spikes, in order."""
    listed = sorted(float(t) for t in numbers_in(times, "ms", f"{name}: times"))
    if listed and not synapse:
        raise LoligoError(f"{name}: times of presynaptic spikes are for a synapse, and this channel has no activation")
    if listed and listed[0] < 0:
        raise LoligoError(f"{name}: times: {listed[0]:g} ms lies before the run, which begins at 0")
    return tuple(listed)


def _carried(carries: Any, name: str) -> tuple[tuple[str, float], ...]:
    if isinstance(carries, Mapping):
        pools = words(tuple(carries), f"{name}: carries")
        return tuple((p, number(carries[p], "1", f"{name}: carries {p}")) for p in pools)
    return tuple((p, 1.0) for p in words(carries, f"{name}: carries"))
