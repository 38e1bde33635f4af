"""The figures of docs/news.md hold: on our own rows, and on the shared ones where they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import eval_news
from newslib import calibration_error, macro_f1, own_headlines, shared_headlines


@pytest.fixture(scope="module")
def method() -> eval_news.Method:
    return eval_news.method_of(eval_news.ours())


def test_our_own_test_part(method: eval_news.Method) -> None:
    rows = [row for row in own_headlines() if row.part == "test"]
    truth, scores = np.array([row.sentiment for row in rows]), method([row.title for row in rows])
    assert macro_f1(truth, scores.argmax(axis=1), 3) >= 0.80
    assert calibration_error(truth, scores) <= 0.05


def test_our_own_categories() -> None:
    rows = [row for row in own_headlines() if row.part == "test"]
    found = eval_news.categories(rows, eval_news.ours())
    assert found["category"][0] >= 0.85
    assert found["critical recall"][0] >= 0.95
    assert found["critical precision"][0] >= 0.80


def test_sentfin(method: eval_news.Method, data_dir: Path) -> None:
    shared = shared_headlines(data_dir / "news" / "sentfin_headlines.csv")
    rows = [row for row in shared if row.part == "test"]
    assert len(rows) > 1_500
    truth, scores = np.array([row.sentiment for row in rows]), method([row.title for row in rows])
    assert macro_f1(truth, scores.argmax(axis=1), 3) >= 0.79
    assert calibration_error(truth, scores) <= 0.05


def test_a_missed_limit_is_told() -> None:
    found = {name: {"macro_f1": 0.5, "calibration": 0.2} for name in ("SEntFiN", "own")}
    of_category = dict.fromkeys(("category", "critical recall", "critical precision"), (1.0,) * 3)
    assert len(eval_news.missed(found, of_category)) == 4
