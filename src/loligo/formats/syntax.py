"""The grammar of NMODL, as far as density mechanisms need it: from text to blocks of statements.

NMODL is the language of NEURON's membrane mechanisms: Hines & Carnevale (2000) Neural Comput 12:995-1007. A recursive
descent over tokens; nothing is evaluated.
"""

from __future__ import annotations

from .mechanism import Ion, Mechanism, Routine
from .statements import Statements


def read(text: str, path: str) -> Mechanism:
    """Read the text of a ``.mod`` file.

    Raises
    ------
    LoligoError
        If it holds anything but a density mechanism of the subset; the message names file and line.
    """
    return _Blocks(text, Mechanism(path)).mechanism()


class _Blocks(Statements):
    """The blocks of a file, in one pass over its words."""

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
