"""From a System to compiled functions that can be called.

Two kinds of files are compiled: the physics of a cell, and an integrator (a method with the driver), which knows
nothing of any cell. Both begin with the same header and are complete in themselves.
"""

from __future__ import annotations

import ast
import ctypes
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from ..errors import SimulationError, nearest
from ..system import System
from . import cache, codegen
from .arrays import array_function

SWEEP_LANES = 64


@dataclass(frozen=True)
class Method:
    """An integration method: the file that holds it, its order, and in which form it takes the physics."""

    name: str
    file: str
    order: int
    adaptive: bool
    form: str
    summary: str
    source: str


METHODS = {
    m.name: m
    for m in (
        Method("dopri5", "dopri5.py", 5, True, "explicit", "Dormand-Prince 5(4), adaptive", "Dormand & Prince 1980"),
        Method("rk4", "rk4.py", 4, False, "explicit", "classical Runge-Kutta, fixed step", "Kutta 1901"),
        Method(
            "staggered", "staggered.py", 2, False, "linear", "staggered Crank-Nicolson, fixed step", "Hines 1984"
        ),
        Method(
            "exponential_euler", "exponential_euler.py", 1, False, "linear",
            "exponential Euler, fixed step: cheap, and wrong by milliseconds in long trains", "Rush & Larsen 1978",
        ),
        Method("heun", "heun.py", 2, False, "explicit", "Heun, fixed step (for noise)", "Heun 1900"),
        Method("euler_maruyama", "euler.py", 1, False, "explicit", "Euler, fixed step (for noise)", "Maruyama 1955"),
    )
}  # fmt: skip


def method(name: str) -> Method:
    """The method of that name; ``"auto"`` is adaptive Dormand-Prince.

    Raises
    ------
    SimulationError
        If there is none.
    """
    if name == "auto":
        return METHODS["dopri5"]
    if name not in METHODS:
        raise SimulationError(f"method: '{name}' is not known; {nearest(name, ['auto', *METHODS])}")
    return METHODS[name]


def _lanes_file(name: str) -> str:
    """The text of a file of `lanes`, without its imports."""
    return without_imports((files(__package__) / "lanes" / name).read_text(encoding="utf-8"))


def without_imports(text: str) -> str:
    """The text of a file of `lanes` without its imports: what they bring comes before it in the same kernel file."""
    return re.sub(r"^from \.+[\w.]* import (\([^)]*\)|[^\n]*)\n", "", text, flags=re.M)


def layout(precision: str) -> str:
    """The text of `lanes/layout.py` for a precision."""
    text = _lanes_file("layout.py")
    text = text[text.index("import numpy") :]
    return text.replace("np.float64, np.int64,", "np.float32, np.int32,") if precision == "single" else text


@lru_cache(maxsize=8)
def _header(precision: str, adaptive: bool) -> str:
    text = _lanes_file("interface.py")
    text = text[text.index("from numba") :]
    if not adaptive:
        text = text.replace("ADAPTIVE = True", "ADAPTIVE = False")
    if precision == "single":
        text = text.replace("REAL = types.float64", "REAL = types.float32")
    bits = (files(__package__) / "bits.py").read_text(encoding="utf-8")
    return "\n\n".join([bits, layout(precision), text, _lanes_file("primitives.py")])


@lru_cache(maxsize=32)
def groups(name: str) -> int:
    """How many groups of work a method needs, as its file says (read, not imported: that would import Numba)."""
    text = (files(__package__) / "lanes" / METHODS[name].file).read_text(encoding="utf-8")
    found = re.search(r"^GROUPS = (\d+)", text, flags=re.M)
    assert found is not None
    return int(found.group(1))


_COMPILED = """

COMPILED = []


def compiled(function):
    done = njit(SIGNATURE, **OPTIONS)(function)
    COMPILED.append(done)
    return done


"""


@lru_cache(maxsize=32)
def integrator_source(name: str, adaptive: bool, precision: str = "double") -> str:
    """The text of the kernel file of a method; an adaptive one can also be had with a fixed step."""
    text = "\n\n".join([_header(precision, adaptive), *_method_files(name)])
    return text.replace("\ndef integrate(", _COMPILED.replace("SIGNATURE", "INTEGRATE") + "@compiled\ndef integrate(")


def _method_files(name: str) -> list[str]:
    """The texts that make a method and its driver, in their order."""
    before = ("columns.py", "tables.py", "current.py", "hermite.py")
    return [_lanes_file(f) for f in (*before, METHODS[name].file, "control.py", "observe.py", "driver.py")]


@lru_cache(maxsize=64)
def device_source(
    system: System, name: str, adaptive: bool, precision: str = "double", watchers: tuple[str, ...] = ()
) -> str:
    """The text of the kernel file for a GPU: physics, method, watchers and driver in one, for one lane in each thread.

    What has an address in the kernels of the CPU, functions of the cell and watchers, has a number here.
    """
    form = METHODS[name].form
    source = _source(system, form, 1)
    sizes = {"ROW": 1, "WIDTH": len(system.states), "PADDING": 0, "PARAMETER_ROWS": max(len(source.derived), 1)}
    place = layout(precision)
    for what, size in sizes.items():
        place = re.sub(rf"^{what} = index\(\d+\)", f"{what} = index({size})", place, flags=re.M)
    before, _, after = _lanes_file("cuda.py").partition("\n# ---- what comes before")
    functions = [text.replace("@compiled", "@jit") for text in source.functions.values()]
    parts = [place, before, f"ADAPTIVE = {adaptive}", _lanes_file("primitives.py"), *functions]
    parts.append(_by_number("physics", "b, k", ["derivatives"] if form == "explicit" else ["gates", "membrane"]))
    found = [watcher_file(file) for file in watchers]
    rows = sum(len(blank) for _, blank in found)
    own = [_renamed(text, f"_{number}") for number, (text, _) in enumerate(found)]
    own.append(_by_number("look_on", "b, r, clock, memo, w, m, n", [f"watch_{number}" for number in range(len(found))]))
    *method, driver = _method_files(name)
    return "\n\n".join([*parts, *method, *own, f"WATCHED = {max(rows, 1)}", driver, "#" + after])


def _by_number(name: str, arguments: str, functions: list[str]) -> str:
    """The text of a function that calls one of several; the last one if the number is greater."""
    lines = ["@jit", f"def {name}(function, {arguments}):"]
    for number, function in enumerate(functions[:-1]):
        lines += [f"    if function == {number}:", f"        {function}({arguments})", "        return"]
    lines.append(f"    {functions[-1]}({arguments})" if functions else "    pass")
    return "\n".join(lines)


def _renamed(text: str, ending: str) -> str:
    """The text of a watcher whose own names have an ending, so that it can stand beside others; to be inlined."""
    own = []
    for part in ast.parse(text).body:
        if isinstance(part, ast.FunctionDef):
            own.append(part.name)
        elif isinstance(part, ast.Assign):
            own += [n.id for target in part.targets for n in ast.walk(target) if isinstance(n, ast.Name)]
    text = re.sub(rf"\b({'|'.join(own)})\b", rf"\1{ending}", text)
    return text.replace(f"\ndef watch{ending}(", f"\n@jit\ndef watch{ending}(")


@lru_cache(maxsize=64)
def watcher_source(name: str, text: str, precision: str = "double") -> str:
    """The text of the kernel file of a watcher (see `lanes/interface.py`) that looks on a method."""
    parts = [_lanes_file(f) for f in ("columns.py", "tables.py", "hermite.py", METHODS[name].file)]
    own = _COMPILED.replace("SIGNATURE", "WATCHING") + text.replace("\ndef watch(", "\n@compiled\ndef watch(")
    return "\n\n".join([_header(precision, True), *parts, own])


def physics_source(
    system: System, form: str, lanes: int, precision: str = "double"
) -> tuple[codegen.Source, dict[str, str]]:
    """The physics of a System, and the text of a kernel file for each of its functions."""
    source = _source(system, form, lanes)
    head = _header(precision, True) + _COMPILED.replace("SIGNATURE", "PHYSICS")
    return source, {name: head + text for name, text in source.functions.items()}


@lru_cache(maxsize=512)
def _source(system: System, form: str, lanes: int) -> codegen.Source:
    return codegen.FORMS[form](system, lanes)


@dataclass(frozen=True)
class Numbers:
    """The numbers in the physics of a System.

    Attributes
    ----------
    constants : array
        Those of the formulas.
    derive : callable
        From an array (variant, parameter) to an array (variant, derived parameter).
    """

    constants: NDArray[Any]
    derive: Callable[[NDArray[np.float64]], NDArray[Any]]


@lru_cache(maxsize=512)
def numbers(system: System, form: str, lanes: int, precision: str = "double") -> Numbers:
    """What stands behind the names in the generated source."""
    source = _source(system, form, lanes)
    real = np.float64 if precision == "double" else np.float32
    constants: NDArray[Any] = np.array([float(sympy.N(c, 30)) for c in source.constants] or [0.0], dtype=real)
    formula = array_function(system, source.derived)
    nothing = [0.0] * len(system.states)

    def derive(values: NDArray[np.float64]) -> NDArray[Any]:
        found = np.zeros((len(values), len(source.derived)), dtype=real)
        for column, value in enumerate(formula(nothing, 0.0, values.T)):
            found[:, column] = value
        return found

    return Numbers(constants, derive)


@lru_cache(maxsize=512)
def physics(system: System, form: str, lanes: int, precision: str = "double") -> tuple[int, int]:
    """Compile the physics of a System, or find it in the cache: the addresses of the functions a method calls."""
    _, texts = physics_source(system, form, lanes, precision)
    found = [cache.addresses("physics", text)[name] for name, text in texts.items()]
    return found[0], found[-1]


_ARGUMENTS = (
    [ctypes.c_void_p] * 2  # Numba's result and exception
    + [ctypes.c_int64] * 2  # f, g
    + [ctypes.c_void_p] * 25  # tables
    + [ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p]  # first, last, n, stop
)


@lru_cache(maxsize=2)
def root_finder() -> Callable[..., None]:
    """Compile `lanes/roots.py`, or find it in the cache."""
    text = _COMPILED.replace("SIGNATURE", "FIND_ROOTS") + _lanes_file("roots.py")
    source = "\n\n".join([_header("double", True), text.replace("\ndef find_roots(", "\n@compiled\ndef find_roots(")])
    address = cache.addresses("find_roots", source)["find_roots"]
    arguments = [ctypes.c_void_p] * 2 + [ctypes.c_int64] + [ctypes.c_void_p] * 7 + [ctypes.c_int64]
    native = ctypes.CFUNCTYPE(ctypes.c_int32, *arguments)(address)

    def call(f: int, tables: list[NDArray[Any]], variants: int) -> None:
        result, exception = ctypes.c_int64(), ctypes.c_void_p()
        addresses = ctypes.addressof(result), ctypes.addressof(exception)
        if native(*addresses, f, *(table.ctypes.data for table in tables), variants) != 0:
            raise RuntimeError("the search for equilibria failed")

    return call


def watcher_file(file: str) -> tuple[str, tuple[float, ...]]:
    """The text of a watcher, a file of `lanes` or one of your own, and what its rows of memory begin with."""
    text = without_imports(Path(file).read_text(encoding="utf-8")) if os.path.isabs(file) else _lanes_file(file)
    begins = re.search(r"^BLANK = (\(.*?\))", text, flags=re.M | re.S)
    if begins is None or "\ndef watch(" not in text:
        raise SimulationError(f"{file}: a watcher has BLANK = (...), what its memory begins with, and a function watch")
    return text, tuple(map(float, ast.literal_eval(begins[1])))


@lru_cache(maxsize=64)
def watcher(method: str, file: str, precision: str = "double") -> tuple[int, tuple[float, ...]]:
    """Compile a watcher, or find it in the cache: its address, and what its rows of memory begin with.

    Parameters
    ----------
    method : str
        The method whose steps it looks on.
    file : str
        A file of `lanes`, such as ``"peak.py"``, or the path of one of your own.
    precision : str
    """
    text, blank = watcher_file(file)
    stem = Path(file).stem
    return cache.addresses(f"watch_{stem}", watcher_source(method, text, precision))["watch"], blank


@lru_cache(maxsize=32)
def integrator(name: str, adaptive: bool, precision: str = "double") -> Callable[..., int]:
    """Compile an integrator, or find it in the cache. The call releases the interpreter's lock."""
    address = cache.addresses(f"integrate_{name}", integrator_source(name, adaptive, precision))["integrate"]
    native = ctypes.CFUNCTYPE(ctypes.c_int32, *_ARGUMENTS)(address)

    def call(f: int, g: int, tables: list[NDArray[Any]], first: int, last: int, n: int, stop: NDArray[np.uint8]) -> int:
        result, exception = ctypes.c_int64(), ctypes.c_void_p()
        status = native(
            ctypes.addressof(result),
            ctypes.addressof(exception),
            f,
            g,
            *(table.ctypes.data for table in tables),
            first,
            last,
            n,
            stop.ctypes.data,
        )
        if status != 0:
            raise RuntimeError(f"the integrator failed with status {status}")
        return result.value

    return call
