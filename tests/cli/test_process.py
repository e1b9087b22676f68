"""The command as a process: what it imports, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

HEAVY = ["numba", "xarray", "pandas", "matplotlib", "dask", "scipy", "pint", "h5py", "zarr"]


def modules(*words):
    """Those of `HEAVY` that a command imports."""
    script = (
        "import contextlib, io, sys\nfrom loligo.cli import main\n"
        f"with contextlib.redirect_stdout(io.StringIO()):\n    assert main({list(words)!r}) == 0\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()


def test_nothing_heavy_is_imported_for_numbers(loligo):
    assert loligo("run", "--json").code == 0  # compiled by now
    assert modules("run", "--json") == []


@pytest.mark.parametrize("word", ["--help", "version"])
def test_help_and_version_need_next_to_nothing(word):
    heavy = modules(word)
    assert heavy == []


def test_help_does_not_even_need_numpy():
    script = "import sys; from loligo.cli import main; main(['run', '--help']); sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], stdout=subprocess.DEVNULL).returncode == 0


def test_a_mistake_in_a_process(process):
    out, err = (started := process("run", "--set", "Na.q=1")).communicate(timeout=60)
    assert (started.returncode, out, err.count("\n")) == (2, "", 1)


def test_standard_output_holds_the_document_and_nothing_else(process):
    out, err = (started := process("run", "--json", "--start", "60")).communicate(timeout=60)
    assert started.returncode == 0
    assert json.loads(out)["spike_count"] == 0
    assert err.startswith("loligo: warning: ")


def test_a_pipe_that_nobody_reads_ends_it_quietly(process):
    started = process("equations", "squid")
    assert started.stdout is not None
    started.stdout.close()
    assert started.wait(timeout=60) == 141
    assert started.stderr is not None
    assert started.stderr.read() == ""
    started.stderr.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a full disk")
def test_output_that_cannot_be_written():
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "loligo", "equations"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("loligo: error: ")
    assert done.stderr.count("\n") == 1


def test_a_terminal_without_our_letters(process):
    out, err = process("run", "--no-plot", PYTHONIOENCODING="ascii").communicate(timeout=60)
    assert "10 uA/cm2" in out
    assert err == ""
    out, err = process("run", "--json", PYTHONIOENCODING="ascii").communicate(timeout=60)
    assert json.loads(out)["units"]["Na.g"] == "mS/cm²"


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_ctrl_c(process, folder):
    started = process("run", "--duration", "100000000", "--every", "1000")
    time.sleep(3)
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=20)
    assert (started.returncode, out, err) == (130, "", "loligo: interrupted\n")
    assert list(folder.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_a_terminal_is_told_that_a_sweep_compiles_first(tmp_path):
    import pty

    ours, theirs = pty.openpty()
    words = ["sweep", "squid", "--over", "stimulus.amplitude=0:20:9", "--duration", "20"]
    with subprocess.Popen(
        [sys.executable, "-m", "loligo", *words], stdout=subprocess.DEVNULL, stderr=theirs,
        env={**os.environ, "LOLIGO_CACHE_DIR": str(tmp_path)},
    ) as process:  # fmt: skip
        assert process.wait(timeout=120) == 0
    os.set_blocking(ours, False)
    said = os.read(ours, 65536).decode()
    os.close(ours)
    os.close(theirs)
    assert "compiling (only the first time) ..." in said
    assert said.endswith("\r\x1b[K")
