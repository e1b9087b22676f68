"""A cell: a patch of membrane, or two that are coupled, with its channels, its pools of ions and its temperature."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..errors import CompositionError, LoligoError, PathError, nearest
from ..units import number
from .channel import Channel
from .compartment import CAPACITANCE, Compartment
from .expression import Expression, expression
from .immutable import Immutable
from .parameter import Parameter, standard
from .pool import Pool, path_of

CELSIUS = ("°C", (-50.0, 100.0), "temperature")
WHOLE = ("pF", (1e-9, math.inf), "capacitance of the cell")
PER_AREA = 0.01  # µF/cm² of 1 µm² are so many pF; likewise mS/cm² and nS, µA/cm² and pA
_TEXTS = ("name", "source", "doi", "preparation", "validity", "description", "spike_threshold", "initial", "area")


class Patch(NamedTuple):
    """One compartment of a cell, the main one or another; paths into it begin with the prefix."""

    prefix: str
    channels: tuple[Channel, ...]
    pools: tuple[Pool, ...]
    capacitance: Parameter
    share: Expression | None
    coupling: Expression | None


class Cell(Immutable):
    """An excitable membrane, space-clamped: C dV/dt = stimulus - sum of the channels' currents.

    Parameters
    ----------
    name : str
    channels : iterable of Channel
    capacitance : number
        µF/cm²; ``Parameter(12, "pF")`` for a cell in absolute units, whose conductances are in nS and currents in pA.
    celsius : number
        Temperature, °C.
    pools : iterable of Pool
        Concentrations that currents change or formulas read.
    compartments : iterable of Compartment
        Further compartments, coupled to this one.
    shared : mapping of str to number or Parameter
        Numbers that several parts use: the coupling of compartments, or what channels name in ``reads=``.
    share : formula, optional
        What stimulus and coupling are divided by in the main compartment; see `Compartment`.
    stimulated : str, optional
        The compartment into which the stimulus flows; the main one unless given.
    stimulus_unit : str, optional
        Unit of the stimulus where it is not that of the currents: ``"nA"``.
    area : number, optional
        Of the membrane, µm². It links the two views: `per_area` and `whole_cell`.
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
    pools: tuple[Pool, ...]
    compartments: tuple[Compartment, ...]
    shared: tuple[tuple[str, Parameter], ...]
    share: Expression | None
    stimulated: str
    stimulus_unit: str
    area: float | None
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
        pools: Iterable[Pool] = (),
        compartments: Iterable[Compartment] = (),
        shared: Mapping[str, Any] | None = None,
        share: Any = None,
        stimulated: str = "",
        stimulus_unit: str = "",
        area: Any = None,
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
        absolute = isinstance(capacitance, Parameter) and capacitance.unit == "pF"
        extent = None if area is None else number(area, "µm²", "area")
        if extent is not None and extent <= 0:
            raise LoligoError(f"{name}: an area of {extent:g} µm² makes no sense; give a positive one")
        parts = [channels] if isinstance(channels, Channel) else list(channels)
        for part in parts:
            if not isinstance(part, Channel):
                raise LoligoError(f"{name}: {part!r} is not a Channel")
        common = {k: v if isinstance(v, Parameter) else Parameter(v, name=k) for k, v in dict(shared or {}).items()}
        self._set(
            name=str(name),
            channels=tuple(_in_view(part, absolute, extent, name) for part in parts),
            capacitance=_own(capacitance, "capacitance", WHOLE if absolute else CAPACITANCE),
            celsius=_own(celsius, "celsius", CELSIUS),
            pools=tuple(pools),
            compartments=tuple(compartments),
            shared=tuple(common.items()),
            share=None if share is None else expression(share),
            stimulated=stimulated,
            stimulus_unit=stimulus_unit or ("pA" if absolute else "µA/cm²"),
            area=extent,
            spike_threshold=number(spike_threshold, "mV", "spike_threshold"),
            source=source,
            doi=doi,
            preparation=preparation,
            validity=validity,
            description=description,
        )
        from .composition import check, initial_values

        check(self)
        self._set(initial=initial_values(self, initial or {}))

    @property
    def patches(self) -> tuple[Patch, ...]:
        """The main compartment, then the others."""
        main = Patch("", self.channels, self.pools, self.capacitance, self.share, None)
        return (
            main,
            *(Patch(f"{c.name}.", c.channels, c.pools, c.capacitance, c.share, c.coupling) for c in self.compartments),
        )

    @property
    def absolute(self) -> bool:
        """Is the cell written in absolute units (pF, nS, pA) rather than per area?"""
        return self.capacitance.unit == "pF"

    @property
    def events(self) -> tuple[tuple[float, str, float], ...]:
        """What jumps at given times, by how much: (ms, path of a state, jump)."""
        return tuple(
            (t, f"{path}.{name}", activation.jump)
            for path, channel in self.all_channels()
            for name, activation in channel.activations
            if activation.jump
            for t in channel.times
        )

    @property
    def current_unit(self) -> str:
        """Unit of the channels' currents."""
        return "pA" if self.absolute else "µA/cm²"

    @property
    def parameters(self) -> dict[str, Parameter]:
        """Every number that can be varied, by path."""
        found = {"capacitance": self.capacitance, "celsius": self.celsius, **dict(self.shared)}
        for patch in self.patches:
            if patch.prefix:
                found[f"{patch.prefix}capacitance"] = patch.capacitance
            for channel in patch.channels:
                path = patch.prefix + channel.name
                found.update({f"{path}.{name}": p for name, p in channel.parameters})
                for gate_name, gate in channel.gates:
                    if gate.q10 is not None and gate.celsius_ref is not None:
                        found[f"{path}.{gate_name}.q10"] = gate.q10
                        found[f"{path}.{gate_name}.celsius_ref"] = gate.celsius_ref
            for pool in patch.pools:
                found.update({patch.prefix + path_of(pool.name, name): p for name, p in pool.parameters})
        return found

    def all_channels(self) -> Iterator[tuple[str, Channel]]:
        """Every channel of every compartment, with its path."""
        for patch in self.patches:
            for channel in patch.channels:
                yield patch.prefix + channel.name, channel

    def __getitem__(self, name: str) -> Channel:
        found = dict(self.all_channels())
        if name not in found:
            raise PathError(f"{self.name} has no channel '{name}': {nearest(name, found)}")
        return found[name]

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
        common = dict(self.shared)
        if path in common:
            return self.replace(shared={**common, path: common[path].with_value(value, path)})
        if path in _TEXTS:
            return self.replace(**{path: value})
        for patch in sorted(self.patches, key=lambda p: -len(p.prefix)):
            changed = _within(patch, path.removeprefix(patch.prefix), value) if path.startswith(patch.prefix) else None
            if changed is not None:
                return self._swap(changed)
        formulas = [f"{c}.{n}.{p}" for c, channel in self.all_channels() for n, g in channel.gates for p in g.formulas]
        raise PathError(f"'{path}' is not a parameter of {self.name}: {nearest(path, [*self.parameters, *formulas])}")

    def _swap(self, patch: Patch) -> Cell:
        new = {"channels": patch.channels, "pools": patch.pools, "capacitance": patch.capacitance}
        if not patch.prefix:
            return self.replace(**new)
        kept = (c.replace(**new) if f"{c.name}." == patch.prefix else c for c in self.compartments)
        return self.replace(compartments=tuple(kept))

    def replace(self, **changes: Any) -> Cell:
        """A new cell with other constructor arguments."""
        now: dict[str, Any] = {k: v for k, v in vars(self).items() if not k.startswith("_")}
        now["initial"], now["shared"] = dict(self.initial), dict(self.shared)
        return Cell(**{**now, **changes})

    def __add__(self, part: Channel | Pool) -> Cell:
        if isinstance(part, Pool):
            return self.replace(pools=(*self.pools, part))
        if not isinstance(part, Channel):
            called = getattr(part, "__name__", "")
            hint = f"call it: {self.name} + {called}()" if callable(part) and called else "add a channel or a pool"
            raise CompositionError(f"{self.name}: {part!r} cannot be added to a cell; {hint}")
        return self.replace(channels=(*self.channels, part))

    def __sub__(self, part: Any) -> Cell:
        name = part.name if isinstance(part, (Channel, Pool)) else part
        if not isinstance(name, str):
            raise LoligoError(f"subtract a channel or its name, such as cell - 'Na'; got {part!r}")
        if name in [pool.name for pool in self.pools]:
            return self.replace(pools=tuple(p for p in self.pools if p.name != name))
        removed = self[name]
        starts = {k: v for k, v in self.initial if k.rpartition(".")[0] != name}
        if not any(c is removed for c in self.channels):
            kept = (c.replace(channels=tuple(x for x in c.channels if x is not removed)) for c in self.compartments)
            return self.replace(compartments=tuple(kept), initial=starts)
        return self.replace(channels=tuple(c for c in self.channels if c is not removed), initial=starts)

    def per_area(self) -> Cell:
        """The cell per area: µF/cm², mS/cm², µA/cm²."""
        return self._view(absolute=False)

    def whole_cell(self) -> Cell:
        """The cell in absolute units: pF, nS, pA."""
        return self._view(absolute=True)

    def _view(self, absolute: bool) -> Cell:
        if absolute == self.absolute:
            return self
        if self.area is None:
            raise LoligoError(f"{self.name} has no area; give one: cell.with_({{'area': 1000}}) (µm²)")
        if self.compartments or self.pools:
            raise LoligoError(f"{self.name}: only cells of one compartment and without pools have two views")
        factor, unit = (self.area * PER_AREA, "pF") if absolute else (1 / (self.area * PER_AREA), "µF/cm²")
        p = self.capacitance
        capacitance = Parameter(p.value * factor, unit, CAPACITANCE[1], p.description, p.default * factor)
        return self.replace(capacitance=capacitance, stimulus_unit="")

    def block(self, channel: str, fraction: Any = 1.0) -> Cell:
        """A new cell in which a fraction (0 to 1) of one kind of channel is blocked, as by a toxin."""
        if not isinstance(channel, str):
            raise LoligoError(f"block takes the name of a channel, such as 'Na'; got {channel!r}")
        part = number(fraction, "1", "fraction")
        if not 0 <= part <= 1:
            raise LoligoError(f"fraction: {part:g} of the channels cannot be blocked; give a value between 0 and 1")
        self[channel]
        conductance = self.parameters.get(f"{channel}.g")
        if conductance is None:
            raise PathError(f"{channel} has no maximal conductance g to block")
        return self.with_({f"{channel}.g": conductance.value * (1 - part)})

    def freeze(self, gate: str) -> Cell:
        """A new cell in which a gate, such as ``"Na.h"``, is stuck where a run begins, which is at rest.

        Its speed becomes 1e-9. It keeps its steady state, so that the cell rests where it did; equilibria at other
        currents are still those of the free gate.
        """
        from .transforms import frozen

        return frozen(self, gate)

    def slow(self, gate: str, factor: Any = 2.0) -> Cell:
        """A new cell in which the time constant of a gate is `factor` times as long."""
        from .transforms import sped

        times = number(factor, "1", "factor")
        return sped(self, gate, 1 / times if times > 0 else times)

    def speed(self, gate: str, factor: Any = 2.0) -> Cell:
        """A new cell in which a gate moves `factor` times as fast."""
        from .transforms import sped

        return sped(self, gate, factor)

    def instant(self, gate: str) -> Cell:
        """A new cell in which a gate follows its steady state at once."""
        from .transforms import instantaneous

        return instantaneous(self, gate)

    def shift(self, gate: str, by: Any) -> Cell:
        """A new cell in which the curves of a gate against V are moved `by` mV to the right."""
        from .transforms import moved

        return moved(self, gate, by)

    def replace_ion(
        self, channel: str, outside: Any = None, inside: Any = None, *, ratio: Any = None, valence: int = 1
    ) -> Cell:
        """A new cell in which a channel reverses where Nernst puts it for these concentrations (mM).

        Instead of concentrations, `ratio` says by which factor the outside one changes: 0.1 for nine tenths of the
        sodium replaced by choline.
        """
        from .transforms import with_ion

        return with_ion(self, channel, outside, inside, ratio, valence)

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


def _in_view(channel: Channel, absolute: bool, area: float | None, name: str) -> Channel:
    """The channel with its conductance in the unit of the cell it is put into."""
    g = dict(channel.parameters).get("g")
    wanted = "nS" if absolute else "mS/cm²"
    if g is None or g.unit == wanted:
        return channel
    if area is None:
        raise LoligoError(
            f"{name}: {channel.name}.g is in {g.unit} where the cell needs {wanted}; give the cell an area (µm²)"
        )
    factor = area * PER_AREA if absolute else 1 / (area * PER_AREA)
    low, high = (b * factor for b in g.bounds)
    scaled = Parameter(g.value * factor, wanted, (low, high), g.description, g.default * factor)
    return channel.replace_parameter("g", scaled)


def _within(patch: Patch, path: str, value: Any) -> Patch | None:
    """The patch with the number or formula at that path changed; None if it has none there."""
    if path == "capacitance":
        return patch._replace(capacitance=patch.capacitance.with_value(value, path))
    head, _, rest = path.partition(".")
    for i, channel in enumerate(patch.channels):
        changed = _channel(channel, rest, value) if channel.name == head else None
        if changed is not None:
            return patch._replace(channels=(*patch.channels[:i], changed, *patch.channels[i + 1 :]))
    for i, pool in enumerate(patch.pools):
        key = rest or head
        if pool.name == head and (key in dict(pool.parameters) or (key == "rate" and pool.rate is not None)):
            return patch._replace(pools=(*patch.pools[:i], pool.replace(**{key: value}), *patch.pools[i + 1 :]))
    return None


def _channel(channel: Channel, path: str, value: Any) -> Channel | None:
    if path in dict(channel.parameters):
        return channel.replace(**{path: value})
    gate_name, _, part = path.partition(".")
    gate = dict(channel.gates).get(gate_name)
    if gate is not None and (part in gate.formulas or (part in ("q10", "celsius_ref") and getattr(gate, part))):
        return channel.replace(**{gate_name: gate.replace(**{part: value})})
    return None
