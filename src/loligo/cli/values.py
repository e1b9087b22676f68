"""What varies in a sweep, as text: ranges, lists, and tables in CSV files."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import LoligoError

if TYPE_CHECKING:
    import numpy as np
    import xarray as xr
    from numpy.typing import NDArray

FORMS = "write LOW:HIGH:COUNT, LOW:HIGH:COUNT:log, or a list such as 5,10,15"
MOST = 100_000_000  # values of one axis


def axis(text: str, where: str) -> NDArray[np.float64]:
    """The values that a text stands for.

    Parameters
    ----------
    text : str
        ``"0:20:200"``, evenly spaced with both ends; ``"0.1:10:30:log"``, with equal ratios; ``"5,10,15"``.
    where : str
        What the text belongs to, for the message.

    Raises
    ------
    LoligoError
        If it cannot be read; the message says how to write it.
    """
    import numpy as np

    if ":" not in text:
        return np.array([_number(part, where) for part in text.split(",")])
    low_text, high_text, *more = (part.strip() for part in text.split(":"))
    if len(more) not in (1, 2) or (len(more) == 2 and more[1] not in ("log", "linear")):
        raise LoligoError(f"{where}: '{text}' is no range; {FORMS}")
    low, high = _number(low_text, where), _number(high_text, where)
    if not more[0].isdecimal() or not 2 <= int(more[0]) <= MOST:
        raise LoligoError(f"{where}: '{more[0]}' is no number of values, 2 or more; {FORMS}")
    if low == high:
        raise LoligoError(f"{where}: the range begins and ends at {low:g}; {FORMS}")
    if more[1:] == ["log"]:
        if low <= 0 or high <= 0:
            raise LoligoError(f"{where}: equal ratios need both ends above 0, not {low:g} and {high:g}; leave out :log")
        return np.geomspace(low, high, int(more[0]))
    return np.linspace(low, high, int(more[0]))


def _number(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise LoligoError(f"{where}: '{text.strip()}' is not a finite number; {FORMS}")
    return value


def table(columns: Mapping[str, Sequence[float]], where: str) -> xr.Dataset:
    """A table of variants from its columns.

    Raises
    ------
    LoligoError
        If the columns differ in length.
    """
    import xarray as xr

    lengths = {path: len(values) for path, values in columns.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"'{path}' {n}" for path, n in lengths.items())
        raise LoligoError(f"{where}: the columns of a table must have one length ({shown}); for a grid, use 'over'")
    return xr.Dataset({path: ("variant", list(values)) for path, values in columns.items()})


def read_table(path: Path) -> xr.Dataset:
    """A table of variants from a CSV file: the paths in the first line, then one variant in each line.

    The separator may be a comma, semicolon or tab; lines that begin with ``#`` are left out.

    Raises
    ------
    LoligoError
        If a line cannot be read; the message names it.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise LoligoError(f"cannot read {path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise LoligoError(f"{path} is not a text file; export the variants as CSV") from None
    lines = [(i, line) for i, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#")]
    if len(lines) < 2:
        raise LoligoError(f"{path}: expected the paths in the first line, and a variant in each of the others")
    separator = next((s for s in (",", ";", "\t") if s in lines[0][1]), ",")
    names = [name.strip() for name in next(csv.reader([lines[0][1]], delimiter=separator))]
    twice = [name for name in names if names.count(name) > 1]
    if twice or not all(names):
        what = f"'{twice[0]}' is there twice" if twice else "a column without a name"
        raise LoligoError(f"{path}, line {lines[0][0]}: {what}; every column is named by its path, such as K.g")
    rows: list[list[float]] = []
    for number, line in lines[1:]:
        fields = line.split(separator)
        if len(fields) != len(names):
            raise LoligoError(f"{path}, line {number}: {len(fields)} numbers under {len(names)} names")
        try:
            rows.append([float(field) for field in fields])
        except ValueError:
            wrong = next(field for field in fields if not _readable(field))
            raise LoligoError(f"{path}, line {number}: '{wrong.strip()}' is not a number") from None
    columns: Any = zip(*rows, strict=True)
    return table(dict(zip(names, columns, strict=True)), str(path))


def _readable(field: str) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True
