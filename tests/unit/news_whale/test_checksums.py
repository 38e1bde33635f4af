from __future__ import annotations

from hashlib import sha3_256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.news_whale.checksums import _sponge, checked_address, keccak256

# BIP-173 and BIP-350, "Test vectors", those of the main net.
SEGWIT = {
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4": "bech32",
    "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y": "bech32m",
    "BC1SW50QGDZ25J": "bech32m",
    "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs": "bech32m",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0": "bech32m",
}
NOT_SEGWIT = {
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd": "checksum of bech32,",
    "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL": "checksum of bech32,",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh": "checksum of bech32m",
    "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4": "'o'",
    "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R": "version 17",
    "bc1pw5dgrnzv": "1 bytes",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav": "41 bytes",
    "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P": "16 bytes",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf": "witness program",
    "bc1gmk9yu": "witness program",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5": "wrong checksum",
    "bc1QW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4": "mixes",
}
# EIP-55, "Test Cases".
EVM = (
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
)
# Block 0's, that of the wiki's page "Technical background of version 1 Bitcoin addresses", a P2SH.
BASE58 = (
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "16UwLL9Risc3QfPqBUvKofHmBQ7wMtjvM",
    "3P14159f73E4gFr7JterCCQh9QjiTjiZrG",
)


@pytest.mark.parametrize("address", SEGWIT)
def test_segwit(address: str) -> None:
    assert checked_address(address) == (SEGWIT[address], address.lower())


@pytest.mark.parametrize("address", NOT_SEGWIT)
def test_what_is_no_segwit_address_is_refused_and_why(address: str) -> None:
    with pytest.raises(InvalidInputError, match=NOT_SEGWIT[address]):
        checked_address(address)


@pytest.mark.parametrize("address", EVM)
def test_evm(address: str) -> None:
    assert checked_address(address) == ("evm", address.lower())


@pytest.mark.parametrize("address", BASE58)
def test_base58check(address: str) -> None:
    assert checked_address(address) == ("base58", address)


def test_tron() -> None:
    # The address of the USDT contract, as Tron's own documents have it.
    assert checked_address("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t")[0] == "tron"


@given(st.sampled_from([*SEGWIT, *BASE58, *EVM[4:]]), st.data())
def test_one_changed_letter_is_found(address: str, data: st.DataObject) -> None:
    letters = "".join(sorted(set("".join([*SEGWIT, *BASE58, *EVM]))))
    place = data.draw(st.integers(3, len(address) - 1))
    letter = data.draw(st.sampled_from(letters).filter(lambda one: one != address[place]))
    changed = address[:place] + letter + address[place + 1 :]
    if changed.lower() == address.lower() and address in SEGWIT:
        changed = changed.lower() + "q"
    with pytest.raises(InvalidInputError, match="^address '"):
        checked_address(changed)


@given(st.text(max_size=120))
def test_whatever_it_is_it_is_refused_or_known(text: str) -> None:
    try:
        kind, spelled = checked_address(text)
    except InvalidInputError as error:
        assert error.value == text  # noqa: PT017 - both ways out are fine
        return
    assert checked_address(spelled) == (kind, spelled)


def test_what_is_no_text_is_a_wrong_type() -> None:
    with pytest.raises(InvalidTypeError, match="allowed is text"):
        checked_address(b"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")  # type: ignore[arg-type]


@given(st.binary(max_size=600))
def test_the_permutation_is_that_of_sha3(data: bytes) -> None:
    """The two hashes differ in a byte of padding alone."""
    assert _sponge(data, 0x06) == sha3_256(data).digest()


def test_keccak_itself() -> None:
    # Of the empty input, and of "abc" (the Keccak team's, and every page about Ethereum).
    assert (
        keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    )
    assert keccak256(b"abc").hex() == (
        "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    )
