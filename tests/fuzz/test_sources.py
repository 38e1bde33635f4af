"""Broken answers through every parser: the short form of `make fuzz-sources`, and old finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz_sources import NAMES, check, inputs

SEEDS = [
    json.loads(line)
    for line in (Path(__file__).parent / "seeds" / "sources.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
"""Inputs that broke a promise once, or that a person found worth keeping."""

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed['source']}: {seed['why']}")
def test_what_was_found_once(seed: dict[str, str]) -> None:
    assert check(seed["source"], seed["body"].encode("latin-1")) == seed["comes"]


def test_seeds_are_of_every_source() -> None:
    assert {seed["source"] for seed in SEEDS} == set(NAMES)


@pytest.mark.parametrize("seed", range(4))
def test_changed_answers(seed: int) -> None:
    came = {check(name, body) for name, body in inputs(seed, 1_500)}
    assert {"items", "bad items only", "malformed", "error_answer"} <= came


def test_the_same_seed_makes_the_same_inputs() -> None:
    assert list(inputs(3, 50)) == list(inputs(3, 50)) != list(inputs(4, 50))


@given(st.sampled_from(NAMES), st.binary(max_size=200))
def test_any_bytes(name: str, body: bytes) -> None:
    check(name, body)


@given(st.sampled_from(NAMES), json_values)
def test_any_json(name: str, value: object) -> None:
    check(name, json.dumps(value).encode())


@given(
    st.sampled_from(["results", "data", "transactions", "amounts", "multi-address-transactions"]),
    json_values,
    st.sampled_from(NAMES),
)
def test_any_rows_under_the_right_name(key: str, value: object, name: str) -> None:
    envelope = {key: value, "result": "success", "context": {"code": 200}}
    check(name, json.dumps(envelope).encode())
