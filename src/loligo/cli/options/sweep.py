"""What can be written after ``loligo sweep``."""

from __future__ import annotations

from .parser import Parser
from .words import CELL, how_computed, number, over, what_is_run, whole

EXAMPLES = """
Values are a range LOW:HIGH:COUNT, with :log for equal ratios, or a list 5,10,15; several --over span a grid. Recorders
are rate, spikes, count, intervals, peak, trough, mean, final (peak:Na.m for another variable than V), or a path, such
as V or Na.I, for its trace. A study can be kept in a file (docs/sweeps.md); what is said here goes before it.
Ctrl-C keeps what is done; with --store the same command goes on from there. The exit code is 0, or 1 if no variant
came to its end, or 2 if what was asked for makes no sense, or 130 if it was interrupted.

examples:
  loligo sweep --over stimulus.amplitude=0:20:200 --over K.g=20:60:50 --record rate --save grid.nc --plot grid.png
  loligo sweep --over Na.g=20:600:60:log --step 15 --record rate,peak --after 100
  loligo sweep --over stimulus.amplitude=5,10,15 --record V --duration 60 --plot traces.pdf
  loligo sweep my_cell.toml --table variants.csv --store big.zarr --precision single
  loligo sweep study.toml --tolerance 1e-8 --save sharper.nc
"""


def sweep(parser: Parser) -> None:
    """Options of ``loligo sweep``."""
    parser.description = "Run every variant of a cell, on all cores, and keep what the recorders say of it."
    parser.epilog = EXAMPLES
    add = parser.add_argument
    add("cell", nargs="?", default="squid", metavar="CELL", help=f"{CELL}, or the TOML file of a whole study")
    add = parser.add_argument_group("what varies").add_argument
    text = "values of a parameter, of the stimulus (stimulus.amplitude), initial.V, seed, ...; may be repeated"
    add("--over", type=over, action="append", metavar="PATH=VALUES", help=text)
    add("--table", metavar="FILE.csv", help="instead of a grid: one variant in each line, a path above each column")
    what_is_run(parser, "500")
    add = how_computed(parser)
    add("--precision", metavar="NAME", help="double, or single: faster, spike times to some 0.01 ms (double)")
    add("--workers", type=whole, metavar="N", help="threads (all cores)")
    add("--device", metavar="NAME", help="cpu or cuda (cpu)")
    add("--scheduler", metavar="ADDRESS", help="run on a Dask cluster: tcp://host:8786")

    add = parser.add_argument_group("what comes out").add_argument
    text = "rate, spikes, peak:Na.m, ..., or paths for traces; may be repeated (rate,count)"
    add("--record", action="append", metavar="NAME", help=text)
    add("--after", type=number, metavar="MS", help="recorders leave out what comes before (0)")
    add("--json", action="store_true", help="one JSON document instead of the summary")
    add("--save", metavar="FILE", help="write the result to FILE.nc (netCDF) or FILE.zarr")
    add("--plot", metavar="FILE", help="draw it: .png, .pdf, .svg")
    add("--variable", metavar="NAME", help="what to draw (rate, else spike_count, else the first)")
    text = "keep the result here block by block, in bounded memory; goes on with what is there"
    add("--store", metavar="FILE.zarr", help=text)
