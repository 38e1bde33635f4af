"""What the venues have in common."""

from __future__ import annotations

import pytest

from supreme_system_v5.exchanges.simulator.venue import answer, number_of


@pytest.mark.parametrize(
    ("text", "number"), [(None, 100), ("", 100), ("5", 5), ("0", 1), ("999", 300), ("many", 100)]
)
def test_numbers_are_kept_within_bounds(text: str | None, number: int) -> None:
    assert number_of(text, 100, 1, 300) == number


def test_answers_are_json() -> None:
    told = answer({"a": "1"}, status=429, headers={"Retry-After": "3"})
    assert (told.status, told.body, told.content_type) == (429, b'{"a":"1"}', "application/json")
    assert told.headers["Retry-After"] == "3"
