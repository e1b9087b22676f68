"""From channels and cells to NEURON ``.mod`` files.

Formulas are written with their removable singularities gone (by the same pass that `loligo` runs on), so that a file is
finite at every voltage. mS/cm² become S/cm², µA/cm² mA/cm²; pools become the concentration inside of an ion (``Ca``:
cai, ``Nai``: nai); the reversal potential stays with the channel.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sympy
from sympy.printing.str import StrPrinter

from ..errors import LoligoError
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.expression import Expression
from ..model.functions import select
from ..model.pool import Pool
from ..system.singularities import remove

_V = sympy.Symbol("V", real=True)
_RESERVED = {"v", "t", "dt", "celsius", "i", "area", "diam", "rates", "states", "exp", "log", "pow", "fabs", "if",
             "else", "select_", "phi_1", "heat",
             "j", "y"}  # fmt: skip  # NEURON calls the initial value of a state j j0, which the C library has taken
_BUILT_IN = {"hh", "pas", "extracellular", "fastpas", "capacitance", "morphology"}


def write_mod(what: Channel | Cell, path: Any) -> list[Path]:
    """Write a channel as a ``.mod`` file, or every channel and pool of a cell into a folder.

    Parameters
    ----------
    what : Channel or Cell
    path : path
        The file; for a cell the folder, made if need be.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    LoligoError
        If something cannot be said in NMODL: a formula with paths into other channels, more than one compartment.
    """
    target = Path(path)
    if isinstance(what, Channel):
        texts = {target: text_of(what)}
    else:
        texts = {target / f"{name}.mod": text for name, text in texts_of(what).items()}
    try:
        if isinstance(what, Cell):
            target.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LoligoError(f"cannot write {target}: {error.strerror or error}") from None
    return list(texts)


def texts_of(cell: Cell) -> dict[str, str]:
    """The ``.mod`` files of a cell, by their mechanism."""
    if cell.compartments:
        raise LoligoError(f"{cell.name}: a cell of several compartments cannot be written as .mod files")
    whole = cell.per_area()
    shared = {name: p.value for name, p in whole.shared}
    held = {p.name: dict(p.parameters)[p.name].value for p in whole.pools if p.rate is None}
    made = {mechanism_name(c): text_of(c, {**shared, **held}) for c in whole.channels}
    made.update({f"{p.name}_pool": _pool(p, {**shared, **held}) for p in whole.pools if p.rate is not None})
    return made


def mechanism_name(channel: Channel) -> str:
    """The SUFFIX of a channel."""
    return f"{channel.name}_" if channel.name in _BUILT_IN else channel.name


def ion_of(pool: str) -> tuple[str, str]:
    """The ion of a pool, and the name of its concentration inside."""
    ion = "ca" if pool == "Ca" else pool[:-1].lower() if pool.endswith("i") and len(pool) > 1 else pool.lower()
    return ion, f"{ion}i"


def text_of(channel: Channel, shared: dict[str, float] | None = None) -> str:
    """A channel as NMODL; `shared` are the numbers of a cell that it reads."""
    return _Writing(channel, shared or {}).text()


class _Printer(StrPrinter):
    """SymPy to NMODL."""

    printmethod = "_nmodl"

    def __init__(self, names: dict[str, str], used: set[int]) -> None:
        super().__init__()
        self.names, self.used = names, used

    def _print_Symbol(self, x: sympy.Symbol) -> str:
        return self.names[str(x)]

    def _print_Rational(self, x: sympy.Rational) -> str:
        value = float(x)
        return repr(value) if value >= 0 else f"({value!r})"

    _print_Float = _print_Rational
    _print_One = _print_Zero = _print_NegativeOne = _print_Half = _print_Rational

    def _print_Integer(self, x: sympy.Integer) -> str:
        return f"{int(x)}.0" if x >= 0 else f"({int(x)}.0)"

    def _print_Mul(self, product: sympy.Mul) -> str:
        below = [f for f in product.args if f.is_Pow and f.exp.is_Rational and f.exp < 0]
        above = [f for f in product.args if f not in below]
        top = "*".join(self._factor(f) for f in above) or "1.0"
        return "/".join([top, *(f"({self._print(1 / f)})" for f in below)])

    def _factor(self, f: sympy.Expr) -> str:
        shown = str(self._print(f))
        return f"({shown})" if f.is_Add or f.is_Mul or shown.startswith("-") else shown

    def _print_Add(self, total: sympy.Add, order: Any = None) -> str:
        return " + ".join(f"({self._print(a)})" if a.is_Add else str(self._print(a)) for a in total.args)

    def _print_Pow(self, power: sympy.Pow, rational: bool = False) -> str:
        base, exponent = power.as_base_exp()
        if exponent == sympy.Rational(1, 2):
            return f"sqrt({self._print(base)})"
        if exponent.is_Rational and exponent < 0:
            return f"1.0/({self._print(base**-exponent)})"
        if exponent.is_Integer and exponent <= 4:
            return "*".join([f"({self._print(base)})"] * int(exponent))
        return f"pow({self._print(base)}, {self._print(exponent)})"

    def _print_ExpBase(self, f: sympy.Expr) -> str:
        return f"exp({self._print(f.args[0])})"

    _print_exp = _print_ExpBase

    def _print_log(self, f: sympy.Expr) -> str:
        return f"log({self._print(f.args[0])})"

    def _print_Abs(self, f: sympy.Expr) -> str:
        return f"fabs({self._print(f.args[0])})"

    def _print_phi(self, f: sympy.Expr) -> str:
        self.used.add(int(f.args[0]))
        return f"phi_{int(f.args[0])}({self._print(f.args[1])})"

    def _print_select(self, f: sympy.Expr) -> str:
        self.used.add(0)
        return f"select_({', '.join(str(self._print(a)) for a in f.args)})"

    def _print_Min(self, f: sympy.Expr) -> str:
        first, *rest = f.args
        return str(self._print(first)) if not rest else self._print_select(
            select(sympy.Min(*rest) - first, first, sympy.Min(*rest), evaluate=False))  # fmt: skip

    def _print_Max(self, f: sympy.Expr) -> str:
        first, *rest = f.args
        return str(self._print(first)) if not rest else self._print_select(
            select(first - sympy.Max(*rest), first, sympy.Max(*rest), evaluate=False))  # fmt: skip

    def emptyPrinter(self, expr: Any) -> str:
        raise LoligoError(f"'{type(expr).__name__}' cannot be written in NMODL")


class _Writing:
    """A channel on its way to text."""

    def __init__(self, channel: Channel, shared: dict[str, float]) -> None:
        self.channel, self.phis = channel, set[int]()
        self.pools = [name for name in channel.reads if name not in shared]
        self.shared = {name: shared[name] for name in channel.reads if name in shared}
        names = {"V": "v", "celsius": "celsius", **{p: ion_of(p)[1] for p in self.pools}}
        own = [*dict(channel.parameters), *self.shared, *channel.states]
        own += ["E"] if channel.reversal is not None else []
        ions = [ion_of(p)[0] for p in dict(channel.carries)]
        taken = {*_RESERVED, *names.values(), *ions, *(f"i{ion}" for ion in ions), *(ion_of(p)[0] for p in self.pools)}
        for name in own:
            shown = name
            while shown in taken or shown.startswith("phi_"):
                shown += "_"
            taken.add(shown)
            names[name] = shown
        alone = [ion_of(p)[0] for p, _ in channel.carries] if len(channel.carries) == 1 else []
        self.current = f"i{alone[0]}" if alone else "i"
        self.names = names
        self.printer = _Printer(names, self.phis)
        found = [sympy.Symbol(n, real=True) for n, p in channel.parameters if p.unit == "mS/cm²"]
        self.scaled = {g: 1000 * g for g in found}

    def formula(self, f: Expression | sympy.Expr, where: str) -> str:
        """A formula as NMODL, finite at every voltage."""
        symbolic = f.sympy if isinstance(f, Expression) else f
        for s in symbolic.free_symbols:
            if str(s) not in self.names:
                raise LoligoError(f"{self.channel.name}: {where} uses '{s}', which lies outside the channel; "
                                  "a .mod file cannot say that")  # fmt: skip
        return str(self.printer.doprint(remove(symbolic.xreplace(self.scaled), _V, where)))

    def text(self) -> str:
        c = self.channel
        if any(p.unit == "nS" for _, p in c.parameters):
            raise LoligoError(f"{c.name}: its conductance is in nS; put it into a cell that has an area")
        if c.activations:
            raise LoligoError(f"{c.name}: a synapse is no density mechanism; NEURON has ExpSyn and Exp2Syn")
        rates = self._rates()
        flow = self.formula(c.current.sympy / 1000, "the current")
        instant = [line for n, g in c.gates if g.instantaneous for line in [self._instant(n)]]
        gates = [n for n, g in c.gates if not g.instantaneous]
        lines = [f"TITLE {_one_line(c.description or c.name)}", *self._origin(), *self._neuron(), *_UNITS]
        lines += self._parameters()
        moving = [self.names[n] for n in (*gates, *(s for _, scheme in c.schemes for s in scheme.states))]
        lines += ["STATE {", *(f"    {n} FROM 0 TO 1" for n in moving), "}"] if moving else []
        lines += self._assigned(list(rates))
        solves = ["    SOLVE states METHOD " + self._method(gates)] if gates else []
        solves += [f"    SOLVE {self._block(n)} METHOD sparse" for n, _ in c.schemes]
        reversal = [] if c.reversal is None else [f"    {self.names['E']} = {self.formula(c.reversal, 'E')}"]
        lines += ["BREAKPOINT {", *solves, *reversal, *instant, f"    {self.current} = {flow}"]
        lines += [f"    i{ion_of(p)[0]} = {share!r}*i" for p, share in c.carries if self.current == "i"]
        lines += ["}", "INITIAL {", *reversal, *instant, "    rates(v)"]
        lines += [f"    {self.names[n]} = {self.names[n]}_inf" for n in gates]
        lines += [f"    SOLVE {self._block(n)} STEADYSTATE sparse" for n, _ in c.schemes]
        lines += ["}"]
        if gates:
            lines += ["DERIVATIVE states {", *reversal, *instant, "    rates(v)"]
            lines += [f"    {x}' = ({x}_inf - {x})/{x}_tau" for x in (self.names[n] for n in gates)] + ["}"]
        for n, scheme in c.schemes:
            lines += [f"KINETIC {self._block(n)} {{", *reversal, *instant, "    rates(v)"]
            pairs = {(a, b) for a, b, _ in scheme.rates}
            done: set[tuple[str, str]] = set()
            for a, b, _ in scheme.rates:
                if (a, b) in done:
                    continue
                done |= {(a, b), (b, a)}
                x, y = self.names[a], self.names[b]
                back = f"k_{y}_{x}" if (b, a) in pairs else "0"
                lines.append(f"    ~ {x} <-> {y} (k_{x}_{y}, {back})")
            lines += [f"    CONSERVE {' + '.join(self.names[s] for s in scheme.states)} = 1", "}"]
        lines += ["PROCEDURE rates(v (mV)) {", *(f"    {n} = {f}" for n, f in rates.items()), "}"]
        return "\n".join([*lines, *_functions(self.phis)]) + "\n"

    def _origin(self) -> list[str]:
        c = self.channel
        return [f": {label}{_one_line(t)}" for label, t in (("", c.source), ("doi:", c.doi), ("", c.preparation)) if t]

    def _neuron(self) -> list[str]:
        c, carried = self.channel, dict(self.channel.carries)
        if carried and abs(sum(carried.values()) - 1) > 1e-12:
            raise LoligoError(f"{c.name}: its shares of ions sum to {sum(carried.values()):g}, not to its current")
        lines = ["NEURON {", f"    SUFFIX {mechanism_name(c)}", *([] if carried else ["    NONSPECIFIC_CURRENT i"])]
        for pool in dict.fromkeys([*self.pools, *carried]):
            ion, inside = ion_of(pool)
            reads = f" READ {inside}" if pool in self.pools else ""
            writes = f" WRITE i{ion}" if pool in carried else ""
            valence = "" if ion in ("na", "k", "ca") else " VALENCE 1"
            lines.append(f"    USEION {ion}{reads}{writes}{valence}")
        numbers = [self.names[n] for n in (*dict(c.parameters), *self.shared)]
        lines += [f"    RANGE {', '.join(numbers)}"] if numbers else []
        return [*lines, "}"]

    def _parameters(self) -> list[str]:
        lines = []
        for name, p in self.channel.parameters:
            unit, scale = ("S/cm2", 1e-3) if p.unit == "mS/cm²" else (_unit(p.unit), 1.0)
            lines.append(f"    {self.names[name]} = {p.value * scale!r} ({unit})")
        lines += [f"    {self.names[n]} = {value!r}" for n, value in self.shared.items()]
        return ["PARAMETER {", *lines, "}"]

    def _assigned(self, rates: list[str]) -> list[str]:
        c = self.channel
        lines = ["v (mV)", "celsius (degC)", f"{self.current} (mA/cm2)", *rates]
        lines += [f"{ion_of(p)[1]} (mM)" for p in self.pools]
        lines += [f"i{ion_of(p)[0]} (mA/cm2)" for p, _ in c.carries if self.current == "i"]
        lines += [self.names[n] for n, g in c.gates if g.instantaneous]
        lines += [f"{self.names['E']} (mV)"] if c.reversal is not None else []
        return ["ASSIGNED {", *(f"    {line}" for line in lines), "}"]

    def _instant(self, name: str) -> str:
        gate = self.channel.gate(name)
        assert gate.inf is not None
        return f"    {self.names[name]} = {self.formula(gate.inf, f'{name}.inf')}"

    def _block(self, scheme: str) -> str:
        return f"{scheme}_kinetics"

    def _method(self, gates: list[str]) -> str:
        """cnexp, which is exact where no gate depends on another."""
        c = self.channel
        others = {str(s) for n, g in c.gates for f in g.formulas.values() for s in f.sympy.free_symbols}
        return "derivimplicit" if others & {*c.states} else "cnexp"

    def _rates(self) -> dict[str, str]:
        """Steady states, time constants and rates, by the names that they get."""
        c = self.channel
        made: dict[str, str] = {}
        for name, gate in c.gates:
            if gate.instantaneous:
                continue
            x, heat = self.names[name], self._heat(gate)
            formulas = {k: f.sympy for k, f in gate.formulas.items()}
            if gate.alpha is not None:
                total = formulas["alpha"] + formulas["beta"]
                inf, tau = formulas["alpha"] / total, 1 / (heat * total)
            else:
                inf, tau = formulas["inf"], formulas["tau"] / heat
            made[f"{x}_inf"] = self.formula(inf, f"{name}.inf")
            made[f"{x}_tau"] = self.formula(tau, f"{name}.tau")
        for _, scheme in c.schemes:
            for a, b, rate in scheme.rates:
                key = f"k_{self.names[a]}_{self.names[b]}"
                made[key] = self.formula(rate.sympy * self._heat(None), f"{a} -> {b}")
        return made

    def _heat(self, gate: Any) -> sympy.Expr:
        celsius = sympy.Symbol("celsius", real=True)
        if gate is not None and gate.q10 is not None:
            q10, at = (sympy.Rational(repr(p.value)) for p in (gate.q10, gate.celsius_ref))
        elif "q10" in dict(self.channel.parameters):
            q10, at = sympy.Symbol("q10", real=True), sympy.Symbol("celsius_ref", real=True)
        else:
            return sympy.Integer(1)
        return q10 ** ((celsius - at) / 10)


_UNITS = [
    "UNITS {", "    (mA) = (milliamp)", "    (mV) = (millivolt)", "    (S) = (siemens)", "    (molar) = (1/liter)",
    "    (mM) = (millimolar)", "}",
]  # fmt: skip


def _unit(unit: str) -> str:
    known = {"°C": "degC", "µM": "micro/liter", "µA/cm²": "microamp/cm2"}
    return known.get(unit, unit if unit.isascii() and unit.replace("/", "").isalnum() else "1")


def _one_line(text: str) -> str:
    return " ".join(text.replace("?", ".").encode("ascii", "replace").decode().replace("?", ".").split())


def _functions(used: set[int]) -> list[str]:
    """phi_k by its series where the formula would cancel; `select_`."""
    lines: list[str] = []
    for k in range(1, max(used, default=0) + 1):
        below = "exp(x)" if k == 1 else f"phi_{k - 1}(x)"
        first = float(1 / sympy.factorial(k - 1))
        narrow, terms = (1e-3, 4) if k == 1 else (0.02, 6)
        series = "1.0"
        for j in range(terms, 0, -1):
            series = f"(1.0 + x/{k + j}.0*{series})"
        lines += [f"FUNCTION phi_{k}(x) {{", f"    if (fabs(x) < {narrow!r}) {{",
                  f"        phi_{k} = {float(1 / sympy.factorial(k))!r}*{series}", "    } else {",
                  f"        phi_{k} = ({below} - {first!r})/x", "    }", "}"]  # fmt: skip
    if 0 in used:
        lines += ["FUNCTION select_(x, yes, no) {", "    if (x > 0) {", "        select_ = yes", "    } else {",
                  "        select_ = no", "    }", "}"]  # fmt: skip
    return lines


def _pool(pool: Pool, shared: dict[str, float]) -> str:
    """A pool as a mechanism that turns the current of its ion into a concentration."""
    assert pool.rate is not None
    ion, inside = ion_of(pool.name)
    used: set[int] = set()
    names = {pool.name: inside, "V": "v", "celsius": "celsius", "I": f"(1000.0*i{ion})"}
    own = {name: p.value for name, p in pool.parameters}
    own.update({name: shared[name] for name in pool.reads if name in shared})
    taken = {*_RESERVED, inside, ion, f"i{ion}"}
    names.update({name: f"{name}_" if name in taken else name for name in own})
    for s in pool.rate.sympy.free_symbols:
        if str(s) not in names:
            raise LoligoError(f"pool {pool.name}: its rate uses '{s}', which a .mod file cannot say")
    rate = _Printer(names, used).doprint(remove(pool.rate.sympy, _V, f"{pool.name}.rate"))
    valence = "" if ion in ("na", "k", "ca") else " VALENCE 1"
    start = sympy.Symbol(pool.name, real=True)
    rest = sympy.solve(pool.rate.sympy.subs(sympy.Symbol("I", real=True), 0), start)
    begin = [f"    {inside} = {_Printer(names, used).doprint(rest[0])}"] if len(rest) == 1 else []
    lines = [
        f"TITLE concentration {pool.name}", "NEURON {", f"    SUFFIX {pool.name}_pool",
        f"    USEION {ion} READ i{ion} WRITE {inside}{valence}",
        *([f"    RANGE {', '.join(names[n] for n in own)}"] if own else []), "}", *_UNITS,
        "PARAMETER {", *(f"    {names[n]} = {value!r}" for n, value in own.items()), "}",
        f"STATE {{ {inside} }}", "ASSIGNED {", "    v (mV)", "    celsius (degC)", f"    i{ion} (mA/cm2)", "}",
        "BREAKPOINT { SOLVE states METHOD derivimplicit }", "INITIAL {", *begin, "}",
        "DERIVATIVE states {", f"    {inside}' = {rate}", "}",
    ]  # fmt: skip
    return "\n".join([*lines, *_functions(used)]) + "\n"
