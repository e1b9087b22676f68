"""``loligo verify``: what is said of the published cells, and what they do."""

from __future__ import annotations

import argparse
import math
import textwrap
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from . import output

if TYPE_CHECKING:
    from ..verify import Outcome

WIDTH = 100


def verify(arguments: argparse.Namespace, _: output.Warned) -> int:
    """``loligo verify [CELL ...]``: exit code 0 if every fact holds or it is known why not; 1 otherwise."""
    from ..simulation.workers import cores
    from ..verify import verify as check

    began = time.perf_counter()
    found = check(arguments.cells or None, processes=cores())
    if arguments.json:
        output.print_json([{**asdict(o), "found": _finite(o.found), "within": o.within} for o in found])
    else:
        output.say(_page(found, time.perf_counter() - began))
    return 0 if all(o.within or o.reason for o in found) else 1


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _page(found: list[Outcome], seconds: float) -> str:
    lines: list[str] = []
    wide = max((len(o.what) for o in found), default=0)
    for name in dict.fromkeys(o.cell for o in found):
        rows = [o for o in found if o.cell == name]
        lines += ["", f"{name}", f"  {'':{wide}}   {'expected':>15}   {'found':>15}   within"]
        for o in rows:
            mark = f"{o.allowed:.1g}" if o.within else f"NO: off by {abs(o.found - o.expected):.2g}"
            lines.append(f"  {o.what:{wide}}   {o.expected:>15.10g}   {o.found:>15.10g}   {mark}")
        for reason in dict.fromkeys(o.reason for o in rows if not o.within and o.reason):
            lines += [f"  why not: {textwrap.fill(reason, WIDTH, subsequent_indent='           ')}"]
    good = sum(o.within for o in found)
    known = sum(bool(not o.within and o.reason) for o in found)
    tail = f"{good} of {len(found)} numbers are right"
    tail += f", {known} are not and say why" if known else ""
    bad = len(found) - good - known
    tail += f", {bad} are not" if bad else ""
    return "\n".join([*lines[1:], "", f"{tail} ({seconds:.1f} s)"])
