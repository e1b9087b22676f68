"""The workloads: what each contender is asked to do, how it is timed, and the rows that come out."""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from common import spike_error, squid_rest, true_spikes

from .contenders import BASE, Contender
from .process import Failure, Peer, cold
from .search import Search

BOUNDS = (0.05, 0.005)  # ms: largest error of a spike time
LEVELS = np.linspace(8, 20, 20)  # µA/cm²
SHORTEST = 50.0  # ms: of a run whose speed is measured
MOST = 4000  # neurons in such a run
Row = list[object]


def say(*what: object) -> None:
    """Progress, to standard error."""
    print(*what, file=sys.stderr, flush=True)


@dataclass
class Bench:
    """What the workloads have in common, and what they learn of one another.

    Attributes
    ----------
    pythons : dict
        The Python of each peer.
    folder : Path
        Where peers may keep what they compile.
    rounds : int
        How often everything is timed.
    duration : float
        Of a sweep, ms.
    longest : float
        A sweep that would take more seconds is shortened.
    contenders : list
    settings : dict
        Loosest setting of each contender, for each bound; None if there is none.
    rates : dict
        Neuron-ms per second at that setting.
    failures : dict
        Why a contender gave no answer.
    versions : dict
        What each runs on.
    points : list
        Rows of the CSV file.
    """

    pythons: dict[str, str]
    folder: Path
    rounds: int
    duration: float
    longest: float
    contenders: list[Contender]
    settings: dict[tuple[str, float], float | None] = field(default_factory=dict)
    rates: dict[tuple[str, float], float] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    points: list[dict[str, object]] = field(default_factory=list)

    def peer(self, contender: Contender, pinned: bool = True) -> Peer:
        """A new process of a contender."""
        return Peer(contender, self.pythons[contender.peer], self.folder, pinned=pinned)

    def keep(self, workload: str, contender: Contender, quantity: str, value: object, **about: object) -> None:
        """Note a number for the CSV file."""
        row = {"workload": workload, "contender": contender.name, "bound": "", "setting": "", "round": ""}
        self.points.append(row | about | {"quantity": quantity, "value": value})

    def closest(self, contender: Contender, search: Search, workload: str, hints: Iterable[float]) -> None:
        """Find the loosest settings of a contender for both bounds."""
        for bound, hint in zip(BOUNDS, hints, strict=True):
            found = search.loosest(bound, hint)
            self.settings[contender.name, bound] = found
            say(f"  {contender.name}: {bound:g} ms at {contender.setting} {found} {search.failure}")
        if search.failure and all(self.settings[contender.name, bound] is None for bound in BOUNDS):
            self.failures.setdefault(contender.name, search.failure)
        for setting, error in search.errors.items():
            self.keep(workload, contender, "error_ms", error, setting=setting)

    def interleaved(self, bound: float, one: Callable[[Contender], float]) -> dict[str, list[float]]:
        """Measure all that have a setting, in turn, again and again; what fails is left out and noted."""
        values: dict[str, list[float]] = {
            c.name: [] for c in self.contenders if self.settings.get((c.name, bound)) is not None
        }
        for number in range(self.rounds):
            for contender in self.contenders:
                if contender.name not in values:
                    continue
                try:
                    values[contender.name].append(one(contender))
                except Failure as failure:
                    self.failures[contender.name] = str(failure)
                    del values[contender.name]
            say(f"  round {number + 1} of {self.rounds}")
        return values


def job(want: str, currents: Iterable[float], duration: float, setting: float) -> dict[str, Any]:
    """A job for a peer."""
    start = [float(x) for x in squid_rest()]
    levels = [float(x) for x in currents]
    return {"want": want, "currents": levels, "duration": duration, "setting": setting, "start": start}


def ratio(values: dict[str, list[float]], name: str) -> float:
    """Median over the rounds of a contender's value over Loligo's in the same round."""
    base = values.get(BASE.name)
    return float(np.median(np.array(values[name]) / np.array(base))) if base else math.nan


# ------------------------------------------------------------------------------------------------------- precision


def precision(bench: Bench) -> list[Row]:
    """20 neurons for 500 ms: the loosest settings for the two bounds, and the speed of a sweep at them."""
    truth = [true_spikes(float(level), 500.0) for level in LEVELS]
    peers = {c.name: bench.peer(c) for c in bench.contenders}
    searches: dict[str, Search] = {}
    for c in bench.contenders:

        def measure(setting: float, c: Contender = c) -> float:
            found = peers[c.name].ask(**job("spikes", LEVELS, 500.0, setting))["spikes"]
            return max(spike_error(np.array(f), t) for f, t in zip(found, truth, strict=True))

        searches[c.name] = Search(c.ladder, measure)
        bench.closest(c, searches[c.name], "precision", c.hints)
    values: dict[float, dict[str, list[float]]] = {}
    sizes: dict[tuple[str, float], str] = {}
    for bound in BOUNDS:
        plans: dict[str, dict[str, Any]] = {}

        def speed(c: Contender, plans: dict[str, dict[str, Any]] = plans, bound: float = bound) -> float:
            plan = plans.get(c.name) or plans.setdefault(c.name, _plan(bench, peers[c.name], bound))
            return len(plan["currents"]) * plan["duration"] / peers[c.name].ask(**plan)["seconds"]

        values[bound] = bench.interleaved(bound, speed)
        for name, found in values[bound].items():
            bench.rates[name, bound] = float(np.median(found))
            sizes[name, bound] = f"{len(plans[name]['currents'])} × {plans[name]['duration']:g} ms"
    rows = [_row(bench, c, bound, searches[c.name], values, sizes) for bound in BOUNDS for c in bench.contenders]
    for c in bench.contenders:
        _curve(bench, searches[c.name], peers[c.name])
        bench.versions[c.name] = peers[c.name].versions
        peers[c.name].close()
    return rows


def _row(
    bench: Bench,
    c: Contender,
    bound: float,
    search: Search,
    values: dict[float, dict[str, list[float]]],
    sizes: dict[tuple[str, float], str],
) -> Row:
    """A contender's row for a bound, at the faster of its settings that meet it: the loosest is not always that."""
    meeting = [b for b in BOUNDS if b <= bound and (c.name, b) in bench.rates]
    if not meeting:
        return [f"{bound:g}", c.name, "-", math.nan, math.nan, math.nan, bench.failures.get(c.name, "not reached")]
    best = max(meeting, key=lambda b: bench.rates[c.name, b])
    setting = bench.settings[c.name, bound] = bench.settings[c.name, best]
    assert setting is not None
    rate = bench.rates[c.name, bound] = bench.rates[c.name, best]
    if best == bound:
        for number, value in enumerate(values[bound][c.name]):
            bench.keep("precision", c, "neuron_ms_per_s", value, bound=bound, setting=setting, round=number)
    base = values[bound].get(BASE.name, [])
    faster = float(np.median([b / v for b, v in zip(base, values[best][c.name], strict=False)])) if base else math.nan
    return [f"{bound:g}", c.name, f"{setting:g}", search.errors[setting], rate / 1e6, faster, sizes[c.name, best]]


def _curve(bench: Bench, search: Search, peer: Peer, most: int = 6) -> None:
    """More points for the figure, between the two bounds and beyond: error and speed, one run each."""
    c = peer.contender
    bounds = [s for s in (bench.settings.get((c.name, bound)) for bound in BOUNDS) if s is not None]
    if not bounds or c.name in bench.failures:
        return
    first = max(c.ladder.index(bounds[0]) - 1, 0)
    beyond = 3 if c.setting == "step" else 10
    last = min(c.ladder.index(bounds[-1]) + beyond, len(c.ladder) - 1)
    for k in sorted({round(x) for x in np.linspace(first, last, most)}):
        setting = c.ladder[k]
        if setting in bounds or (c.peer == "arbor" and setting < bounds[-1]):
            continue  # Arbor beyond its bounds: minutes a point
        known = setting in search.errors
        if not math.isfinite(search.error(setting)):
            continue
        if not known:
            bench.keep("precision", c, "error_ms", search.errors[setting], setting=setting)
        if c.setting == "step":  # the time of a step is the same for all steps: not measured again
            speed = bench.rates[c.name, BOUNDS[0]] * setting / bounds[0]
        else:
            plan = job("count", np.linspace(8, 20, c.best), 200.0, setting)
            try:
                speed = c.best * 200.0 / min(peer.ask(**plan)["seconds"] for _ in range(2))
            except Failure as failure:
                say(f"  {c.name} at {setting:g}: {failure}")
                continue
        bench.keep("precision", c, "neuron_ms_per_s", speed, setting=setting)


def _plan(bench: Bench, peer: Peer, bound: float) -> dict[str, Any]:
    """A sweep that takes about a second: more neurons while they run for 500 ms, then fewer ms."""
    c = peer.contender
    setting = bench.settings[c.name, bound]
    assert setting is not None
    pilot = job("count", np.linspace(8, 20, c.best), 20.0, setting)
    peer.ask(**pilot)
    work = c.best * 20.0 / max(peer.ask(**pilot)["seconds"], 1e-4)
    neurons = int(min(max(work / 500.0, c.best), MOST))
    duration = 500.0 if work >= 500.0 * neurons else max(SHORTEST, 10 * round(work / neurons / 10))
    plan = job("count", np.linspace(8, 20, neurons), duration, setting)
    peer.ask(**plan)
    return plan


# ------------------------------------------------------------------------------------------------------ one neuron


def one(bench: Bench) -> list[Row]:
    """One neuron for a second, V every 0.025 ms."""
    truth, saved = true_spikes(10.0, 1000.0), dict(bench.settings)
    everybody = bench.contenders
    bench.contenders = [c for c in everybody if c.traces]
    peers = {c.name: bench.peer(c) for c in bench.contenders}
    searches: dict[str, Search] = {}
    for c in bench.contenders:

        def measure(setting: float, c: Contender = c) -> float:
            found = peers[c.name].ask(**job("trace", [10.0], 1000.0, setting))["spikes"][0]
            return spike_error(np.array(found), truth)

        searches[c.name] = Search(c.trace_ladder, measure)
        bench.closest(c, searches[c.name], "one", c.hints)
    rows: list[Row] = []
    for bound in BOUNDS:

        def seconds(c: Contender, bound: float = bound) -> float:
            setting = bench.settings[c.name, bound]
            assert setting is not None
            ask = job("trace", [10.0], 1000.0, setting)
            peers[c.name].ask(**ask)  # the first call after a change of job is not warm
            return min(peers[c.name].ask(**ask)["seconds"] for _ in range(2))

        values = bench.interleaved(bound, seconds)
        for c in bench.contenders:
            setting = bench.settings.get((c.name, bound))
            if c.name not in values or setting is None:
                reason = bench.failures.get(c.name, "not reached")
                rows.append([f"{bound:g}", c.name, "-", math.nan, math.nan, math.nan, reason])
                continue
            for number, value in enumerate(values[c.name]):
                bench.keep("one", c, "seconds", value, bound=bound, setting=setting, round=number)
            median = 1e3 * float(np.median(values[c.name]))
            error = searches[c.name].errors[setting]
            rows.append([f"{bound:g}", c.name, f"{setting:g}", error, median, ratio(values, c.name), ""])
    for c in bench.contenders:
        bench.versions[c.name] = peers[c.name].versions
        peers[c.name].close()
    bench.contenders, bench.settings = everybody, saved
    return rows


# ----------------------------------------------------------------------------------------------------------- sweep


def sweep(bench: Bench, neurons: int = 10_000) -> list[Row]:
    """10,000 neurons over 0 to 20 µA/cm², in a fresh process each, Loligo's turn before everybody's."""
    bound = BOUNDS[0]
    currents = np.linspace(0, 20, neurons)
    rows: list[Row] = []
    expected: dict[float, int] = {}
    for c in bench.contenders:
        setting, rate = bench.settings.get((c.name, bound)), bench.rates.get((c.name, bound))
        if setting is None or rate is None:
            rows.append([c.name, "-", *[math.nan] * 6, bench.failures.get(c.name, "not reached")])
            continue
        duration = bench.duration
        while duration > 20 and neurons * duration / rate > bench.longest:
            duration = max(20.0, 10 * (duration // 20))
        try:
            ours = _fresh(bench, BASE, currents, duration)
            theirs = _fresh(bench, c, currents, duration) if c is not BASE else ours
        except Failure as failure:
            bench.failures[c.name] = str(failure)
            rows.append([c.name, f"{setting:g}", *[math.nan] * 6, str(failure)])
            continue
        expected[duration] = sum(ours["counts"])
        spikes = sum(theirs["counts"]) - expected[duration] if "counts" in theirs else math.nan
        for quantity in ("seconds", "memory", "build"):
            bench.keep("sweep", c, quantity, theirs[quantity], bound=bound, setting=setting)
        per = neurons * duration / 1e6
        slower = theirs["seconds"] / ours["seconds"]
        kept = c.note + (f"; {theirs['failed']} neurons lost" if theirs.get("failed") else "")
        numbers = [duration, theirs["seconds"], per / theirs["seconds"], slower, theirs["memory"], spikes]
        rows.append([c.name, f"{setting:g}", *numbers, kept])
        say(" ", *rows[-1])
    return rows


def _fresh(bench: Bench, c: Contender, currents: np.ndarray, duration: float) -> dict[str, Any]:
    """The answer of a process of its own, so that its memory is that of this sweep."""
    setting = bench.settings[c.name, BOUNDS[0]]
    assert setting is not None
    peer = bench.peer(c)
    try:
        ask = job("count", currents, duration, setting)
        return min((peer.ask(timeout=600, **ask) for _ in range(2)), key=lambda answer: float(answer["seconds"]))
    finally:
        peer.close()


# ------------------------------------------------------------------------------------------------- cold and growth


def starts(bench: Bench) -> list[Row]:
    """Seconds of a whole process from the shell to its first result."""
    first = {c.peer: c for c in reversed(bench.contenders)}
    values: dict[str, list[float]] = {peer: [] for peer in first}
    for number in range(-1, bench.rounds):  # the first round fills caches, and is not counted
        for peer, c in first.items():
            try:
                seconds = cold(c, bench.pythons[peer])
            except Failure as failure:
                bench.failures.setdefault(c.name, str(failure))
                continue
            if number >= 0:
                values[peer].append(seconds)
                bench.keep("cold", c, "seconds", seconds, round=number)
    rows: list[Row] = [
        [peer, float(np.median(v)), min(v), ""] if v else [peer, math.nan, math.nan, bench.failures[first[peer].name]]
        for peer, v in values.items()
    ]
    with tempfile.TemporaryDirectory() as empty:
        seconds = cold(BASE, bench.pythons["loligo"], LOLIGO_CACHE_DIR=empty)
    rows.append(["loligo, first run ever", seconds, seconds, "nothing compiled yet, once"])
    return rows


def growth(bench: Bench, largest: int) -> list[Row]:
    """Loligo's sweeps from one neuron to a million, 500 ms, spikes counted, at 0.005 ms; on one core and on all."""
    rows: list[Row] = []
    setting = bench.settings.get((BASE.name, BOUNDS[1])) or 1e-5
    n = 1
    while n <= largest:
        row: Row = [n]
        for pinned, most in ((True, 100_000), (False, largest)):
            if n > most or (not pinned and n < 1000):
                row += [math.nan, math.nan, math.nan]
                continue
            peer = bench.peer(BASE, pinned)
            ask = job("count", [], 500.0, setting) | {"spread": [8, 20, n], "times": False}
            ask["workers"] = 1 if pinned else None
            repeats = 3 if n <= 10_000 else 1
            answers = [peer.ask(timeout=3600, **ask) for _ in range(repeats)]
            peer.close()
            seconds = min(float(a["seconds"]) for a in answers)
            bench.keep("growth", BASE, "seconds", seconds, setting=setting, round=n)
            row += [seconds, n * 500 / seconds / 1e6, answers[-1]["memory"]]
        rows.append(row)
        say(" ", *row)
        n *= 10
    return rows
