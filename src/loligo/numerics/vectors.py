"""Eight float64 at once, as a number type of Numba: what its compiler does not find by itself in short loops.

``eight(pointer, first)`` reads eight numbers in a row, ``put(pointer, first, numbers)`` writes them, ``alike(x)`` is
eight times x; they are added, subtracted, multiplied and divided like one.
"""

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core.datamodel.models import PrimitiveModel
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global
from numba.extending import intrinsic, register_model

VECTOR = ir.VectorType(ir.DoubleType(), 8)
FLAGS = ("contract", "nsz", "arcp")  # as for all other arithmetic, see `lanes/interface.py`


class Eight(types.Type):
    """The type."""

    def __init__(self) -> None:
        super().__init__(name="eight float64")


EIGHT = Eight()


@register_model(Eight)
class EightModel(PrimitiveModel):
    """It is what LLVM calls a vector."""

    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, VECTOR)  # type: ignore[no-untyped-call]


def _arithmetic(symbol: Any, name: str) -> None:
    """Let an operator take two of them."""

    @infer_global(symbol)  # type: ignore[no-untyped-call]
    class Typed(AbstractTemplate):
        """What comes of two."""

        def generic(self, args: Any, kws: Any) -> Any:
            """Eight of eight and eight."""
            return EIGHT(EIGHT, EIGHT) if args == (EIGHT, EIGHT) else None

    def lowered(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return getattr(builder, name)(*arguments, flags=FLAGS)

    lower_builtin(symbol, EIGHT, EIGHT)(lowered)  # type: ignore[no-untyped-call]


_arithmetic(operator.add, "fadd")
_arithmetic(operator.sub, "fsub")
_arithmetic(operator.mul, "fmul")
_arithmetic(operator.truediv, "fdiv")


def _address(builder: Any, pointer: Any, first: Any) -> Any:
    return builder.bitcast(builder.gep(pointer, [first]), VECTOR.as_pointer())


@intrinsic
def eight(typingctx: Any, pointer: Any, first: Any) -> Any:
    """The eight numbers from `first` on."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(_address(builder, *arguments), align=8)

    return EIGHT(pointer, first), codegen


@intrinsic
def put(typingctx: Any, pointer: Any, first: Any, numbers: Any) -> Any:
    """Write eight numbers, from `first` on."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.store(arguments[2], _address(builder, *arguments[:2]), align=8)
        return context.get_dummy_value()

    return types.void(pointer, first, numbers), codegen


@intrinsic
def alike(typingctx: Any, x: Any) -> Any:
    """Eight times the same."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = ir.Constant(VECTOR, ir.Undefined)
        for k in range(8):
            found = builder.insert_element(found, arguments[0], ir.Constant(ir.IntType(32), k))
        return found

    return EIGHT(x), codegen
