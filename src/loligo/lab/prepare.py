"""From a message to a cell and a stimulus; the same in Python, to be kept."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Any

from .. import cells
from ..errors import LoligoError, PathError, nearest
from ..model.cell import Cell
from ..model.files import as_dict, from_dict
from ..model.stimulus import Stimulus
from . import messages
from .changes import applied, changed, structured
from .messages import Preparation

TOLERANCE = 1e-5  # of a run on the screen: the error of V stays below the width of a line
SAMPLES = 1_600  # of a run that is taken along


@lru_cache(maxsize=64)
def named(cell: str, toml: str = "") -> Cell:
    """The cell that is meant, as it was published or as its TOML says."""
    if toml:
        try:
            return from_dict(tomllib.loads(toml), "the cell")
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise LoligoError(f"the cell is not TOML: {error}") from None
    if cell not in cells.__all__:
        raise PathError(f"no cell is called '{cell}'; {nearest(cell, cells.__all__)}")
    made: Cell = getattr(cells, cell)()
    return made


def structure(p: Preparation) -> Cell:
    """The cell with its channels added and removed, its numbers still as published."""
    return _structure(p.cell, p.toml, tuple(p.add), tuple(p.remove))


@lru_cache(maxsize=64)
def _structure(name: str, toml: str, add: tuple[str, ...], remove: tuple[str, ...]) -> Cell:
    return structured(named(name, toml), add, remove)


def prepared(p: Preparation) -> Cell:
    """The cell with everything done to it."""
    return changed(structure(p), p)


def stimulus(given: list[messages.Stimulus]) -> Stimulus | None:
    """The stimulus; None if there is none."""
    return applied(map(_call, given))


def _call(s: messages.Stimulus) -> tuple[str, dict[str, Any]]:
    """Which class of the package, and its arguments."""
    kind = "Waveform" if isinstance(s, messages.Samples_) else type(s).__name__
    return kind, {name: getattr(s, name) for name in s.__struct_fields__}


def script(p: Preparation, given: list[messages.Stimulus], duration: float) -> str:
    """The lines of Python that do exactly this run."""
    calls = [f"lo.{kind}({', '.join(f'{k}={v!r}' for k, v in a.items())})" for kind, a in map(_call, given)]
    how = f"duration={duration!r}, every={every(duration)!r}, tolerance={TOLERANCE!r}"
    lines = [
        f"stimulus = {' + '.join(calls) if calls else None}",
        f'ds = lo.simulate(cell, stimulus, {how}, record="all")',
        'lo.plot(ds).savefig("run.png")',
    ]
    return cell_script(p) + "\n".join(lines) + "\n"


def cell_script(p: Preparation) -> str:
    """The lines of Python that make the cell as it is on the page."""
    lines = ["import loligo as lo", ""]
    if p.toml:
        lines.append('cell = lo.load("cell.toml")  # the file that the laboratory exports')
        made = []
    else:
        lines.append(f"cell = lo.cells.{p.cell}()")
        made = [f" + lo.channels.{name}()" for name in p.add] + [f" - {name!r}" for name in p.remove]
        if made:
            lines.append(f"cell = cell{''.join(made)}")
    steps = [f".with_({dict(p.set)!r})"] if p.set else []
    steps += [f".instant({gate!r})" for gate in p.instant]
    steps += [f".slow({gate!r}, {factor!r})" for gate, factor in p.slow.items()]
    steps += [f".freeze({gate!r})" for gate in p.freeze]
    steps += [f".block({channel!r}, {part!r})" for channel, part in p.block.items()]
    if steps and not p.toml:
        lines.append(f"cell = cell{''.join(steps)}")
    return "\n".join(lines) + "\n"


def every(duration: float) -> float:
    """The interval between the samples of a run that is taken along, ms."""
    return duration / SAMPLES


def as_toml(cell: Cell) -> str:
    """A cell as a TOML document, which `loligo.load` reads."""
    import tomli_w

    return tomli_w.dumps(as_dict(cell))
