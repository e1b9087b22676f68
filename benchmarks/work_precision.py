"""Work and precision: the plot that decided which method is the default.

The squid axon, from rest, constant currents of 8 to 20 µA/cm², 500 ms. The error is that of the worst spike of all runs
against SciPy's DOP853 at rtol 1e-12, with the equations written out by hand; the work is counted in evaluations of the
right-hand side, and measured as the time for 1000 ms with V sampled every 0.025 ms.

    python benchmarks/work_precision.py            # about 2 minutes: results/work_precision.{csv,md,png}

Three questions: which Runge-Kutta pair (a prototype, `pairs.py`, with one controller for all), which method of Loligo,
and how fast.
"""

from __future__ import annotations

import argparse
import csv
import math
import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from common import RESULTS, report, spike_error, table, true_spikes
from pairs import PAIRS, integrate

import loligo as lo
from loligo.simulation.run import run

CURRENTS = (8.0, 10.0, 12.0, 15.0, 20.0)
DURATION, TIMED_DURATION, TIMED_CURRENT = 500.0, 1000.0, 10.0
GOAL = 1e-3  # ms: what the default settings promise
TOLERANCES = tuple(float(f"{m}e{e}") for e in range(-3, -11, -1) for m in (1, 0.3))[:-1]
STEPS = {
    "rk4": (0.08, 0.063, 0.05, 0.04, 0.025, 0.0125, 0.00625, 0.0025),
    "staggered": (0.05, 0.025, 0.0125, 0.00625, 0.0025, 0.00125),
    "heun": (0.05, 0.025, 0.0125, 0.00625, 0.0025, 0.00125),
    "exponential_euler": (0.025, 0.0125, 0.00625, 0.0025, 0.00125),
    "euler_maruyama": (0.025, 0.0125, 0.00625, 0.0025, 0.00125),
}
# Of all rates and currents, in a step. `staggered` evaluates the rates once and the (cheap) membrane current twice.
EVALUATIONS = {"dopri5": 6, "rk4": 4, "staggered": 1, "heun": 2, "exponential_euler": 1, "euler_maruyama": 1}
LABELS = {
    "dopri5": "Dormand-Prince 5(4)",
    "rk4": "RK4",
    "staggered": "staggered",
    "heun": "Heun",
    "exponential_euler": "exponential Euler",
    "euler_maruyama": "Euler",
}
DEFAULT_TOLERANCE = 1e-6


@dataclass
class Point:
    """A method with one setting."""

    group: str  # "pair", or "loligo"
    method: str
    setting: float  # tolerance, or dt in ms
    error: float  # ms; of the spikes that there are
    lost: int  # spikes lost or gained, in the worst run
    evaluations: float  # per ms
    dense: float  # per ms, with what the interpolant needs
    best: float = math.nan  # ms of wall time for 1000 ms
    median: float = math.nan

    @property
    def options(self) -> dict[str, object]:
        """How Loligo is asked for it."""
        name = "tolerance" if self.method == "dopri5" else "dt"
        return {"method": self.method, name: self.setting, "estimate_error": False}


def compare(found: np.ndarray, true: np.ndarray) -> tuple[float, int]:
    """Error of the spikes that both have, and how many are missing or too many."""
    both = min(len(found), len(true))
    return spike_error(found[:both], true[:both]), abs(len(found) - len(true))


def pair_points(currents: tuple[float, ...]) -> list[Point]:
    """The three pairs over the tolerances."""
    points = []
    for pair in PAIRS:
        for tolerance in TOLERANCES:
            runs = [integrate(pair, current, DURATION, tolerance) for current in currents]
            errors = [compare(r[0], true_spikes(c, DURATION)) for r, c in zip(runs, currents, strict=True)]
            work = [sum(r[i] for r in runs) / (DURATION * len(currents)) for i in (1, 2)]
            worst, lost = (max(column) for column in zip(*errors, strict=True))
            points.append(Point("pair", pair.name, tolerance, worst, lost, *work))
    return points


def loligo_points(currents: tuple[float, ...]) -> list[Point]:
    """Loligo's methods over their tolerances or steps; a setting that blows up is left out."""
    squid, points = lo.cells.squid(), []
    for method, settings in {"dopri5": TOLERANCES, **STEPS}.items():
        for setting in settings:
            point = Point("loligo", method, setting, 0.0, 0, 0.0, 0.0)
            for current in currents:
                found = run(squid, lo.Step(current), duration=DURATION, every=1.0, **point.options)
                if found.status != "done":
                    break
                error, lost = compare(found.spike_times, true_spikes(current, DURATION))
                point.error, point.lost = max(point.error, error), max(point.lost, lost)
                point.evaluations += (found.steps + found.rejected) * EVALUATIONS[method] / (DURATION * len(currents))
            else:
                point.dense = point.evaluations  # every interpolant of Loligo is free
                points.append(point)
    return points


def clock(points: list[Point], rounds: int) -> None:
    """Time for 1000 ms, all settings in turn, shuffled, again and again, so that a busy moment hits them all."""
    squid, stimulus, random = lo.cells.squid(), lo.Step(TIMED_CURRENT), np.random.default_rng(0)
    times: dict[int, list[float]] = {i: [] for i in range(len(points))}
    for round_ in range(rounds + 1):
        for i in random.permutation(len(points)):
            point = points[i]
            start = time.perf_counter()
            run(squid, stimulus, duration=TIMED_DURATION, **point.options)
            if round_ > 0:  # the first was to warm up
                times[i].append(1e3 * (time.perf_counter() - start))
    for i, point in enumerate(points):
        point.best, point.median = min(times[i]), float(np.median(times[i]))


def work_for(points: list[Point], error: float, field: str) -> float:
    """The work beyond which the error stays below a goal, interpolated between the settings on logarithmic axes."""
    known = sorted((p for p in points if p.lost == 0), key=lambda p: getattr(p, field))
    for before, after in reversed(list(pairwise(known))):
        if before.error > error >= after.error:
            part = math.log(before.error / error) / math.log(before.error / after.error)
            return getattr(before, field) * (getattr(after, field) / getattr(before, field)) ** part
    return getattr(known[0], field) if known and known[0].error <= error else math.nan


def summary(points: list[Point]) -> str:
    """Work for a few errors."""
    goals = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
    rows = []
    for name in dict.fromkeys(p.method for p in points):
        chosen = [p for p in points if p.method == name]
        rows.append([LABELS.get(name, name), *(work_for(chosen, goal, "evaluations") for goal in goals)])
        if any(p.dense > p.evaluations for p in chosen):
            rows.append([f"{name} with interpolant", *(work_for(chosen, goal, "dense") for goal in goals)])
    return table(["", *(f"{goal:g} ms" for goal in goals)], rows)


def all_points(points: list[Point]) -> str:
    """Every setting of Loligo."""
    head = ["method", "tolerance or dt (ms)", "error (ms)", "spikes lost", "evaluations/ms", "best (ms)", "median (ms)"]
    rows = [[p.method, p.setting, p.error, p.lost, p.evaluations, p.best, p.median] for p in points]
    return table(head, rows)


def picture(points: list[Point]) -> None:
    """Error against work: the pairs, the methods, and the time they take."""
    from loligo.plot.palette import BLUE, GREEN, INK, OCHRE, PURPLE, QUIET, SKY, VERMILION
    from loligo.plot.style import blank, style

    colors = dict(zip([p.name for p in PAIRS], (VERMILION, BLUE, GREEN), strict=True))
    colors |= dict(zip(LABELS, (VERMILION, INK, BLUE, PURPLE, SKY, OCHRE), strict=True))
    marks = dict(zip(colors, "osDosDv^P", strict=True))
    pairs = [p for p in points if p.group == "pair"]
    ours = [p for p in points if p.group == "loligo"]
    panels = [
        ("Which Runge–Kutta pair?", "evaluations per ms", pairs, "evaluations", (18, 400), (20, 50, 100, 200)),
        ("Which method?", "evaluations per ms", ours, "evaluations", (10, 2000), (10, 100, 1000)),
        ("How fast?", "wall time for 1000 ms (ms)", ours, "best", (2, 500), (3, 10, 30, 100, 300)),
    ]
    with style():
        figure = blank(7.2, 3.6)
        axes = figure.subplots(1, 3, sharey=True)
        figure.subplots_adjust(0.08, 0.125, 0.99, 0.92, wspace=0.08)
        for a, (title, label, shown, field, limits, ticks) in zip(axes, panels, strict=True):
            a.set_title(title)
            a.axhline(GOAL, color=QUIET, linewidth=0.7, dashes=(4, 2), zorder=0)
            for name in dict.fromkeys(p.method for p in shown):
                line = [p for p in shown if p.method == name]
                x, y, color = [getattr(p, field) for p in line], [p.error for p in line], colors[name]
                a.plot(x, y, color=color, linewidth=1.0)
                if name == "DOP853":
                    a.plot([p.dense for p in line], y, color=color, linewidth=0.9, dashes=(3, 1.5))
                for lost, face in ((False, color), (True, "white")):
                    some = [i for i, p in enumerate(line) if (p.lost > 0) == lost]
                    a.plot(
                        [x[i] for i in some], [y[i] for i in some], marks[name], color=color, markersize=3.2,
                        markerfacecolor=face,
                    )  # fmt: skip
            for p in shown:
                if p.method == "dopri5" and p.setting == DEFAULT_TOLERANCE:
                    ring = {"color": INK, "markersize": 8, "markerfacecolor": "none", "markeredgewidth": 0.8}
                    a.plot(getattr(p, field), p.error, "o", **ring)
            a.set(xscale="log", yscale="log", xlim=limits, ylim=(1e-9, 30), xlabel=label)
            a.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
            a.set_xticks([], minor=True)
        axes[0].set_ylabel("error of the worst spike time (ms)")
        _name_lines(axes, colors, INK, QUIET)
        RESULTS.mkdir(exist_ok=True)
        figure.savefig(RESULTS / "work_precision.png")


def _name_lines(axes: np.ndarray, colors: dict[str, str], ink: str, quiet: str) -> None:
    """Names beside the lines, in their colours, at fractions of the panels."""
    names = [
        (0, 0.99, 0.87, "Dormand–Prince 5(4)", colors["Dormand-Prince 5(4)"]),
        (0, 0.99, 0.81, "Tsitouras 5(4)", colors["Tsitouras 5(4)"]),
        (0, 0.99, 0.71, "DOP853; dashed:\nwith its interpolant", colors["DOP853"]),
        (0, 0.99, 0.578, "promised by default", quiet),
        (1, 0.06, 0.10, "Dormand–\nPrince", colors["dopri5"]),
        (1, 0.69, 0.30, "RK4", colors["rk4"]),
        (1, 0.47, 0.505, "staggered", colors["staggered"]),
        (1, 0.85, 0.578, "Heun", colors["heun"]),
        (1, 0.86, 0.765, "Euler", colors["euler_maruyama"]),
        (1, 0.57, 0.885, "exponential Euler", colors["exponential_euler"]),
        (2, 0.99, 0.36, "V every 0.025 ms;\nopen: a spike is lost", quiet),
        (1, 0.09, 0.475, "default", ink),
    ]
    for panel, x, y, text, color in names:
        side = "right" if x > 0.9 else "left"
        a = axes[panel]
        a.text(x, y, text, color=color, transform=a.transAxes, ha=side, va="bottom", linespacing=1.15)


def write(points: list[Point]) -> None:
    """All numbers, for other plots."""
    RESULTS.mkdir(exist_ok=True)
    with (RESULTS / "work_precision.csv").open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(
            ["group", "method", "tolerance_or_dt", "error_ms", "spikes_lost", "evaluations_per_ms",
             "evaluations_per_ms_with_interpolant", "best_ms_per_1000_ms", "median_ms_per_1000_ms"]
        )  # fmt: skip
        for p in points:
            numbers = [p.error, p.evaluations, p.dense, p.best, p.median]
            e, n, d, b, m = ("" if math.isnan(x) else f"{x:.5g}" for x in numbers)
            out.writerow([p.group, p.method, f"{p.setting:g}", e, p.lost, n, d, b, m])


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="how often each setting is timed (default 15)")
    parser.add_argument("--quick", action="store_true", help="two currents, two rounds, and nothing is written")
    options = parser.parse_args()
    currents = CURRENTS[1::3] if options.quick else CURRENTS
    pairs, ours = pair_points(currents), loligo_points(currents)
    clock(ours, 2 if options.quick else options.rounds)
    if not options.quick:
        write(pairs + ours)
        picture(pairs + ours)
    report(
        "work_precision",
        "Work and precision on the squid axon",
        f"Worst spike of runs at {', '.join(f'{c:g}' for c in currents)} µA/cm², {DURATION:g} ms from rest, against "
        f"SciPy's DOP853 at rtol 1e-12. Time: {TIMED_DURATION:g} ms at {TIMED_CURRENT:g} µA/cm², V every 0.025 ms, one "
        "core, without the companion run that estimates the error.",
        "## Which pair? Evaluations of the right-hand side per ms, for a given error",
        summary(pairs),
        "All pairs under the same controller. To put V on the output grid, DOP853 needs 3 more evaluations in every "
        "step; the other two get their interpolant of order 4 for nothing.",
        "## Which method? Loligo's own, evaluations per ms for a given error",
        summary(ours),
        "## Every setting of Loligo",
        all_points(ours),
        save=not options.quick,
    )


if __name__ == "__main__":
    main()
