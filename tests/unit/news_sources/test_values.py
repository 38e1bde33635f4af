from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.news_sources import values
from supreme_system_v5.news_sources.values import BadItemError

NOW = 1_780_000_000 * 10**9
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals() | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (Decimal("1E+3"), "1000"),
        ("12.50", "12.5"),
        ("100", "100"),
        (Decimal("0.00000001"), "0.00000001"),
        (Decimal("0E-400"), "0"),
        ("99.99999999", "99.99999999"),
        (10**18, "1000000000000000000"),
    ],
)
def test_exact_numbers(value: object, text: str) -> None:
    assert values.decimal_text(value, "amount") == text


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1.5,
        "",
        "1e3",
        "-1",
        "+1",
        " 1",
        "1,000",
        ".",
        "NaN",
        "\u0661",
        -1,
        10**18 + 1,
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1E+308"),
        Decimal("1E-400"),
        Decimal("1E+999999"),
        Decimal("12345E+999998"),
        Decimal("-1E+999999"),
        "0." + "1" * 41,
        [],
        {},
    ],
)
def test_what_is_no_amount(value: object) -> None:
    with pytest.raises(BadItemError, match="amount"):
        values.decimal_text(value, "amount")


def test_below_zero_where_it_is_allowed() -> None:
    assert values.decimal_text("-1.50", "flow", negative=True) == "-1.5"


@given(anything)
def test_whatever_comes_is_exact_or_refused(value: object) -> None:
    try:
        text = values.decimal_text(value, "amount", negative=True)
    except BadItemError:
        return
    assert Decimal(text).is_finite()
    assert "E" not in text.upper()
    assert Decimal(text) == Decimal(str(value))


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("2026-05-28T10:00:00Z", 1_779_962_400 * 10**9),
        ("2026-05-28T12:00:00+02:00", 1_779_962_400 * 10**9),
        ("2026-05-28T10:00:00.000000000Z", 1_779_962_400 * 10**9),
        ("2026-05-28T10:00:00.000001Z", 1_779_962_400 * 10**9 + 1_000),
        ("2026-05-28 10:00:00", 1_779_962_400 * 10**9),
        ("2026-05-28", 1_779_926_400 * 10**9),
        # Summer time began at 2 o'clock that night in New York: the offset decides, no table.
        ("2026-03-08T01:59:59-05:00", 1_772_953_199 * 10**9),
        ("2026-03-08T03:00:00-04:00", 1_772_953_200 * 10**9),
    ],
)
def test_iso_times(text: str, ns: int) -> None:
    assert values.iso_ns(text) == ns


@pytest.mark.parametrize(
    "text",
    [None, 5, "", "now", "1970-01-01", "2200-01-01", "2026-13-01", "9999-12-31T23:59:59-14:00"],
)
def test_no_iso_times(text: object) -> None:
    with pytest.raises(BadItemError):
        values.iso_ns(text)


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("Thu, 28 May 2026 10:00:00 GMT", 1_779_962_400 * 10**9),
        ("Thu, 28 May 2026 05:00:00 EST", 1_779_962_400 * 10**9),
        ("28 May 2026 03:00 PDT", 1_779_962_400 * 10**9),
        ("Thu, 28 May 2026 12:00:00 +0200", 1_779_962_400 * 10**9),
        ("Thu, 28 May 26 10:00:00 -0000", 1_779_962_400 * 10**9),
        ("Thu, 28 May 2026 10:00:00", 1_779_962_400 * 10**9),
    ],
)
def test_rfc_822_times(text: str, ns: int) -> None:
    assert values.rfc822_ns(text) == ns


@given(st.text())
def test_no_text_breaks_the_readers_of_time(text: str) -> None:
    for read in (values.iso_ns, values.rfc822_ns):
        try:
            found = read(text)
        except BadItemError:
            continue
        assert 1_230_940_800 * 10**9 <= found <= 4_102_444_800 * 10**9


@pytest.mark.parametrize("value", [1_779_962_400, "1779962400", 1_779_962_400_000])
def test_seconds_and_milliseconds_are_told_apart(value: object) -> None:
    assert values.unix_ns(value) == 1_779_962_400 * 10**9


@pytest.mark.parametrize("value", [0, -1, True, None, 1.5, "1e9", 10**17, "x"])
def test_no_unix_times(value: object) -> None:
    with pytest.raises(BadItemError):
        values.unix_ns(value)


def test_the_future_is_clamped_and_flagged_beyond_five_minutes() -> None:
    minute = 60 * 10**9
    assert values.not_after(NOW - 1, NOW) == (NOW - 1, ())
    assert values.not_after(NOW + 5 * minute, NOW) == (NOW, ())
    assert values.not_after(NOW + 5 * minute + 1, NOW) == (NOW, ("future_date",))
    assert values.past(NOW + 5 * minute, NOW, "time") == NOW + 5 * minute
    with pytest.raises(BadItemError, match="time is in the future"):
        values.past(NOW + 5 * minute + 1, NOW, "time")


@given(st.text(st.characters()), st.integers(1, 50))
def test_text_is_clean_and_short(text: str, longest: int) -> None:
    found = values.clean_text(text, longest)
    assert len(found) <= longest
    assert found == found.strip()
    found.encode("utf-8")
    assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in found)


def test_text_of_a_megabyte_is_cut() -> None:
    assert values.clean_text("ab " * 400_000, 10) == "ab ab ab a"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://A.org/x?utm_source=a&utm_medium=b", "https://a.org/x"),
        ("https://a.org/x?id=1&utm_source=a", "https://a.org/x?id=1"),
        ("https://a.org/x?utm_source=a&id=1#frag", "https://a.org/x?id=1"),
        ("https://a.org/x?fbclid=a&gclid=b&mtm_campaign=c", "https://a.org/x"),
        (" http://a.org/ ", "http://a.org/"),
        ("javascript:alert(1)", ""),
        ("https://user@a.org/", ""),
        ("https://a.org/a b", ""),
        ("//a.org/", ""),
        ("https://a.org/" + "a" * 3_000, ""),
        (None, ""),
        (5, ""),
    ],
)
def test_canonical_addresses(url: object, canonical: str) -> None:
    assert values.canonical_url(url) == canonical
    assert values.canonical_url(canonical) == canonical


def test_hashes_and_addresses_and_tickers() -> None:
    assert values.bitcoin_hash("AB" * 32) == "ab" * 32
    assert values.tx_hash("0x" + "AB" * 32) == "ab" * 32
    assert values.tx_hash("5UfDuX7WXY21mFkM8Gd") == "5UfDuX7WXY21mFkM8Gd", "not hexadecimal: as is"
    assert values.address_text("multiple addresses") == ""
    assert values.ticker("usdt") == "USDT"
    for check in (values.bitcoin_hash, values.tx_hash, values.ticker):
        for wrong in (None, "", "../x", "a" * 200, 7):
            with pytest.raises(BadItemError):
                check(wrong)


def test_units() -> None:
    assert values.units_text(9_999_999_999, 8) == "99.99999999"
    assert values.units_text(0, 8) == "0"
    chance = random.Random(1)
    for _ in range(200):
        units = chance.randrange(21 * 10**14)
        assert Decimal(values.units_text(units, 8)) * 10**8 == units


def test_a_bad_row_ends_nothing() -> None:
    found = list(values.each_item([1, {}, "x"], lambda _: iter(())))
    assert [type(error) for error in found] == [BadItemError, BadItemError]
