from __future__ import annotations

import math
import re
from array import array
from collections import deque
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supreme_system_v5.domain import Instrument
from supreme_system_v5.errors import DataError, InvalidInputError, InvalidTypeError
from supreme_system_v5.optimized.decoders import BarDecoder, TradeDecoder
from supreme_system_v5.reference import BarBuilder

Told = tuple[int, int, int, int, list[tuple[int, int, str]]]

GRAMMAR = re.compile(rb"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def decoded(rows: bytes, **made: Any) -> tuple[list[float], list[int], Told]:  # noqa: ANN401 - its parameters
    """Return prices, times and what was dropped of rows of trades."""
    decoder = TradeDecoder(**made)
    decoder.begin([0, 1, 2, 3, 4], 5, 1)
    decoder.push(rows)
    decoder.end()
    assert not decoder.fill()
    decoder.finish()
    (prices, _, times, _), dropped = decoder.take()
    return array("d", prices).tolist(), array("q", times).tolist(), dropped


def price(text: bytes, decimals: int | None = None) -> float | str:
    """Return the price that a text is read as, or the fault."""
    prices, _, told = decoded(b"1,%s,1,buy,\n" % text, price_decimals=decimals)
    return prices[0] if prices else told[-1][0][2]


def between(x: float) -> list[str]:
    """Return decimals half way to the next double, and a little to both sides."""
    half = (Decimal(x) + Decimal(math.nextafter(x, math.inf))) / 2
    return [format(half, "f"), format(half, "f") + "1", format(half, "e"), format(x, ".30e")]


class TestNumbers:
    @pytest.mark.parametrize("text", [b"61837.63", b"9e-05", b"1", b"0.00000001", b"90071992.5"])
    def test_by_default_eight_decimals_are_allowed(self, text: bytes) -> None:
        assert price(text) == float(text)

    @pytest.mark.parametrize(
        "text",
        [b"", b"x", b"nan", b"inf", b"-inf", b"0", b"-1", b"1_0", b"1e400", b"1e-9", b"1e9",
         b"0x1", b" 1", b"1 ", b".", b"1e", b"1..2", b"infinity", b"+", b"1+1", b"1\t"],
    )  # fmt: skip
    def test_what_is_not_a_number_on_it_is_a_fault(self, text: bytes) -> None:
        words = f"price is {repr(text)[1:]}, allowed is a number from 1e-08 to 9.0072e+07"
        assert price(text) == words

    def test_with_decimals_a_value_between_is_a_fault(self) -> None:
        assert price(b"0.07", 2) == 0.07
        assert price(b"0.075", 2) == (
            "price is '0.075', allowed is a number from 0.01 to 9.0072e+13 with at most 2 decimals"
        )

    @pytest.mark.parametrize("decimals", [None, *range(13)])
    def test_the_bounds_are_shown_like_python_shows_them(self, decimals: int | None) -> None:
        scale = 10 ** (8 if decimals is None else decimals)
        low, high = 1 / scale, min(2**53 / scale, 1e15)
        assert f"allowed is a number from {low:g} to {high:g}" in str(price(b"x", decimals))
        assert price(repr(low).encode(), decimals) == low

    @given(st.text("0123456789.eE+-_ nif\t", max_size=12).map(str.encode) | st.binary(max_size=8))
    @example(b"1e+3")
    @example(b".5e1")
    @example(b"5.e-1")
    @example(b"+00.10")
    def test_exactly_the_grammar_is_a_number(self, text: bytes) -> None:
        if {*text} & {*b",\n\r"}:
            return
        found = price(text)
        right = GRAMMAR.fullmatch(text)
        if right and 1e-8 <= float(text) <= 2**53 * 1e-8:
            assert found == float(text)
        else:
            assert isinstance(found, str)

    @given(st.floats(1e-8, 9e7), st.integers(0, 3))
    @example(9007199.254740993, 0)
    def test_numbers_are_the_nearest_double(self, value: float, which: int) -> None:
        for text in (repr(value), between(value)[which], f"{value:.8f}", f"{value:.17g}"):
            if 1e-8 <= float(text) <= 9e7:
                assert price(text.encode()) == float(text)

    @given(st.integers(0, 10**19), st.integers(0, 25))
    @example(2**53 + 1, 8)
    @example(2**53, 8)
    @example(10**18 - 1, 17)
    @example(1, 23)
    def test_short_and_long_digits_agree(self, digits: int, decimals: int) -> None:
        text = format(Decimal(digits).scaleb(-decimals), "f")
        if 1e-8 <= float(text) <= 9e7:
            assert price(text.encode()) == float(text)

    @given(st.floats(min_value=1e-12, max_value=2e15), st.sampled_from([None, 0, 2, 5, 8, 12]))
    @example(90071992.54740992, None)
    @example(9007199254740993.0, 0)
    @example(1e15, 0)
    def test_what_it_allows_the_bar_builder_takes(self, value: float, decimals: int | None) -> None:
        """Otherwise a row that passed the reader would stop a run without file and line."""
        read = price(repr(value).encode(), decimals)
        if isinstance(read, str):
            return
        instrument = (
            None
            if decimals is None
            else Instrument(symbol="A-B", price_decimals=decimals, size_decimals=0)
        )
        assert BarBuilder(instrument).update(read, 1.0, 0) == []


class TestTimes:
    def test_milliseconds_become_nanoseconds(self) -> None:
        for text in (b"1723161255342", b"0", b"4102444800000", b"+5", b"0007", b"-0"):
            assert decoded(text + b",1,1,buy,\n")[1] == [int(text) * 1_000_000]

    @pytest.mark.parametrize(
        "text",
        [b"", b"-1", b"1.0", b"1e3", b"4102444800001", b"1_0", b"x", b"9" * 5000, b"nan", b" 1",
         b"+", b"18446744073709551617"],
    )  # fmt: skip
    def test_anything_else_is_a_fault(self, text: bytes) -> None:
        _, times, told = decoded(text + b",1,1,buy,\n")
        assert times == []
        assert told[-1][0][2].endswith(", allowed is whole milliseconds from 0 to 4102444800000")


class TestDuplicates:
    @given(st.lists(st.binary(max_size=20) | st.integers(0, 9).map(lambda i: b"%d" % i)))
    def test_ids_are_compared_whole(self, ids: list[bytes]) -> None:
        ids = [re.sub(rb"[,\n\r]", b"", i.decode("latin-1").encode()) for i in ids]
        ids = [each.replace(b"\0", b"") for each in ids]
        _, times, told = decoded(b"".join(b"1,1,1,buy,%s\n" % each for each in ids))
        known = [each for each in ids if each]
        assert told[1] == len(known) - len(set(known))
        assert len(times) == len(ids) - told[1]

    @pytest.mark.parametrize("spread", [1, 7, 65_536, 2**40])
    def test_the_last_65536_are_known_and_no_more(self, spread: int) -> None:
        rows, state = [], 1
        for i in range(150_000):
            state = (state * 6_364_136_223_846_793_005 + 1) % 2**64
            number = i if state >> 62 else i - (state >> 32) % 140_000  # new, or an older one
            rows.append(b"1,1,1,buy,%d\n" % (number * spread))
        seen: deque[int] = deque()
        inside: set[int] = set()
        repeats = 0
        for row in rows:
            key = int(row.split(b",")[4])
            if key in inside:
                repeats += 1
                continue
            inside.add(key)
            seen.append(key)
            if len(seen) > 65_536:
                inside.remove(seen.popleft())
        assert decoded(b"".join(rows), chunk_rows=200_000)[2][1] == repeats > 10_000


def offered(decoder: Any, length: int, *columns: Any) -> list[Any]:  # noqa: ANN401 - any of them
    """Return the chunks that a table gives."""
    decoder.begin()
    chunks, start = [], 0
    while (start := decoder.offer(*columns, start=start)) < length:
        chunks.append(decoder.take())
    decoder.finish()
    return [*chunks, decoder.take()]


def texts(*values: str) -> tuple[array[int], bytes]:
    offsets = array("q", [0])
    for value in values:
        offsets.append(offsets[-1] + len(value.encode()))
    return offsets, "".join(values).encode()


class TestTables:
    def test_texts_and_numbers_are_the_same_rows(self) -> None:
        times = array("q", [1, 2, 3, 4, 5])
        prices, sides = [1.5, 2.5, 0.1, -1.0, 3.0], array("q", [1, -1, 1, 1, 0])
        numbers = (times, array("d", prices), [1.0] * 5, sides, texts("7", "8", "7", "9", ""))
        words = (
            texts(*"12345"),
            texts(*map(str, prices)),
            texts(*"11111"),
            texts("buy", "sell", "buy", "buy", "?"),
            texts("7", "8", "7", "9", ""),
        )
        for columns, odd in ((numbers, "0"), (words, "?")):
            got = offered(TradeDecoder(chunk_rows=1), 5, *columns)
            assert [array("d", chunk[0][0]).tolist() for chunk in got] == [[1.5], [2.5], []]
            faults = [text for chunk in got for _, _, text in chunk[1][-1]]
            assert [fault.split(",")[0] for fault in faults] == [
                "price is '-1.0'",
                f"side is '{odd}'",
            ]
            assert sum(chunk[1][1] for chunk in got) == 1

    def test_nothing_is_a_fault_except_as_an_id(self) -> None:
        decoder = TradeDecoder()
        nan, none = math.nan, -(2**63)
        columns = ([1, none, 1, 1], [1.0, 1.0, nan, 1.0], [1.0] * 4, texts("buy", "buy", "buy", ""))
        [(arrays, told)] = offered(decoder, 4, *columns, None)
        assert len(arrays[3]) == 1
        assert [fault.split(",")[0] for _, _, fault in told[-1]] == [
            "timestamp_ms is ''",
            "price is 'nan'",
            "side is ''",
        ]

    def test_equal_bars_are_duplicates_and_the_step_is_checked(self) -> None:
        minutes = [i * 60_000 for i in (0, 1, 1, 2, 1)]
        five = [5.0] * 5
        [(arrays, told)] = offered(
            BarDecoder(), 5, minutes, five, five, five, five, [1.0, 1.0, 1.0, 0.0, 2.0]
        )
        assert array("q", arrays[-1]).tolist() == [0, 60_000_000_000]
        assert told == (0, 1, 1, 1, [])
        with pytest.raises(DataError, match=r"^its bars are 300 seconds apart; 1-minute bars"):
            offered(BarDecoder(), 5, [i * 5 for i in minutes], *[five] * 5)

    def test_columns_must_be_as_long_as_the_times(self) -> None:
        with pytest.raises(InvalidInputError, match="size must be 2 elements"):
            TradeDecoder().offer([1, 2], [1.0, 1.0], [1.0], [1, 1], None)
        with pytest.raises(InvalidInputError, match="start must be an integer from 0 to 1"):
            TradeDecoder().offer([1], [1.0], [1.0], [1], None, start=2)
        with pytest.raises(InvalidTypeError, match="price must be a pair of offsets and bytes"):
            TradeDecoder().offer([1], ([0, 1], b"1", 0), [1.0], [1], None)  # type: ignore[arg-type]

    def test_offsets_that_lead_nowhere_are_nothing(self) -> None:
        decoder = TradeDecoder()
        sides = [1] * 3
        decoder.offer([1, 2, 3], ([0, 9, 5, -1], b"1.5"), [1.0] * 3, sides, None)
        assert decoder.bad_rows == 3


def test_places_are_within_the_width() -> None:
    with pytest.raises(InvalidInputError, match="places must be an integer from 0 to 3, got 4"):
        TradeDecoder().begin([0, 1, 2, 4], 4)
    with pytest.raises(InvalidInputError, match="chunk_rows must be an integer from 1 to"):
        BarDecoder(chunk_rows=0)
    with pytest.raises(InvalidInputError, match="size_decimals must be an integer from 0 to 12"):
        BarDecoder(size_decimals=13)


def test_it_is_shown_as_it_was_made() -> None:
    shown = "BarDecoder(price_decimals=2, size_decimals=None, chunk_rows=16384)"
    assert repr(BarDecoder(2)) == shown
