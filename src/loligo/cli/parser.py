"""What can be written on the command line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from .._version import __version__
from ..errors import LoligoError, nearest

_EXAMPLES = """
examples:
  loligo run                                        the squid axon on 10 µA/cm²; writes squid.png
  loligo run --step 7 --celsius 18.5                another current, another temperature
  loligo run --set Na.g=60 --set K.E=-70            other parameters (their names: loligo cells squid)
  loligo run --stimulus recorded.csv --save run.nc  a recorded current: two columns, ms and µA/cm²
  loligo run --clamp -65,0 --plot clamp.pdf         voltage clamp: hold at -65 mV, step to 0 mV
  loligo run my_cell.toml --json                    a cell of your own; all numbers, for a script
  loligo sweep --over K.g=20:60:50 --plot grid.png  many variants of it at once
  loligo bifurcation squid --plot b.png             where it begins to fire, and why
  loligo axon squid --celsius 18.5 --plot wave.png  an impulse that travels, and its velocity
  loligo lab                                        the laboratory, in the browser
  loligo lesson check mine.md                       is this lesson in order? (list and show: those that come along)
  loligo cells                                      the cells that come along
  loligo channels k_a_connor_stevens --plot         a channel: its paper, its formulas, its picture
  loligo paper hh1952                               the numbers of a paper, computed again
  loligo verify mahon_2000                          does a published cell do what is said of it?
  loligo equations squid                            what is solved
"""

_RUN_EXAMPLES = """
Without --json the summary is printed and a picture written to CELL.png; with it, neither. The exit code is 0, or 1
if the run blew up, or 2 if what was asked for makes no sense.

examples:
  loligo run
  loligo run --step 7 --stop 200 --duration 250 --celsius 18.5
  loligo run --set Na.g=60 --set "K.n.beta=0.1*exp(-(V + 65)/80)"
  loligo run --stimulus recorded.csv --save run.nc --plot run.pdf
  loligo run --clamp -65,0 --start 2 --stop 12 --duration 15
  loligo run my_cell.toml --json | jq .spike_times
"""

_BIFURCATION_EXAMPLES = """
examples:
  loligo bifurcation squid --parameter stimulus.amplitude --range -10 200 --plot b.png
  loligo bifurcation squid --parameter K.E --range -90 -50 --current 5
  loligo bifurcation squid --celsius 18.5 --json
"""

_TREE_EXAMPLES = """
examples:
  loligo tree cell.swc --celsius 18.5 --step 3 --plot cell.png
  loligo tree cell.swc --cell pospischil_2008_rs --region axon=squid --at "apical.0(1)"
  loligo tree cell.swc --where soma --where "apical.3(1)" --save cell.nc --json
"""

_SWEEP_EXAMPLES = """
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

_EXPERIMENT_EXAMPLES = """
examples:
  loligo experiment threshold squid --duration 0.5 --plot t.png
  loligo experiment refractory_period --freeze Na.h
  loligo experiment firing_rate --over 2:50:25 --json
  loligo experiment dose_response --channel Na
  loligo experiment recover_rates --noise 5 --plot rates.png
  loligo experiment recover_rates records.csv --set Na.g=120 --set Na.E=50 --set K.g=36 --set K.E=-77
"""

_AXON_EXAMPLES = """
The velocity is that of the steady wave, with its error, from two runs on finer and finer grids. The exit code is 0, or
1 if no impulse travels, or 2 if what was asked for makes no sense.

examples:
  loligo axon squid --length 50000 --diameter 476 --celsius 18.5 --plot wave.png
  loligo axon squid --celsius 6.3 --duration 8 --animate wave.gif
  loligo axon squid --set Na.g=60 --json | jq .velocity
"""

_CELL = "a name from `loligo cells`, or a TOML file (squid)"


class Help(Exception):
    """Help or the version was asked for; not an error."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class _Parser(argparse.ArgumentParser):
    """One whose mistakes are errors of the package and whose help is a text, so that `main` alone prints and exits."""

    def error(self, message: str) -> NoReturn:
        text = re.sub(r"^argument (\S+?)(/\S+)?: ", r"\1: ", message)
        raise LoligoError(f"{text} (see {self.prog} --help)")

    def options(self) -> list[str]:
        """All long options."""
        return [o for o in self._option_string_actions if o.startswith("--")]


class _Show(argparse.Action):
    """Print a text and stop."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str, text: str = "") -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help=help)
        self.text = text

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        raise Help(self.text or parser.format_help().rstrip())


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the arguments of a command line.

    Raises
    ------
    LoligoError
        If they cannot be read; the message is one line.
    Help
        If help or the version is asked for, or nothing at all.
    """
    top = _parser("loligo", "A laboratory for excitable membranes.", _EXAMPLES)
    top.add_argument("--version", action=_Show, text=f"loligo {__version__}", help="print the version")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands", parser_class=_Parser)
    parsers = {
        "run": _run(commands),
        "sweep": _sweep(commands),
        "bifurcation": _bifurcation(commands),
        "experiment": _experiment(commands),
        "tree": _tree(commands),
        "axon": _axon(commands),
        **_shows(commands),
    }
    if not argv:
        raise Help(top.format_help().rstrip())
    first = argv[0].partition("=")[0]
    if not first.startswith("-") and first not in parsers:
        raise LoligoError(f"no command '{first}'; {nearest(first, parsers)}")
    if first in parsers["run"].options() and first != "--help":
        raise LoligoError(f"{first} comes after a command: loligo run {first}")
    if first.startswith("-") and first not in ("-h", *top.options()):
        raise LoligoError(f"no option {first}; {nearest(first, top.options())}")
    arguments, unknown = top.parse_known_args(_joined(argv))
    if unknown:
        parser, name = parsers[arguments.command], unknown[0].partition("=")[0]
        if name.startswith("-"):
            parser.error(f"no option {name}; {nearest(name, parser.options())}")
        parser.error(f"one argument too many: '{name}'")
    arguments.words = ["loligo", *argv]
    return arguments


def _joined(argv: Sequence[str]) -> list[str]:
    """Write ``--clamp -65,0`` as ``--clamp=-65,0``: argparse would take the value for an option."""
    joined: list[str] = []
    for text in argv:
        if joined and re.fullmatch(r"--range(=[^,]+)?", joined[-1]) and not text.startswith("--"):
            joined[-1] += ("," if "=" in joined[-1] else "=") + text  # `--range LOW HIGH` is `--range=LOW,HIGH`
            continue
        negative = re.match(r"-(\.?\d|inf|nan)", text, flags=re.I)
        if negative and joined and joined[-1].startswith("--") and "=" not in joined[-1]:
            joined[-1] += f"={text}"
        else:
            joined.append(text)
    return joined


def _parser(prog: str, description: str, epilog: str = "") -> _Parser:
    parser = _Parser(prog, description=description, epilog=epilog, **_common())
    _help(parser)
    return parser


def _common() -> dict[str, Any]:
    return {"add_help": False, "allow_abbrev": False, "formatter_class": _Layout}


class _Layout(argparse.RawDescriptionHelpFormatter):
    """Wide enough for our options; commands are listed like options."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=24, width=110)

    def _format_action(self, action: argparse.Action) -> str:
        if action.dest == "command":
            return "".join(map(self._format_action, list(self._iter_indented_subactions(action))))
        return super()._format_action(action)


def _help(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-h", "--help", action=_Show, help="print this help")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number") from None


def _whole(text: str) -> int:
    if not re.fullmatch(r"\d+", text):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number, 0 or more")
    return int(text)


def _levels(text: str) -> tuple[float, float]:
    parts = text.split(",")
    if len(parts) != 2:
        raise argparse.ArgumentTypeError(f"'{text}' is not two potentials; write HOLD,STEP, such as -65,0")
    return _number(parts[0]), _number(parts[1])


def _range(text: str) -> tuple[float, float]:
    parts = text.split(",")
    if len(parts) != 2:
        raise argparse.ArgumentTypeError(f"'{text}' is not two numbers; write LOW HIGH, such as --range -10 200")
    return _number(parts[0]), _number(parts[1])


def _setting(text: str, example: str = "Na.g=60") -> tuple[str, str]:
    path, equals, value = (part.strip() for part in text.partition("="))
    if not (path and equals and value):
        raise argparse.ArgumentTypeError(f"'{text}' should read PATH=VALUE, such as {example}")
    return path, value


def _over(text: str) -> tuple[str, str]:
    return _setting(text, "K.g=20:60:50")


def _mod_setting(text: str) -> tuple[str, float]:
    name, value = _setting(text, "ena=55")
    return name, _number(value)


def _initial(text: str) -> dict[str, float]:
    if text == "rest":
        return {}
    pairs = [_setting(part, "V=-65") for part in text.split(",")]
    return {path: _number(value) for path, value in pairs}


def _run(commands: Any) -> _Parser:
    parser: _Parser = commands.add_parser(
        "run",
        help="run a cell",
        description="Solve the equations of a cell under an applied current, or under voltage clamp.",
        epilog=_RUN_EXAMPLES,
        **_common(),
    )
    add = parser.add_argument
    add("cell", nargs="?", default="squid", metavar="CELL", help=_CELL)
    _help(parser)
    _what_is_run(parser, "50")
    _how(parser)

    results = parser.add_argument_group("what comes out")
    add = results.add_argument
    add("--json", action="store_true", help="one JSON document instead of summary and picture")
    text = "gates, currents, rates: all, V, Na.m, Na.I, Na.m.tau, ...; may be repeated (all); with --json, adds traces"
    add("--record", action="append", metavar="PATH", help=text)
    add("--save", metavar="FILE", help="write everything recorded to FILE.nc (netCDF) or FILE.zarr")
    plot = results.add_mutually_exclusive_group()
    plot.add_argument("--plot", metavar="FILE", help="write the picture here: .png, .pdf, .svg (CELL.png)")
    plot.add_argument("--no-plot", action="store_true", help="write no picture")
    return parser


def _bifurcation(commands: Any) -> _Parser:
    text = "Follow all equilibria and periodic orbits of a cell over a range of one parameter."
    parser: _Parser = commands.add_parser(
        "bifurcation",
        help="find where a cell begins to fire, and why",
        description=text,
        epilog=_BIFURCATION_EXAMPLES,
        **_common(),
    )
    add = parser.add_argument
    add("cell", nargs="?", default="squid", metavar="CELL", help=_CELL)
    _help(parser)
    text = "what varies: stimulus.amplitude (the default), or a path such as Na.g, K.E, celsius"
    add("--parameter", default="stimulus.amplitude", metavar="PATH", help=text)
    add("--range", type=_range, default=(-10.0, 200.0), metavar="LOW HIGH", help="its range (-10 200)")
    text = "constant applied current where it is not the parameter, µA/cm² (0)"
    add("--current", type=_number, default=0.0, metavar="I", help=text)
    add("--no-cycles", action="store_true", help="equilibria only")
    text = "look for a stable cycle here by simulation, in addition to those from Hopf points; may be repeated"
    add("--cycle-at", type=_number, action="append", metavar="VALUE", help=text)
    text = "generations of cycles of two, four, ... turns to follow from period doublings (0)"
    add("--doublings", type=int, default=0, metavar="N", help=text)
    text = "period at which a branch of cycles counts as homoclinic (1000)"
    add("--longest", type=_number, metavar="MS", help=text)
    add("--set", type=_setting, action="append", default=[], metavar="PATH=VALUE", help="another value, or formula")
    add("--celsius", type=_number, metavar="C", help="temperature, °C (the cell's own)")
    add("--plot", metavar="FILE", help="write the diagram here: .png, .pdf, .svg")
    add("--json", action="store_true", help="one JSON document instead of the summary")
    return parser


def _experiment(commands: Any) -> _Parser:
    from .experiment import NUMBERS

    parser: _Parser = commands.add_parser(
        "experiment",
        help="ask a question of a cell: threshold, refractory_period, firing_rate, ...",
        description="Ask a question of a cell and print the answer; without a name, list the questions.",
        epilog=_EXPERIMENT_EXAMPLES,
        **_common(),
    )
    add = parser.add_argument
    add("name", nargs="?", metavar="NAME", help="which; `loligo experiment` lists them")
    add("cell", nargs="?", default="squid", metavar="CELL", help=_CELL)
    _help(parser)
    add = parser.add_argument_group("the cell").add_argument
    add("--set", type=_setting, action="append", default=[], metavar="PATH=VALUE", help="another value: Na.g=60")
    add("--celsius", dest="at", type=_number, metavar="C", help="temperature, °C (the cell's own)")
    text = "block this part of a channel: Na=0.5; may be repeated"
    add("--block", type=_setting, action="append", default=[], metavar="CHANNEL=PART", help=text)
    add("--freeze", action="append", default=[], metavar="GATE", help="a gate stuck at rest: Na.h; may be repeated")
    add = parser.add_argument_group("the experiment (each takes some of these)").add_argument
    for name, (unit, text) in NUMBERS.items():
        add(f"--{name.replace('_', '-')}", type=_number, metavar=unit, help=text)
    add("--channel", metavar="NAME", help="which is blocked (dose_response)")
    text = "the durations, intervals, currents, voltages, ... at which it is done: LOW:HIGH:COUNT, or 5,10,15"
    add("--over", metavar="VALUES", help=text)
    add = parser.add_argument_group("what comes out").add_argument
    add("--json", action="store_true", help="one JSON document")
    add("--plot", metavar="FILE", help="write a picture: .png, .pdf, .svg")
    return parser


def _tree(commands: Any) -> _Parser:
    parser: _Parser = commands.add_parser(
        "tree",
        help="simulate a neuron with its branches, from an SWC file",
        description="Simulate a neuron with its branches, from an SWC file, and draw how the impulse spreads.",
        epilog=_TREE_EXAMPLES,
        **_common(),
    )
    add = parser.add_argument
    add("file", metavar="FILE.swc", help="the neuron")
    _help(parser)
    add = parser.add_argument_group("the neuron").add_argument
    add("--cell", default="squid", metavar="CELL", help=f"the membrane: {_CELL}")
    text = "another membrane in a region (soma, axon, dendrite, apical): dendrite=my_cell.toml; may be repeated"
    add("--region", type=_region, action="append", default=[], metavar="REGION=CELL", help=text)
    text = "another value, or formula, for a parameter of the membrane: Na.g=60; may be repeated"
    add("--set", type=_setting, action="append", default=[], metavar="PATH=VALUE", help=text)
    add("--celsius", type=_number, metavar="C", help="temperature, °C (the cell's own)")
    add("--resistivity", type=_number, default=100.0, metavar="R", help="of the core, Ω·cm (100)")
    add("--soma", default="auto", metavar="KIND", help="what its points mean: auto, sphere, contour, cylinders (auto)")
    add(
        "--dx", type=_number, metavar="UM", help="length of a compartment, µm (a tenth of the length constant at 1 kHz)"
    )
    add = parser.add_argument_group("what is done to it").add_argument
    add("--step", type=_number, default=1.0, metavar="I", help="a step of current, nA (1)")
    add("--start", type=_number, default=1.0, metavar="MS", help="beginning of the step (1)")
    add("--stop", type=_number, default=2.0, metavar="MS", help="its end (2)")
    add("--at", metavar="PLACE", help="where: soma, or dendrite.3(0.5) (the middle of the root)")
    add("--duration", type=_number, default=10.0, metavar="MS", help="of the run (10)")
    add("--dt", type=_number, metavar="MS", help="step of the solver (0.01)")
    add = parser.add_argument_group("what comes out").add_argument
    text = "record V here instead of everywhere; may be repeated"
    add("--where", action="append", metavar="PLACE", help=text)
    add("--every", type=_number, default=0.025, metavar="MS", help="interval of the samples (0.025)")
    add("--plot", metavar="FILE", help="write the picture here: .png, .pdf, .svg")
    add("--save", metavar="FILE", help="keep the result: .nc (netCDF), .zarr")
    add("--json", action="store_true", help="one JSON document instead of the summary")
    return parser


def _region(text: str) -> tuple[str, str]:
    return _setting(text, "dendrite=my_cell.toml")


def _axon(commands: Any) -> _Parser:
    parser: _Parser = commands.add_parser(
        "axon",
        help="send an impulse along a fibre, and time it",
        description="Stimulate a fibre at its left end, and time the impulse that travels along it.",
        epilog=_AXON_EXAMPLES,
        **_common(),
    )
    add = parser.add_argument
    add("cell", nargs="?", default="squid", metavar="CELL", help=_CELL)
    _help(parser)
    add = parser.add_argument_group("the fibre").add_argument
    add("--length", type=_number, default=50_000.0, metavar="UM", help="µm (50000)")
    add("--diameter", type=_number, default=476.0, metavar="UM", help="µm (476)")
    add("--resistivity", type=_number, default=35.4, metavar="R", help="of the core, Ω·cm (35.4)")
    add("--n", type=_whole, metavar="N", help="compartments (by the length constant at 1 kHz)")
    text = "another value, or formula, for a parameter: Na.g=60; may be repeated"
    add("--set", type=_setting, action="append", default=[], metavar="PATH=VALUE", help=text)
    add("--celsius", type=_number, metavar="C", help="temperature, °C (the cell's own)")
    add = parser.add_argument_group("what is done to it").add_argument
    add("--step", type=_number, metavar="NA", help="current, nA (20000 for 476 µm, by the power 3/2 of the diameter)")
    add("--stop", type=_number, metavar="MS", help="its duration (0.5)")
    add("--at", type=_number, metavar="UM", help="where, µm from the left end (0)")
    add("--duration", type=_number, default=8.0, metavar="MS", help="of the run (8)")
    add = parser.add_argument_group("how it is computed").add_argument
    add("--dt", type=_number, metavar="MS", help="step (0.01)")
    add("--every", type=_number, default=0.025, metavar="MS", help="interval of the samples (0.025)")
    add = parser.add_argument_group("what comes out").add_argument
    add("--json", action="store_true", help="one JSON document instead of the summary")
    add("--plot", metavar="FILE", help="V(x, t) as a picture: .png, .pdf, .svg")
    add("--animate", metavar="FILE", help="V(x) as it moves: .gif, .html, .mp4")
    add("--save", metavar="FILE", help="write V(x, t) and arrival times to FILE.nc (netCDF) or FILE.zarr")
    return parser


def _what_is_run(parser: _Parser, duration: str) -> None:
    add = parser.add_argument_group("the cell").add_argument
    text = "another value, or formula, for a parameter: Na.g=60; may be repeated"
    add("--set", type=_setting, action="append", default=[], metavar="PATH=VALUE", help=text)
    add("--celsius", type=_number, metavar="C", help="temperature, °C (the cell's own)")
    text = "begin here instead of at rest: V=-65, or V=-65,K.n=0.3; gates not named are at steady state"
    add("--initial", type=_initial, action="append", metavar="PATH=VALUE", help=text)

    add = parser.add_argument_group("what is done to it").add_argument
    add("--step", type=_number, metavar="I", help="a step of current, µA/cm² (10)")
    add("--start", type=_number, metavar="MS", help="beginning of the step (5)")
    add("--stop", type=_number, metavar="MS", help="its end (5 ms before the end of the run)")
    text = "a recorded current: a text file with two columns, ms and µA/cm², sampled in any way"
    add("--stimulus", metavar="FILE.csv", help=text)
    text = "a random current of this standard deviation, µA/cm², correlated over 2 ms, on top of the rest"
    add("--noise", type=_number, metavar="SIGMA", help=text)
    add("--seed", type=_whole, metavar="N", help="which random current (0)")
    text = "voltage clamp instead of current: hold, and step from --start to --stop, mV"
    add("--clamp", type=_levels, metavar="HOLD,STEP", help=text)
    add("--duration", type=_number, metavar="MS", help=f"of the run ({duration}, or as long as the recorded current)")


def _how(parser: _Parser) -> Any:
    add = parser.add_argument_group("how it is computed").add_argument
    add("--method", metavar="NAME", help="auto, dopri5, rk4, staggered, exponential_euler, heun, ... (auto)")
    add("--tolerance", type=_number, metavar="X", help="relative error allowed per step (1e-6)")
    add("--dt", type=_number, metavar="MS", help="step of the methods with a fixed one")
    add("--every", type=_number, metavar="MS", help="interval of the samples; accuracy does not depend on it (0.025)")
    add("--spike-threshold", type=_number, metavar="MV", help="a spike is an upstroke that crosses this (0)")
    return add


def _sweep(commands: Any) -> _Parser:
    parser: _Parser = commands.add_parser(
        "sweep",
        help="run many variants of a cell",
        description="Run every variant of a cell, on all cores, and keep what the recorders say of it.",
        epilog=_SWEEP_EXAMPLES,
        **_common(),
    )
    add = parser.add_argument
    add("cell", nargs="?", default="squid", metavar="CELL", help=f"{_CELL}, or the TOML file of a whole study")
    _help(parser)
    add = parser.add_argument_group("what varies").add_argument
    text = "values of a parameter, of the stimulus (stimulus.amplitude), initial.V, seed, ...; may be repeated"
    add("--over", type=_over, action="append", metavar="PATH=VALUES", help=text)
    add("--table", metavar="FILE.csv", help="instead of a grid: one variant in each line, a path above each column")
    _what_is_run(parser, "500")
    add = _how(parser)
    add("--precision", metavar="NAME", help="double, or single: faster, spike times to some 0.01 ms (double)")
    add("--workers", type=_whole, metavar="N", help="threads (all cores)")
    add("--device", metavar="NAME", help="cpu or cuda (cpu)")
    add("--scheduler", metavar="ADDRESS", help="run on a Dask cluster: tcp://host:8786")

    add = parser.add_argument_group("what comes out").add_argument
    text = "rate, spikes, peak:Na.m, ..., or paths for traces; may be repeated (rate,count)"
    add("--record", action="append", metavar="NAME", help=text)
    add("--after", type=_number, metavar="MS", help="recorders leave out what comes before (0)")
    add("--json", action="store_true", help="one JSON document instead of the summary")
    add("--save", metavar="FILE", help="write the result to FILE.nc (netCDF) or FILE.zarr")
    add("--plot", metavar="FILE", help="draw it: .png, .pdf, .svg")
    add("--variable", metavar="NAME", help="what to draw (rate, else spike_count, else the first)")
    text = "keep the result here block by block, in bounded memory; goes on with what is there"
    add("--store", metavar="FILE.zarr", help=text)
    return parser


def _shows(commands: Any) -> dict[str, _Parser]:
    made: dict[str, _Parser] = {}

    def command(name: str, summary: str, description: str) -> _Parser:
        made[name] = commands.add_parser(name, help=summary, description=description, **_common())
        return made[name]

    parser = command("cells", "list the cells that come along, or show one", "List the library, or show one cell.")
    parser.add_argument("name", nargs="?", metavar="NAME", help="show this one: its paper, validity, parameters, rest")
    parser.add_argument("--json", action="store_true", help="print JSON")
    _help(parser)
    parser = command("equations", "print the equations of a cell", "Print the equations of a cell.")
    parser.add_argument("cell", nargs="?", default="squid", metavar="CELL", help=_CELL)
    parser.add_argument("--latex", action="store_true", help="in LaTeX")
    _help(parser)
    text = "Print the source that is generated from a cell and compiled, and what its constants stand for."
    parser = command("kernel", "print the generated source of a cell", text)
    parser.add_argument("cell", nargs="?", default="squid", metavar="CELL", help=_CELL)
    parser.add_argument("--method", default="auto", metavar="NAME", help="as it is generated for this method (dopri5)")
    parser.add_argument("--integrator", action="store_true", help="print the method's own, hand-written source instead")
    _help(parser)
    text = "List the channels that come along, or show one: its paper and formulas."
    parser = command("channels", "list the channels that come along, or show one", text)
    parser.add_argument("name", nargs="?", metavar="NAME", help="show this one")
    text = "with NAME: draw steady states, time constants, I-V curve and currents under steps (NAME.png)"
    parser.add_argument("--plot", nargs="?", const="", metavar="FILE", help=text)
    parser.add_argument("--json", action="store_true", help="print JSON")
    _help(parser)
    text = "Check what papers, and independent solutions, say that the published cells do."
    parser = command("verify", "check the published cells against what is said of them", text)
    parser.add_argument("cells", nargs="*", metavar="CELL", help="only these (all)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    _help(parser)
    text = "Open the laboratory in the browser: every control moves the whole picture at once. For this machine only."
    parser = command("lab", "open the laboratory in the browser", text)
    parser.add_argument("cell", nargs="?", default="squid", metavar="CELL", help=_CELL)
    parser.add_argument("--port", type=int, default=0, metavar="N", help="serve on this port (a free one)")
    parser.add_argument("--no-browser", action="store_true", help="print the address only")
    text = "serve to other machines too, on this address of this one; needs --token"
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help=text)
    parser.add_argument("--token", default="", metavar="SECRET", help="what the address in the browser must contain")
    _help(parser)
    text = "List the lessons that come along, show one, or go through one of your own as a student would."
    parser = command("lesson", "list, show and check lessons", text)
    parser.add_argument("what", choices=("list", "show", "check"), help="what to do")
    parser.add_argument("target", nargs="?", metavar="NAME", help="of a lesson; for check also FILE.md")
    parser.add_argument("--json", action="store_true", help="print JSON")
    _help(parser)
    text = "Read a density mechanism of NEURON: its channels, as equations, and as a TOML file that loligo run takes."
    parser = command("import", "read a .mod file of NEURON", text)
    parser.add_argument("file", metavar="FILE.mod", help="the mechanism")
    text = "another value for a parameter of the file or of an ion, in the file's units: ena=55; may be repeated"
    parser.add_argument("--set", type=_mod_setting, action="append", default=[], metavar="NAME=VALUE", help=text)
    parser.add_argument("--save", metavar="FILE.toml", help="write a membrane of these channels to this file")
    _help(parser)
    text = "Write every channel and pool of a cell as a .mod file, for NEURON."
    parser = command("export", "write a cell as .mod files for NEURON", text)
    parser.add_argument("cell", nargs="?", default="squid", metavar="CELL", help=_CELL)
    parser.add_argument("--mod", required=True, metavar="FOLDER", help="where to; made if need be")
    _help(parser)
    text = "Write a page for each published cell: equations, responses, f-I curve, gates, facts; and an index."
    parser = command("gallery", "write a page for every published cell", text)
    parser.add_argument("cells", nargs="*", metavar="CELL", help="only these (all)")
    parser.add_argument("--output", default="gallery", metavar="FOLDER", help="where (gallery)")
    _help(parser)
    text = "Compute every number of a paper that follows from its equations again, beside the printed one."
    parser = command("paper", "a published paper, computed again", text)
    parser.add_argument("name", nargs="?", metavar="NAME", help="which; `loligo paper` lists them")
    parser.add_argument("--json", action="store_true", help="print JSON")
    _help(parser)
    parser = command("version", "print versions and the cache folder", "Print versions and the cache folder.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    _help(parser)
    return made
