"""The command line: ``loligo run``, ``sweep``, ``bifurcation``, ``cells``, ``channels``, ``verify`` and more.

Results go to standard output, warnings and mistakes to standard error, one line each. Exit codes: 0, done; 1, the run
blew up; 2, a mistake in what was asked for; 130, interrupted; 141, nobody read the output to its end.

Nothing heavy is imported before it is needed, and for ``loligo run --json`` neither Numba nor xarray nor matplotlib at
all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from ..errors import LoligoError
from .options.parser import Help
from .output import Warned, complain
from .parser import function, parse

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Do what a command line says.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; those of this process unless given.

    Returns
    -------
    int
        The exit code.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed: `loligo run >&-`
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
    try:
        code = _obey(list(sys.argv[1:] if argv is None else argv))
        sys.stdout.flush()
        return code
    except LoligoError as error:
        complain("error", str(error))
        return 2
    except MemoryError:
        complain("error", "not enough memory; record less, or at a longer --every")
        return 2
    except KeyboardInterrupt:
        complain("interrupted")
        return 130
    except BrokenPipeError:  # `loligo equations squid | head -1`
        _abandon_output()
        return 141
    except OSError as error:
        complain("error", f"{error.filename or 'output'}: {error.strerror or error}")
        _abandon_output()
        return 2


def _obey(argv: list[str]) -> int:
    try:
        arguments = parse(argv)
    except Help as asked:
        print(asked.text)
        return 0
    with Warned() as warned:
        code: int = function(arguments.command)(arguments, warned)
        return code


def _abandon_output() -> None:
    """Send what is still buffered nowhere, so that Python does not complain about it at exit."""
    with suppress(OSError, ValueError):  # where standard output is no file, as in tests
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
