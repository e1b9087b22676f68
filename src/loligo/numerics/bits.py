"""What Numba lacks: two bit casts, a choice without a branch, and a call through an address.

The casts, a floating-point number seen as an integer and back, let `lanes/primitives.py` scale by powers of two without
a branch or a table. float64 pairs with int64, float32 with int32. With them and with `choose` the compiler can put one
lane into each slot of a vector register.
"""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_INTEGER = {types.float64: types.int64, types.float32: types.int32}
_REAL = {types.int64: types.float64, types.int32: types.float32}
_LLVM = {
    types.float64: ir.DoubleType(),
    types.float32: ir.FloatType(),
    types.int64: ir.IntType(64),
    types.int32: ir.IntType(32),
}


def _bitcast(target: Any) -> Any:
    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], _LLVM[target])

    return codegen


@intrinsic
def as_integer(typingctx: Any, number: Any) -> Any:
    """The bits of a float64 (float32) as an int64 (int32)."""
    target = _INTEGER[number]
    return target(number), _bitcast(target)


@intrinsic
def as_real(typingctx: Any, bits: Any) -> Any:
    """The float64 (float32) whose bits are those of an int64 (int32)."""
    target = _REAL[bits]
    return target(bits), _bitcast(target)


@intrinsic
def choose(typingctx: Any, condition: Any, x: Any, y: Any) -> Any:
    """x where the condition holds, else y; both are looked up in any case, so there is nothing to branch around."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.select(*arguments)

    return x(types.boolean, x, x), codegen


@intrinsic
def beyond(typingctx: Any, pointer: Any, count: Any) -> Any:
    """The address so many numbers further on."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, count), codegen


@intrinsic
def call_address(typingctx: Any, address: Any, arguments: Any) -> Any:
    """Call a compiled function, given the address it was loaded at and a tuple of its arguments."""

    def codegen(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        # Numba's own convention: status = function(result*, exception**, arguments...)
        passed = cgutils.unpack_tuple(builder, values[1])
        pointer = ir.IntType(8).as_pointer()
        native = ir.FunctionType(
            ir.IntType(32), [pointer.as_pointer(), pointer.as_pointer(), *(value.type for value in passed)]
        )
        function = builder.inttoptr(values[0], native.as_pointer())
        result = cgutils.alloca_once(builder, pointer)
        exception = cgutils.alloca_once(builder, pointer)
        builder.call(function, [result, exception, *passed])
        return context.get_dummy_value()

    return types.void(address, arguments), codegen
