"""From the shell: how long does a whole process take, from its start to its end?

    python benchmarks/startup.py

Wall time, and CPU time as the operating system counts it for the finished process (user and system, all its threads):

- ``python -c pass``, the floor;
- ``python -c "import loligo"``;
- ``loligo run --json`` with compiled kernels at hand, and ``loligo run`` with its summary and picture;
- ``loligo run --json`` with an empty cache folder: the first run ever on a machine, everything compiled.

The commands take turns, in an empty folder of their own. Bytecode (``__pycache__``) is warm, as after an installation.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from common import report, table


@dataclass
class Command:
    """A command, and what its runs took, in seconds."""

    name: str
    words: list[str]
    rounds: int
    fresh: bool = False  # begin with an empty cache
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def run(self, folder: Path, warm: Path) -> None:
        """Run it once in an empty folder."""
        with tempfile.TemporaryDirectory(dir=folder) as empty:
            work, cache = Path(empty) / "work", Path(empty) / "cache"
            work.mkdir()
            environment = {**os.environ, "LOLIGO_CACHE_DIR": str(cache if self.fresh else warm)}
            start = time.perf_counter()
            process = subprocess.Popen(self.words, cwd=work, env=environment, stdout=subprocess.DEVNULL)
            cpu = _wait(process)
            self.wall.append(time.perf_counter() - start)
            self.cpu.append(cpu)
            if process.returncode != 0:
                raise SystemExit(f"{' '.join(self.words)} ended with status {process.returncode}")


def _wait(process: subprocess.Popen[bytes]) -> float:
    """Wait for a process; its CPU time (NaN where the system does not tell)."""
    if not hasattr(os, "wait4"):
        process.wait()
        return float("nan")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def loligo_command() -> list[str]:
    """The installed command beside this Python, or else its module."""
    found = shutil.which("loligo", path=str(Path(sys.executable).parent))
    return [found] if found else [sys.executable, "-c", "from loligo.cli import main; raise SystemExit(main())"]


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="runs of each (default 10; a third with an empty cache)")
    parser.add_argument("--quick", action="store_true", help="three rounds, and nothing is written")
    options = parser.parse_args()
    rounds = 3 if options.quick else options.rounds
    once = [*loligo_command(), "run", "--json"]
    commands = [
        Command("python -c pass", [sys.executable, "-c", "pass"], rounds),
        Command('python -c "import loligo"', [sys.executable, "-c", "import loligo"], rounds),
        Command("loligo run --json", once, rounds),
        Command("loligo run", once[:-1], rounds),
        Command("loligo run --json, empty cache", once, max(1, rounds // 3), fresh=True),
    ]
    with tempfile.TemporaryDirectory(prefix="loligo-startup-") as name:
        folder, warm = Path(name), Path(name) / "warm"
        for command in commands[:4]:  # compile, and fetch the files from disk, before the clock runs
            command.run(folder, warm)
            command.wall.clear()
            command.cpu.clear()
        for round_ in range(rounds):
            for command in commands:
                if round_ < command.rounds:
                    command.run(folder, warm)
    rows = [
        [c.name, len(c.wall), *(float(f(t)) for t in (c.wall, c.cpu) for f in (np.median, np.min, np.max))]
        for c in commands
    ]
    report(
        "startup",
        "Whole processes, from the shell",
        "Seconds, from the start of the process to its end. Goals: import 0.2 s, a run 1.5 s, the first ever 6 s.",
        table(["", "runs", "wall: median", "min", "max", "CPU: median", "min", "max"], rows),
        save=not options.quick,
    )


if __name__ == "__main__":
    main()
