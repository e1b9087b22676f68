"""What can go wrong, by name. Every message says which parameter, which value, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable


class LoligoError(ValueError):
    """A mistake in what was asked for. The command line prints it in one line and exits with code 2."""


class FormulaError(LoligoError):
    """A formula that cannot be read, or that has no finite value where it is needed."""


class CompositionError(LoligoError, TypeError):
    """Something was added to a cell that is no part of one."""


class PathError(LoligoError):
    """A dotted path, such as ``Na.g``, that leads nowhere."""


class UnitError(LoligoError):
    """A quantity whose dimension does not fit, or a value outside its bounds."""


class ImmutableError(LoligoError, AttributeError):
    """An attempt to change a cell, channel or stimulus in place."""


class SimulationError(LoligoError):
    """A run that could not be planned or carried out."""


class LoligoWarning(UserWarning):
    """Something the result depends on that is easily overlooked."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A clause that names the known names most like a wrong one."""
    import difflib

    names = list(known)
    close = difflib.get_close_matches(name, names, n=4, cutoff=0.4)
    if not close:  # the case may be all that differs, or only the last part may be right
        tail = name.rsplit(".", 1)[-1].lower()
        close = [n for n in names if n.lower() == name.lower() or n.rsplit(".", 1)[-1].lower() == tail][:4]
    if close:
        return "did you mean " + " or ".join(f"'{n}'" for n in close) + "?"
    return "known: " + ", ".join(names)
