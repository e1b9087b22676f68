"""Call the compiled pieces of a kernel from tests."""

from __future__ import annotations

import ctypes
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from loligo.model.cell import Cell
from loligo.numerics import kernel
from loligo.numerics.lanes import interface
from loligo.simulation.rest import parameter_values
from loligo.system import system

ROW, GROUP = int(interface.ROW), int(interface.GROUP)
Q, IN, P, S = (int(x) for x in (interface.Q, interface.IN, interface.P, interface.S))
SIZE = int(interface.WORK)


def module(source: str, path: Path) -> Any:
    """Import a text as a module."""
    path.write_text(source)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def elementwise(name: str, precision: str, folder: Path, arguments: int = 1) -> Any:
    """A primitive as a function of arrays."""
    names = ", ".join("xyz"[:arguments])
    items = ", ".join(f"{letter}[i]" for letter in "xyz"[:arguments])
    source = kernel._header(precision, True) + (
        f"\n\n@njit(error_model='numpy')\ndef apply({names}, out):\n"
        f"    for i in range(out.size):\n        out[i] = {name}({items})\n"
    )
    apply = module(source, folder / f"{name}_{precision}.py").apply
    real = np.float64 if precision == "double" else np.float32

    def call(*values: Any) -> Any:
        arrays = [np.ascontiguousarray(v, dtype=real) for v in values]
        out = np.empty(arrays[0].shape, dtype=real)
        apply(*arrays, out)
        return out

    return call


def rates(cell: Cell, states: Any, current: float = 0.0, precision: str = "double", linear: bool = False) -> Any:
    """What the compiled physics makes of states (state, lane): dy/dt, or the pair (a, s) of the linear form."""
    whole = system(cell)
    real = np.float64 if precision == "double" else np.float32
    y = np.asarray(states, dtype=real)
    count, lanes = y.shape
    physics = kernel.numbers(whole, "linear" if linear else "explicit", 64, precision)
    addresses = kernel.physics(whole, "linear" if linear else "explicit", 64, precision)
    b = np.zeros(SIZE, dtype=real)
    b[:lanes] = current
    derived = physics.derive(np.array([parameter_values(cell)]))[0]
    for j, value in enumerate(derived):
        b[Q + 64 * j : Q + 64 * j + lanes] = value
    for j in range(count):
        b[IN + 64 * j : IN + 64 * j + lanes] = y[j]
    native = ctypes.CFUNCTYPE(ctypes.c_int32, *[ctypes.c_void_p] * 4)
    result, exception = ctypes.c_void_p(), ctypes.c_void_p()
    for address in set(addresses):
        native(address)(
            ctypes.addressof(result),
            ctypes.addressof(exception),
            b.ctypes.data,
            physics.constants.ctypes.data,
        )
    a = np.stack([b[P + 64 * j : P + 64 * j + lanes] for j in range(count)])
    return (a, np.stack([b[S + 64 * j : S + 64 * j + lanes] for j in range(count)])) if linear else a
