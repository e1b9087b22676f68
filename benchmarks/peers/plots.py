"""Work against precision: a curve for each contender."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .contenders import BASE

if TYPE_CHECKING:
    from .workloads import Bench


def curves(bench: Bench) -> dict[str, list[tuple[float, float]]]:
    """For each contender, (error in ms, neuron-ms per second) of the settings whose speed was measured."""
    found: dict[str, list[tuple[float, float]]] = {}
    errors = {
        (p["contender"], p["setting"]): float(str(p["value"]))
        for p in bench.points
        if p["workload"] == "precision" and p["quantity"] == "error_ms"
    }
    for c in bench.contenders:
        speeds = {
            p["setting"]: float(str(p["value"]))
            for p in bench.points
            if p["workload"] == "precision" and p["contender"] == c.name and p["quantity"] == "neuron_ms_per_s"
        }
        order = sorted(speeds, key=lambda setting: -float(str(setting)))  # an error need not fall with the setting
        points = [(errors[c.name, s], speeds[s]) for s in order if 0 < errors.get((c.name, s), 0) < 1e3]
        if points:
            found[c.name] = points
    return found


def draw(bench: Bench, path: Path) -> None:
    """A figure with a curve for each contender, named at its end."""
    import matplotlib.pyplot as plt

    from loligo.plot.style import style

    found = curves(bench)
    with style():
        figure, axes = plt.subplots(figsize=(8, 5.5), layout="constrained")
        axes.set(xscale="log", yscale="log", xlabel="error of the worst spike (ms)", ylabel="neuron-ms per second")
        colours = plt.get_cmap("tab20")
        for k, (name, points) in enumerate(found.items()):
            ours = name.startswith(BASE.name)
            x, y = zip(*points, strict=True)
            axes.plot(
                x, y, "o-" if ours else "s--", label=name, color=colours(k % 20), linewidth=2.2 if ours else 1,
                markersize=5 if ours else 4,
            )  # fmt: skip
        for bound in (0.05, 0.005):
            axes.axvline(bound, color="0.8", linewidth=0.8, zorder=0)
        axes.invert_xaxis()
        axes.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
        axes.set_title("500 ms of squid neurons at 8 to 20 µA/cm², one core")
        figure.savefig(path, dpi=150)
        plt.close(figure)
