"""Arbor: one-compartment cable cells in large groups. Its only method is of first order; it interpolates its spikes."""

from __future__ import annotations

from serve import EVERY, Job, Run, crossings, serve

RADIUS = (100 / (4 * 3.141592653589793)) ** 0.5  # µm: a cylinder as long as it is wide, of 100 µm²


def recipe(currents: list[float], start: float, trace: bool) -> object:
    """The cells as Arbor asks for them."""
    import arbor as A
    from arbor import units as U

    tree = A.segment_tree()
    tree.append(A.mnpos, A.mpoint(-RADIUS, 0, 0, RADIUS), A.mpoint(RADIUS, 0, 0, RADIUS), tag=1)
    properties = A.neuron_cable_properties()
    properties.catalogue = A.default_catalogue()

    class Recipe(A.recipe):
        def num_cells(self) -> int:
            return len(currents)

        def cell_kind(self, gid: int) -> object:
            return A.cell_kind.cable

        def cell_description(self, gid: int) -> object:
            decor = (
                A.decor()
                .set_property(Vm=start * U.mV, cm=0.01 * U.F / U.m2, rL=35.4 * U.Ohm * U.cm, tempK=279.45 * U.Kelvin)
                .set_ion("na", int_con=10 * U.mM, ext_con=140 * U.mM, rev_pot=50 * U.mV)
                .set_ion("k", int_con=54.4 * U.mM, ext_con=2.5 * U.mM, rev_pot=-77 * U.mV)
                .paint("(all)", A.density("hh", {"gnabar": 0.12, "gkbar": 0.036, "gl": 0.0003, "el": -54.387}))
                .place("(location 0 0.5)", A.i_clamp(currents[gid] * 100e-5 * U.nA))
                .place("(location 0 0.5)", A.threshold_detector(0 * U.mV), "detector")
            )
            return A.cable_cell(tree, decor, discretization=A.cv_policy_single())

        def global_properties(self, kind: object) -> object:
            return properties

        def probes(self, gid: int) -> list[object]:
            return [A.cable_probe_membrane_voltage("(location 0 0.5)", "v")] if trace else []

    return Recipe()


def prepare(job: Job) -> Run:
    """Build a simulation; the run resets and solves it."""
    import arbor as A
    from arbor import units as U

    trace = job["want"] == "trace"
    cells = recipe(job["currents"], job["start"][0], trace)
    context = A.context(threads=1, gpu_id=None)
    hint = {A.cell_kind.cable: A.partition_hint(cpu_group_size=1000)}
    simulation = A.simulation(cells, context, A.partition_load_balance(cells, context, hint))
    simulation.record(A.spike_recording.local)
    handle = simulation.sample((0, "v"), A.regular_schedule(EVERY * U.ms)) if trace else None
    duration, dt = job["duration"] * U.ms, job["setting"] * U.ms

    def spikes() -> list[list[float]]:
        found: list[list[float]] = [[] for _ in job["currents"]]
        for (gid, _), time in simulation.spikes():
            found[gid].append(float(time))
        return found

    def run() -> dict[str, object]:
        simulation.reset()
        simulation.run(duration, dt)
        if handle is not None:
            v = simulation.samples(handle)[0][0][:, 1]
            return {"spikes": lambda: crossings(v, EVERY)}
        if job["want"] == "count":
            return {"counts": lambda: [len(times) for times in spikes()]}
        return {"spikes": spikes}

    return run


def first() -> None:
    """The shortest way to a trace."""
    import arbor as A
    from arbor import units as U

    simulation = A.simulation(recipe([10.0], -65.0, True))
    handle = simulation.sample((0, "v"), A.regular_schedule(EVERY * U.ms))
    simulation.run(50 * U.ms, 0.025 * U.ms)
    print(simulation.samples(handle)[0][0][:, 1].max())


if __name__ == "__main__":
    serve(prepare, first, ("arbor",))
