"""NumbaLSODA: compiled DOP853, sampled by itself on a grid; a compiled loop over the neurons.

It solves, and finds no events: crossings are looked for on the samples, in the compiled loop too. The rates are written
in the way that is fastest here, although it is 0/0 at V = -40 and -55 mV.
"""

from __future__ import annotations

from typing import Any

from serve import EVERY, Job, Run, crossings, serve


def rates() -> Any:
    """The address of the compiled equations."""
    from math import exp

    from numba import cfunc
    from numbalsoda import lsoda_sig

    @cfunc(lsoda_sig, fastmath=True)
    def rhs(t, u, du, p):  # type: ignore[no-untyped-def]
        v, m, h, n = u[0], u[1], u[2], u[3]
        du[0] = p[0] - 120 * m * m * m * h * (v - 50) - 36 * n * n * n * n * (v + 77) - 0.3 * (v + 54.387)
        du[1] = 0.1 * (v + 40) / (1 - exp(-(v + 40) / 10)) * (1 - m) - 4 * exp(-(v + 65) / 18) * m
        du[2] = 0.07 * exp(-(v + 65) / 20) * (1 - h) - h / (1 + exp(-(v + 35) / 10))
        du[3] = 0.01 * (v + 55) / (1 - exp(-(v + 55) / 10)) * (1 - n) - 0.125 * exp(-(v + 65) / 80) * n

    return rhs


def prepare(job: Job) -> Run:
    """Compile; the run solves every neuron in turn."""
    import numpy as np
    from numba import njit
    from numbalsoda import dop853

    rhs = rates()
    address, start, rtol = rhs.address, np.array(job["start"]), job["setting"]
    grid = np.arange(round(job["duration"] / EVERY) + 1) * EVERY
    currents = np.array(job["currents"], dtype=float)

    @njit
    def count(start, grid, currents, rtol):  # type: ignore[no-untyped-def]
        counts, failed = np.zeros(len(currents), np.int64), 0
        for i in range(len(currents)):
            found, success = dop853(address, start, grid, data=currents[i : i + 1], rtol=rtol, atol=rtol / 100)
            failed += not success
            for k in range(1, len(grid)):
                counts[i] += (found[k - 1, 0] < 0) and (found[k, 0] >= 0)
        return counts, failed

    if job["want"] == "count":
        count(start, grid[:40], currents[:1], rtol)

        def counted() -> dict[str, object]:
            counts, failed = count(start, grid, currents, rtol)
            return {"counts": counts, "failed": int(failed), "keep": rhs.address}

        return counted

    def run() -> dict[str, object]:
        v = []
        for current in currents:
            found, success = dop853(address, start, grid, data=np.array([current]), rtol=rtol, atol=rtol / 100)
            if not success:
                raise RuntimeError(f"dop853 failed at rtol {rtol:g}")
            v.append(found[:, 0])
        return {"spikes": lambda: crossings(np.array(v), EVERY), "keep": rhs.address}

    run()  # the first call compiles
    return run


def first() -> None:
    """The shortest way to a trace."""
    import numpy as np
    from numbalsoda import dop853

    rhs = rates()
    grid = np.arange(2001) * EVERY
    start = np.array([-65.0, 0.053, 0.596, 0.318])
    found, _ = dop853(rhs.address, start, grid, data=np.array([10.0]), rtol=1e-5, atol=1e-7)
    print(found[:, 0].max())


if __name__ == "__main__":
    serve(prepare, first, ("numbalsoda", "numba", "numpy"))
