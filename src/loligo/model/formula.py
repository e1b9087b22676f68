"""Formulas that come as text, from a file or the command line.

The text is read by Python's own parser and then walked node by node; only arithmetic, names and the functions of
`expression.py` are let through. Nothing is ever evaluated.
"""

from __future__ import annotations

import ast

from ..errors import FormulaError, nearest
from .expression import FUNCTIONS, Expression, expression, symbol

_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
LONGEST = 10_000


def parse(source: str) -> Expression:
    """Read a formula such as ``"0.1*(V + 40)/(1 - exp(-(V + 40)/10))"``.

    Parameters
    ----------
    source : str
        Arithmetic on numbers and names, with ``exp``, ``log``, ``exprel``, ``sqrt``, ``tanh`` and the like. ``^`` is
        read as ``**``.

    Raises
    ------
    FormulaError
        If the text is anything else; the message shows the part that is not understood.
    """
    if len(source) > LONGEST:
        raise FormulaError(f"a formula of {len(source)} characters: the limit is {LONGEST}")
    try:
        tree = ast.parse(source.strip().replace("^", "**"), mode="eval")
        return _read(tree.body, source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, FormulaError):
            raise
        raise FormulaError(f"cannot read the formula {source!r}: {error}") from None


def _read(node: ast.expr, source: str) -> Expression:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return expression(node.value)
    if isinstance(node, ast.Name):
        return symbol(node.id)
    if isinstance(node, ast.Attribute) and isinstance(path := _path(node), str):
        return symbol(path)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inner = _read(node.operand, source)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        left, right = _read(node.left, source), _read(node.right, source)
        kind = _OPERATORS[type(node.op)]
        if kind == "**":
            return left**right
        return {"+": left.__add__, "-": left.__sub__, "*": left.__mul__, "/": left.__truediv__}[kind](right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        if node.func.id not in FUNCTIONS:
            raise FormulaError(f"unknown function '{node.func.id}' in {source!r}: {nearest(node.func.id, FUNCTIONS)}")
        return FUNCTIONS[node.func.id](*(_read(a, source) for a in node.args))
    part = ast.get_source_segment(source.strip().replace("^", "**"), node) or type(node).__name__
    raise FormulaError(f"'{part}' is not arithmetic: a formula holds numbers, names, + - * / ** and functions")


def _path(node: ast.expr) -> str | None:
    """A path such as ``dendrite.CaL.s``; None for anything else with a dot in it."""
    if isinstance(node, ast.Name):
        return None if node.id == "V" or node.id in FUNCTIONS else node.id
    if not isinstance(node, ast.Attribute) or node.attr.startswith("_"):
        return None
    head = _path(node.value)
    return None if head is None else f"{head}.{node.attr}"
