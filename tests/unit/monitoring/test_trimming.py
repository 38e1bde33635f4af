from __future__ import annotations

import weakref

import psutil

from supreme_system_v5.monitoring.trimming import release_memory


class Ring:
    def __init__(self) -> None:
        self.itself = self


def test_what_nobody_holds_is_given_up() -> None:
    ring = weakref.ref(Ring())
    release_memory()
    assert ring() is None


def test_free_pages_go_back_to_the_machine() -> None:
    process = psutil.Process()
    held = [bytearray(60_000) for _ in range(2_000)]  # 120 MB below the size that is mapped alone
    fence = bytearray(60_000)  # lies above them, so that the heap cannot simply end earlier
    full = process.memory_info().rss
    del held
    release_memory()
    assert process.memory_info().rss < full - 80_000_000
    assert fence
