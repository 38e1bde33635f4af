"""The last headlines, so that a reprint is known: the same words, or nearly, about the same."""

from __future__ import annotations

import re
import sys
from collections import deque
from dataclasses import dataclass

from supreme_system_v5.news_whale.subjects import Subjects

__all__ = ["NEAR", "WINDOW", "Remembered", "Window", "words_of"]

WINDOW = 2_000
"""Headlines that are remembered."""
NEAR = 0.5
"""Share of common words, of all that occur in either, from which on two headlines may be one."""
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d[\d,.]*")
_SAID_BY = re.compile(
    r"\s(?:-|\|)\s[\w. ]{2,24}$|^(?:breaking|just in|update)(?: news)?\s*[:-]\s*|:\s*report$"
)
_TURNING = frozenset(
    {"not", "no", "never", "denies", "deny", "denied", "false", "fake", "hoax", "untrue", "without"}
    | {"unlikely", "isn't", "won't", "didn't"}
)


@dataclass(frozen=True, slots=True)
class Remembered:
    """A headline of the window.

    Attributes:
        number: Counts up.
        words: Its distinct words and numbers.
        sign: -1, 0 or 1: what it says.
        subjects: What it is about.
        story: Number of the story that it belongs to.
    """

    number: int
    words: frozenset[str]
    sign: int
    subjects: Subjects
    story: int


def words_of(text: str) -> frozenset[str]:
    """Return the distinct words of a sanitised text, without who published it."""
    return frozenset(map(sys.intern, _WORD.findall(_SAID_BY.sub(" ", text.lower()))))


class Window:
    """The last `WINDOW` headlines; some 2 MB when full.

    Looking one up reads the headlines that share one of its rarer words: two with half of their
    words in common share one of any n // 2 + 1 of n.
    """

    def __init__(self, size: int = WINDOW) -> None:
        self._size = size
        self._kept: deque[Remembered] = deque()
        self._by_number: dict[int, Remembered] = {}
        self._exact: dict[frozenset[str], int] = {}
        self._with_word: dict[str, set[int]] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, words: frozenset[str], sign: int, subjects: Subjects) -> Remembered | None:
        """Return the headline that this one repeats, None when it says something else.

        The same words repeat. Nearly the same words do when sign, coins, actors and numbers agree
        and no word that turns a sentence round stands in one alone.
        """
        exact = self._by_number.get(self._exact.get(words, -1))
        if exact is not None:
            return exact
        rare = sorted(words, key=lambda word: (len(self._with_word.get(word, ())), word))
        near: set[int] = set()
        for word in rare[: len(rare) // 2 + 1]:
            near |= self._with_word.get(word, set())
        best, found = NEAR, None
        for number in sorted(near):
            other = self._by_number[number]
            likeness = len(words & other.words) / len(words | other.words)
            if likeness >= best and self._agree(other, words, sign, subjects):
                best, found = likeness, other
        return found

    @staticmethod
    def _agree(other: Remembered, words: frozenset[str], sign: int, subjects: Subjects) -> bool:
        mine, theirs = subjects, other.subjects
        return (
            other.sign == sign
            and mine.numbers == theirs.numbers
            and mine.assets == theirs.assets
            and mine.actors == theirs.actors
            and not (words ^ other.words) & _TURNING
        )

    def remember(self, words: frozenset[str], sign: int, subjects: Subjects, story: int) -> None:
        """Add a headline, and forget the oldest when there are too many."""
        kept = Remembered(self._next, words, sign, subjects, story)
        self._next += 1
        self._kept.append(kept)
        self._by_number[kept.number] = kept
        self._exact[words] = kept.number
        for word in words:
            self._with_word.setdefault(word, set()).add(kept.number)
        if len(self._kept) > self._size:
            self._forget(self._kept.popleft())

    def _forget(self, old: Remembered) -> None:
        del self._by_number[old.number]
        if self._exact.get(old.words) == old.number:
            del self._exact[old.words]
        for word in old.words:
            numbers = self._with_word[word]
            numbers.discard(old.number)
            if not numbers:
                del self._with_word[word]
