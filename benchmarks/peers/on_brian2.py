"""Brian2 in its C++ standalone mode: classical Runge-Kutta (rk4), one binary for each job.

The rates are written as x/(1-exp(-x)), which the compiler can vectorise, although it is 0/0 at V = -40 and -55 mV.
Spikes lie on the grid of the steps; accurate ones come from V recorded at every step. The time is what the binary
itself reports for its loop, without loading and saving.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from serve import EVERY, Job, Run, crossings, peak_memory, serve

EQUATIONS = """
dv/dt = (current - 120*m*m*m*h*(v - 50) - 36*n*n*n*n*(v + 77) - 0.3*(v + 54.387))/ms : 1
dm/dt = (0.1*(v + 40)/(1 - exp(-(v + 40)/10))*(1 - m) - 4*exp(-(v + 65)/18)*m)/ms : 1
dh/dt = (0.07*exp(-(v + 65)/20)*(1 - h) - h/(1 + exp(-(v + 35)/10)))/ms : 1
dn/dt = (0.01*(v + 55)/(1 - exp(-(v + 55)/10))*(1 - n) - 0.125*exp(-(v + 65)/80)*n)/ms : 1
current : 1 (constant)
"""


def build(job: Job, folder: str) -> tuple[object, object]:
    """Write and compile the C++ of a job; the device and its monitor."""
    import brian2 as b

    b.prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-march=native", "-ffast-math", "-std=c++14"]
    b.device.reinit()
    b.device.activate()
    b.set_device("cpp_standalone", build_on_run=False, directory=folder)
    b.defaultclock.dt = job["setting"] * b.ms
    cells = b.NeuronGroup(
        len(job["currents"]), EQUATIONS, method="rk4", threshold="v > 0", refractory="v > 0", name="cells"
    )
    for name, value in zip("vmhn", job["start"], strict=True):
        setattr(cells, name, value)
    cells.current = job["currents"]
    if job["want"] == "count":
        monitor = b.SpikeMonitor(cells, name="monitor")
    else:
        every = EVERY if job["want"] == "trace" else job["setting"]
        monitor = b.StateMonitor(cells, "v", record=True, dt=every * b.ms, name="monitor")
    network = b.Network(cells, monitor)
    network.run(job["duration"] * b.ms)
    b.device.build(directory=folder, compile=True, run=False)
    return b.get_device(), monitor


def execute(folder: str) -> float:
    """Run the binary; the most memory it held, MB."""
    process = subprocess.Popen(["./main"], cwd=folder, stdout=subprocess.DEVNULL)
    memory = 0.0
    while process.poll() is None:
        memory = max(memory, peak_memory(process.pid))
        time.sleep(0.01)
    if process.returncode:
        raise RuntimeError(f"the binary ended with status {process.returncode}")
    return memory


def prepare(job: Job) -> Run:
    """Compile the job; the run executes it."""
    prepare.folder = folder = _fresh(getattr(prepare, "folder", None))  # type: ignore[attr-defined]
    device, monitor = build(job, folder)

    def run() -> dict[str, object]:
        memory = execute(folder)
        device.has_been_run = True
        seconds = float(Path(folder, "results", "last_run_info.txt").read_text().split()[0])
        found: dict[str, object] = {"seconds": seconds, "child_memory": memory}
        if job["want"] == "count":
            return found | {"counts": lambda: monitor.count[:]}
        every = EVERY if job["want"] == "trace" else job["setting"]
        return found | {"spikes": lambda: crossings(monitor.v, every)}

    return run


def _fresh(old: str | None) -> str:
    """An empty folder, in place of the last one."""
    if old:
        shutil.rmtree(old, ignore_errors=True)
    return tempfile.mkdtemp(prefix="brian2-")


def first() -> None:
    """The shortest way to a trace."""
    with tempfile.TemporaryDirectory(prefix="brian2-") as folder:
        job = {"currents": [10], "setting": 0.025, "duration": 50, "start": [-65, 0.053, 0.596, 0.318], "want": "trace"}
        device, monitor = build(job, folder)
        device.run(folder, with_output=False, run_args=[])
        print(monitor.v[0].max())


if __name__ == "__main__":
    serve(prepare, first, ("brian2", "numpy"))
    if hasattr(prepare, "folder"):
        shutil.rmtree(prepare.folder, ignore_errors=True)
