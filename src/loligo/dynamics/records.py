"""Special points and options: plain records that never change."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields

from .field import DynamicsError


@dataclass(frozen=True)
class Special:
    """A point where the behaviour of a cell changes its kind.

    Attributes
    ----------
    kind : str
        Of equilibria: "fold", "hopf", "branch point". Of cycles: "fold of cycles", "period doubling", "torus",
        "homoclinic", "snic" (saddle-node on an invariant circle). In two parameters: "bogdanov-takens", "cusp",
        "generalised hopf", "fold-hopf", "double hopf".
    parameter : str
        Path of the parameter.
    value : float
        Its value there.
    state : dict of str to float
        The equilibrium, or the point of the cycle where V is largest.
    period : float
        ms; of the cycle, of the oscillation born at a Hopf point (2 pi over omega), infinite for a homoclinic orbit.
    criticality : str
        "subcritical" or "supercritical" for Hopf points, else "".
    coefficient : float
        First Lyapunov coefficient of a Hopf point, quadratic coefficient of a fold; NaN elsewhere.
    uncertainty : float
        How far the value moved when the point was computed again on a mesh twice as fine; for equilibria, where
        nothing is discretised, the accuracy of the root.
    branch : int
        Index of the branch in the diagram.
    second : tuple of (str, float)
        In two-parameter diagrams, the other parameter and its value; else ("", NaN).
    """

    kind: str
    parameter: str
    value: float
    state: dict[str, float] = field(default_factory=dict)
    period: float = math.nan
    criticality: str = ""
    coefficient: float = math.nan
    uncertainty: float = 0.0
    branch: int = -1
    second: tuple[str, float] = ("", math.nan)

    @property
    def frequency(self) -> float:
        """1000 / period, Hz."""
        return 0.0 if math.isinf(self.period) else 1000 / self.period

    def __str__(self) -> str:
        shown = f"{self.kind} at {self.parameter} = {self.value:.10g}"
        if self.second[0]:
            shown += f", {self.second[0]} = {self.second[1]:.10g}"
        if self.criticality:
            shown += f", {self.criticality}"
        if math.isfinite(self.period):
            shown += f", period {self.period:.8g} ms"
        return shown


@dataclass(frozen=True)
class Options:
    """How a branch is followed. Steps are arclengths: 1 is 50 mV, a whole open probability, or the whole range.

    Attributes
    ----------
    largest, smallest : float
        Bounds of the step along equilibria; of cycles, 1.5 times as much.
    points : int
        Most points on one branch.
    intervals, degree : int
        Of the collocation of cycles: mesh intervals and Gauss points in each. The order is twice the degree. The
        uncertainty of special points says whether they were enough.
    tolerance : float
        Of Newton's method, relative to the scales above.
    longest : float
        Period (ms) at which a branch of cycles is taken to end in a homoclinic orbit, unless it began with a fifth of
        that or more.
    """

    largest: float = 0.04
    smallest: float = 1e-7
    points: int = 600
    intervals: int = 60
    degree: int = 7
    tolerance: float = 1e-9
    longest: float = 1000.0

    def __post_init__(self) -> None:
        limits = {
            "largest": (1e-4, 1.0), "smallest": (1e-14, self.largest), "points": (2, 100_000), "intervals": (4, 2000),
            "degree": (2, 7), "tolerance": (1e-13, 1e-4), "longest": (1.0, 1e9),
        }  # fmt: skip
        for item in fields(self):
            low, high = limits[item.name]
            value = getattr(self, item.name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
                raise DynamicsError(f"options: {item.name}={value!r}; give a value between {low:g} and {high:g}")
            if item.type == "int" and value != int(value):
                raise DynamicsError(f"options: {item.name}={value!r}; give a whole number")
