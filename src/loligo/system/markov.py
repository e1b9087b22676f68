"""Where a Markov scheme comes to rest at constant rates."""

from __future__ import annotations

import sympy


def stationary(states: tuple[str, ...], rates: dict[tuple[str, str], sympy.Expr]) -> dict[str, sympy.Expr]:
    """Occupancies of the states, without subtractions: Grassmann, Taksar & Heyman (1985) Oper Res 33:1107-1116.

    Parameters
    ----------
    states : tuple of str
    rates : dict of (str, str) to Expr
        From one state to another. Every state can be reached from the first.
    """
    count = len(states)
    q = {(states.index(a), states.index(b)): rate for (a, b), rate in rates.items() if rate != 0}
    zero = sympy.Integer(0)
    for k in range(count - 1, 0, -1):
        out = sympy.Add(*(q.get((k, j), zero) for j in range(k)))
        for i in range(k):
            if (i, k) in q:
                q[i, k] = q[i, k] / out
                for j in range(k):
                    if j != i and (k, j) in q:
                        q[i, j] = q.get((i, j), zero) + q[i, k] * q[k, j]
    weights: list[sympy.Expr] = [sympy.Integer(1)]
    for k in range(1, count):
        weights.append(sympy.Add(*(weights[i] * q[i, k] for i in range(k) if (i, k) in q)))
    total = sympy.Add(*weights)
    return {name: w / total for name, w in zip(states, weights, strict=True)}
