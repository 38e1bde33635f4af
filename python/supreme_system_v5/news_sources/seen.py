"""What was passed on already: bounded, and told apart by what is new about it."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b

from supreme_system_v5.domain.feeds import Item, NewsItem

__all__ = ["Mark", "Seen", "mark_of"]

Mark = tuple[bytes, bytes]

_VERSIONS = 4


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()


def mark_of(item: Item) -> Mark:
    """Return what an item is known by: digests of its identity and of its version."""
    return _digest(item.identity), _digest(item.version)


class Seen:
    """Remembers the last `capacity` things told, 24 bytes and some each.

    A story that is told again is not new, whoever tells it; with another title, by the source that
    told it first, it is. A transfer, a point or a date is new whenever something about it differs
    from the last telling, so that confirmed, gone and confirmed again are three facts.

    Args:
        capacity: Things remembered, at least 1; the one not met for longest is forgotten.
    """

    __slots__ = ("_capacity", "_known")

    def __init__(self, capacity: int = 10_000) -> None:
        self._capacity = capacity
        self._known: OrderedDict[bytes, tuple[str, tuple[bytes, ...]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def is_known(self, mark: Mark) -> bool:
        """Return whether this very version of this very thing is remembered."""
        return mark[1] in self._known.get(mark[0], ("", ()))[1]

    def is_new(self, item: Item, mark: Mark | None = None) -> bool:
        """Return whether an item is new, and remember it.

        Args:
            item: The item.
            mark: Its `mark`, if that was made before.
        """
        identity, version = mark or mark_of(item)
        source, versions = self._known.get(identity, (item.source, ()))
        news = isinstance(item, NewsItem)
        if news:
            new = not versions or (source == item.source and version not in versions)
        else:
            new = version not in versions
        if new:
            kept = (*versions, version)[-_VERSIONS:] if news else (version,)
            self._known[identity] = source, kept
        self._known.move_to_end(identity)
        while len(self._known) > self._capacity:
            self._known.popitem(last=False)
        return new
