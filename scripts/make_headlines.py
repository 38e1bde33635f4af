"""Write the project's own labelled headlines out of the hand-written shapes.

    python scripts/make_headlines.py [--check]

Reads ``data/news/shapes/*.txt`` and ``data/news/words.txt``, writes ``data/news/headlines.csv``;
with ``--check`` writes nothing and ends with 1 when the file is not what the shapes give. How the
shapes are labelled stands in ``data/news/LABELS.md``. Nothing is drawn by luck: every choice is
seeded with the shape's own text, so that a new shape changes no other row.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "data" / "news"
OUTPUT = FOLDER / "headlines.csv"
VARIANTS = 5
TEST_SHARE = 0.25
"""Share of the shapes that are never trained on."""
SENTIMENTS = {"p": "positive", "0": "neutral", "n": "negative"}
CATEGORIES = {
    "C": "CRITICAL_MACRO",
    "H": "HIGH_CRYPTO",
    "M": "MEDIUM_TECHNICAL",
    "L": "LOW_GENERAL",
}
COLUMNS = ("shape", "part", "sentiment", "category", "title")
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_SLOT = re.compile(r"\{([a-z]+)(\d?)\}")
_SMALL = frozenset(
    {
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "it",
        "its",
        "of",
    }
    | {"on", "or", "over", "the", "to", "with", "than", "vs"}
)


@dataclass(frozen=True, slots=True)
class Shape:
    """A hand-written headline with choices and slots, and its labels."""

    sentiment: str
    category: str
    text: str

    @property
    def key(self) -> str:
        """A short hash of the text: the name of the shape."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:10]

    @property
    def part(self) -> str:
        """``test`` or ``train``, by the hash alone."""
        return "test" if int(self.key, 16) / 16**10 < TEST_SHARE else "train"


def read_shapes(folder: Path) -> list[Shape]:
    """Return the shapes of all files, in their order; refuse a wrong label with file and line."""
    shapes = []
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            labels, _, text = line.partition(" ")
            if len(labels) != 2 or labels[0] not in SENTIMENTS or labels[1] not in CATEGORIES:
                sys.exit(f"{path}:{number}: {labels!r} is no label; see data/news/LABELS.md")
            shapes.append(Shape(SENTIMENTS[labels[0]], CATEGORIES[labels[1]], text))
    return shapes


def read_words(path: Path) -> dict[str, list[str]]:
    """Return what may stand in each slot."""
    words = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, values = line.partition(": ")
            words[name] = values.split("; ")
    return words


def headline(shape: Shape, words: Mapping[str, Sequence[str]], rng: Random) -> str:
    """Return one headline of a shape."""
    text = shape.text
    while _CHOICE.search(text):
        text = _CHOICE.sub(lambda found: rng.choice(found[1].split("|")), text)
    # `c`, `alt` and `x` and their numbered twins are three different ones of a kind.
    drawn: dict[str, str] = {}
    text = _SLOT.sub(lambda found: _filled(found[1], found[0], words, rng, drawn), text)
    text = re.sub(r"\s+", " ", text).strip().replace(" ,", ",")
    return _styled(text[:1].upper() + text[1:], rng)


def _filled(
    name: str,
    slot: str,
    words: Mapping[str, Sequence[str]],
    rng: Random,
    drawn: dict[str, str],
) -> str:
    """Return a word for a slot that no other slot of the headline has."""
    word = ""
    for _ in range(50):
        word = _number(name, rng) or rng.choice(words[name])
        if word not in drawn.values() or name in ("n", "pct"):
            break
    drawn[slot] = word
    return word


def _number(name: str, rng: Random) -> str:
    """Return a number of a kind; nothing when the slot is one of words."""
    made: dict[str, Callable[[], str]] = {
        "pct": lambda: f"{rng.choice((rng.randint(2, 95), rng.randint(2, 30)))}%",
        "n": lambda: str(rng.randint(2, 24)),
        "year": lambda: str(rng.randint(2017, 2027)),
        "bp": lambda: rng.choice(("25", "50", "75")),
        "blk": lambda: f"{rng.randint(600, 990)},{rng.randint(0, 999):03}",
        "usd": lambda: _money(rng, "million"),
        "big": lambda: _money(rng, "billion"),
        "tril": lambda: f"${rng.randint(1, 5)} trillion",
        "price": lambda: _price(rng),
    }
    return made[name]() if name in made else ""


def _money(rng: Random, unit: str) -> str:
    value = rng.choice((str(rng.randint(1, 950)), f"{rng.randint(1, 95)}.{rng.randint(1, 9)}"))
    if unit == "billion":
        value = f"{rng.randint(1, 30)}.{rng.randint(1, 9)}" if rng.random() < 0.6 else value[:2]
        value = value.rstrip(".")
    short = unit[0].upper() if unit == "million" else "B"
    return rng.choice((f"${value} {unit}", f"${value}{short}", f"USD {value}{short}"))


def _price(rng: Random) -> str:
    value = rng.randint(12, 180)
    return rng.choice(
        (f"${value},{rng.randint(0, 9)}00", f"${value}K", f"${value},000", f"${rng.randint(1, 9)}")
    )


def _styled(text: str, rng: Random) -> str:
    """Dress a headline as publishers do: title case, a prefix, a source behind."""
    if rng.random() < 0.35:
        text = " ".join(
            word if place and word.lower() in _SMALL else word[:1].upper() + word[1:]
            for place, word in enumerate(text.split(" "))
        )
    drawn = rng.random()
    if drawn < 0.03:
        text = f"Breaking: {text}"
    elif drawn < 0.05:
        text = f"JUST IN: {text}"
    elif drawn < 0.08 and not text.endswith("?"):
        text = f"{text}: report"
    elif drawn < 0.11:
        text = f"{text} - {rng.choice(('Bloomberg', 'Reuters', 'CoinDesk', 'Decrypt'))}"
    return text


def rows(shapes: Sequence[Shape], words: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the rows of the file: up to `VARIANTS` different headlines of each shape."""
    made: dict[str, tuple[str, ...]] = {}
    for shape in shapes:
        rng = Random(shape.key)
        for _ in range(VARIANTS):
            title = headline(shape, words, rng)
            row = (shape.key, shape.part, shape.sentiment, shape.category, title)
            made.setdefault(title.casefold(), row)
    return list(made.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check the file, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when it differs")
    options = parser.parse_args(arguments)
    shapes = read_shapes(FOLDER / "shapes")
    made = rows(shapes, read_words(FOLDER / "words.txt"))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(made)
    if options.check:
        same = OUTPUT.is_file() and OUTPUT.read_text(encoding="utf-8") == text.getvalue()
        if not same:
            print(f"{OUTPUT} is not what the shapes give: run {Path(__file__).name}")
        return int(not same)
    OUTPUT.write_text(text.getvalue(), encoding="utf-8")
    test = sum(row[1] == "test" for row in made)
    print(f"{len(made)} headlines of {len(shapes)} shapes, {test} of them for the test")
    return 0


if __name__ == "__main__":
    sys.exit(main())
