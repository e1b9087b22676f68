"""What is written down of a cell, and the three functions that the published forms are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import exp, expm1

GAS, FARADAY = 8.314462618, 96485.33212  # J/(mol K), C/mol


@dataclass(frozen=True)
class Written:
    """A cell by hand: right-hand side of one state and the applied current, in the units that the cell is published in.

    `states` are the library's names in the order of `slopes`. `start` and `current` make it do something within
    `duration` ms.
    """

    states: str
    start: tuple[float, ...]
    slopes: Callable[[Sequence[float], float], list[float]]
    current: float
    duration: float
    make: str = ""  # the library's name, if it is not the entry's
    arguments: dict[str, object] = field(default_factory=dict)
    changes: dict[str, float] = field(default_factory=dict)
    reach: float = 1.0  # concentrations are tried up to here


def L(x: float, k: float) -> float:
    """x / (exp(x/k) - 1), which is k at 0."""
    return k if x == 0 else x / expm1(x / k)


def S(v: float, half: float, k: float) -> float:
    """Boltzmann: 1 / (1 + exp((v - half)/k)), falling with v where k > 0."""
    return 1 / (1 + exp((v - half) / k))


def G(v: float, half: float, k: float) -> float:
    """Boltzmann the other way round, rising with v where k > 0."""
    return 1 / (1 + exp(-(v - half) / k))
