"""Whose address is it? A table that says who told so, when, and how sure that is."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from supreme_system_v5.domain import NS_PER_SECOND
from supreme_system_v5.errors import DataError, InvalidInputError, InvalidTypeError
from supreme_system_v5.news_whale.checksums import checked_address

__all__ = ["AddressBook", "DisputedAddress", "Owner", "RefusedAddress"]

_KINDS = ("exchange", "issuer", "custodian", "bridge", "miner", "staking")
_MOST = 1_000_000


class Owner(msgspec.Struct, frozen=True, gc=False):
    """Who has an address.

    Attributes:
        name: For example ``"Binance"``.
        kind: ``"exchange"``, ``"issuer"`` (of a stablecoin), ``"custodian"``, ``"bridge"``,
            ``"miner"`` or ``"staking"``.
        confidence: How sure that is, above 0, at most 1.
        source: Who says so.
        as_of: The day on which it was so, as it was written.
        since_ns: When that day begins, nanoseconds UTC, found from it; 0 where none is named. What
            happened before is named by hindsight.

    Raises:
        InvalidInputError: The day is none.
    """

    name: str
    kind: str = "exchange"
    confidence: float = 1.0
    source: str = ""
    as_of: str = ""
    since_ns: int = 0

    def __post_init__(self) -> None:
        if self.as_of:
            msgspec.structs.force_setattr(self, "since_ns", _since_ns(self.as_of))

    @property
    def is_exchange(self) -> bool:
        """Whether it is an exchange."""
        return self.kind == "exchange"


class RefusedAddress(msgspec.Struct, frozen=True):
    """A row that was left out.

    Attributes:
        line: Its number in the file, the header being 1.
        address: As it was written.
        label: Whose it was said to be.
        why: What is wrong.
    """

    line: int
    address: str
    label: str
    why: str


class DisputedAddress(msgspec.Struct, frozen=True):
    """A row about an address that an earlier one gives to somebody else.

    Attributes:
        line: Its number in the file, the header being 1.
        address: As it was written.
        label: Whose it is said to be here.
        kept: Whose it stays.
    """

    line: int
    address: str
    label: str
    kept: str


class AddressBook:
    """Owners by address.

    Reads CSV with the columns ``address`` and ``label``, and, where there are, ``kind_of_owner``
    (``exchange`` unless given), ``confidence`` (1 unless given), ``source`` and ``as_of`` (or
    ``date``: a day such as ``2026-02-18``, first of all); other columns are passed over. Several
    files add up; the first that names an address keeps it, and who gives it to somebody else is
    told. An address whose checksum is wrong is refused and told, the others are read.

    Attributes:
        refused: The rows that were left out because their address is none.
        repeated: How many rows named an address that was there already.
        disputed: Those of them that give it to another owner, or one of another kind.

    Example:
        >>> book = AddressBook()
        >>> book.read(["address,label", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa,Genesis", "1A1z,Bad"])
        >>> book["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"].name, len(book)
        ('Genesis', 1)
        >>> [(row.line, row.label) for row in book.refused]
        [(3, 'Bad')]
    """

    __slots__ = ("_names", "_owners", "disputed", "refused", "repeated")

    def __init__(self) -> None:
        self._owners: dict[str, Owner] = {}
        self._names: dict[str, Owner] = {}
        self.refused: list[RefusedAddress] = []
        self.disputed: list[DisputedAddress] = []
        self.repeated = 0

    def read(self, lines: Iterable[str], *, name: str = "addresses") -> None:
        """Add the rows of a CSV file.

        Args:
            lines: The file, line by line, with its header.
            name: What errors call it.

        Raises:
            DataError: A column is missing, a row has no label, a kind or confidence is out of
                range, or a date is none; the message names the line.
        """
        rows = csv.reader(lines)
        header = [column.strip().lower() for column in next(rows, [])]
        for column in ("address", "label"):
            if column not in header:
                raise DataError(
                    f"{name} has no column {column!r} (its header is {','.join(header)!r}): "
                    "write address,label and what is known of source,as_of,confidence"
                )
        for row in rows:
            if row:
                self._add(dict(zip(header, map(str.strip, row), strict=False)), rows.line_num, name)

    def _add(self, row: dict[str, str], line: int, name: str) -> None:
        label = row.get("label", "")
        if not label:
            raise DataError(f"{name} line {line} has no label: say whose address it is")
        kind = row.get("kind_of_owner", "") or "exchange"
        if kind not in _KINDS:
            raise DataError(
                f"{name} line {line}: kind_of_owner is {kind!r}, allowed is {', '.join(_KINDS)}"
            )
        where = f"{name} line {line}"
        confidence = _confidence(row.get("confidence", ""), where)
        as_of = row.get("as_of", "") or row.get("date", "")
        try:
            owner = Owner(label, kind, confidence, row.get("source", ""), as_of)
        except InvalidInputError as error:
            raise DataError(f"{where}: {error}") from error
        written = row.get("address", "")
        try:
            self.add(written, owner)
        except InvalidInputError as error:
            why = str(error)
            self.refused.append(RefusedAddress(line=line, address=written, label=label, why=why))
            return
        kept = self[written]
        if (kept.name.casefold(), kept.kind) != (label.casefold(), kind):
            told = _told(kept, owner)
            self.disputed.append(
                DisputedAddress(line=line, address=written, label=told[1], kept=told[0])
            )

    def add(self, address: str, owner: Owner) -> None:
        """Add one address, unless it is there already.

        Raises:
            InvalidInputError: It is no address, or there are a million already.
            InvalidTypeError: It is no text.
        """
        _, spelled = checked_address(address)
        if spelled in self._owners:
            self.repeated += 1
            return
        if len(self._owners) >= _MOST:
            bound = f"at most {_MOST} addresses"
            raise InvalidInputError(f"the table is full, allowed are {bound}", "address", "", bound)
        self._owners[spelled] = owner
        self._names.setdefault(owner.name.casefold(), owner)

    def get(self, address: str) -> Owner | None:
        """Return whose an address is, in any of its spellings; None when nobody knows."""
        owner = self._owners.get(address)
        if owner is None and address[:3].lower() in ("bc1", *_EVM):
            owner = self._owners.get(address.lower())
        return owner

    def named(self, name: str) -> Owner | None:
        """Return the owner of that name, capitals or not; None when the table has none."""
        return self._names.get(name.casefold())

    def __getitem__(self, address: str) -> Owner:
        owner = self.get(address)
        if owner is None:
            raise InvalidInputError(
                f"address {address!r} is not in the table", "address", address, "one that is in it"
            )
        return owner

    def __len__(self) -> int:
        return len(self._owners)

    def __iter__(self) -> Iterator[str]:
        return iter(self._owners)

    def __contains__(self, address: object) -> bool:
        if not isinstance(address, str):
            raise InvalidTypeError(f"address is {address!r}, allowed is text")
        return self.get(address) is not None


_EVM = tuple(f"0x{digit}" for digit in "0123456789abcdef")


def _confidence(text: str, where: str) -> float:
    if not text:
        return 1.0
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0.0 < value <= 1.0:
        raise DataError(f"{where}: confidence is {text!r}, allowed is above 0, at most 1")
    return value


def _told(*owners: Owner) -> list[str]:
    """Return their names, with what they are where that alone tells them apart."""
    alike = len({owner.name.casefold() for owner in owners}) == 1
    return [f"{owner.name} ({owner.kind})" if alike else owner.name for owner in owners]


def _since_ns(as_of: str) -> int:
    try:
        day = datetime.strptime(as_of[:10], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        bound = "a day such as 2026-02-18, or nothing"
        raise InvalidInputError(
            f"as_of is {as_of!r}, allowed is {bound}", "as_of", as_of, bound
        ) from None
    return max(int(day.timestamp()), 0) * NS_PER_SECOND
