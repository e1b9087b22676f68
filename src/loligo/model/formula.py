"""Formulas that come as text, from a file or the command line.

The text is read by Python's own parser and then walked node by node; only arithmetic, names and known functions are let
through. Nothing is ever evaluated.
"""

from __future__ import annotations

import ast
from collections.abc import Collection

from ..errors import FormulaError, nearest
from .notation import Tree

_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
LONGEST = 10_000


def read(source: str, functions: Collection[str]) -> Tree:
    """The tree of a formula, as in `notation.py`, with numbers in place of their digits.

    Parameters
    ----------
    source : str
        Arithmetic on numbers, names and functions. ``^`` is read as ``**``.
    functions : collection of str
        The functions that are let through.

    Raises
    ------
    FormulaError
        If the text is anything else; the message shows the part that is not understood.
    SyntaxError, ValueError, RecursionError, MemoryError
        Python's parser, of what it cannot read.
    """
    if len(source) > LONGEST:
        raise FormulaError(f"a formula of {len(source)} characters: the limit is {LONGEST}")
    shown = source.strip().replace("^", "**")

    def walk(node: ast.expr) -> Tree:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            return ("number", node.value)
        if isinstance(node, ast.Name):
            return ("symbol", node.id)
        if isinstance(node, ast.Attribute) and isinstance(path := _path(node, functions), str):
            return ("symbol", path)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            inner = walk(node.operand)
            return ("neg", inner) if isinstance(node.op, ast.USub) else inner
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return (_OPERATORS[type(node.op)], walk(node.left), walk(node.right))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            name = node.func.id
            if name not in functions:
                raise FormulaError(f"unknown function '{name}' in {source!r}: {nearest(name, functions)}")
            return ("call", name, *(walk(a) for a in node.args))
        part = ast.get_source_segment(shown, node) or type(node).__name__
        raise FormulaError(f"'{part}' is not arithmetic: a formula holds numbers, names, + - * / ** and functions")

    return walk(ast.parse(shown, mode="eval").body)


def _path(node: ast.expr, functions: Collection[str]) -> str | None:
    """A path such as ``dendrite.CaL.s``; None for anything else with a dot in it."""
    if isinstance(node, ast.Name):
        return None if node.id == "V" or node.id in functions else node.id
    if not isinstance(node, ast.Attribute) or node.attr.startswith("_"):
        return None
    head = _path(node.value, functions)
    return None if head is None else f"{head}.{node.attr}"
