"""The sodium-potassium pump.

Kager H, Wadman WJ, Somjen GG (2000) Simulated seizures and spreading depression in a neuron model incorporating
interstitial space and ion concentrations. J Neurophysiol 84:495-512. doi:10.1152/jn.2000.84.1.495; half-activations
after Läuger (1991).
"""

from __future__ import annotations

from ..model.channel import Channel
from ..model.expression import symbols
from ..model.parameter import Parameter
from .library import entry

SOURCE = "Kager, Wadman & Somjen 2000, J Neurophysiol 84:495-512"
DOI = "10.1152/jn.2000.84.1.495"
PREPARATION = "a pyramidal cell of the hippocampus; rates as given"

Imax, K_half, Na_half, Ko, Nai = symbols("Imax K_half Na_half Ko Nai")


@entry("pump", Ko=3.5, Nai=10.0)
def nak_pump_kager() -> Channel:
    """Pump of three sodium ions out and two potassium ions in, by potassium outside and sodium inside."""
    return Channel(
        "pump", current=Imax * (1 + K_half / Ko) ** -2 * (1 + Na_half / Nai) ** -3, reads=("Ko", "Nai"),
        carries={"Nai": 3, "Ki": -2}, source=SOURCE, doi=DOI, preparation=PREPARATION,
        description="sodium-potassium pump", Imax=Parameter(10.0, "µA/cm²", (0, 1e6), "current at saturation"),
        K_half=Parameter(2.0, "mM", (0, 1e3), "half-activation by potassium outside"),
        Na_half=Parameter(7.7, "mM", (0, 1e3), "half-activation by sodium inside"),
    )  # fmt: skip
