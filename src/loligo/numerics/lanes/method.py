"""The integration method: a compiled file holds one of the method files in this place."""

from .dopri5 import GROUPS, ORDER, advance, commit, estimate, quartic, start

__all__ = ["GROUPS", "ORDER", "advance", "commit", "estimate", "quartic", "start"]
