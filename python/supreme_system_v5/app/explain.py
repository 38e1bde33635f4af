"""Why a run did what it did: its records, read from the file it wrote."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import msgspec

from supreme_system_v5.backtest.record_file import head_of, read_records
from supreme_system_v5.backtest.record_text import tree_of
from supreme_system_v5.domain import Record
from supreme_system_v5.errors import DataError, InvalidInputError

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
    refused = Counter({reason: n for (kind, reason), n in counted.items() if kind == "refused"})
    told = ", ".join(f"{reason} {n:,}" for reason, n in refused.most_common())
    yield f"why not trading: {told or 'nothing was refused'}"
    kinds = Counter[str]()
    for (kind, _), n in counted.items():
        kinds[kind] += n
    told = ", ".join(f"{n:,} {kind}" for kind, n in kinds.most_common())
    newest = f"; the newest {last:,}:" if last is not None and last < kinds.total() else ""
    yield f"records: {told or 'none'}{newest}"
    for record in kept:
        yield ""
        try:
            yield tree_of(record, head)
        except DataError as error:
            raise DataError(f"{path}: {error}") from error


def explained_json(path: Path, last: int | None = None) -> Iterator[str]:
    """Yield the same records as JSON, one a line; the first line is the run.

    Raises:
        DataError: The file cannot be read, or holds something else.
        InvalidInputError: `last` is below 1.
    """
    encode = msgspec.json.Encoder().encode
    for value in chain([head_of(path)], _kept(path, last)[0]):
        yield encode(value).decode()


def _kept(path: Path, last: int | None) -> tuple[Iterable[Record], Counter[tuple[str, str]]]:
    """Return what is to be shown, and all counted by kind and reason; faults come before both.

    All records are read again when they are shown: a run may have more than memory holds.
    """
    if last is not None and last < 1:
        bound = "1 or more"
        raise InvalidInputError(f"last is {last}, allowed is {bound}", "last", last, bound)
    kept: deque[Record] = deque(maxlen=last or 0)
    counted: Counter[tuple[str, str]] = Counter()
    for record in read_records(path):
        kept.append(record)
        counted[record.kind, record.reason] += 1
    return read_records(path) if last is None else kept, counted
