"""Loligo: a laboratory for excitable membranes.

Write down conductances, get the whole behaviour of the cell. Names are resolved when they are first used, so that
``import loligo`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._version import __version__

_MODULE_OF = {
    **dict.fromkeys(
        [
            "V",
            "exp",
            "exprel",
            "log",
            "log10",
            "sqrt",
            "tanh",
            "cosh",
            "sinh",
            "minimum",
            "maximum",
            "where",
            "nernst",
            "ghk",
            "absolute",
            "parse",
            "shifted",
            "symbol",
            "symbols",
        ],
        "model.expression",
    ),
    "Parameter": "model.parameter",
    "Gate": "model.gate",
    "Activation": "model.activation",
    "Channel": "model.channel",
    "Scheme": "model.scheme",
    "Pool": "model.pool",
    "Compartment": "model.compartment",
    "Cell": "model.cell",
    "Cable": "model.cable",
    "PointElectrode": "model.electrode",
    "Section": "model.section",
    "Tree": "model.tree",
    "Myelinated": "model.myelinated",
    "Fact": "model.fact",
    "Trial": "model.fact",
    "verify": "verify",
    **dict.fromkeys(["Step", "Pulses", "Ramp"], "model.stimulus"),
    **dict.fromkeys(["Sine", "Chirp"], "model.oscillation"),
    "Noise": "model.noise",
    "Waveform": "model.recorded",
    **dict.fromkeys(["VoltageClamp", "VoltageSteps"], "model.clamp"),
    "Amplifier": "model.amplifier",
    "SwitchedClamp": "model.switched",
    "DynamicClamp": "model.dynamic",
    "load": "model.files",
    "load_mod": "formats",
    "System": "system",
    "simulate": "simulation",
    **dict.fromkeys(
        ["Recorder", "Quantity", "Spikes", "Rate", "Intervals", "Peak", "Trough", "Mean", "Final", "Trace"],
        "simulation.recorders",
    ),
    "resting_states": "simulation",
    "conduction_velocity": "experiments.fibres.velocity",
    "plot": "plot",
    "animate": "plot.animation",
    **dict.fromkeys(["LoligoError", "FormulaError", "PathError", "UnitError", "ImmutableError"], "errors"),
    "CompositionError": "errors",
    **dict.fromkeys(["SimulationError", "LoligoWarning"], "errors"),
}
_MODULES = {"cells", "channels", "experiments", "formats", "dynamics", "lab", "papers"}

__all__ = ["__version__", "cells", "channels", "dynamics", "experiments", "formats", "lab", "papers", *_MODULE_OF]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    if name in _MODULE_OF:
        value = getattr(importlib.import_module(f".{_MODULE_OF[name]}", __name__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'loligo' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)


if TYPE_CHECKING:
    from . import (
        cells as cells,
    )
    from . import (
        channels as channels,
    )
    from . import (
        dynamics as dynamics,
    )
    from . import (
        experiments as experiments,
    )
    from . import (
        formats as formats,
    )
    from . import (
        papers as papers,
    )
    from .errors import (
        CompositionError as CompositionError,
    )
    from .errors import (
        FormulaError as FormulaError,
    )
    from .errors import (
        ImmutableError as ImmutableError,
    )
    from .errors import (
        LoligoError as LoligoError,
    )
    from .errors import (
        LoligoWarning as LoligoWarning,
    )
    from .errors import (
        PathError as PathError,
    )
    from .errors import (
        SimulationError as SimulationError,
    )
    from .errors import (
        UnitError as UnitError,
    )
    from .experiments.fibres.velocity import (
        conduction_velocity as conduction_velocity,
    )
    from .formats import (
        load_mod as load_mod,
    )
    from .model.activation import (
        Activation as Activation,
    )
    from .model.amplifier import (
        Amplifier as Amplifier,
    )
    from .model.cable import (
        Cable as Cable,
    )
    from .model.cell import (
        Cell as Cell,
    )
    from .model.channel import (
        Channel as Channel,
    )
    from .model.clamp import (
        VoltageClamp as VoltageClamp,
    )
    from .model.clamp import (
        VoltageSteps as VoltageSteps,
    )
    from .model.compartment import (
        Compartment as Compartment,
    )
    from .model.dynamic import (
        DynamicClamp as DynamicClamp,
    )
    from .model.electrode import (
        PointElectrode as PointElectrode,
    )
    from .model.expression import (
        V as V,
    )
    from .model.expression import (
        absolute as absolute,
    )
    from .model.expression import (
        cosh as cosh,
    )
    from .model.expression import (
        exp as exp,
    )
    from .model.expression import (
        exprel as exprel,
    )
    from .model.expression import (
        ghk as ghk,
    )
    from .model.expression import (
        log as log,
    )
    from .model.expression import (
        log10 as log10,
    )
    from .model.expression import (
        maximum as maximum,
    )
    from .model.expression import (
        minimum as minimum,
    )
    from .model.expression import (
        nernst as nernst,
    )
    from .model.expression import (
        parse as parse,
    )
    from .model.expression import (
        shifted as shifted,
    )
    from .model.expression import (
        sinh as sinh,
    )
    from .model.expression import (
        sqrt as sqrt,
    )
    from .model.expression import (
        symbol as symbol,
    )
    from .model.expression import (
        symbols as symbols,
    )
    from .model.expression import (
        tanh as tanh,
    )
    from .model.expression import (
        where as where,
    )
    from .model.fact import (
        Fact as Fact,
    )
    from .model.fact import (
        Trial as Trial,
    )
    from .model.files import (
        load as load,
    )
    from .model.gate import (
        Gate as Gate,
    )
    from .model.myelinated import (
        Myelinated as Myelinated,
    )
    from .model.noise import (
        Noise as Noise,
    )
    from .model.oscillation import (
        Chirp as Chirp,
    )
    from .model.oscillation import (
        Sine as Sine,
    )
    from .model.parameter import (
        Parameter as Parameter,
    )
    from .model.pool import (
        Pool as Pool,
    )
    from .model.recorded import (
        Waveform as Waveform,
    )
    from .model.scheme import (
        Scheme as Scheme,
    )
    from .model.section import (
        Section as Section,
    )
    from .model.stimulus import (
        Pulses as Pulses,
    )
    from .model.stimulus import (
        Ramp as Ramp,
    )
    from .model.stimulus import (
        Step as Step,
    )
    from .model.switched import (
        SwitchedClamp as SwitchedClamp,
    )
    from .model.tree import (
        Tree as Tree,
    )
    from .plot import (
        plot as plot,
    )
    from .plot.animation import (
        animate as animate,
    )
    from .simulation import (
        resting_states as resting_states,
    )
    from .simulation import (
        simulate as simulate,
    )
    from .system import (
        System as System,
    )
    from .verify import (
        verify as verify,
    )
