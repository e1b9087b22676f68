"""What the statements of a mechanism compute, as formulas: they are carried out with formulas in place of numbers.

Calls are written out, assigned variables are replaced by what was assigned. Of an ``if`` that only keeps a removable
singularity away the other branch is taken, after a look at whether it really does no more; any other ``if`` becomes
`where`. Of one that numbers alone decide, the branch that they decide for is carried out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy

from ..errors import FormulaError, nearest
from ..model import expression as e
from ..model.expression import Expression, expression, parse
from ..model.notation import text
from .mechanism import Mechanism, Node, Routine

DEEPEST = 40  # calls within one another
NARROW = 0.02  # half-width of the neighbourhood of a singularity that a guard may cut out
AGREEMENT = 1e-3  # relative, of the two branches of a guard where they meet
SIZE = 200_000  # characters of a formula, written out


def _power(a: Expression, b: Expression) -> Expression:
    return a**b


_FUNCTIONS: dict[str, Callable[..., Expression]] = {
    "exp": e.exp, "log": e.log, "log10": e.log10, "sqrt": e.sqrt, "fabs": e.absolute, "abs": e.absolute,
    "tanh": e.tanh, "sinh": e.sinh, "cosh": e.cosh, "pow": _power, "fmin": e.minimum, "fmax": e.maximum,
    "exprelr": lambda x: x / (e.exp(x) - 1),
}  # fmt: skip
_COMPARISONS = ("<", ">", "<=", ">=", "==", "!=")
Values = dict[str, Expression]


class Run:
    """The variables of a mechanism while its statements are carried out.

    Parameters
    ----------
    mechanism : Mechanism
    known : dict of str to Expression
        What names stand for before anything is assigned: V, parameters, states, concentrations.
    values : dict of str to float
        A typical value for every symbol, with which guards are checked.
    moving : set of str
        Symbols that change in time: V, states, concentrations.
    """

    def __init__(self, mechanism: Mechanism, known: Values, values: dict[str, float], moving: set[str]) -> None:
        self.mechanism, self.known, self.values, self.moving = mechanism, known, values, moving
        self.variables: Values = {}
        self.stale: dict[str, Expression] = {}
        self.rates: Values = {}
        self.reactions: list[tuple[str, str, Expression, int]] = []
        self.solved: list[Node] = []

    def initial(self) -> None:
        """Carry out INITIAL. What depends on the initial V or concentrations does not hold later."""
        self._block(self.mechanism.initial, {}, 0)
        for name, value in list(self.variables.items()):
            if name in self.mechanism.states:
                del self.variables[name]
            elif names_of(value) & self.moving:
                self.stale[name] = self.variables.pop(name)
        self.rates, self.reactions, self.solved = {}, [], []

    def breakpoint(self) -> None:
        """Carry out BREAKPOINT, and at each SOLVE the block that it names."""
        self._block(self.mechanism.breakpoint, {}, 0, current=True)

    # statements

    def _block(self, body: tuple[Node, ...], local: Values, depth: int, current: bool = False) -> None:
        if depth > DEEPEST:
            raise self._error(body[0][-1] if body else 1, f"more than {DEEPEST} calls within one another")
        for statement in body:
            kind, line = statement[0], statement[-1]
            if kind == "local":
                local.update(dict.fromkeys(statement[1], expression(0)))
            elif kind == "set":
                self._assign(statement[1], self._value(statement[2], local, depth), local, line)
            elif kind == "rate":
                self._state(statement[1], line)
                self.rates[statement[1]] = self._value(statement[2], local, depth)
            elif kind == "do":
                self._call(statement[1], statement[2], local, depth, line)
            elif kind == "if":
                self._if(statement, local, depth)
            elif kind == "solve":
                if current:
                    self._solve(statement)
            elif kind == "reaction":
                self._reaction(statement, local, depth)
            else:
                self._conserved(statement, local, depth)

    def _assign(self, name: str, value: Expression, local: Values, line: int) -> None:
        if len(str(value.tree)) > SIZE:
            raise self._error(line, f"'{name}' becomes too long a formula when it is written out")
        if name in local:
            local[name] = value
            return
        m = self.mechanism
        ions = {n for ion in m.ions for n in (*ion.reads, *ion.writes)}
        if name not in {*m.assigned, *m.states, *m.parameters, *m.nonspecific, *ions, "v"}:
            raise self._error(line, f"'{name}' is not declared; {nearest(name, [*m.assigned, *m.states])}")
        self.variables[name] = value
        self.stale.pop(name, None)

    def _state(self, name: str, line: int) -> None:
        if name not in self.mechanism.states:
            raise self._error(line, f"'{name}' is no STATE; {nearest(name, self.mechanism.states)}")

    def _solve(self, statement: Node) -> None:
        _, name, _, line = statement
        routine = self.mechanism.routines.get(name)
        if routine is None or routine.kind == "FUNCTION":
            raise self._error(line, f"SOLVE {name}: there is no such block; {nearest(name, self.mechanism.routines)}")
        self._block(routine.body, {}, 1)
        if routine.kind == "PROCEDURE":  # the step in time is written out; its derivative at dt = 0 is the rate
            step = sympy.Symbol("dt", real=True)
            for state in self.mechanism.states:
                if state in self.variables:
                    after = self.variables.pop(state)
                    self.rates[state] = expression(sympy.diff(after.sympy, step).subs(step, 0))

    def _reaction(self, statement: Node, local: Values, depth: int) -> None:
        _, left, right, rates, line = statement
        self._state(left, line)
        self._state(right, line)
        pairs = [(left, right), (right, left)]
        for (a, b), rate in zip(pairs, rates, strict=False):
            self.reactions.append((a, b, self._value(rate, local, depth), line))

    def _conserved(self, statement: Node, local: Values, depth: int) -> None:
        _, left, right, line = statement
        total, one = self._value(left, local, depth), self._value(right, local, depth)
        involved = {a for a, _, _, _ in self.reactions} | {b for _, b, _, _ in self.reactions}
        expected = sympy.Add(*(self.known[s].sympy for s in involved))
        if one.sympy != 1 or sympy.expand(total.sympy - expected) != 0:
            raise self._error(line, "CONSERVE: only 'the sum of all states = 1' is supported")

    # formulas

    def _value(self, node: Node, local: Values, depth: int) -> Expression:
        try:
            return self._formula(node, local, depth)
        except (FormulaError, RecursionError) as error:
            raise self._error(node[-1], str(error)) from None

    def _formula(self, node: Node, local: Values, depth: int) -> Expression:
        kind, line = node[0], node[-1]
        if kind == "number":
            return expression(float(node[1]))
        if kind == "name":
            return self._look_up(node[1], local, line)
        if kind == "neg":
            return -self._formula(node[1], local, depth)
        if kind == "call":
            return self._call(node[1], node[2], local, depth, line)
        if kind in (*_COMPARISONS, "&&", "||", "not"):
            return self._choice(node, expression(1), expression(0), local, depth)
        a, b = self._formula(node[1], local, depth), self._formula(node[2], local, depth)
        return {"+": a.__add__, "-": a.__sub__, "*": a.__mul__, "/": a.__truediv__, "^": a.__pow__}[kind](b)

    def _look_up(self, name: str, local: Values, line: int) -> Expression:
        for found in (local, self.variables):
            if name in found:
                return found[name]
        if name in self.stale:
            raise self._error(line, f"'{name}' is set in INITIAL only and holds the initial V or concentration there")
        if name in self.known:
            return self.known[name]
        if name in self.mechanism.assigned:
            raise self._error(line, f"'{name}' is used before it is computed")
        raise self._error(line, f"'{name}' is not declared; {nearest(name, [*self.known, *self.mechanism.assigned])}")

    def _call(self, name: str, given: tuple[Node, ...], local: Values, depth: int, line: int) -> Expression:
        arguments = [self._value(a, local, depth) for a in given]
        routine = self.mechanism.routines.get(name)
        if routine is None:
            if name not in _FUNCTIONS:
                known = [*self.mechanism.routines, *_FUNCTIONS]
                raise self._error(line, f"no function '{name}'; {nearest(name, known)}")
            try:
                return _FUNCTIONS[name](*arguments)
            except TypeError:
                raise self._error(line, f"{name} does not take {len(arguments)} arguments") from None
        return self._inside(routine, arguments, depth, line)

    def _inside(self, routine: Routine, arguments: list[Expression], depth: int, line: int) -> Expression:
        if len(arguments) != len(routine.arguments):
            raise self._error(line, f"{routine.name} takes {len(routine.arguments)} arguments, got {len(arguments)}")
        inner: Values = dict(zip(routine.arguments, arguments, strict=True))
        if routine.kind == "FUNCTION":
            inner[routine.name] = expression(0)
        self._block(routine.body, inner, depth + 1)
        return inner.get(routine.name, expression(0))

    # cases

    def _if(self, statement: Node, local: Values, depth: int) -> None:
        _, condition, then, other, line = statement
        settled = self._settled(condition, local, depth)
        if settled is not None:
            self._block(then if settled else other, local, depth)
            return
        guard, excluded = self._guarded(condition, local, depth)
        before = (dict(local), self.variables, dict(self.rates))
        branches = []
        for body in (then, other):
            inner = dict(before[0])
            self.variables = dict(before[1])
            self._block(body, inner, depth)
            branches.append((inner, self.variables))
        self.variables = before[1]
        if self.rates != before[2]:
            raise self._error(line, "an equation within an 'if' is not supported; put the 'if' into a rate")
        merged: list[Values] = []
        for yes, no in zip(*branches, strict=True):
            both: Values = {}  # what one branch alone computes is not to be relied on afterwards
            for name in yes.keys() & no.keys():
                a, b = yes[name], no[name]
                if a == b:
                    both[name] = a
                elif guard is not None:
                    near, far = (a, b) if excluded else (b, a)
                    self._check_guard(guard, near, far, name, line)
                    both[name] = far
                else:
                    both[name] = self._choice(condition, a, b, before[0], depth)
            merged.append(both)
        local.clear()
        local.update(merged[0])
        self.variables = merged[1]

    def _settled(self, condition: Node, local: Values, depth: int) -> bool | None:
        """Whether a condition on numbers alone holds, as where one function has the rates of several gates by number.

        None where it depends on anything that is not a number.
        """
        kind = condition[0]
        if kind == "not":
            inner = self._settled(condition[1], local, depth)
            return None if inner is None else not inner
        if kind in ("&&", "||"):
            both = [self._settled(side, local, depth) for side in condition[1:3]]
            if (kind == "||") in both:  # one side decides
                return bool(kind == "||")
            return None if None in both else kind == "&&"
        if kind not in _COMPARISONS:
            return None
        a, b = (self._value(side, local, depth).sympy for side in condition[1:3])
        if not (a - b).is_number:
            return None
        x = _number(a - b)
        holds: dict[str, bool] = {"<": x < 0, ">": x > 0, "<=": x <= 0, ">=": x >= 0, "==": x == 0, "!=": x != 0}
        return holds[kind]

    def _guarded(self, condition: Node, local: Values, depth: int) -> tuple[sympy.Expr | None, bool]:
        """What vanishes in the middle of ``fabs(x) < 1e-6`` or ``x == 0``, and whether the condition holds there.

        None for any other condition.
        """
        kind = condition[0]
        if kind == "not":
            zero, holds = self._guarded(condition[1], local, depth)
            return zero, not holds
        if kind not in _COMPARISONS:
            return None, True
        a, b = (self._value(side, local, depth) for side in condition[1:3])
        if kind in ("==", "!="):
            return a.sympy - b.sympy, kind == "=="
        if a.tree[:2] == ("call", "abs") and b.sympy.is_number and 0 <= b.sympy <= NARROW:
            return parse(text(a.tree[2])).sympy, kind in ("<", "<=")
        return None, True

    def _check_guard(self, zero: sympy.Expr, a: Expression, b: Expression, name: str, line: int) -> None:
        """Where what the guard tests vanishes, its branch has to agree with the limit of the other."""
        by_name = {s: self.values.get(str(s), 0.5) for s in
                   (zero.free_symbols | a.sympy.free_symbols | b.sympy.free_symbols)}  # fmt: skip
        x = min(zero.free_symbols, key=lambda s: (str(s) != "V", str(s)))
        others = {s: v for s, v in by_name.items() if s != x}
        slope, offset = (sympy.lambdify(x, f.xreplace(others), "math")
                         for f in (sympy.diff(zero, x), zero))  # fmt: skip
        at = 0.0
        try:
            for _ in range(50):  # Newton; at once where the guard is linear
                at -= offset(at) / slope(at)
            one = _number(a.sympy.xreplace({**others, x: sympy.Float(at, 30)}))
            near = [_number(b.sympy.xreplace({**others, x: sympy.Float(at, 30) + h})) for h in (1e-4, -1e-4)]
        except (ArithmeticError, TypeError, ValueError) as error:
            raise self._error(line, f"cannot see what this 'if' keeps away: {error}") from None
        limit = sum(near) / 2
        if not abs(one - limit) <= AGREEMENT * max(abs(one), abs(limit), 1e-9):
            raise self._error(
                line, f"the branches of this 'if' do not meet: '{name}' is {one:.6g} in one, {limit:.6g} in the other"
            )

    def _choice(self, node: Node, yes: Expression, no: Expression, local: Values, depth: int) -> Expression:
        """The first where the condition holds, the second elsewhere."""
        kind, line = node[0], node[-1]
        if kind == "not":
            return self._choice(node[1], no, yes, local, depth)
        if kind == "&&":
            return self._choice(node[1], self._choice(node[2], yes, no, local, depth), no, local, depth)
        if kind == "||":
            return self._choice(node[1], yes, self._choice(node[2], yes, no, local, depth), local, depth)
        if kind in ("==", "!=") or kind not in _COMPARISONS:
            raise self._error(line, "a condition is a comparison with < or >; equality holds at a single point")
        a, b = self._value(node[1], local, depth), self._value(node[2], local, depth)
        return {"<": lambda: e.where(b - a, yes, no), ">": lambda: e.where(a - b, yes, no),
                "<=": lambda: e.where(a - b, no, yes), ">=": lambda: e.where(b - a, no, yes)}[kind]()  # fmt: skip

    def _error(self, line: int, message: str) -> Exception:
        return self.mechanism.error(line, message)


def _number(formula: sympy.Expr) -> float:
    from ..model.functions import select

    value: Any = formula
    while value.has(select):
        inner = next(s for s in value.atoms(select) if not any(a.has(select) for a in s.args))
        value = value.xreplace({inner: inner.args[1] if float(inner.args[0].evalf(20)) > 0 else inner.args[2]})
    return float(value.evalf(20))


def names_of(formula: Expression) -> set[str]:
    """The names that a formula uses."""
    return {str(s) for s in formula.sympy.free_symbols}
