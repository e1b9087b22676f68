"""NEURON and CoreNEURON: one-compartment cells with the squid's channels, Crank-Nicolson staggered (secondorder 2).

The mechanism is NEURON's own `hh` without its rate table, or, with ``"mechanism": "own"``, a file of ours that never
had one, which CoreNEURON can vectorise; `nrnivmodl -coreneuron` compiles it once, in a folder that the command names.
Spikes lie on the grid of the steps; accurate ones come from V recorded at every step.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from serve import EVERY, Job, Run, crossings, serve

MECHANISM = """
TITLE Hodgkin & Huxley 1952 without a rate table
NEURON {
    SUFFIX squid
    NONSPECIFIC_CURRENT i
    THREADSAFE
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER { gna = 0.12 (S/cm2)  gk = 0.036 (S/cm2)  gl = 0.0003 (S/cm2) }
ASSIGNED { v (mV)  i (mA/cm2) }
STATE { m h n }
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = gna*m*m*m*h*(v - 50) + gk*n*n*n*n*(v + 77) + gl*(v + 54.387)
}
INITIAL {
    m = am(v)/(am(v) + bm(v))
    h = ah(v)/(ah(v) + bh(v))
    n = an(v)/(an(v) + bn(v))
}
DERIVATIVE states {
    m' = am(v)*(1 - m) - bm(v)*m
    h' = ah(v)*(1 - h) - bh(v)*h
    n' = an(v)*(1 - n) - bn(v)*n
}
UNITSOFF
FUNCTION am(v) { am = 0.1*(v + 40.0000001)/(1 - exp(-(v + 40.0000001)/10)) }
FUNCTION bm(v) { bm = 4*exp(-(v + 65)/18) }
FUNCTION ah(v) { ah = 0.07*exp(-(v + 65)/20) }
FUNCTION bh(v) { bh = 1/(1 + exp(-(v + 35)/10)) }
FUNCTION an(v) { an = 0.01*(v + 55.0000001)/(1 - exp(-(v + 55.0000001)/10)) }
FUNCTION bn(v) { bn = 0.125*exp(-(v + 65)/80) }
UNITSON
"""


def compiled(folder: Path) -> Path:
    """The folder with our mechanism compiled for NEURON and CoreNEURON."""
    source, library = folder / "squid.mod", folder / "x86_64"
    if not source.exists() or source.read_text() != MECHANISM or not list(folder.glob("*/libcorenrnmech*")):
        folder.mkdir(parents=True, exist_ok=True)
        source.write_text(MECHANISM)
        tool = Path(sys.executable).with_name("nrnivmodl")
        flags = "-O3 -march=native -ffast-math"
        build = subprocess.run(
            [str(tool), "-coreneuron", "-incflags", flags, "."],
            cwd=folder,
            env=os.environ | {"CXXFLAGS": flags, "PATH": f"{tool.parent}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
        )
        if build.returncode:
            raise RuntimeError(f"nrnivmodl failed: {(build.stdout + build.stderr).strip().splitlines()[-1]}")
    return library.parent


def cells(h: object, job: Job) -> tuple[list[object], list[object]]:
    """A section for each current, 100 µm² large, and its electrode."""
    sections, electrodes = [], []
    own = job.get("mechanism") == "own"
    for current in job["currents"]:
        section = h.Section()
        section.L = section.diam = (100 / 3.141592653589793) ** 0.5
        section.nseg, section.cm = 1, 1
        if own:
            section.insert("squid")
        else:
            section.insert("hh")
            section.ena, section.ek, section.el_hh = 50, -77, -54.387
        electrode = h.IClamp(section(0.5))
        electrode.delay, electrode.dur, electrode.amp = 0, 1e9, current * 100e-5
        sections.append(section)
        electrodes.append(electrode)
    return sections, electrodes


def prepare(job: Job) -> Run:
    """Build the cells; the run initialises and solves them."""
    if job.get("mechanism") == "own":
        os.chdir(compiled(Path(job["folder"])))  # NEURON loads what was compiled in the folder where it starts
    from neuron import coreneuron, h

    core = job.get("core", False)
    h.load_file("stdrun.hoc")
    h.celsius, h.secondorder = 6.3, 2
    if job.get("mechanism") != "own":
        h.usetable_hh = 0
    context = h.ParallelContext()
    sections, electrodes = cells(h, job)
    solver = h.CVode()
    solver.active(0)
    if job.get("adaptive"):
        solver.active(1)
        solver.use_local_dt(1 if len(sections) > 1 else 0)
        solver.atol(job["setting"])
        solver.rtol(0)
        solver.condition_order(2)
    else:
        h.dt = job["setting"]
    times, ids, keep = h.Vector(), h.Vector(), []
    voltages: list[object] = []
    if job["want"] != "count":
        # an adaptive run gives V at these times by itself, and stays on its own steps
        every = EVERY if job.get("adaptive") else job["setting"]
        interval = () if core else (every,)  # CoreNEURON records at every step and at nothing else
        voltages = [h.Vector().record(section(0.5)._ref_v, *interval) for section in sections]
    context.gid_clear()
    for i, section in enumerate(sections):
        detector = h.NetCon(section(0.5)._ref_v, None, sec=section)
        detector.threshold = 0
        if job["want"] == "count":
            context.set_gid2node(i, 0)
            context.cell(i, detector)
            context.spike_record(i, times, ids)
        keep.append(detector)
    if core:
        coreneuron.enable, coreneuron.verbose, coreneuron.cell_permute = True, 0, 0
        if job["want"] != "count":
            for i, detector in enumerate(keep):
                context.set_gid2node(i, 0)
                context.cell(i, detector)
    context.set_maxstep(10)

    def solve(until: float) -> float:
        h.finitialize(job["start"][0])
        began = time.perf_counter()
        context.psolve(until)
        return time.perf_counter() - began

    def run() -> dict[str, object]:
        # CoreNEURON hands all cells over at every call; what a single step takes is not counted
        hand_over = solve(job["setting"]) if core else 0.0
        if core:
            times.resize(0), ids.resize(0)
        seconds = solve(job["duration"]) - hand_over
        if job["want"] == "count":
            import numpy as np

            fired = np.bincount(np.array(ids, dtype=int), minlength=len(sections))
            return {"seconds": seconds, "counts": fired, "keep": len(electrodes)}
        every = EVERY if job.get("adaptive") else job["setting"]
        return {"seconds": seconds, "spikes": lambda: crossings([np_of(v) for v in voltages], every)}

    return run


def np_of(vector: object) -> object:
    """A NEURON vector as an array."""
    return vector.as_numpy()


def first() -> None:
    """The shortest way to a trace."""
    from neuron import h

    h.load_file("stdrun.hoc")
    sections, electrodes = cells(h, {"currents": [10]})
    v = h.Vector().record(sections[0](0.5)._ref_v)
    h.celsius, h.dt = 6.3, 0.025
    h.finitialize(-65)
    h.continuerun(50)
    print(max(v), len(electrodes))


if __name__ == "__main__":
    serve(prepare, first, ("neuron",))
