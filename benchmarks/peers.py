"""Loligo beside its peers, in the same session, on the same core, at equal accuracy.

    python benchmarks/peers.py                                   # everything; installs the peers first
    python benchmarks/peers.py --peers neuron,jaxley --workloads precision
    python benchmarks/peers.py --quick                           # short, and nothing is written

Each peer lives in a virtual environment of its own, which this command makes from PyPI, and runs as a process
(`benchmarks/peers/on_*.py`) that is kept on one core. A peer that does not install, or crashes, has its reason in the
tables.

Workloads: `precision` (20 neurons, 500 ms: the largest step or loosest tolerance that keeps every spike within 0.05 and
within 0.005 ms of the truth, and the speed of a sweep at it), `one` (one neuron, 1000 ms, V every 0.025 ms, at the same
two errors), `sweep` (10,000 neurons), `cold` (a process from the shell to its first result), `growth` (Loligo from one
neuron to a million).
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from pathlib import Path

from common import RESULTS, report, table
from peers.contenders import CONTENDERS, PACKAGES
from peers.plots import draw
from peers.process import environment
from peers.workloads import Bench, growth, one, precision, say, starts, sweep

WORKLOADS = ("precision", "one", "sweep", "cold", "growth")


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = ", ".join(PACKAGES)
    parser.add_argument("--peers", default=",".join(PACKAGES), metavar="LIST", help=f"some of {names}; or none")
    parser.add_argument("--workloads", default=",".join(WORKLOADS), metavar="LIST", help="some of the above")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is timed, in turn (default 5)")
    parser.add_argument("--duration", type=float, default=500.0, help="of the sweep, ms (default 500)")
    parser.add_argument(
        "--longest", type=float, default=10.0, metavar="S",
        help="a peer's sweep that would take more seconds is shortened (default 10)",
    )  # fmt: skip
    parser.add_argument("--largest", type=int, default=1_000_000, metavar="N", help="end of the growth (default 1e6)")
    parser.add_argument("--environments", type=Path, default=cache(), metavar="DIR", help="(default %(default)s)")
    parser.add_argument("--reinstall", action="store_true", help="get the newest versions of the peers")
    parser.add_argument("--quick", action="store_true", help="one round, short sweeps, and nothing is written")
    parser.add_argument("--name", default="peers", help="of the files in results/ (default peers)")
    found = parser.parse_args()
    found.peers = ["loligo", *(p for p in PACKAGES if p in found.peers.split(","))]
    unknown = [w for w in found.workloads.split(",") if w not in WORKLOADS]
    if unknown:
        parser.error(f"--workloads: {unknown[0]!r} is none of {', '.join(WORKLOADS)}")
    found.workloads = [w for w in WORKLOADS if w in found.workloads.split(",")]
    if "sweep" in found.workloads and "precision" not in found.workloads:
        found.workloads.insert(0, "precision")  # which finds the settings of the sweep
    if found.quick:
        found.rounds, found.duration, found.longest, found.largest = 1, 50.0, 5.0, 10_000
    return found


def cache() -> Path:
    """Where the environments of the peers live unless told otherwise."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "loligo-peers"


def prepared(asked: argparse.Namespace) -> tuple[Bench, list[str]]:
    """The environments, and a note on each peer that has none."""
    pythons, notes = {}, []
    for peer in asked.peers:
        try:
            pythons[peer] = environment(peer, asked.environments, asked.reinstall)
        except RuntimeError as error:
            notes.append(f"- {peer} takes no part: it {error}")
            say(notes[-1])
    taking_part = [c for c in CONTENDERS if c.peer in pythons]
    return Bench(pythons, asked.environments, asked.rounds, asked.duration, asked.longest, taking_part), notes


PRECISION = """## Equal accuracy: neuron-ms per second

20 neurons at 8 to 20 µA/cm², 500 ms: the largest step (ms) or loosest tolerance at which every spike is within 0.05, or
0.005, ms of SciPy's DOP853 at rtol 1e-12 (V interpolated by a cubic where a peer's own spikes lie on the grid). Then
the speed of a sweep at that setting, of the size in the last column: million neuron-ms per second of one core. *Loligo
is × faster* is the median over the rounds."""
ONE = """## One neuron

1000 ms at 10 µA/cm², V every 0.025 ms (steps divide it), warm. Everything compiled; spikes are looked for when the
clock has stopped, but for Loligo, whose time includes them."""
SWEEP = """## 10,000 neurons

0 to 20 µA/cm² at the setting that keeps every spike within 0.05 ms, one core, a fresh process; the best of two runs,
without compilation. Runs that would take too long are shortened, Loligo's with them. *Spikes* is the difference from
Loligo's number. Memory is the peak of the process, MB."""
COLD = """## From the shell

A whole process that gives 50 ms of one neuron at 10 µA/cm², wall time in s, caches warm."""
GROWTH = """## Growth with the number of neurons

Loligo, 500 ms at 8 to 20 µA/cm², spikes counted, at the tolerance that keeps every spike within 0.005 ms; best of 3
up to 10,000, then one run. The second half on all cores."""


def run(asked: argparse.Namespace, bench: Bench) -> list[str]:
    """Do the workloads; the parts of the report."""
    parts = []
    head = ["within (ms)", "", "setting", "error (ms)"]
    for workload in asked.workloads:
        say(f"{workload}:")
        if workload == "precision":
            columns = [*head, "M neuron-ms/s", "Loligo is × faster", "run"]
            parts += [PRECISION, table(columns, precision(bench))]
        elif workload == "one":
            parts += [ONE, table([*head, "median (ms)", "× Loligo's time", "note"], one(bench))]
        elif workload == "sweep":
            columns = ["", "setting", "ms", "s", "M neuron-ms/s", "× Loligo's time", "memory", "spikes", "kept"]
            parts += [SWEEP, table(columns, sweep(bench))]
        elif workload == "cold":
            parts += [COLD, table(["", "median (s)", "best (s)", "note"], starts(bench))]
        else:
            columns = ["neurons", "s", "M neuron-ms/s", "memory (MB)", "s, all cores", "M neuron-ms/s", "memory (MB)"]
            parts += [GROWTH, table(columns, growth(bench, asked.largest))]
        say(f"\n{parts[-1]}\n")
    return parts


def main() -> None:
    """Run the benchmark."""
    asked = options()
    bench, notes = prepared(asked)
    parts = run(asked, bench)
    notes += [f"- {name}: {reason}" for name, reason in bench.failures.items()]
    versions = [f"- {name}: {text}" for name, text in bench.versions.items() if text]
    if notes:
        parts += ["## What failed", "\n".join(notes)]
    parts += ["## Versions", "\n".join(versions)]
    if not asked.quick:
        RESULTS.mkdir(exist_ok=True)
        with (RESULTS / f"{asked.name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(bench.points[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(bench.points)
        if "precision" in asked.workloads:
            draw(bench, RESULTS / f"{asked.name}.png")
    report(asked.name, "Loligo beside its peers", *parts, save=not asked.quick)


if __name__ == "__main__":
    sys.exit(main())
