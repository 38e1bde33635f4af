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
_RAW_FACTOR = 4
"""So many times the limit are looked at before markup is gone: a megabyte costs no more."""
_SPARE = 200
"""So many signs beyond the limit are looked at after markup is gone: some hide, and go."""
_CHUNK = 512
"""So many signs are normalised at a time: one may become eighteen."""
_ENTITY_ROUNDS = 3
_MOSTLY = 0.5
# A tag ends before the next begins; what is never closed loses its sign alone, not what follows.
_TAG = re.compile(r"<[!/?a-z][^<>]*>|<(?=[!/?a-z])", re.IGNORECASE)
_BLOCK = re.compile(r"<(/?)(script|style)\b[^<>]*>", re.IGNORECASE)
_ODD_ASCII = re.compile(r"[&<`]")
# Shapes of emoji, and where a word may be broken: they hide nothing.
_SHAPING = re.compile("[\u00ad\ufe0e\ufe0f]|(?<=[^\\w\\s])\u200d(?=[^\\w\\s])")
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

    Entities are decoded until nothing changes, at most three times, before tags go; then it is cut,
    NFKC, and Cyrillic and Greek letters that look Latin become Latin in words that mix them, or are
    nothing else in a Latin text. What remains is data for a reader of words: it is never shown as
    markup and never part of a command. However long, it takes some milliseconds at most.

    Args:
        raw: Anything; lone surrogates are dropped.
        limit: Most characters to keep.

    Example:
        >>> sanitise("<b>Bit\u200bcoin</b> &amp;lt;i&amp;gt;ETF", 40)
        Sanitised(text='Bitcoin ETF', faults=('markup', 'hidden signs'))
        >>> sanitise("В\u0456tcoin surges").text
        'Bitcoin surges'
    """
    text, faults = raw[: limit * _RAW_FACTOR], list[str]()
    if not text.isascii() or not text.isprintable() or _ODD_ASCII.search(text):
        text, faults = _bare(text, limit + _SPARE)
    text = " ".join(text.split())
    if len(text) > limit or len(raw) > limit * _RAW_FACTOR:
        faults.append("cut")
    text = text[:limit].rstrip()
    latin = _latin_share(text)
    if latin is None:
        faults.append("no words")
    elif latin < _MOSTLY:
        faults.append("another language")
    return Sanitised(text, tuple(faults))


def _bare(text: str, most: int) -> tuple[str, list[str]]:
    """At most so many signs, plain, and what was wrong with the text."""
    faults = []
    for _ in range(_ENTITY_ROUNDS):
        decoded = html.unescape(text)
        if decoded == text:
            break
        text = decoded
    bare = _without_markup(text)
    normal = _normal(_SHAPING.sub("", bare[:most]), most)
    odd = (sign for sign in set(normal) if not " " <= sign <= "~")
    shown = normal.translate({ord(sign): _visible(sign) for sign in odd})
    hides = len(shown) != len(normal)
    plain = _without_markup(shown)
    if bare != text or plain != shown:
        faults.append("markup")
    if hides:
        faults.append("hidden signs")
    latin = (_latin_share(plain) or 0.0) > _MOSTLY
    unmixed = _SPLIT_WORD.sub(lambda word: _plain(word[0], latin=latin), plain)
    if unmixed != plain:
        faults.append("lookalike letters")
    return unmixed.translate(_QUOTES), faults


def _without_markup(text: str) -> str:
    """Blanks for tags, and for scripts and styles with what is in them where they are closed."""
    if "<" not in text:
        return text
    tags = list(_BLOCK.finditer(text))
    last = {tag[2].lower(): tag.start() for tag in tags if tag[1]}
    kept, start, opened, begun = list[str](), 0, "", 0
    for tag in tags:
        closes, kind = bool(tag[1]), tag[2].lower()
        if not opened and not closes and last.get(kind, -1) > tag.start():
            opened, begun = kind, tag.start()
        elif closes and kind == opened:
            kept += (text[start:begun], " ")
            start, opened = tag.end(), ""
    return _TAG.sub(" ", "".join(kept) + text[start:])


def _normal(text: str, most: int) -> str:
    """At most so many signs of NFKC."""
    normal = ""
    for start in range(0, len(text), _CHUNK):
        normal += unicodedata.normalize("NFKC", text[start : start + _CHUNK])
        if len(normal) >= most:
            break
    return normal[:most]


def _latin_share(text: str) -> float | None:
    """Which share of the letters is of ASCII; None without letters."""
    if text.isascii():
        return 1.0 if any(map(str.isalpha, text)) else None
    letters = [sign for sign in text if sign.isalpha()]
    return sum(map(str.isascii, letters)) / len(letters) if letters else None


def _visible(sign: str) -> str:
    """The sign, a blank for a control that separates, nothing for one that hides."""
    if sign in "\t\n\r\v\f\u2028\u2029":
        return " "
    kind = unicodedata.category(sign)
    return "" if kind[0] == "C" or kind == "Mn" else sign


def _plain(text: str, *, latin: bool) -> str:
    """A word with Latin letters for their lookalikes.

    Only where it mixes scripts, or is all lookalikes in a text that is Latin.
    """
    if text.isascii():
        return text
    changed = text.translate(_LOOKALIKES)
    mixed = latin or any(map(str.isascii, text))
    return changed if changed.isascii() and mixed else text
