"""Myokit: CVODES, one neuron after another, spike times by its root finding. Needs SUNDIALS and a C compiler.

Where the libraries and headers of SUNDIALS are is Myokit's own affair: see its `myokit.ini`.
"""

from __future__ import annotations

from typing import Any

from serve import EVERY, Job, Run, crossings, serve

MODEL = """
[[model]]
membrane.V = -64.9996
sodium.m = 0.0529
sodium.h = 0.5961
potassium.n = 0.3177

[engine]
time = 0 bind time

[membrane]
level = 0
dot(V) = level - sodium.I - potassium.I - leak.I

[sodium]
use membrane.V as V
I = 120 * m^3 * h * (V - 50)
dot(m) = 0.1 * (V + 40) / (1 - exp(-(V + 40) / 10)) * (1 - m) - 4 * exp(-(V + 65) / 18) * m
dot(h) = 0.07 * exp(-(V + 65) / 20) * (1 - h) - h / (1 + exp(-(V + 35) / 10))

[potassium]
use membrane.V as V
I = 36 * n^4 * (V + 77)
dot(n) = 0.01 * (V + 55) / (1 - exp(-(V + 55) / 10)) * (1 - n) - 0.125 * exp(-(V + 65) / 80) * n

[leak]
I = 0.3 * (membrane.V + 54.387)
"""


def simulation() -> Any:
    """A compiled simulation."""
    import myokit

    return myokit.Simulation(myokit.parse_model(MODEL))


def prepare(job: Job) -> Run:
    """Compile; the run solves every neuron in turn."""
    import numpy as np

    compiled, start = simulation(), [float(x) for x in job["start"]]
    compiled.set_tolerance(job["setting"], job["setting"])
    trace = job["want"] == "trace"

    def solve(current: float) -> Any:
        compiled.reset()
        compiled.set_time(0)
        compiled.set_state(start)
        compiled.set_constant("membrane.level", float(current))
        if trace:  # one sample more than the duration holds: Myokit leaves out the last
            return compiled.run(job["duration"], log=["membrane.V"], log_interval=EVERY)["membrane.V"]
        # spikes by root finding; a last one, not yet back below 0 mV, is missing, so a little more is run
        _, found = compiled.run(job["duration"] + 5, log=[], apd_variable="membrane.V", apd_threshold=0)
        times = np.array(found["start"])
        return times[times <= job["duration"]]

    def run() -> dict[str, object]:
        found = [solve(current) for current in job["currents"]]
        if trace:
            return {"spikes": lambda: crossings(np.array(found), EVERY)}
        return {"counts": [len(times) for times in found]} if job["want"] == "count" else {"spikes": found}

    return run


def first() -> None:
    """The shortest way to a trace."""
    compiled = simulation()
    compiled.set_constant("membrane.level", 10)
    print(max(compiled.run(50, log_interval=0.025)["membrane.V"]))


if __name__ == "__main__":
    serve(prepare, first, ("myokit", "numpy"))
