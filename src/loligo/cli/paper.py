"""``loligo paper NAME``: the numbers of a published paper, computed again."""

from __future__ import annotations

import argparse
from collections import Counter

from ..papers import PAPERS, named_paper
from . import output


def paper(arguments: argparse.Namespace, warned: output.Warned) -> int:
    """Carry out ``loligo paper``."""
    if arguments.name is None:
        output.say("\n".join(f"{name}  {named_paper(name).SOURCE}" for name in PAPERS))
        return 0
    module = named_paper(arguments.name)
    found = module.entries()
    counted = Counter(entry.within for entry in found)
    if arguments.json:
        output.print_json(
            {
                "paper": arguments.name,
                "source": module.SOURCE,
                "within": counted[True],
                "outside": counted[False],
                "entries": [entry.document() for entry in found],
                "warnings": warned.messages,
            }
        )
        return 0
    from ..papers.entry import text

    output.say(
        f"{module.SOURCE}\n\n{text(found)}\n\n{counted[True]} printed numbers are ours within their rounding, "
        f"{counted[False]} are not (the notes say why); {counted[None]} are drawn in the paper, or not in it"
    )
    return 0
