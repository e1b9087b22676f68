"""The impulse that travels without changing shape, as a boundary problem: it leaves rest, and comes back to it.

Along a uniform fibre V(x, t) = V(t - x / theta) obeys V'' = K (V' + I_ion / C) with K = 4 Ra theta^2 C / d (Hodgkin &
Huxley 1952, equations 30 and 31), and the gates their own equations. Rest is a point of this system with one direction
that leads away from it. An impulse is an orbit that leaves along this direction and returns along the others; there is
one for certain K only. Collocation finds orbit and K at once (SciPy's `solve_bvp`), where shooting has to guess.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import SimulationError
from ...model.cable import Cable
from ...model.cell import Cell
from ...numerics.arrays import array_function
from ...simulation.rest import initial_state, parameter_values, resting_states
from ...simulation.simulate import simulate
from ...system import system
from .runs import enough

Array = NDArray[np.float64]
LEAVES = 1e-4  # mV from rest: where the orbit begins
TOLERANCE, ROUGH, FAR = 1e-7, 1e-5, 1e-4  # of the collocation: the residual relative to the derivatives
RISEN = 25.0  # mV from rest: an impulse has come
TAIL = 16.0  # slowest time constants of the membrane, for which the way back is followed
REMEMBERED = 8  # rests, and directions at them: the conditions at the ends ask for the same again and again
START, NODES, MANY = 700, 8000, 40_000  # nodes of the mesh: at first; at most from a near guess, and from a far one


@dataclass(frozen=True)
class Wave:
    """A travelling impulse.

    Attributes
    ----------
    K : float
        1/ms.
    celsius : float
        °C.
    time : array (n)
        ms, from where V is 0.1 µV from rest.
    states : array (states, n)
        V (mV), and the gates.
    slopes : array (states, n)
        Their derivatives, per ms.
    bend : array (n)
        The second derivative of V, mV/ms².
    paths : tuple of str
        Of the states.
    rest : array (states)
    foot : float
        Rate of the exponential foot of the impulse, 1/ms.
    """

    K: float
    celsius: float
    time: Array
    states: Array
    slopes: Array
    bend: Array
    paths: tuple[str, ...]
    rest: Array
    foot: float

    def velocity(self, diameter: float, Ra: float, capacitance: float) -> float:
        """theta = sqrt(K d / (4 Ra C)), m/s, from µm, Ω·cm, µF/cm²."""
        return math.sqrt(self.K * 1e3 * diameter * 1e-4 / (4 * Ra * capacitance * 1e-6)) * 1e-2

    @property
    def slope(self) -> Array:
        """dV/dt, mV/ms."""
        first: Array = self.slopes[0]
        return first

    def at(self, time: Array) -> Array:
        """The states (states, times) at given times: cubics with the derivatives of both ends."""
        from scipy.interpolate import CubicHermiteSpline

        found: Array = CubicHermiteSpline(self.time, self.states, self.slopes, axis=1)(time)
        return found

    def shape(self, samples: int = 2000) -> dict[str, Array]:
        """V, dV/dt and gates, evenly in time from 10 µV from rest on; time is 0 where V rises fastest."""
        v, slope = self._interpolants()
        apart = np.flatnonzero(np.abs(self.states[0] - self.rest[0]) > 1e-2)
        time = np.linspace(self.time[apart[0]], self.time[apart[-1]], samples)
        gates = dict(zip(self.paths[1:], self.at(time)[1:], strict=True))
        middle = time[int(np.argmax(slope(time)))]
        return {"time": time - middle, "zero": np.array(middle), "V": v(time), "slope": slope(time), **gates}

    def _interpolants(self) -> tuple[Any, Any]:
        from scipy.interpolate import CubicHermiteSpline

        v = CubicHermiteSpline(self.time, self.states[0], self.slope)
        return v, CubicHermiteSpline(self.time, self.slope, self.bend)

    def numbers(self) -> dict[str, tuple[float, str]]:
        """Peak, trough, greatest slope and half width, with units."""
        v, slope = self._interpolants()
        turns = np.concatenate([v.derivative().roots(extrapolate=False), self.time[[0, -1]]])
        steepest = np.concatenate([slope.derivative().roots(extrapolate=False), self.time[[0]]])
        peak, trough = float(v(turns).max()), float(v(turns).min())
        half = v.solve(0.5 * (peak + self.rest[0]), extrapolate=False)
        return {
            "peak": (peak, "mV"), "trough": (trough, "mV"), "rise": (float(slope(steepest).max()), "mV/ms"),
            "half_width": (float(half[1] - half[0]), "ms"),
        }  # fmt: skip


class WaveProblem:
    """The boundary problem of one cell; K or the temperature may be what is unknown.

    Parameters
    ----------
    cell : Cell
        Its own temperature is where a search begins.
    """

    def __init__(self, cell: Cell) -> None:
        if not any(e.stable for e in resting_states(cell)):
            raise SimulationError(f"{cell.name} has no stable resting state, so no impulse leaves it")
        self.cell, self.system = cell, system(cell)
        self.parameters = list(parameter_values(cell))
        self.warmth = list(cell.parameters).index("celsius")
        rest = initial_state(cell, "rest")
        self.still = np.array([rest[v.path] for v in self.system.states])
        self.slopes = array_function(self.system, tuple(self.system.derivatives))
        self.jacobian = array_function(self.system, tuple(self.system.jacobian))
        self.size = len(self.still)
        self.paths = tuple(v.path for v in self.system.states)
        self._rests: dict[float, Array] = {}
        self._ways: dict[tuple[float, float], tuple[Array, Array, float]] = {}

    def _values(self, celsius: float) -> list[float]:
        values = list(self.parameters)
        values[self.warmth] = celsius
        return values

    def rest(self, celsius: float) -> Array:
        """The state at rest, by Newton's method from that of the cell's own temperature."""
        if celsius in self._rests:
            return self._rests[celsius]
        y, values = self.still.copy(), self._values(celsius)
        for _ in range(30):
            drift = np.array(self.slopes(list(y), 0.0, values)).ravel()
            step = np.linalg.solve(self.local(y, values), drift)
            y = y - step
            if np.abs(step).max() < 1e-13 * (1 + np.abs(y).max()):
                break
        self._rests = {**dict(list(self._rests.items())[-REMEMBERED:]), celsius: y}
        return y

    def local(self, y: Array, values: list[float]) -> Array:
        flat = [float(np.ravel(f)[0]) for f in self.jacobian(list(y), 0.0, values)]
        return np.array(flat).reshape(self.size, self.size)

    def directions(self, k: float, celsius: float) -> tuple[Array, Array, float]:
        """At rest: the direction that leads away, what is zero on those that lead back, and the rate of leaving."""
        if (k, celsius) in self._ways:
            return self._ways[k, celsius]
        local = self.local(self.rest(celsius), self._values(celsius))
        matrix = np.zeros((self.size + 1, self.size + 1))
        keep = [0, *range(2, self.size + 1)]
        matrix[0, 1] = 1.0
        matrix[1, keep] = -k * local[0]
        matrix[1, 1] += k
        matrix[np.ix_(keep[1:], keep)] = local[1:]
        values, right = np.linalg.eig(matrix)
        growing = np.flatnonzero(values.real > 0)
        if len(growing) != 1:
            raise SimulationError(
                f"{self.cell.name}: at rest {len(growing)} directions lead away from it; an impulse needs exactly one"
            )
        at = int(growing[0])
        out, left = right[:, at].real, np.linalg.inv(right)[at].real
        found = out / out[0], left / left[1], float(values[at].real)
        self._ways = {**dict(list(self._ways.items())[-REMEMBERED:]), (k, celsius): found}
        return found

    def field(self, y: Array, k: float, celsius: float) -> Array:
        """Right-hand side: (V, V', gates) over the nodes."""
        drift = self.slopes([y[0], *y[2:]], 0.0, self._values(celsius))
        return np.stack([y[1], k * (y[1] - drift[0]), *drift[1:]])

    def solve(
        self,
        guess: Wave,
        *,
        k: float | None = None,
        celsius: float | None = None,
        guess_k: float | None = None,
        tolerance: float = TOLERANCE,
        nodes: int = NODES,
    ) -> Wave | None:
        """The impulse near a guess, or None.

        Parameters
        ----------
        guess : Wave
        k, celsius : float, optional
            What is given: one of them, and the other is found.
        guess_k : float, optional
            Where to look for K; that of the guess unless given.
        tolerance : float
            Of the residual of the collocation.
        nodes : int
            Of the mesh, at most.
        """
        from scipy.integrate import solve_bvp

        begin = [math.log(guess.K if guess_k is None else guess_k), guess.celsius / 10]
        free = 0 if celsius is not None else 1
        start = [math.log(k) if k is not None else begin[0], celsius / 10 if celsius is not None else begin[1]]

        def both(p: Array) -> tuple[float, float]:
            now = list(start)
            now[free] = float(p[0])
            return math.exp(now[0]), 10 * now[1]

        def f(_: Array, y: Array, p: Array) -> Array:
            return self.field(y, *both(p))

        def ends(a: Array, b: Array, p: Array) -> Array:
            now, warm = both(p)
            rest = self.rest(warm)
            still = np.insert(rest, 1, 0.0)
            out, back, _ = self.directions(now, warm)
            return np.array([*(a - still - LEAVES * out), float(back @ (b - still))])

        near = self._moved(guess, math.exp(start[0]), 10 * start[1])
        y = np.insert(near.states, 1, near.slope, axis=0)
        with np.errstate(all="ignore"):  # a guess that leads nowhere may run off to infinity
            done: Any = solve_bvp(
                f, ends, near.time, y, p=[start[free]], tol=tolerance, max_nodes=nodes,
                fun_jac=self._slant(both, free),
            )  # fmt: skip
        if not done.success:
            return None
        now, warm = both(done.p)
        rest = self.rest(warm)
        if np.ptp(done.y[0]) < 1.0:
            return None  # it stayed at rest
        slopes = self.field(done.y, now, warm)
        return Wave(
            now, warm, done.x, np.delete(done.y, 1, axis=0), np.delete(slopes, 1, axis=0), slopes[1], self.paths, rest,
            self.directions(now, warm)[2],
        )  # fmt: skip

    def _moved(self, guess: Wave, k: float, celsius: float) -> Wave:
        """An orbit on the time scale of another K and temperature, with fewer nodes: their upstrokes lie together."""
        scale = self.directions(k, celsius)[2] / guess.foot
        few = max(1, len(guess.time) // START)
        keep = np.unique(np.r_[0 : len(guess.time) : few, len(guess.time) - 1])
        return replace(
            guess, K=k, celsius=celsius, time=guess.time[keep] / scale, states=guess.states[:, keep],
            slopes=guess.slopes[:, keep] * scale, bend=guess.bend[keep] * scale**2, foot=guess.foot * scale,
        )  # fmt: skip

    def _slant(self, both: Any, free: int) -> Any:
        """The derivatives of the field, by the states and by what is unknown."""

        def slant(x: Array, y: Array, p: Array) -> tuple[Array, Array]:
            k, warm = both(p)
            m, n = y.shape[1], self.size
            local = np.array(self.jacobian([y[0], *y[2:]], 0.0, self._values(warm))).reshape(n, n, m)
            by_state = np.zeros((n + 1, n + 1, m))
            keep = [0, *range(2, n + 1)]
            by_state[0, 1] = 1.0
            by_state[1, keep] = -k * local[0]
            by_state[1, 1] += k
            for i, row in enumerate(keep[1:], start=1):
                by_state[row, keep] = local[i]
            column = np.zeros((n + 1, m))
            if free == 0:
                column[1] = self.field(y, k, warm)[1]  # d / d ln K of K (V' - F)
            else:
                small = 1e-4
                column = (self.field(y, k, warm + small) - self.field(y, k, warm - small)) / (2 * small) * 10
            return by_state, column[:, None]

        return slant


def approximate(cell: Cell) -> Wave:
    """What runs along a fibre of this membrane, as a guess: a run of 150 compartments, and the gates that follow V.

    Raises
    ------
    SimulationError
        If nothing runs.
    """
    base = Cable(cell, 1000.0, 500.0, 35.4, n=1)
    cable = base.with_(length=150 * base.automatic_dx, n=150)
    places = [0.55 * cable.length, 0.7 * cable.length]
    problem = WaveProblem(cell)
    rest = problem.still[0]
    for duration in (10.0, 30.0, 100.0, 300.0):
        every = duration / 4000
        ds = simulate(cable, enough(cable), duration=duration, every=every, where=places, spike_threshold=rest + RISEN)
        arrival = np.interp(places, ds["x_compartment"].values, ds["arrival"].values)
        if not np.isfinite(arrival).all() or arrival[1] <= arrival[0]:
            continue
        v, t = ds["V"].values[:, 1], ds["time"].values
        after = t > arrival[1]
        if abs(v[-1] - rest) > 0.3 * (v.max() - rest) or (v[after].argmax() == after.sum() - 1):
            continue  # it ends amid the impulse
        theta = (places[1] - places[0]) * 1e-3 / (arrival[1] - arrival[0])  # m/s
        k = 4 * cable.Ra * 1e-6 * cell.capacitance.value * (theta * 1e2) ** 2 / (cable.diameter_at(0) * 1e-4) * 1e-3
        _, _, rate = problem.directions(k, cell.celsius.value)
        return _shaped(problem, k, t, v, rate)
    raise SimulationError(
        f"no propagated impulse in a long fibre of {cell.name} at {cell.celsius.value:g} °C: V at 7/10 of its length "
        f"reached {float(ds['V'].values[:, 1].max()):.4g} mV"
    )


def _shaped(problem: WaveProblem, k: float, t: Array, v: Array, rate: float) -> Wave:
    """A recorded impulse with an exponential foot before it and a long way back to rest after it."""
    rest = problem.still
    start = int(np.flatnonzero(v - rest[0] > 0.5)[0])
    foot = math.log((v[start] - rest[0]) / LEAVES) / rate
    before = np.linspace(0, foot, 120, endpoint=False)
    course = np.concatenate([rest[0] + LEAVES * np.exp(rate * before), v[start:]])
    time = np.concatenate([before, foot + t[start:] - t[start]])
    keep = np.concatenate([np.arange(120), np.arange(120, len(time), max(1, (len(time) - 120) // 1500))])
    slowest = np.linalg.eigvals(problem.local(rest, list(parameter_values(problem.cell)))).real.max()
    after = np.linspace(0, TAIL / -slowest, 101)[1:]
    time = np.concatenate([time[keep], time[keep][-1] + after])
    course = np.concatenate([course[keep], rest[0] + (course[keep][-1] - rest[0]) * np.exp(slowest * after)])
    gates = following(problem.cell, time, course, rest[1:])
    states = np.vstack([course, gates])
    slopes = np.gradient(states, time, axis=1)
    bend = np.gradient(slopes[0], time)
    return Wave(k, problem.cell.celsius.value, time, states, slopes, bend, problem.paths, rest, rate)


def following(cell: Cell, time: Array, v: Array, start: Array) -> Array:
    """Gates (gates, n) while V goes through a given course.

    Between two samples they relax at the rates of the middle potential: an error of second order in the interval.
    """
    held = system(cell).clamped
    formulas = tuple(a for a, _ in held.linear) + tuple(s for _, s in held.linear)
    middle = 0.5 * (v[1:] + v[:-1])
    opening, speed = np.split(np.array(array_function(held, formulas)(list(start), middle, parameter_values(cell))), 2)
    decay, steady = np.exp(-speed * np.diff(time)), opening / speed
    x = np.array(start, dtype=float)
    found = np.empty((len(x), len(v)))
    found[:, 0] = x
    for i in range(len(v) - 1):
        x = steady[:, i] + (x - steady[:, i]) * decay[:, i]
        found[:, i + 1] = x
    return found


def wave_of(cell: Cell) -> tuple[Wave, float]:
    """The fast impulse of a membrane at its own temperature, and by how much ln K depends on the mesh.

    Raises
    ------
    SimulationError
        If no impulse runs, or the boundary problem has no solution near the one that does.
    """
    problem = WaveProblem(cell)
    warm = cell.celsius.value
    first = problem.solve(approximate(cell), celsius=warm, tolerance=FAR, nodes=MANY)
    rough = None if first is None else problem.solve(first, celsius=warm, tolerance=ROUGH)
    found = None if rough is None else problem.solve(rough, celsius=warm)
    if rough is None or found is None:
        raise SimulationError(
            f"{cell.name}: the boundary problem of the travelling impulse was not solved; "
            "conduction_velocity runs an impulse instead"
        )
    return found, abs(math.log(found.K / rough.K))
