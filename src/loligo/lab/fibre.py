"""The axon view: V along a fibre and over time, when the impulse comes by, and how fast."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cable import Cable
from ..model.cell import Cell
from ..model.myelinated import Myelinated
from ..model.stimulus import Step, Stimulus
from ..numerics.batch import Stop, Stopped
from ..simulation.simulate import simulate
from . import messages, prepare

Array = NDArray[np.float64]
PLACES, MOMENTS = 241, 401  # of the picture
DT = 0.01  # ms
MOST = 40e6  # compartments times steps: about a second
MOST_NODES = 400
FEWEST_COMPARTMENTS = 40


def fibre(request: messages.Fibre, stop: Stop) -> bytes:
    """V over place and time, and when it first rises through the threshold of the cell at each place."""
    cell = prepare.prepared(request.preparation)
    if cell.compartments or cell.absolute:
        raise LoligoError(f"{cell.name} has compartments or absolute units; a fibre is made of membrane per area")
    x: Array = np.linspace(0.0, 1e3 * request.length, PLACES)
    body = _myelinated(request, cell) if request.myelin else _bare(request, cell)
    compartments = body.n if isinstance(body, Cable) else 10 * len(body.sections) // 2
    if compartments * request.duration / DT > MOST:
        raise LoligoError(
            f"length: {compartments} compartments for {request.duration:g} ms take too long; make one of them less"
        )
    if stop:
        raise Stopped
    found = simulate(
        body, _stimulus(request, body), duration=request.duration, dt=DT, every=request.duration / (MOMENTS - 1),
        where=x if isinstance(body, Cable) else None,
    )  # fmt: skip
    seen, v = found["x"].values, found["V"].values
    if not isinstance(body, Cable):
        x = np.linspace(0.0, float(seen.max()), PLACES)
        v = np.array([np.interp(x, seen, row) for row in v])
    arrival = np.interp(x, found["x_compartment"].values, found["arrival"].values)
    header = {
        "id": request.id, "kind": "fibre", "length": float(x[-1]) / 1e3, "duration": request.duration,
        "places": PLACES, "moments": MOMENTS, "compartments": compartments, "threshold": cell.spike_threshold,
        "nodes": _nodes(body), "space_constant": _space_constant(body), "notes": str(found.attrs["warnings"]),
    }  # fmt: skip
    return messages.encode(header, {"x": x / 1e3, "time": found["time"].values, "V": v, "arrival": arrival})


def _bare(request: messages.Fibre, cell: Cell) -> Cable:
    made = Cable(cell, 1e3 * request.length, request.diameter, request.Ra)
    return made if made.n >= FEWEST_COMPARTMENTS else made.with_(n=FEWEST_COMPARTMENTS)


def _myelinated(request: messages.Fibre, cell: Cell) -> Myelinated:
    """As many nodes as fit; the membrane of the nodes is the cell's, with its channels more densely packed."""
    between = 100 * request.diameter
    nodes = 1 + round(1e3 * request.length / between)
    if not 3 <= nodes <= MOST_NODES:
        raise LoligoError(
            f"diameter: nodes of a fibre of {request.diameter:g} µm are {between / 1e3:g} mm apart, which makes "
            f"{nodes} of them on {request.length:g} mm; there should be 3 to {MOST_NODES}"
        )
    dense = {p: request.nodes * q.value for p, q in cell.parameters.items() if p.rpartition(".")[2] in ("g", "P")}
    return Myelinated(cell.with_(dense), request.diameter, nodes, Ra=request.Ra, rest=_rest(cell))


def _rest(cell: Cell) -> float:
    from ..simulation.rest import beginning

    return beginning(cell, "rest")[0]["V"]


def _stimulus(request: messages.Fibre, body: Cable | Myelinated) -> Stimulus | None:
    parts: list[Stimulus] = []
    for e in request.electrodes:
        at = min(1e3 * e.x, body.length) if isinstance(body, Cable) else _nearest(body, 1e3 * e.x)
        parts.append(Step(e.amplitude, start=e.start, stop=e.start + e.width, at=at))
    return sum(parts[1:], parts[0]) if parts else None


def _nearest(body: Myelinated, x: float) -> str:
    """The node nearest to a place: nobody injects into a sheath."""
    count = (len(body.sections) + 1) // 2
    return f"node.{min(count - 1, round(x / body.internode))}"


def _nodes(body: Cable | Myelinated) -> list[float]:
    """Where the nodes are, mm."""
    if isinstance(body, Cable):
        return []
    return [1e-3 * i * body.internode for i in range((len(body.sections) + 1) // 2)]


def _space_constant(body: Cable | Myelinated) -> float:
    """Of the membrane at rest, mm: sqrt(d / (4 Ra G)), where G counts the channels that are open there."""
    if not isinstance(body, Cable) or callable(body.diameter):
        return math.nan
    from ..simulation.rest import beginning
    from ..simulation.run import run

    start = beginning(body.cell, "rest")[0]
    done = run(body.cell, duration=0.1, every=0.1, record="all", initial=start, estimate_error=False)
    total = sum(float(v[0]) for p, v in done.values.items() if p.endswith(".conductance"))
    return 10 * math.sqrt(body.diameter * 1e-4 / (4 * body.Ra * total * 1e-3)) if total > 0 else math.nan
