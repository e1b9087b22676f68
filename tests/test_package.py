"""The front door: light to open, and every name behind it."""

from __future__ import annotations

import doctest
import importlib
import importlib.metadata
import pkgutil
import re
import subprocess
import sys
from types import ModuleType

import pytest

import loligo as lo
from loligo import errors, model, simulation

HEAVY = {
    "numpy",
    "sympy",
    "mpmath",
    "numba",
    "llvmlite",
    "xarray",
    "pandas",
    "matplotlib",
    "h5py",
    "h5netcdf",
    "zarr",
    "pint",
}


def python(program: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_it_imports_nothing_heavy() -> None:
    loaded = python("import sys, loligo; print(*sorted({name.split('.')[0] for name in sys.modules}))").split()
    assert "loligo" in loaded
    assert not HEAVY & set(loaded)


def test_describing_a_cell_needs_no_compiler_and_no_arrays() -> None:
    """`lo.cells`, formulas, stimuli and errors cost SymPy; NumPy, Numba, xarray and Matplotlib are for later."""
    program = "import sys, loligo as lo; str(lo.cells.squid()); lo.Step(1) + lo.Sine(1); print(*{n.split('.')[0] for n in sys.modules})"
    assert not (HEAVY - {"sympy", "mpmath", "numpy"}) & set(python(program).split())


def test_every_public_name_is_there() -> None:
    assert dir(lo) == sorted(lo.__all__)
    assert len(set(lo.__all__)) == len(lo.__all__)
    for name in lo.__all__:
        assert getattr(lo, name) is not None
    contract = (
        """V exp Gate Channel Cell Step Pulses Ramp Sine Chirp Noise Waveform VoltageClamp simulate plot load cells"""
    )
    assert set(contract.split()) <= set(lo.__all__)
    with pytest.raises(AttributeError, match="module 'loligo' has no attribute 'simulat'"):
        _ = lo.simulat


def test_every_name_in_a_fresh_interpreter() -> None:
    """One process per name would be slow; in one, each name is asked for before the others of its module."""
    names = [name for name in lo.__all__ if name != "__version__"]
    program = (
        "import sys, loligo\n"
        f"for name in {names!r}:\n"
        "    for module in [m for m in sys.modules if m.startswith('loligo.')]:\n"
        "        if not module.startswith(('loligo.numerics', 'loligo.plot')):\n"
        "            del sys.modules[module]\n"
        "    vars(loligo).pop(name, None)\n"
        "    getattr(loligo, name)\n"
        "print('all')\n"
    )
    assert python(program) == "all"


def test_star_import() -> None:
    assert (
        python(
            "from loligo import *; print(squid_is_not_here) if 'squid_is_not_here' in dir() else print(V, simulate.__name__)"
        )
        == "V simulate"
    )


@pytest.mark.parametrize(
    "first",
    [
        "import loligo.simulation", "import loligo.simulation.simulate", "import loligo.simulation.run", "from loligo.simulation import simulate", "import loligo.plot",
        "import loligo.plot.run", "import loligo.cli", "import loligo.cells, loligo.channels", "import loligo.system", "import loligo.model.files",
        "import loligo.simulation.rest, loligo.simulation.clamp",
    ],
)  # fmt: skip
def test_verbs_stay_callable_whatever_is_imported_first(first: str) -> None:
    """A submodule must not put itself in the place of the function of its name."""
    program = f"{first}\nimport loligo as lo\nprint(lo.simulate.__name__, callable(lo.plot), callable(lo.load), callable(lo.parse), lo.System.__name__)"
    assert python(program) == "simulate True True True System"


def test_versions_agree() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", lo.__version__)
    assert lo.__version__ == importlib.metadata.version("loligo")


def modules(package: ModuleType) -> list[str]:
    return [name for _, name, _ in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]


@pytest.mark.parametrize("name", [*modules(model), "loligo.simulation", *modules(simulation)])
def test_examples_in_docstrings(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0


def test_there_are_examples() -> None:
    """So that the test above cannot pass by finding none."""
    finder = doctest.DocTestFinder()
    found = {
        test.name
        for name in ("gate", "channel", "cell")
        for test in finder.find(importlib.import_module(f"loligo.model.{name}"))
        if test.examples
    }
    assert {"loligo.model.gate.Gate", "loligo.model.channel.Channel", "loligo.model.cell.Cell"} <= found


def test_errors_are_of_one_family() -> None:
    """The command line turns exactly these into one line; whoever catches ValueError catches them, too."""
    for name in ("FormulaError", "PathError", "UnitError", "ImmutableError", "SimulationError"):
        assert issubclass(getattr(lo, name), lo.LoligoError)
    assert issubclass(lo.LoligoError, ValueError)
    assert issubclass(lo.ImmutableError, AttributeError)
    assert issubclass(lo.LoligoWarning, UserWarning)


@pytest.mark.parametrize(
    ("wrong", "known", "clause"),
    [
        ("Na.q", ["Na.g", "Na.E", "K.g"], "did you mean 'Na.g' or 'Na.E'?"),
        ("NA.G", ["Na.g", "K.n"], "did you mean 'Na.g'?"),
        ("sodium.g", ["Na.g", "K.g"], "did you mean 'Na.g' or 'K.g'?"),
        ("xyz", ["Na", "K"], "known: Na, K"),
        ("", ["Na"], "known: Na"),
    ],
)
def test_nearest_names(wrong: str, known: list[str], clause: str) -> None:
    assert errors.nearest(wrong, known) == clause
