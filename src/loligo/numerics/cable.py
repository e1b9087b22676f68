"""One march along a cable or a tree: compile the solver, lay out its tables, call it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..system import System
from . import cache, kernel
from .batch import COMMON_GROUPS, INPUT_ROWS, PADDING, PARAMETER_ROWS, ROW, WIDTH

Array = NDArray[np.float64]
COLUMNS, VARIANTS = 16, 8  # as in `lanes/elimination.py`
FOLDED, BRANCHED, ASIDE = 0, 1, 2  # as in `lanes/cable.py`
_TABLES = 29  # arrays that `march` takes


@lru_cache(maxsize=1)
def source() -> str:
    """The text of the kernel file of the solver."""
    text = kernel._lanes_file("cable.py")
    before = [kernel._lanes_file(name) for name in ("elimination.py", "onlook.py")]
    signature = (
        "MARCH = types.void(_INTS, _INTS, _INTS, REALS, REALS, REALS, REALS, REALS, REALS, REALS, REALS, _INTS, "
        "REALS, _INTS, REALS, _INTS, REALS, REALS, REALS, _INTS, REALS, REALS, REALS, _INTS, REALS, REALS, REALS, "
        "REALS, REALS)"
    )
    own = kernel._COMPILED.replace("SIGNATURE", "MARCH") + text.replace("\ndef march(", "\n@compiled\ndef march(")
    vectors = (files(__package__) / "vectors.py").read_text(encoding="utf-8")
    return "\n\n".join([kernel._header("double", True), vectors, *before, signature, own])


@lru_cache(maxsize=1)
def solver() -> Callable[[list[NDArray[Any]]], None]:
    """Compile `lanes/cable.py`, or find it in the cache. The call releases the interpreter's lock."""
    address = cache.addresses("march", source())["march"]
    arguments = [ctypes.c_void_p] * (2 + _TABLES)
    native = ctypes.CFUNCTYPE(ctypes.c_int32, *arguments)(address)

    def call(tables: list[NDArray[Any]]) -> None:
        result, exception = ctypes.c_void_p(), ctypes.c_void_p()
        found = native(ctypes.addressof(result), ctypes.addressof(exception), *(t.ctypes.data for t in tables))
        if found != 0:
            raise RuntimeError(f"the cable solver failed with status {found}")

    return call


def block() -> Array:
    """An empty block of lanes for the physics."""
    return np.zeros(ROW * (INPUT_ROWS + PARAMETER_ROWS) + COMMON_GROUPS * (WIDTH + PADDING))


def physics(system: System) -> tuple[int, int, kernel.Numbers, int]:
    """The compiled physics in linear form: gates, membrane, their numbers, and for how many lanes."""
    lanes = kernel.SWEEP_LANES
    f, g = kernel.physics(system, "linear", lanes)
    return f, g, kernel.numbers(system, "linear", lanes), lanes


def places(compartments: int) -> tuple[int, NDArray[np.int64]]:
    """The fold of a fibre into `COLUMNS` columns.

    Returns
    -------
    m : int
        Compartments in a column; a multiple of 4, so that blocks of 64 lanes hold whole rows.
    place : array of int (compartments)
        Where each compartment stands in a fold whose first column is 0.
    """
    m = -(-compartments // (4 * COLUMNS)) * 4
    number = np.arange(compartments)
    return m, (number % m) * COLUMNS + number // m
