"""Dynamic clamp: a conductance that the amplifier computes from V and injects as a current."""

from __future__ import annotations

import math
from typing import Any

from ..errors import LoligoError
from ..units import number
from .cell import Cell
from .channel import Channel
from .expression import symbol
from .immutable import Immutable
from .parameter import Parameter

SWITCH = "on"  # the parameter of a virtual channel that the amplifier turns


class DynamicClamp(Immutable):
    """A virtual conductance, added to a cell from `start` to `stop`, with ideal coupling.

    While it is on, the amplifier injects the current that the channel would carry at the momentary V: `factor` times
    ``g * (gates) * (E - V)``. Its gates follow V all the time, so that they are where they would be in the membrane.

    Parameters
    ----------
    channel : Channel, optional
        Any channel, of the library or not: ``loligo.channels.…``; or give `conductance` and `E`.
    start, stop : number
        ms; from the beginning to the end of the run unless given.
    conductance : number, optional
        Of a plain virtual conductance, mS/cm² (``Parameter(5, "nS")`` in absolute units); a negative one is taken away.
    E : number, optional
        Its reversal potential, mV.
    factor : number
        -1 takes a conductance away from the cell instead of adding it.

    Examples
    --------
    >>> DynamicClamp(conductance=0.5, E=-77, start=10, stop=40).virtual.name
    'virtual'
    """

    channel: Channel
    start: float
    stop: float
    factor: float

    def __init__(
        self,
        channel: Channel | None = None,
        start: Any = 0.0,
        stop: Any = math.inf,
        *,
        conductance: Any = None,
        E: Any = None,
        factor: Any = 1.0,
    ) -> None:
        if (channel is None) == (conductance is None) or (conductance is None) != (E is None):
            raise LoligoError("DynamicClamp: give a channel, or conductance= and E= of a plain one")
        size = number(factor, "1", "DynamicClamp.factor")
        if isinstance(conductance, (int, float)) and conductance < 0:
            conductance, size = -conductance, -size
        if channel is None:
            channel = Channel("virtual", g=conductance, E=E)
        if not isinstance(channel, Channel):
            raise LoligoError(f"DynamicClamp.channel: {channel!r}; give a Channel, such as squid['K']")
        begin = number(start, "ms", "DynamicClamp.start")
        end = number(stop, "ms", "DynamicClamp.stop", finite=False)
        if begin < 0 or end <= begin:
            raise LoligoError(f"DynamicClamp: on from {begin:g} to {end:g} ms; give 0 <= start < stop")
        self._set(channel=channel, start=begin, stop=end, factor=size)

    @property
    def virtual(self) -> Channel:
        """The channel as the amplifier computes it: its current is multiplied by a switch; it moves no ions."""
        name = self.channel.name if self.channel.name == "virtual" else f"virtual_{self.channel.name}"
        switch = Parameter(0.0, "1", description="factor of the virtual current")
        current = symbol(SWITCH) * self.channel.current
        return self.channel.replace(name=name, current=current, carries={}, **{SWITCH: switch})

    def added_to(self, cell: Cell) -> Cell:
        """The cell with the virtual channel, switched off."""
        return cell + self.virtual

    def __repr__(self) -> str:
        return f"DynamicClamp({self.channel!r}, start={self.start:g}, stop={self.stop:g}, factor={self.factor:g})"
