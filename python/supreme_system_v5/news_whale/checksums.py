"""Is it an address at all? Every kind carries a checksum, and a wrong one is refused."""

from __future__ import annotations

from hashlib import sha256

from supreme_system_v5.errors import InvalidInputError, InvalidTypeError

__all__ = ["checked_address", "keccak256"]

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VERSIONS = {0x00: "base58", 0x05: "base58", 0x41: "tron"}
_LONGEST = 90
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CONSTANTS = {1: "bech32", 0x2BC830A3: "bech32m"}


def checked_address(text: str) -> tuple[str, str]:
    """Return the kind of an address, and the one spelling that all of its spellings have.

    Kinds: ``base58`` (Bitcoin, base58check of P2PKH or P2SH), ``bech32`` (Bitcoin, witness version
    0), ``bech32m`` (Bitcoin, versions 1 to 16), ``evm`` (EIP-55; in one case it carries no
    checksum, and is taken), ``tron``.

    Raises:
        InvalidInputError: It is none; the message says what is wrong with it.
        InvalidTypeError: It is no text.

    Source: Bitcoin wiki, "Base58Check encoding"; BIP-173; BIP-350; EIP-55. The tests hold it to
    their test vectors.

    Example:
        >>> checked_address("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4")
        ('bech32', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4')
        >>> checked_address("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb")
        Traceback (most recent call last):
        supreme_system_v5.errors.InvalidInputError: address '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb' \
has a wrong checksum; copy it again from its source, or leave it out
    """
    if not isinstance(text, str):
        raise InvalidTypeError(f"address is {text!r}, allowed is text")
    if not text or len(text) > _LONGEST:
        raise _refusal(text, f"has {len(text)} characters, allowed are 1 to {_LONGEST}")
    if text[:2] in ("0x", "0X"):
        return "evm", _evm(text)
    if text[:3].lower() == "bc1":
        return _segwit(text)
    return _base58(text), text


def _base58(text: str) -> str:
    number = 0
    for letter in text:
        digit = _BASE58.find(letter)
        if digit < 0:
            raise _refusal(text, f"holds {letter!r}, which base58 has not")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip("1"))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
    if len(raw) != 25:  # noqa: PLR2004 - version, hash and checksum
        raise _refusal(text, f"holds {len(raw)} bytes, an address has 25")
    if sha256(sha256(raw[:-4]).digest()).digest()[:4] != raw[-4:]:
        raise _refusal(text, "has a wrong checksum")
    kind = _VERSIONS.get(raw[0])
    if kind is None:
        raise _refusal(text, f"has version {raw[0]}, known are 0 and 5 (Bitcoin) and 65 (Tron)")
    return kind


def _segwit(text: str) -> tuple[str, str]:
    lower = text.lower()
    if text not in (lower, text.upper()):
        raise _refusal(text, "mixes capitals and small letters")
    data = [_BECH32.find(letter) for letter in lower[3:]]
    if -1 in data:
        raise _refusal(text, f"holds {text[3 + data.index(-1)]!r}, which bech32 has not")
    kind = _CONSTANTS.get(_polymod(data))
    if kind is None:
        raise _refusal(text, "has a wrong checksum")
    version, program = data[0], data[1:-6]
    length, left = divmod(len(program) * 5, 8)
    padding = program[-1] & ((1 << left) - 1) if program else 0
    known = version <= 16 and 2 <= length <= 40 and left < 5 and not padding  # noqa: PLR2004 - BIP-173
    if not known or (version == 0 and length not in (20, 32)):
        raise _refusal(text, f"is no witness program (version {version}, {length} bytes)")
    if (version == 0) != (kind == "bech32"):
        raise _refusal(text, f"has the checksum of {kind}, which version {version} has not")
    return kind, lower


def _polymod(data: list[int]) -> int:
    """Return the checksum of BIP-173 over the prefix "bc" and the data."""
    check = 1
    for value in [3, 3, 0, 2, 3, *data]:  # "bc", expanded
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            check ^= generator if top >> bit & 1 else 0
    return check


def _evm(text: str) -> str:
    digits = text[2:]
    if len(digits) != 40 or not set(digits) <= set("0123456789abcdefABCDEF"):  # noqa: PLR2004 - 20 bytes
        raise _refusal(text, "is not 0x and 40 hexadecimal digits")
    lower = digits.lower()
    if digits not in (lower, digits.upper()):
        hashed = keccak256(lower.encode()).hex()
        capital = (int(digit, 16) > 7 for digit in hashed)  # noqa: PLR2004 - EIP-55
        pairs = zip(lower, capital, strict=False)
        if digits != "".join(one.upper() if up else one for one, up in pairs):
            raise _refusal(text, "has a wrong checksum")
    return "0x" + lower


def _refusal(text: str, why: str) -> InvalidInputError:
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return InvalidInputError(
        f"address {shown!r} {why}; copy it again from its source, or leave it out",
        "address",
        text,
        "an address of Bitcoin, Ethereum or Tron with a right checksum",
    )


_ROUNDS = 24
_MASK = (1 << 64) - 1


def keccak256(data: bytes) -> bytes:
    """Return the Keccak-256 hash that Ethereum uses; `hashlib.sha3_256` pads differently.

    About half a millisecond for a short input. Source: Bertoni et al., "The Keccak reference",
    version 3.0, with rate 1088 and the first padding byte 0x01.

    >>> keccak256(b"").hex()[:16]
    'c5d2460186f7233c'
    """
    return _sponge(data, 0x01)


def _sponge(data: bytes, padding: int) -> bytes:
    rate = 136
    padded = bytearray(data) + bytes(rate - len(data) % rate)
    padded[len(data)] ^= padding
    padded[-1] ^= 0x80
    state = [0] * 25
    for start in range(0, len(padded), rate):
        for lane in range(rate // 8):
            place = start + 8 * lane
            state[lane] ^= int.from_bytes(padded[place : place + 8], "little")
        state = _permuted(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def _permuted(state: list[int]) -> list[int]:
    register = 1
    for _ in range(_ROUNDS):
        parity = [
            state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20]
            for x in range(5)
        ]
        mixed = [parity[x - 1] ^ _turned(parity[(x + 1) % 5], 1) for x in range(5)]
        state = [lane ^ mixed[place % 5] for place, lane in enumerate(state)]
        x, y, current = 1, 0, state[1]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            place = x + 5 * y
            held = state[place]
            state[place] = _turned(current, (step + 1) * (step + 2) // 2 % 64)
            current = held
        for row in range(0, 25, 5):
            lanes = state[row : row + 5]
            for x in range(5):
                state[row + x] = lanes[x] ^ (~lanes[(x + 1) % 5] & lanes[(x + 2) % 5] & _MASK)
        for power in range(7):
            register = (register << 1 ^ (register >> 7) * 0x71) % 256
            if register & 2:
                state[0] ^= 1 << ((1 << power) - 1)
    return state


def _turned(lane: int, by: int) -> int:
    return (lane << by | lane >> (64 - by)) & _MASK
