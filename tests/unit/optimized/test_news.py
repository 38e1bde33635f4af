from __future__ import annotations

import copy
import math
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.errors import InvalidInputError, InvalidTypeError
from supreme_system_v5.news_whale.model import read_model
from supreme_system_v5.optimized import HeadlineModel, HeadlinePatterns
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


class TestPatterns:
    def test_one_holds_where_it_is_found_and_nothing_speaks_against_it(self) -> None:
        patterns = HeadlinePatterns([(r"\bfees? fall", "rise"), (r"\w+ fall$", None)])
        assert len(patterns) == 2
        assert patterns.all("Gas FEES fall") == [0, 1]
        assert patterns.first("Fees fall, prices rise") is None

    @given(
        st.lists(
            st.sampled_from(["a", "b", r"\b", "a?", "(?:ab|ba)+", r"\w", ".{0,3}", "[^a]", "$"])
        ),
        st.text("abAB \u00e9!", max_size=12),
    )
    def test_it_finds_what_re_finds(self, parts: list[str], text: str) -> None:
        pattern = "".join(parts)
        plain = "".join(sign if sign.isascii() else "\x7f" for sign in text).lower()
        expected = [0] if re.search(pattern, plain, re.ASCII) else []
        assert HeadlinePatterns([(pattern, None)]).all(text) == expected

    def test_it_copies_and_pickles(self) -> None:
        patterns = HeadlinePatterns([("b", None), ("a", "x")])
        for twin in (copy.copy(patterns), pickle.loads(pickle.dumps(patterns))):  # noqa: S301 - our own bytes
            assert twin.all("ab") == [0, 1]

    @pytest.mark.parametrize("wrong", ["(", "(?=x)", r"(x)\1", "x{9999}{9999}", "x" * 20_001])
    def test_what_is_no_pattern_is_refused_with_its_place(self, wrong: str) -> None:
        with pytest.raises(InvalidInputError, match=r"patterns.*at index 1") as refused:
            HeadlinePatterns([("x", None), ("x", wrong)])
        assert refused.value.index == 1

    @pytest.mark.parametrize("wrong", [None, "abc", ["abc"], [("a", 1)], [(1, None)]])
    def test_other_things_are_refused(self, wrong: object) -> None:
        with pytest.raises(InvalidTypeError, match="pairs"):
            HeadlinePatterns(wrong)  # type: ignore[arg-type]

    def test_texts_are_str(self) -> None:
        for call in (HeadlinePatterns([]).first, HeadlinePatterns([]).all):
            with pytest.raises(InvalidTypeError, match="text"):
                call(b"bytes")  # type: ignore[arg-type]
