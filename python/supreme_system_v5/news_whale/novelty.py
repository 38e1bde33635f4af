"""The last headlines, so that a reprint is known: the same words, or nearly, about the same."""

from __future__ import annotations

import re
import sys
from collections import deque
from itertools import islice
from typing import NamedTuple

from supreme_system_v5.news_whale.subjects import Subjects

__all__ = ["WINDOW", "Print", "Window", "print_of", "words_of"]

WINDOW = 2_000
"""Headlines that are remembered."""
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d[\d,.]*")
_SAID_BY = re.compile(
    r"\s(?:-|\|)\s[\w. ]{2,24}$|^(?:breaking|just in|update)(?: news)?\s*[:-]\s*|:\s*report$"
)
_NEAR = 0.5
_BITS = 127
_COMPARED = 500  # of those that agree, the newest: so a flood of likes holds nobody up
_TURNING = frozenset(
    {"not", "no", "never", "denies", "deny", "denied", "false", "fake", "hoax", "untrue", "without"}
    | {"unlikely", "isn't", "won't", "didn't"}
)


class Print(NamedTuple):
    """What a headline is recognised by.

    Attributes:
        words: Its words and numbers, in their order.
        sketch: A bit for each of them; several may share one.
        key: What has to agree for it to be nearly another: sign, coins, actors, numbers, and the
            words that turn a sentence round.
        story: Number of the story that it belongs to.
    """

    words: tuple[str, ...]
    sketch: int
    key: int
    story: int = -1


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a sanitised text in their order, without who published it."""
    small = text.lower()
    if "-" in small or "|" in small or ":" in small:
        small = _SAID_BY.sub(" ", small)
    return tuple(map(sys.intern, _WORD.findall(small)))


def print_of(text: str, sign: int, subjects: Subjects) -> Print:
    """Return what a sanitised text, which says `sign` about `subjects`, is recognised by."""
    words = words_of(text)
    sketch = 0
    for word in words:
        sketch |= 1 << (hash(word) & _BITS)
    about = (sign, subjects.assets, subjects.actors, subjects.numbers)
    return Print(words, sketch, hash((*about, _TURNING.intersection(words))))


class Window:
    """The last `WINDOW` headlines; below 1 MB when full.

    Only what agrees in sign, coins, actors and numbers is compared, first by sketches: where two
    differ in a bit, one has a word that the other has not.
    """

    def __init__(self, size: int = WINDOW) -> None:
        self._size = size
        self._kept: deque[Print] = deque()
        self._exact: dict[tuple[str, ...], Print] = {}
        self._alike: dict[int, list[Print]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, new: Print) -> Print | None:
        """Return the headline that this one repeats, None when it says something else.

        The same words in the same order repeat. So do nearly the same, half of all that occur in
        either, when sign, coins, actors and numbers agree, no word that turns a sentence round
        stands in one alone, and the common words come in the same order.
        """
        exact = self._exact.get(new.words)
        if exact is not None:
            return exact
        words, size, sketch = set(new.words), len(new.words), new.sketch
        best, found = 0.0, None
        for other in islice(reversed(self._alike.get(new.key, ())), _COMPARED):
            # Half of all in common: those in one alone are a third of what both have, at most.
            if 3 * (sketch ^ other.sketch).bit_count() > size + len(other.words):
                continue
            theirs = set(other.words)
            likeness = len(words & theirs) / len(words | theirs)
            if likeness >= _NEAR and likeness > best and _in_order(new.words, other.words):
                best, found = likeness, other
        return found

    def remember(self, new: Print, story: int) -> None:
        """Add a headline of a story, and forget the oldest when there are too many."""
        new = new._replace(story=story)
        self._kept.append(new)
        self._exact[new.words] = new
        self._alike.setdefault(new.key, []).append(new)
        if len(self._kept) > self._size:
            self._forget(self._kept.popleft())

    def _forget(self, old: Print) -> None:
        if self._exact[old.words] is old:
            del self._exact[old.words]
        alike = self._alike[old.key]
        del alike[0]  # the oldest of all is the oldest of these
        if not alike:
            del self._alike[old.key]


def _in_order(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether the words that both have come in the same order, each by its first place."""
    mine, theirs = dict.fromkeys(one), dict.fromkeys(other)
    return [word for word in mine if word in theirs] == [word for word in theirs if word in mine]
