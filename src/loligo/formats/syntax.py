"""The grammar of NMODL, as far as density mechanisms need it: from text to blocks of statements.

NMODL is the language of NEURON's membrane mechanisms: Hines & Carnevale (2000) Neural Comput 12:995-1007. A recursive
descent over tokens; nothing is evaluated. Formulas are tuples ``(kind, ..., line)``, statements likewise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..errors import LoligoError

Node = tuple[Any, ...]

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


@dataclass
class Routine:
    """A FUNCTION, PROCEDURE or block of equations: arguments and statements."""

    kind: str
    name: str
    arguments: tuple[str, ...]
    body: tuple[Node, ...]
    line: int


@dataclass
class Ion:
    """A line ``USEION``: what is read and written, by name, with the line."""

    name: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    line: int


@dataclass
class Mechanism:
    """What a file says, before it means anything."""

    path: str
    suffix: str = ""
    title: str = ""
    ions: list[Ion] = field(default_factory=list)
    nonspecific: list[str] = field(default_factory=list)
    constants: dict[str, tuple[str, str, int]] = field(default_factory=dict)  # of UNITS: name -> unit, unit, line
    parameters: dict[str, tuple[float, str, int]] = field(default_factory=dict)  # name -> value, unit, line
    assigned: dict[str, str] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    routines: dict[str, Routine] = field(default_factory=dict)
    initial: tuple[Node, ...] = ()
    breakpoint: tuple[Node, ...] = ()

    def error(self, line: int, message: str) -> LoligoError:
        """An error that names file and line."""
        return LoligoError(f"{self.path}, line {line}: {message}")


def read(text: str, path: str) -> Mechanism:
    """Read the text of a ``.mod`` file.

    Raises
    ------
    LoligoError
        If it holds anything but a density mechanism of the subset; the message names file and line.
    """
    found = Mechanism(path)
    return _Reader(_tokens(_without_comments(text, found), found), found).mechanism()


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


class _Reader:
    """One pass over the tokens."""

    def __init__(self, tokens: list[Token], found: Mechanism) -> None:
        self.tokens, self.found, self.at, self.depth = tokens, found, 0, 0

    # words

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

    # blocks

    def mechanism(self) -> Mechanism:
        blocks = {"NEURON": self.neuron, "UNITS": self.units, "PARAMETER": self.parameter, "CONSTANT": self.parameter,
                  "ASSIGNED": self.assigned, "STATE": self.state}  # fmt: skip
        while self.next.kind != "end":
            token = self.take()
            self.refuse(token)
            if token.text in ("UNITSOFF", "UNITSON", "THREADSAFE"):
                continue
            if token.text == "INDEPENDENT":
                self.skip()
            elif token.text == "LOCAL":
                self.found.assigned.update(dict.fromkeys(self.names(), ""))
            elif token.text in blocks:
                self.expect("{")
                blocks[token.text]()
                self.expect("}")
            elif token.text in ("INITIAL", "BREAKPOINT"):
                setattr(self.found, token.text.lower(), self.block())
            elif token.text in ("FUNCTION", "PROCEDURE", "DERIVATIVE", "KINETIC"):
                self.routine(token.text)
            else:
                raise self.found.error(token.line, f"'{token.text}' does not begin a block that is known")
        if not self.found.suffix:
            raise self.found.error(self.next.line, "no SUFFIX: only density mechanisms are channels")
        return self.found

    def skip(self) -> None:
        self.expect("{")
        depth = 1
        while depth:
            token = self.take()
            if token.kind == "end":
                raise self.found.error(token.line, "a '}' is missing")
            depth += {"{": 1, "}": -1}.get(token.text, 0)

    def names(self) -> tuple[str, ...]:
        found = [self.name()]
        while self.accept(","):
            found.append(self.name())
        if self.next.text == "[":
            raise self.wrong("arrays are not supported")
        return tuple(t.text for t in found)

    def neuron(self) -> None:
        while self.next.text != "}":
            token = self.take()
            self.refuse(token)
            if token.text == "SUFFIX":
                self.found.suffix = self.name().text
            elif token.text == "USEION":
                self.ion()
            elif token.text == "NONSPECIFIC_CURRENT":
                self.found.nonspecific += self.names()
            elif token.text in ("RANGE", "GLOBAL"):
                self.names()
            elif token.text != "THREADSAFE":
                raise self.found.error(token.line, f"'{token.text}' is not known in NEURON {{ }}")

    def ion(self) -> None:
        ion = self.name()
        lists: dict[str, tuple[str, ...]] = {"READ": (), "WRITE": ()}
        while token := self.accept("READ", "WRITE", "VALENCE", "REPRESENTS"):
            if token.text == "VALENCE":
                self.accept("-")
                self.take()
            elif token.text == "REPRESENTS":
                self.take()
            else:
                lists[token.text] = self.names()
        self.found.ions.append(Ion(ion.text, lists["READ"], lists["WRITE"], ion.line))

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

    def units(self) -> None:
        while self.next.text != "}":
            if self.next.text == "(":
                self.unit()
                self.expect("=")
                self.unit()
                continue
            token = self.name()
            self.expect("=")
            if self.next.kind == "number" or self.next.text == "-":
                value = self.number()
                self.found.parameters[token.text] = (value, self.unit(), token.line)
            else:
                self.found.constants[token.text] = (self.unit(), self.unit(), token.line)

    def number(self) -> float:
        sign = -1.0 if self.accept("-") else 1.0
        if self.next.kind != "number":
            raise self.wrong("expected a number")
        return sign * float(self.take().text)

    def limits(self) -> None:
        """``<low, high>``, and ``FROM low TO high`` of old files."""
        if self.accept("<"):
            self.number()
            self.expect(",")
            self.number()
            self.expect(">")
        elif self.accept("FROM"):
            self.number()
            self.expect("TO")
            self.number()

    def parameter(self) -> None:
        while self.next.text != "}":
            token = self.name()
            value = self.number() if self.accept("=") else 0.0
            unit = self.unit()
            self.limits()
            self.found.parameters[token.text] = (value, unit, token.line)

    def assigned(self) -> None:
        while self.next.text != "}":
            token = self.name()
            if self.next.text == "[":
                raise self.wrong("arrays are not supported")
            self.found.assigned[token.text] = self.unit()
            self.limits()

    def state(self) -> None:
        while self.next.text != "}":
            token = self.name()
            if self.next.text == "[":
                raise self.wrong("arrays are not supported")
            self.limits()
            self.unit()
            self.limits()
            self.found.states[token.text] = token.line

    def routine(self, kind: str) -> None:
        token = self.name()
        arguments: list[str] = []
        if self.accept("("):
            while not self.accept(")"):
                arguments.append(self.name().text)
                self.unit()
                if not self.accept(",") and self.next.text != ")":
                    raise self.wrong("expected ',' or ')'")
        self.unit()
        if token.text in self.found.routines:
            raise self.found.error(token.line, f"'{token.text}' is there twice")
        self.found.routines[token.text] = Routine(kind, token.text, tuple(arguments), self.block(), token.line)

    # statements

    def block(self) -> tuple[Node, ...]:
        self.expect("{")
        self.deeper()
        found: list[Node] = []
        while not self.accept("}"):
            if self.next.kind == "end":
                raise self.found.error(self.next.line, "a '}' is missing")
            made = self.statement()
            if made is not None:
                found.append(made)
        self.depth -= 1
        return tuple(found)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.found.error(self.next.line, f"more than {DEEPEST} brackets within one another")

    def statement(self) -> Node | None:
        token = self.take()
        self.refuse(token)
        word, line = token.text, token.line
        if word in ("UNITSOFF", "UNITSON", ";"):
            return None
        if word in ("TABLE", "CONDUCTANCE"):  # hints for speed: the formulas say it all
            self.hint(line)
            return None
        if word == "LOCAL":
            return ("local", self.names(), line)
        if word == "SOLVE":
            return self.solve(line)
        if word == "if":
            return self.branches(line)
        if word == "~":
            return self.reaction(line)
        if word == "CONSERVE":
            left = self.formula()
            self.expect("=")
            return ("conserve", left, self.formula(), line)
        if token.kind != "name":
            raise self.found.error(line, f"a statement cannot begin with '{word}'")
        if self.next.text == "(":
            return ("do", word, self.arguments(), line)
        if self.next.text == "[":
            raise self.wrong("arrays are not supported")
        self.expect("=")
        return ("rate", word[:-1], self.formula(), line) if word.endswith("'") else ("set", word, self.formula(), line)

    def hint(self, line: int) -> None:
        """Skip to where the next statement begins: a table may run over several lines that end in commas."""
        before = "TABLE"
        while self.next.kind != "end" and self.next.text != "}":
            follows = before in (",", "TABLE", "FROM", "TO", "WITH", "DEPEND", "-") or self.next.text in (
                ",", "FROM", "TO", "WITH", "DEPEND", "USEION"
            )  # fmt: skip
            if self.next.line != line and not follows:
                return
            if self.next.line == line and self.tokens[self.at + 1].text == "=" and before not in (",", "DEPEND"):
                return
            line = self.next.line
            before = self.take().text

    def solve(self, line: int) -> Node:
        name = self.name().text
        method = ""
        if self.accept("METHOD", "STEADYSTATE"):
            method = self.name().text
        return ("solve", name, method, line)

    def branches(self, line: int) -> Node:
        self.expect("(")
        condition = self.formula()
        self.expect(")")
        then = self.block()
        other: tuple[Node, ...] = ()
        if self.accept("else"):
            again = self.accept("if")
            other = (self.branches(again.line),) if again else self.block()
        return ("if", condition, then, other, line)

    def reaction(self, line: int) -> Node:
        left = self.name()
        arrow = self.take()
        if arrow.text not in ("<->", "->"):
            raise self.found.error(
                line, f"a reaction leads from one state to another, '~ a <-> b (forward, back)', found '{arrow.text}'"
            )
        right = self.name()
        self.expect("(")
        rates = [self.formula()]
        if arrow.text == "<->":
            self.expect(",")
            rates.append(self.formula())
        self.expect(")")
        return ("reaction", left.text, right.text, tuple(rates), line)

    def arguments(self) -> tuple[Node, ...]:
        self.expect("(")
        found: list[Node] = []
        while not self.accept(")"):
            found.append(self.formula())
            if not self.accept(",") and self.next.text != ")":
                raise self.wrong("expected ',' or ')'")
        return tuple(found)

    # formulas, from the loosest binding to the tightest

    def formula(self) -> Node:
        self.deeper()
        found = self.chain(0)
        self.depth -= 1
        return found

    def chain(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self.signed()
        left = self.chain(level + 1)
        while token := self.accept(*_LEVELS[level]):
            left = (token.text, left, self.chain(level + 1), token.line)
        return left

    def signed(self) -> Node:
        if token := self.accept("-", "+", "!"):
            self.deeper()
            inner = self.signed()
            self.depth -= 1
            return inner if token.text == "+" else ("neg" if token.text == "-" else "not", inner, token.line)
        base = self.atom()
        if token := self.accept("^"):
            return ("^", base, self.signed(), token.line)
        return base

    def atom(self) -> Node:
        if self.accept("("):
            inner = self.formula()
            self.expect(")")
            return inner
        token = self.take()
        if token.kind == "number":
            if self.next.text == "(" and self.next.line == token.line:
                self.unit()
            return ("number", token.text, token.line)
        if token.kind != "name":
            raise self.found.error(token.line, f"expected a number, name or '(', found '{token.text}'")
        if self.next.text == "(" and self.next.line == token.line:
            return ("call", token.text, self.arguments(), token.line)
        return ("name", token.text, token.line)


_LEVELS = (("||",), ("&&",), ("<", ">", "<=", ">=", "==", "!="), ("+", "-"), ("*", "/"))
