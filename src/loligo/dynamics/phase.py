"""How a cycle answers a small push: phase response, by the adjoint and by pulses; isochrons.

The infinitesimal phase response Z(t) is the periodic solution of the adjoint variational equation Z' = -J^T Z with
Z . dx/dt = 1 (Malkin; Ermentrout & Terman 2010, Mathematical Foundations of Neuroscience, 8.2): a push of one unit in
a state at time t advances all later spikes by Z ms. It is solved for on the mesh of the cycle, with the same Gauss
points: at the mesh points it is the left null vector of the collocation equations.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..model.cell import Cell
from ..numerics.batch import Criterion
from ..units import number
from .collocation import Cyclic, gauss, interpolate, linearise
from .crossings import extreme_phase
from .cycles import Cycle, CycleCurve, exactly, from_orbit
from .dataset import attributes, labelled
from .field import CURRENT, Array, DynamicsError, Field, current_unit
from .firing import firing_orbit
from .records import Options
from .trajectories import constant, integrate

if TYPE_CHECKING:
    import xarray as xr

SETTLED = 1e-10  # a pulse's effect on the shape of the cycle, when its effect on the phase is read


@dataclass(frozen=True)
class PhaseResponse:
    """The phase response of a cycle.

    Attributes
    ----------
    cell : Cell
    current : float
        Constant applied current, µA/cm².
    period : float
        ms.
    phase : array (points)
        0 to 1; 0 is the peak of V.
    cycle : array (points, n)
        The states along the cycle.
    infinitesimal : array (points, n)
        By the adjoint: ms of advance per unit of each state (per mV for V).
    pulse_phase : array (pulses)
        Phases at which pulses were given.
    direct : array (pulses)
        Advance per mV measured with pulses, ms/mV.
    paths : tuple of str
        Names of the states.
    normalisation : float
        Largest deviation of Z . dx/dt from 1 along the cycle.
    disagreement : float
        Largest difference between pulses and adjoint, relative to the largest response; NaN without pulses.
    """

    cell: Cell
    current: float
    period: float
    phase: Array
    cycle: Array
    infinitesimal: Array
    pulse_phase: Array
    direct: Array
    paths: tuple[str, ...]
    normalisation: float
    disagreement: float

    @property
    def V(self) -> Array:
        """Advance per mV, ms/mV."""
        return np.asarray(self.infinitesimal[:, 0])

    def to_dataset(self) -> xr.Dataset:
        """The response as a Dataset, for `loligo.plot` and for files."""
        return _dataset(self)


def stable_cycle(cell: Cell, current: float, options: Options) -> tuple[CycleCurve, Cycle]:
    """The cycle on which a cell fires under a constant current.

    Raises
    ------
    DynamicsError
        If it does not fire periodically.
    """
    field = Field(cell, (CURRENT,))
    curve = CycleCurve(field, current - 100, current + 100, options)
    orbit = firing_orbit(field, current, options)
    if orbit is None:
        raise DynamicsError(
            f"{cell.name} settles on no periodic firing at {current:g} {current_unit(cell)} within 10 s: it rests, "
            f"fires irregularly, or is too near its onset to repeat itself by then; give another current"
        )
    cycle = from_orbit(curve, orbit)
    cycle = None if cycle is None else curve.refined(cycle, options.intervals, options.degree)
    cycle = None if cycle is None else exactly(curve, cycle, current)
    if cycle is None:
        raise DynamicsError(
            f"{cell.name} fires at {current:g} {current_unit(cell)} with a period near {orbit.period:.5g} ms, "
            f"but no cycle was found on {options.intervals} mesh intervals; give more, as "
            f"options=Options(intervals={2 * options.intervals})"
        )
    return curve, cycle


def phase_response(
    cell: Cell,
    current: Any,
    *,
    points: int = 400,
    pulses: int = 24,
    size: Any = 0.05,
    options: Options | None = None,
) -> PhaseResponse:
    """Phase response of the cell's firing under a constant current, by the adjoint and by pulses.

    Parameters
    ----------
    cell : Cell
    current : number
        µA/cm².
    points : int
        Number of phases at which the infinitesimal response is given.
    pulses : int
        Number of phases at which it is also measured, by instantaneous depolarisations and hyperpolarisations; 0 for
        none.
    size : number
        Of these pulses, mV.
    options : Options, optional

    Returns
    -------
    PhaseResponse

    Raises
    ------
    DynamicsError
        If the cell does not fire periodically at this current.
    """
    level, kick = number(current, current_unit(cell), "current"), number(size, "mV", "size")
    if kick <= 0:
        raise DynamicsError(f"size: {kick:g} mV; give a positive size of the pulses")
    chosen = options or Options(intervals=100)
    curve, cycle = stable_cycle(cell, level, chosen)
    nodes = adjoint(curve, cycle)
    orbit = cycle.orbit
    origin = extreme_phase(orbit, 1.0)
    phase = np.arange(points) / points
    where = np.mod(phase + origin, 1.0)
    states = orbit.at(where)
    z = interpolate(orbit.mesh, nodes, where)
    rates = curve.field(orbit.stages, np.array([orbit.p]))
    normalisation = float(np.abs((nodes[:, 1:-1] * rates).sum(axis=-1) - 1).max())
    pulse_phase: Array = np.empty(0)
    direct: Array = np.empty(0)
    gap = float("nan")
    if pulses:
        pulse_phase = np.arange(pulses) / pulses
        direct = _pulses(curve, cycle, np.mod(pulse_phase + origin, 1.0), kick)
        ours = interpolate(orbit.mesh, nodes, np.mod(pulse_phase + origin, 1.0))[:, 0]
        gap = float(np.abs(direct - ours).max() / np.abs(z[:, 0]).max())
    return PhaseResponse(
        cell, level, orbit.period, phase, states, z, pulse_phase, direct, curve.field.paths, normalisation, gap
    )


def adjoint(curve: CycleCurve, cycle: Cycle) -> Array:
    """Z at the nodes of each interval (N, m + 2, n), ms per unit of each state."""
    from scipy.sparse import bmat, csc_matrix
    from scipy.sparse.linalg import splu

    orbit, field = cycle.orbit, curve.field
    linear = linearise(field, orbit)
    count, n = linear.u.shape
    zero, plain = np.zeros(count * n + 2), np.zeros(count * n + 2)
    plain[-1] = zero[-2] = 1.0
    whole = Cyclic.matrix(linear, zero, plain)[: count * n, : count * n]
    right = linear.velocity / field.scale**2
    left = _estimate(linear.A)
    bordered = bmat(
        [[csc_matrix(whole.T), csc_matrix(right.reshape(-1, 1))], [csc_matrix(left.reshape(1, -1)), None]]
    ).tocsc()
    found = splu(bordered).solve(np.append(np.zeros(count * n), 1.0))[:-1].reshape(count, n)
    z = np.roll(found, 1, axis=0)  # the row of interval i belongs to its end
    speed = linear.velocity / orbit.period
    z = z / (z * speed).sum(axis=1).mean()
    scheme, m = gauss(orbit.degree), orbit.degree
    _, jacobian, _ = field.derivatives(orbit.stages, np.array([orbit.p]))
    ht = (np.diff(orbit.mesh) * orbit.period)[:, None, None]
    matrix = np.einsum("jl,ilba->ijalb", scheme.a, jacobian).reshape(count, m * n, m * n)
    matrix = np.eye(m * n) + ht * matrix
    start = np.broadcast_to(z[:, None], (count, m, n)).reshape(count, m * n, 1)
    stages = np.linalg.solve(matrix, start).reshape(count, m, n)
    return np.concatenate([z[:, None], stages, np.roll(z, -1, axis=0)[:, None]], axis=1)


def _estimate(A: Array) -> Array:
    """Roughly the left null vector: any covector carried backwards round the cycle a few times."""
    count, n = A.shape[:2]
    z = np.ones(n)
    rows = np.empty((count, n))
    for _ in range(3):
        for i in range(count - 1, -1, -1):
            rows[i] = z
            z = A[i].T @ z
            z = z / np.linalg.norm(z)
    return rows / np.linalg.norm(rows)


def _pulses(curve: CycleCurve, cycle: Cycle, phases: Array, kick: float) -> Array:
    """Advance per mV at each phase, by central differences of spike times long after the pulse."""
    orbit = cycle.orbit
    slowest = float(np.abs(cycle.others).max(initial=0.0))
    turns = 3 + (0 if slowest < 1e-30 else int(np.ceil(np.log(SETTLED) / np.log(min(slowest, 0.99)))))
    states = orbit.at(phases)
    push = np.zeros(states.shape[1])
    push[0] = kick
    initial = np.concatenate([states + push, states - push])
    v = orbit.at(np.linspace(0, 1, 400))[:, 0]
    criterion = Criterion(float(0.5 * (v.max() + v.min())), 0.25 * float(np.ptp(v)), np.inf)
    duration = (turns + 2.0) * orbit.period
    done = integrate(
        curve.field.system, curve.field.cell, initial, constant(orbit.p, duration), tolerance=1e-11,
        criterion=criterion,
    )  # fmt: skip
    last = done.spikes[np.arange(len(initial)), np.maximum(done.count - 1, 0)]
    late, early = last[len(phases) :], last[: len(phases)]
    apart = np.mod(late - early + 0.5 * orbit.period, orbit.period) - 0.5 * orbit.period
    return np.asarray(apart / (2 * kick))


def _dataset(found: PhaseResponse) -> xr.Dataset:
    """The Dataset of a phase response."""
    import xarray as xr

    variables: dict[str, Any] = {
        "response": labelled(
            found.infinitesimal, ("phase", "state"), "ms per unit of the state", "advance, infinitesimal"
        ),
        "direct": labelled(found.direct, "pulse", "ms/mV", "advance, measured with pulses"),
        "pulse_phase": labelled(found.pulse_phase, "pulse", "1", "phase of the pulse"),
        "cycle": labelled(found.cycle, ("phase", "state"), "", "states along the cycle"),
    }
    coordinates = {
        "phase": labelled(found.phase, "phase", "1", "phase (0 at the peak of V)"),
        "state": ("state", list(found.paths)),
    }
    text = attributes(
        "phase response",
        found.cell,
        current=found.current,
        period=found.period,
        normalisation=found.normalisation,
        disagreement=found.disagreement,
        units=json.dumps({"current": "µA/cm²", "period": "ms"}),
    )
    return xr.Dataset(variables, coords=coordinates, attrs=text)
