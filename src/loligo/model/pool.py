"""A pool of ions: a concentration that the currents of channels change and that gates and currents depend on."""

from __future__ import annotations

import keyword
import math
from typing import Any

import sympy

from ..errors import FormulaError, LoligoError, nearest
from .expression import Expression, expression
from .immutable import Immutable
from .parameter import Parameter

RESERVED = {"V", "I", "conductance", "celsius", "capacitance", "stimulus", "t", "time", "name", "source"}


class Pool(Immutable):
    """The concentration of an ion in one place, such as calcium in a shell below the membrane.

    Parameters
    ----------
    name : str
        ``"Ca"``, ``"Ki"``, ...: what formulas call the concentration.
    rate : formula, optional
        d(concentration)/dt, per ms, of the concentration itself (by its name), ``I`` (the sum, in µA/cm² or the cell's
        own unit, of the currents of all channels that carry the ion, outward positive), V, celsius, the pool's
        parameters and what it reads. Without a rate, give `value`: the concentration then stands still.
    value : number, optional
        A concentration that is held.
    unit : str
        ``"mM"`` or ``"µM"``; ``"1"`` where the paper has none.
    reads : str or sequence of str
        Other pools, and shared parameters of the cell, that the rate uses.
    source, description : str
    **parameters : number or Parameter
        Further numbers of the rate, by name.

    Raises
    ------
    FormulaError
        If the rate uses an unknown name.

    Examples
    --------
    >>> from loligo.model.expression import symbol, symbols
    >>> I, Ca, tau = symbols("I Ca tau")
    >>> Pool("Ca", rate=-0.13 * I - Ca / tau, tau=13.0)
    Pool('Ca', rate=-0.13*I - Ca/tau, tau=13)
    """

    name: str
    rate: Expression | None
    parameters: tuple[tuple[str, Parameter], ...]
    unit: str
    reads: tuple[str, ...]
    source: str
    description: str

    def __init__(
        self,
        name: str,
        rate: Any = None,
        *,
        value: Any = None,
        unit: str = "mM",
        reads: Any = (),
        source: str = "",
        description: str = "",
        **parameters: Any,
    ) -> None:
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name) or name in RESERVED:
            raise LoligoError(f"{name!r} cannot be the name of a pool: use a short word such as 'Ca' or 'Ki'")
        if (rate is None) == (value is None):
            raise LoligoError(f"pool {name}: give its rate, or a value at which it is held (and not both)")
        named: dict[str, Parameter] = {}
        if value is not None:
            named[name] = _number(value, name, unit, "concentration, held", (0.0, math.inf))
        for key, number in parameters.items():
            if key in RESERVED or key == name or not key.isidentifier() or keyword.iskeyword(key):
                raise LoligoError(f"pool {name}: '{key}' is taken; give the parameter another name")
            named[key] = _number(number, f"{name}.{key}", "1", "", (-math.inf, math.inf))
        formula = None if rate is None else expression(rate)
        others = words(reads, f"pool {name}: reads")
        if formula is not None:
            known = {"V", "celsius", "I", name, *named, *others}
            check(formula, f"{name}.rate", known, "V, I, the pool, nor a parameter of it")
        self._set(
            name=name,
            rate=formula,
            parameters=tuple(named.items()),
            unit=unit,
            reads=others,
            source=source,
            description=description,
        )

    def replace(self, **changes: Any) -> Pool:
        """The same pool with its rate, a parameter, or its name changed."""
        parameters = dict(self.parameters)
        now: dict[str, Any] = {k: p for k, p in parameters.items() if k != self.name}
        now.update(
            rate=self.rate,
            value=parameters.get(self.name),
            unit=self.unit,
            reads=self.reads,
            source=self.source,
            description=self.description,
        )
        for key, value in changes.items():
            path = "value" if key == self.name else key
            if key in parameters:
                now[path] = parameters[key].with_value(value, path_of(self.name, key))
            elif key != "name":
                now[key] = value
        return Pool(changes.get("name", self.name), **now)

    def __repr__(self) -> str:
        parts = [repr(self.name)]
        parts += [f"rate={self.rate}"] if self.rate is not None else []
        parts += [f"{'value' if n == self.name else n}={p.value:g}" for n, p in self.parameters]
        return f"Pool({', '.join(parts)})"


def path_of(pool: str, parameter: str) -> str:
    """The path of a pool's parameter: ``Ca.tau``; a held concentration is simply ``Ca``."""
    return pool if parameter == pool else f"{pool}.{parameter}"


def _number(value: Any, name: str, unit: str, description: str, bounds: tuple[float, float]) -> Parameter:
    if isinstance(value, Expression):
        raise LoligoError(f"{name} is a formula; a parameter is a number (formulas go into the rate)")
    return value if isinstance(value, Parameter) else Parameter(value, unit, bounds, description, name=name)


def words(names: Any, what: str) -> tuple[str, ...]:
    """Names given as one text or a sequence."""
    given = tuple(names.replace(",", " ").split()) if isinstance(names, str) else tuple(names)
    for name in given:
        if not isinstance(name, str) or not name.isidentifier():
            raise LoligoError(f"{what}: {name!r}; give names such as 'Ca'")
    return given


def check(formula: Expression, where: str, known: set[str], neither: str) -> None:
    """Refuse a formula without a finite value, or with a name that is not known (paths are looked up later)."""
    if formula.sympy.has(sympy.I, sympy.zoo, sympy.nan, sympy.oo):
        raise FormulaError(f"{where} has no real, finite value: {formula}")
    unknown = sorted({str(s) for s in formula.sympy.free_symbols if "." not in str(s)} - known)
    if unknown:
        hint = nearest(unknown[0], sorted(known))
        raise FormulaError(f"{where} uses '{unknown[0]}', which is neither {neither}; {hint}")
