from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.news_whale.sanitising import TITLE_MAX, sanitise


@pytest.mark.parametrize(
    ("raw", "text", "fault"),
    [
        ("<script>alert('x')</script>Bitcoin rises", "Bitcoin rises", "markup"),
        ("SEC <script> sues Binance", "SEC sues Binance", "markup"),
        ("SEC <style type=x> sues</script> Binance", "SEC sues Binance", "markup"),
        ("a<script>1<style>2</style>3</SCRIPT >b<style>c", "a b c", "markup"),
        ("&lt;b&gt;Bitcoin&lt;/b&gt; rises", "Bitcoin rises", "markup"),
        ("&amp;lt;i&amp;gt;Bitcoin rises", "Bitcoin rises", "markup"),
        ("Bit\u200bcoin\ufeff rises", "Bitcoin rises", "hidden signs"),
        ("\u202eBitcoin rises\u202c", "Bitcoin rises", "hidden signs"),
        ("Bitc\u043ein rises", "Bitcoin rises", "lookalike letters"),
        ("\u0392itcoin rises", "Bitcoin rises", "lookalike letters"),
        ("\u0412\u0422\u0421 price rises today", "BTC price rises today", "lookalike letters"),
        ("Fees <b rise", "Fees b rise", "markup"),
        ("Up <img src=x and down", "Up img src=x and down", "markup"),
        ("\uff1cb\uff1eBitcoin\uff1c/b\uff1e rises", "Bitcoin rises", "markup"),
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


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Bitcoin \u2764\ufe0f rally", "Bitcoin \u2764 rally"),
        ("\U0001f469\u200d\U0001f4bb codes", "\U0001f469\U0001f4bb codes"),
        ("Crypto\u00adcurrencies rise", "Cryptocurrencies rise"),
        ("\u0440\u043e\u0441\u0442", "\u0440\u043e\u0441\u0442"),
    ],
)
def test_shapes_of_emoji_soft_hyphens_and_other_scripts_hide_nothing(raw: str, text: str) -> None:
    said = sanitise(raw)
    assert said.text == text
    assert not {"hidden signs", "lookalike letters"} & {*said.faults}


def test_less_than_is_no_markup() -> None:
    assert sanitise("Fees < $1 & falling").text == "Fees < $1 & falling"


@given(st.text("abc XYZ019.,$%'\"-", max_size=400), st.integers(1, 50))
def test_plain_text_goes_either_way_alike(raw: str, limit: int) -> None:
    # A sign that is no ASCII, far behind, sends the same text the long way.
    short, long = sanitise(raw, limit), sanitise(raw + "x" * limit * 2 + "\u2014", limit)
    assert long.text.startswith(short.text[:limit].rstrip())
    assert not {"markup", "hidden signs", "lookalike letters"} & {*short.faults, *long.faults}


@given(st.text(max_size=60), st.text("<>/!?abB \t'", max_size=60))
def test_no_tag_and_no_hidden_sign_comes_out(raw: str, tags: str) -> None:
    said = sanitise(raw + tags + raw)
    assert re.search(r"<[a-z!/?]", said.text, re.IGNORECASE) is None
    assert not [sign for sign in said.text if unicodedata.category(sign)[0] == "C"]


@given(
    st.sampled_from(["\ufdfa", "&amp;", "<b>", "<a ", "<script ", "\u200b", "a\u0441 "]),
    st.integers(0, 9),
)
def test_what_stands_far_behind_is_not_read(repeated: str, times: int) -> None:
    raw = repeated * 2_000
    assert sanitise(raw).text == sanitise(raw + repeated * times + "\u0441nothing").text


@given(st.text(max_size=400), st.integers(1, 50))
def test_what_comes_out_is_one_line_of_visible_signs(raw: str, limit: int) -> None:
    said = sanitise(raw, limit)
    assert len(said.text) <= limit
    assert said.text == " ".join(said.text.split())
    assert "\u200b" not in said.text
    assert said == sanitise(raw, limit)
