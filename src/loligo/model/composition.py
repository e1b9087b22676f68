"""What the parts of a cell need of one another, and what to add where something is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import LoligoError, PathError, nearest
from ..units import number
from .channel import Channel
from .expression import Expression
from .pool import Pool

if TYPE_CHECKING:
    from .cell import Cell


def check(cell: Cell) -> None:
    """Refuse a cell whose parts clash, or lack something."""
    if not any(patch.channels for patch in cell.patches):
        raise LoligoError(f"{cell.name}: a cell needs at least one channel")
    common = set(dict(cell.shared))
    names = {c.name for c in cell.compartments}
    if cell.stimulated and cell.stimulated not in names:
        raise PathError(f"{cell.name}: stimulated is '{cell.stimulated}'; {nearest(cell.stimulated, names)}")
    paths = set(known_paths(cell))
    for patch in cell.patches:
        where = f"{cell.name}, {patch.prefix[:-1]}" if patch.prefix else cell.name
        _unique(where, patch.channels, patch.pools, common | (set() if patch.prefix else names))
        pools = {pool.name for pool in patch.pools}
        parts: tuple[Channel | Pool, ...] = (*patch.channels, *patch.pools)
        for part in parts:
            for name in part.reads:
                if name not in pools | common:
                    raise LoligoError(_missing(where, part, name, pools))
            for formula in formulas(part):
                _check_paths(where, part, formula, paths, patch.prefix)
    for c in cell.compartments:
        for formula in (c.coupling, c.share):
            unknown = sorted({str(s) for s in formula.sympy.free_symbols} - paths - {"V", "celsius"})
            if unknown:
                raise PathError(f"{cell.name}, coupling of {c.name}: no '{unknown[0]}'; {nearest(unknown[0], paths)}")


def _unique(where: str, channels: tuple[Channel, ...], pools: tuple[Pool, ...], taken: set[str]) -> None:
    seen = dict.fromkeys(taken, "a shared parameter or compartment")
    parts: tuple[Channel | Pool, ...] = (*channels, *pools)
    for part in parts:
        kind = "channel" if isinstance(part, Channel) else "pool"
        if seen.get(part.name) == kind == "channel":
            raise LoligoError(
                f"{where}: two channels are called '{part.name}'; rename one with channel.replace(name=...)"
            )
        if part.name in seen:
            raise LoligoError(
                f"{where}: the {kind} '{part.name}' has the name of {_article(seen[part.name])}; "
                f"rename it with {kind}.replace(name=...)"
            )
        seen[part.name] = kind


def _article(kind: str) -> str:
    return kind if kind.startswith("a ") else f"another {kind}" if kind == "pool" else f"a {kind}"


def _missing(where: str, part: Channel | Pool, name: str, pools: set[str]) -> str:
    near = f" (it has {', '.join(sorted(pools))})" if pools else ""
    if name.startswith("Ca"):
        remedy = f"add one first, such as cell + loligo.channels.calcium_shell(name='{name}')"
    else:
        remedy = (
            f"add one first: cell + loligo.Pool('{name}', rate=...), or loligo.Pool('{name}', value=...) to hold it"
        )
    return f"{where}: {part.name} reads the concentration '{name}', and the cell has no such pool{near}; {remedy}"


def formulas(part: Channel | Pool) -> Iterator[Expression]:
    """Every formula of a channel or pool."""
    if isinstance(part, Pool):
        if part.rate is not None:
            yield part.rate
        return
    yield part.current
    if part.reversal is not None:
        yield part.reversal
    for _, gate in part.gates:
        yield from gate.formulas.values()
    for _, scheme in part.schemes:
        yield scheme.open
        yield from scheme.formulas.values()
    for _, activation in part.activations:
        yield from activation.formulas.values()


def _check_paths(where: str, part: Channel | Pool, formula: Expression, paths: set[str], prefix: str) -> None:
    for symbol in formula.sympy.free_symbols:
        path = str(symbol)
        if "." in path and path not in paths and prefix + path not in paths:
            raise PathError(
                f"{where}: {part.name} uses '{path}', which this cell does not have; {nearest(path, sorted(paths))}"
            )


def known_paths(cell: Cell) -> Iterator[str]:
    """Everything that a formula may name by its path: potentials, gates, schemes, pools, numbers, currents."""
    yield from cell.parameters
    for patch in cell.patches:
        yield f"{patch.prefix}V"
        for pool in patch.pools:
            yield patch.prefix + pool.name
        for channel in patch.channels:
            path = patch.prefix + channel.name
            yield from (f"{path}.{name}" for name in (*channel.states, "I"))
            if channel.reversal is not None:
                yield f"{path}.E"


def initial_values(cell: Cell, given: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    """Check the initial state that a cell brings along."""
    if not isinstance(given, Mapping):
        raise LoligoError(f"{cell.name}: initial is {given!r}; give values by path, such as {{'V': -65}}")
    voltages, concentrations, gates = state_paths(cell)
    known = [*voltages, *gates, *concentrations]
    checked = []
    for path, value in given.items():
        if path not in known:
            raise PathError(f"{cell.name}: initial names '{path}', which is no state of it; {nearest(path, known)}")
        number_ = number(value, "mV" if path in voltages else "1", f"initial {path}")
        if path in gates and not 0 <= number_ <= 1:
            raise LoligoError(f"initial {path}: {number_:g}; an open probability lies between 0 and 1")
        if path in concentrations and number_ < 0:
            raise LoligoError(f"initial {path}: {number_:g}; it is not negative")
        checked.append((path, number_))
    return tuple(checked)


def state_paths(cell: Cell) -> tuple[list[str], list[str], list[str]]:
    """Paths of the potentials, of what changes and is not negative, and of gates and states of schemes."""
    voltages, concentrations, gates = [], [], []
    for patch in cell.patches:
        voltages.append(f"{patch.prefix}V")
        concentrations += [patch.prefix + p.name for p in patch.pools if p.rate is not None]
        for channel in patch.channels:
            at_once = {name for name, gate in channel.gates if gate.instantaneous}
            at_once |= {scheme.states[0] for _, scheme in channel.schemes}
            at_once |= {name for name, _ in channel.activations}
            concentrations += [f"{patch.prefix}{channel.name}.{name}" for name, _ in channel.activations]
            gates += [f"{patch.prefix}{channel.name}.{x}" for x in channel.states if x not in at_once]
    return voltages, concentrations, gates
