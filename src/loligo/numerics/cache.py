"""Compiled kernels on disk.

A kernel is a readable Python file in the user's cache folder and, beside it, the machine code that Numba made of it.
The name of both is a hash of the text, of the compiler's versions and of the processor, so a file is never stale, and
two processes that build the same kernel both write a right one. Files appear whole or not at all. A later process
loads the machine code without Numba, in a few milliseconds.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import tempfile
import threading
import warnings
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import platformdirs

from ..errors import LoligoWarning

FORMAT = 1
_LOCK = threading.RLock()
_COMPILING = threading.Event()
_ENGINES: list[Any] = []  # machine code stays loaded as long as the process lives


def folder() -> Path:
    """The folder of the kernels: ``$LOLIGO_CACHE_DIR``, or the user's cache folder."""
    chosen = os.environ.get("LOLIGO_CACHE_DIR")
    return _usable(Path(chosen) if chosen else Path(platformdirs.user_cache_dir("loligo", appauthor=False)))


@lru_cache(maxsize=16)
def _usable(wanted: Path) -> Path:
    """The folder itself, or a temporary one (said once) where it cannot be written."""
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            return wanted
    except OSError as error:
        temporary = Path(tempfile.mkdtemp(prefix="loligo-kernels-"))
        warnings.warn(
            f"compiled kernels cannot be kept in {wanted} ({error.strerror or error}); they go to {temporary} and "
            "will be compiled again next time. Set LOLIGO_CACHE_DIR to a folder that can be written.",
            LoligoWarning,
            stacklevel=2,
        )
        return temporary


@lru_cache(maxsize=1)
def _machine() -> str:
    """What the machine code depends on besides the source."""
    features = llvm.get_host_cpu_features().flatten()
    return f"{FORMAT} {version('numba')} {version('llvmlite')} {llvm.get_host_cpu_name()} {features}"


@lru_cache(maxsize=1)
def _doubles() -> int:
    return 8 if llvm.get_host_cpu_features().get("avx512f", False) else 4


def vector_lanes(precision: str = "double") -> int:
    """How many numbers a vector register of this processor holds (at least 4 float64)."""
    return _doubles() if precision == "double" else 2 * _doubles()


@lru_cache(maxsize=4096)
def addresses(name: str, source: str) -> dict[str, int]:
    """Where the functions of a kernel file are in memory; compiles, stores and loads as needed.

    Parameters
    ----------
    name : str
        Beginning of the file name.
    source : str
        Text of a module whose functions decorated with ``compiled`` are wanted.

    Returns
    -------
    dict of str to int
        Address of each function. They follow Numba's native calling convention.
    """
    key = hashlib.sha256(f"{_machine()}\n{source}".encode()).hexdigest()[:20]
    stem = folder() / f"{name}-{key}"
    with _LOCK:
        kept = _read(stem.with_suffix(".bin"))
        if kept is None:
            _COMPILING.set()
            try:
                kept = _compile(stem, source)
            finally:
                _COMPILING.clear()
        return _load(*kept)


def compiling() -> bool:
    """Is a kernel being compiled just now, in any thread of this process?"""
    return _COMPILING.is_set()


def _read(path: Path) -> tuple[dict[str, str], bytes] | None:
    """Symbols and machine code from a file; None if there is none, or it is damaged."""
    try:
        data = path.read_bytes()
        head, _, code = data.partition(b"\n")
        record = json.loads(head)
        if record["sha256"] != hashlib.sha256(code).hexdigest():
            return None
        return record["symbols"], code
    except (OSError, ValueError, KeyError):
        return None


@lru_cache(maxsize=64)
def module(name: str, source: str) -> Any:
    """A kernel file imported as it stands, for functions that are compiled when they are called."""
    key = hashlib.sha256(f"{_machine()}\n{source}".encode()).hexdigest()[:20]
    with _LOCK:
        return _imported(folder() / f"{name}-{key}", source)


def _compile(stem: Path, source: str) -> tuple[dict[str, str], bytes]:
    module = _imported(stem, source)
    symbols, codes = {}, []
    for function in module.COMPILED:
        (result,) = function.overloads.values()
        symbols[function.__name__] = result.fndesc.llvm_func_name
        _, _, (code, _) = result.library.serialize_using_object_code()
        codes.append(code)
    if len(codes) != 1:
        raise RuntimeError("a kernel file compiles one function")
    head = json.dumps({"symbols": symbols, "sha256": hashlib.sha256(codes[0]).hexdigest()})
    _write(stem.with_suffix(".bin"), head.encode() + b"\n" + codes[0])
    return symbols, codes[0]


def _imported(stem: Path, source: str) -> Any:
    path = stem.with_suffix(".py")
    _write(path, source.encode())
    spec = importlib.util.spec_from_file_location(f"loligo_kernel_{stem.name.replace('-', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _write(path: Path, data: bytes) -> None:
    """Write a file whole: another process sees the old file, or none, or all of the new one."""
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


@lru_cache(maxsize=1)
def _target() -> Any:
    try:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
    except RuntimeError:  # newer llvmlite initialises itself and says so
        pass
    return llvm.Target.from_default_triple()


def _load(symbols: dict[str, str], code: bytes) -> dict[str, int]:
    machine = _target().create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _ENGINES.append(engine)
    return {name: engine.get_function_address(symbol) for name, symbol in symbols.items()}
