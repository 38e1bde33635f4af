"""Frames as a server sends them."""

from __future__ import annotations

import pytest

from supreme_system_v5.exchanges.simulator.frames import fragments, frame


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
def test_frames_have_their_lengths(length: int) -> None:
    data = frame(b"a" * length)
    assert data[0] == 0x81
    head = {True: 2, length > 125: 4, length > 65_535: 10}[True]
    assert len(data) == length + head


@pytest.mark.parametrize("count", [2, 3, 7])
def test_pieces_are_the_text_with_a_ping_between(count: int) -> None:
    first, ping, *others = fragments(b"abcdefg", count)
    assert ping[0] == 0x89
    assert first[0] == 0x01
    assert [other[0] for other in others] == [0x00] * (len(others) - 1) + [0x80]
    assert b"".join(each[2:] for each in (first, *others)) == b"abcdefg"
