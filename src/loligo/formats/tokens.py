"""The words of NMODL: a text without its comments, cut into tokens, and a walk over them."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..errors import LoligoError
from .mechanism import Mechanism

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*'*)"
    r"|(?P<operator><->|<<|->|==|!=|<=|>=|&&|\|\||[-+*/^(){}\[\],=<>!~%;])|(?P<text>\"[^\"\n]*\")|(?P<other>\S)"
)
_REFUSED = {
    "POINTER": "a pointer into another mechanism",
    "BBCOREPOINTER": "a pointer into another mechanism",
    "NET_RECEIVE": "events from a network",
    "POINT_PROCESS": "a point process; only density mechanisms (SUFFIX) are channels",
    "ARTIFICIAL_CELL": "an artificial cell; only density mechanisms (SUFFIX) are channels",
    "ELECTRODE_CURRENT": "the current of an electrode",
    **dict.fromkeys(("BEFORE", "AFTER", "CONSTRUCTOR", "DESTRUCTOR"), "a block that runs code of its own"),
    **dict.fromkeys(("LINEAR", "NONLINEAR", "DISCRETE", "PARTIAL", "FUNCTION_TABLE"), "a kind of equation not known"),
    **dict.fromkeys(("while", "WHILE", "for", "FROM", "FORALL"), "a loop"),
    **dict.fromkeys(("INCLUDE", "RANDOM", "WATCH", "EXTERNAL", "DEFINE", "COMPARTMENT", "LONGITUDINAL_DIFFUSION"), ""),
}
DEEPEST = 100  # brackets or blocks within one another


class Token(NamedTuple):
    """A word of the text, with its line."""

    kind: str
    text: str
    line: int


def _without_comments(text: str, found: Mechanism) -> str:
    lines, inside = [], False
    for count, raw in enumerate(text.splitlines(), start=1):
        line = raw
        word = line.split()[0] if line.split() else ""
        if inside or word == "COMMENT":
            inside = word != "ENDCOMMENT"
            line = ""
        elif word == "TITLE":
            found.title = line.split("TITLE", 1)[1].strip()
            line = ""
        line = re.split(r"[:?]", line, maxsplit=1)[0]
        if re.search(r"\bVERBATIM\b", line):
            raise found.error(count, "VERBATIM: code in C cannot be read; write it as formulas")
        lines.append(line)
    if inside:
        raise found.error(len(lines), "COMMENT without ENDCOMMENT")
    return "\n".join(lines)


def _tokens(text: str, found: Mechanism) -> list[Token]:
    made = []
    for count, line in enumerate(text.split("\n"), start=1):
        for match in _TOKEN.finditer(line):
            kind = str(match.lastgroup)
            if kind == "other":
                raise found.error(count, f"'{match.group()}' is no part of NMODL")
            made.append(Token(kind, match.group(), count))
    last = text.count("\n") + 1
    return [*made, Token("end", "the end of the file", last)]


class Words:
    """A walk over the tokens."""

    def __init__(self, text: str, found: Mechanism) -> None:
        self.tokens, self.found, self.at, self.depth = _tokens(_without_comments(text, found), found), found, 0, 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.next
        self.at += token.kind != "end"
        return token

    def accept(self, *texts: str) -> Token | None:
        return self.take() if self.next.text in texts and self.next.kind != "end" else None

    def expect(self, text: str) -> Token:
        if self.next.text != text:
            raise self.wrong(f"expected '{text}'")
        return self.take()

    def name(self) -> Token:
        if self.next.kind != "name":
            raise self.wrong("expected a name")
        return self.take()

    def wrong(self, what: str) -> LoligoError:
        return self.found.error(self.next.line, f"{what}, found '{self.next.text}'")

    def refuse(self, token: Token) -> None:
        if token.text in _REFUSED:
            why = _REFUSED[token.text]
            raise self.found.error(token.line, f"{token.text} is not supported{': ' + why if why else ''}")

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.found.error(self.next.line, f"more than {DEEPEST} brackets within one another")

    def names(self) -> tuple[str, ...]:
        found = [self.name()]
        while self.accept(","):
            found.append(self.name())
        if self.next.text == "[":
            raise self.wrong("arrays are not supported")
        return tuple(t.text for t in found)

    def number(self) -> float:
        sign = -1.0 if self.accept("-") else 1.0
        if self.next.kind != "number":
            raise self.wrong("expected a number")
        return sign * float(self.take().text)

    def unit(self) -> str:
        """A unit in brackets, if there is one."""
        if not self.accept("("):
            return ""
        words: list[str] = []
        while not self.accept(")"):
            if self.next.kind == "end" or self.next.text in "{}=":
                raise self.wrong("a unit without ')'")
            words.append(self.take().text)
        return " ".join(words)
