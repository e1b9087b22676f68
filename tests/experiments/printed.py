"""Numbers that others have printed, with their digits, and how ours are held against them.

A number is met if ours lies within half a unit of its last digit. Where it does not, the reason is written down with
the distance, and both must stay as they are.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).with_name("numbers")
PAIR = re.compile(r"(-?[\d.]+)\+-(-?[\d.]+)[ij]")  # a pair of conjugate numbers


class Digits(str):
    """A number as it stands in a file."""


def hh() -> dict[str, Any]:
    """The machine-readable reference numbers."""
    text = (FOLDER / "hh_numbers.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text, parse_float=Digits, parse_int=Digits)
    return found


def table(name: str) -> dict[str, Any]:
    """Those of a table in TOML."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Decimal]]:
    """Every number of a section, with its path; text is left out."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from leaves(one, f"{path}/{key}" if path else str(key))
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from leaves(one, f"{path}/{i}" if path else str(i))
    elif isinstance(value, bool):
        yield path, Decimal(int(value))
    elif isinstance(value, str) and (pair := PAIR.fullmatch(value)):
        yield f"{path}/real", Decimal(pair[1])
        yield f"{path}/imaginary", abs(Decimal(pair[2]))
    else:
        try:
            yield path, Decimal(value)
        except InvalidOperation:
            return  # words


def half_a_digit(value: Decimal, significant: int) -> float:
    """Half a unit of the last digit that is given, or of the last that can be trusted."""
    exponent = int(value.as_tuple().exponent)
    if value:
        exponent = max(exponent, value.adjusted() - significant + 1)
    return float(Decimal("0.5").scaleb(exponent))


def compare(
    section: Any,
    ours: Mapping[str, float],
    *,
    explained: Mapping[str, tuple[float, str]] | None = None,
    significant: int = 12,
) -> None:
    """Hold ours against every number of a section.

    Parameters
    ----------
    section : nested mapping or list
        The printed numbers.
    ours : mapping of str to float
        By path; every number of the section must be there.
    explained : mapping of str to (float, str)
        By how much ours differs where it does, and why.
    significant : int
        Digits that were computed; a binary number written out has more.
    """
    printed, known = dict(leaves(section)), explained or {}
    assert set(ours) == set(printed), set(ours) ^ set(printed)
    wrong = []
    for path, value in printed.items():
        off, half = float(ours[path]) - float(value), half_a_digit(value, significant)
        if path in known:
            assert known[path][1], f"{path}: say why"
            assert abs(off) > half, f"{path}: ours is the printed number now; nothing is to be explained"
            assert off == pytest.approx(known[path][0], rel=0.05, abs=half), f"{path}: {off}"
        elif not abs(off) <= half * (1 + 1e-9):
            wrong.append(f"{path}: printed {value}, ours {ours[path]!r}, off by {off:.3g}, allowed {half:.2g}")
    assert not wrong, "\n".join(wrong)
