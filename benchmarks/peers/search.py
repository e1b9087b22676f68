"""The loosest setting at which a contender keeps every spike within a bound."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from .process import Failure


@dataclass
class Search:
    """Errors of the settings of a ladder, measured when they are asked for, and kept.

    Attributes
    ----------
    ladder : list of float
        Settings, the loosest first.
    measure : callable
        From a setting to its error in ms.
    errors : dict
        What has been measured.
    failure : str
        Why the last setting that gave no answer gave none.
    """

    ladder: list[float]
    measure: Callable[[float], float]
    errors: dict[float, float] = field(default_factory=dict)
    failure: str = ""

    def error(self, setting: float) -> float:
        """The error at a setting; infinite where the contender fails."""
        if setting not in self.errors:
            try:
                self.errors[setting] = self.measure(setting)
            except Failure as failure:
                self.failure, self.errors[setting] = str(failure), math.inf
        return self.errors[setting]

    def loosest(self, bound: float, hint: float) -> float | None:
        """The loosest setting that meets the bound, from the hint up or down the ladder; None if none does."""
        i = min(range(len(self.ladder)), key=lambda k: abs(math.log(self.ladder[k] / hint)))
        if self.error(self.ladder[i]) <= bound:
            best = i  # errors of adaptive runs go up and down a little: two failures in a row end the search
            while i > 0 and i > best - 2:
                i -= 1
                best = i if self.error(self.ladder[i]) <= bound else best
            return self.ladder[best]
        while i < len(self.ladder) and not self.error(self.ladder[i]) <= bound:
            if self._given_up():
                return None
            i += 1
        return self.ladder[i] if i < len(self.ladder) else None

    def _given_up(self) -> bool:
        """Three failures in all, and no success: it does not work at all."""
        return len(self.errors) >= 3 and all(map(math.isinf, self.errors.values())) and bool(self.failure)
