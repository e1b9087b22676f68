"""What a run did: as a short summary for people, and as one document for programs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._version import __version__
from ..errors import SimulationError
from ..model.clamp import VoltageClamp
from ..model.dynamic import DynamicClamp
from ..model.switched import SwitchedClamp
from ..simulation.rest import Equilibrium, resting_states
from ..simulation.run import Run
from . import choose, output

UNITS = {
    "duration": "ms", "every": "ms", "dt": "ms", "celsius": "°C", "rest.V": "mV", "initial.V": "mV",
    "spike_times": "ms", "stimulus_start": "ms", "latency": "ms", "mean_rate": "Hz", "peak_V": "mV", "peak_time": "ms",
    "error_V": "mV", "error_spike_times": "ms", "spike_threshold": "mV", "spike_rise": "mV", "seconds": "s",
}  # fmt: skip
SHOWN = 6  # so many spike times fit into a line
EQUILIBRIA = 4  # and so many equilibria


def measures(run: Run) -> dict[str, Any]:
    """The headline numbers of a run.

    Parameters
    ----------
    run : Run

    Returns
    -------
    dict
        Under current clamp: ``stimulus_start``, ``spike_count``, ``spike_times``, ``latency`` (of the first spike, from
        the start of the stimulus), ``mean_rate`` (between the first and the last spike; None if there is only one),
        ``peak_V``, ``peak_time``. Under voltage clamp: ``currents``, for each the ``peak`` during the step, its
        ``peak_time``, and what is left at the end, ``steady``.
    """
    if isinstance(run.clamp, VoltageClamp):
        return {"currents": _currents(run)}
    spikes = [float(t) for t in run.spike_times]
    begin = choose.onset(run.stimulus, run.duration)
    first = None if begin is None else next((t for t in spikes if t >= begin), None)
    peak = _extreme(run.values["V"])
    return {
        "stimulus_start": begin,
        "spike_count": len(spikes),
        "spike_times": spikes,
        "latency": None if first is None or begin is None else first - begin,
        "mean_rate": 1e3 * (len(spikes) - 1) / (spikes[-1] - spikes[0]) if len(spikes) > 1 else None if spikes else 0.0,
        "peak_V": float(run.values["V"][peak]),
        "peak_time": float(run.time[peak]),
    }


def _extreme(values: NDArray[np.float64]) -> int:
    return int(np.argmax(np.where(np.isfinite(values), values, -np.inf)))


def _currents(run: Run) -> dict[str, dict[str, float]]:
    assert isinstance(run.clamp, VoltageClamp)
    during = (run.time >= run.clamp.start) & (run.time < run.clamp.stop)
    if not during.any():
        return {}
    found = {}
    for path, seen in run.recorded.items():
        if seen.kind in ("current", "electrode"):
            values = run.values[path][during]
            i = _extreme(np.abs(values))
            steady = float(values[-1])
            found[path] = {"peak": float(values[i]), "peak_time": float(run.time[during][i]), "steady": steady}
    return found


def rest(run: Run) -> tuple[Equilibrium, ...]:
    """All equilibria without stimulus."""
    try:
        return resting_states(run.cell)
    except SimulationError:  # not for every cell do the steady states follow from V
        return ()


def document(run: Run, warnings: list[str], files: dict[str, str], traces: bool) -> dict[str, Any]:
    """All numbers of a run.

    Parameters
    ----------
    run : Run
    warnings : list of str
    files : dict of str to str
        What was written.
    traces : bool
        Whether to give what was recorded, too.
    """
    cell = run.cell
    made: dict[str, Any] = {
        "loligo_version": __version__,
        "cell": cell.name,
        "citation": cell.source,
        "doi": cell.doi,
        "validity": cell.validity,
        "celsius": cell.celsius.value,
        "parameters": {path: p.value for path, p in cell.parameters.items()},
        "stimulus": None if run.stimulus is None else repr(run.stimulus),
        "clamp": None if run.clamp is None else repr(run.clamp),
        "duration": run.duration,
        "every": run.every,
        "rest": [{"V": e.V, "stable": e.stable} for e in rest(run)],
        "initial": run.initial,
        **measures(run),
        "spike_threshold": run.criterion.threshold,
        "spike_rise": run.criterion.rise,
        "method": run.method,
        "tolerance": run.tolerance if math.isnan(run.dt) else None,
        "dt": run.dt,
        "steps": run.steps,
        "rejected_steps": run.rejected,
        "error_V": run.error_V,
        "error_spike_times": run.error_spikes,
        "status": run.status,
        "warnings": warnings,
        "seconds": run.seconds,
        "files": files,
    }
    if traces:
        made["traces"] = {"time": run.time, **run.values}
    units = {**UNITS, **{p: seen.unit for p, seen in run.recorded.items()}}
    made["units"] = {**units, **{path: p.unit for path, p in cell.parameters.items()}}
    return made


def summary(run: Run, files: dict[str, str], recorded: str | None) -> str:
    """What a person wants to know first.

    Parameters
    ----------
    run : Run
    files : dict of str to str
        What was written.
    recorded : str or None
        The file with the recorded current.
    """
    cell = run.cell
    source = run.clamp if isinstance(run.clamp, VoltageClamp) else run.stimulus
    title = f"{cell.name}   {cell.source}".rstrip()
    inputs = choose.description(source, run.duration, recorded)
    if isinstance(run.clamp, (SwitchedClamp, DynamicClamp)):
        inputs = " + ".join([inputs] * (source is not None) + [choose.electrode_description(run.clamp, run.duration)])
    lines = [title, f"{inputs}; {run.duration:g} ms at {cell.celsius.value:g} °C{_changes(run)}", ""]
    rows = [
        ("rest", _rest(run)),
        *(_clamped(run) if isinstance(run.clamp, VoltageClamp) else _response(run)),
        ("", ""),
        *_numerics(run),
    ]
    rows += [("", "")] * bool(files) + list(files.items())
    return "\n".join([*lines, output.table(rows)])


def _changes(run: Run) -> str:
    changed = [f"{path} = {p.value:g}" for path, p in run.cell.parameters.items() if p.value != p.default]
    changed = [text for text in changed if not text.startswith("celsius")]
    return f"; {', '.join(changed)}" if changed else ""


def _rest(run: Run) -> str:
    found = rest(run)
    if not found:
        return "unknown"
    shown = [f"{e.V:.3f} mV ({'stable' if e.stable else 'unstable'})" for e in found[:EQUILIBRIA]]
    return ", ".join(shown) + (f" and {len(found) - EQUILIBRIA} more" if len(found) > EQUILIBRIA else "")


def _response(run: Run) -> list[tuple[str, str]]:
    found = measures(run)
    spikes = found["spike_times"]
    rows = []
    if run.initial not in [e.state for e in rest(run)]:
        rows.append(("begins", f"at {run.initial['V']:.3f} mV"))
    if spikes:
        times = [f"{t:.3f}" for t in spikes]
        if len(times) > SHOWN:
            times = [*times[: SHOWN - 1], "…", times[-1]]
        rows.append(("spikes", f"{len(spikes)}, at {', '.join(times)} ms"))
    else:
        rows.append(("spikes", "none"))
    if found["latency"] is not None:
        rows.append(("latency", f"{found['latency']:.3f} ms from the beginning of the stimulus to the first spike"))
    if len(spikes) > 1:
        rows.append(("mean rate", f"{found['mean_rate']:.1f} Hz between the first and the last spike"))
    if math.isfinite(found["peak_V"]):
        rows.append(("peak", f"{_decimal(found['peak_V'])} mV, at {found['peak_time']:.2f} ms"))
    return rows


def _clamped(run: Run) -> list[tuple[str, str]]:
    assert isinstance(run.clamp, VoltageClamp)
    rows = []
    if "V_measured" in run.values:
        during = (run.time >= run.clamp.start) & (run.time < run.clamp.stop)
        off = np.where(during, run.values["V"] - run.values["V_measured"], 0.0)
        place = _extreme(np.abs(off))
        last = off[during][-1] if during.any() else math.nan
        text = (
            f"off the command by {_decimal(off[place])} mV at {run.time[place]:.2f} ms, {_decimal(last)} mV at the end"
        )
        rows.append(("V", text))
    for path, current in _currents(run).items():
        peak = f"{_decimal(current['peak'])} {run.recorded[path].unit} at {current['peak_time']:.2f} ms"
        rows.append((path, f"peak {peak}, {_decimal(current['steady'])} at the end of the step"))
    return rows


def _numerics(run: Run) -> list[tuple[str, str]]:
    if run.method == "exact":
        how = "exact: each gate relaxes exponentially while V is held"
    else:
        control = f"tolerance {run.tolerance:g}" if math.isnan(run.dt) else f"dt {run.dt:g} ms"
        how = f"{run.method}, {run.steps} steps, {control}"
    rows = [("method", how)]
    if not isinstance(run.clamp, VoltageClamp):
        errors = f"{_size(run.error_V)} mV in V, {_size(run.error_spikes)} ms in the spike times (estimated)"
        rows.append(("error", errors))
    if run.status != "done":
        rows.append(("status", output.as_options(run.status)))
    rows.append(("time", f"{run.seconds:.2g} s" if run.seconds >= 1 else f"{1e3 * run.seconds:.0f} ms"))
    return rows


def _decimal(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 1e6 else f"{value:.3g}"


def _size(error: float) -> str:
    if not math.isfinite(error):
        return "unknown"
    return f"{error:.0f}" if 1 <= error < 1e6 else f"{error:.1g}"
