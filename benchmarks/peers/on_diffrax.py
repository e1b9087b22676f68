"""Diffrax: Tsitouras 5(4) in float64, `vmap` over the neurons, each with its own steps.

A sweep keeps the final state only, which is the fastest it can do; accurate spikes come from its dense output.
"""

from __future__ import annotations

from typing import Any

from serve import EVERY, Job, Run, crossings, serve


def squid(t: Any, y: Any, current: Any) -> Any:
    """Hodgkin & Huxley 1952, with the rates as the textbooks print them."""
    import jax.numpy as jnp

    v, m, h, n = y
    return jnp.stack(
        [
            current - 120 * m**3 * h * (v - 50) - 36 * n**4 * (v + 77) - 0.3 * (v + 54.387),
            0.1 * (v + 40) / (1 - jnp.exp(-(v + 40) / 10)) * (1 - m) - 4 * jnp.exp(-(v + 65) / 18) * m,
            0.07 * jnp.exp(-(v + 65) / 20) * (1 - h) - h / (1 + jnp.exp(-(v + 35) / 10)),
            0.01 * (v + 55) / (1 - jnp.exp(-(v + 55) / 10)) * (1 - n) - 0.125 * jnp.exp(-(v + 65) / 80) * n,
        ]
    )


def solver(rtol: float, duration: float, start: Any, save: Any) -> Any:
    """A function from a current to what is saved."""
    import diffrax as d

    def solve(current: Any) -> Any:
        controller = d.PIDController(rtol=rtol, atol=rtol / 100)
        term, steps = d.ODETerm(squid), int(50 * duration)  # a neuron that goes astray stops too
        found = d.diffeqsolve(
            term, d.Tsit5(), 0.0, duration, 0.005, start, current, saveat=save, stepsize_controller=controller,
            max_steps=steps, adjoint=d.ForwardMode(), throw=False,
        )  # fmt: skip
        return found.ys[:, 0]

    return solve


def prepare(job: Job) -> Run:
    """Compile for as many neurons as there are currents; the run is a call."""
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")
    import diffrax as d
    import jax.numpy as jnp
    import numpy as np

    start, currents = jnp.array(job["start"]), jnp.array(job["currents"], dtype=float)
    count = job["want"] == "count"
    grid = jnp.arange(round(job["duration"] / EVERY) + 1) * EVERY
    save = d.SaveAt(t1=True) if count else d.SaveAt(ts=grid)
    work = jax.jit(jax.vmap(solver(job["setting"], float(job["duration"]), start, save))).lower(currents).compile()

    def run() -> dict[str, object]:
        v = np.asarray(jax.block_until_ready(work(currents)))
        failed = int(np.sum(~np.isfinite(v[:, -1])))
        return {"final": v[:, -1], "failed": failed} if count else {"spikes": lambda: crossings(v, EVERY)}

    return run


def first() -> None:
    """The shortest way to a trace."""
    import jax

    jax.config.update("jax_enable_x64", True)
    import diffrax as d
    import jax.numpy as jnp

    start = jnp.array([-65.0, 0.053, 0.596, 0.318])
    save = d.SaveAt(ts=jnp.arange(2001) * EVERY)
    print(jax.jit(solver(1e-4, 50.0, start, save))(jnp.array(10.0)).max())


if __name__ == "__main__":
    serve(prepare, first, ("diffrax", "jax", "numpy"))
