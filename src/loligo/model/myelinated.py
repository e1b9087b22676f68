"""A myelinated fibre: nodes of Ranvier, and between them axon in a sheath that lets little current through."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..errors import LoligoError
from ..units import number
from .cable import _positive
from .cell import Cell
from .channel import Channel
from .section import Section
from .tree import Tree

INTERNODE = 100.0  # times the diameter of the fibre: Hursh 1939, Am J Physiol 127:131
CAPACITANCE = 4.4  # pF/cm, 2 pi times the permittivity
CONDUCTANCE = 10.0  # nS/cm, 2 pi times the conductivity
NUMBERS = {
    **dict.fromkeys(["diameter", "internode", "node_length", "node_diameter"], "µm"),
    "g_ratio": "1", "Ra": "Ω·cm", "rest": "mV", "myelin_capacitance": "pF/cm", "myelin_conductance": "nS/cm",
}  # fmt: skip


class Myelinated(Tree):
    """Nodes and internodes in turn, a node at either end; a `Tree` without branches.

    The sheath is a coaxial capacitor: per length of internode it has the capacitance ``myelin_capacitance`` /
    ln(D / d), and the conductance ``myelin_conductance`` / ln(D / d), where D is the diameter of the fibre and
    d = `g_ratio` D that of the axon in it. The defaults give 13 pF/cm and 30 nS/cm at D = 14 and d = 10 µm (frog;
    Hodgkin 1964, The Conduction of the Nervous Impulse: 10 to 16 pF/cm, 25 to 40 MΩ·cm; quoted from memory). Axolemma
    and sheath of the internode count as one; there is no space between them for current to flow in, which in mammals
    matters: McIntyre et al. 2002 have a sheath of 1.3 pF/cm over such a space (docs/axons.md).

    If node, g-ratio and internode in units of D stay the same, all times do, and the velocity is in proportion to D
    (Rushton 1951, J Physiol 115:101).

    Parameters
    ----------
    node : Cell
        The membrane of the nodes, such as ``loligo.cells.frankenhaeuser_huxley_1964()``.
    diameter : number
        Of the fibre with its sheath, µm.
    nodes : int
        How many, 2 or more.
    internode : number, optional
        Length of an internode, µm; 100 times the diameter unless given.
    g_ratio : number
        Diameter of the axon over that of the fibre.
    node_length, node_diameter : number, optional
        µm; a node is as wide as the axon unless given.
    Ra : number
        Resistivity of the axoplasm, Ω·cm.
    rest : number, optional
        mV to which the conductance of the sheath draws V; where the cell of the nodes begins unless given.
    myelin_capacitance, myelin_conductance : number
        pF/cm and nS/cm, both times ln(D / d).
    per_internode : int
        Compartments of an internode; of a node there is one.
    finer : int
        Cut all of them into so many.

    Examples
    --------
    >>> import loligo as lo
    >>> fibre = Myelinated(lo.cells.frankenhaeuser_huxley_1964(), diameter=14)
    >>> fibre.internode
    1400.0
    """

    diameter: float
    internode: float

    def __init__(
        self,
        node: Cell,
        diameter: Any,
        nodes: int = 21,
        *,
        internode: Any = None,
        g_ratio: Any = 0.7,
        node_length: Any = 1.0,
        node_diameter: Any = None,
        Ra: Any = 110.0,
        rest: Any = None,
        myelin_capacitance: Any = CAPACITANCE,
        myelin_conductance: Any = CONDUCTANCE,
        per_internode: int = 9,
        finer: int = 1,
    ) -> None:
        if not isinstance(node, Cell):
            raise LoligoError(f"Myelinated needs a cell for its nodes, not {node!r}")
        for name, count, least in (("nodes", nodes, 2), ("per_internode", per_internode, 1)):
            if isinstance(count, bool) or not isinstance(count, int) or count < least:
                raise LoligoError(f"{name}: {count!r}; give a whole number, {least} or more")
        outer = _positive(diameter, "diameter", "µm")
        ratio = number(g_ratio, "1", "g_ratio")
        if not 0 < ratio < 1:
            raise LoligoError(f"g_ratio: {ratio:g}; the axon is thinner than the fibre, so give a number below 1")
        inner = ratio * outer
        long = INTERNODE * outer if internode is None else _positive(internode, "internode", "µm")
        gap = _positive(node_length, "node_length", "µm")
        wide = inner if node_diameter is None else _positive(node_diameter, "node_diameter", "µm")
        begins = dict(node.initial)
        if rest is None and "V" not in begins:
            raise LoligoError(f"rest: {node.name} does not say where it begins; give the resting potential, mV")
        level = number(begins["V"] if rest is None else rest, "mV", "rest")
        per_area = 1e-6 / (math.log(outer / inner) * math.pi * inner * 1e-4)  # from pF/cm to µF/cm², nS/cm to mS/cm²
        sheath = Cell(
            "myelin",
            [Channel("leak", g=_positive(myelin_conductance, "myelin_conductance", "nS/cm") * per_area, E=level)],
            capacitance=_positive(myelin_capacitance, "myelin_capacitance", "pF/cm") * per_area,
            description="axolemma and sheath of an internode",
        )
        sections = [Section("node.0", gap, wide, region="node")]
        for i in range(1, nodes):
            before = f"node.{i - 1}"
            sections.append(Section(f"internode.{i - 1}", long, inner, parent=before, region="internode"))
            sections.append(Section(f"node.{i}", gap, wide, parent=f"internode.{i - 1}", region="node"))
        super().__init__(sections, node, Ra, cells={"internode": sheath}, dx=long / per_internode, finer=finer)
        self._set(
            diameter=outer,
            internode=long,
            _arguments={
                "node": node, "diameter": outer, "nodes": nodes, "internode": internode, "g_ratio": ratio,
                "node_length": gap, "node_diameter": node_diameter, "Ra": Ra, "rest": level,
                "myelin_capacitance": myelin_capacitance, "myelin_conductance": myelin_conductance,
                "per_internode": per_internode, "finer": finer,
            },
        )  # fmt: skip

    @property
    def numbers(self) -> dict[str, str]:
        """The arguments that are numbers, and may be varied in a sweep, with their units."""
        return dict(NUMBERS)

    def with_(self, changes: Mapping[str, Any] | None = None, **named: Any) -> Myelinated:
        """A new fibre with other arguments, or with other parameters of the membrane of its nodes, by path."""
        own = dict(self.__dict__["_arguments"])
        for path, value in {**(changes or {}), **named}.items():
            if path in own:
                own[path] = value
            else:
                own["node"] = own["node"].with_({path: value})
        return Myelinated(**own)

    def __repr__(self) -> str:
        count = (len(self.sections) + 1) // 2
        return f"<myelinated fibre of {self.cell.name}: {count} nodes, {self.internode:g} µm apart>"
