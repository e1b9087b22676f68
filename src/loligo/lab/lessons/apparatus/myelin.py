"""A myelinated fibre, one internode of which can lose its sheath.

Per length a sheath has a capacitance and a conductance in proportion to 1 / ln(D / d). Where only a part of the sheath
is left, ln(D / d) is that part of what it was: both grow, and with them the current that is lost between two nodes.
"""

from __future__ import annotations

from ....model.cell import Cell
from ....model.myelinated import Myelinated
from ....model.tree import Tree
from .fibre import travelling
from .shown import Kind, Knob, Shown

NODES = 21
STRIPPED = 13  # the internode, between the last two electrodes
LEAST = 0.4  # per cent: about the bare axolemma, 1 µF/cm²


def _run(cell: Cell, diameter: float, internode: float, celsius: float, left: float) -> Shown:
    made = Myelinated(cell.with_({"celsius": celsius}), diameter=diameter, internode=internode, nodes=NODES)
    if left == 100:
        return travelling(made, both=False)
    sheath = dict(made.cells)["internode"]
    thinner = 100.0 / left
    bare = sheath.with_(
        {"capacitance": sheath.capacitance.value * thinner, "leak.g": sheath.parameters["leak.g"].value * thinner}
    )
    sections = [s.with_(region="bare") if s.name == f"internode.{STRIPPED}" else s for s in made.sections]
    return travelling(
        Tree(sections, made.cell, made.Ra, cells={"internode": sheath, "bare": bare}, dx=made.dx), both=False
    )


KIND = Kind(
    "Myelinated fibre",
    {
        "diameter": Knob(14.0, 1.0, 30.0, "µm", "diameter"),
        "internode": Knob(1400.0, 100.0, 4000.0, "µm", "internode"),
        "celsius": Knob(20.0, 5.0, 38.0, "°C", "temperature"),
        "left": Knob(100.0, LEAST, 100.0, "%", "sheath left on one"),
    },
    _run,
)
