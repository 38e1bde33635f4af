from __future__ import annotations

import math
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import Timeframe, TimeframeWeights, View, ViewStatus
from supreme_system_v5.errors import InvalidInputError, InvalidTypeError

SILENT = (ViewStatus.NO_DATA, ViewStatus.ERROR)


def view(**changes: Any) -> View:  # noqa: ANN401 - also what is refused
    given: dict[str, Any] = {
        "direction": 0.5, "confidence": 0.25, "as_of_ns": 100, "ttl_ns": 10,
        "status": ViewStatus.OK, "reasons": ("WHY",),
    }  # fmt: skip
    return View(**(given | changes))


class TestView:
    @given(st.floats(), st.floats())
    def test_what_it_holds_is_in_range_whatever_comes(self, direction: float, conf: float) -> None:
        allowed = -1 <= direction <= 1 and 0 <= conf <= 1
        if allowed:
            assert view(direction=direction, confidence=conf).direction == direction
        else:
            with pytest.raises(InvalidInputError, match="^(direction|confidence) is "):
                view(direction=direction, confidence=conf)

    @pytest.mark.parametrize("side", [2, -2, 7])
    def test_what_it_blocks_is_a_side_or_none(self, side: int) -> None:
        with pytest.raises(InvalidInputError, match="^blocks is .*, allowed is 1, 0 or -1"):
            view(blocks=side)
        assert [view(blocks=each).blocks for each in (-1, 0, 1)] == [-1, 0, 1]

    @pytest.mark.parametrize("name", ["direction", "confidence"])
    @pytest.mark.parametrize("value", ["0.5", None, True])
    def test_a_number_is_a_number(self, name: str, value: object) -> None:
        with pytest.raises(InvalidTypeError, match=f"^{name} is "):
            view(**{name: value})

    @pytest.mark.parametrize("status", SILENT)
    @pytest.mark.parametrize("name", ["direction", "confidence"])
    def test_without_data_nothing_is_said(self, status: ViewStatus, name: str) -> None:
        nothing: dict[str, Any] = {"direction": 0.0, "confidence": 0.0, "as_of_ns": None}
        assert view(status=status, **nothing).as_of_ns is None
        with pytest.raises(InvalidInputError, match=f"^{name} is 0.5, allowed is 0 when") as caught:
            view(status=status, **(nothing | {name: 0.5}))
        assert caught.value.name == name

    @pytest.mark.parametrize("status", [s for s in ViewStatus if s not in SILENT])
    def test_a_judgement_has_a_time(self, status: ViewStatus) -> None:
        with pytest.raises(InvalidInputError, match="^as_of_ns is None"):
            view(status=status, as_of_ns=None)

    def test_it_is_stale_after_its_time_and_without_one(self) -> None:
        assert [view().is_stale(now) for now in (99, 110, 111)] == [False, False, True]
        nothing = view(direction=0.0, confidence=0.0, as_of_ns=None, status=ViewStatus.NO_DATA)
        assert nothing.is_stale(0)
        with pytest.raises(InvalidInputError, match="^ttl_ns is -1"):
            view(ttl_ns=-1)

    def test_it_does_not_change(self) -> None:
        with pytest.raises(FrozenInstanceError):
            view().direction = 0.0  # type: ignore[misc]

    def test_the_words_are_those_of_the_definitions(self) -> None:
        assert list(ViewStatus) == ["ok", "partial", "stale", "no_data", "error"]


def weights_of(*shares: Any) -> TimeframeWeights:  # noqa: ANN401 - also what is refused
    m1, m5, m15, h1 = shares
    return TimeframeWeights(m1=m1, m5=m5, m15=m15, h1=h1)


class TestTimeframeWeights:
    def test_the_default(self) -> None:
        assert [TimeframeWeights()[timeframe] for timeframe in Timeframe] == [0.2, 0.3, 0.25, 0.25]

    @given(st.tuples(*[st.integers(0, 1_000)] * 4).filter(any))
    def test_shares_of_anything_are_weights(self, shares: tuple[int, ...]) -> None:
        weights = [share / sum(shares) for share in shares]
        assert [weights_of(*weights)[timeframe] for timeframe in Timeframe] == weights

    @pytest.mark.parametrize("bad", [-0.1, math.nan, math.inf, -math.inf])
    @pytest.mark.parametrize("place", range(4))
    def test_one_that_is_none_is_refused_by_name(self, bad: float, place: int) -> None:
        weights = [0.25] * 4
        weights[place] = bad
        name = ("m1", "m5", "m15", "h1")[place]
        with pytest.raises(InvalidInputError, match=f"^{name} is .* finite, at least 0") as caught:
            weights_of(*weights)
        assert caught.value.name == name

    @pytest.mark.parametrize(("more", "allowed"), [(0.9e-9, True), (1.1e-9, False)])
    @pytest.mark.parametrize("sign", [1, -1])
    def test_they_add_up_to_one(self, more: float, allowed: bool, sign: int) -> None:
        weights = (0.2, 0.3, 0.25, 0.25 + sign * more)
        if allowed:
            weights_of(*weights)
        else:
            with pytest.raises(InvalidInputError, match=r"^weights add up to .*, allowed is 1$"):
                weights_of(*weights)

    def test_all_at_zero_add_up_to_nothing(self) -> None:
        with pytest.raises(InvalidInputError, match="^weights add up to 0.0"):
            weights_of(0, 0, 0, 0)

    @pytest.mark.parametrize("bad", ["1", None, True])
    def test_a_weight_is_a_number(self, bad: Any) -> None:  # noqa: ANN401 - what is refused
        with pytest.raises(InvalidTypeError, match="^m1 is "):
            weights_of(bad, 0, 0, 0)
