"""The integration method: a compiled file holds one of the method files in this place."""

from .dopri5 import GROUPS, INPUTS, ORDER, advance, commit, estimate, quartic, start

__all__ = ["GROUPS", "INPUTS", "ORDER", "advance", "commit", "estimate", "quartic", "start"]
