"""The impulse that travels beside the one that fires everywhere at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...model.cable import Cable
from ...numerics.arrays import array_function
from ...simulation.rest import parameter_values
from ..result import unit_of
from ..series import KICK
from ..spikes import anatomy
from .runs import of_fibre, uniform_cable
from .wave import Wave, WaveProblem, wave_of

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
WITHIN = 16  # samples in every interval of the mesh
SHAPE = ("peak", "trough", "rise", "half_width")


def propagated(cable: Cable, kick: Any = KICK) -> xr.Dataset:
    """The propagated action potential beside that of the space-clamped membrane (Hodgkin & Huxley 1952, figs 14 to 17).

    The local circuits that carry the impulse on take current from it: it is lower and rises more slowly.

    Parameters
    ----------
    cable : Cable
        Of one diameter. Velocity apart, its size does not matter.
    kick : number
        The instantaneous depolarisation of the space-clamped membrane, mV.

    Returns
    -------
    xarray.Dataset
        ``V`` (propagated), ``membrane`` (space-clamped; both mV) and the conductances of the propagated one, over
        ``time`` (ms; 0 where each rises fastest). ``attrs``: ``peak``, ``trough`` (mV), ``rise`` (mV/ms),
        ``half_width`` (ms), ``velocity`` (m/s), the first four also as ``membrane_peak``, ...; for every channel
        ``Na.charge`` (nC/cm²: outward, in excess of what flows at rest, during the whole impulse) and
        ``Na.peak_conductance`` (mS/cm²); ``peak_conductance`` of all together.
    """
    uniform_cable(cable, "propagated")
    cell = cable.cell
    wave, change = wave_of(cell)
    shape, clamped = wave.shape(), anatomy(cell, kick)
    speed = wave.velocity(cable.diameter_at(0), cable.Ra, cell.capacitance.value)
    t, v = clamped["time"].values, clamped["V"].values
    own = t - t[int(np.argmax(np.gradient(v, t)[10:])) + 10]
    membrane = np.interp(shape["time"], own, v, left=np.nan, right=np.nan)
    numbers: dict[str, tuple[float, str]] = {"velocity": (speed, "m/s"), **wave.numbers()}
    numbers |= {f"membrane_{name}": (float(clamped.attrs[name]), numbers[name][1]) for name in SHAPE}
    conductances, more = _carried(cable, wave)
    variables = {
        "V": ("time", shape["V"], "mV", "propagated"),
        "membrane": ("time", membrane, "mV", "space-clamped"),
        **{
            path: ("time", np.interp(shape["time"] + shape["zero"], wave.time, g), unit_of(cell, path, "mS/cm²"), path)
            for path, g in conductances.items()
        },
    }
    return of_fibre(
        "propagated", cable, variables, {"time": (shape["time"], "ms", "time")}, {**numbers, **more},
        criterion=f"V leaves rest and returns to it; space-clamped after {kick:g} mV", tolerance=0.5 * change,
        status=str(clamped.attrs["status"]),
    )  # fmt: skip


def _carried(cable: Cable, wave: Wave) -> tuple[dict[str, Array], dict[str, tuple[float, str]]]:
    """Conductances during the impulse, and what every channel carries."""
    from scipy.integrate import simpson

    problem = WaveProblem(cable.cell)
    known = [o for o in problem.system.observables if o.path.endswith((".I", ".conductance"))]
    observe = array_function(problem.system, tuple(o.formula for o in known))
    parts = WITHIN * np.arange(len(wave.time))
    fine = np.interp(np.arange(parts[-1] + 1), parts, wave.time)
    during = observe(list(wave.at(fine)), 0.0, parameter_values(cable.cell))
    still = observe([float(v) for v in wave.rest], 0.0, parameter_values(cable.cell))
    numbers: dict[str, tuple[float, str]] = {}
    conductances: dict[str, Array] = {}
    for o, now, rest in zip(known, during, still, strict=True):
        channel = o.path.rpartition(".")[0]
        values = np.broadcast_to(now, fine.shape)
        if o.path.endswith(".I"):
            numbers[f"{channel}.charge"] = (float(simpson(values - np.ravel(rest)[0], x=fine)), "nC/cm²")
        else:
            conductances[o.path] = np.interp(wave.time, fine, values)
            numbers[f"{channel}.peak_conductance"] = (float(values.max()), "mS/cm²")
    if conductances:
        total = sum(np.broadcast_to(v, fine.shape) for o, v in zip(known, during, strict=True)
                    if o.path.endswith(".conductance"))  # fmt: skip
        numbers["peak_conductance"] = (float(np.max(total)), "mS/cm²")
    return conductances, numbers
