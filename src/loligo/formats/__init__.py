"""Channels and cells in the formats of others: NEURON's ``.mod`` files, and NeuroML 2."""

from __future__ import annotations

from .mod_read import load_mod, read_mod
from .mod_write import write_mod
from .neuroml import read_neuroml, write_neuroml

__all__ = ["load_mod", "read_mod", "read_neuroml", "write_mod", "write_neuroml"]
