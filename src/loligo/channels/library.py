"""What makes a function of this folder an entry of the library: its family, and numbers that can be changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import LoligoError, nearest
from ..model.cell import Cell
from ..model.channel import Channel
from ..model.expression import Expression, V, exp, symbols
from ..model.parameter import Parameter
from ..model.pool import Pool

# What a channel is besides its parameters and gates, and can be given anew.
ALSO = ("name", "E", "current", "source", "doi", "preparation", "description", "reads", "carries", "times", "q10",
        "celsius_ref")  # fmt: skip


class Entry:
    """A published channel. Calling it makes the channel; keywords change it: ``ca_t(g=2, name="T")``.

    Attributes
    ----------
    family : str
        Such as ``"K, A type"``.
    at : dict of str to float
        Concentrations, typical where it occurs, at which to look at it by itself.
    beside : str
        The entry whose channel it cannot do without, if any.
    """

    def __init__(self, make: Callable[[], Channel], family: str, at: dict[str, float], beside: str) -> None:
        self.make, self.family, self.at, self.beside = make, family, at, beside
        self.__name__, self.__doc__ = make.__name__, make.__doc__

    def __call__(self, **changes: Any) -> Channel:
        made = self.make()
        for name in changes:
            known = [n for group in (made.parameters, made.gates, made.schemes, made.activations) for n, _ in group]
            if name not in known and name not in ALSO:
                raise LoligoError(f"{self.__name__}: it has no '{name}'; {nearest(name, [*known, 'name'])}")
        return made.replace(**changes) if changes else made

    def alone(self) -> Cell:
        """A cell of this channel alone, with the concentrations it reads held, to look at it."""
        channel = self.make()
        parts = [channel]
        if self.beside:
            from . import __getattr__ as named

            parts.append(named(self.beside)())
        absolute = any(p.unit == "nS" for _, p in channel.parameters)
        capacitance = Parameter(10.0, "pF") if absolute else 1.0
        reference = [p.value for path, p in channel.parameters if path == "celsius_ref"]
        reference += [gate.celsius_ref.value for _, gate in channel.gates if gate.celsius_ref is not None]
        pools = [Pool(name, value=value, unit="1") for name, value in self.at.items()]
        return Cell(
            self.__name__, parts, capacitance, reference[0] if reference else 22.0, pools=pools, source=channel.source,
            description=channel.description,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<channel {self.__name__}: {self.family}>"


def entry(family: str, *, beside: str = "", **at: float) -> Callable[[Callable[[], Channel]], Entry]:
    """Mark a function that makes a published channel as an entry of the library; see `Entry`."""
    return lambda make: Entry(make, family, at, beside)


def sigmoid(half: Any, slope: Any) -> Expression:
    """1 / (1 + exp(-(V - half) / slope)): opens with depolarisation if the slope is positive."""
    return 1 / (1 + exp(-(V - half) / slope))


def linoid(x: Expression, k: Any) -> Expression:
    """x / (exp(x / k) - 1), the form of Hodgkin & Huxley's opening rates; its value at x = 0 is k."""
    return x / (exp(x / k) - 1)


def calcium_shell(name: str = "Ca", depth: float = 0.1, tau: float = 100.0, rest: float = 1e-4) -> Pool:
    """A shell of calcium (mM) below the membrane, filled by calcium currents and emptied exponentially.

    Parameters
    ----------
    name : str
    depth : float
        µm.
    tau : float
        Time constant of removal, ms.
    rest : float
        mM.

    Notes
    -----
    d[Ca]/dt = -I / (2 F depth) + (rest - [Ca]) / tau, I outward positive; with I in µA/cm² and depth in µm, one µA/cm²
    into 1 µm is 10 / F mM per ms.
    """
    I, Ca, d, t, r = symbols(f"I {name} depth tau rest")
    return Pool(
        name, rate=-10 * I / (2 * 96485.33212 * d) + (r - Ca) / t, unit="mM", description="calcium below the membrane",
        depth=Parameter(depth, "µm", (1e-6, 1e3), "of the shell"),
        tau=Parameter(tau, "ms", (1e-3, 1e6), "of removal"), rest=Parameter(rest, "mM", (0, 1e3), "calcium at rest"),
    )  # fmt: skip
