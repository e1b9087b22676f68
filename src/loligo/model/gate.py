"""A gate: a variable between 0 and 1 that opens and closes with voltage."""

from __future__ import annotations

from typing import Any

from ..errors import FormulaError
from .expression import Expression, expression
from .immutable import Immutable
from .notation import text
from .parameter import Parameter, standard


class Gate(Immutable):
    """One gating variable, as rates or as steady state and time constant.

    ``dx/dt = alpha (1 - x) - beta x`` or ``dx/dt = (inf - x) / tau``; without a `tau` the gate follows `inf` at once.

    Parameters
    ----------
    power : number
        The exponent with which the gate enters the conductance.
    alpha, beta : formula, optional
        Opening and closing rate, 1/ms.
    inf, tau : formula, optional
        Steady state, and time constant in ms. ``inf`` alone (or ``tau=0``) makes an instantaneous gate.
    q10, celsius_ref : number, optional
        Temperature dependence of this gate's rates, where it differs from its channel's.

    Examples
    --------
    >>> from loligo.model.expression import V, exp
    >>> Gate(3, alpha=0.1 * (V + 40) / (1 - exp(-(V + 40) / 10)), beta=4 * exp(-(V + 65) / 18))
    Gate(3, alpha=0.1*(V + 40)/(1 - exp(-(V + 40)/10)), beta=4*exp(-(V + 65)/18))
    """

    power: Expression
    alpha: Expression | None
    beta: Expression | None
    inf: Expression | None
    tau: Expression | None
    q10: Parameter | None
    celsius_ref: Parameter | None

    def __init__(
        self,
        power: Any = 1,
        *,
        alpha: Any = None,
        beta: Any = None,
        inf: Any = None,
        tau: Any = None,
        q10: Any = None,
        celsius_ref: Any = None,
    ) -> None:
        formulas = {
            name: None if value is None else expression(value)
            for name, value in (("alpha", alpha), ("beta", beta), ("inf", inf), ("tau", tau))
        }
        rates = formulas["alpha"] is not None and formulas["beta"] is not None
        steady = formulas["inf"] is not None
        if rates == steady or (formulas["alpha"] is None) != (formulas["beta"] is None) or (rates and tau is not None):
            given = [name for name, value in formulas.items() if value is not None] or ["nothing"]
            raise FormulaError(f"a gate needs alpha and beta, or inf and tau, or inf alone; got {', '.join(given)}")
        if formulas["tau"] is not None and formulas["tau"].sympy.is_zero:
            formulas["tau"] = None
        if formulas["tau"] is not None and formulas["tau"].sympy.is_negative:
            raise FormulaError(f"tau of a gate: {formulas['tau']} ms; a time constant is positive")
        if rates and sum(f.sympy for f in formulas.values() if f is not None) == 0:
            raise FormulaError("a gate whose rates are both 0 never moves and has no steady state")
        exponent = expression(power)
        if not exponent.sympy.is_number or not exponent.sympy > 0:
            raise FormulaError(f"the power of a gate is a positive number, got {exponent}")
        if (q10 is None) != (celsius_ref is None):
            raise FormulaError("give q10 and celsius_ref of a gate together")
        self._set(
            power=exponent,
            **formulas,
            q10=None if q10 is None else standard(q10, "q10", "1", (0.01, 100), "Q10 of the gate's rates"),
            celsius_ref=None
            if celsius_ref is None
            else standard(celsius_ref, "celsius_ref", "°C", (-50, 100), "temperature of the rates"),
        )

    @property
    def instantaneous(self) -> bool:
        """Does the gate follow its steady state at once?"""
        return self.inf is not None and self.tau is None

    @property
    def formulas(self) -> dict[str, Expression]:
        """The formulas given: alpha and beta, or inf and tau, or inf."""
        named = {"alpha": self.alpha, "beta": self.beta, "inf": self.inf, "tau": self.tau}
        return {name: value for name, value in named.items() if value is not None}

    def replace(self, **changes: Any) -> Gate:
        """The same gate with some formulas, its power or its temperature dependence changed."""
        now: dict[str, Any] = {"power": self.power, **self.formulas, "q10": self.q10, "celsius_ref": self.celsius_ref}
        for key in ("q10", "celsius_ref"):
            if isinstance(now[key], Parameter) and changes.get(key) is not None:
                changes[key] = now[key].with_value(changes[key], key)
        return Gate(**{**now, **changes})

    def __repr__(self) -> str:
        parts = [text(self.power.tree), *(f"{name}={value}" for name, value in self.formulas.items())]
        parts += [f"{n}={p.value:g}" for n, p in (("q10", self.q10), ("celsius_ref", self.celsius_ref)) if p]
        return f"Gate({', '.join(parts)})"
