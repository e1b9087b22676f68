"""Channels and cells in the formats of others: NEURON's ``.mod`` files."""

from __future__ import annotations

from .mod_read import load_mod, read_mod
from .mod_write import write_mod

__all__ = ["load_mod", "read_mod", "write_mod"]
