"""Compiled kernels and the hand-written integrators. The only place that imports Numba."""
