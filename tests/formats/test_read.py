"""From .mod files to channels: numbers that were computed by hand from the text, and errors that name their line."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import sympy

import loligo as lo
from loligo.formats import read_mod
from loligo.formats.mod_read import as_cell
from loligo.system import system

MOD = Path(__file__).parent / "mod"


def value(formula, **at):
    return float(formula.sympy.subs({sympy.Symbol(k, real=True): v for k, v in at.items()}))


def test_a_mechanism_with_three_currents_is_three_channels():
    found = read_mod(MOD / "squid.mod")
    assert list(found) == ["ina", "ik", "il"]
    na, k, leak = found.values()
    assert {n: p.value for n, p in na.parameters} == {"g": 120, "E": 50}
    assert {n: p.value for n, p in k.parameters} == {"g": 36, "E": -77}
    assert {n: p.value for n, p in leak.parameters} == {"g": pytest.approx(0.3, rel=1e-15), "E": -54.3}
    assert [(n, int(g.power.sympy)) for n, g in na.gates] == [("m", 3), ("h", 1)]
    with pytest.raises(lo.LoligoError, match="has 3 currents, ina, ik, il"):
        lo.load_mod(MOD / "squid.mod")
    assert repr(lo.load_mod(MOD / "squid.mod", current="ik")) == repr(k)


def test_it_is_the_squid_of_the_library():
    """The same System, up to names: right-hand sides agree to the last digits at states of all kinds."""
    read = system(lo.Cell("mod", read_mod(MOD / "squid.mod", el=-54.387).values(), celsius=6.3))
    own = system(lo.cells.squid())
    mine, theirs = lo.Cell("mod", read_mod(MOD / "squid.mod", el=-54.387).values()), lo.cells.squid()
    for v in (-90.0, -55.0, -40.0, 0.0, 40.0):
        values = []
        for built, cell in ((read, mine), (own, theirs)):
            at = {p.symbol: cell.parameters[p.path].value for p in built.parameters}
            at.update({s.symbol: {"m": 0.2, "h": 0.4, "n": 0.5}.get(s.path[-1], v) for s in built.states})
            at[built.input] = 3.0
            values.append([float(f.subs(at)) for f in built.derivatives])
        assert values[0] == pytest.approx(values[1], rel=1e-12)


def test_a_q10_that_initial_computes_and_units_that_the_current_converts():
    kv = lo.load_mod(MOD / "kv.mod", gbar=10, ek=-90)
    assert dict(kv.parameters)["g"].value == pytest.approx(1.0)
    n = kv.gate("n")
    at = {"Ra": 0.02, "Rb": 0.002, "tha": 25, "qa": 9, "temp": 23, "q10_": 2.3, "celsius": 33}
    a, b = 0.02 * -25 / (1 - math.exp(25 / 9)), 0.002 * 25 / (1 - math.exp(-25 / 9))
    assert value(n.inf, V=0, **at) == pytest.approx(a / (a + b), rel=1e-12)
    assert value(n.tau, V=0, **at) == pytest.approx(1 / (2.3 * (a + b)), rel=1e-12)
    assert "where" not in str(n.inf)  # the guard is gone: the singularity is removed elsewhere


def test_the_exact_step_of_the_nineties_is_its_differential_equation():
    ka = lo.load_mod(MOD / "ka.mod")
    l = ka.gate("l")
    assert int(ka.gate("n").power.sympy) == 4
    assert dict(ka.parameters)["g"].value == pytest.approx(47.7)
    assert value(l.tau, V=-50) == 19
    assert value(l.tau, V=-70) == pytest.approx(1 / (math.exp(-24 / 5) + math.exp(-168 / 37.5)), rel=1e-12)


def test_a_kinetic_block_is_a_scheme():
    na = lo.load_mod(MOD / "na_scheme.mod")
    ((_, scheme),) = na.schemes
    assert set(scheme.states) == {"c1", "c2", "o", "i1", "i2"}
    assert str(scheme.open) == "o" and na.ohmic
    assert value(scheme.formulas["c1 -> c2"], V=-20, celsius=32) == pytest.approx(2 * 3 * 1.5)
    assert value(scheme.formulas["i1 -> i2"], V=-50, celsius=22) == pytest.approx(0.3 / 40)


def test_calcium_gates_potassium():
    kca = lo.load_mod(MOD / "kca.mod")
    assert kca.reads == ("Ca",) and dict(kca.carries) == {"Ki": 1}
    m = kca.gate("m")
    at = {"Ca": 0.0007, "cac": 0.00035, "beta": 0.03, "taumin": 0.5, "celsius": 32}
    assert value(m.inf, **at) == pytest.approx(16 / 17)
    assert value(m.tau, **at) == pytest.approx(1 / 0.03 / 17 / 3)
    assert value(m.tau, **{**at, "Ca": 0.01}) == 0.5
    assert system(as_cell("kca", [kca])).states


def test_constant_field_calcium_is_the_formula_of_goldman():
    cal = lo.load_mod(MOD / "cal.mod")
    at = {"Ca": 1e-4, "cao": 2.0, "ki": 0.001, "pcabar": 2.5e-4, "m": 1.0, "celsius": 20.0, "V": -30.0}
    z = 2 * 96485.33212 * -0.030 / (8.314462618 * 293.15)
    field = 2 * 96485.33212 * z * (1e-4 - 2.0 * math.exp(-z)) / (1 - math.exp(-z)) * 1e-3  # mA/cm2 per cm/s
    assert value(cal.current, **at) == pytest.approx(1000 * 2.5e-4 * (1e-3 / 1.1e-3) * field, rel=1e-9)
    whole = system(as_cell("cal", [cal]))
    flow = whole.observable("cal.I").formula
    numbers = {s: at.get(str(s).removeprefix("cal."), 0.1) for s in flow.free_symbols}
    v = next(s for s in flow.free_symbols if str(s) == "V")
    assert math.isfinite(float(flow.subs({**numbers, v: 0}).evalf()))


@pytest.mark.parametrize("file", sorted(p.name for p in MOD.glob("*.mod")))
def test_what_is_written_is_read_as_the_same(file, tmp_path):
    for channel in read_mod(MOD / file).values():
        lo.formats.write_mod(channel, tmp_path / "x.mod")
        again = as_cell("again", [lo.load_mod(tmp_path / "x.mod").replace(name=channel.name)])
        first = as_cell("first", [channel])
        for v in (-81.3, -40.0, 0.0, 33.3):
            slopes = []
            for cell in (first, again):
                built = system(cell)
                at = {p.symbol: cell.parameters[p.path].value for p in built.parameters}
                at.update({s.symbol: v if s.path == "V" else 0.15 for s in built.states})
                at[built.input] = 0.0
                slopes.append({s.path.strip("_"): float(_plain(f.xreplace(at)))
                               for s, f in zip(built.states, built.derivatives, strict=True)})  # fmt: skip
            assert slopes[0] == pytest.approx(slopes[1], rel=1e-8, abs=1e-12)


def _plain(formula):
    from loligo.formats.meaning import _number

    return _number(formula)


HEAD = "NEURON {\n SUFFIX x\n NONSPECIFIC_CURRENT i\n}\nPARAMETER { g = 1 e = 0 }\nASSIGNED { v i }\n"
BAD = {
    "VERBATIM": (HEAD + "VERBATIM\nint a;\nENDVERBATIM\n", 7, "VERBATIM"),
    "POINTER": ("NEURON {\n SUFFIX x\n POINTER p\n}", 3, "POINTER"),
    "NET_RECEIVE": (HEAD + "NET_RECEIVE (w) { }", 7, "NET_RECEIVE"),
    "POINT_PROCESS": ("NEURON {\n POINT_PROCESS x\n}", 2, "POINT_PROCESS"),
    "undeclared": (HEAD + "BREAKPOINT {\n i = g*(v - q)\n}", 8, "'q' is not declared"),
    "function": (HEAD + "BREAKPOINT {\n i = system(v)\n}", 8, "no function 'system'"),
    "loop": (HEAD + "BREAKPOINT {\n while (v < 0) { i = 1 }\n}", 8, "while"),
    "brace": (HEAD + "BREAKPOINT {\n i = g*(v - e)\n", 8, "a '}' is missing"),
    "character": (HEAD + "BREAKPOINT { i = g @ v }", 7, "'@'"),
    "recursion": (HEAD + "FUNCTION f(x) { f = f(x) }\nBREAKPOINT { i = f(v) }", 7, "calls within one another"),
    "pool": ("NEURON {\n SUFFIX x\n USEION ca READ ica WRITE cai\n}", 3, "pool"),
    "branches": (HEAD + "BREAKPOINT {\n if (v == -40) { i = 5 } else { i = 7 }\n}", 8, "do not meet"),
    "nonlinear": (HEAD + "STATE { m }\nBREAKPOINT { SOLVE s METHOD cnexp\n i = g*m }\nDERIVATIVE s { m' = -m*m }", 7, "not that of a gate"),
    "no current": ("NEURON { SUFFIX x }", 1, "writes no current"),
    "zero": (HEAD + "BREAKPOINT {\n i = g/0\n}", 8, "division by zero"),
    "never solved": (HEAD + "STATE { m }\nBREAKPOINT { i = g*m*(v - e) }", 7, "no equation"),
    "conserve": (HEAD + "STATE { a b }\nBREAKPOINT { SOLVE k METHOD sparse i = g*b*(v-e) }\nKINETIC k {\n ~ a <-> b (1, 1)\nCONSERVE a + b = 2 }", 11, "CONSERVE"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_errors_name_file_and_line(case, tmp_path):
    text, line, words = BAD[case]
    path = tmp_path / "bad.mod"
    path.write_text(text)
    with pytest.raises(lo.LoligoError) as caught:
        lo.load_mod(path)
    assert f"bad.mod, line {line}: " in str(caught.value)
    assert words in str(caught.value)


def test_a_value_for_a_parameter_that_is_not_there():
    with pytest.raises(lo.LoligoError, match="no parameter 'gnabat'; did you mean 'gnabar'"):
        read_mod(MOD / "squid.mod", gnabat=1)


def test_a_file_that_is_not_there():
    with pytest.raises(lo.LoligoError, match="cannot read"):
        lo.load_mod("nowhere.mod")


def test_rates_by_number_take_the_branch_of_their_number(tmp_path):
    """One function with the rates of several gates, told apart by a number, as in NEURON's own demonstration."""
    path = tmp_path / "x.mod"
    path.write_text(
        "NEURON {\n SUFFIX x\n NONSPECIFIC_CURRENT i\n}\nUNITS {\n k = (k) (joule/degC)\n e = (e) (coulombs)\n}\n"
        "PARAMETER { g = 0.01 (S/cm2) }\nASSIGNED { v i celsius }\nSTATE { m h }\n"
        "BREAKPOINT { SOLVE s METHOD cnexp\n i = g*m*h*(v - 50) }\n"
        "DERIVATIVE s {\n m' = alp(v, 0)*(1 - m) - m\n h' = alp(v, 1)*(1 - h) - alp(v, 2)*h\n}\n"
        "FUNCTION alp(v, i) {\n if (i == 0) {\n alp = exp(v/10)\n } else if (i == 1 && !(i > 1)) {\n"
        " alp = exp(-v/20)\n } else {\n alp = exp(0.001*e/k/(273.15 + celsius)*v)\n }\n}\n"
    )
    channel = lo.load_mod(path)
    at = {"V": -40.0, "celsius": 20.0}
    assert value(channel.gate("m").inf, **at) == pytest.approx(1 / (1 + math.exp(4)))
    h = channel.gate("h")
    assert value(h.alpha, **at) == pytest.approx(math.exp(2))
    assert value(h.beta, **at) == pytest.approx(math.exp(-40 / 25.2617), rel=1e-5)  # kT/e at 20 °C, mV
