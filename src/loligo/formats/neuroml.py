"""Channels in NeuroML 2, through libNeuroML: gates of Hodgkin-Huxley form with the standard rates.

Cannon et al. (2014) Front Neuroinform 8:79: HHExpRate is r exp(x), HHSigmoidRate r / (1 + exp(-x)), HHExpLinearRate
r x / (1 - exp(-x)), with x = (V - midpoint) / scale. A NeuroML channel has neither density nor reversal potential:
those belong to the cell, and are given when it is read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sympy

from ..errors import FormulaError, LoligoError
from ..model.channel import Channel
from ..model.expression import Expression, V, exp, expression
from ..model.functions import phi
from ..model.gate import Gate
from ..system.singularities import remove

_V = sympy.Symbol("V", real=True)
_SCALES = {"": 1, "per_ms": 1, "per_s": "1e-3", "Hz": "1e-3", "ms": 1, "s": 1000, "mV": 1, "V": 1000, "degC": 1}


def read_neuroml(path: Any, g: Any, E: Any, channel: str | None = None) -> Channel:
    """Read an ion channel from a NeuroML 2 file.

    Parameters
    ----------
    path : path
    g, E : number
        Conductance, mS/cm², and reversal potential, mV, which NeuroML keeps with the cell.
    channel : str, optional
        Its id, where the file has several.

    Raises
    ------
    LoligoError
        If the file cannot be read, or a gate is of another kind; the message names the gate.
    """
    loaders = _library("neuroml.loaders")
    source = Path(path)
    if not source.is_file():
        raise LoligoError(f"cannot read {source}: no such file")
    try:
        document = loaders.NeuroMLLoader.load(str(source))
    except Exception as error:  # libNeuroML has no base class of its own errors
        raise LoligoError(f"{source} is not a NeuroML 2 file: {error}") from None
    found = {c.id: c for c in (*document.ion_channel_hhs, *document.ion_channel)}
    if channel is None and len(found) == 1:
        channel = next(iter(found))
    if channel not in found:
        raise LoligoError(f"{source}: name a channel, channel=...; it has {', '.join(found) or 'none'}")
    gates = {}
    one = found[channel]
    for kind in ("gates", "gate_hh_rates", "gate_hh_tau_infs", "gate_hh_instantaneouses"):
        for gate in getattr(one, kind):
            gates[gate.id] = _gate(gate, f"{source}, {channel}, gate {gate.id}")
    for kind in ("gate_h_hrates_taus", "gate_h_hrates_infs", "gate_h_hrates_tau_infs", "gate_fractionals"):
        for gate in getattr(one, kind):
            raise LoligoError(f"{source}, {channel}, gate {gate.id}: gates of this kind are not supported")
    parts: dict[str, Any] = dict(gates)
    return Channel(str(channel), g=g, E=E, description=" ".join((one.notes or "").split()), source=source.name, **parts)


def write_neuroml(channel: Channel, path: Any) -> None:
    """Write a channel as NeuroML 2. Its conductance and reversal potential are noted in words.

    Raises
    ------
    LoligoError
        If the current is not ohmic, or a rate is not one of the standard forms; the message names it.
    """
    neuroml, writers = _library("neuroml"), _library("neuroml.writers")
    if not channel.ohmic or channel.schemes or channel.activations:
        raise LoligoError(f"{channel.name}: only ohmic channels with gates of Hodgkin-Huxley form go into NeuroML")
    numbers = {n: sympy.Rational(repr(p.value)) for n, p in channel.parameters}
    told = ", ".join(f"{n} = {float(v):g}" for n, v in numbers.items() if n in ("g", "E"))
    made = neuroml.IonChannelHH(id=channel.name, notes=f"{channel.source} ({told}; mS/cm2, mV)")
    for name, gate in channel.gates:
        if gate.alpha is None or gate.beta is None or not gate.power.sympy.is_Integer:
            raise LoligoError(f"{channel.name}.{name}: only gates given by alpha and beta go into NeuroML")
        rates = []
        for kind, formula in (("alpha", gate.alpha), ("beta", gate.beta)):
            fixed = formula.sympy.xreplace({sympy.Symbol(n, real=True): v for n, v in numbers.items()})
            rates.append(neuroml.HHRate(**_form(fixed, f"{channel.name}.{name}.{kind}")))
        one = neuroml.GateHHRates(
            id=name, instances=int(gate.power.sympy), forward_rate=rates[0], reverse_rate=rates[1]
        )
        if gate.q10 is not None and gate.celsius_ref is not None:
            q10, at = gate.q10.value, gate.celsius_ref.value
        elif "q10" in numbers:
            q10, at = float(numbers["q10"]), float(numbers["celsius_ref"])
        else:
            q10 = None
        if q10 is not None:
            one.q10_settings = neuroml.Q10Settings(
                type="q10ExpTemp", q10_factor=repr(q10), experimental_temp=f"{at!r} degC"
            )
        made.gate_hh_rates.append(one)
    document = neuroml.NeuroMLDocument(id=f"{channel.name}_document")
    document.ion_channel_hhs.append(made)
    try:
        writers.NeuroMLWriter.write(document, str(path))
    except OSError as error:
        raise LoligoError(f"cannot write {path}: {error.strerror or error}") from None


def _library(name: str) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise LoligoError("NeuroML needs libNeuroML: pip install 'loligo[neuroml]'") from None


def _gate(gate: Any, where: str) -> Gate:
    def get(name: str) -> Expression | None:
        given = getattr(gate, name, None)
        return None if given is None else _rate(given, where)

    warm: dict[str, float] = {}
    q10 = getattr(gate, "q10_settings", None)
    if q10 is not None:
        if q10.type != "q10ExpTemp":
            raise LoligoError(f"{where}: a Q10 of type {q10.type} is not supported; q10ExpTemp is")
        warm = {"q10": float(_quantity(q10.q10_factor, where)),
                "celsius_ref": float(_quantity(q10.experimental_temp, where))}  # fmt: skip
    formulas = {"alpha": get("forward_rate"), "beta": get("reverse_rate"), "inf": get("steady_state"),
                "tau": get("time_course")}  # fmt: skip
    try:
        return Gate(int(gate.instances), **formulas, **warm)
    except FormulaError as error:
        raise LoligoError(f"{where}: {error}") from None


def _rate(given: Any, where: str) -> Expression:
    if given.type == "fixedTimeCourse":
        return expression(_quantity(given.tau, where))
    if given.type not in _FORMS:
        raise LoligoError(f"{where}: '{given.type}' is not one of {', '.join(_FORMS)}")
    r, at, scale = (expression(_quantity(getattr(given, n), where)) for n in ("rate", "midpoint", "scale"))
    x = (V - at) / scale
    return {"Exp": lambda: r * exp(x), "Sigmoid": lambda: r / (1 + exp(-x)),
            "ExpLinear": lambda: r * x / (1 - exp(-x))}[_FORMS[given.type]]()  # fmt: skip


_FORMS = {f"HH{form}{kind}": form for form in ("Exp", "Sigmoid", "ExpLinear") for kind in ("Rate", "Variable")}


def _quantity(text: Any, where: str) -> sympy.Rational:
    """A number with its unit, exactly, in ms and mV."""
    import re

    found = re.fullmatch(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([A-Za-z_]*)\s*", str(text))
    if found is None or found.group(2) not in _SCALES:
        raise LoligoError(f"{where}: '{text}' is not a number with a unit that is known")
    return sympy.Rational(found.group(1)) * sympy.Rational(_SCALES[found.group(2)])


def _form(formula: sympy.Expr, where: str) -> dict[str, str]:
    """The standard form that a rate has, with its three numbers."""
    smooth = remove(formula, _V, where)
    slope = sympy.simplify(sympy.diff(smooth, _V) / smooth)
    if slope.is_number and slope != 0:
        return _numbers("HHExpRate", smooth.subs(_V, 0), sympy.Integer(0), 1 / slope)
    below = sympy.simplify(1 / smooth)
    bend = sympy.simplify(sympy.diff(below, _V, 2) / sympy.diff(below, _V))
    if bend.is_number and bend != 0:
        grown = sympy.diff(below, _V).subs(_V, 0) / bend  # below = level + grown exp(bend V)
        level = below.subs(_V, 0) - grown
        if sympy.N(level) > 0 and sympy.N(grown) > 0:
            return _numbers("HHSigmoidRate", 1 / level, sympy.log(level / grown) / bend, -1 / bend)
    for inner in smooth.atoms(phi):
        k, x = inner.args
        rate = sympy.simplify(smooth * inner)
        pace = -sympy.diff(x, _V)
        if k == 1 and rate.is_number and pace.is_number and pace != 0:
            return _numbers("HHExpLinearRate", rate, sympy.solve(x, _V)[0], 1 / pace)
    raise LoligoError(f"{where} is neither exponential, sigmoid nor exponential-linear: {formula}")


def _numbers(kind: str, rate: Any, midpoint: Any, scale: Any) -> dict[str, str]:
    shown = [repr(float(sympy.N(x, 20))) for x in (rate, midpoint, scale)]
    return {"type": kind, "rate": f"{shown[0]}per_ms", "midpoint": f"{shown[1]}mV", "scale": f"{shown[2]}mV"}
