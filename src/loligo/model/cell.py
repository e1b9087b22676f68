"""A patch of membrane: capacitance, temperature and channels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import LoligoError, PathError, nearest
from ..units import number
from .channel import Channel
from .expression import Expression
from .immutable import Immutable
from .parameter import Parameter, standard

CAPACITANCE = ("µF/cm²", (1e-9, math.inf), "membrane capacitance")
CELSIUS = ("°C", (-50.0, 100.0), "temperature")


class Cell(Immutable):
    """An excitable membrane, space-clamped: C dV/dt = stimulus - sum of the channels' currents.

    Parameters
    ----------
    name : str
    channels : iterable of Channel
    capacitance : number
        µF/cm².
    celsius : number
        Temperature, °C.
    initial : mapping, optional
        State to start from where the cell has no stable rest: ``{"V": -60, "K.n": 0.3}``.
    spike_threshold : number
        The V (mV) that counts as a spike unless a run says otherwise; other than 0 where V is measured from rest.
    source, doi, preparation, validity, description : str
        The paper, its DOI, the preparation, and what the model holds for (and what not).

    Examples
    --------
    >>> passive = Cell("passive", [Channel("leak", g=0.1, E=-70)])
    >>> passive.with_({"leak.g": 0.2}).parameters["leak.g"]
    0.2 mS/cm² (default 0.1)
    """

    name: str
    channels: tuple[Channel, ...]
    capacitance: Parameter
    celsius: Parameter
    initial: tuple[tuple[str, float], ...]
    spike_threshold: float
    source: str
    doi: str
    preparation: str
    validity: str
    description: str

    def __init__(
        self,
        name: str,
        channels: Iterable[Channel] | Channel,
        capacitance: Any = 1.0,
        celsius: Any = 6.3,
        *,
        initial: Mapping[str, Any] | None = None,
        spike_threshold: Any = 0.0,
        source: str = "",
        doi: str = "",
        preparation: str = "",
        validity: str = "",
        description: str = "",
    ) -> None:
        if not isinstance(channels, Iterable) and not isinstance(channels, Channel):
            raise LoligoError(f"{name}: channels is {channels!r}; give a list of channels")
        parts = (channels,) if isinstance(channels, Channel) else tuple(channels)
        seen: set[str] = set()
        for part in parts:
            if not isinstance(part, Channel):
                raise LoligoError(f"{name}: {part!r} is not a Channel")
            if part.name in seen:
                raise LoligoError(
                    f"{name}: two channels are called '{part.name}'; rename one with channel.replace(name=...)"
                )
            seen.add(part.name)
        if not parts:
            raise LoligoError(f"{name}: a cell needs at least one channel")
        states = ["V", *(f"{c.name}.{g}" for c in parts for g, _ in c.gates)]
        if not isinstance(initial or {}, Mapping):
            raise LoligoError(f"{name}: initial is {initial!r}; give values by path, such as {{'V': -65}}")
        for path in initial or {}:
            if path not in states:
                raise PathError(f"{name}: initial names '{path}', which is no state of it; {nearest(path, states)}")
        self._set(
            name=str(name),
            channels=parts,
            capacitance=_own(capacitance, "capacitance", CAPACITANCE),
            celsius=_own(celsius, "celsius", CELSIUS),
            initial=tuple((k, _initial(k, v)) for k, v in (initial or {}).items()),
            spike_threshold=number(spike_threshold, "mV", "spike_threshold"),
            source=source,
            doi=doi,
            preparation=preparation,
            validity=validity,
            description=description,
        )

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Every number that can be varied, by path."""
        found = {"capacitance": self.capacitance, "celsius": self.celsius}
        for channel in self.channels:
            found.update({f"{channel.name}.{name}": p for name, p in channel.parameters})
            for gate_name, gate in channel.gates:
                if gate.q10 is not None and gate.celsius_ref is not None:
                    found[f"{channel.name}.{gate_name}.q10"] = gate.q10
                    found[f"{channel.name}.{gate_name}.celsius_ref"] = gate.celsius_ref
        return found

    def __getitem__(self, name: str) -> Channel:
        for channel in self.channels:
            if channel.name == name:
                return channel
        raise PathError(f"{self.name} has no channel '{name}': {nearest(name, [c.name for c in self.channels])}")

    def with_(self, changes: Mapping[str, Any] | None = None, **named: Any) -> Cell:
        """A new cell with some parameters or formulas changed.

        Parameters
        ----------
        changes : mapping
            Paths to new values: ``{"Na.g": 60, "celsius": 18.5}``; also formulas, ``{"K.n.alpha": ...}``.
        **named
            The same for paths without a dot: ``celsius=18.5``.

        Raises
        ------
        PathError
            If a path leads nowhere; the message lists the nearest ones.
        """
        if changes is not None and not isinstance(changes, Mapping):
            raise LoligoError(f"with_ takes paths and their values, such as {{'Na.g': 60}}; got {changes!r}")
        cell = self
        for path, value in {**(changes or {}), **named}.items():
            cell = cell._changed(str(path), value)
        return cell

    def _changed(self, path: str, value: Any) -> Cell:
        if path in ("capacitance", "celsius"):
            return self.replace(**{path: getattr(self, path).with_value(value, path)})
        if path in ("name", "initial", "spike_threshold", "source", "doi", "preparation", "validity", "description"):
            return self.replace(**{path: value})
        head, _, rest = path.partition(".")
        channel = next((c for c in self.channels if c.name == head), None)
        if channel is not None and rest in dict(channel.parameters):
            return self._swap(channel.replace(**{rest: value}))
        gate_name, _, part = rest.partition(".")
        if channel is not None and gate_name in dict(channel.gates):
            gate = channel.gate(gate_name)
            if part in gate.formulas or (part in ("q10", "celsius_ref") and getattr(gate, part) is not None):
                return self._swap(channel.replace(**{gate_name: gate.replace(**{part: value})}))
        formulas = [f"{c.name}.{n}.{p}" for c in self.channels for n, g in c.gates for p in g.formulas]
        raise PathError(f"'{path}' is not a parameter of {self.name}: {nearest(path, [*self.parameters, *formulas])}")

    def _swap(self, channel: Channel) -> Cell:
        return self.replace(channels=tuple(channel if c.name == channel.name else c for c in self.channels))

    def replace(self, **changes: Any) -> Cell:
        """A new cell with other constructor arguments."""
        now: dict[str, Any] = {k: v for k, v in vars(self).items() if not k.startswith("_")}
        now["initial"] = dict(self.initial)
        return Cell(**{**now, **changes})

    def __add__(self, channel: Channel) -> Cell:
        if not isinstance(channel, Channel):
            return NotImplemented
        return self.replace(channels=(*self.channels, channel))

    def __sub__(self, channel: Any) -> Cell:
        name = channel.name if isinstance(channel, Channel) else channel
        if not isinstance(name, str):
            raise LoligoError(f"subtract a channel or its name, such as cell - 'Na'; got {channel!r}")
        removed = self[name]
        return self.replace(channels=tuple(c for c in self.channels if c is not removed))

    def block(self, channel: str, fraction: Any = 1.0) -> Cell:
        """A new cell in which a fraction (0 to 1) of one kind of channel is blocked, as by a toxin."""
        if not isinstance(channel, str):
            raise LoligoError(f"block takes the name of a channel, such as 'Na'; got {channel!r}")
        part = number(fraction, "1", "fraction")
        if not 0 <= part <= 1:
            raise LoligoError(f"fraction: {part:g} of the channels cannot be blocked; give a value between 0 and 1")
        conductance = self.parameters.get(f"{self[channel].name}.g")
        if conductance is None:
            raise PathError(f"{channel} has no maximal conductance g to block")
        return self.with_({f"{channel}.g": conductance.value * (1 - part)})

    def equations(self) -> str:
        """The cell's equations as text, in the order in which they were written."""
        from .printing import equations

        return equations(self)

    def latex(self) -> str:
        """The cell's equations in LaTeX (an ``aligned`` environment)."""
        from .printing import latex

        return latex(self)

    def save(self, path: Any) -> None:
        """Write the cell to a TOML file, from which `loligo.load` makes the same cell."""
        from .files import save

        save(self, path)

    def _instead(self, name: str, value: Any) -> str:
        shown = f"{value:g}" if isinstance(value, (int, float)) else str(value)
        if name in self.parameters:
            return f'a cell cannot be changed in place: write cell = cell.with_({{"{name}": {shown}}})'
        return f"a cell cannot be changed in place; cell.with_({{path: value}}) makes a new one ({name} = {shown})"

    def __str__(self) -> str:
        return self.equations()

    def __repr__(self) -> str:
        return f"<cell {self.name}: {', '.join(c.name for c in self.channels)}>"

    def _repr_latex_(self) -> str:
        return f"$${self.latex()}$$"


def _own(value: Any, name: str, kind: tuple[str, tuple[float, float], str]) -> Parameter:
    if isinstance(value, Expression):
        raise LoligoError(f"{name} is a number, not a formula")
    return standard(value, name, *kind)


def _initial(path: str, value: Any) -> float:
    given = number(value, "mV" if path == "V" else "1", f"initial {path}")
    if path != "V" and not 0 <= given <= 1:
        raise LoligoError(f"initial {path}: {given:g}; an open probability lies between 0 and 1")
    return given
