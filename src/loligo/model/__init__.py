"""Declarations: formulas, gates, channels, cells and stimuli. Immutable data holding SymPy expressions."""
