"""Impedance: how a membrane at rest answers to small currents of each frequency."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy
from numpy.typing import NDArray

from ..errors import LoligoError
from ..model.cell import Cell
from ..model.oscillation import Chirp
from ..model.stimulus import Step
from ..numerics.arrays import array_function
from ..simulation.recorders import Trace
from ..simulation.rest import parameter_values, resting_states
from ..units import number, numbers_in
from .bench import Bench
from .result import result

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
PROBE = 0.005  # µA/cm²: a chirp so small that the membrane is linear
LENGTH = 4000.0  # ms
UNITS = {"resonance": "Hz", "Q": "1", "largest": "kΩ·cm²", "at_zero": "kΩ·cm²"}  # of the headline numbers
STUCK = 1e-8  # 1/ms: what is slower, as a gate that was frozen, stands still at any frequency, 0 Hz included


def impedance(cell: Cell, frequencies: Any = None, *, current: Any = 0.0, chirp: bool = False) -> xr.Dataset:
    """Impedance of a membrane at its stable equilibrium.

    Parameters
    ----------
    cell : Cell
    frequencies : sequence of number
        Hz; 400 from 0.5 to 1000 unless given.
    current : number
        Constant current under which the membrane rests, µA/cm².
    chirp : bool
        Also measure it, as one does at a rig: with a small current whose frequency runs through the range.

    Returns
    -------
    xarray.Dataset
        ``impedance`` (size, kΩ·cm²), ``phase`` (degrees, V ahead of the current) over ``frequency``, and ``measured``.
        ``attrs``: ``resonance`` (Hz: the frequency of the largest impedance; 0 without a resonance), ``Q`` (the largest
        impedance over that at 0 Hz), ``largest`` and ``at_zero`` (kΩ·cm²).

    Notes
    -----
    Linearised: with the Jacobian J at rest, Z = [(i omega - J)^-1]_VV / C; Mauro et al. 1970, J Gen Physiol 55:497.
    """
    bench, steady = Bench(cell), number(current, "µA/cm²", "current")
    f = np.geomspace(0.5, 1000, 400) if frequencies is None else np.array(numbers_in(frequencies, "Hz", "frequencies"))
    if not len(f) or (f < 0).any():
        raise LoligoError("frequencies: give frequencies of at least 0 Hz")
    stable = [e for e in resting_states(cell, steady) if e.stable]
    if not stable:
        nothing = np.full(len(f), math.nan)
        variables = {"impedance": ("frequency", nothing, "kΩ·cm²", "impedance")}
        return result(
            "impedance", cell, variables, {"frequency": (f, "Hz", "frequency")},
            {name: (math.nan, unit) for name, unit in UNITS.items()},
            status=f"{cell.name} has no stable resting state at {steady:g} {cell.stimulus_unit}, so no impedance there",
        )  # fmt: skip
    state = [stable[0].state[v.path] for v in bench.system.states]
    z = _linear(bench, state, steady)
    fine = np.concatenate([[0.0], np.geomspace(0.1, 5000, 4000)])
    size = np.abs(z(fine))
    best = int(np.argmax(size))
    resonance, largest = 0.0, float(size[0])
    if best > 0:
        resonance = _maximum(z, fine[best - 1], fine[best], fine[min(best + 1, len(fine) - 1)])
        largest = float(abs(z(np.array([resonance]))[0]))
    found = z(f)
    variables = {
        "impedance": ("frequency", np.abs(found), "kΩ·cm²", "impedance"),
        "phase": ("frequency", np.degrees(np.angle(found)), "°", "phase of V against the current"),
    }
    if chirp:
        variables["measured"] = ("frequency", _measured(bench, f, stable[0].state, steady), "kΩ·cm²", "measured")
    numbers = {
        name: (value, UNITS[name])
        for name, value in zip(UNITS, (resonance, largest / float(size[0]), largest, float(size[0])), strict=True)
    }
    others = f", the lowest of {len(stable)} stable resting states" if len(stable) > 1 else ""
    return result(
        "impedance", cell, variables, {"frequency": (f, "Hz", "frequency")}, numbers, current=steady,
        criterion=f"small deviations from rest at {stable[0].V:.2f} mV{others}",
    )  # fmt: skip


def _linear(bench: Bench, state: list[float], current: float) -> Any:
    whole, values = bench.system, parameter_values(bench.cell)
    count = len(whole.states)
    gain = tuple(sympy.diff(d, whole.input) for d in whole.derivatives)
    matrix = np.array(array_function(whole, tuple(whole.jacobian))(state, current, values)).reshape(count, count)
    drive = np.array(array_function(whole, gain)(state, current, values)).reshape(count)
    moves = np.abs(np.diag(matrix)) > STUCK
    moves[0] = True
    matrix, drive, count = matrix[np.ix_(moves, moves)], drive[moves], int(moves.sum())

    def z(frequencies: Array, slope: bool = False) -> Any:
        """Impedance, or its derivative with respect to the frequency."""
        omega = 2e-3j * np.pi * frequencies[:, None, None]
        inverse = omega * np.eye(count) - matrix
        solved = np.linalg.solve(inverse, drive[:, None])
        if slope:
            solved = -2e-3j * np.pi * np.linalg.solve(inverse, solved)
        return solved[:, 0, 0]

    return z


def _maximum(z: Any, low: float, near: float, high: float) -> float:
    """Place of the largest impedance between two frequencies: a root of the slope of its square."""
    from scipy.optimize import brentq

    def slope(frequency: float) -> float:
        f = np.array([frequency])
        return float((np.conj(z(f)) * z(f, slope=True)).real[0])

    if not slope(low) > 0 > slope(high):
        return near
    return float(brentq(slope, low, high, xtol=1e-12, rtol=1e-14))


def _measured(bench: Bench, frequencies: Array, state: dict[str, float], current: float) -> Array:
    """V over current of a chirp, by Fourier transform; NaN outside the range of the chirp."""
    most = float(frequencies.max())
    every = min(0.25, 1e3 / (8 * most))
    stimulus = Chirp(PROBE, 0.0, most, 0.0, LENGTH) + Step(current)
    varied = {"initial.V": np.array([state["V"]])}
    found = bench.run(stimulus, varied, LENGTH * 1.1, (Trace("V"),), 1e-10, every, state)
    v = found["V"][0] - state["V"]
    t = np.arange(len(v)) * every
    sweep = 1e-3 * math.pi * most / LENGTH
    i = np.where(t < LENGTH, PROBE * np.sin(sweep * t * t), 0.0)
    ratio = np.abs(np.fft.rfft(v)) / np.maximum(np.abs(np.fft.rfft(i)), 1e-300)
    at = 1e3 * np.fft.rfftfreq(len(v), every)
    return np.where(frequencies >= 2.0, np.interp(frequencies, at, ratio), np.nan)
