"""The cache of compiled kernels: found again, safe under two processes, and not fatal when it cannot be written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import loligo as lo
from loligo.errors import LoligoWarning
from loligo.numerics import cache, kernel
from loligo.system import system

RUN = """
    import sys, time, json
    import loligo as lo
    from loligo.simulation.run import run
    began = time.perf_counter()
    found = run(lo.cells.squid(), lo.Step(10), duration=20, record="all")
    print(json.dumps({"spikes": list(found.spike_times), "numba": "numba" in sys.modules}))
"""


def run(folder: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(RUN)],
        env={**os.environ, "LOLIGO_CACHE_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_two_processes_build_the_same_kernel_at_once(tmp_path):
    results = []
    for process in [run(tmp_path), run(tmp_path)]:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        results.append(json.loads(out))
    assert results[0]["spikes"] == results[1]["spikes"]
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]  # no half-written file is left
    later = run(tmp_path)
    out, err = later.communicate(timeout=60)
    assert json.loads(out) == {"spikes": results[0]["spikes"], "numba": False}, err  # machine code needs no compiler


def test_a_damaged_file_is_built_again(tmp_path, monkeypatch):
    monkeypatch.setenv("LOLIGO_CACHE_DIR", str(tmp_path))
    cache.addresses.cache_clear()
    _, texts = kernel.physics_source(system(lo.cells.squid()), "explicit", 4)
    first = cache.addresses("physics", texts["derivatives"])
    (file,) = tmp_path.glob("*.bin")
    whole = file.read_bytes()
    for damage in (b"", whole[: len(whole) // 2], whole[:-9] + b"damaged!!", b"\x00" * 500):
        file.write_bytes(damage)
        cache.addresses.cache_clear()
        again = cache.addresses("physics", texts["derivatives"])
        assert again.keys() == first.keys()
        assert cache._read(file) is not None


def test_a_folder_that_cannot_be_written_is_replaced_and_said_once(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("LOLIGO_CACHE_DIR", str(blocked / "kernels"))
    cache._usable.cache_clear()
    with pytest.warns(LoligoWarning, match="LOLIGO_CACHE_DIR") as said:
        first = cache.folder()
        second = cache.folder()
    assert first == second and first.is_dir() and len(said) == 1
