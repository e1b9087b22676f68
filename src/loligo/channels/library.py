"""What makes a function of this folder an entry of the library: its family, and numbers that can be changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..model.channel import Channel
from ..model.expression import Expression, V, exp


class Entry:
    """A published channel. Calling it makes the channel; keywords change it: ``ca_t(g=2, name="T")``.

    Attributes
    ----------
    family : str
        Such as ``"K, A type"``.
    """

    def __init__(self, make: Callable[[], Channel], family: str) -> None:
        self.make, self.family = make, family
        self.__name__, self.__doc__ = make.__name__, make.__doc__

    def __call__(self, **changes: Any) -> Channel:
        made = self.make()
        return made.replace(**changes) if changes else made

    def __repr__(self) -> str:
        return f"<channel {self.__name__}: {self.family}>"


def entry(family: str) -> Callable[[Callable[[], Channel]], Entry]:
    """Mark a function that makes a published channel as an entry of the library."""
    return lambda make: Entry(make, family)


def sigmoid(half: Any, slope: Any) -> Expression:
    """1 / (1 + exp(-(V - half) / slope)): opens with depolarisation if the slope is positive."""
    return 1 / (1 + exp(-(V - half) / slope))


def linoid(x: Expression, k: Any) -> Expression:
    """x / (exp(x / k) - 1), the form of Hodgkin & Huxley's opening rates; its value at x = 0 is k."""
    return x / (exp(x / k) - 1)
