"""The parser: its mistakes are errors of the package, its help is a text, and both are printed by `main` alone."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from ...errors import LoligoError


class Help(Exception):
    """Help or the version was asked for; not an error."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Parser(argparse.ArgumentParser):
    """One with our layout, errors and help."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=Layout, **options)
        self.add_argument("-h", "--help", action=Show, help="print this help")

    def error(self, message: str) -> NoReturn:
        text = re.sub(r"^argument (\S+?)(/\S+)?: ", r"\1: ", message)
        raise LoligoError(f"{text} (see {self.prog} --help)")

    def options(self) -> list[str]:
        """All long options."""
        return [o for o in self._option_string_actions if o.startswith("--")]


class Show(argparse.Action):
    """Print a text and stop."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str, text: str = "") -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help=help)
        self.text = text

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        raise Help(self.text or parser.format_help().rstrip())


class Layout(argparse.RawDescriptionHelpFormatter):
    """Wide enough for our options; commands are listed like options."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=24, width=110)

    def _format_action(self, action: argparse.Action) -> str:
        if action.dest == "command":
            return "".join(map(self._format_action, list(self._iter_indented_subactions(action))))
        return super()._format_action(action)
