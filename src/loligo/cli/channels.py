"""``loligo channels``: the channels that come along, one of them, and its picture."""

from __future__ import annotations

import argparse
import textwrap
from typing import TYPE_CHECKING, Any

from ..errors import LoligoError, PathError, nearest
from . import keep, output

if TYPE_CHECKING:
    from ..channels.library import Entry


def channels(arguments: argparse.Namespace, _: output.Warned) -> int:
    """``loligo channels [NAME] [--plot FILE]``."""
    from .. import channels as library

    if arguments.name is None:
        if arguments.plot is not None:
            raise LoligoError("--plot: of which channel? loligo channels NAME --plot")
        found = {name: getattr(library, name) for name in library.__all__}
        output.print_json([_document(e) for e in found.values()]) if arguments.json else output.say(_list(found))
        return 0
    if arguments.name not in library.__all__:
        raise PathError(f"no channel is called '{arguments.name}'; {nearest(arguments.name, library.__all__)}")
    chosen: Entry = getattr(library, arguments.name)
    target = None if arguments.plot is None else keep.picture("--plot", arguments.plot or f"{arguments.name}.png")
    if arguments.json:
        output.print_json(_document(chosen))
    else:
        output.say(_page(chosen))
    if target is not None:
        from ..plot.channel import draw

        figure: Any = draw(chosen.alone(), chosen().name)
        with output.whole(target) as part:
            figure.savefig(part, format=target.suffix.lower().removeprefix("."))
        if not arguments.json:
            output.say(f"\n{target}")
    return 0


def _document(chosen: Entry) -> dict[str, Any]:
    channel = chosen()
    return {
        "name": chosen.__name__,
        "family": chosen.family,
        "description": channel.description,
        "source": channel.source,
        "doi": channel.doi,
        "preparation": channel.preparation,
        "reads": channel.reads,
        "carries": dict(channel.carries),
        "states": channel.states,
        "parameters": {n: {"value": p.value, "unit": p.unit} for n, p in channel.parameters},
    }


def _list(found: dict[str, Entry]) -> str:
    lines: list[str] = []
    wide = max(map(len, found))
    for family in sorted({e.family for e in found.values()}):
        lines += ["", family]
        for name, e in found.items():
            if e.family == family:
                lines.append(f"  {name:{wide}}   {e().source}")
    return "\n".join([f"{len(found)} channels", *lines])


def _page(chosen: Entry) -> str:
    channel = chosen()
    rows = [("family", chosen.family), ("source", channel.source)]
    rows += [("doi", f"https://doi.org/{channel.doi}" if channel.doi else ""), ("preparation", channel.preparation)]
    rows += [("reads", ", ".join(channel.reads)), ("carries", ", ".join(name for name, _ in channel.carries))]
    shown = [(name, textwrap.fill(text, 84)) for name, text in rows if text]
    summary = " ".join((chosen.__doc__ or "").split())
    equations = chosen.alone().equations().split("\n", 3)[-1]
    return "\n".join([f"{chosen.__name__}: {summary}", "", output.table(shown), "", equations])
