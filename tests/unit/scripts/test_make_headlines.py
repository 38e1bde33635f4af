from __future__ import annotations

from collections import Counter

import pytest

from make_headlines import CATEGORIES, FOLDER, SENTIMENTS, main, read_shapes, read_words, rows


def test_the_file_is_what_the_shapes_give() -> None:
    assert main(["--check"]) == 0


def test_every_label_has_many_shapes() -> None:
    shapes = read_shapes(FOLDER / "shapes")
    assert len({shape.text for shape in shapes}) == len(shapes) >= 600
    assert min(Counter(shape.sentiment for shape in shapes).values()) >= 200
    assert min(Counter(shape.category for shape in shapes).values()) >= 150
    assert {shape.sentiment for shape in shapes} == {*SENTIMENTS.values()}
    assert {shape.category for shape in shapes} == {*CATEGORIES.values()}


def test_a_new_shape_changes_no_other_row() -> None:
    shapes, words = read_shapes(FOLDER / "shapes"), read_words(FOLDER / "words.txt")
    assert rows(shapes[:50], words) == rows(shapes[:51], words)[: len(rows(shapes[:50], words))]


def test_nothing_is_left_to_fill() -> None:
    made = rows(read_shapes(FOLDER / "shapes"), read_words(FOLDER / "words.txt"))
    assert [row for row in made if any(sign in row[-1] for sign in "{}|()")] == []


def test_a_wrong_label_is_refused_with_its_line(tmp_path: pytest.TempPathFactory) -> None:
    folder = FOLDER.__class__(str(tmp_path))
    (folder / "x.txt").write_text("# words\nqQ Bitcoin\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"x\.txt:2"):
        read_shapes(folder)
