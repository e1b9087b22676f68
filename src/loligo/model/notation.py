"""A formula for people: the tree of operations that was written, as text and as LaTeX.

A tree is a tuple: what it is, and its parts. ``("number", "0.1")``, ``("symbol", "V")``, ``("neg", tree)``,
``("call", "exp", tree)``, and for arithmetic the operator with both sides, ``("+", tree, tree)``.
"""

from __future__ import annotations

from typing import Any

Tree = tuple[Any, ...]

GREEK = {"alpha", "beta", "gamma", "delta", "tau", "phi", "theta", "kappa", "lambda", "rho", "sigma", "eta"}
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "**": 4}


def text(tree: Tree, level: int = 0) -> str:
    """A tree as a Python formula, with no more brackets than needed."""
    kind = tree[0]
    if kind in ("number", "symbol"):
        return str(tree[1])
    if kind == "call":
        return f"{tree[1]}({', '.join(text(a) for a in tree[2:])})"
    own = _PRECEDENCE[kind]
    if kind == "neg":
        shown = "-" + text(tree[1], own)
    elif kind == "**":
        shown = f"{text(tree[1], own + 1)}**{text(tree[2], own)}"
    else:
        gap = " " if own == 1 else ""
        shown = f"{text(tree[1], own)}{gap}{kind}{gap}{text(tree[2], own + 1)}"
    return f"({shown})" if own < level else shown


def latex(tree: Tree, level: int = 0) -> str:
    """A tree in LaTeX, in the order in which it was written."""
    kind = tree[0]
    if kind == "number":
        return _digits(str(tree[1]))
    if kind == "symbol":
        path, _, last = str(tree[1]).rpartition(".")
        head, _, tail = last.partition("_")
        head = "\\" + head if head in GREEK else head
        index = ",".join(part for part in (path, tail) if part)
        return rf"{head}_{{\mathrm{{{index}}}}}" if index else head
    if kind == "call":
        inside = ", ".join(latex(a) for a in tree[2:])
        if tree[1] == "exp":
            return rf"e^{{{inside}}}"
        if tree[1] == "sqrt":
            return rf"\sqrt{{{inside}}}"
        if tree[1] == "where":
            x, yes, no = (latex(a) for a in tree[2:])
            return rf"\begin{{cases}} {yes} & {x} > 0 \\ {no} & \text{{else}} \end{{cases}}"
        if tree[1] == "nernst":
            into, outside, valence = (latex(a) for a in tree[2:])
            charge = "F" if valence == "1" else rf"{valence}\,F"
            return rf"\frac{{R\,\left(T + 273.15\right)}}{{{charge}}}\,\ln\frac{{{outside}}}{{{into}}}"
        known = {"log": r"\ln", "tanh": r"\tanh", "cosh": r"\cosh", "sinh": r"\sinh", "minimum": r"\min"}
        name = known.get(tree[1], r"\max" if tree[1] == "maximum" else rf"\operatorname{{{tree[1]}}}")
        return rf"{name}\left({inside}\right)"
    own = _PRECEDENCE[kind]
    if kind == "/":
        sign, top = ("-", tree[1][1]) if tree[1][0] == "neg" else ("", tree[1])
        shown = rf"{sign}\frac{{{latex(top)}}}{{{latex(tree[2])}}}"
        return rf"\left({shown}\right)" if (sign and level > 1) or level > _PRECEDENCE["neg"] else shown
    if kind == "neg":
        shown = "-" + latex(tree[1], own)
    elif kind == "**":
        base = latex(tree[1], own + 1)
        base = rf"\left({base}\right)" if tree[1][0] == "call" or (tree[1][0] == "number" and "^" in base) else base
        shown = rf"{base}^{{{latex(tree[2])}}}"
    elif kind == "*":
        both_numbers = tree[2][0] == "number" or (tree[2][0] == "**" and tree[2][1][0] == "number")
        shown = latex(tree[1], own) + (r" \cdot " if both_numbers else r"\,") + _right(tree[2], own)
    else:
        shown = f"{latex(tree[1], own)} {kind} {_right(tree[2], own)}"
    return rf"\left({shown}\right)" if own < level else shown


def _digits(shown: str) -> str:
    """A number without the last digits of binary arithmetic (0.35, where Python has 0.35000000000000003), and with the
    power of ten written out.
    """
    if len(shown) > 15 and not shown.isdigit():
        shown = f"{float(shown):.15g}"
    head, _, power = shown.partition("e")
    if not power:
        return shown
    ten = rf"10^{{{int(power)}}}"
    return ten if head == "1" else rf"{head} \cdot {ten}"


def _right(tree: Tree, own: int) -> str:
    """A right operand: one that begins with a sign goes into brackets."""
    shown = latex(tree, own + 1)
    return rf"\left({shown}\right)" if tree[0] == "neg" else shown
