"""Headlines from a file or a pipe, as `supreme news classify` reads and judges them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from supreme_system_v5.domain.feeds import Coverage, NewsItem
from supreme_system_v5.errors import DataError
from supreme_system_v5.market_data.fetched_rows import fetched_item
from supreme_system_v5.market_data.item_rows import rows_of
from supreme_system_v5.news_whale import AdvancedNewsClassifier
from supreme_system_v5.news_whale.model import read_model
from supreme_system_v5.news_whale.news_classifier import HIDING, HOSTILE_CAP, UNREADABLE
from supreme_system_v5.news_whale.sanitising import sanitise
from supreme_system_v5.news_whale.subjects import find_assets
from supreme_system_v5.optimized import HeadlineModel

__all__ = [
    "JudgedHeadline",
    "judged_headlines",
    "judged_json",
    "news_classifier",
    "titles_of_csv",
    "titles_of_items",
]

_CELL_MAX = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedHeadline:
    """What one headline says by itself; who told it, and when, is not known here.

    Attributes:
        title: As it was given; it may hold what a terminal obeys.
        read_as: As sanitised.
        category: CRITICAL_MACRO, HIGH_CRYPTO, MEDIUM_TECHNICAL or LOW_GENERAL.
        sentiment: -1 to 1.
        label: ``"negative"``, ``"neutral"`` or ``"positive"``.
        confidence: 0 to 1: P(label), calibrated; at most 0.2 for text that nobody can read.
        assets: Tickers that it names.
        reasons: Why.
    """

    title: str
    read_as: str
    category: str
    sentiment: float
    label: str
    confidence: float
    assets: tuple[str, ...]
    reasons: tuple[str, ...]


def news_classifier(asset: str = "BTC") -> AdvancedNewsClassifier:
    """Return a classifier with the model of the package, read now: some milliseconds."""
    return AdvancedNewsClassifier(HeadlineModel(read_model()), asset=asset)


def judged_headlines(titles: Iterable[str]) -> Iterator[JudgedHeadline]:
    """Yield what each title says, in their order."""
    classifier = news_classifier()
    for raw in titles:
        read = sanitise(raw)
        judged = classifier.judge(raw)
        faults = {*read.faults}
        if faults & UNREADABLE:
            sure = 0.0 if "no words" in faults else HOSTILE_CAP
            yield JudgedHeadline(
                title=raw,
                read_as=read.text,
                category="LOW_GENERAL",
                sentiment=0.0,
                label="neutral",
                confidence=sure,
                assets=(),
                reasons=read.faults,
            )
            continue
        hostile = bool(faults & HIDING)
        yield JudgedHeadline(
            title=raw,
            read_as=read.text,
            category=judged.category,
            sentiment=round(judged.sentiment, 4),
            label=judged.label,
            confidence=round(min(judged.confidence, HOSTILE_CAP if hostile else 1.0), 4),
            assets=find_assets(read.text),
            reasons=(*judged.reasons, *read.faults),
        )


def judged_json(headline: JudgedHeadline) -> str:
    """Return a headline as one line of JSON, ``read_as`` only where it is not the title.

    What hides in a title, or steers a terminal, is escaped.
    """
    row = asdict(headline)
    if headline.read_as == headline.title:
        del row["read_as"]
    plain = headline.title.isprintable()
    return json.dumps(row, ensure_ascii=not plain, separators=(",", ":"))


def titles_of_csv(lines: Iterable[str], name: str) -> Iterator[str]:
    """Yield the column ``title`` of CSV, row by row.

    Args:
        lines: The text, line by line.
        name: What to call it when something is wrong.

    Raises:
        DataError: There is no such column, or a row is no CSV.
    """
    csv.field_size_limit(_CELL_MAX)
    reader = csv.reader(lines, strict=True)
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if "title" not in header:
            found = ", ".join(header) or "nothing"
            raise DataError(
                f"{name} has no column 'title' in its first line, but {found}; name the column, "
                "or use --input lines"
            )
        place = header.index("title")
        for row in reader:
            if row:
                yield row[place] if place < len(row) else ""
    except csv.Error as error:
        raise DataError(f"{name}, line {reader.line_num}: {error}; mend or drop it") from error


def titles_of_items(
    lines: Iterable[str], name: str, left_out: Callable[[], object]
) -> Iterator[str]:
    """Yield the titles in JSON lines: of items as ``supreme news fetch --json`` tells them.

    Args:
        lines: The text, line by line; one without a ``type`` is read when it has a ``title``.
        name: What to call it when something is wrong.
        left_out: Called for each item that is no headline.

    Raises:
        DataError: A line is no JSON, or no item.
    """
    for row in rows_of(lines, Path(name), is_csv=False):
        item = fetched_item(row)
        if isinstance(item, NewsItem):
            yield item.title
        elif item is not None:
            if not isinstance(item, Coverage):
                left_out()
        elif title := row.text("title"):
            yield title
        else:
            raise row.fault("has no title")
