from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bench_news import LIMITS, main, missed, titles

if TYPE_CHECKING:
    import pytest


def test_titles_are_different() -> None:
    assert len(set(titles(100))) == 100


def test_each_limit_is_one() -> None:
    held = dict.fromkeys(LIMITS, 0.0)
    assert missed(held) == []
    for name, most in LIMITS.items():
        assert missed({**held, name: most * 2}) == [
            f"{name}: {most * 2:.2f}, the limit is {most:g}"
        ]
    assert len(missed(dict.fromkeys(LIMITS, float("nan")))) == len(LIMITS)


def test_json(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench_news.WINDOW", 20)
    main(["--json", "--rounds", "1"])
    assert set(json.loads(capsys.readouterr().out)["news"]) == {*LIMITS, "subjects_us"}
