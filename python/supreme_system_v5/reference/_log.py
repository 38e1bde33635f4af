"""The natural logarithm, the same bits on every machine.

The algorithm is `log` of FreeBSD msun (`e_log.c`), which the Rust `libm` crate carries too:

    Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
    Developed at SunSoft, a Sun Microsystems, Inc. business.
    Permission to use, copy, modify, and distribute this software is freely granted,
    provided that this notice is preserved.
"""

from __future__ import annotations

import math

__all__ = ["log"]

_LN2_HIGH = float.fromhex("0x1.62e42feep-1")  # 32 bits of ln 2, so that k * _LN2_HIGH is exact
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
# Remez polynomial for the part of log((1 + s) / (1 - s)) above 2 s, in even powers of s.
_L1 = float.fromhex("0x1.5555555555593p-1")
_L2 = float.fromhex("0x1.999999997fa04p-2")
_L3 = float.fromhex("0x1.2492494229359p-2")
_L4 = float.fromhex("0x1.c71c51d8e78afp-3")
_L5 = float.fromhex("0x1.7466496cb03dep-3")
_L6 = float.fromhex("0x1.39a09d078c69fp-3")
_L7 = float.fromhex("0x1.2f112df3e5244p-3")
# Half of sqrt(2), as far as the upper 32 bits of a double tell it.
_HALF_SQRT_2 = (1.0 + 0x6A09E / 2**20) / 2.0


def log(x: float) -> float:
    """Return the natural logarithm of a positive, finite x; the error is below one ulp.

    x is written 2**k * (1 + f) with 1 + f between sqrt(2) / 2 and sqrt(2); with
    s = f / (2 + f), log(1 + f) = f - f * f / 2 + s * (f * f / 2 + R(s * s)).

    Example:
        >>> log(1.0), log(10.0)
        (0.0, 2.302585092994046)
    """
    mantissa, k = math.frexp(x)
    if mantissa < _HALF_SQRT_2:
        mantissa, k = mantissa * 2.0, k - 1
    f = mantissa - 1.0
    half_square = 0.5 * f * f
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (_L2 + w * (_L4 + w * _L6))
    odd = z * (_L1 + w * (_L3 + w * (_L5 + w * _L7)))
    r = odd + even
    return s * (half_square + r) + k * _LN2_LOW - half_square + f + k * _LN2_HIGH
