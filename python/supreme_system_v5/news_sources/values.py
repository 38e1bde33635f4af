"""From what a source wrote to values that can be relied on: text, times, exact numbers.

Each refuses what it does not know with `BadItemError`; nothing is guessed, and nothing is NaN.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime

from supreme_system_v5.domain.feeds import FaultKind, Item
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.json_slices import Rows, malformed

__all__ = [
    "LONGEST_BODY",
    "LONGEST_TITLE",
    "BadItemError",
    "address_text",
    "bitcoin_hash",
    "canonical_url",
    "clean_text",
    "decimal_text",
    "each_item",
    "envelope",
    "error_answer",
    "iso_ns",
    "mapping",
    "not_after",
    "optional_text",
    "past",
    "rfc822_ns",
    "rows",
    "ticker",
    "tx_hash",
    "units_text",
    "unix_ns",
    "whole",
]

LONGEST_TITLE = 2_000
LONGEST_BODY = 16_000
_SHOWN = 40
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_NS = 1_230_940_800 * 10**9  # 2009-01-03: there is no chain before
_LAST_NS = 4_102_444_800 * 10**9  # 2100-01-01
_AHEAD_NS = 300 * 10**9
_MILLISECONDS = 10**11
_LARGEST = Decimal(10) ** 18
_MOST_DIGITS = 40
_TRACKING = re.compile(r"(?:utm_[^=&]*|mtm_[^=&]*|fbclid|gclid)=[^&]*&?")
_WEB = re.compile(
    r"(https?)://([^/?#\s@]{1,255})((?:/[^?#\s]*)?)(\?[^#\s]*)?(#\S*)?", re.IGNORECASE
)
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]+")


class BadItemError(ValueError):
    """One item of an answer is not what the format promises; the others may be well."""


def _shown(value: object) -> str:
    text = repr(value[:_SHOWN]) if isinstance(value, str) else repr(type(value).__name__)
    return text.encode("ascii", "backslashreplace").decode()


def error_answer(message: object) -> SourceError:
    """Make the error for an answer that tells of an error with status 200."""
    told = clean_text(message, 200) if isinstance(message, str) else ""
    return SourceError(f"it answered with an error: {told or 'not told'}", FaultKind.ERROR_ANSWER)


def mapping(value: object, what: str) -> Mapping[str, object]:
    """Return an object of the answer, or refuse the item."""
    if not isinstance(value, dict):
        raise BadItemError(f"{what} is {_shown(value)}, allowed is an object")
    return value


def envelope(value: object, what: str) -> Mapping[str, object]:
    """Return the object that holds everything, or refuse the answer."""
    if not isinstance(value, dict):
        raise malformed(f"{what} is {_shown(value)}, allowed is an object")
    return value


def rows(value: object, what: str) -> Iterable[object]:
    """Return a list of the answer, whole or decoded on the way, or refuse the answer."""
    if isinstance(value, list | Rows):
        return value
    raise malformed(f"{what} is {_shown(value)}, allowed is a list")


def each_item(
    found: Iterable[object], make: Callable[[Mapping[str, object]], Iterable[Item]]
) -> Iterator[Item | BadItemError]:
    """Make items of the rows of an answer; a bad row is answered by its error, and ends nothing."""
    for row in found:
        try:
            yield from make(mapping(row, "item"))
        except BadItemError as error:
            yield error


def clean_text(value: object, longest: int, what: str = "text") -> str:
    """Return text without controls and lone surrogates, spaces folded, cut at `longest`.

    Raises:
        BadItemError: It is no text.
    """
    if not isinstance(value, str):
        raise BadItemError(f"{what} is {_shown(value)}, allowed is text")
    return " ".join(_UNSEEN.sub("", value[: 2 * longest]).split())[:longest].rstrip()


def optional_text(value: object, longest: int = 200) -> str:
    """Return text, empty for anything else: for what is nice to have."""
    return clean_text(value, longest) if isinstance(value, str) else ""


def ticker(value: object, what: str = "asset") -> str:
    """Return a ticker in capitals.

    Raises:
        BadItemError: It is none.
    """
    if not (isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9.$_-]{1,20}", value, re.ASCII)):
        raise BadItemError(f"{what} is {_shown(value)}, allowed are up to 20 letters and digits")
    return value.upper()


def whole(value: object, what: str, low: int = 0, high: int = 2**63 - 1) -> int:
    """Return a whole number, written as one or as text.

    Raises:
        BadItemError: It is none, or out of range.
    """
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value, re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise BadItemError(f"{what} is {_shown(value)}, allowed is a whole number {low} to {high}")
    return value


def decimal_text(value: object, what: str, *, negative: bool = False) -> str:
    """Return an exact decimal string without exponent: ``"-1.5"``, ``"0"``, never ``"1e3"``.

    Args:
        value: A whole number, a Decimal, or text such as ``"12.50"``.
        what: Its name, for the message.
        negative: Whether it may be below 0.

    Raises:
        BadItemError: It is none, or beyond 1e18, or has more than 40 digits.

    >>> decimal_text("12.50", "amount")
    '12.5'
    """
    if isinstance(value, str):
        plain = re.fullmatch(r"-?\d{1,40}(\.\d{1,40})?", value, re.ASCII)
        number = Decimal(value) if plain else None
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = Decimal(value)
    else:
        number = None
    if number is None or not number.is_finite():
        raise BadItemError(f"{what} is {_shown(value)}, allowed is a plain decimal number")
    digits, exponent = number.as_tuple().digits, number.as_tuple().exponent
    scale = exponent if isinstance(exponent, int) else 0
    # By its place first: arithmetic on 1e9999999 would raise, or take for ever.
    beyond = number.adjusted() > _LARGEST.adjusted() or scale < -_MOST_DIGITS
    if number and (beyond or len(digits) > _MOST_DIGITS or number.copy_abs() > _LARGEST):
        raise BadItemError(f"{what} is beyond 1e18 or has too many digits")
    if number < 0 and not negative:
        raise BadItemError(f"{what} is below 0, allowed is at least 0")
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def units_text(units: int, decimals: int) -> str:
    """Return whole units of ``10**-decimals`` as an exact decimal string.

    >>> units_text(150_000_000, 8)
    '1.5'
    """
    return decimal_text(Decimal(units).scaleb(-decimals) if abs(units) < 10**27 else None, "amount")


def _in_range(time_ns: int, what: str) -> int:
    if not _FIRST_NS <= time_ns <= _LAST_NS:
        raise BadItemError(f"{what} is not between 2009-01-03 and 2100-01-01")
    return time_ns


def unix_ns(value: object, what: str = "time") -> int:
    """Return nanoseconds of whole seconds since 1970, or of milliseconds, told apart by size.

    Raises:
        BadItemError: It is no such number, or not between 2009 and 2100.
    """
    number = whole(value, what)
    return _in_range(number * (10**6 if number >= _MILLISECONDS else 10**9), what)


def _exact_ns(time: datetime) -> int:
    since = time.astimezone(UTC) - _EPOCH
    return (since // timedelta(microseconds=1)) * 1_000


def iso_ns(value: object, what: str = "time") -> int:
    """Return nanoseconds of a time as ISO 8601 writes it; without a zone it is UTC.

    Raises:
        BadItemError: It is none, or not between 2009 and 2100.
    """
    text = clean_text(value, 64, what)
    try:
        time = datetime.fromisoformat(text)
        found = _exact_ns(time if time.tzinfo else time.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise BadItemError(f"{what} is {_shown(text)}, allowed is an ISO 8601 time") from None
    return _in_range(found, what)


def rfc822_ns(value: object, what: str = "time") -> int:
    """Return nanoseconds of a time as RFC 822 and its successors write it, old zones included.

    Raises:
        BadItemError: It is none, or not between 2009 and 2100.
    """
    text = clean_text(value, 64, what)
    try:
        time = parsedate_to_datetime(text)
        found = _exact_ns(time if time.tzinfo else time.replace(tzinfo=UTC))
    except (ValueError, OverflowError, TypeError, IndexError):
        raise BadItemError(f"{what} is {_shown(text)}, allowed is an RFC 822 time") from None
    return _in_range(found, what)


def not_after(time_ns: int, received_ns: int) -> tuple[int, tuple[str, ...]]:
    """Return a time that is not in the future, and the flag that says it was.

    Up to 5 minutes ahead clocks may differ; the time is then that of the receipt, unflagged.
    """
    if time_ns <= received_ns:
        return time_ns, ()
    return received_ns, ("future_date",) if time_ns > received_ns + _AHEAD_NS else ()


def past(time_ns: int, received_ns: int, what: str) -> int:
    """Return a time that may be up to 5 minutes ahead, unchanged.

    Raises:
        BadItemError: It is further in the future.
    """
    if time_ns > received_ns + _AHEAD_NS:
        raise BadItemError(f"{what} is in the future")
    return time_ns


def tx_hash(value: object) -> str:
    """Return the hash of a transaction in small letters, with or without ``0x``.

    Raises:
        BadItemError: It is none.
    """
    if not (isinstance(value, str) and re.fullmatch(r"[0-9A-Za-z]{16,128}", value, re.ASCII)):
        raise BadItemError(f"hash is {_shown(value)}, allowed are 16 to 128 letters and digits")
    digits = value.lower().removeprefix("0x")
    return digits if re.fullmatch(r"[0-9a-f]+", digits) else value


def bitcoin_hash(value: object) -> str:
    """Return the hash of a Bitcoin transaction or block in small letters.

    Raises:
        BadItemError: It is none.
    """
    if not (isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F]{64}", value, re.ASCII)):
        raise BadItemError(f"hash is {_shown(value)}, allowed are 64 hexadecimal digits")
    return value.lower()


def address_text(value: object) -> str:
    """Return an address on a chain as it is written; empty for anything else."""
    plain = isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9:._-]{10,150}", value, re.ASCII)
    return str(value) if plain else ""


def canonical_url(value: object) -> str:
    """Return an address without fragment and tracking; empty when it is none of the web.

    >>> canonical_url("HTTPS://Example.org/a?utm_source=x&id=1#top")
    'https://example.org/a?id=1'
    """
    text = value.strip() if isinstance(value, str) else ""
    found = _WEB.fullmatch(text)
    if found is None or len(text) > LONGEST_TITLE or not text.isprintable():
        return ""
    query = _TRACKING.sub("", (found[4] or "")[1:]).rstrip("&")
    address = f"{found[1].lower()}://{found[2].lower()}{found[3]}"
    return f"{address}?{query}" if query else address
