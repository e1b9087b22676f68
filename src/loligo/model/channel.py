"""An ion channel: a conductance and its gates, or any current written as a formula."""

from __future__ import annotations

import keyword
import math
from typing import Any

import sympy

from ..errors import FormulaError, LoligoError, PathError, nearest
from .expression import Expression, V, expression, symbol
from .gate import Gate
from .immutable import Immutable
from .parameter import Parameter, standard

STANDARD = ("g", "E", "q10", "celsius_ref")
_RESERVED = {"V", "I", "conductance", "celsius", "capacitance", "stimulus", "t", "time", "name", "source"}


class Channel(Immutable):
    """A population of channels in a patch of membrane.

    The current, outward positive, is ``g * (gates to their powers) * (V - E)`` unless another formula is given.

    Parameters
    ----------
    name : str
        Short, as in textbooks: ``"Na"``, ``"K"``, ``"CaT"``. It begins all paths into the channel: ``Na.g``, ``Na.m``.
    g : number, optional
        Maximal conductance density, mS/cm².
    E : number, optional
        Reversal potential, mV.
    current : formula, optional
        Current density in µA/cm², of V, the gates, g, E and the channel's other parameters (as `symbol`).
    q10, celsius_ref : number
        Rates are multiplied by ``q10 ** ((celsius - celsius_ref) / 10)``.
    source, description : str
        The paper the numbers come from, and what the channel is.
    **parts : Gate or number or Parameter
        Gates, in the order of the formula; and further parameters that the formulas may use, by name.

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
    parameters: tuple[tuple[str, Parameter], ...]
    current: Expression
    ohmic: bool
    source: str
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
        source: str = "",
        description: str = "",
        **parts: Any,
    ) -> None:
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name) or name in _RESERVED:
            raise LoligoError(f"{name!r} cannot be the name of a channel: use a short word such as 'Na' or 'CaT'")
        for part in parts:
            if part in _RESERVED or part.startswith("_") or (part == "phi" and q10 is not None):
                raise LoligoError(f"{name}: '{part}' is taken; give the gate or parameter another name")
            if not part.isidentifier() or keyword.iskeyword(part):
                raise LoligoError(f"{name}: '{part}' cannot be the name of a gate or parameter; use a word such as 'm'")
        gates = {k: v for k, v in parts.items() if isinstance(v, Gate)}
        parameters: dict[str, Parameter] = {}
        if g is not None:
            parameters["g"] = _parameter(g, f"{name}.g", "mS/cm²", (0, math.inf), "maximal conductance")
        if E is not None:
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
            if part not in gates:
                parameters[part] = _parameter(value, f"{name}.{part}", "1", (-math.inf, math.inf), "")
        ohmic = current is None
        if ohmic:
            missing = [letter for letter in ("g", "E") if letter not in parameters]
            if missing:
                raise LoligoError(f"{name}: {' and '.join(missing)} missing; give g and E, or the current as a formula")
            current = symbol("g")
            for gate_name, gate in gates.items():
                x = symbol(gate_name)
                current = current * (x if gate.power.sympy == 1 else x**gate.power)
            current = current * (V - symbol("E"))
        formula = expression(current)
        self._set(
            name=name,
            gates=tuple(gates.items()),
            parameters=tuple(parameters.items()),
            current=formula,
            ohmic=ohmic,
            source=source,
            description=description,
        )
        self._check(formula, f"{name}: the current", {"V", *gates, *parameters})
        for gate_name, gate in gates.items():
            others = {"V", "celsius", *gates, *parameters} - {gate_name}
            for part, value in gate.formulas.items():
                self._check(value, f"{name}.{gate_name}.{part}", others)

    def _check(self, formula: Expression, where: str, known: set[str]) -> None:
        if formula.sympy.has(sympy.I, sympy.zoo, sympy.nan, sympy.oo):
            raise FormulaError(f"{where} has no real, finite value: {formula}")
        unknown = sorted({str(s) for s in formula.sympy.free_symbols} - known)
        if unknown:
            hint = nearest(unknown[0], sorted(known))
            raise FormulaError(f"{where} uses '{unknown[0]}', which is neither V, a gate nor a parameter of it; {hint}")

    def replace(self, **changes: Any) -> Channel:
        """The same channel with some parameters, gates, its current formula, name or source changed."""
        now: dict[str, Any] = {**dict(self.parameters), **dict(self.gates)}
        now.update(source=self.source, description=self.description)
        if not self.ohmic:
            now["current"] = self.current
        parameters = dict(self.parameters)
        for key, value in changes.items():
            if key in parameters:
                changes[key] = parameters[key].with_value(value, f"{self.name}.{key}")
        name = changes.pop("name", self.name)
        return Channel(name, **{**now, **changes})

    def gate(self, name: str) -> Gate:
        """The gate of that name."""
        found = dict(self.gates).get(name)
        if found is None:
            raise PathError(
                f"{self.name} has no gate '{name}': {nearest(name, dict(self.gates)) if self.gates else ''}"
            )
        return found

    def __repr__(self) -> str:
        parts = [repr(self.name)]
        parts += [f"{n}={p.value:g}" for n, p in self.parameters]
        parts += [f"{n}={gate!r}" for n, gate in self.gates]
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
