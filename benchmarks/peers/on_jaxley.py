"""Jaxley: its HH channel by Crank-Nicolson, `vmap` over the cells, one compiled loop that counts crossings as it goes.

Its HH has no Q10 (none is needed at 6.3 °C) and is 0/0 at -40 and -55 mV: in float32 some cells become NaN, which the
answer counts as ``failed``.
"""

from __future__ import annotations

from typing import Any

from serve import EVERY, Job, Run, crossings, serve

SIDE = (100 / (2 * 3.141592653589793)) ** 0.5  # µm: radius and length of a cylinder of 100 µm²


def cell(start: list[float]) -> Any:
    """One compartment with the squid's channels, at rest."""
    import jaxley as jx
    from jaxley.channels import HH

    one = jx.Cell(jx.Branch(jx.Compartment(), 1), parents=[-1])
    one.insert(HH())
    values = {"radius": SIDE, "length": SIDE, "capacitance": 1.0, "v": start[0], "HH_eLeak": -54.387}
    values |= dict(zip(("HH_m", "HH_h", "HH_n"), start[1:], strict=True))
    for name, value in values.items():
        one.set(name, value)
    return one


def prepare(job: Job) -> Run:
    """Compile the loop for as many cells as there are currents; the run is a call."""
    import jax

    double = job.get("precision", "double") == "double"
    jax.config.update("jax_enable_x64", double)
    jax.config.update("jax_platforms", "cpu")
    import jax.numpy as jnp
    import jaxley as jx
    import numpy as np
    from jaxley.integrate import build_init_and_step_fn

    dt = job["setting"]
    one = cell(job["start"])
    one.stimulate(jx.step_current(0, 1, 0.1, 0.025, 1))
    one.to_jax()
    begin, step = build_init_and_step_fn(one, voltage_solver="jaxley.dhs.cpu", solver="crank_nicolson")
    states, parameters = begin([], delta_t=dt)
    kind = jnp.float64 if double else jnp.float32
    states = {name: jnp.asarray(value, kind) for name, value in states.items()}
    currents = jnp.asarray(np.array(job["currents"]) * 100e-5, kind)  # nA
    steps, inds = round(job["duration"] / dt), one.external_inds.copy()

    def advance(state: Any, current: Any) -> Any:
        # a copy, because a step writes into what it is given
        return step(dict(state), parameters, {"i": current[None]}, inds, delta_t=dt)

    def counted(current: Any) -> Any:
        def body(_: Any, carry: Any) -> Any:
            state, count = carry
            new = advance(state, current)
            return new, count + ((state["v"][0] < 0) & (new["v"][0] >= 0))

        state, count = jax.lax.fori_loop(0, steps, body, (states, jnp.int32(0)))
        return count, state["v"][0]

    def traced(current: Any) -> Any:
        def body(state: Any, _: Any) -> Any:
            new = advance(state, current)
            return new, new["v"][0]

        return jax.lax.scan(body, states, None, length=steps)[1]

    count = job["want"] == "count"
    work = jax.jit(jax.vmap(counted if count else traced)).lower(currents).compile()

    def run() -> dict[str, object]:
        found = jax.block_until_ready(work(currents))
        if count:
            return {"counts": found[0], "failed": lambda: int(np.sum(~np.isfinite(np.asarray(found[1]))))}
        v = np.column_stack([np.full(len(currents), job["start"][0]), np.asarray(found)])
        if job["want"] == "trace":  # a step divides the interval of a trace: what lies between is not wanted
            v, every = v[:, :: round(EVERY / dt)], EVERY
        else:
            every = dt
        return {"spikes": lambda: crossings(v, every), "failed": int(np.sum(~np.isfinite(v[:, -1])))}

    return run


def first() -> None:
    """The shortest way to a trace."""
    import jaxley as jx

    one = cell([-65.0, 0.053, 0.596, 0.318])
    one.record(verbose=False)
    one.stimulate(jx.step_current(0, 50, 10 * 100e-5, 0.025, 50), verbose=False)
    print(jx.integrate(one, delta_t=0.025, solver="crank_nicolson").max())


if __name__ == "__main__":
    serve(prepare, first, ("jaxley", "jax", "numpy"))
