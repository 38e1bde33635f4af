from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from newslib import (
    calibration_error,
    empty_model,
    in_test,
    interval,
    macro_f1,
    own_headlines,
    pack_model,
)
from tests.support.headlines import headline_model_bytes


def test_macro_f1_is_the_mean_over_what_occurs() -> None:
    truth, said = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    assert macro_f1(truth, said, 3) == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_calibration_error_is_the_distance_of_confidence_and_hits() -> None:
    scores = np.array([[0.8, 0.1, 0.1]] * 4)
    assert calibration_error(np.array([0, 0, 0, 1]), scores) == pytest.approx(0.05)


def test_an_interval_holds_the_value_and_takes_groups_whole() -> None:
    values = np.array([0.0] * 50 + [1.0] * 50)
    low, high = interval(lambda rows: float(values[rows].mean()), [str(n) for n in range(100)])
    assert 0.35 < low < 0.5 < high < 0.65
    wide = interval(lambda rows: float(values[rows].mean()), ["a"] * 50 + ["b"] * 50)
    assert wide == (0.0, 1.0)


def test_a_model_is_packed_as_the_core_reads_it() -> None:
    ones, zeros = ((0.01,) * 3, (0.01,) * 4), ((0.0,) * 3, (0.0,) * 4)
    packed = pack_model((4, 2), (1.0, 1.0), ones, zeros, bytes(64))
    assert packed == headline_model_bytes()
    assert empty_model((4, 2)).buckets == (16, 4)


def test_no_shape_is_in_both_parts() -> None:
    rows = own_headlines()
    train = {row.shape for row in rows if row.part == "train"}
    test = {row.shape for row in rows if row.part == "test"}
    assert len(rows) >= 1_500
    assert len(train | test) >= 600
    assert not train & test


def test_parts_go_by_the_title_alone() -> None:
    assert in_test("A  title") == in_test("a title")
    assert 0.2 < sum(in_test(str(n)) for n in range(1_000)) / 1_000 < 0.4


def test_none_of_our_headlines_is_somebody_elses(data_dir: Path) -> None:
    theirs = set()
    for path in sorted((data_dir / "news").glob("*.csv*")):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            theirs |= {row["title"].casefold().strip() for row in csv.DictReader(file)}
    assert len(theirs) > 10_000
    assert [row.title for row in own_headlines() if row.title.casefold() in theirs] == []
