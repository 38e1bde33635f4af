from __future__ import annotations

import pytest

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
    assert said.title == "Bitcoin surges to a record"
    assert said.confidence <= 0.2


def test_json_is_one_line() -> None:
    (said,) = judged_headlines(['Bitcoin "rises"\nagain'])
    assert "\n" not in judged_json(said)
    assert '"title":"Bitcoin \\"rises\\" again"' in judged_json(said)


def test_the_column_of_titles() -> None:
    lines = ["id,Title,x\n", '1,"a, b",2\n', "\n", "3\n"]
    assert list(titles_of_csv(lines, "f")) == ["a, b", ""]


@pytest.mark.parametrize("lines", [["a,b\n"], [], ["title\n", '"open\n']])
def test_what_is_no_csv_of_titles(lines: list[str]) -> None:
    with pytest.raises(DataError, match="^f"):
        list(titles_of_csv(lines, "f"))
