"""A second compartment of a cell, such as the dendrite of a two-compartment model."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from typing import Any

from ..errors import LoligoError
from .channel import Channel
from .expression import Expression, expression
from .immutable import Immutable
from .parameter import Parameter, standard
from .pool import RESERVED, Pool

CAPACITANCE = ("µF/cm²", (1e-9, float("inf")), "membrane capacitance")


class Compartment(Immutable):
    """A patch of membrane with a potential of its own, joined to the main one.

    ``C dV/dt = coupling / share - sum of its channels' currents``; the main compartment loses ``coupling`` divided by
    its own share. Inside, V is the compartment's own potential; paths begin with its name: ``dendrite.V``,
    ``dendrite.CaL.g``.

    Parameters
    ----------
    name : str
    channels : iterable of Channel
    coupling : formula
        The current that flows into this compartment from the main one: ``gc * (V - symbol("dendrite.V"))``, in the
        unit of the stimulus; V is the potential of the main compartment, numbers are the cell's shared parameters.
    share : formula
        What coupling and stimulus are divided by in this compartment: its share of the whole area (stimulus per area
        of the whole cell), or its own area in such units that the stimulus becomes a density.
    capacitance : number
        µF/cm².
    pools : iterable of Pool
    """

    name: str
    channels: tuple[Channel, ...]
    coupling: Expression
    share: Expression
    capacitance: Parameter
    pools: tuple[Pool, ...]

    def __init__(
        self,
        name: str,
        channels: Iterable[Channel],
        coupling: Any,
        share: Any = 1,
        capacitance: Any = 1.0,
        pools: Iterable[Pool] = (),
    ) -> None:
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name) or name in RESERVED:
            raise LoligoError(f"{name!r} cannot be the name of a compartment: use a word such as 'dendrite'")
        self._set(
            name=name,
            channels=tuple(channels),
            coupling=expression(coupling),
            share=expression(share),
            capacitance=standard(capacitance, f"{name}.capacitance", *CAPACITANCE),
            pools=tuple(pools),
        )

    def replace(self, **changes: Any) -> Compartment:
        """The same compartment with other constructor arguments."""
        now = {k: v for k, v in vars(self).items() if not k.startswith("_")}
        return Compartment(**{**now, **changes})
