"""Arguments that no caller should hand in, and how a call with some of them is drawn."""

from __future__ import annotations

import datetime as dt
import math
from array import array
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from hypothesis import strategies as st

from supreme_system_v5.domain import AnalyzerConfig, Flag, Timeframe
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError

__all__ = ["HOSTILE", "REFUSALS", "Hostile", "HostileError", "Method", "Pretender", "anything"]


class HostileError(Exception):
    """Raised by nobody but the objects here."""


REFUSALS = (InvalidInputError, InvalidTypeError, HostileError)


class Hostile:
    """Raises whatever it is asked."""

    def _no(self, *_: object) -> Any:  # noqa: ANN401 - never returns
        raise HostileError

    __index__ = __float__ = __int__ = __len__ = __getitem__ = __iter__ = __bool__ = _no
    __eq__ = __hash__ = __str__ = __getattr__ = __abs__ = __contains__ = _no

    def __repr__(self) -> str:
        return "Hostile()"  # hypothesis shows it


class Unprintable(str):
    """Cannot even be shown in a message."""

    __slots__ = ()

    def __repr__(self) -> str:
        raise HostileError


class Pretender:
    """Calls itself an integer, and is none."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def __index__(self) -> Any:  # noqa: ANN401 - of the wrong type
        return self.answer

    def __float__(self) -> float:
        return 5.0


class FloatOfItsOwn(float):
    """A float, but not exactly one."""

    __slots__ = ()


class TextOfItsOwn(str):
    """A str, but not exactly one."""

    __slots__ = ()


OBJECTS: list[Any] = [
    None, ..., NotImplemented, object(), float, len, Hostile(), Pretender(1.5), Pretender(7),
    Pretender(10**30), FloatOfItsOwn(5.0), FloatOfItsOwn("nan"), TextOfItsOwn("5"), "\ud800",
    "5", "0", "nan", "1e5", "-1", "", "1m", "tick", "bar", Timeframe.H1, Flag.LEVEL, 1j,
    dt.datetime(2024, 8, 8, tzinfo=dt.UTC), {}, {1: 2}, set(), range(3), iter([1]),
    np.float32(1.0), np.float64(5.0), np.int64(-1), np.True_, np.datetime64(5, "ns"),
    np.array(5.0), np.array(5), np.array([5]), np.array("5"), AnalyzerConfig(), math.nan,
    math.inf, -math.inf, 0.0, -0.0, 5e-324, 1.7e308, 10**400, -(10**400), 2**63, -(2**63), 2**53,
]  # fmt: skip
objects = st.integers(0, len(OBJECTS) - 1).map(OBJECTS.__getitem__)  # some have no hash
scalars = st.one_of(
    objects,
    st.floats(),
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.text(max_size=8),
    st.text("0123456789.eE+-_ ", max_size=8),
    st.binary(max_size=8),
    st.booleans(),
    st.complex_numbers(),
    st.decimals(),
    st.fractions(),
)
dtypes = st.sampled_from(("f8", "f4", "i8", "u8", "i1", "u1", "?", "c16", ">f8", ">i8", "O", "U1"))
floats = st.lists(st.floats(), max_size=4)
whole = st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4)
arrays = st.one_of(
    st.lists(scalars, max_size=4),
    st.lists(scalars, max_size=4).map(tuple),
    floats.map(partial(array, "d")),
    whole.map(partial(array, "q")),
    floats.map(lambda x: memoryview(array("d", x))[::2]),
    st.lists(st.floats(width=32), max_size=4).map(partial(array, "f")),
    st.binary(max_size=32),
    st.binary(max_size=32).map(bytearray),
    st.tuples(st.integers(0, 4), dtypes).map(lambda x: np.ones(x[0], dtype=x[1])),
    st.tuples(st.integers(0, 3), st.integers(0, 3)).map(np.ones),
    st.integers(0, 4).map(lambda n: np.broadcast_to(np.float64(5.0), (n,))),
    st.integers(0, 4).map(lambda n: np.zeros(n, dtype="b,f8")["f1"]),  # insufficiently aligned
)
anything = scalars | arrays


@dataclass(frozen=True)
class Method:
    """A method and, for each of its arguments, what would be right."""

    name: str
    right: tuple[st.SearchStrategy[Any], ...] = ()
    named: tuple[tuple[str, st.SearchStrategy[Any]], ...] = ()

    def drawn(self, draw: st.DrawFn) -> tuple[str, list[Any], dict[str, Any]]:
        """Return a call with some arguments right and some anything at all."""
        arguments = [draw(right | anything) for right in self.right]
        named = {name: draw(right | anything) for name, right in self.named if draw(st.booleans())}
        return self.name, arguments, named


HOSTILE = [
    Hostile(),
    Unprintable("x"),
    Pretender(1.5),
    np.array(5.0),
    np.array([1, 2]),
    "\ud800",
    10**400,
    True,
]
