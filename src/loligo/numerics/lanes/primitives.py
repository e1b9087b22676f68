"""Elementary functions without branches, tables or library calls, so that a loop over lanes becomes vector code.

``exp``, ``expm1``, ``log``
    range reduction by powers of two and a Taylor polynomial on the rest (Cody & Waite 1980). Within 1 to 2 units in
    the last place. ``exp`` saturates instead of overflowing; a NaN stays a NaN.
``exprel``
    (exp(x) - 1) / x, with its value 1 at 0.
``linoid``
    x / (exp(x) - 1) when exp(x) is already at hand from another rate: the direct formula away from 0, and near 0,
    where it would cancel, the expansion (x/2) coth(x/2) - x/2.
"""

import numpy as np

from .interface import as_integer, as_real, integer, jit, real

if real is np.float64:
    ROUND = real(1.5 * 2.0**52)  # adding it rounds to an integer, which then sits in the low bits
    MANTISSA = integer(52)
    ONE_BITS = integer(0x3FF0000000000000)
    EXP_LOW, EXP_HIGH = real(-708.0), real(709.0)
    LN2_HIGH, LN2_LOW = real(6.93147180369123816490e-01), real(1.90821492927058770002e-10)
    LOG_LOW = real(2.0**-1022)
else:
    ROUND = real(1.5 * 2.0**23)
    MANTISSA = integer(23)
    ONE_BITS = integer(0x3F800000)
    EXP_LOW, EXP_HIGH = real(-87.0), real(88.0)
    LN2_HIGH, LN2_LOW = real(0.693359375), real(-2.12194440e-4)
    LOG_LOW = real(2.0**-126)

ZERO, HALF, ONE, TWO = real(0.0), real(0.5), real(1.0), real(2.0)
LOG2_E = real(1.4426950408889634)
EIGHTH = real(0.125)
SQRT_HALF = real(0.7071067811865476)

# 1 / n!, n = 2 .. 13
T2, T3, T4, T5 = real(1 / 2), real(1 / 6), real(1 / 24), real(1 / 120)
T6, T7, T8, T9 = real(1 / 720), real(1 / 5040), real(1 / 40320), real(1 / 362880)
T10, T11, T12, T13 = real(1 / 3628800), real(1 / 39916800), real(1 / 479001600), real(1 / 6227020800)

# (x/2) coth(x/2) = 1 + sum L_j x^(2j) on |x| <= 1: Bernoulli numbers B_2j / (2j)!, j = 1 .. 10
L1, L2, L3 = real(1 / 12), real(-1 / 720), real(1 / 30240)
L4, L5, L6 = real(-1 / 1209600), real(1 / 47900160), real(-691 / 1307674368000)
L7, L8 = real(1 / 74724249600), real(-3617 / 10670622842880000)
L9, L10 = real(43867 / 5109094217170944000), real(-174611 / 802857662698291200000)

# 1 / (2n + 1), n = 1 .. 10: log((1 + s) / (1 - s)) = 2 (s + s^3 / 3 + ...)
A1, A2, A3, A4, A5 = real(1 / 3), real(1 / 5), real(1 / 7), real(1 / 9), real(1 / 11)
A6, A7, A8, A9, A10 = real(1 / 13), real(1 / 15), real(1 / 17), real(1 / 19), real(1 / 21)

M0, M1, M2, M3, M4 = real(-2.49677), real(4.02837), real(-2.08106), real(0.628816), real(-0.0791504)
X0, X1, X2, X3 = real(0.999948), real(0.693127), real(0.242295), real(0.0558755)


@jit
def reduce_exp(x):
    """x = k ln 2 + r, |r| <= ln 2 / 2: returns 2^k and exp(r) - 1."""
    x = EXP_HIGH if x > EXP_HIGH else x  # written so that a NaN passes through both lines
    x = EXP_LOW if x < EXP_LOW else x
    shifted = x * LOG2_E + ROUND
    k = shifted - ROUND
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    power = as_real(integer((as_integer(shifted) << MANTISSA) + ONE_BITS))
    r2 = r * r
    r4 = r2 * r2
    tail = (T2 + T3 * r) + r2 * (T4 + T5 * r)
    tail += r4 * ((T6 + T7 * r) + r2 * (T8 + T9 * r) + r4 * ((T10 + T11 * r) + r2 * (T12 + T13 * r)))
    return power, r + r2 * tail


@jit
def exp(x):
    power, rest = reduce_exp(x)
    return power + power * rest


@jit
def expm1(x):
    power, rest = reduce_exp(x)
    return (power - ONE) + power * rest


@jit
def exprel(x):
    safe = x if x != ZERO else ONE
    return expm1(safe) / safe if x != ZERO else ONE


@jit
def linoid(x, exp_x):
    z = x * x
    z2 = z * z
    z4 = z2 * z2
    even = (L1 + L2 * z) + z2 * (L3 + L4 * z) + z4 * ((L5 + L6 * z) + z2 * (L7 + L8 * z) + z4 * (L9 + L10 * z))
    near = (ONE - HALF * x) + z * even
    small = z < ONE
    gap = exp_x - ONE if not small else ONE
    return near if small else x / gap


@jit
def phi2(x):
    """(exp(x) - 1 - x) / x**2, with its value 1/2 at 0."""
    z2 = x * x
    z4 = z2 * z2
    near = (T2 + T3 * x) + z2 * (T4 + T5 * x) + z4 * ((T6 + T7 * x) + z2 * (T8 + T9 * x))
    near += z4 * z4 * ((T10 + T11 * x) + z2 * (T12 + T13 * x))
    small = z2 < EIGHTH  # beyond, the difference loses no more than three bits
    safe = ONE if small else x
    return near if small else (expm1(safe) / safe - ONE) / safe


@jit
def minimum(x, y):
    return x if x < y else y


@jit
def maximum(x, y):
    return x if x > y else y


@jit
def heaviside(x):
    return ONE if x > ZERO else (ZERO if x < ZERO else HALF)


@jit
def sign(x):
    return ONE if x > ZERO else (-ONE if x < ZERO else ZERO)


@jit
def log(x):
    """Natural logarithm of x > 0; not a number for x < 0, and about -708 (-87) at 0."""
    bounded = LOG_LOW if x < LOG_LOW else x
    bits = as_integer(bounded)
    exponent = (bits - as_integer(SQRT_HALF)) >> MANTISSA
    m = as_real(integer(bits - (exponent << MANTISSA)))  # in [sqrt(1/2), sqrt(2))
    s = (m - ONE) / (m + ONE)
    z = s * s
    z2 = z * z
    z4 = z2 * z2
    tail = (A1 + A2 * z) + z2 * (A3 + A4 * z) + z4 * ((A5 + A6 * z) + z2 * (A7 + A8 * z) + z4 * (A9 + A10 * z))
    k = real(exponent)
    value = k * LN2_HIGH + (TWO * s + (TWO * s * z * tail + k * LN2_LOW))
    return value if x >= ZERO else (x - x) / (x - x)


@jit
def power(x, p):
    """x**p for x > 0 and any p (integer powers are multiplied out by the generator)."""
    return exp(p * log(x))


@jit
def rough_log2(x):
    """Logarithm to base 2 of a normal positive number, to three decimals (least squares on Chebyshev points)."""
    bits = as_integer(x)
    exponent = (bits - ONE_BITS) >> MANTISSA
    m = as_real(integer(bits - (exponent << MANTISSA)))  # in [1, 2)
    m2 = m * m
    return real(exponent) + ((M0 + M1 * m) + m2 * ((M2 + M3 * m) + m2 * M4))


@jit
def rough_exp2(x):
    """2**x for moderate x, to three decimals (as above)."""
    shifted = x + ROUND
    f = x - (shifted - ROUND)  # within a half
    power = as_real(integer((as_integer(shifted) << MANTISSA) + ONE_BITS))
    return power * ((X0 + X1 * f) + f * f * (X2 + X3 * f))
