"""How honest is the error that a run states about itself?

Every run says how wrong it may be (``attrs["error_V"]``, ``attrs["error_spike_times"]``). Here random cells (the squid
axon with other conductances, at another temperature, under a constant current) are run as a user would, and what they
state is compared with the truth: the same run at tolerance 1e-12. The ratio stated / true should be at least 1 (never
claim more than is true) and at most 30 (never frighten without need).

    python benchmarks/error_estimate.py             # 200 cells: results/error_estimate.{md,png}
    python benchmarks/error_estimate.py --explore   # which companion run, and which factor of caution, would do
"""

from __future__ import annotations

import argparse
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from common import RESULTS, report, show, table

import loligo as lo
from loligo.simulation.run import Run, run

TRUTH = 1e-12
LEAST_RATIO, GREATEST_RATIO = 1.0, 30.0
QUANTILES = (0, 0.01, 0.05, 0.5, 0.95, 0.99, 1)
DURATION = 300.0

# What a run is asked for. Truth is far better than any of them.
SETTINGS: dict[str, dict[str, object]] = {
    "tolerance 1e-6 (default)": {},
    "tolerance 1e-4": {"tolerance": 1e-4},
    "tolerance 1e-8": {"tolerance": 1e-8},
    "rk4, dt 0.02": {"method": "rk4", "dt": 0.02},
    "rk4, dt 0.01": {"method": "rk4", "dt": 0.01},
    "staggered, dt 0.02": {"method": "staggered", "dt": 0.02},
    "staggered, dt 0.005": {"method": "staggered", "dt": 0.005},
}


@dataclass(frozen=True)
class Case:
    """A cell and the current applied to it."""

    cell: lo.Cell
    current: float
    duration: float = DURATION

    def run(self, **options: object) -> Run:
        """One run, from rest."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", lo.LoligoWarning)  # of spikes below the threshold, and the like
            return run(self.cell, lo.Step(self.current), duration=self.duration, **options)


def cases(count: int, seed: int, duration: float = DURATION) -> Iterator[Case]:
    """Random squid axons: conductances within 40 %, 0 to 20 °C, 2 to 40 µA/cm²."""
    random = np.random.default_rng(seed)
    squid = lo.cells.squid()
    for _ in range(count):
        factor = dict(zip(("Na.g", "K.g", "leak.g"), random.uniform(0.6, 1.4, 3), strict=True))
        changes = {path: squid.parameters[path].value * f for path, f in factor.items()}
        cell = squid.with_({**changes, "celsius": float(random.uniform(0, 20))})
        yield Case(cell, float(random.uniform(2, 40)), duration)


def differences(a: Run, b: Run) -> tuple[float, float]:
    """The largest difference in V (mV) and in a spike time (ms); infinite if the numbers of spikes differ."""
    in_v = float(np.max(np.abs(a.values["V"] - b.values["V"])))
    if len(a.spike_times) != len(b.spike_times):
        return in_v, math.inf
    return in_v, float(np.max(np.abs(a.spike_times - b.spike_times), initial=0.0))


@dataclass
class Tally:
    """What came of one setting: ratios stated / true, and the runs in which there is none to be had."""

    ratio_v: list[float]
    ratio_spikes: list[float]
    silent: int = 0  # no spike, so no error of a spike time
    exact: int = 0  # true error at the level of rounding, or of the truth itself
    blown_up: int = 0
    warned: int = 0  # the number of spikes is wrong, and the run said that it may be
    alarmed: int = 0  # the number of spikes is right, and the run said it may not be
    unnoticed: int = 0  # the number of spikes is wrong, and the run did not say so


def judge(setting: dict[str, object], chosen: list[Case], truths: list[Run]) -> Tally:
    """Compare what the runs state with the truth."""
    tally = Tally([], [])
    for case, truth in zip(chosen, truths, strict=True):
        found = case.run(**setting)
        if found.status != "done":
            tally.blown_up += 1
            continue
        true_v, true_spikes = differences(found, truth)
        if math.isinf(true_spikes) or math.isinf(found.error_spikes):
            wrong, said = math.isinf(true_spikes), math.isinf(found.error_spikes)
            tally.warned += wrong and said
            tally.alarmed += said and not wrong
            tally.unnoticed += wrong and not said
            continue
        if true_v > 1e-7:
            tally.ratio_v.append(found.error_V / true_v)
        if len(truth.spike_times) == 0:
            tally.silent += 1
        elif true_spikes < 1e-8:
            tally.exact += 1
        else:
            tally.ratio_spikes.append(found.error_spikes / true_spikes)
    return tally


def verdict(ratios: np.ndarray) -> str:
    """How many lie within the bars."""
    low, high = np.sum(ratios < LEAST_RATIO), np.sum(ratios > GREATEST_RATIO)
    return "all" if low + high == 0 else f"{100 * (1 - (low + high) / len(ratios)):.1f} % ({low} below, {high} above)"


def ratio_table(tallies: dict[str, Tally]) -> str:
    """Quantiles of the ratio stated / true."""
    quantiles = ["least", *(f"{100 * q:g} %" for q in QUANTILES[1:-1]), "greatest"]
    rows = []
    for name, tally in tallies.items():
        for what, ratios in (("V", tally.ratio_v), ("spikes", tally.ratio_spikes)):
            if ratios:
                values = np.array(ratios)
                rows.append([name, what, len(values), *np.quantile(values, QUANTILES), verdict(values)])
    return table(["run", "of", "runs", *quantiles, "within 1 to 30"], rows)


def count_table(tallies: dict[str, Tally]) -> str:
    """The runs that have no ratio, and why."""
    names = {
        "silent": "no spike",
        "exact": "true error below 1e-8 ms",
        "blown_up": "blew up, and said so",
        "warned": "number of spikes wrong, and said so",
        "alarmed": "number right, but doubted",
        "unnoticed": "number wrong, unnoticed",
    }
    rows = [[name, *(int(getattr(tally, key)) for key in names)] for name, tally in tallies.items()]
    return table(["run", *names.values()], rows)


def picture(tallies: dict[str, Tally]) -> None:
    """Histograms of the ratio, one row for each setting."""
    from loligo.plot.palette import BLUE, QUIET, VERMILION
    from loligo.plot.style import blank, style

    with style():
        figure = blank(7.0, 0.6 * len(tallies) + 0.8)
        grid = figure.add_gridspec(
            len(tallies), 2, left=0.24, right=0.98, top=0.93, bottom=0.13, hspace=0.3, wspace=0.06
        )
        bins = np.geomspace(0.1, 1000, 61)
        for row, (name, tally) in enumerate(tallies.items()):
            columns = (("V", tally.ratio_v, BLUE), ("spike times", tally.ratio_spikes, VERMILION))
            for column, (what, ratios, color) in enumerate(columns):
                axes = figure.add_subplot(grid[row, column])
                axes.axvspan(LEAST_RATIO, GREATEST_RATIO, color="#f0f0f0", linewidth=0)
                axes.axvline(1, color=QUIET, linewidth=0.8)
                if ratios:
                    axes.hist(np.clip(ratios, bins[0], bins[-1]), bins, color=color)
                axes.set(xscale="log", yscale="log", xlim=(bins[0], bins[-1]), ylim=(0.5, None))
                for axis, ticks in ((axes.xaxis, [0.1, 1, 10, 100]), (axes.yaxis, [])):
                    axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
                    axis.set_ticks([], minor=True)
                axes.spines.left.set_visible(False)
                if row == 0:
                    axes.set_title(f"Error of {what}: stated / true", fontsize=9)
                if row < len(tallies) - 1:
                    axes.tick_params(labelbottom=False)
                if column == 0:
                    axes.text(-0.03, 0.3, name, transform=axes.transAxes, ha="right", va="center")
        text = "shaded: honest (above 1) and useful (below 30); number of runs on a logarithmic scale"
        figure.text(0.98, 0.02, text, ha="right", color=QUIET)
        RESULTS.mkdir(exist_ok=True)
        figure.savefig(RESULTS / "error_estimate.png")


def explore(count: int, seed: int) -> None:
    """Without any factor: difference from companions / true error, for a finest companion alone and beside another.

    The difference from the second, whose part of the tolerance is larger, counts less: times its weight.
    """
    parts = (0.003, 0.03, 0.05, 0.07, 0.1, 0.14, 0.2, 0.3)
    pairs = [(f, None, 0.0) for f in parts] + [
        (f, g, w) for f in (0.03, 0.05, 0.07) for g in (0.14, 0.2, 0.3) for w in (0.3, 0.5)
    ]
    rows = []
    for tolerance in (1e-4, 1e-6, 1e-8):
        raw: dict[tuple[float, float | None, float, str], list[float]] = {}
        for case in cases(count, seed):
            truth = case.run(tolerance=TRUTH, estimate_error=False)
            found = case.run(tolerance=tolerance, estimate_error=False)
            true = differences(found, truth)
            if math.isinf(true[1]) or not len(truth.spike_times):
                continue
            apart = {p: differences(found, case.run(tolerance=tolerance * p, estimate_error=False)) for p in parts}
            for finest, other, weight in pairs:
                for k, what in enumerate(("V", "spikes")):
                    stated = apart[finest][k]
                    if other is not None:
                        if what == "V":  # compared with the finest alone
                            continue
                        stated = max(stated, weight * apart[other][k])
                    if not math.isinf(stated) and true[k] > 1e-8:
                        raw.setdefault((finest, other, weight, what), []).append(stated / true[k])
        for (finest, other, weight, what), values in sorted(raw.items(), key=lambda item: (item[0][3], item[0][0])):
            ratios = np.array(values)
            beside = "-" if other is None else f"{weight:g} of {other:g}"
            rows.append([show(tolerance), what, finest, beside, len(ratios), *np.quantile(ratios, QUANTILES)])
    head = ["tolerance", "of", "finest", "beside", "runs", *(f"{100 * q:g} %" for q in QUANTILES)]
    print(table([*head, "greatest / least"], [[*row, row[-1] / row[-len(QUANTILES)]] for row in rows]))


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=200, help="number of random cells (default 200)")
    parser.add_argument("--seed", type=int, default=1952)
    parser.add_argument("--quick", action="store_true", help="20 cells, and nothing is written")
    parser.add_argument("--explore", action="store_true", help="compare companions and factors instead")
    options = parser.parse_args()
    count = 20 if options.quick else options.cells
    if options.explore:
        explore(count, options.seed)
        return
    chosen = list(cases(count, options.seed))
    truths = [case.run(tolerance=TRUTH, estimate_error=False) for case in chosen]
    tallies = {name: judge(setting, chosen, truths) for name, setting in SETTINGS.items()}
    if not options.quick:
        picture(tallies)
    report(
        "error_estimate",
        "The error a run states, compared with its true error",
        f"{count} random squid axons: conductances within 40 %, 0 to 20 °C, a constant 2 to 40 µA/cm² for {DURATION:g} "
        f"ms from rest. Truth: the same run at tolerance {TRUTH:g}. Ratio stated / true; it should lie between "
        f"{LEAST_RATIO:g} and {GREATEST_RATIO:g}.",
        ratio_table(tallies),
        "Runs that have no such ratio:",
        count_table(tallies),
        save=not options.quick,
    )


if __name__ == "__main__":
    main()
