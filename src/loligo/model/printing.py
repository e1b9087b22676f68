"""A cell's equations for people: as text, and in LaTeX, in the order of the paper."""

from __future__ import annotations

import re

from . import expression as ex
from .cell import Cell
from .channel import Channel
from .gate import Gate


def _qualified(tree: ex.Tree, channel: Channel, separator: str) -> ex.Tree:
    """Names of the channel's own gates and parameters get the channel's name."""
    own = {*dict(channel.gates), *dict(channel.parameters)}
    if tree[0] == "symbol":
        return ("symbol", f"{channel.name}{separator}{tree[1]}") if tree[1] in own else tree
    if tree[0] == "number":
        return tree
    return tuple(_qualified(part, channel, separator) if isinstance(part, tuple) else part for part in tree)


def _gate_lines(path: str, gate: Gate, factor: str) -> list[str]:
    if gate.instantaneous:
        return [f"{path} = {path}.inf"]
    if gate.alpha is not None:
        rate = f"{path}.alpha*(1 - {path}) - {path}.beta*{path}"
        return [f"d {path}/dt = {factor}*({rate})" if factor else f"d {path}/dt = {rate}"]
    return [f"d {path}/dt = {factor + '*' if factor else ''}({path}.inf - {path})/{path}.tau"]


def equations(cell: Cell) -> str:
    """The equations of a cell as text."""
    currents = " - ".join(f"{c.name}.I" for c in cell.channels)
    lines = [f"{cell.name}" + (f"  ({cell.source})" if cell.source else ""), ""]
    lines.append(f"capacitance*dV/dt = stimulus - {currents}")
    for channel in cell.channels:
        lines += ["", f"{channel.name}.I = {ex.text(_qualified(channel.current.tree, channel, '.'))}"]
        for name, gate in channel.gates:
            path = f"{channel.name}.{name}"
            owner = path if gate.q10 is not None else channel.name
            hot = gate.q10 is not None or "q10" in dict(channel.parameters)
            lines += _gate_lines(path, gate, f"{owner}.phi" if hot and not gate.instantaneous else "")
            lines += [
                f"    {path}.{part} = {ex.text(_qualified(f.tree, channel, '.'))}" for part, f in gate.formulas.items()
            ]
            if gate.q10 is not None:
                lines.append(f"    {path}.phi = {path}.q10**((celsius - {path}.celsius_ref)/10)")
        if "q10" in dict(channel.parameters):
            lines.append(f"    {channel.name}.phi = {channel.name}.q10**((celsius - {channel.name}.celsius_ref)/10)")
    lines += ["", "parameters"]
    width = max(len(path) for path in cell.parameters)
    for path, p in cell.parameters.items():
        unit = "" if p.unit == "1" else f" {p.unit}"
        lines.append(f"    {path:{width}} = {p.value:.12g}{unit}" + (f"   {p.description}" if p.description else ""))
    return "\n".join(lines)


def _name(channel: Channel, name: str) -> str:
    """A textbook symbol: g_Na, E_K; a gate keeps its letter, with its channel as index if the letter is not unique."""
    index = rf"\mathrm{{{channel.name}}}"
    if name == "g":
        return rf"\bar{{g}}_{{{index}}}"
    return rf"{name}_{{{index}}}" if len(name) == 1 else rf"\mathrm{{{name}}}_{{{index}}}"


def latex(cell: Cell) -> str:
    """The equations of a cell in LaTeX."""
    letters = [name for channel in cell.channels for name, _ in channel.gates]

    def shown(channel: Channel, name: str) -> str:
        return name if name in dict(channel.gates) and letters.count(name) == 1 else _name(channel, name)

    def formula(channel: Channel, tree: ex.Tree) -> str:
        own = {*dict(channel.gates), *dict(channel.parameters)}
        result = ex.latex(_marked(tree, own))
        return re.sub(r"@(\w+?)@", lambda found: shown(channel, found.group(1)), result)

    currents = " - ".join(rf"I_{{\mathrm{{{c.name}}}}}" for c in cell.channels)
    rows = [rf"C \frac{{dV}}{{dt}} &= I - {currents}"]
    for channel in cell.channels:
        rows.append(rf"I_{{\mathrm{{{channel.name}}}}} &= {formula(channel, channel.current.tree)}")
        for name, gate in channel.gates:
            x = shown(channel, name)
            index = rf"\mathrm{{{channel.name}}}"
            factor = rf"\phi_{{{index}}}" if "q10" in dict(channel.parameters) else ""
            factor = rf"\phi_{{{x}}}" if gate.q10 is not None else factor
            steady = rf"{x}_\infty" if letters.count(name) == 1 and len(name) == 1 else rf"{name}_{{\infty,{index}}}"
            parts = {part: formula(channel, f.tree) for part, f in gate.formulas.items()}
            symbols = {"alpha": rf"\alpha_{{{x}}}", "beta": rf"\beta_{{{x}}}"}
            symbols |= {"inf": steady, "tau": rf"\tau_{{{x}}}"}
            if gate.instantaneous:
                rows.append(rf"{x} &= {parts['inf']}")
                continue
            if gate.alpha is not None:
                right = rf"{symbols['alpha']} (1 - {x}) - {symbols['beta']}\, {x}"
                right = rf"{factor}\left[{right}\right]" if factor else right
            else:
                right = rf"{factor}\,\frac{{{symbols['inf']} - {x}}}{{{symbols['tau']}}}"
            rows.append(rf"\frac{{d{x}}}{{dt}} &= {right}")
            rows += [rf"{symbols[part]} &= {value}" for part, value in parts.items()]
            if gate.q10 is not None and gate.celsius_ref is not None:
                power = rf"(T - {gate.celsius_ref.value:g})/10"
                rows.append(rf"\phi_{{{x}}} &= {gate.q10.value:g}^{{{power}}}")
        if "q10" in dict(channel.parameters):
            p = dict(channel.parameters)
            power = rf"(T - {p['celsius_ref'].value:g})/10"
            rows.append(rf"\phi_{{\mathrm{{{channel.name}}}}} &= {p['q10'].value:g}^{{{power}}}")
    return "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}"


def _marked(tree: ex.Tree, own: set[str]) -> ex.Tree:
    """Mark the channel's own names, so that they can be set as textbook symbols."""
    if tree[0] == "symbol":
        return ("symbol", f"@{tree[1].replace('_', '')}@") if tree[1] in own else tree
    if tree[0] == "number":
        return tree
    return tuple(_marked(part, own) if isinstance(part, tuple) else part for part in tree)
