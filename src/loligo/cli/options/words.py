"""Words that several commands share: numbers, settings, the cell, what is done to it and how it is computed."""

from __future__ import annotations

import argparse
import re
from typing import Any

from .parser import Parser

CELL = "a name from `loligo cells`, or a TOML file (squid)"


def number(text: str) -> float:
    """A number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number") from None


def whole(text: str) -> int:
    """A whole number, 0 or more."""
    if not re.fullmatch(r"\d+", text):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number, 0 or more")
    return int(text)


def setting(text: str, example: str = "Na.g=60") -> tuple[str, str]:
    """A path and its value, as text."""
    path, equals, value = (part.strip() for part in text.partition("="))
    if not (path and equals and value):
        raise argparse.ArgumentTypeError(f"'{text}' should read PATH=VALUE, such as {example}")
    return path, value


def over(text: str) -> tuple[str, str]:
    """A path and its values, as text."""
    return setting(text, "K.g=20:60:50")


def levels(text: str) -> tuple[float, float]:
    """The two potentials of a voltage clamp, mV."""
    parts = text.split(",")
    if len(parts) != 2:
        raise argparse.ArgumentTypeError(f"'{text}' is not two potentials; write HOLD,STEP, such as -65,0")
    return number(parts[0]), number(parts[1])


def initial(text: str) -> dict[str, float]:
    """Where a run begins: values by path; none for the resting state."""
    if text == "rest":
        return {}
    pairs = [setting(part, "V=-65") for part in text.split(",")]
    return {path: number(value) for path, value in pairs}


def rig(text: str) -> dict[str, float]:
    """Numbers of an amplifier by name."""
    pairs = [setting(part, "series_resistance=5") for part in text.split(",")]
    return {name: number(value) for name, value in pairs}


def what_is_run(parser: Parser, duration: str) -> None:
    """Options that change the cell and say what is done to it."""
    add = parser.add_argument_group("the cell").add_argument
    text = "another value, or formula, for a parameter: Na.g=60; may be repeated"
    add("--set", type=setting, action="append", default=[], metavar="PATH=VALUE", help=text)
    add("--celsius", type=number, metavar="C", help="temperature, °C (the cell's own)")
    text = "begin here instead of at rest: V=-65, or V=-65,K.n=0.3; gates not named are at steady state"
    add("--initial", type=initial, action="append", metavar="PATH=VALUE", help=text)

    add = parser.add_argument_group("what is done to it").add_argument
    add("--step", type=number, metavar="I", help="a step of current, µA/cm² (10)")
    add("--start", type=number, metavar="MS", help="beginning of the step (5)")
    add("--stop", type=number, metavar="MS", help="its end (5 ms before the end of the run)")
    text = "a recorded current: a text file with two columns, ms and µA/cm², sampled in any way"
    add("--stimulus", metavar="FILE.csv", help=text)
    text = "a random current of this standard deviation, µA/cm², correlated over 2 ms, on top of the rest"
    add("--noise", type=number, metavar="SIGMA", help=text)
    add("--seed", type=whole, metavar="N", help="which random current (0)")
    text = "voltage clamp instead of current: hold, and step from --start to --stop, mV"
    add("--clamp", type=levels, metavar="HOLD,STEP", help=text)
    text = "the clamp's amplifier: series_resistance=5,area=1257,compensation=80; MΩ, µm², per cent (ideal)"
    add("--amplifier", type=rig, metavar="NAME=VALUE,...", help=text)
    add("--duration", type=number, metavar="MS", help=f"of the run ({duration}, or as long as the recorded current)")


def how_computed(parser: Parser) -> Any:
    """Options of the integration; the group, to be added to."""
    add = parser.add_argument_group("how it is computed").add_argument
    add("--method", metavar="NAME", help="auto, dopri5, rk4, staggered, exponential_euler, heun, ... (auto)")
    add("--tolerance", type=number, metavar="X", help="relative error allowed per step (1e-6)")
    add("--dt", type=number, metavar="MS", help="step of the methods with a fixed one")
    add("--every", type=number, metavar="MS", help="interval of the samples; accuracy does not depend on it (0.025)")
    add("--spike-threshold", type=number, metavar="MV", help="a spike is an upstroke that crosses this (0)")
    return add
