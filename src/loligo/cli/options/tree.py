"""What can be written after ``loligo tree``."""

from __future__ import annotations

from .parser import Parser
from .words import CELL, number, setting

EXAMPLES = """
examples:
  loligo tree cell.swc --celsius 18.5 --step 3 --plot cell.png
  loligo tree cell.swc --cell pospischil_2008_rs --region axon=squid --at "apical.0(1)"
  loligo tree cell.swc --where soma --where "apical.3(1)" --save cell.nc --json
"""


def _region(text: str) -> tuple[str, str]:
    return setting(text, "dendrite=my_cell.toml")


def tree(parser: Parser) -> None:
    """Options of ``loligo tree``."""
    parser.description = "Simulate a neuron with its branches, from an SWC file, and draw how the impulse spreads."
    parser.epilog = EXAMPLES
    add = parser.add_argument
    add("file", metavar="FILE.swc", help="the neuron")
    add = parser.add_argument_group("the neuron").add_argument
    add("--cell", default="squid", metavar="CELL", help=f"the membrane: {CELL}")
    text = "another membrane in a region (soma, axon, dendrite, apical): dendrite=my_cell.toml; may be repeated"
    add("--region", type=_region, action="append", default=[], metavar="REGION=CELL", help=text)
    text = "another value, or formula, for a parameter of the membrane: Na.g=60; may be repeated"
    add("--set", type=setting, action="append", default=[], metavar="PATH=VALUE", help=text)
    add("--celsius", type=number, metavar="C", help="temperature, °C (the cell's own)")
    add("--resistivity", type=number, default=100.0, metavar="R", help="of the core, Ω·cm (100)")
    add("--soma", default="auto", metavar="KIND", help="what its points mean: auto, sphere, contour, cylinders (auto)")
    add("--dx", type=number, metavar="UM", help="length of a compartment, µm (a tenth of the length constant at 1 kHz)")
    add = parser.add_argument_group("what is done to it").add_argument
    add("--step", type=number, default=1.0, metavar="I", help="a step of current, nA (1)")
    add("--start", type=number, default=1.0, metavar="MS", help="beginning of the step (1)")
    add("--stop", type=number, default=2.0, metavar="MS", help="its end (2)")
    add("--at", metavar="PLACE", help="where: soma, or dendrite.3(0.5) (the middle of the root)")
    add("--duration", type=number, default=10.0, metavar="MS", help="of the run (10)")
    add("--dt", type=number, metavar="MS", help="step of the solver (0.01)")
    add = parser.add_argument_group("what comes out").add_argument
    text = "record V here instead of everywhere; may be repeated"
    add("--where", action="append", metavar="PLACE", help=text)
    add("--every", type=number, default=0.025, metavar="MS", help="interval of the samples (0.025)")
    add("--plot", metavar="FILE", help="write the picture here: .png, .pdf, .svg")
    add("--save", metavar="FILE", help="keep the result: .nc (netCDF), .zarr")
    add("--json", action="store_true", help="one JSON document instead of the summary")
