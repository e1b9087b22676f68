"""Who takes part: each contender's script, environment, settings to try, and what it is best at."""

from __future__ import annotations

from dataclasses import dataclass, field

# Steps, ms: each divides 500 ms; about 1.25 apart, as far as that goes.
STEPS = [
    0.1, 0.08, 0.0625, 0.05, 0.04, 0.032, 0.025, 0.02, 0.016, 0.0125, 0.01, 0.008, 0.00625, 0.005, 0.004, 0.003125,
    0.0025, 0.002, 0.0016, 0.00125, 0.001, 0.0008, 0.000625, 0.0005, 0.0004, 0.0003125, 0.00025, 0.0002, 0.00016,
    0.000125, 0.0001,
]  # fmt: skip
TRACE_STEPS = [0.025 / k for k in (1, 2, 4, 5, 8, 10, 16, 20, 25, 32, 40, 50, 64, 80, 100, 160, 200)]
DIGITS = (5, 4, 3.2, 2.5, 2, 1.6, 1.25, 1, 0.8, 0.63)
TOLERANCES = [float(f"{digit}e{power}") for power in range(-2, -11, -1) for digit in DIGITS]


@dataclass(frozen=True)
class Contender:
    """One way to run one package.

    Attributes
    ----------
    name : str
    peer : str
        Its script is ``on_PEER.py``; the word that ``--peers`` understands.
    setting : "step" or "tolerance"
    hints : (float, float)
        Where the search for the loosest setting begins, for 0.05 and 0.005 ms.
    best : int
        Number of neurons from which on it is at its best.
    job : dict
        Options of its script.
    traces : bool
        Whether it takes part in the workload of one neuron.
    note : str
        What it keeps of a sweep.
    """

    name: str
    peer: str
    setting: str
    hints: tuple[float, float]
    best: int = 1000
    job: dict[str, object] = field(default_factory=dict)
    traces: bool = True
    note: str = "spike counts"

    @property
    def ladder(self) -> list[float]:
        """The settings to try on a sweep, the loosest first."""
        return STEPS if self.setting == "step" else TOLERANCES

    @property
    def trace_ladder(self) -> list[float]:
        """The settings to try on one neuron; V comes every 0.025 ms, so that steps must divide it."""
        return TRACE_STEPS if self.setting == "step" else TOLERANCES


PACKAGES: dict[str, tuple[str, ...]] = {
    "neuron": ("neuron",),
    "arbor": ("arbor",),
    "brian2": ("brian2", "numpy<2.4", "setuptools"),
    "jaxley": ("jaxley",),
    "numbalsoda": ("numbalsoda", "numba", "scipy"),
    "diffrax": ("diffrax",),
    "myokit": ("myokit", "setuptools"),
}
"""What `pip` installs for each peer, in an environment of its own. Brian2 2.9 does not run with NumPy 2.4."""

OWN = {"core": True, "mechanism": "own"}
DOUBLE, SINGLE = {"method": "auto", "precision": "double"}, {"method": "auto", "precision": "single"}

CONTENDERS = [
    Contender("Loligo", "loligo", "tolerance", (1e-4, 1e-5), job=DOUBLE, note="spike times"),
    Contender("Loligo, rk4", "loligo", "step", (0.08, 0.05), job=DOUBLE | {"method": "rk4"}, note="spike times"),
    Contender("Loligo, single", "loligo", "tolerance", (1e-4, 1e-5), job=SINGLE, traces=False, note="spike times"),
    Contender(
        "Loligo, single, rk4", "loligo", "step", (0.08, 0.05), job=SINGLE | {"method": "rk4"}, traces=False,
        note="spike times",
    ),
    Contender("NEURON", "neuron", "step", (0.016, 0.005), 100, note="spike times, on the grid"),
    Contender("NEURON, CVODE", "neuron", "tolerance", (1e-3, 1e-5), 20, {"adaptive": True}, note="spike times"),
    Contender("CoreNEURON", "neuron", "step", (0.016, 0.005), job={"core": True}, note="spike times, on the grid"),
    Contender("CoreNEURON, own mod file", "neuron", "step", (0.016, 0.005), job=OWN, note="spike times, on the grid"),
    Contender("Arbor", "arbor", "step", (0.0004, 0.0001), 100, note="spike times"),
    Contender("Brian2, rk4", "brian2", "step", (0.08, 0.08), note="spike times, on the grid"),
    Contender("Jaxley, float64", "jaxley", "step", (0.016, 0.005), job={"precision": "double"}),
    Contender("Jaxley, float32", "jaxley", "step", (0.016, 0.003125), job={"precision": "single"}),
    Contender("numbalsoda, dop853", "numbalsoda", "tolerance", (1e-4, 1e-5), 20),
    Contender("diffrax, Tsit5", "diffrax", "tolerance", (1e-4, 1e-5), note="V at the end"),
    Contender("Myokit, CVODES", "myokit", "tolerance", (1e-5, 3e-7), 20, note="spike times"),
]  # fmt: skip
BASE = CONTENDERS[0]
