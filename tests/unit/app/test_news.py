from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.app import judged_headlines, judged_json, titles_of_csv
from supreme_system_v5.errors import DataError


def test_each_title_is_answered_in_its_order() -> None:
    said = list(judged_headlines(["Bitcoin plunges 20% as panic spreads", "", "SEC drops case"]))
    assert [one.label for one in said] == ["negative", "neutral", "positive"]
    assert [one.title for one in said][1:] == ["", "SEC drops case"]
    assert said[1].confidence == 0.0
    assert said[0].assets == ("BTC",)


def test_text_that_hides_something_is_hardly_believed() -> None:
    (said,) = judged_headlines(["B\u0456tcoin surges to a record"])
    assert said.read_as == "Bitcoin surges to a record"
    assert said.title == "B\u0456tcoin surges to a record"
    assert said.confidence <= 0.2


def test_json_is_one_line() -> None:
    (said,) = judged_headlines(['Bitcoin "rises"\nagain'])
    assert "\n" not in judged_json(said)
    assert '"read_as":"Bitcoin \\"rises\\" again"' in judged_json(said)
    assert judged_json(said).startswith('{"title":"Bitcoin \\"rises\\"\\nagain",')


@given(
    st.text(st.characters() | st.sampled_from("\u202e\u200b\x1b\u2019\u00bd  \ud800"), max_size=30)
)
def test_who_joins_by_title_finds_every_row(title: str) -> None:
    (said,) = judged_headlines([title])
    line = judged_json(said)
    assert line.isprintable()
    row = json.loads(line)
    assert row["title"] == title
    assert row.get("read_as", title) == said.read_as
    assert ("read_as" in row) == (said.read_as != title)


def test_the_column_of_titles() -> None:
    lines = ["id,Title,x\n", '1,"a, b",2\n', "\n", "3\n"]
    assert list(titles_of_csv(lines, "f")) == ["a, b", ""]


@pytest.mark.parametrize("lines", [["a,b\n"], [], ["title\n", '"open\n']])
def test_what_is_no_csv_of_titles(lines: list[str]) -> None:
    with pytest.raises(DataError, match="^f"):
        list(titles_of_csv(lines, "f"))
