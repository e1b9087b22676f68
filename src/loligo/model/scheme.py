"""A Markov scheme: the states of a channel and the rates at which it goes from one to another."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from typing import Any

from ..errors import FormulaError
from .expression import Expression, expression
from .immutable import Immutable


class Scheme(Immutable):
    """States and rates. The occupancies sum to one, so the first state is written as one minus the others.

    Parameters
    ----------
    rates : mapping
        ``{"C <-> O": (opening, closing), "O -> I": inactivation}``; formulas in 1/ms.
    open : formula
        The open probability in terms of the states: ``O``, or ``O1 + 2*O2`` where one conducts more.

    Examples
    --------
    >>> from loligo.model.expression import V, exp, symbol
    >>> Scheme({"C <-> O": (exp(V / 20), exp(-V / 20))}, open=symbol("O")).states
    ('C', 'O')
    """

    rates: tuple[tuple[str, str, Expression], ...]
    open: Expression

    def __init__(self, rates: Mapping[str, Any], open: Any) -> None:
        listed: list[tuple[str, str, Expression]] = []
        for arrow, given in rates.items():
            found = re.fullmatch(r"\s*(\w+)\s*(<?->)\s*(\w+)\s*", str(arrow))
            if found is None or found.group(1) == found.group(3):
                raise FormulaError(f"a transition reads 'C -> O' or 'C <-> O', got {arrow!r}")
            first, kind, second = found.groups()
            both = tuple(given) if isinstance(given, (tuple, list)) else (given,)
            if len(both) != (2 if kind == "<->" else 1):
                raise FormulaError(f"{arrow}: give {'two rates, there and back' if kind == '<->' else 'one rate'}")
            listed.append((first, second, expression(both[0])))
            if kind == "<->":
                listed.append((second, first, expression(both[1])))
        if len({(a, b) for a, b, _ in listed}) < len(listed):
            raise FormulaError("a transition of the scheme is there twice; add the rates up")
        if not listed:
            raise FormulaError("a scheme needs transitions, such as {'C <-> O': (opening, closing)}")
        self._set(rates=tuple(listed), open=expression(open))
        for state in self.states:
            if not state.isidentifier() or keyword.iskeyword(state):
                raise FormulaError(f"'{state}' cannot be the name of a state of a scheme; use a word such as 'O1'")
        unreached = [s for s in self.states if s not in self._reached()]
        if unreached:
            raise FormulaError(f"the scheme falls apart: no transition leads from {self.states[0]} to {unreached[0]}")

    @property
    def states(self) -> tuple[str, ...]:
        """Names of the states, in the order in which they are first mentioned."""
        return tuple(dict.fromkeys(name for first, second, _ in self.rates for name in (first, second)))

    def _reached(self) -> set[str]:
        reached = {self.states[0]}
        for _ in self.states:
            reached |= {b for a, b, _ in self.rates if a in reached}
        return reached

    @property
    def formulas(self) -> dict[str, Expression]:
        """All rates, by their arrow."""
        return {f"{a} -> {b}": rate for a, b, rate in self.rates}

    def map(self, change: Any) -> Scheme:
        """The same scheme with every rate changed by a function."""
        return Scheme({arrow: change(rate) for arrow, rate in self.formulas.items()}, self.open)

    def __repr__(self) -> str:
        return f"Scheme({', '.join(f'{a}: {r}' for a, r in self.formulas.items())}, open={self.open})"
