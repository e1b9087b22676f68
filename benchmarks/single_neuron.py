"""One neuron: how long does it take to simulate a second of the squid axon, and how right is it?

1000 ms at 10 µA/cm² from rest, V every 0.025 ms, everything compiled, one core. Loligo as a user calls it, and the same
problem in other packages, which take their turns in the same session: a busy moment of the machine hits everybody, so
the ratios can be trusted even where the times cannot.

    python benchmarks/single_neuron.py                      # peers from this environment, as far as installed
    python benchmarks/single_neuron.py --peers-python PATH  # from another one: pip install numbalsoda scipy numba

The peers get the equations written out by hand and compiled by Numba. Their spikes are looked for after the clock has
stopped, on a cubic through V and dV/dt at the samples; Loligo's time includes finding its spikes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
from common import report, spike_error, squid_derivatives, squid_rest, table, true_spikes

CURRENT, DURATION, EVERY = 10.0, 1000.0, 0.025
Contender = Callable[[], object]


# ------------------------------------------------------------------------------------------------------------ Loligo


def loligo_contenders() -> dict[str, tuple[Contender, Callable[[object], np.ndarray]]]:
    """What to time, and how to get the spike times out of the result."""
    import loligo as lo
    from loligo.simulation.run import run

    squid, stimulus = lo.cells.squid(), lo.Step(CURRENT)

    def with_(verb: Callable[..., object], **options: object) -> Contender:
        return lambda: verb(squid, stimulus, duration=DURATION, every=EVERY, **options)

    def from_dataset(ds: object) -> np.ndarray:
        return ds.spike_times.values  # type: ignore[attr-defined]

    def from_run(found: object) -> np.ndarray:
        return found.spike_times  # type: ignore[attr-defined]

    return {
        "simulate()": (with_(lo.simulate), from_dataset),
        "simulate(estimate_error=False)": (with_(lo.simulate, estimate_error=False), from_dataset),
        "simulate(tolerance=1e-9)": (with_(lo.simulate, tolerance=1e-9), from_dataset),
        "run(), no Dataset": (with_(run), from_run),
        "run(estimate_error=False), no Dataset": (with_(run, estimate_error=False), from_run),
    }


# ------------------------------------------------------------------------------------------------------------- peers


def samples() -> np.ndarray:
    """The times at which V is wanted."""
    return np.arange(round(DURATION / EVERY) + 1) * EVERY


def numbalsoda_peer(rtol: float) -> Contender:
    """NumbaLSODA's compiled DOP853, sampled by itself; returns the states.

    The rates are written in the way that is fastest here, although it is 0/0 at V = -40 and -55 mV.
    """
    from math import exp

    from numba import cfunc
    from numbalsoda import dop853, lsoda_sig

    @cfunc(lsoda_sig)
    def rhs(t, u, du, p):
        v, m, h, n = u[0], u[1], u[2], u[3]
        du[0] = p[0] - 120 * m * m * m * h * (v - 50) - 36 * n * n * n * n * (v + 77) - 0.3 * (v + 54.387)
        du[1] = 0.1 * (v + 40) / (1 - exp(-(v + 40) / 10)) * (1 - m) - 4 * exp(-(v + 65) / 18) * m
        du[2] = 0.07 * exp(-(v + 65) / 20) * (1 - h) - h / (1 + exp(-(v + 35) / 10))
        du[3] = 0.01 * (v + 55) / (1 - exp(-(v + 55) / 10)) * (1 - n) - 0.125 * exp(-(v + 65) / 80) * n

    start, times, data = squid_rest().copy(), samples(), np.array([CURRENT])

    def solve() -> np.ndarray:
        found, success = dop853(rhs.address, start, times, data=data, rtol=rtol, atol=rtol / 100)
        assert success
        return found

    return solve


def scipy_peer(rtol: float) -> Contender:
    """SciPy's DOP853 with a compiled right-hand side; returns the states."""
    from scipy.integrate import solve_ivp

    rhs, start, times = squid_derivatives(CURRENT), squid_rest(), samples()

    def solve() -> np.ndarray:
        return solve_ivp(rhs, (0, DURATION), start, "DOP853", t_eval=times, rtol=rtol, atol=rtol / 100).y.T

    return solve


PEERS: dict[str, Callable[[], Contender]] = {
    "numbalsoda dop853, rtol 1e-5": lambda: numbalsoda_peer(1e-5),
    "numbalsoda dop853, rtol 1e-6": lambda: numbalsoda_peer(1e-6),
    "SciPy DOP853, rtol 1e-5": lambda: scipy_peer(1e-5),
}


def spikes_of(states: np.ndarray) -> np.ndarray:
    """Upward crossings of 0 mV of a sampled solution, on the cubic through V and dV/dt at both ends of an interval."""
    f, spikes = squid_derivatives(CURRENT), []
    for i in np.flatnonzero((states[:-1, 0] < 0) & (states[1:, 0] >= 0)):
        a, b = states[i, 0], states[i + 1, 0]
        da, db = EVERY * f(0.0, states[i])[0], EVERY * f(0.0, states[i + 1])[0]
        cubic = np.polynomial.Polynomial([a, da, 3 * (b - a) - 2 * da - db, da + db - 2 * (b - a)])
        roots = cubic.roots()
        inside = roots[(abs(roots.imag) < 1e-9) & (roots.real >= -1e-9) & (roots.real <= 1 + 1e-9)].real
        spikes.append((i + inside.min()) * EVERY)
    return np.array(spikes)


def versions(package: str) -> str:
    """What the peer runs on."""
    found = (f"{name} {version(name)}" for name in dict.fromkeys((package, "numba", "numpy")))
    return f"{', '.join(found)}, Python {platform.python_version()}"


def serve() -> None:
    """The other process: for each name on a line of standard input, run that peer once and say how long it took."""
    ready: dict[str, Contender] = {}
    for line in sys.stdin:
        name = line.strip()
        answer: dict[str, object] = {}
        try:
            with contextlib.redirect_stdout(sys.stderr):
                if name not in ready:
                    ready[name] = PEERS[name]()
                    answer["package"] = versions(name.split()[0].lower())
                    answer["spikes"] = spikes_of(ready[name]()).tolist()  # type: ignore[arg-type]
                answer["ms"] = milliseconds(ready[name])
        except ImportError as error:
            answer = {"missing": str(error)}
        print(json.dumps(answer), flush=True)


class Elsewhere:
    """A process, perhaps of another Python, in which the peers run."""

    def __init__(self, python: str) -> None:
        self.process = subprocess.Popen(
            [python, str(Path(__file__).resolve()), "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, name: str) -> dict[str, object]:
        """Run a peer once."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(name + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the process of the peers ended with status {self.process.wait()}")
        return dict(json.loads(line))

    def close(self) -> None:
        """End it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


# ------------------------------------------------------------------------------------------------------------- clock


def milliseconds(function: Contender) -> float:
    """How long one call takes, warm: right after another one, whoever had the machine before."""
    function()
    start = time.perf_counter()
    function()
    return 1e3 * (time.perf_counter() - start)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers-python", default=sys.executable, metavar="PATH", help="the Python that has the peers")
    parser.add_argument("--rounds", type=int, default=60, help="how often each is timed (default 60)")
    parser.add_argument("--quick", action="store_true", help="five rounds, and nothing is written")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return
    truth = true_spikes(CURRENT, DURATION)
    errors: dict[str, float] = {}
    times: dict[str, list[float]] = {}
    ours = loligo_contenders()
    for name, (contender, spikes) in ours.items():
        errors[name], times[name] = spike_error(spikes(contender()), truth), []
    peers, notes = Elsewhere(options.peers_python), []
    for name in PEERS:
        answer = peers.ask(name)
        if "missing" in answer:
            notes.append(f"- {name}: not installed ({answer['missing']})")
        else:
            notes.append(f"- {name}: {answer['package']}")
            errors[name], times[name] = spike_error(np.array(answer["spikes"]), truth), []
    for _ in range(5 if options.quick else options.rounds):
        for name in times:
            times[name].append(milliseconds(ours[name][0]) if name in ours else float(str(peers.ask(name)["ms"])))
    peers.close()
    base = np.array(times["simulate()"])
    rows = [
        [name, np.median(t), min(t), float(np.median(np.array(t) / base)), errors[name]] for name, t in times.items()
    ]
    report(
        "single_neuron",
        "One squid neuron, one second",
        f"{DURATION:g} ms at {CURRENT:g} µA/cm² from rest, V every {EVERY:g} ms, {len(base)} runs of each in turn, one "
        "core, each timed right after an untimed one. The ratio is to simulate() in the same round (median). Error: of "
        "the worst spike, against SciPy's "
        "DOP853 at rtol 1e-12.",
        table(["", "median (ms)", "best (ms)", "ratio", "error (ms)"], rows),
        "\n".join(notes),
        "simulate() runs a companion at a finer tolerance beside the run itself, to state its error; the peers state "
        "none.",
        save=not options.quick,
    )


if __name__ == "__main__":
    main()
