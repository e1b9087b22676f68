"""From a NEURON ``.mod`` file to channels.

Units: NEURON counts S/cm², mA/cm² and mM; conductances become mS/cm² and currents µA/cm². Reversal potentials that come
with an ion (``READ ena``) become the channel's E; concentrations inside become pools that it reads (cai: ``Ca``, nai:
``Nai``), those outside become parameters.
"""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import sympy

from ..errors import FormulaError, LoligoError, nearest
from ..model.cell import Cell
from ..model.channel import STANDARD, Channel
from ..model.expression import FARADAY, GAS, Expression, expression, parse, substituted, symbol
from ..model.gate import Gate
from ..model.notation import text
from ..model.parameter import Parameter
from ..model.pool import RESERVED, Pool
from ..model.scheme import Scheme
from ..units import number
from .meaning import Run, Values, names_of
from .mechanism import Mechanism
from .syntax import read

_LARGEST = 1_000_000  # bytes
_VOLTAGE = sympy.Symbol("V", real=True)
_AVOGADRO = sympy.Integer(602214076) * 10**15  # 1/mol
_CONSTANTS = {  # (what, in which unit) -> value; the units as tokens
    ("faraday", "coulomb"): FARADAY,
    ("faraday", "kilocoulomb"): FARADAY / 1000,
    ("faraday", "10000 coulomb"): FARADAY / 10000,
    ("k - mole", "joule / degC"): GAS,
    ("k - mole", "joule / kelvin"): GAS,
    ("k - mole", "mV - coul / degC"): 1000 * GAS,
    ("k", "joule / degC"): GAS / _AVOGADRO,
    ("e", "coulomb"): FARADAY / _AVOGADRO,
    ("pi", "1"): sympy.Rational(repr(math.pi)),
}
# What NEURON gives an ion that nobody set: e, mV; outside, mM.
_REVERSAL = {"na": 50.0, "k": -77.0, "ca": 132.4579341637009}
_OUTSIDE = {"na": 140.0, "k": 2.5, "ca": 2.0}
_INSIDE = {"na": 10.0, "k": 54.4, "ca": 5e-5}
_GIVEN = ("v", "celsius", "t", "dt", "area", "diam")  # by NEURON, whatever a file says of them
_SAY = {"µ": "u", "²": "2"}


def load_mod(path: Any, current: str | None = None, **values: Any) -> Channel:
    """Read a NEURON density mechanism as a channel.

    Parameters
    ----------
    path : path
        Of a ``.mod`` file.
    current : str, optional
        Which current to take, such as ``"ina"``, where the mechanism has several.
    **values : number
        Other values for parameters of the file, or for what the ions bring along (``ena=55``), in the file's units.

    Raises
    ------
    LoligoError
        If the file is not a density mechanism of the subset, or has several currents; the message names file and line.

    Examples
    --------
    >>> import loligo as lo
    >>> channel = lo.load_mod("kdr.mod", ek=-90)                                                   # doctest: +SKIP
    """
    found = read_mod(path, **values)
    if current is not None:
        if current not in found:
            raise LoligoError(f"{path}: no current '{current}'; {nearest(current, found)}")
        return found[current]
    if len(found) > 1:
        raise LoligoError(
            f"{path} has {len(found)} currents, {', '.join(found)}; name one, such as current='{next(iter(found))}', "
            "or take them all with loligo.formats.read_mod"
        )
    return next(iter(found.values()))


def read_mod(path: Any, **values: Any) -> dict[str, Channel]:
    """Read a NEURON density mechanism: a channel for each of its currents, by the name of the current.

    Parameters and errors are those of `load_mod`.
    """
    source = Path(path)
    try:
        if source.stat().st_size > _LARGEST:
            raise LoligoError(f"{source}: {source.stat().st_size} bytes are too many for a mechanism")
        program = source.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise LoligoError(f"cannot read {source}: {error.strerror or error}") from None
    return channels(read(program, str(source)), values)


def channels(mechanism: Mechanism, values: Mapping[str, Any]) -> dict[str, Channel]:
    """The channels of a mechanism, by the name of their current."""
    return _Reading(mechanism, values).channels()


def as_cell(name: str, found: Iterable[Channel]) -> Cell:
    """A membrane of these channels alone; the concentrations that they read are held at NEURON's own values."""
    parts = list(found)
    inside = {pool_name(ion): value for ion, value in _INSIDE.items()}
    pools = {pool: Pool(pool, value=inside.get(pool, 1.0)) for c in parts for pool in c.reads}
    return Cell(name, parts, pools=pools.values())


class _Reading:
    """The names of a mechanism and what they become."""

    def __init__(self, mechanism: Mechanism, values: Mapping[str, Any]) -> None:
        self.mechanism = mechanism
        self.numbers: dict[str, Parameter] = {}  # by their name in the channel
        self.known: Values = {"v": symbol("V"), "celsius": symbol("celsius"), "dt": symbol("dt")}
        self.pools: dict[str, float] = {}
        self.reversals: set[str] = set()
        self.carried: dict[str, str] = {}
        for name, (what, unit, line) in mechanism.constants.items():
            constant = _CONSTANTS.get((what, unit.replace("coulombs", "coulomb")))
            if constant is None:
                raise mechanism.error(line, f"the constant ({what}) ({unit}) is not known; give its value as a number")
            self.known[name] = expression(constant)
        for name, (value, unit, _) in mechanism.parameters.items():
            if name not in _GIVEN:
                self._number(name, value, unit)
        for ion in mechanism.ions:
            self._ion(ion.name, ion.reads, ion.writes, ion.line)
        for name in mechanism.states:
            self.known[name] = symbol(self._free(name))
        for name, value in values.items():
            here = self.known.get(name)
            key = None if here is None else str(here)
            if key is None or key not in self.numbers:
                raise LoligoError(f"{mechanism.path}: no parameter '{name}'; {nearest(name, self._parameters())}")
            p = self.numbers[key]
            self.numbers[key] = Parameter(number(value, "1", name), p.unit, description=p.description)

    def _parameters(self) -> list[str]:
        return [name for name, formula in self.known.items() if str(formula) in self.numbers]

    def _free(self, name: str) -> str:
        """The name in the channel: the same, unless it means something else there."""
        taken = {*RESERVED, *STANDARD, "phi", "source", "doi", "preparation", "description", "reads", "carries"}
        taken |= {"current", *self.pools}
        while name in taken or keyword.iskeyword(name) or name.startswith("_"):
            name = name.lstrip("_") + "_"
        return name

    def _number(self, name: str, value: float, unit: str) -> None:
        key = self._free(name)
        self.known[name] = symbol(key)
        self.numbers[key] = Parameter(value, unit.replace(" ", "") or "1", description=f"{name} of the .mod file")

    def _ion(self, ion: str, reads: tuple[str, ...], writes: tuple[str, ...], line: int) -> None:
        m = self.mechanism
        for name in reads:
            value = m.parameters[name][0] if name in m.parameters else None
            if name == f"e{ion}":
                self._number(name, _REVERSAL.get(ion, 0.0) if value is None else value, "mV")
                self.reversals.add(self.known[name].tree[1])
            elif name == f"{ion}o":
                self._number(name, _OUTSIDE.get(ion, 1.0) if value is None else value, "mM")
            elif name == f"{ion}i":
                self.numbers.pop(str(self.known.get(name)), None)
                pool = pool_name(ion)
                self.known[name] = symbol(pool)
                self.pools[pool] = value or _INSIDE.get(ion, 1.0)
            elif name != f"i{ion}" or name not in writes:
                raise m.error(line, f"READ {name}: a mechanism that reads a current is a pool of ions, not a channel")
        for name in writes:
            if name != f"i{ion}":
                raise m.error(
                    line, f"WRITE {name}: only currents are written by channels; write the pool as loligo.Pool"
                )
            self.carried[name] = pool_name(ion)

    def channels(self) -> dict[str, Channel]:
        m = self.mechanism
        currents = list(dict.fromkeys([*self.carried, *m.nonspecific]))
        if not currents:
            raise m.error(1, f"{m.suffix} writes no current: it is no channel")
        values = {**{n: p.value for n, p in self.numbers.items()}, **self.pools, "celsius": 20.0, "V": -50.0}
        moving = {"V", *self.pools, *(str(self.known[n]) for n in m.states)}
        run = Run(m, self.known, values, moving)
        run.initial()
        run.breakpoint()
        for name in currents:
            if name not in run.variables:
                raise m.error(1, f"the current {name} is never computed")
        parts = _Parts(self, run)
        return {name: parts.channel(name, len(currents) > 1) for name in currents}


class _Parts:
    """Gates and schemes of a mechanism, and the channels made of them."""

    def __init__(self, reading: _Reading, run: Run) -> None:
        self.reading, self.run = reading, run
        self.names = {name: str(reading.known[name]) for name in reading.mechanism.states}  # NMODL -> channel
        self.schemes = self._schemes()
        inside = {s for scheme in self.schemes.values() for s in scheme.states}
        self.gates = {self.names[n]: self._gate(n) for n in reading.mechanism.states if self.names[n] not in inside
                      and n in run.rates}  # fmt: skip
        for name, line in reading.mechanism.states.items():
            if self.names[name] not in inside and name not in run.rates:
                raise reading.mechanism.error(line, f"the state '{name}' has no equation that is solved")

    def _schemes(self) -> dict[str, Scheme]:
        """The states that reactions connect, in groups."""
        rates: dict[tuple[str, str], Expression] = {}
        line = self.run.reactions[0][-1] if self.run.reactions else 1
        for a, b, rate, _ in self.run.reactions:
            pair = (self.names[a], self.names[b])
            rates[pair] = rates[pair] + rate if pair in rates else rate
        made: dict[str, Scheme] = {}
        while rates:
            group = set(next(iter(rates)))
            while more := {x for pair in rates if group & set(pair) for x in pair} - group:
                group |= more
            arrows = {f"{a} -> {b}": rate for (a, b), rate in rates.items() if a in group}
            rates = {pair: rate for pair, rate in rates.items() if pair[0] not in group}
            try:
                made[f"scheme{len(made) + 1 if made else ''}"] = Scheme(arrows, symbol(sorted(group)[0]))
            except FormulaError as error:
                raise self.reading.mechanism.error(line, str(error)) from None
        return made

    def _gate(self, name: str) -> Gate:
        x, rate, line = self.reading.known[name], self.run.rates[name], self.reading.mechanism.states[name]
        try:
            return Gate(1, **relaxation(rate, x))
        except FormulaError as error:
            raise self.reading.mechanism.error(line, f"state '{name}': {error}") from None

    def channel(self, current: str, several: bool) -> Channel:
        """The channel of one current."""
        m, flow = self.reading.mechanism, self.run.variables[current]
        carried = self.reading.carried.get(current)
        name = f"{m.suffix}_{current.removeprefix('i') or current}" if several else m.suffix
        used, gates, schemes = self._used(flow)
        simple = _ohmic(flow, used & set(self.reading.numbers), gates, schemes, self.reading)
        parts: dict[str, Any] = {}
        replaced: Values = {}
        if simple is not None:
            (parts["g"], parts["E"]), replaced, powers, rest = simple
            gates = {n: gate.replace(power=powers.get(n, 1)) for n, gate in gates.items()}
            if rest is not None:
                parts["current"] = rest
        else:
            parts["current"] = expression(1000) * flow
        for key, scheme in schemes.items():
            schemes[key] = Scheme(scheme.formulas, self._open(scheme, flow))
        put = {n: gate.replace(**{k: substituted(f, replaced) for k, f in gate.formulas.items()})
               for n, gate in gates.items()}  # fmt: skip
        kept = {n: p for n, p in self.reading.numbers.items() if n in used and n not in replaced}
        moved = {n: scheme.map(lambda f: substituted(f, replaced)) for n, scheme in schemes.items()}
        parts.update(put)
        parts.update(moved)
        parts.update(kept)
        try:
            return Channel(
                name if name not in RESERVED and not keyword.iskeyword(name) else f"{name}_",
                reads=[p for p in self.reading.pools if p in used],
                carries=carried or (),
                source=f"{Path(m.path).name}{': ' + m.title if m.title else ''}",
                **parts,
            )
        except LoligoError as error:
            raise m.error(1, str(error)) from None

    def _used(self, flow: Expression) -> tuple[set[str], dict[str, Gate], dict[str, Scheme]]:
        """All names that a current depends on, with the gates and schemes among them."""
        used = names_of(flow)
        if "dt" in used or "t" in used:
            raise self.reading.mechanism.error(1, "the current depends on time")
        size = -1
        while size != len(used):
            size = len(used)
            for n, gate in self.gates.items():
                if n in used:
                    used |= set().union(*(names_of(f) for f in gate.formulas.values()))
            for scheme in self.schemes.values():
                if used & set(scheme.states):
                    used |= set(scheme.states).union(*(names_of(f) for f in scheme.formulas.values()))
        gates = {n: g for n, g in self.gates.items() if n in used}
        return used, gates, {n: s for n, s in self.schemes.items() if used & set(s.states)}

    def _open(self, scheme: Scheme, flow: Expression) -> Expression:
        """The open states, in the proportions in which they conduct."""
        slopes = {s: sympy.diff(flow.sympy, sympy.Symbol(s, real=True)) for s in scheme.states}
        conducting = {s: d for s, d in slopes.items() if d != 0}
        reference = next(iter(conducting.values()))
        total = expression(0)
        for i, (s, d) in enumerate(conducting.items()):
            ratio = sympy.cancel(d / reference)
            term = symbol(s) if not ratio.is_number or ratio == 1 else expression(ratio) * symbol(s)
            total = term if i == 0 else total + term
        return total


def relaxation(rate: Expression, x: Expression) -> dict[str, Expression]:
    """The formulas of a gate whose derivative is given: as they were written, if they have one of the usual forms.

    Raises
    ------
    FormulaError
        If the derivative is not linear in the gate.
    """
    tree, own = rate.tree, x.tree
    if tree[0] == "/" and tree[1][0] == "-" and tree[1][2] == own:
        return _without(x, inf=_formula(tree[1][1]), tau=_formula(tree[2]))
    if tree[0] == "-" and tree[1][0] == tree[2][0] == "*" and tree[2][2] == own:
        left, right = tree[1][1], tree[1][2]
        if right == ("-", ("number", "1"), own):
            return _without(x, alpha=_formula(left), beta=_formula(tree[2][1]))
    f = rate.sympy
    speed = -sympy.diff(f, x.sympy)
    if speed.has(x.sympy) or speed == 0:
        raise FormulaError(f"its derivative is not that of a gate, linear in {x} and falling with it: {rate}")
    gain = f.subs(x.sympy, 0)
    return {"inf": expression(gain / speed), "tau": expression(1 / speed)}


def _without(x: Expression, **formulas: Expression) -> dict[str, Expression]:
    if any(f.sympy.has(x.sympy) for f in formulas.values()):
        raise FormulaError(f"its rates depend on {x} itself")
    return formulas


def _formula(tree: Any) -> Expression:
    """The formula of a part of a tree."""
    return parse(text(tree))


def pool_name(ion: str) -> str:
    """What the concentration of an ion inside is called here: calcium ``Ca``, others ``Nai``, ``Ki``."""
    return "Ca" if ion == "ca" else f"{ion.capitalize()}i"


def _ohmic(
    flow: Expression, candidates: set[str], gates: dict[str, Gate], schemes: dict[str, Scheme], reading: _Reading
) -> tuple[tuple[Parameter, Parameter], Values, dict[str, Any], Expression | None] | None:
    """Conductance times V - E: the two numbers, what they replace, powers of gates, and the current if it says more."""
    product = flow.sympy
    driving = None
    for factor in sympy.Mul.make_args(product):
        if factor.is_Add and factor.has(_VOLTAGE):
            slope = sympy.diff(factor, _VOLTAGE)
            offset = sympy.cancel((slope * _VOLTAGE - factor) / slope) if slope.is_number and slope != 0 else None
            if offset is not None and offset.is_Symbol and str(offset) in candidates:
                driving = (factor, slope, offset)
    if driving is None:
        return None
    factor, slope, reversal = driving
    rest = product / factor * slope
    proportional = [
        n for n in sorted(candidates)
        if rest.as_independent(s := sympy.Symbol(n, real=True), as_Add=False)[1] == s and n != str(reversal)
    ]  # fmt: skip
    proportional.sort(key=lambda n: ("/cm2" not in reading.numbers[n].unit, not n.startswith("g"), n))
    if not proportional or rest.has(reversal):
        return None
    conductance = proportional[0]
    rest = rest / sympy.Symbol(conductance, real=True)
    scale, opened = sympy.sympify(1000 * rest).as_coeff_Mul()
    if not scale > 0 or not reading.numbers[conductance].value >= 0:
        return None
    numbers = (
        Parameter(float(scale) * reading.numbers[conductance].value, "mS/cm²", (0, math.inf), "maximal conductance"),
        Parameter(reading.numbers[str(reversal)].value, "mV", (-500, 500), "reversal potential"),
    )
    replaced = {conductance: symbol("g") / expression(scale), str(reversal): symbol("E")}
    powers: dict[str, Any] = {}
    parts = {str(b): p for b, p in opened.as_powers_dict().items() if str(b) in gates and p.is_number and p > 0}
    remaining = opened / sympy.Mul(*(sympy.Symbol(n, real=True) ** p for n, p in parts.items()))
    states = {s for scheme in schemes.values() for s in scheme.states}
    names = {str(s) for s in remaining.free_symbols}
    plain = set(parts) == set(gates) and (remaining == 1 if not schemes else len(schemes) == 1 and names <= states)
    if plain and schemes and sympy.Poly(remaining, *remaining.free_symbols).total_degree() != 1:
        plain = False
    if plain and schemes:
        lead = next(iter(schemes.values()))
        first = next(s for s in lead.states if remaining.has(sympy.Symbol(s, real=True)))
        plain = sympy.diff(remaining, sympy.Symbol(first, real=True)) == 1
    if plain:
        powers = {n: expression(p) for n, p in parts.items()}
        return numbers, replaced, powers, None
    current = symbol("g") * expression(opened) * (symbol("V") - symbol("E"))
    return numbers, replaced, powers, current
