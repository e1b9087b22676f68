"""Pictures for the page of a cell: responses to steps, f-I curve, gates, and its equations set in mathematics."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.cell import Cell
from ..model.printing import latex_lines
from ..numerics.arrays import array_function
from ..simulation.steady import Steady
from . import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SPAN = (-120.0, 60.0)  # mV
LINE = 0.42  # inches from one equation to the next


def responses(traces: Sequence[tuple[float, Any, Any]], unit: str, width: float = 6.4) -> Figure:
    """V over time for some currents, one below the other.

    Parameters
    ----------
    traces : sequence of (current, time, V)
        ms, mV.
    unit : str
        Of the current.
    """
    with style.style():
        figure = style.blank(width, 0.6 + 1.15 * len(traces))
        figure.set_layout_engine("constrained")
        rows = figure.subplots(len(traces), 1, sharex=True, sharey=True, squeeze=False)[:, 0]
        for axes, (current, time, v) in zip(rows, traces, strict=True):
            slow = time[-1] > 5000
            axes.plot(time / 1000 if slow else time, v, linewidth=0.8)
            axes.set_ylabel("mV")
            axes.set_title(f"{current:.3g} {unit}", loc="left", fontsize="small")
        rows[-1].set_xlabel("time (s)" if traces[0][1][-1] > 5000 else "time (ms)")
    return figure


def thumbnail(time: Any, v: Any) -> Figure:
    """A trace and nothing else."""
    with style.style():
        figure = style.blank(2.2, 0.9)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.plot(time, v, linewidth=0.8)
        axes.set_axis_off()
    return figure


def frequency(currents: Any, rates: Any, unit: str) -> Figure:
    """Rate of firing over current."""
    with style.style():
        figure = style.blank(3.2, 2.4)
        figure.set_layout_engine("constrained")
        axes = figure.subplots()
        axes.plot(currents, rates, ".-", markersize=3)
        axes.set(xlabel=f"current ({unit})", ylabel="rate (Hz)")
    return figure


def gates(cell: Cell) -> Figure | None:
    """Steady states and time constants of every gate, one row for each channel; None if there is no gate."""
    solver = Steady(cell, 0.0)
    v = np.linspace(*SPAN, 361)
    states = solver.fill([v] * len(solver.plan.voltages))
    wanted = [o for o in solver.system.observables if o.kind in ("steady state", "time constant")]
    values = array_function(solver.system, tuple(o.formula for o in wanted))(states, 0.0, solver.values)
    channels = list(dict.fromkeys(o.path.rsplit(".", 2)[0] for o in wanted))
    if not channels:
        return None
    with style.style():
        figure = style.blank(6.4, 1.5 * len(channels) + 0.3)
        figure.set_layout_engine("constrained")
        table = figure.subplots(len(channels), 2, squeeze=False, sharex=True)
        for (steady, tau), channel in zip(table, channels, strict=True):
            for o, y in zip(wanted, values, strict=True):
                head, name, _ = o.path.rsplit(".", 2)
                if head == channel:
                    axes = steady if o.kind == "steady state" else tau
                    axes.plot(v, y, label=name)
            steady.set(ylim=(-0.05, 1.05), ylabel=channel)
            for axes in (steady, tau):
                if axes.lines:
                    axes.legend(frameon=False, fontsize="x-small")
                else:
                    axes.set_axis_off()
            if tau.lines:
                tau.set(yscale="log", ylabel="τ (ms)")
        table[-1][0].set_xlabel("V (mV)")
        table[-1][1].set_xlabel("V (mV)")
    return figure


def equations(cell: Cell) -> Figure:
    """The cell's equations, set by matplotlib's own mathematics."""
    lines = [_settable(line) for line in latex_lines(cell)]
    with style.style():
        height = LINE * len(lines) + 0.1
        figure = style.blank(7.0, height)
        for row, line in enumerate(lines):
            figure.text(0.01, 1 - (row + 0.6) * LINE / height, f"${line}$", fontsize=9, va="center")
    return figure


def _settable(line: str) -> str:
    """A line in what matplotlib can set: no alignment, no cases, brackets that do not grow."""
    for theirs, ours in (("&= ", "= "), (r"\bar{g}", r"\overline{g}")):
        line = line.replace(theirs, ours)
    for bracket in "()[]":
        line = line.replace(rf"\left{bracket}", bracket).replace(rf"\right{bracket}", bracket)
    cases = re.compile(r"\\begin\{cases\} ((?:(?!\\begin).)*?) & (.*?) \\\\ (.*?) & \\text\{else\} \\end\{cases\}")
    while cases.search(line):
        line = cases.sub(r"(\1 \\;\\mathrm{if}\\; \2,\\; \3 \\;\\mathrm{else})", line)
    return _large_fractions(line)


def _large_fractions(line: str) -> str:
    """Fractions in their full size, but in exponents and within others."""
    shown, depth, at = "", 0, 0
    while at < len(line):
        if depth == 0 and line.startswith(r"\frac", at):
            shown, at = shown + r"\dfrac", at + 5
            continue
        depth += {"{": 1, "}": -1}.get(line[at], 0)
        shown, at = shown + line[at], at + 1
    return shown
