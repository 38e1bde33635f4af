"""Recorded and documented messages of exchanges, as they stand in the files."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

__all__ = ["captured", "message_files", "messages"]

_LINE = re.compile(r"(?:\d+ |[\d.]+: )(\{.*\}|\[.*\]|pong)\s*$")


def message_files(data: Path, venue: str, prefix: str = "*") -> list[Path]:
    """Return the sample files of one venue."""
    return sorted((data / "exchange_messages" / venue).glob(f"{prefix}.json"))


def messages(path: Path) -> list[bytes]:
    """Return the messages of a sample file: one, or one a line."""
    text = path.read_bytes()
    try:
        json.loads(text)
    except ValueError:
        return [line for line in text.splitlines() if line.strip()]
    return [text]


def captured(path: Path) -> Iterator[str]:
    """Return what was received in a capture; what was sent, or connected to, is left out."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if found := _LINE.match(line):
                yield found[1]
            else:
                assert "<-" in line, line
