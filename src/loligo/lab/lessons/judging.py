"""From an answer to a judgement: right, or wrong in a way that has a name and a hint."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...errors import LoligoError
from .answers import Found, compute
from .lesson import Question

# Kinds of mistake that any number can have, with what is said if a lesson has nothing better to say.
GENERIC = {
    "wrong_sign": "The size is right, the sign is not. Which way do the charges move?",
    "factor_1000": "Right but for a factor of 1000: check the prefixes of the units (mV and V, ms and s, nA and µA).",
    "factor_10": "Right but for a power of ten: check lengths (mm, cm, µm) and the decimal point.",
    "factor_2": "Off by a factor of two.",
    "inverse": "You gave one over the answer.",
}
RIVALS = {
    "absolute_current": "That is a current; asked for is its ratio to the one at rest.",
    "angular": "That is an angular frequency, in radians per ms. Divide by 2π for cycles.",
    "asymptote": "That is the value for a very long duration; yours is short.",
    "chloride_as_cation": "Chloride is negative: its inside and outside change places.",
    "chord_conductance": "That is one over the sum of the conductances; measured is how V answers, gates and all.",
    "charge_for_current": "That is the charge, current times duration. Asked for is the current.",
    "conductance_for_current": "That is the conductance; times the driving force it is the current.",
    "current_for_charge": "That is the current; times the duration it is the charge.",
    "current_for_voltage": "That is the current; times the resistance it is the voltage.",
    "decay": "That is how much is still missing.",
    "depolarising": "That is the threshold of a depolarising pulse. Push the other way.",
    "disc_for_sphere": "The surface of a sphere is π d², four times that of its disc.",
    "firing_onset": "That is where firing becomes possible; rest goes on being possible beyond it.",
    "from_rest": "That is counted from rest; V is inside minus outside.",
    "infinite_cable": "That holds for a fibre without an end.",
    "interval_for_rate": "That is the interval in ms; 1000 over it is the rate in Hz.",
    "km_per_hour": "That is in km/h; asked for are m/s.",
    "largest_inward": "There the inward current is largest. Go on, until it is zero.",
    "mean_of_batteries": "Weigh each battery with its conductance.",
    "change_only": "That is by how much V moves. Asked for is where it ends.",
    "no_root": "Take the square root.",
    "number_for_part": "That is a number of channels; asked for is the part.",
    "ohm_inverted": "Multiply current and resistance.",
    "one_spike": "There it fires once and is silent again. Firing that lasts takes more.",
    "peak_instead": "That is the peak; asked for is the current at the end of the step.",
    "percent": "As a part of one, not in per cent.",
    "period_for_rate": "That is the period in ms; 1000 over it is the frequency in Hz.",
    "potassium_only": "That is E_K alone; the other ions pull too.",
    "quotient": "Multiply, do not divide.",
    "radius_for_diameter": "Check whether you took the radius for the diameter.",
    "rate_for_time": "That is one over the time constant.",
    "shut_for_open": "That is the part that is shut.",
    "shut_left_out": "A channel that is surely open does not flicker: p (1 - p).",
    "single_gate": "That is where one gate is half open; several must be open at the same time.",
    "slope_for_duration": "That is the slope, current per time. Asked for is the duration.",
    "slope_for_half": "That is the slope of the curve, not its middle.",
    "steady_instead": "That is the current at the end of the step; asked for is the peak.",
    "synapse_left_out": "That is rest without the synapse.",
    "ten_to_ninety": "2.2 RC is the time from 10 to 90 per cent.",
    "valence_left_out": "Divide by the valence of the ion.",
    "weiss": "That is charge over rheobase, Weiss's estimate. Measure it.",
    "whole_current": "That is the whole current; take away what the other channels carry.",
    "without_current": "That is the value without the current.",
    "common_logarithm": "That comes from the logarithm to base 10 without its factor of 2.303.",
    "celsius_as_kelvin": "The temperature goes in as kelvin: add 273.15 to °C.",
}
CLOSE = 0.02  # relative: how near a rival an answer must be to be taken for it, where the tolerance is narrower


@dataclass(frozen=True)
class Judgement:
    """What is said to an answer.

    Attributes
    ----------
    right : bool
    kind : str
        "right", the kind of mistake, or "other".
    hint : str
    """

    right: bool
    kind: str
    hint: str


def draw(question: Question, seed: int) -> dict[str, float]:
    """A student's own numbers.

    Parameters
    ----------
    question : Question
    seed : int
        The same seed draws the same numbers, everywhere.
    """
    chance = random.Random(seed)  # a stream of its own: nothing global
    made = {}
    for name, span in question.parameters.items():
        made[name] = round(span.low + chance.randrange(span.count) * span.step, 9)
    return made


def prompt(question: Question, parameters: Mapping[str, float]) -> str:
    """The question with the student's numbers in it."""
    text = question.prompt
    for name, value in parameters.items():
        text = text.replace("{" + name + "}", f"{value:g}")
    return text


def solve(question: Question, parameters: Mapping[str, float]) -> Found:
    """The answer, computed for these numbers, with what typical mistakes give.

    Raises
    ------
    LoligoError
        If the numbers are not those of the question, or lie outside its ranges.
    """
    for name, span in question.parameters.items():
        if name not in parameters:
            raise LoligoError(f"parameters: '{name}' is missing")
        value = parameters[name]
        slack = 1e-9 * max(1.0, abs(span.high))
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise LoligoError(f"{name}: {value!r} is not a finite number")
        if not span.low - slack <= value <= span.high + slack:
            raise LoligoError(f"{name}: {value:g} is outside {span.low:g} to {span.high:g}")
    for name in parameters:
        if name not in question.parameters:
            raise LoligoError(f"parameters: the question has no '{name}'")
    key = tuple(sorted((k, float(v)) for k, v in parameters.items()))
    return _solved(_Key(question), key)


class _Key:
    """A question by identity, so that an answer once computed is not computed again for each try."""

    def __init__(self, question: Question) -> None:
        self.question = question

    def __hash__(self) -> int:
        return id(self.question)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.question is self.question


@lru_cache(maxsize=512)
def _solved(key: _Key, parameters: tuple[tuple[str, float], ...]) -> Found:
    q = key.question
    return compute(q.answer, q.setup, {**q.given, **dict(parameters)})


def judge(question: Question, parameters: Mapping[str, float], answer: Any) -> Judgement:
    """Is the answer right? If not, which mistake explains it?

    Parameters
    ----------
    question : Question
    parameters : mapping
        The student's numbers, as `draw` made them.
    answer : number

    Raises
    ------
    LoligoError
        If the answer is not a number, or the question has no answer for these numbers.
    """
    if isinstance(answer, bool) or not isinstance(answer, (int, float)) or not math.isfinite(answer):
        raise LoligoError(f"answer: {answer!r} is not a finite number")
    found = solve(question, parameters)
    if not math.isfinite(found.value):
        raise LoligoError("the question has no answer for these numbers; please tell who wrote the lesson")
    if _near(answer, found.value, question.relative, question.absolute):
        return Judgement(True, "right", question.hints.get("right", "Right."))
    for kind, value in {**found.rivals, **_generic(found.value)}.items():
        close = min(CLOSE, question.relative) if question.relative else CLOSE
        if math.isfinite(value) and _near(answer, value, close, 0.0):
            return Judgement(False, kind.partition(":")[0], _hint(question, kind))
    far = "larger" if answer < found.value else "smaller"
    return Judgement(False, "other", question.hints.get("other", f"Not yet: the answer is {far}. Measure again."))


def _near(a: float, b: float, relative: float, absolute: float) -> bool:
    return abs(a - b) <= max(relative * abs(b), absolute)


def _generic(value: float) -> dict[str, float]:
    """Wrong answers that any number has; those of two kinds in one place are named by the first."""
    if value == 0:
        return {}
    made = {"wrong_sign": -value, "inverse": 1.0 / value}
    candidates = {"factor_1000": (1e3, 1e-3, 1e6, 1e-6), "factor_10": (10, 0.1, 100, 0.01), "factor_2": (2, 0.5)}
    spread = {f"{kind}:{i}": value * f for kind, fs in candidates.items() for i, f in enumerate(fs)}
    return {**made, **spread}


def _hint(question: Question, kind: str) -> str:
    name = kind.partition(":")[0]
    other = question.hints.get("other", "Not yet. Measure again.")
    return question.hints.get(name) or GENERIC.get(name) or RIVALS.get(name) or other
