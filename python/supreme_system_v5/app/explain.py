"""Why a run did what it did: its records, read from the file it wrote."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import msgspec

from supreme_system_v5.backtest.record_file import head_of, read_records
from supreme_system_v5.backtest.record_text import tree_of
from supreme_system_v5.domain import Record
from supreme_system_v5.errors import InvalidInputError

__all__ = ["explained", "explained_json"]


def explained(path: Path, last: int | None = None) -> Iterator[str]:
    """Yield what a run decided, for people: first all of it counted, then record by record.

    Args:
        path: What ``supreme backtest --records`` wrote.
        last: Only so many records, the newest; None for all.

    Raises:
        DataError: The file cannot be read, or holds something else.
        InvalidInputError: `last` is below 1.
    """
    head = head_of(path)
    kept, counted = _kept(path, last)
    yield f"{head.strategy} over {head.source}, costs of {head.venue}"
    refused = {reason: n for (kind, reason), n in counted.items() if kind == "refused"}
    told = ", ".join(f"{reason} {n:,}" for reason, n in Counter(refused).most_common())
    yield f"why not trading: {told or 'nothing was refused'}"
    others = Counter[str]()
    for (kind, _), n in counted.items():
        others[kind] += n
    yield "records: " + (", ".join(f"{n:,} {kind}" for kind, n in others.most_common()) or "none")
    for record in kept:
        yield ""
        yield tree_of(record, head)


def explained_json(path: Path, last: int | None = None) -> Iterator[str]:
    """Yield the same records as JSON, one a line; the first line is the run.

    Raises:
        DataError: The file cannot be read, or holds something else.
        InvalidInputError: `last` is below 1.
    """
    encode = msgspec.json.Encoder().encode
    for value in chain([head_of(path)], _kept(path, last)[0]):
        yield encode(value).decode()


def _kept(path: Path, last: int | None) -> tuple[deque[Record], Counter[tuple[str, str]]]:
    if last is not None and last < 1:
        bound = "1 or more"
        raise InvalidInputError(f"last is {last}, allowed is {bound}", "last", last, bound)
    kept: deque[Record] = deque(maxlen=last)
    counted: Counter[tuple[str, str]] = Counter()
    for record in read_records(path):
        kept.append(record)
        counted[record.kind, record.reason] += 1
    return kept, counted
