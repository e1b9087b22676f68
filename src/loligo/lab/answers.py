"""From a question of the page to the frame that answers it. Every answer follows from its question alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..numerics.batch import Stop, Stopped
from . import bench, companions, fibre, messages, prepare, running
from .describe import description

Array = NDArray[np.float64]
READ, MOST_READ = 0.0625, 100_000  # ms between the samples from which numbers are read, and how many at most


def answer(request: messages.Any_, stop: Stop) -> bytes:
    """Answer a question.

    Parameters
    ----------
    request : a message
    stop : Stop
        Ends the computation early, from another thread.

    Raises
    ------
    LoligoError
        If what is asked for makes no sense.
    Stopped
        If it was ended early.
    """
    if isinstance(request, messages.Run):
        return run(request, stop)
    if isinstance(request, messages.Describe):
        return description(request)
    if isinstance(request, messages.Share):
        return share(request)
    if isinstance(request, messages.Keep):
        return keep(request, stop)
    if isinstance(request, messages.Go):
        return running.go(request, stop)
    if isinstance(request, messages.Fibre):
        return fibre.fibre(request, stop)
    if isinstance(request, bench.QUESTIONS):
        return bench.answer(request, stop)
    if isinstance(request, messages.Taught):
        from .classroom import taught

        return taught(request)
    return companions.companion(request, stop)


def run(request: messages.Run, stop: Stop) -> bytes:
    """V, gates, currents, conductances and the stimulus over time, and what can be read off them."""
    from ..simulation.run import run as simulate

    cell = prepare.prepared(request.preparation)
    stimulus = prepare.stimulus(request.stimuli)
    every = request.duration / request.points
    finer = min(
        MOST_READ // request.points, math.ceil(every / READ - 1e-9)
    )  # numbers must not depend on how much is shown
    done = simulate(
        cell, stimulus, duration=request.duration, record="all", every=every / finer, tolerance=prepare.TOLERANCE,
        estimate_error=False, stop=stop,
    )  # fmt: skip
    if done.status == "stopped":
        raise Stopped
    units = {path: o.unit for path, o in done.recorded.items()}
    header = {
        "id": request.id,
        "kind": "run",
        "every": every,
        "samples": len(done.time[::finer]),
        "units": units,
        "status": done.status,
        "notes": list(done.notes),
        "spikes": [float(t) for t in done.spike_times[:2_000]],
        "readings": readings(done.time, done.values["V"], done.spike_times, request.stimuli),
        "steps": done.steps,
        "seconds": done.seconds,
    }
    return messages.encode(header, {p: v[::finer] for p, v in {**done.values, "stimulus": done.input}.items()})


def readings(time: Array, v: Array, spikes: Array, stimuli: list[messages.Stimulus]) -> dict[str, float]:
    """Numbers that one reads off a trace with a cursor.

    Parameters
    ----------
    time, v : array (samples)
        ms, mV.
    spikes : array
        Times of spikes, ms.

    Returns
    -------
    dict
        ``rest`` (V at the beginning), ``peak``, ``trough`` (mV), ``count``, ``rate`` (Hz, from the intervals),
        ``latency`` (ms, from the first onset to the first spike), ``width`` (ms, of the first spike half way between
        rest and its peak). NaN where there is none.
    """
    known = v[np.isfinite(v)]
    if not len(known):
        return {}
    starts = [s.times[0] if isinstance(s, messages.Samples_) else s.start for s in stimuli]
    intervals = np.diff(spikes)
    found = {"rest": float(v[0]), "peak": _summit(v), "trough": -_summit(-v), "count": float(len(spikes))}
    found["rate"] = 1e3 / float(intervals.mean()) if len(intervals) else math.nan
    found["latency"] = float(spikes[0]) - min(starts) if len(spikes) and starts else math.nan
    found["width"] = _width(time, v, float(spikes[0])) if len(spikes) else math.nan
    return found


def _summit(v: Array) -> float:
    """Highest value, by a parabola through the highest sample and its neighbours."""
    top = int(np.nanargmax(v))
    if not 0 < top < len(v) - 1:
        return float(v[top])
    before, here, after = v[top - 1 : top + 2]
    bend = before - 2 * here + after
    return float(here) if not bend < 0 else float(here - (before - after) ** 2 / (8 * bend))


def _width(time: Array, v: Array, spike: float) -> float:
    """How long the spike at a time stays above half of its height over where V began."""
    rest, at = v[0], int(np.searchsorted(time, spike))
    if at >= len(v):
        return math.nan
    top = at
    while top + 1 < len(v) and v[top + 1] >= v[top]:
        top += 1
    half = 0.5 * (rest + v[top])
    left, right = top, top
    while left > 0 and v[left] > half:
        left -= 1
    while right < len(v) - 1 and v[right] > half:
        right += 1
    if v[left] > half or v[right] > half:
        return math.nan
    rise = time[left] + (half - v[left]) / (v[left + 1] - v[left]) * (time[left + 1] - time[left])
    fall = time[right - 1] + (half - v[right - 1]) / (v[right] - v[right - 1]) * (time[right] - time[right - 1])
    return float(fall - rise)


def share(request: messages.Share) -> bytes:
    """The run as Python, the cell as TOML."""
    cell: Cell = prepare.prepared(request.preparation)
    header: dict[str, Any] = {
        "id": request.id,
        "kind": "share",
        "python": prepare.script(request.preparation, request.stimuli, request.duration),
        "python_cell": prepare.cell_script(request.preparation),  # a view of the page has lines of its own for the rest
    }
    try:
        header["toml"] = prepare.as_toml(cell)
    except LoligoError as error:
        header["toml"], header["toml_problem"] = "", str(error)
    return messages.encode(header)


def keep(request: messages.Keep, stop: Stop) -> bytes:
    """The run as a NetCDF file, in text (base64): what the lines of Python would write."""
    from base64 import b64encode

    from ..simulation.simulate import simulate

    cell, given = prepare.prepared(request.preparation), prepare.stimulus(request.stimuli)
    if request.duration / prepare.every(request.duration) > MOST_READ:
        raise LoligoError(f"duration: {request.duration:g} ms are too many samples for a file")
    ds = simulate(
        cell,
        given,
        duration=request.duration,
        record="all",
        every=prepare.every(request.duration),
        tolerance=prepare.TOLERANCE,
    )
    if stop:
        raise Stopped
    file = bytes(ds.to_netcdf(engine="h5netcdf"))
    return messages.encode({"id": request.id, "kind": "keep", "file": b64encode(file).decode()})
