"""What can be written after ``loligo axon``."""

from __future__ import annotations

from .parser import Parser
from .words import CELL, number, over, setting, whole

EXAMPLES = """
The velocity is that of the steady wave, with its error, from two runs on finer and finer grids. The exit code is 0, or
1 if no impulse travels, or 2 if what was asked for makes no sense.

examples:
  loligo axon squid --length 50000 --diameter 476 --celsius 18.5 --plot wave.png
  loligo axon squid --celsius 6.3 --duration 8 --animate wave.gif
  loligo axon squid --set Na.g=60 --json | jq .velocity
  loligo axon --over diameter=100:1000:19 --plot velocity.png
  loligo axon pospischil_2008_rs --swc cell.swc --at "dendrite.0(0.5)" --plot cell.png
"""


def axon(parser: Parser) -> None:
    """Options of ``loligo axon``."""
    parser.description = "Stimulate a fibre at its left end, and time the impulse that travels along it."
    parser.epilog = EXAMPLES
    add = parser.add_argument
    add("cell", nargs="?", default="squid", metavar="CELL", help=CELL)
    add = parser.add_argument_group("the fibre").add_argument
    add("--length", type=number, metavar="UM", help="µm (50000)")
    add("--diameter", type=number, metavar="UM", help="µm (476)")
    add("--resistivity", type=number, metavar="R", help="of the core, Ω·cm (35.4; with --swc 100)")
    add("--n", type=whole, metavar="N", help="compartments (by the length constant at 1 kHz)")
    add("--swc", metavar="FILE", help="a neuron with its branches instead; `loligo tree` has more options for it")
    text = "another value, or formula, for a parameter: Na.g=60; may be repeated"
    add("--set", type=setting, action="append", default=[], metavar="PATH=VALUE", help=text)
    add("--celsius", type=number, metavar="C", help="temperature, °C (the cell's own)")
    add = parser.add_argument_group("what is done to it").add_argument
    add("--step", type=number, metavar="NA", help="current, nA (20000 for 476 µm, by the power 3/2 of the diameter)")
    add("--stop", type=number, metavar="MS", help="its duration (0.5)")
    add("--at", metavar="PLACE", help="where, µm from the left end (0); with --swc a place: soma, dendrite.3(0.5)")
    add("--duration", type=number, default=8.0, metavar="MS", help="of the run (8)")
    add = parser.add_argument_group("what varies").add_argument
    text = "a velocity for each value: of the fibre (diameter, length, Ra), the cell, the stimulus; may be repeated"
    add("--over", type=over, action="append", default=[], metavar="PATH=VALUES", help=text)
    add = parser.add_argument_group("how it is computed").add_argument
    add("--dt", type=number, metavar="MS", help="step (0.01)")
    add("--every", type=number, default=0.025, metavar="MS", help="interval of the samples (0.025)")
    add = parser.add_argument_group("what comes out").add_argument
    add("--json", action="store_true", help="one JSON document instead of the summary")
    add("--plot", metavar="FILE", help="V(x, t) as a picture: .png, .pdf, .svg")
    add("--animate", metavar="FILE", help="V(x) as it moves: .gif, .html, .mp4")
    add("--save", metavar="FILE", help="write V(x, t) and arrival times to FILE.nc (netCDF) or FILE.zarr")
