"""A cell's equations for people: as text, and in LaTeX, in the order of the paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from . import notation
from .cell import Cell, Patch
from .channel import Channel
from .expression import Expression
from .gate import Gate
from .notation import GREEK, Tree, text
from .pool import Pool, path_of


def _renamed(tree: Tree, names: dict[str, str]) -> Tree:
    """The tree with some of its symbols called otherwise."""
    if tree[0] == "symbol":
        return ("symbol", names.get(tree[1], tree[1]))
    if tree[0] == "number":
        return tree
    return tuple(_renamed(part, names) if isinstance(part, tuple) else part for part in tree)


def _own(part: Channel | Pool) -> list[str]:
    """Names that are a channel's or pool's own."""
    if isinstance(part, Pool):
        return [name for name, _ in part.parameters]
    reversal = ["E"] if part.reversal is not None else []
    return [*part.states, *(name for name, _ in part.parameters), *reversal]


def _paths(part: Channel | Pool, patch: Patch) -> dict[str, str]:
    """Full paths of the names that a part's formulas use."""
    if isinstance(part, Pool):
        names = {name: patch.prefix + path_of(part.name, name) for name in _own(part)}
        names |= {part.name: patch.prefix + part.name, "I": f"{patch.prefix}{part.name}.I"}
    else:
        names = {name: f"{patch.prefix}{part.name}.{name}" for name in _own(part)}
    if patch.prefix:
        names |= {"V": f"{patch.prefix}V", **{q.name: patch.prefix + q.name for q in patch.pools}}
    return names


# ------------------------------------------------------------------------------------------------------------- as text


def _gate_lines(path: str, gate: Gate, factor: str) -> list[str]:
    if gate.instantaneous:
        return [f"{path} = {path}.inf"]
    if gate.alpha is not None:
        rate = f"{path}.alpha*(1 - {path}) - {path}.beta*{path}"
        return [f"d {path}/dt = {factor}*({rate})" if factor else f"d {path}/dt = {rate}"]
    return [f"d {path}/dt = {factor + '*' if factor else ''}({path}.inf - {path})/{path}.tau"]


def equations(cell: Cell) -> str:
    """The equations of a cell as text."""
    lines = [f"{cell.name}" + (f"  ({cell.source})" if cell.source else "")]
    for patch in cell.patches:
        lines += ["", _membrane_line(cell, patch)]
        for channel in patch.channels:
            lines += ["", *_channel_lines(channel, patch)]
        for pool in patch.pools:
            if pool.rate is not None:
                lines += ["", *_pool_lines(pool, patch)]
    lines += ["", "parameters"]
    width = max(len(path) for path in cell.parameters)
    for path, p in cell.parameters.items():
        unit = "" if p.unit == "1" else f" {p.unit}"
        lines.append(f"    {path:{width}} = {p.value:.12g}{unit}" + (f"   {p.description}" if p.description else ""))
    return "\n".join(lines)


def _membrane_line(cell: Cell, patch: Patch) -> str:
    currents = "".join(f" - {patch.prefix}{c.name}.I" for c in patch.channels)
    home = patch.prefix == (f"{cell.stimulated}." if cell.stimulated else "")
    axial = ["stimulus"] if home else []
    if patch.coupling is not None:
        axial.append(text(patch.coupling.tree, 1))
        flow = " + ".join(axial)
    else:
        flow = "".join([*axial, *(f" - {text(c.coupling.tree, 2)}" for c in cell.compartments)]).removeprefix(" ")
    if patch.share is not None:
        several = cell.compartments or len(axial) > 1
        flow = f"({flow})/{text(patch.share.tree, 3)}" if several else f"{flow}/{text(patch.share.tree, 3)}"
    return f"{patch.prefix}capacitance*d{patch.prefix and ' ' + patch.prefix}V/dt = {flow}{currents}"


def _channel_lines(channel: Channel, patch: Patch) -> Iterator[str]:
    name, names = patch.prefix + channel.name, _paths(channel, patch)

    def shown(formula: Expression) -> str:
        return text(_renamed(formula.tree, names))

    yield f"{name}.I = {shown(channel.current)}"
    if channel.reversal is not None:
        yield f"{name}.E = {shown(channel.reversal)}"
    hot = "q10" in dict(channel.parameters)
    for gate_name, gate in channel.gates:
        path = f"{name}.{gate_name}"
        owner = path if gate.q10 is not None else name
        warmed = (gate.q10 is not None or hot) and not gate.instantaneous
        yield from _gate_lines(path, gate, f"{owner}.phi" if warmed else "")
        yield from (f"    {path}.{part} = {shown(f)}" for part, f in gate.formulas.items())
        if gate.q10 is not None:
            yield f"    {path}.phi = {path}.q10**((celsius - {path}.celsius_ref)/10)"
    for _, scheme in channel.schemes:
        yield f"{' + '.join(f'{name}.{state}' for state in scheme.states)} = 1"
        factor = f"{name}.phi*" if hot else ""
        yield from (f"    {arrow}: {factor}{f'({shown(f)})' if factor else shown(f)}"
                    for arrow, f in scheme.formulas.items())  # fmt: skip
    for part, activation in channel.activations:
        path = f"{name}.{part}"
        drive = f"{shown(activation.drive)} - " if "drive" in activation.formulas else "-"
        yield f"d {path}/dt = {drive}{path}/{path}.tau"
        yield f"    {path}.tau = {shown(activation.tau)}"
        if activation.jump:
            yield f"    {path} jumps by {activation.jump:g} at each event"
    if hot:
        yield f"    {name}.phi = {name}.q10**((celsius - {name}.celsius_ref)/10)"


def _pool_lines(pool: Pool, patch: Patch) -> Iterator[str]:
    path, names = patch.prefix + pool.name, _paths(pool, patch)
    assert pool.rate is not None
    yield f"d {path}/dt = {text(_renamed(pool.rate.tree, names))}"
    if "I" in {str(s) for s in pool.rate.sympy.free_symbols}:
        carried = _carriers(pool, patch, lambda c: f"{patch.prefix}{c}.I", "*")
        yield f"    {path}.I = {carried}"


def _carriers(pool: Pool, patch: Patch, show: Callable[[str], str], times: str) -> str:
    terms = []
    for channel in patch.channels:
        for name, factor in channel.carries:
            if name == pool.name:
                current = show(channel.name)
                terms.append(current if factor == 1 else f"{factor:g}{times}{current}")
    return " + ".join(terms) or "0"


# ------------------------------------------------------------------------------------------------------------ in LaTeX


def _index(name: str) -> str:
    return rf"\mathrm{{{name.replace('_', '')}}}"


def _name(channel: str, name: str) -> str:
    """A textbook symbol: g_Na, E_K; a gate keeps its letter, with its channel as index if the letter is not unique."""
    if name == "g":
        return rf"\bar{{g}}_{{{_index(channel)}}}"
    letter, _, more = name.partition("_")
    if letter in GREEK:
        return rf"\{letter}_{{{_index(f'{more}, ' if more else '')}{_index(channel)}}}".replace(r"\mathrm{}", "")
    return rf"{name}_{{{_index(channel)}}}" if len(name) == 1 else rf"{_index(name)}_{{{_index(channel)}}}"


def latex(cell: Cell) -> str:
    """The equations of a cell in LaTeX."""
    return "\\begin{aligned}\n" + " \\\\\n".join(latex_lines(cell)) + "\n\\end{aligned}"


def latex_lines(cell: Cell) -> list[str]:
    """The equations of a cell in LaTeX, one line each, with ``&`` before the sign of equality."""
    letters = [name for patch in cell.patches for c in patch.channels for name in c.states]
    rows: list[str] = []
    for patch in cell.patches:
        rows.append(_membrane_latex(cell, patch))
        for channel in patch.channels:
            rows += _channel_latex(channel, patch, letters)
        for pool in patch.pools:
            if pool.rate is not None:
                rows += _pool_latex(pool, patch)
    return rows


def _voltage(patch: Patch) -> str:
    return rf"V_{{{_index(patch.prefix[:-1])}}}" if patch.prefix else "V"


def _current(patch: Patch, channel: str) -> str:
    where = rf",\,{_index(patch.prefix[:-1])}" if patch.prefix else ""
    return rf"I_{{{_index(channel)}{where}}}"


def _membrane_latex(cell: Cell, patch: Patch) -> str:
    currents = "".join(rf" - {_current(patch, c.name)}" for c in patch.channels)
    home = patch.prefix == (f"{cell.stimulated}." if cell.stimulated else "")
    coupled = [(c.coupling if patch.coupling is None else patch.coupling) for c in cell.compartments]
    axial = "I" if home else ""
    sign = " - " if patch.coupling is None else " + "
    for c in coupled[:1] if patch.coupling is not None else coupled:
        names = {f"{other.name}.V": f"V_{other.name}" for other in cell.compartments}
        axial += sign + notation.latex(_renamed(c.tree, names), 2)
    if patch.share is not None:
        axial = rf"\frac{{{axial.removeprefix(' + ')}}}{{{notation.latex(patch.share.tree)}}}"
    C = rf"C_{{{_index(patch.prefix[:-1])}}}" if patch.prefix else "C"
    return rf"{C} \frac{{d{_voltage(patch)}}}{{dt}} &= {axial}{currents}"


def _marked(tree: Tree, own: set[str]) -> Tree:
    """Mark the part's own names, so that they can be set as textbook symbols."""
    return _renamed(tree, {name: f"@{name.replace('_', '')}@" for name in own})


def _set(formula: Expression, own: dict[str, str], patch: Patch) -> str:
    """A formula in LaTeX, with the part's own names as textbook symbols."""
    plain = {name.replace("_", ""): shown for name, shown in own.items()}
    names = {"V": "V_" + patch.prefix[:-1].replace("_", "")} if patch.prefix else {}
    tree = _renamed(_marked(formula.tree, set(own)), names)
    return re.sub(r"@(\w+?)@", lambda found: plain[found.group(1)], notation.latex(tree))


def _own_symbols(channel: Channel, letters: list[str]) -> dict[str, str]:
    """A channel's own names as textbook symbols."""

    def shown(name: str) -> str:
        return name if name in channel.states and letters.count(name) == 1 else _name(channel.name, name)

    return {name: shown(name) for name in _own(channel)}


def _gate_symbols(channel: Channel, name: str, own: dict[str, str], letters: list[str]) -> dict[str, str]:
    """What belongs to a gate: its rates, steady state and time constant."""
    x, simple = own[name], letters.count(name) == 1 and len(name) == 1
    steady = rf"{x}_\infty" if simple else rf"{name}_{{\infty,{_index(channel.name)}}}"
    return {"alpha": rf"\alpha_{{{x}}}", "beta": rf"\beta_{{{x}}}", "inf": steady, "tau": rf"\tau_{{{x}}}"}


def latex_symbols(cell: Cell) -> dict[str, str]:
    """The symbols of `latex_lines`, by path: parameters, states, currents, rates, factors of temperature.

    Returns
    -------
    dict of str to str
        Path, such as ``"Na.g"``, and its symbol in LaTeX.
    """
    letters = [name for patch in cell.patches for c in patch.channels for name in c.states]
    found = {"celsius": "T", "stimulus": "I"}
    for patch in cell.patches:
        where = rf"C_{{{_index(patch.prefix[:-1])}}}" if patch.prefix else "C"
        found |= {f"{patch.prefix}V": _voltage(patch), f"{patch.prefix}capacitance": where}
        for channel in patch.channels:
            path, own = patch.prefix + channel.name, _own_symbols(channel, letters)
            found[f"{path}.I"] = _current(patch, channel.name)
            found |= {f"{path}.{name}": symbol for name, symbol in own.items()}
            if "q10" in dict(channel.parameters):
                found[f"{path}.phi"] = rf"\phi_{{{_index(channel.name)}}}"
            for name, gate in channel.gates:
                of_gate = _gate_symbols(channel, name, own, letters)
                found |= {f"{path}.{name}.{part}": of_gate[part] for part in gate.formulas}
        found |= {patch.prefix + pool.name: rf"[{_index(pool.name)}]" for pool in patch.pools}
    return found


def _channel_latex(channel: Channel, patch: Patch, letters: list[str]) -> Iterator[str]:
    parameters, index = dict(channel.parameters), _index(channel.name)
    own = _own_symbols(channel, letters)
    yield rf"{_current(patch, channel.name)} &= {_set(channel.current, own, patch)}"
    if channel.reversal is not None:
        yield rf"{own['E']} &= {_set(channel.reversal, own, patch)}"
    for name, gate in channel.gates:
        x = own[name]
        factor = rf"\phi_{{{index}}}" if "q10" in parameters else ""
        factor = rf"\phi_{{{x}}}" if gate.q10 is not None else factor
        symbols = _gate_symbols(channel, name, own, letters)
        steady = symbols["inf"]
        parts = {part: _set(f, own, patch) for part, f in gate.formulas.items()}
        if gate.instantaneous:
            yield rf"{x} &= {parts['inf']}"
            continue
        if gate.alpha is not None:
            right = rf"{symbols['alpha']} (1 - {x}) - {symbols['beta']}\, {x}"
            right = rf"{factor}\left[{right}\right]" if factor else right
        else:
            right = rf"{factor}\,\frac{{{steady} - {x}}}{{{symbols['tau']}}}"
        yield rf"\frac{{d{x}}}{{dt}} &= {right}"
        yield from (rf"{symbols[part]} &= {value}" for part, value in parts.items())
        if gate.q10 is not None and gate.celsius_ref is not None:
            yield rf"\phi_{{{x}}} &= {gate.q10.value:g}^{{(T - {gate.celsius_ref.value:g})/10}}"
    for _, scheme in channel.schemes:
        yield rf"1 &= {' + '.join(own[state] for state in scheme.states)}"
        for a, b, rate in scheme.rates:
            yield rf"k_{{{own[a]} \to {own[b]}}} &= {_set(rate, own, patch)}"
    for name, activation in channel.activations:
        x, drive = own[name], ""
        if "drive" in activation.formulas:
            drive = _set(activation.drive, own, patch) + " "
        many = f"{activation.jump:g}" if activation.jump != 1 else ""
        jumps = rf" + {many}\sum_k \delta(t - t_k)" if activation.jump else ""
        yield rf"\frac{{d{x}}}{{dt}} &= {drive}- \frac{{{x}}}{{\tau_{{{x}}}}}{jumps}"
        yield rf"\tau_{{{x}}} &= {_set(activation.tau, own, patch)}"
    if "q10" in parameters:
        q10, ref = parameters["q10"].value, parameters["celsius_ref"].value
        yield rf"\phi_{{{index}}} &= {q10:g}^{{(T - {ref:g})/10}}"


def _pool_latex(pool: Pool, patch: Patch) -> Iterator[str]:
    assert pool.rate is not None
    concentration = rf"[{_index(pool.name)}]"
    own = {name: _name(pool.name, name) for name in _own(pool)}
    own |= {pool.name: concentration, "I": rf"I_{{{_index(pool.name)}}}"}
    yield rf"\frac{{d{concentration}}}{{dt}} &= {_set(pool.rate, own, patch)}"
    if "I" in {str(s) for s in pool.rate.sympy.free_symbols}:
        carried = _carriers(pool, patch, lambda c: _current(patch, c), r"\,")
        yield rf"{own['I']} &= {carried}"
