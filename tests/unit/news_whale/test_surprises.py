from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.news_whale.surprises import COMPARED, surprise


@pytest.mark.parametrize(
    ("title", "sign"),
    [
        ("US CPI 2.9% versus 3.1% expected", 1),
        ("US CPI 3.4% vs. 3.1% expected", -1),
        ("Core PCE: 2.6% (est. 2.8%)", 1),
        ("Core CPI 0.3% m/m, 3.9% y/y against 3.8% forecast", -1),
        ("Eurozone inflation at 2.2 percent, consensus was 2.2%", 0),
        ("Jobless claims 245,000 vs 230,000 expected", -1),
        ("Unemployment 3.9%, forecast 4.1%", 1),
        ("Payrolls +303K vs +200K", -1),
        ("Nonfarm payrolls 120 thousand vs 180K est", 1),
        ("Payrolls -50K vs -80K expected", -1),
        ("Fed funds rate 5.25% vs 5.5% expected", 1),
        ("CPI -0.1% vs 0.0% exp", 1),
    ],
)
def test_the_sign_is_that_of_the_surprise(title: str, sign: int) -> None:
    assert re.search(COMPARED, title.lower(), re.ASCII)
    assert surprise(title) == sign


@pytest.mark.parametrize(
    "title",
    [
        "",
        "CPI rises to 3.4%",
        "CPI due today: 3.1% expected vs 3.0% prior",
        "CPI sends bitcoin to $60,000 vs $65,000 last week",
        "CPI 3.4% vs 200K expected",
        "Bitcoin 60,000 vs 50,000 expected",
    ],
)
def test_without_a_pair_it_says_nothing(title: str) -> None:
    assert surprise(title) is None


@given(st.integers(0, 200), st.integers(0, 200), st.sampled_from(["vs", "versus", "against"]))
def test_it_compares_as_numbers_do(figure: int, forecast: int, word: str) -> None:
    said = surprise(f"UK CPI {figure / 10:.1f}% {word} {forecast / 10:.1f}% expected")
    assert said == (figure < forecast) - (figure > forecast)


@given(st.text(alphabet="cpi 0123456789.%,vs-+$", max_size=300))
def test_no_text_is_too_odd(text: str) -> None:
    assert surprise(text) in {None, -1, 0, 1}
