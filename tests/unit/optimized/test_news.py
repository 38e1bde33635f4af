from __future__ import annotations

import copy
import math
import pickle

import pytest

from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.news_whale.model import read_model
from supreme_system_v5.optimized import HeadlineModel
from tests.support.headlines import headline_model_bytes


def fnv(kind: str, first: str, second: str = "") -> int:
    """The hash of docs/news.md, written once more."""
    value = 0xCBF29CE484222325
    for byte in kind.encode() + first.encode() + b"\0" + second.encode():
        value = ((value ^ byte) * 0x100000001B3) % 2**64
    return ((value >> 40) ^ (value >> 20) ^ value) % 2**20


def test_features_are_stems_pairs_and_classes() -> None:
    model = HeadlineModel(headline_model_bytes())
    expected = {
        fnv("s", "<coin>"), fnv("s", "surg"),
        fnv("b", "^", "<coin>"), fnv("b", "<coin>", "surg"), fnv("b", "surg", "$"),
        fnv("m", "^", "<coin>"), fnv("m", "<coin>", "up"), fnv("m", "up", "$"),
        fnv("c", "<coin>"), fnv("c", "up"), fnv("p", "<coin>", "up"),
    }  # fmt: skip
    assert model.features("Bitcoin surges") == sorted(expected)


def test_a_score_is_the_softmax_of_weights_scale_and_norm() -> None:
    found = HeadlineModel(headline_model_bytes()).features("Bitcoin surges")
    counts = [sum(feature % 16 == bucket for feature in found) for bucket in range(16)]
    bucket = counts.index(max(counts))
    model = HeadlineModel(headline_model_bytes({32 + bucket: 100}))
    height = counts[bucket] * 100 * 0.01 / math.sqrt(len(found))
    rest = 1 / (2 + math.exp(height))
    assert model.scores("Bitcoin surges") == pytest.approx((rest, rest, 1 - 2 * rest))
    assert model.category_scores("Bitcoin surges") == (0.25,) * 4


def test_the_model_of_the_package_is_small() -> None:
    blob = read_model()
    assert len(blob) <= 500_000
    assert HeadlineModel(blob).buckets == (131_072, 16_384)


def test_it_copies_and_pickles() -> None:
    model = HeadlineModel(read_model())
    for twin in (copy.copy(model), pickle.loads(pickle.dumps(model))):  # noqa: S301 - our own bytes
        assert twin.scores("Bitcoin rises") == model.scores("Bitcoin rises")


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda _: b"", "no headline model"),
        (lambda blob: b"x" + blob[1:], "no headline model"),
        (lambda blob: blob[:9], "cut short"),
        (lambda blob: blob[:-1], "checksum"),
        (lambda blob: blob[:4] + b"\x09" + blob[5:], "another version"),
        (lambda blob: blob[:5] + b"\x63" + blob[6:], "more buckets"),
        (lambda blob: blob[:5] + b"\x05" + blob[6:], "number of weights"),
        (lambda _: bytes(500_001), "more than 500 000"),
    ],
)
def test_damaged_bytes_are_refused(damage: object, fault: str) -> None:
    with pytest.raises(InvalidInputError, match=fault):
        HeadlineModel(damage(headline_model_bytes()))  # type: ignore[operator]


def test_texts_are_str() -> None:
    model = HeadlineModel(headline_model_bytes())
    for call in (model.scores, model.category_scores, model.features):
        with pytest.raises(InvalidTypeError, match="text"):
            call(b"bytes")  # type: ignore[arg-type]
