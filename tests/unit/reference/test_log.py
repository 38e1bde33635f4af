from __future__ import annotations

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.reference._log import log

# Bits of x and of its logarithm by the Rust libm crate, 0.2.16.
LIBM = """
    3ff0000000000000 0000000000000000
    4000000000000000 3fe62e42fefa39ef
    3fe0000000000000 bfe62e42fefa39ef
    4024000000000000 40026bb1bbb55516
    3fb999999999999a c0026bb1bbb55515
    39b4484bfeebc2a0 c05144f69ff9ffc4
    46293e5939a08cea 405144f69ff9ffc4
    0010000000000000 c086232bdd7abcd2
    0000000000000001 c0874385446d71c3
    7fefffffffffffff 40862e42fefa39ef
    3ff0000000000001 3cafffffffffffff
    3fefffffffffffff bca0000000000000
    3fe6a09e00000000 bfd62e4420e1ff10
    3fe6a09dffffffff bfd62e4420e1ff13
    3ff6a09e00000000 3fd62e41dd1274ce
    3ff6a09dffffffff 3fd62e41dd1274cb
    3ff6a09e667f3bcd 3fd62e42fefa39f0
    3fe6a09e619264c2 bfd62e430ce86b9f
    3fe6a09e3c12aeb4 bfd62e4376f88168
"""


@pytest.mark.parametrize("line", LIBM.split("\n")[1:-1])
def test_the_bits_are_those_of_the_rust_crate(line: str) -> None:
    given_bits, expected_bits = line.split()
    (x,) = struct.unpack(">d", bytes.fromhex(given_bits))
    assert struct.pack(">d", log(x)).hex() == expected_bits


@given(st.floats(min_value=5e-324, allow_infinity=False))
def test_it_is_within_one_ulp_of_the_platform(x: float) -> None:
    expected = math.log(x)
    assert abs(log(x) - expected) <= math.ulp(expected)
