"""Synaptic conductances that open at given times of presynaptic spikes: ``channels.ampa(g=0.05, times=[20, 25])``.

AMPA, NMDA, GABA-A: Brunel N, Wang XJ (2001) Effects of neuromodulation in a cortical network model of object working
memory dominated by recurrent inhibition. J Comput Neurosci 11:63-85. doi:10.1023/A:1011204814320, with the magnesium
block of Jahr CE, Stevens CF (1990) J Neurosci 10:3178-3182. Their conductances, of single connections onto a pyramidal
cell, are divided by its membrane of 0.5 nF at 1 µF/cm². The alpha function: Rall W (1967) Distinguishing theoretical
synaptic potentials computed for different soma-dendritic distributions of synaptic input. J Neurophysiol 30:1138-1168.
doi:10.1152/jn.1967.30.5.1138. The dual exponential: Wilson MA, Bower JM (1992) Cortical oscillations and temporal
interactions in a computer simulation of piriform cortex. J Neurophysiol 67:981-995. doi:10.1152/jn.1992.67.4.981.

The alpha function and the dual exponential are normalised to a peak of 1, so that g is the greatest conductance one
spike opens. Both are chains: r jumps and decays, and fills s. With q = tau / tau_rise, r fills s at the rate
q^(1 / (q - 1)) / tau_rise, which is e / tau where the two are the same.
"""

from __future__ import annotations

from ..model.activation import Activation
from ..model.channel import Channel
from ..model.expression import V, exp, symbols
from ..model.gate import Gate
from ..model.parameter import Parameter
from .library import entry

SOURCE = "Brunel & Wang 2001, J Comput Neurosci 11:63-85"
DOI = "10.1023/A:1011204814320"
PREPARATION = "model of prefrontal cortex; constants as given"

tau, tau_rise, alpha, Mg, r, s = symbols("tau tau_rise alpha Mg r s")


def _ms(value: float, what: str) -> Parameter:
    return Parameter(value, "ms", (1e-3, 1e5), what)


@entry("synaptic")
def ampa_brunel_wang() -> Channel:
    """AMPA receptor: opens at once, closes exponentially."""
    return Channel(
        "AMPA", g=0.0042, E=0, source=SOURCE, doi=DOI, preparation=PREPARATION, description="AMPA receptor",
        tau=_ms(2.0, "decay"), s=Activation(tau=tau, jump=1),
    )  # fmt: skip


@entry("synaptic")
def gaba_a_brunel_wang() -> Channel:
    """GABA-A receptor: opens at once, closes exponentially."""
    return Channel(
        "GABAA", g=0.0026, E=-70, source=SOURCE, doi=DOI, preparation=PREPARATION, description="GABA-A receptor",
        tau=_ms(10.0, "decay"), s=Activation(tau=tau, jump=1),
    )  # fmt: skip


@entry("synaptic")
def nmda_brunel_wang() -> Channel:
    """NMDA receptor: rises, saturates, decays slowly; magnesium blocks it near rest."""
    return Channel(
        "NMDA", g=0.00033, E=0, source=SOURCE, doi=DOI, preparation=PREPARATION, description="NMDA receptor",
        Mg=Parameter(1.0, "mM", (0, 100), "magnesium outside"), tau=_ms(100.0, "decay"), tau_rise=_ms(2.0, "rise"),
        alpha=Parameter(0.5, "1/ms", (0, 1e3), "rate of opening"),
        B=Gate(1, inf=1 / (1 + Mg * exp(-0.062 * V) / 3.57)),
        r=Activation(0, tau=tau_rise, jump=1), s=Activation(tau=tau, drive=alpha * r * (1 - s)),
    )  # fmt: skip


@entry("synaptic")
def alpha_rall() -> Channel:
    """Any synapse whose conductance follows an alpha function, g (t / tau) exp(1 - t / tau)."""
    return Channel(
        "syn", g=0.01, E=0, source="Rall 1967, J Neurophysiol 30:1138-1168", doi="10.1152/jn.1967.30.5.1138",
        preparation="motoneurons of the cat, in theory", description="synapse with an alpha function",
        tau=_ms(1.0, "time of the peak"),
        r=Activation(0, tau=tau, jump=1), s=Activation(tau=tau, drive=exp(1) * r / tau),
    )  # fmt: skip


@entry("synaptic")
def dual_exponential_wilson_bower() -> Channel:
    """Any synapse whose conductance is a difference of two exponentials; the constants are those of a fast one."""
    q = tau / tau_rise
    return Channel(
        "syn", g=0.01, E=0, source="Wilson & Bower 1992, J Neurophysiol 67:981-995",
        doi="10.1152/jn.1992.67.4.981", preparation="piriform cortex; constants chosen, give your own",
        description="synapse with two time constants, which differ", tau=_ms(2.0, "decay"),
        tau_rise=_ms(0.5, "rise"), r=Activation(0, tau=tau_rise, jump=1),
        s=Activation(tau=tau, drive=q ** (1 / (q - 1)) * r / tau_rise),
    )  # fmt: skip
