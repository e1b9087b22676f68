"""A synaptic activation: it jumps when a presynaptic spike arrives, and decays."""

from __future__ import annotations

from typing import Any

from ..errors import FormulaError
from ..units import number
from .expression import Expression, expression
from .immutable import Immutable
from .notation import text


class Activation(Immutable):
    """One variable of a synapse, ``dx/dt = drive - x / tau``, which jumps at the `times` of its channel.

    Parameters
    ----------
    power : number
        The exponent with which it enters the conductance; 0 for one that only drives another.
    tau : formula
        Time constant of decay, ms.
    drive : formula
        What fills it, 1/ms; it may use the variable itself, as where transmitter saturates its receptors.
    jump : number
        What is added to it at each event.

    Examples
    --------
    >>> Activation(tau=2.0, jump=1)
    Activation(1, tau=2, jump=1)
    """

    power: Expression
    tau: Expression
    drive: Expression
    jump: float

    def __init__(self, power: Any = 1, *, tau: Any, drive: Any = 0, jump: Any = 0.0) -> None:
        exponent, decay = expression(power), expression(tau)
        if not exponent.sympy.is_number or not exponent.sympy >= 0:
            raise FormulaError(f"the power of an activation is a number from 0 on, got {exponent}")
        if decay.sympy.is_number and not decay.sympy > 0:
            raise FormulaError(f"tau of an activation: {decay} ms; a time constant is positive")
        self._set(power=exponent, tau=decay, drive=expression(drive), jump=number(jump, "1", "jump"))
        if self.jump == 0 and self.drive.sympy == 0:
            raise FormulaError("an activation needs a jump (at each event) or a drive; without both it stays 0")

    @property
    def formulas(self) -> dict[str, Expression]:
        """The formulas given: tau, and the drive if there is one."""
        return {"tau": self.tau} | ({} if self.drive.sympy == 0 else {"drive": self.drive})

    def replace(self, **changes: Any) -> Activation:
        """The same with a formula, the power or the jump changed."""
        return Activation(**{**{k: v for k, v in vars(self).items() if not k.startswith("_")}, **changes})

    def __repr__(self) -> str:
        parts = [text(self.power.tree), *(f"{name}={value}" for name, value in self.formulas.items())]
        return f"Activation({', '.join(parts + [f'jump={self.jump:g}'] * (self.jump != 0))})"
