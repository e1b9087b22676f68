"""What can be written after ``loligo experiment``."""

from __future__ import annotations

from .parser import Parser
from .words import CELL, number, rig, setting, whole

EXAMPLES = """
examples:
  loligo experiment threshold squid --duration 0.5 --plot t.png
  loligo experiment refractory_period --freeze Na.h
  loligo experiment firing_rate --over 2:50:25 --json
  loligo experiment dose_response --channel Na
  loligo experiment current_voltage --amplifier series_resistance=5,area=1257 --plot iv.png
  loligo experiment compare squid --experiment refractory_period --what-if "n twice as slow: slow K.n 2" --plot n.png
  loligo experiment velocity_vs_temperature squid --diameter 476 --over 0:36:13 --plot heat.png
  loligo experiment safety_factor frankenhaeuser_huxley_1964 --nodes 21 --diameter 14
  loligo experiment recover_rates --noise 5 --plot rates.png
  loligo experiment recover_rates records.csv --set Na.g=120 --set Na.E=50 --set K.g=36 --set K.E=-77
"""


NUMBERS = {
    "duration": ("MS", "of the pulse, step or run, ms"),
    "amplitude": ("I", "of the stimulus, µA/cm² (or mV)"),
    "first": ("I", "size of the first pulse"),
    "window": ("MS", "how long to wait for a spike, ms"),
    "hold": ("MV", "holding potential, mV"),
    "noise": ("I", "standard deviation of each sample, µA/cm²"),
    "pulse": ("MV", "potential of the pulses of a voltage clamp, mV"),
    "pulse_duration": ("MS", "of these pulses, ms"),
    "start": ("MV", "potential at the beginning of a ramp, mV"),
    "stop": ("MV", "potential at its end, mV"),
    "current": ("I", "constant current, µA/cm²"),
    "longest": ("MS", "the longest ramp, ms"),
    "tolerance": ("X", "relative width of the bracket around an answer (1e-6)"),
    "dt": ("MS", "step of runs of a fibre, ms (0.01)"),
    "kick": ("MV", "depolarisation of the space-clamped membrane, mV (15)"),
    "strength": ("X", "of the second pulse, relative to the first (1)"),
    "at": ("UM", "place on the fibre, µm from its left end"),
    "spike_threshold": ("MV", "V that counts as a spike (the cell's own)"),
}
"""Numbers that experiments take, each some of them: unit and meaning."""


def experiment(parser: Parser) -> None:
    """Options of ``loligo experiment``."""
    parser.description = "Ask a question of a cell and print the answer; without a name, list the questions."
    parser.epilog = EXAMPLES
    add = parser.add_argument
    add("name", nargs="?", metavar="NAME", help="which; `loligo experiment` lists them")
    add("cell", nargs="?", default="squid", metavar="CELL", help=CELL)
    add = parser.add_argument_group("the cell").add_argument
    add(
        "--set",
        type=setting,
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="another value, or formula: Na.g=60",
    )
    add("--celsius", type=number, metavar="C", help="temperature, °C (the cell's own)")
    text = "block this part of a channel: Na=0.5; may be repeated"
    add("--block", type=setting, action="append", default=[], metavar="CHANNEL=PART", help=text)
    add("--freeze", action="append", default=[], metavar="GATE", help="a gate stuck at rest: Na.h; may be repeated")
    text = (
        'also do it on a changed cell, "NAME: CHANGE, CHANGE"; changes are block, freeze, slow, speed, instant, shift, '
        "replace_ion, set; may be repeated"
    )
    add("--what-if", action="append", default=[], metavar="TEXT", help=text)
    add("--experiment", metavar="NAME", help="what `compare` does on each cell (threshold)")
    add = parser.add_argument_group("the fibre, for questions about one").add_argument
    add("--length", type=number, default=None, metavar="UM", help="µm (50000)")
    add("--diameter", type=number, default=None, metavar="UM", help="µm (476; myelinated 14)")
    add("--resistivity", type=number, default=None, metavar="R", help="of the core, Ω·cm (35.4; myelinated 110)")
    add("--n", type=whole, default=None, metavar="N", help="compartments (by the length constant at 1 kHz)")
    add("--nodes", type=whole, default=None, metavar="N", help="a myelinated fibre of so many nodes")
    add("--distance", type=number, metavar="UM", help="of an electrode outside, from the axis, µm")
    add("--anode", action="store_true", help="the electrode outside is an anode")
    add = parser.add_argument_group("the experiment (each takes some of these)").add_argument
    for name, (unit, text) in NUMBERS.items():
        add(f"--{name.replace('_', '-')}", type=number, metavar=unit, help=text)
    add("--channel", metavar="NAME", help="the channel in question: Na")
    for name in ("sodium", "potassium"):
        add(f"--{name}", metavar="NAME", help=f"the channel that carries {name}, for energy")
    text = "the clamp's amplifier: series_resistance=5,area=1257,compensation=80; MΩ, µm², per cent (ideal)"
    add("--amplifier", type=rig, metavar="NAME=VALUE,...", help=text)
    text = "the durations, intervals, currents, voltages, ... at which it is done: LOW:HIGH:COUNT, or 5,10,15"
    add("--over", metavar="VALUES", help=text)
    add = parser.add_argument_group("what comes out").add_argument
    add("--json", action="store_true", help="one JSON document")
    add("--plot", metavar="FILE", help="write a picture: .png, .pdf, .svg")
