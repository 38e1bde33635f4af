"""The table of faults is whole: each kind strikes somewhere, and says what it does."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from supreme_system_v5.exchanges.simulator.fault_kinds import KINDS
from supreme_system_v5.exchanges.simulator.faults import Fault

PAGE = Path(__file__).parents[4] / "docs" / "simulator.md"
POINTS = {"connect", "ack", "push", "pong", "ping", "timer", "rest", "reply"}
POINTS |= {"order", "login", "private"}


def test_every_kind_has_a_point_and_says_what_it_does() -> None:
    assert len(KINDS) > 50
    for name, kind in KINDS.items():
        assert kind.point in POINTS, name
        assert kind.does, name


@pytest.mark.parametrize("name", KINDS)
def test_the_page_tells_it_with_an_example_that_can_be_read(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in page if line.startswith(f"| `{name}` |")]
    _, _, told, example, _ = line.split("|")
    assert told.strip() == KINDS[name].does
    fault = msgspec.json.decode(example.strip().strip("`"), type=Fault)
    assert fault.kind == name
