"""``loligo gallery``: a page for every published cell, and an index with thumbnails."""

from __future__ import annotations

import argparse
import html
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import cells
from ..errors import LoligoError, LoligoWarning, PathError, nearest
from ..model.fact import Trial
from ..model.stimulus import Step
from ..verify.trials import observe
from . import output

if TYPE_CHECKING:
    from ..model.cell import Cell
    from ..verify import Outcome

LEVELS, SPAN, LONG = 64, 500.0, 2000.0  # currents tried at once; ms of a step, ms for a rate
SAMPLE = 0.1  # ms, between the points of a long trace
FREE = 120000.0  # ms, in which a cell shows what it does by itself
DECADES = (1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0)
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
h1 { font-size: 1.5rem; margin-bottom: 0 } h2 { font-size: 1.1rem; margin-top: 2rem } a { color: #1a5fa8 }
img { max-width: 100%; height: auto } table { border-collapse: collapse; font-size: 0.85rem }
td, th { padding: 0.15rem 0.7rem 0.15rem 0; text-align: left; border-bottom: 1px solid #eee; vertical-align: top }
td.number { text-align: right; font-variant-numeric: tabular-nums } .no { color: #b3261e; font-weight: 600 }
pre { font-size: 0.75rem; overflow-x: auto; background: #f7f7f7; padding: 0.7rem }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 1.2rem }
.card { border: 1px solid #ddd; border-radius: 6px; padding: 0.7rem; text-decoration: none; color: inherit }
.card b { display: block; overflow-wrap: anywhere } .card small { color: #666 }
"""


def gallery(arguments: argparse.Namespace, _: output.Warned) -> int:
    """``loligo gallery [CELL ...] [--output FOLDER]``."""
    names = arguments.cells or [name for name in cells.__all__ if name not in cells.ALIASES]
    for name in names:
        if name not in cells.__all__:
            raise PathError(f"no cell is called '{name}'; {nearest(name, cells.__all__)}")
    folder = Path(arguments.output)
    if folder.exists() and not folder.is_dir():
        raise LoligoError(f"--output: {folder} is a file; give a folder")
    folder.mkdir(parents=True, exist_ok=True)
    cards = []
    for name in names:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LoligoWarning)  # the page says what the warnings would
            cards.append(_page(name, folder))
        output.say(f"{folder / name}.html")
    index = _document("Loligo: published cells", f"<h1>Published cells</h1><div class='grid'>{''.join(cards)}</div>")
    (folder / "index.html").write_text(index, encoding="utf-8")
    output.say(str(folder / "index.html"))
    return 0


def _document(title: str, body: str) -> str:
    head = f"<meta charset='utf-8'><title>{html.escape(title)}</title><style>{_STYLE}</style>"
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>\n"


def _page(name: str, folder: Path) -> str:
    """Write the page of a cell; returns its card in the index."""
    from ..plot import portrait
    from ..verify import verify

    cell: Cell = getattr(cells, name)()
    traces, curve = _behaviour(cell)
    unit = cell.stimulus_unit
    pictures: dict[str, Any] = {
        "equations": portrait.equations(cell),
        "steps": portrait.responses(traces),
        "gates": portrait.gates(cell),
        "rates": portrait.frequency(*curve, unit) if curve is not None and curve[1].any() else None,
        "thumb": portrait.thumbnail(*max(traces, key=lambda t: np.std(t[2]))[1:]),
    }
    for kind, figure in pictures.items():
        if figure is not None:
            figure.savefig(folder / f"{name}-{kind}.png", dpi=130)

    def shown(kind: str, title: str) -> str:
        if pictures[kind] is None:
            return ""
        return f"<h2>{title}</h2><img src='{name}-{kind}.png' alt='{html.escape(f'{name}: {title}')}'>"

    sections = [
        f"<p><a href='index.html'>All cells</a></p><h1>{html.escape(name)}</h1><p>{html.escape(cell.description)}</p>",
        _table([("source", html.escape(cell.source)), ("doi", _link(cell.doi)),
                ("preparation", html.escape(cell.preparation)), ("validity", html.escape(cell.validity)),
                ("temperature", f"{cell.celsius.value:g} °C")]),
        shown("steps", "What it does"),
        shown("rates", "Rate of firing"),
        _silent(curve, unit),
        shown("equations", "Equations"),
        f"<details><summary>as text</summary><pre>{html.escape(cell.equations())}</pre></details>",
        shown("gates", "Gates: steady states and time constants"),
        "<h2>Parameters</h2>",
        _table([(path, f"{p.value:g} {'' if p.unit == '1' else p.unit}", html.escape(p.description))
                for path, p in cell.parameters.items()]),
        "<h2>Facts</h2>", _facts(verify(name)),
    ]  # fmt: skip
    (folder / f"{name}.html").write_text(_document(name, "\n".join(sections)), encoding="utf-8")
    picture = f"<img src='{name}-thumb.png' alt=''>"
    text = f"<b>{html.escape(name)}</b>{html.escape(cell.description)}<br><small>{html.escape(cell.source)}</small>"
    return f"<a class='card' href='{name}.html'>{picture}{text}</a>"


def short(x: float) -> str:
    """A current in three digits, and never with an exponent."""
    return f"{float(f'{x:.3g}'):g}"


def _link(doi: str) -> str:
    return f"<a href='https://doi.org/{html.escape(doi)}'>{html.escape(doi)}</a>"


def _table(rows: list[tuple[str, ...]]) -> str:
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{body}</table>"


def _facts(found: list[Outcome]) -> str:
    if not found:
        return "<p>No facts are known of this set of numbers.</p>"
    rows = []
    for o in found:
        verdict = f"within {o.allowed:.1g}" if o.within else f"<span class='no'>no</span>: {html.escape(o.reason)}"
        rows.append(
            f"<tr><td>{html.escape(o.what)}</td><td class='number'>{o.expected:.9g}</td>"
            f"<td class='number'>{o.found:.9g}</td><td>{html.escape(o.unit)}</td><td>{verdict}</td>"
            f"<td>{html.escape(o.source)}</td></tr>"
        )
    head = "<tr><th>fact</th><th>expected</th><th>found</th><th></th><th></th><th>source</th></tr>"
    return f"<table>{head}{''.join(rows)}</table>"


def _silent(curve: tuple[Any, Any] | None, unit: str) -> str:
    if curve is None or curve[1].any():
        return ""
    return f"<p>It does not fire again and again at any constant current up to {short(curve[0][-1])} {unit}.</p>"


def _behaviour(cell: Cell) -> tuple[list[tuple[str, Any, Any]], tuple[Any, Any] | None]:
    """Some responses worth looking at, and the f-I curve, on a scale of current that suits the cell."""
    from .exhibits import EXHIBITS, NO_RATES

    start = "own" if cell.initial else "rest"
    [free] = observe(cell, [Trial(None, FREE, initial=start)])
    pacing = len(free.spikes[free.spikes > FREE / 3]) > 2
    scale = _scale(cell, pacing)
    unit = cell.stimulus_unit
    exhibits = EXHIBITS.get(cell.name)
    if exhibits is None and pacing:
        late = np.diff(free.spikes[free.spikes > FREE / 3])
        length = float(np.clip(6 * late.max(), 200.0, FREE / 2))
        exhibits = (("by itself", Trial(None, length, initial=start, before=FREE - length)),)
        exhibits += tuple((f"{short(x)} {unit}", Trial(Step(x), min(length, 2000.0), initial=start, before=500.0))
                          for x in (-scale, scale) if length <= 2000)  # fmt: skip
    elif exhibits is None:
        chosen = (-2 * scale, 0.8 * scale, 1.3 * scale, 3 * scale)
        exhibits = tuple((f"{short(x)} {unit}", Trial(Step(x, 20, SPAN - 80), SPAN)) for x in chosen)
    traces = [(title, *_trace(cell, trial)) for title, trial in exhibits]
    if pacing or cell.name in NO_RATES:
        return traces, None
    currents = np.linspace(0, 6 * scale, LEVELS)
    runs = observe(cell, [Trial(Step(x), LONG) for x in currents.tolist()])
    late_spikes = [seen.spikes[seen.spikes > 0.3 * LONG] for seen in runs]
    rates = [1000 * (len(t) - 1) / (t[-1] - t[0]) if len(t) > 2 else 0.0 for t in late_spikes]
    return traces, (currents, np.array(rates))


def _scale(cell: Cell, pacing: bool) -> float:
    """The least of some currents, tried decade by decade, with which the cell fires, or fires more."""
    [free] = observe(cell, [Trial(None, SPAN)])
    for low in DECADES:
        levels = np.geomspace(low, 10 * low, LEVELS, endpoint=False).tolist()
        for level, seen in zip(levels, observe(cell, [Trial(Step(x), SPAN) for x in levels]), strict=True):
            if len(seen.spikes) > (len(free.spikes) if pacing else 0):
                return float(level)
    return 1.0


def _trace(cell: Cell, trial: Trial) -> tuple[Any, Any]:
    every = SAMPLE if trial.duration > 2000 else 0.02
    [seen] = observe(cell, [trial], every)
    v = seen.trace[int(trial.before / every) :]
    return np.arange(len(v)) * every, v
