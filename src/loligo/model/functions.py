"""Functions that formulas use and SymPy lacks.

``phi(k, x)`` are the functions phi_0 = exp, phi_1 = (e^x - 1) / x = exprel, phi_(k+1) = (phi_k - 1/k!) / x. They are
entire, closed under differentiation (phi_k' = phi_k - k phi_(k+1)), and everything that a removable singularity of a
rate function leaves behind.
"""

from __future__ import annotations

from typing import Any

import sympy


class phi(sympy.Function):  # named like the function it is
    """phi_k(x), k a positive integer."""

    nargs = (2,)

    @classmethod
    def eval(cls, k: Any, x: Any) -> Any:
        if k == 0:
            return sympy.exp(x)
        if x.is_zero:
            return 1 / sympy.factorial(k)
        return None

    def fdiff(self, argindex: int = 1) -> Any:
        if argindex != 2:
            raise sympy.ArgumentIndexError(self, argindex)
        k, x = self.args
        return phi(k, x) - k * phi(k + 1, x)

    def _eval_evalf(self, prec: int) -> Any:
        k, x = self.args
        direct = sympy.exp(x)
        for j in range(int(k)):
            direct = (direct - 1 / sympy.factorial(j)) / x
        return direct._eval_evalf(prec + 30)

    def _sympystr(self, printer: Any) -> str:
        k, x = self.args
        return f"exprel({printer.doprint(x)})" if k == 1 else f"phi{k}({printer.doprint(x)})"

    def _latex(self, printer: Any, exp: Any = None) -> str:
        k, x = self.args
        text = rf"\varphi_{{{k}}}\left({printer.doprint(x)}\right)"
        return rf"{{{text}}}^{{{exp}}}" if exp is not None else text


class select(sympy.Function):  # named like the primitive it becomes
    """select(x, a, b) is a where x > 0, b elsewhere."""

    nargs = (3,)

    @classmethod
    def eval(cls, x: Any, a: Any, b: Any) -> Any:
        if a == b:
            return a
        return (a if x > 0 else b) if x.is_number and x.is_real else None

    def fdiff(self, argindex: int = 1) -> Any:
        x, _, _ = self.args  # at x = 0 there is no derivative; on either side it is that of a or b
        return {1: sympy.Integer(0), 2: select(x, 1, 0), 3: select(x, 0, 1)}[argindex]

    def _sympystr(self, printer: Any) -> str:
        return f"where({', '.join(printer.doprint(a) for a in self.args)})"
