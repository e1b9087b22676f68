"""An impulse at a branch point: the geometric ratio up to which it passes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import LoligoError
from ...model.cable import Cable
from ...model.section import Section
from ...model.tree import Tree
from ...simulation.settings import positive
from ...simulation.simulate import simulate
from ...units import number, numbers_in
from .runs import enough, of_fibre, uniform_cable

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
HIGHEST = 1e3  # geometric ratio: beyond it nothing is tried
BEFORE, AFTER = 0.8, 0.3  # parts of parent and daughters between which the delay is measured


def branch_block(
    cable: Cable, ratios: Any = None, *, daughters: int = 2, duration: Any = 20.0, dt: Any = None,
    tolerance: float = 1e-2,
) -> xr.Dataset:  # fmt: skip
    """A fibre that branches into equal daughters: up to which geometric ratio the impulse goes on, and how delayed.

    The geometric ratio is the sum of the daughters' d^(3/2) over that of the parent: that of their input conductances,
    if all are long. At 1 the impulse does not notice the branch point; above, it is delayed and at last fails.

    Parameters
    ----------
    cable : Cable
        The parent, of one diameter; the daughters are as long as it, counted in length constants.
    ratios : sequence of number
        Geometric ratios; 0.5 to 16 in 11 steps unless given.
    daughters : int
        How many; 1 is a fibre whose diameter changes in one step.
    duration, dt : number
        Of each run, ms.
    tolerance : float
        Relative width of the bracket around the critical ratio.

    Returns
    -------
    xarray.Dataset
        ``passes`` (1 or 0), ``delay`` (ms, beyond that at a ratio of 1) over ``ratio``. ``attrs``: ``critical``, the
        ratio above which the impulse fails.

    Notes
    -----
    Goldstein & Rall 1974, Biophys J 14:731. Where it fails depends on the membrane and on temperature (Westerfield,
    Joyner & Moore 1978, J Neurophysiol 41:1).
    """
    uniform_cable(cable, "branch_block")
    chosen = np.geomspace(0.5, 16, 11) if ratios is None else np.array(numbers_in(ratios, "1", "ratios"))
    if not len(chosen) or (chosen <= 0).any():
        raise LoligoError("ratios: give positive geometric ratios")
    if isinstance(daughters, bool) or not isinstance(daughters, int) or daughters < 1:
        raise LoligoError(f"daughters: {daughters!r}; give a whole number, 1 or more")
    width = number(tolerance, "1", "tolerance")
    if not 1e-6 <= width < 1:
        raise LoligoError(f"tolerance: {width:g}; give a relative width from 1e-6 to below 1, such as 0.01")
    wait = positive(duration, "duration")

    def passing(ratio: float) -> float:
        """ms from before the branch point to behind it; NaN if nothing comes there."""
        ds = simulate(fork(cable, ratio, daughters), enough(cable), duration=wait, dt=dt, every=wait, where="parent")
        return _time(ds, "daughter0", AFTER) - _time(ds, "parent", BEFORE)

    def passes(ratio: float) -> bool:
        return math.isfinite(passing(ratio))

    usual, found = passing(1.0), np.array([passing(float(r)) for r in chosen])
    ok = np.isfinite(found)
    critical = _critical(chosen, ok, passes, width) if math.isfinite(usual) else math.nan
    return of_fibre(
        "branch_block", cable,
        {
            "passes": ("ratio", ok.astype(float), "1", "does the impulse pass?"),
            "delay": ("ratio", found - usual, "ms", "delay at the branch point"),
        },
        {"ratio": (chosen, "1", "geometric ratio")}, {"critical": (critical, "1")},
        criterion=f"an impulse comes to {AFTER:g} of the daughters", tolerance=width, daughters=daughters,
        status="done" if math.isfinite(usual) else f"no propagated impulse in {cable!r} within {wait:g} ms",
    )  # fmt: skip


def fork(cable: Cable, ratio: float, daughters: int = 2) -> Tree:
    """A parent, and daughters of one geometric ratio; each as long as the parent in length constants."""
    wide = cable.diameter_at(0)
    thin = wide * (ratio / daughters) ** (2 / 3)
    long = cable.length * math.sqrt(thin / wide)
    parent = Section("parent", cable.length, wide)
    grown = [Section(f"daughter{i}", long, thin, parent="parent", region="daughter") for i in range(daughters)]
    cut = cable.automatic_dx / cable.dx  # cone by cone, as finely as the cable is
    return Tree([parent, *grown], cable.cell, cable.Ra, finer=max(1, math.ceil(cut - 1e-9)))


def _time(ds: xr.Dataset, section: str, fraction: float) -> float:
    """When the impulse comes to a fraction of a section."""
    mine = ds["section"].values == section
    return float(np.interp(fraction, ds["fraction"].values[mine], ds["arrival"].values[mine]))


def _critical(ratios: Array, ok: NDArray[np.bool_], passes: Any, width: float) -> float:
    order = np.argsort(ratios)
    x, good = ratios[order], ok[order]
    low = float(x[good].max()) if good.any() else 1.0
    failing = x[(x > low) & ~good]
    high = float(failing.min()) if len(failing) else 2 * low
    while not len(failing) and passes(high):
        low, high = high, 2 * high
        if high > HIGHEST:
            return math.inf
    while high / low - 1 > width:
        middle = math.sqrt(low * high)
        low, high = (middle, high) if passes(middle) else (low, middle)
    return math.sqrt(low * high)
