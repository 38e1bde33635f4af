"""What was passed on already: bounded, and told apart by what is new about it."""

from __future__ import annotations

from hashlib import blake2b
from itertools import islice

from supreme_system_v5.domain.feeds import Item, NewsItem

__all__ = ["Mark", "Seen", "mark_of"]

Mark = tuple[bytes, bytes]

_VERSIONS = 4
_SIZE = 12
_SOURCE = 4
"""Bytes of a digest, and of the number of a source."""


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()


def mark_of(item: Item) -> Mark:
    """Return what an item is known by: digests of its identity and of its version."""
    return _digest(item.identity), _digest(item.version)


class Seen:
    """Remembers the last `capacity` things told, some 170 bytes each.

    A story that is told again is not new, whoever tells it; with another title, by the source that
    told it first, it is. A transfer, a point or a date is new whenever something about it differs
    from the last telling, so that confirmed, gone and confirmed again are three facts.

    Args:
        capacity: Things remembered at most, at least 1; beyond it the eighth not met for longest is
            forgotten.
    """

    __slots__ = ("_capacity", "_known", "_sources")

    def __init__(self, capacity: int = 10_000) -> None:
        self._capacity = capacity
        self._known: dict[bytes, bytes] = {}
        """By identity, the one met last at the end: who told it first, and the last versions."""
        self._sources: dict[str, bytes] = {}

    def __len__(self) -> int:
        return len(self._known)

    def is_known(self, mark: Mark) -> bool:
        """Return whether this very version of this very thing is remembered."""
        return mark[1] in _versions(self._known.get(mark[0], b""))

    def is_new(self, item: Item, mark: Mark | None = None) -> bool:
        """Return whether an item is new, and remember it.

        Args:
            item: The item.
            mark: Its `mark`, if that was made before.
        """
        identity, version = mark or mark_of(item)
        known = self._known.pop(identity, b"")
        versions = _versions(known)
        source = self._sources.get(item.source)
        if source is None:
            source = self._sources[item.source] = len(self._sources).to_bytes(_SOURCE)
        new = version not in versions
        if new and isinstance(item, NewsItem):
            new = not versions or known.startswith(source)
        if new:
            kept = (*versions, version)[-_VERSIONS:] if isinstance(item, NewsItem) else (version,)
            known = b"".join((known[:_SOURCE] or source, *kept))
        self._known[identity] = known
        if len(self._known) > self._capacity:
            # Many at once: to find the first of a dict is slow behind others that were deleted.
            for oldest in tuple(islice(self._known, max(self._capacity // 8, 1))):
                del self._known[oldest]
        return new


def _versions(known: bytes) -> tuple[bytes, ...]:
    return tuple(known[at : at + _SIZE] for at in range(_SOURCE, len(known), _SIZE))
