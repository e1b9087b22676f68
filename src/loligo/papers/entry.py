"""One number of a paper beside ours, and the table of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """A number of a paper, computed again.

    Attributes
    ----------
    where : str
        Figure, table or page.
    what : str
    unit : str
    ours : float
        NaN means "none": no impulse.
    printed : float or None
        What the paper prints; None where it only draws.
    rounding : float
        Half a unit of the last printed digit; of numbers that are read off a figure, the error of reading.
    solved : float or None
        The same number from an independent solution of the equations.
    note : str
        Why ours and the printed number differ; what has to be known of the printed one.
    """

    where: str
    what: str
    unit: str
    ours: float
    printed: float | None = None
    rounding: float = 0.0
    solved: float | None = None
    note: str = ""

    @property
    def deviation(self) -> float | None:
        """Ours minus the printed number; None where there is none."""
        if self.printed is None or math.isnan(self.printed) or math.isnan(self.ours):
            return None
        return self.ours - self.printed

    @property
    def within(self) -> bool | None:
        """Is ours the printed number, as far as that is told? None where the paper prints none."""
        if self.printed is None:
            return None
        if math.isnan(self.printed) or math.isnan(self.ours):
            return math.isnan(self.printed) and math.isnan(self.ours)
        return abs(self.ours - self.printed) <= self.rounding * (1 + 1e-9)

    def document(self) -> dict[str, Any]:
        """The entry for a JSON document; "none" for a number that is not there."""
        made = {**asdict(self), "deviation": self.deviation, "within": self.within}
        return {k: "none" if isinstance(v, float) and math.isnan(v) else v for k, v in made.items()}


def text(entries: Sequence[Entry]) -> str:
    """The table, for people, and the notes below it."""
    head = ("", "quantity", "printed", "", "ours", "deviation", "solved elsewhere", "within rounding")
    rows = [head]
    notes: list[str] = []
    for entry in entries:
        mark = ""
        if entry.note:
            if entry.note not in notes:
                notes.append(entry.note)
            mark = f" [{notes.index(entry.note) + 1}]"
        verdict = {None: "", True: "yes", False: "no"}[entry.within]
        rounding = f"± {entry.rounding:g}" if entry.printed is not None and entry.rounding else ""
        deviation = "" if entry.deviation is None else f"{entry.deviation:+.2g}"
        ours = f"{_shown(entry.ours)} {entry.unit}".strip() if not math.isnan(entry.ours) else "none"
        rows.append(
            (
                entry.where,
                entry.what,
                _shown(entry.printed),
                rounding,
                ours,
                deviation,
                _shown(entry.solved),
                verdict + mark,
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", *(f"[{i}] {note}" for i, note in enumerate(notes, start=1))])


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return "none" if math.isnan(value) else f"{value:.6g}"
