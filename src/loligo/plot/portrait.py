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
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SPAN = (-120.0, 60.0)  # mV
LINE, WIDE = 0.45, 8.0  # inches: from one equation to the next, the width of all
MANY = 12  # equations in one column


def responses(traces: Sequence[tuple[str, Any, Any]], width: float = 6.4) -> Figure:
    """V over time, one below the other.

    Parameters
    ----------
    traces : sequence of (title, time, V)
        ms, mV.
    """
    ends = [time[-1] for _, time, _ in traces]
    together = max(ends) < 1.05 * min(ends)  # one axis of time will do
    with style.style():
        figure = style.blank(width, 0.6 + (1.15 if together else 1.4) * len(traces))
        figure.set_layout_engine("constrained")
        rows = figure.subplots(len(traces), 1, sharex=together, sharey=True, squeeze=False)[:, 0]
        for axes, (title, time, v) in zip(rows, traces, strict=True):
            slow = time[-1] > 5000
            axes.plot(time / 1000 if slow else time, v, linewidth=0.8)
            axes.set_ylabel("mV")
            axes.set_title(title, loc="left", fontsize="small")
            if not together or axes is rows[-1]:
                axes.set_xlabel("time (s)" if slow else "time (ms)")
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
        fires = rates > 0
        starts = np.flatnonzero(np.diff(fires.astype(int))) + 1
        for x, y, firing in zip(*(np.split(q, starts) for q in (currents, rates, fires)), strict=True):
            axes.plot(x, y, ".-" if firing[0] else ".", markersize=3, color="C0" if firing[0] else "0.7")
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
                tau.set(ylabel="τ (ms)")
                _logarithmic(tau)
        table[-1][0].set_xlabel("V (mV)")
        table[-1][1].set_xlabel("V (mV)")
    return figure


def _logarithmic(axes: Axes) -> None:
    """A logarithmic axis of a decade or more, with its numbers written out, few enough to read."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    lines = np.concatenate([line.get_ydata() for line in axes.lines])
    low, high = lines.min() / 1.3, lines.max() * 1.3
    if high < 10 * low:
        middle = np.sqrt(low * high)
        low, high = middle / np.sqrt(10), middle * np.sqrt(10)
    axes.set(yscale="log", ylim=(low, high))
    decades = np.log10(high / low)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if decades < 2 else (1,), numticks=6))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda x, _: f"{x:g}" if 1e-3 <= x < 1e5 else f"$10^{{{np.log10(x):.0f}}}$")
    )


def equations(cell: Cell) -> Figure:
    """The cell's equations, set by matplotlib's own mathematics, in two columns where there are many short ones."""
    lines = [_settable(line) for line in latex_lines(cell)]
    with style.style():
        figure = style.blank(WIDE, LINE)
        texts = [figure.text(0.01, 0, f"${line}$", fontsize=9.5, va="center") for line in lines]
        widest = max(t.get_window_extent().width for t in texts) / figure.dpi
        columns = 2 if len(lines) > MANY and widest < 0.48 * WIDE else 1
        rows = -(-len(lines) // columns)
        width, height = max(WIDE, widest + 0.2), LINE * rows + 0.1
        figure.set_size_inches(width, height)
        for k, text in enumerate(texts):
            text.set_position((0.01 + 0.5 * (k // rows), 1 - (k % rows + 0.6) * LINE / height))
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
    return _large_fractions(_flat_exponents(line))


def _flat_exponents(line: str) -> str:
    """Fractions in exponents with a slash: as fractions they are too small to read."""
    at = 0
    while (at := line.find("^{", at)) >= 0:
        end = _closing(line, at + 1)
        inside = line[at + 2 : end]
        while (f := inside.find(r"\frac{")) >= 0:
            middle = _closing(inside, f + 5)
            last = _closing(inside, middle + 1)
            top, bottom = inside[f + 6 : middle], inside[middle + 2 : last]
            top, bottom = (f"({x})" if re.search(r"[-+ ]|\\,|\\cdot", x) else x for x in (top, bottom))
            inside = inside[:f] + f"{top}/{bottom}" + inside[last + 1 :]
        line = line[: at + 2] + inside + line[end:]
        at += 2
    return line


def _closing(line: str, at: int) -> int:
    """Where the brace that opens at a place closes."""
    depth = 0
    for k in range(at, len(line)):
        depth += {"{": 1, "}": -1}.get(line[k], 0)
        if depth == 0:
            return k
    return len(line)


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
