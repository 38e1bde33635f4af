from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.news_whale.sanitising import TITLE_MAX, sanitise


@pytest.mark.parametrize(
    ("raw", "text", "fault"),
    [
        ("<script>alert('x')</script>Bitcoin rises", "Bitcoin rises", "markup"),
        ("&lt;b&gt;Bitcoin&lt;/b&gt; rises", "Bitcoin rises", "markup"),
        ("&amp;lt;i&amp;gt;Bitcoin rises", "Bitcoin rises", "markup"),
        ("Bit\u200bcoin\ufeff rises", "Bitcoin rises", "hidden signs"),
        ("\u202eBitcoin rises\u202c", "Bitcoin rises", "hidden signs"),
        ("Bitc\u043ein rises", "Bitcoin rises", "lookalike letters"),
        ("\u0392itcoin rises", "Bitcoin rises", "lookalike letters"),
        ("\U0001f680" * 9, "\U0001f680" * 9, "no words"),
        ("", "", "no words"),
        ("\u0411\u0438\u0442", "\u0411\u0438\u0442", "another language"),
    ],
)  # fmt: skip
def test_what_is_hidden_is_found(raw: str, text: str, fault: str) -> None:
    said = sanitise(raw)
    assert said.text == text
    assert fault in said.faults


def test_full_width_letters_quotes_and_lines_become_plain() -> None:
    said = sanitise("\uff22itcoin\u00a0\u2019s\n\tweek \u2014 recap")
    assert said.text == "Bitcoin 's week - recap"
    assert said.faults == ()


def test_a_megabyte_is_cut() -> None:
    said = sanitise("surge " * 200_000)
    assert len(said.text) <= TITLE_MAX
    assert said.faults == ("cut",)


def test_less_than_is_no_markup() -> None:
    assert sanitise("Fees < $1 & falling").text == "Fees < $1 & falling"


@given(st.text(max_size=400), st.integers(1, 50))
def test_what_comes_out_is_one_line_of_visible_signs(raw: str, limit: int) -> None:
    said = sanitise(raw, limit)
    assert len(said.text) <= limit
    assert said.text == " ".join(said.text.split())
    assert "\u200b" not in said.text
    assert said == sanitise(raw, limit)
