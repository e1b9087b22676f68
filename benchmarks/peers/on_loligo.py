"""Loligo, as a user calls it: `simulate(over=...)` with one thread, and spike times kept.

No companion run for the stated error (`estimate_error=False`), because the peers state none.
"""

from __future__ import annotations

from serve import EVERY, Job, Run, serve


def prepare(job: Job) -> Run:
    """Compile, with a short run; the run is a call of `simulate`."""
    import numpy as np

    import loligo as lo

    cell = lo.cells.squid()
    options = {"estimate_error": False, "method": job["method"]}
    options["tolerance" if job["method"] == "auto" else "dt"] = job["setting"]
    if job["want"] == "trace":

        def single(duration: float) -> object:
            return lo.simulate(cell, lo.Step(job["currents"][0]), duration=duration, every=EVERY, **options)

        single(1.0)
        return lambda: {"spikes": [single(job["duration"]).spike_times.values]}

    spread = job.get("spread")  # lowest, highest, number: a million numbers need not be written out
    currents = np.linspace(*spread) if spread else np.array(job["currents"], dtype=float)
    options |= {"precision": job["precision"], "workers": job.get("workers", 1), "progress": False}
    record = lo.Spikes(times=job.get("times", True))

    def sweep(duration: float) -> object:
        over = {"stimulus.amplitude": currents}
        return lo.simulate(cell, lo.Step(), duration=duration, over=over, record=record, **options)

    sweep(1.0)

    def run() -> dict[str, object]:
        found = sweep(job["duration"])
        counts = found.spike_count.values
        answer = {"counts": [counts.sum()] if spread else counts, "failed": int((found.status.values != 0).sum())}
        if job["want"] == "spikes":
            answer["spikes"] = lambda: [times[np.isfinite(times)] for times in found.spike_times.values]
        return answer

    return run


def first() -> None:
    """The shortest way to a trace."""
    import loligo as lo

    print(float(lo.simulate(lo.cells.squid(), lo.Step(10), duration=50).V.max()))


if __name__ == "__main__":
    serve(prepare, first, ("loligo", "numba", "numpy"))
