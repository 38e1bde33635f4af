"""Text from outside made harmless: no markup, no hidden signs, no letters that look like others."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

__all__ = ["BODY_MAX", "TITLE_MAX", "Sanitised", "sanitise"]

TITLE_MAX = 300
"""Most characters of a title that are read."""
BODY_MAX = 4_000
"""Most characters of a body that are read."""
_RAW_FACTOR = 8
"""So many times the limit are looked at before markup is gone: a megabyte costs no more."""
_ENTITY_ROUNDS = 3
_TAG = re.compile(
    r"<(script|style)\b[^>]*>.*?(?:</\1\s*>|$)|<[!/?a-z][^>]*(?:>|$)", re.IGNORECASE | re.DOTALL
)
_LOOKALIKES = str.maketrans(
    "авекмнорстухіјѕԁԛԝһАВЕКМНОРСТУХІЈЅԌԚԜυνορικαεητΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "abekmhopctyxijsdqwhABEKMHOPCTYXIJSGQWuvopikaentABEZHIKMNOPTYX",
)
_SPLIT_WORD = re.compile(r"[^\W\d_]+")
_QUOTES = str.maketrans("‘’‛`“”„«»–—−‐‑\u00a0", '\'\'\'\'"""""-----' + " ")


@dataclass(frozen=True, slots=True)
class Sanitised:
    """Harmless text, and what was found in it.

    Attributes:
        text: One line, at most as long as was allowed.
        faults: Of ``"markup"``, ``"hidden signs"``, ``"lookalike letters"``, ``"cut"``,
            ``"no words"`` and ``"another language"``.
    """

    text: str
    faults: tuple[str, ...]


def sanitise(raw: str, limit: int = TITLE_MAX) -> Sanitised:
    r"""Return text without markup, control and invisible signs, with plain letters, on one line.

    Entities are decoded until nothing changes, at most three times, before tags go; then NFKC, and
    Cyrillic and Greek letters that look Latin become Latin in words that mix them. What remains is
    data for a reader of words: it is never shown as markup and never part of a command.

    Args:
        raw: Anything; lone surrogates are dropped.
        limit: Most characters to keep.

    Example:
        >>> sanitise("<b>Bit\u200bcoin</b> &amp;lt;i&amp;gt;ETF", 40)
        Sanitised(text='Bitcoin ETF', faults=('markup', 'hidden signs'))
        >>> sanitise("В\u0456tcoin surges").text
        'Bitcoin surges'
    """
    faults = []
    text = raw[: limit * _RAW_FACTOR]
    for _ in range(_ENTITY_ROUNDS):
        decoded = html.unescape(text)
        if decoded == text:
            break
        text = decoded
    if (bare := _TAG.sub(" ", text)) != text:
        faults.append("markup")
    text = unicodedata.normalize("NFKC", bare)
    shown = "".join(_visible(sign) for sign in text)
    if len(shown) != len(text):
        faults.append("hidden signs")
    plain = _SPLIT_WORD.sub(_plain, shown)
    if plain != shown:
        faults.append("lookalike letters")
    text = " ".join(plain.translate(_QUOTES).split())
    if len(text) > limit or len(raw) > limit * _RAW_FACTOR:
        faults.append("cut")
    text = text[:limit].rstrip()
    letters = [sign for sign in text if sign.isalpha()]
    if not letters:
        faults.append("no words")
    elif sum(sign.isascii() for sign in letters) * 2 < len(letters):
        faults.append("another language")
    return Sanitised(text, tuple(faults))


def _visible(sign: str) -> str:
    """A sign, a blank for a control that separates, nothing for one that hides."""
    if sign in "\t\n\r\v\f\u2028\u2029":
        return " "
    kind = unicodedata.category(sign)
    return "" if kind[0] == "C" or kind == "Mn" else sign


def _plain(word: re.Match[str]) -> str:
    """A word with Latin letters for their lookalikes, when it mixes scripts or is nothing else."""
    text = word[0]
    if text.isascii():
        return text
    changed = text.translate(_LOOKALIKES)
    return changed if changed.isascii() and any(sign.isascii() for sign in text) else text
