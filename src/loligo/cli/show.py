"""``loligo cells``, ``equations``, ``kernel`` and ``version``: what there is, and what is solved."""

from __future__ import annotations

import argparse
import textwrap
from typing import TYPE_CHECKING, Any

from . import output

if TYPE_CHECKING:
    from ..model.cell import Cell

WIDTH = 100
PACKAGES = ("numpy", "numba", "llvmlite", "sympy", "xarray", "matplotlib", "h5netcdf")


def cells(arguments: argparse.Namespace, _: output.Warned) -> int:
    """``loligo cells [NAME]``."""
    from .. import cells as library
    from . import choose

    if arguments.name is not None:
        cell = choose.named_cell(arguments.name)
        if arguments.json:
            output.print_json(_document(cell))
        else:
            output.say(_page(cell))
        return 0
    found = {name: choose.named_cell(name) for name in library.__all__}
    if arguments.json:
        listed = [
            {
                "name": name,
                "description": cell.description,
                "channels": [c.name for c in cell.channels],
                "source": cell.source,
                "doi": cell.doi,
                "celsius": cell.celsius.value,
            }
            for name, cell in found.items()
        ]
        output.print_json(listed)
        return 0
    channels = {name: ", ".join(c.name for c in cell.channels) for name, cell in found.items()}
    wide = max(map(len, channels.values())) + 3
    rows = []
    for name, cell in found.items():
        more = [text for text in (cell.description, cell.source) if text]
        rows.append((name, f"\n{'':{wide}}".join(f"{channels[name]:{wide}}{t}" if t is more[0] else t for t in more)))
    output.say(output.table(rows, 0))
    return 0


def _document(cell: Cell) -> dict[str, Any]:
    from ..simulation.rest import resting_states

    return {
        "name": cell.name,
        "description": cell.description,
        "citation": cell.source,
        "doi": cell.doi,
        "preparation": cell.preparation,
        "validity": cell.validity,
        "celsius": cell.celsius.value,
        "channels": [
            {"name": c.name, "description": c.description, "source": c.source, "gates": [name for name, _ in c.gates]}
            for c in cell.channels
        ],
        "parameters": {
            path: {"value": p.value, "unit": p.unit, "bounds": p.bounds, "description": p.description}
            for path, p in cell.parameters.items()
        },
        "rest": [
            {
                "V": e.V,
                "stable": e.stable,
                "state": e.state,
                "eigenvalues": [[z.real, z.imag] for z in e.eigenvalues],
                "decay_time": e.decay_time,
                "ringing": e.ringing,
            }
            for e in resting_states(cell)
        ],
        "units": {"V": "mV", "celsius": "°C", "eigenvalues": "1/ms", "decay_time": "ms", "ringing": "Hz"},
    }


def _page(cell: Cell) -> str:
    rows = [("source", cell.source), ("doi", f"https://doi.org/{cell.doi}" if cell.doi else "")]
    rows += [("preparation", cell.preparation), ("temperature", f"{cell.celsius.value:g} °C")]
    rows += [("validity", cell.validity)]
    shown = [(name, textwrap.fill(text, WIDTH - 16)) for name, text in rows if text]
    title = f"{cell.name}: {cell.description}" if cell.description else cell.name
    return "\n".join([title, "", output.table(shown), "", *_parameters(cell), "", *_equilibria(cell)])


def _parameters(cell: Cell) -> list[str]:
    width = max(len(path) for path in cell.parameters)
    digits = max(len(f"{p.value:g}") for p in cell.parameters.values())
    units = max(len(p.unit) for p in cell.parameters.values())
    lines = ["  parameters"]
    for path, p in cell.parameters.items():
        unit = "" if p.unit == "1" else p.unit
        lines.append(f"    {path:{width}}   {p.value:>{digits}g} {unit:{units}}   {p.description}".rstrip())
    return lines


def _equilibria(cell: Cell) -> list[str]:
    from ..simulation.rest import resting_states

    found = resting_states(cell)
    lines = ["  resting states" if len(found) != 1 else "  resting state"]
    for e in found:
        kind = "stable" if e.stable else "unstable"
        change = "settles" if e.stable else "is left"
        text = f"{e.V:.5f} mV, {kind}; {change} with a time constant of {abs(e.decay_time):.3g} ms"
        lines.append("    " + text + (f", ringing at {e.ringing:.3g} Hz" if e.ringing else ""))
    return lines if found else ["  no resting state between -200 and 150 mV"]


def equations(arguments: argparse.Namespace, _: output.Warned) -> int:
    """``loligo equations CELL``."""
    from . import choose

    cell = choose.named_cell(arguments.cell)
    output.say(cell.latex() if arguments.latex else cell.equations())
    return 0


def kernel(arguments: argparse.Namespace, _: output.Warned) -> int:
    """``loligo kernel CELL``."""
    from ..numerics import kernel as kernels

    method = kernels.method(arguments.method)
    if arguments.integrator:
        output.say(kernels.integrator_source(method.name, method.adaptive).rstrip())
        return 0
    from . import choose

    output.say(_physics(choose.named_cell(arguments.cell), method.name))
    return 0


def _physics(cell: Cell, name: str) -> str:
    """The generated functions, behind a comment that says what their constants stand for."""
    import sympy

    from ..numerics import kernel as kernels
    from ..numerics.cache import vector_lanes
    from ..system import system

    method = kernels.METHODS[name]
    whole = system(cell)
    source, _ = kernels.physics_source(whole, method.form, vector_lanes())
    values = {p.symbol: cell.parameters[p.path].value for p in whole.parameters}
    lines = [
        f"The physics of {cell.name} as compiled for '{name}' ({method.summary}), {vector_lanes()} variants at a time.",
        "It holds no number: another value of a parameter is no reason to compile again. exp, linoid and the like are",
        f"written by hand, as is the method itself: loligo kernel --integrator --method {name}.",
    ]
    if source.constants:
        lines += ["", "Numbers of the formulas:"]
        lines += [f"  k{i} = {_value(c)}" for i, c in enumerate(source.constants)]
    if source.derived:
        lines += ["", "Computed once for each variant from the parameters:"]
        formulas = {p.symbol: sympy.Symbol(p.path) for p in whole.parameters}
        shown = [(str(f.xreplace(formulas)), float(f.subs(values))) for f in source.derived]
        lines += [f"  q{i} = {formula} = {value:.10g}" for i, (formula, value) in enumerate(shown)]
    header = "\n".join(f"# {line}".rstrip() for line in lines)
    return "\n\n\n".join([header, *(text.strip() for text in source.functions.values())])


def _value(constant: Any) -> str:
    number = f"{float(constant):.10g}"
    return number if str(constant) in (number, f"{number}.0") else f"{constant} = {number}"


def version(arguments: argparse.Namespace, _: output.Warned) -> int:
    """``loligo version``."""
    import platform
    from importlib.metadata import version as installed

    from .._version import __version__
    from ..numerics.cache import folder

    found = {"loligo": __version__, "python": platform.python_version(), **{name: installed(name) for name in PACKAGES}}
    where = folder()
    kernels = list(where.glob("*.bin"))
    size = sum(path.stat().st_size for path in kernels)
    if arguments.json:
        output.print_json({**found, "cache": str(where), "kernels": len(kernels), "kernel_bytes": size})
        return 0
    many = f"{len(kernels)} kernel{'' if len(kernels) == 1 else 's'}, {size / 1e6:.1f} MB"
    output.say(output.table([*found.items(), ("cache", f"{where} ({many})")], 0))
    return 0
