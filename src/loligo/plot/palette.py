"""What each colour means, everywhere in the package: one hue for one kind of channel.

The hues are those of Okabe and Ito (2008), *Color Universal Design*, which colour-blind readers can tell apart; two of
them are darkened so that a thin line shows on white. A channel is known by its name, so that sodium is vermilion
whatever else is in the picture; its gates share its colour and differ by the style of their lines.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

INK = "#222222"
"""The membrane potential, and totals."""

QUIET, HAIR = "#8c8c8c", "#c4c4c4"
"""Remarks; the line at zero."""

VERMILION, BLUE, GREEN, PURPLE = "#D55E00", "#0072B2", "#009E73", "#B65A95"
ORANGE, SKY, OCHRE, GREY = "#E69F00", "#56B4E9", "#A38A00", "#8c8c8c"

# The first pattern that fits the whole name of a channel decides. Upper and lower case matter: `h` may be HCN, `H` too,
# but `m` is nobody's channel. An `I` or `g` before the name (`IA`, `gNa`) is left out before the comparison.
MEANINGS: tuple[tuple[str, str], ...] = (
    (r"(leak|Leak|L|l|lk|pas|passive|NaLeak|KLeak)", GREY),
    (r"(NaP|Nap|Na_?[Pp]ersistent|NaR)", ORANGE),
    (r"(Na|NA|na|sodium|Nav).*", VERMILION),
    (r"(KA|A|Ka|Kv4.*|KV4.*|K_A|A-?type)", SKY),
    (r"(K_?Ca|BK|SK|K?AHP|KC).*|C", OCHRE),
    (r"(K|potassium|DR|dr).*|M", BLUE),
    (r"(Ca|CA|ca|HVA|LVA).*|T", GREEN),
    (r"HCN\d*|[hHfqQ]", PURPLE),
)
SPARE = (PURPLE, OCHRE, SKY, GREEN, ORANGE)
"""For names that mean nothing to us; which one depends on the name alone."""

SERIES = (INK, "#5B1A9C", "#A8378F", "#DD6A5A", "#F2A03D")
"""The same variable in several runs, the last one first: a scale by lightness, as in the colour map *plasma*."""

STYLES: tuple[str, ...] = ("-", "--", ":", "-.")


def gate_style(gate: str, rank: int) -> str:
    """Style of a gate's line: by its rank in the channel; dashed for an h also where m is instantaneous, and not there.

    Parameters
    ----------
    gate : str
        Its path, such as ``"Na.h"``.
    rank : int
        0 for the first gate of the channel.
    """
    return "--" if rank == 0 and gate.rpartition(".")[2].startswith("h") else STYLES[rank % len(STYLES)]


def channel_colour(name: str) -> str:
    """Colour of a channel, from its name alone.

    Parameters
    ----------
    name : str
        Name of the channel, such as ``"Na"``.

    Returns
    -------
    str
        The colour, as ``#rrggbb``.
    """
    bare = re.sub(r"^[Ig]_?(?=[A-Zhfl])", "", name) or name
    for pattern, colour in MEANINGS:
        if re.fullmatch(pattern, bare):
            return colour
    return SPARE[zlib.crc32(name.encode()) % len(SPARE)]


def colours(channels: Iterable[str]) -> dict[str, str]:
    """Colours of the channels of one cell: as `channel_colour`, in other shades where two would be the same.

    Parameters
    ----------
    channels : iterable of str
        Names of the channels, in the order of the cell.

    Returns
    -------
    dict of str to str
        The colour of each channel.
    """
    taken: dict[str, int] = {}
    result: dict[str, str] = {}
    for name in channels:
        if name in result:
            continue
        hue = channel_colour(name)
        again = taken.get(hue, 0)
        taken[hue] = again + 1
        result[name] = shade(hue, again)
    return result


def shade(colour: str, step: int) -> str:
    """Return the colour itself (step 0), then a darker, a paler, a still darker … one."""
    if step == 0:
        return colour
    amount = min(0.75, 0.42 * ((step + 1) // 2))
    return mix(colour, "#000000" if step % 2 else "#ffffff", amount)


def mix(colour: str, other: str, amount: float) -> str:
    """Mix two colours, ``amount`` of the second one (0 to 1)."""
    pairs = zip(rgb(colour), rgb(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * amount):02x}" for a, b in pairs)


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue (0 to 255) of a ``#rrggbb``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def ghost(colour: str, distance: int, of: int) -> str:
    """Colour of an earlier run behind the last one: paler, the further back it is.

    What is drawn in ink has no hue to keep, so that three runs or more may take those of `SERIES`.

    Parameters
    ----------
    colour : str
        The colour in the last run.
    distance : int
        How many runs back; 0 is the last run itself.
    of : int
        How many runs there are.
    """
    if distance == 0:
        return colour
    if colour != INK or of == 2:
        return mix(colour, "#ffffff", 0.6 if of == 2 else 0.4 + 0.35 * distance / (of - 1))
    place = distance / (of - 1) * (len(SERIES) - 1)
    below = min(int(place), len(SERIES) - 2)
    return mix(SERIES[below], SERIES[below + 1], place - below)
