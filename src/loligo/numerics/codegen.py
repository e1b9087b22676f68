"""Readable Python source of a cell's physics, for Numba to compile.

The source holds no number, only names: see `system/lower.py`. What the functions may touch is said in
`lanes/interface.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from ..errors import FormulaError
from ..model.functions import phi, select
from ..system import System
from ..system.lower import Hoister, linoid, lower, power

_NAMED = {1: "ONE", 2: "TWO"}


@dataclass(frozen=True)
class Source:
    """The physics of a cell as text, and what its constants and derived parameters stand for.

    Attributes
    ----------
    functions : dict of str to str
        Text of each function. The texts share constants and derived parameters.
    constants : tuple of Expr
        Values of k0, k1, ...
    derived : tuple of Expr
        Formulas of q0, q1, ... in the System's parameters.
    """

    functions: dict[str, str]
    constants: tuple[sympy.Expr, ...]
    derived: tuple[sympy.Expr, ...]


def explicit(system: System, lanes: int) -> Source:
    """The function ``derivatives``, for explicit methods."""
    hoister = Hoister()
    targets = [("P", row) for row in range(len(system.states))]
    text = "P becomes dy/dt of every state."
    function = _function("derivatives", text, system, system.derivatives, targets, lanes, hoister)
    return Source({"derivatives": function}, tuple(hoister.constants), tuple(hoister.derived))


def linear(system: System, lanes: int) -> Source:
    """The functions ``gates`` and ``membrane``, for methods that use the linear form of the equations."""
    hoister = Hoister()
    pairs = system.linear[1:]
    formulas = tuple(a for a, _ in pairs) + tuple(s for _, s in pairs)
    targets = [(letter, row) for letter in "PS" for row in range(1, len(system.states))]
    text = "P and S become the linear form x' = P - S x of every state but the first."
    gates = _function("gates", text, system, formulas, targets, lanes, hoister)
    text = "P and S become the linear form V' = P - S V of the first state."
    membrane = _function("membrane", text, system, system.linear[0], [("P", 0), ("S", 0)], lanes, hoister)
    return Source({"gates": gates, "membrane": membrane}, tuple(hoister.constants), tuple(hoister.derived))


def drift(system: System, lanes: int) -> Source:
    """The function ``drift``: dV/dt as a function of V alone, everything else being at its steady value."""
    hoister = Hoister()
    formula = system.derivatives[0].xreplace(system.steady)
    text = "P becomes dV/dt with everything else at its steady value."
    function = _function("drift", text, system, (formula,), [("P", 0)], lanes, hoister)
    return Source({"drift": function}, tuple(hoister.constants), tuple(hoister.derived))


FORMS = {"explicit": explicit, "linear": linear, "drift": drift}


def identifier(path: str) -> str:
    """A path as a Python name: ``Na.m`` becomes ``Na_m``."""
    return path.replace(".", "_")


def _function(
    name: str,
    summary: str,
    system: System,
    formulas: tuple[sympy.Expr, ...],
    targets: list[tuple[str, int]],
    lanes: int,
    hoister: Hoister,
) -> str:
    low = lower(system, formulas, hoister)
    used = {s for f in (*low.results, *(e for _, e in low.steps)) for s in f.free_symbols}
    used |= {s.variable for s in low.shared}
    names = _unique_names(system)
    names.setdefault(system.input, "input_" if system.input.name == "stimulus" else identifier(system.input.name))
    parts = (*low.slopes, *(e for _, e in low.steps), *low.results)
    still = sorted({str(x) for e in parts for x in e.free_symbols if x not in hoister.moving}, key=_number)
    lines = [f"LANES = index({lanes})", "", "", "@compiled", f"def {name}(b, k):"]
    lines.append(f'    """{summary}"""')
    lines += [f"    {k} = k[{k[1:]}]" for k in still if k.startswith("k")]
    lines.append("    for i in range(LANES):")
    body: list[str] = []
    if system.input in used:
        body.append(f"{names[system.input]} = b[i]")
    for row, v in enumerate(system.states):
        if v.symbol in used:
            body.append(f"{names[v.symbol]} = b[IN{_row(row)} + i]")
    for name_ in still:
        if name_.startswith("q"):
            row = int(name_[1:])
            sources = ", ".join(sorted(str(x) for x in hoister.derived[row].free_symbols))
            body.append(f"{name_} = b[Q{_row(row)} + i]  # from {sources}")
    printer = _Printer(names)
    for shared, slope in zip(low.shared, low.slopes, strict=True):
        body.append(f"{shared.symbol} = exp({printer.show(slope)} * {names[shared.variable]})")
    body += [f"{symbol} = {printer.show(e)}" for symbol, e in low.steps]
    body += [f"b[{t}{_row(r)} + i] = {printer.show(e)}" for (t, r), e in zip(targets, low.results, strict=True)]
    lines += [f"        {line}" for line in body] or ["        pass"]
    return "\n".join(lines) + "\n"


def _unique_names(system: System) -> dict[sympy.Symbol, str]:
    """A Python name for every state: its path with ``_`` for ``.``, numbered where that would make two the same."""
    names: dict[sympy.Symbol, str] = {}
    for row, v in enumerate(system.states):
        plain = identifier(v.path)
        names[v.symbol] = f"{plain}_{row}" if plain in names.values() else plain
    return names


def _number(name: str) -> tuple[str, int]:
    return name[0], int(name[1:]) if name[1:].isdigit() else -1


def _row(row: int) -> str:
    return "" if row == 0 else " + LANES" if row == 1 else f" + {row} * LANES"


class _Printer:
    """SymPy to Python arithmetic. No number is ever printed but 1, 2 and 1/2, by name."""

    def __init__(self, names: dict[sympy.Symbol, str]) -> None:
        self.names = names

    def show(self, e: sympy.Expr, level: int = 0) -> str:
        text, own = self._show(e)
        return f"({text})" if own < level else text

    def _show(self, e: sympy.Expr) -> tuple[str, int]:
        if e.is_Symbol:
            return self.names.get(e, str(e)), 9
        if e in _NAMED:
            return _NAMED[int(e)], 9
        if e == sympy.Rational(1, 2):
            return "HALF", 9
        if e == 0:
            return "ZERO", 9
        if e.is_Number and e < 0:
            return "-" + self.show(-e, 3), 2
        if isinstance(e, sympy.Add):
            return self._sum(e), 1
        if isinstance(e, sympy.Mul):
            return self._product(e)
        if isinstance(e, sympy.Pow):
            return self._power(e)
        if isinstance(e, select):
            x, yes, no = e.args
            return f"{self.show(yes, 1)} if {self.show(x, 1)} > ZERO else {self.show(no, 1)}", 0
        if isinstance(e, phi) and e.args[0] == 2:
            return f"phi2({self.show(e.args[1])})", 9
        call = {
            sympy.exp: "exp", sympy.log: "log", sympy.Abs: "abs", sympy.Min: "minimum", sympy.Max: "maximum",
            sympy.Heaviside: "heaviside",
            sympy.sign: "sign",
            linoid: "linoid", power: "power",
        }.get(e.func)  # fmt: skip
        if call in ("minimum", "maximum"):
            shown = self.show(e.args[0])
            for other in e.args[1:]:
                shown = f"{call}({shown}, {self.show(other)})"
            return shown, 9
        if call == "heaviside":
            return f"heaviside({self.show(e.args[0])})", 9
        if call is not None:
            return f"{call}({', '.join(self.show(a) for a in e.args)})", 9
        raise FormulaError(f"a kernel cannot compute {e.func.__name__}: {e}")

    def _sum(self, e: sympy.Add) -> str:
        terms = sorted(e.args, key=lambda t: t.could_extract_minus_sign())  # begin with a positive one, if there is
        shown = self.show(terms[0], 1)
        for term in terms[1:]:
            if term.could_extract_minus_sign():
                shown += f" - {self.show(-term, 2)}"
            else:
                shown += f" + {self.show(term, 2)}"
        return shown

    def _product(self, e: sympy.Mul) -> tuple[str, int]:
        above, below, sign = [], [], ""
        for factor in e.args:
            if factor == -1:
                sign = "-"
            elif isinstance(factor, sympy.Pow) and factor.exp.is_Integer and factor.exp < 0:
                below.append(factor.base ** (-factor.exp))
            else:
                above.append(factor)
        text = " * ".join(self.show(f, 3) for f in above) or "ONE"
        if below:
            several = len(below) > 1
            text += f" / ({' * '.join(self.show(f, 3) for f in below)})" if several else f" / {self.show(below[0], 4)}"
        return sign + text, 2 if (len(above) > 1 or below or sign) else 3

    def _power(self, e: sympy.Pow) -> tuple[str, int]:
        if e.exp == sympy.Rational(1, 2):
            return f"math.sqrt({self.show(e.base)})", 9
        count = int(e.exp)
        if count < 0:
            return f"ONE / {self.show(e.base ** (-count), 4)}", 2
        base = self.show(e.base, 4)
        if count > 16:
            return f"{base} ** {count}", 4
        half = " * ".join([base] * (count // 2))
        pair = f"({half}) * ({half})" if count >= 4 else half + " * " + half
        return pair + (f" * {base}" if count % 2 else ""), 2
