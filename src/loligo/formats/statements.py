"""Statements and formulas of NMODL, by recursive descent."""

from __future__ import annotations

from .mechanism import Node
from .tokens import Words

_LEVELS = (("||",), ("&&",), ("<", ">", "<=", ">=", "==", "!="), ("+", "-"), ("*", "/"))


class Statements(Words):
    """What may stand within a block of equations."""

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
