"""What can be written after ``loligo run``."""

from __future__ import annotations

from .parser import Parser
from .words import CELL, how_computed, what_is_run

EXAMPLES = """
Without --json the summary is printed and a picture written to CELL.png; with it, neither. The exit code is 0, or 1
if the run blew up, or 2 if what was asked for makes no sense.

examples:
  loligo run
  loligo run --step 7 --stop 200 --duration 250 --celsius 18.5
  loligo run --set Na.g=60 --set "K.n.beta=0.1*exp(-(V + 65)/80)"
  loligo run --stimulus recorded.csv --save run.nc --plot run.pdf
  loligo run --clamp -65,0 --start 2 --stop 12 --duration 15
  loligo run --clamp -65,0 --amplifier series_resistance=5,area=1257,compensation=80
  loligo run --switch V:-65:5,V:-20:0.5,I:0:20,V:-65:5
  loligo run --virtual g=0.4,E=-80:20:35
  loligo run my_cell.toml --json | jq .spike_times
"""


def run(parser: Parser) -> None:
    """Options of ``loligo run``."""
    parser.description = "Solve the equations of a cell under an applied current, or under voltage clamp."
    parser.epilog = EXAMPLES
    add = parser.add_argument
    add("cell", nargs="?", default="squid", metavar="CELL", help=CELL)
    what_is_run(parser, "50")
    add = parser.add_argument_group("what else an electrode can do").add_argument
    text = "voltage clamp and current clamp in turn: V:-65:5,V:-20:0.5,I:0:20 (mV or µA/cm², and ms)"
    add("--switch", metavar="PHASES", help=text)
    text = "dynamic clamp: a channel of the library, or g=0.5,E=-77, and when it is on: k_a_connor_stevens:10:40 (ms)"
    add("--virtual", metavar="CHANNEL[:ON:OFF]", help=text)
    how_computed(parser)

    results = parser.add_argument_group("what comes out")
    add = results.add_argument
    add("--json", action="store_true", help="one JSON document instead of summary and picture")
    text = "gates, currents, rates: all, V, Na.m, Na.I, Na.m.tau, ...; may be repeated (all); with --json, adds traces"
    add("--record", action="append", metavar="PATH", help=text)
    add("--save", metavar="FILE", help="write everything recorded to FILE.nc (netCDF) or FILE.zarr")
    plot = results.add_mutually_exclusive_group()
    plot.add_argument("--plot", metavar="FILE", help="write the picture here: .png, .pdf, .svg (CELL.png)")
    plot.add_argument("--no-plot", action="store_true", help="write no picture")
