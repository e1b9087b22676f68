"""``loligo bifurcation``: follow a cell over a parameter, list the special points, draw the diagram."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LoligoError
from . import choose, keep, output
from .waiting import interruptible

if TYPE_CHECKING:
    from ..dynamics import Diagram


def bifurcation(arguments: argparse.Namespace, warned: output.Warned) -> int:
    """Carry out ``loligo bifurcation``.

    Returns
    -------
    int
        The exit code.
    """
    from ..dynamics import Options, continuation

    picture = keep.picture("--plot", arguments.plot) if arguments.plot is not None else None
    cell = choose.changed(choose.named_cell(arguments.cell), arguments)
    low, high = arguments.range
    if not low < high:
        raise LoligoError(f"--range: from {low:g} to {high:g}; give the lower value first")
    options = Options(longest=arguments.longest) if arguments.longest is not None else Options()
    with interruptible():
        diagram = continuation(
            cell,
            arguments.parameter,
            (low, high),
            current=arguments.current,
            cycles=not arguments.no_cycles,
            cycles_at=tuple(arguments.cycle_at or ()),
            doublings=arguments.doublings,
            options=options,
        )
    if picture is not None:
        keep.draw(diagram, picture)
    if arguments.json:
        output.print_json(document(diagram, warned.messages, picture))
    else:
        output.say(summary(diagram, picture))
    return 0


def summary(diagram: Diagram, picture: Path | None) -> str:
    """The special points as a table."""
    low, high = diagram.range
    lines = [f"{diagram.cell.name}, {diagram.parameter} from {low:g} to {high:g} {diagram.unit}".rstrip(), ""]
    rows = []
    for s in diagram.special:
        remarks = [s.criticality] if s.criticality else []
        if s.period == s.period and s.period < float("inf"):
            remarks.append(f"period {s.period:.8g} ms ({s.frequency:.6g} Hz)")
        first = next(iter(s.state.items()), None)
        if first is not None:
            remarks.append(f"{first[0]} = {first[1]:.6g}")
        rows.append((f"{s.value:.10g}", f"{s.kind:18}{', '.join(remarks)}"))
    lines.append(output.table(rows) if rows else "  no special points")
    count = f"{len(diagram.equilibria)} of equilibria, {len(diagram.cycles)} of cycles"
    more = [("branches", count), *(("note", note) for note in diagram.notes)]
    more += [("picture", str(picture))] if picture is not None else []
    return "\n".join([*lines, "", output.table(more)])


def document(diagram: Diagram, warnings: list[str], picture: Path | None) -> dict[str, Any]:
    """Everything found, for a script."""
    return {
        "cell": diagram.cell.name,
        "parameter": diagram.parameter,
        "unit": diagram.unit,
        "range": list(diagram.range),
        "special": [
            {
                "kind": s.kind,
                "parameter": s.parameter,
                "value": s.value,
                "uncertainty": s.uncertainty,
                "period": s.period,
                "criticality": s.criticality,
                "coefficient": s.coefficient,
                "state": s.state,
                "branch": s.branch,
            }
            for s in diagram.special
        ],
        "equilibria": [
            {"parameter": b.parameter, "V": b.V, "stable": b.stable, "end": b.end} for b in diagram.equilibria
        ],
        "cycles": [
            {
                "parameter": b.parameter,
                "period": b.period,
                "V_max": b.V_max,
                "V_min": b.V_min,
                "stable": b.stable,
                "end": b.end,
            }
            for b in diagram.cycles
        ],
        "notes": list(diagram.notes),
        "warnings": warnings,
        **({"picture": str(picture)} if picture is not None else {}),
    }
