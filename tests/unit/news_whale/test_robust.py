from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.news_whale.robust import DAYS_LEAST, DAYS_TRUSTED, robust_z, trust

flows = st.integers(-(10**15), 10**15)
many = st.lists(flows, min_size=DAYS_LEAST, max_size=30)


@given(flows, many)
def test_it_stays_between_its_bounds_and_has_the_sign_of_the_difference(
    value: int, before: list[int]
) -> None:
    z = robust_z(value, before)
    assert -5.0 <= z <= 5.0
    assert robust_z(-value, [-one for one in before]) == -z
    if value > max(before):
        assert z >= 0.0


@given(flows, flows, many)
def test_more_is_never_less_unusual(one: int, other: int, before: list[int]) -> None:
    low, high = sorted((one, other))
    assert robust_z(low, before) <= robust_z(high, before)


@given(flows, st.lists(flows, max_size=DAYS_LEAST - 1))
def test_nothing_is_unusual_without_a_past(value: int, before: list[int]) -> None:
    assert robust_z(value, before) == 0.0


def test_a_past_that_never_moved() -> None:
    # Constant: the spread is 0, so a tenth of the size is the scale; all 0: whatever differs.
    assert robust_z(110, [100] * 9) == 1.0
    assert (robust_z(1, [0] * 9), robust_z(0, [0] * 9), robust_z(-1, [0] * 9)) == (5.0, 0.0, -5.0)


def test_one_wild_day_changes_little() -> None:
    usual = [10, 20, 30, 40, 50, 60, 70]
    assert abs(robust_z(90, [*usual, 10**12]) - robust_z(90, usual)) < 0.8


@given(flows, many, st.integers(1, 10**12))
def test_what_differs_by_less_than_the_least_is_less_than_one_scale(
    value: int, before: list[int], least: int
) -> None:
    plain, floored = robust_z(value, before), robust_z(value, before, least=least)
    assert abs(floored) <= abs(plain)
    assert plain * floored >= 0.0
    tiny = [one % 10 for one in before]
    assert abs(robust_z(value % least, tiny, least=least)) <= 1.0 + 10 / least


@given(st.integers(0, 400))
def test_trust_grows_with_the_days_and_is_little_within_a_week(days: int) -> None:
    assert 0.3 <= trust(days) <= trust(days + 1) <= 1.0
    assert (trust(days) == 0.3) == (days <= DAYS_TRUSTED)
    assert (trust(days) == 1.0) == (days >= 30)
