from __future__ import annotations

import csv
from pathlib import Path

import pytest

from supreme_system_v5.errors import DataError, InvalidInputError, InvalidTypeError
from supreme_system_v5.news_whale.addresses import AddressBook, Owner

BINANCE = "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo"
SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
EVM = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


def read(*lines: str) -> AddressBook:
    book = AddressBook()
    book.read(lines, name="mine.csv")
    return book


def test_it_says_who_told_so_when_and_how_sure() -> None:
    book = read(
        "label,address,confidence,source,date,kind_of_owner,remark",
        f"Binance,{BINANCE},0.9,its own page,2025-01-31,,x",
        f"Tether,{EVM},,,,issuer,",
    )
    assert book[BINANCE] == Owner("Binance", "exchange", 0.9, "its own page", "2025-01-31")
    assert book[EVM] == Owner("Tether", "issuer")
    assert not book[EVM].is_exchange
    assert book.named("binance") == book[BINANCE]
    assert book.named("Kraken") is None


def test_spellings_are_one_address() -> None:
    book = read("address,label", f"{SEGWIT.upper()},A", f"{EVM},B", f"{EVM.lower()},C")
    assert book[SEGWIT] == book[SEGWIT.upper()] == Owner("A")
    assert book["0x" + EVM[2:].upper()] == Owner("B")
    assert (len(book), book.repeated, list(book)) == (2, 1, [SEGWIT, EVM.lower()])


def test_files_add_up_and_the_first_word_holds() -> None:
    book = read("address,label", f"{BINANCE},First")
    book.read(["address,label", f"{BINANCE},Second", f"{SEGWIT},Third"])
    assert (book[BINANCE].name, book[SEGWIT].name, book.repeated) == ("First", "Third", 1)


def test_an_address_that_is_none_is_told_and_the_rest_is_read() -> None:
    book = read("address,label", f"{BINANCE[:-1]}p,Bad", "", f"{BINANCE},Good", ",Empty")
    assert BINANCE in book
    assert [(row.line, row.label) for row in book.refused] == [(2, "Bad"), (5, "Empty")]
    assert "wrong checksum" in book.refused[0].why


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["address,name", "x,y"], "mine.csv has no column 'label'"),
        ([], "mine.csv has no column 'address'"),
        (["address,label", f"{BINANCE},"], "line 2 has no label"),
        (["address,label,confidence", f"{BINANCE},a,0"], "line 2: confidence is '0'"),
        (["address,label,confidence", f"{BINANCE},a,nan"], "confidence is 'nan'"),
        (["address,label,confidence", f"{BINANCE},a,sure"], "allowed is above 0, at most 1"),
        (["address,label,kind_of_owner", f"{BINANCE},a,bank"], "kind_of_owner is 'bank'"),
    ],
)
def test_a_table_that_is_none_is_refused_with_its_line(lines: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(*lines)


def test_asking_for_nobody() -> None:
    book = read("address,label")
    assert book.get("x") is None
    assert "x" not in book
    with pytest.raises(InvalidInputError, match="'x' is not in the table"):
        book["x"]
    with pytest.raises(InvalidTypeError):
        assert 5 in book


def test_a_published_table_holds_eight_addresses_that_are_none(data_dir: Path) -> None:
    """The table's own column `checksum_ok` was made by somebody else."""
    path = data_dir / "whale" / "btc_exchange_addresses.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    book = AddressBook()
    with path.open(encoding="utf-8", newline="") as lines:
        book.read(lines, name=path.name)
    wrong = [row["address"] for row in rows if row["checksum_ok"] == "false"]
    assert [row.address for row in book.refused] == wrong
    assert len(wrong) == 8
    assert len(book) + len(wrong) + book.repeated == len(rows) == 225
    assert book.repeated == 1
    (twice,) = book.disputed
    assert [twice.kept, twice.label] == [
        row["label"] for row in rows if row["address"] == twice.address
    ]


def test_one_address_under_two_owners_is_told() -> None:
    book = read(
        "address,label,kind_of_owner",
        f"{SEGWIT},Kraken,",
        f"{SEGWIT.upper()},kraken,",
        f"{SEGWIT},Bitstamp,",
        f"{SEGWIT},Kraken,custodian",
        f"{BINANCE},Binance,",
    )
    assert book[SEGWIT] == Owner("Kraken")
    assert (book.repeated, len(book)) == (3, 2)
    assert [(row.line, row.address, row.label, row.kept) for row in book.disputed] == [
        (4, SEGWIT, "Bitstamp", "Kraken"),
        (5, SEGWIT, "Kraken (custodian)", "Kraken (exchange)"),
    ]
