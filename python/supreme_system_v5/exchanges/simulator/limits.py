"""How often something may happen, as the venues count it."""

from __future__ import annotations

from collections import deque

__all__ = ["Windows"]


class Windows:
    """Counts what happened within moving windows, by key."""

    def __init__(self) -> None:
        self._times: dict[str, deque[tuple[int, int]]] = {}

    def used(self, key: str, window_ns: int, now_ns: int) -> int:
        """Return how much of it was used within the window that ends now."""
        times = self._times.setdefault(key, deque())
        while times and times[0][0] <= now_ns - window_ns:
            times.popleft()
        return sum(weight for _, weight in times)

    def allow(self, key: str, most: int, window_ns: int, now_ns: int, weight: int = 1) -> bool:
        """Return whether it may happen (again), and count it if so."""
        if self.used(key, window_ns, now_ns) + weight > most:
            return False
        self._times[key].append((now_ns, weight))
        return True

    def forget(self, key: str) -> None:
        """Forget one key."""
        self._times.pop(key, None)
