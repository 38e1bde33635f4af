"""A million broken answers through the parsers of every source: no crash, no number that is none.

    python scripts/fuzz_sources.py                     a million inputs, seed 1
    python scripts/fuzz_sources.py --inputs 5000 --seed 7

Inputs are good answers with something changed: bytes, values, structure. The same seed makes the
same inputs. One that breaks a promise is written out as a line for
`tests/fuzz/seeds/sources.jsonl`, which the tests read for ever after; exit code 1.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.json_slices import load_json
from tests.support.adapters import NOW_NS, document_of
from tests.support.source_checks import check_item
from tests.support.source_samples import POLLED, PUSHED
from tests.support.without_waiting import Pauses, at_once

NAMES = [*POLLED, *PUSHED]
MOST_SHOWN = 5
NASTY: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e308,
    10**30,
    -(10**30),
    "",
    "1e3",
    "-1",
    "NaN",
    "Infinity",
    "0" * 60,
    "\x00\x1b[31m",
    "\u202e\u200b\ufeff",
    "a" * 5_000,
    "9999-12-31T23:59:59Z",
    "1970-01-01",
    0.1,
    [],
    {},
    [[]],
    [None],
    {"code": None},
    "https://[",
    "javascript:x",
]
CHUNKS = [
    b"",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"<!DOCTYPE a>",
    b"&#0;",
    b"&x;",
    b"<![CDATA[",
    b"]]>",
    b"<item>",
    b"</item>",
    b'{"a":',
    b"[[[[",
    b"NaN",
    b"1e999",
    b"\\ud800",
    b'"',
    b"-",
    b",",
]


def inputs(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield names of sources and answers to read, the same for the same seed."""
    chance = random.Random(seed)
    bodies = {name: sample.body for name, sample in POLLED.items()}
    bodies |= {name: sample.message.encode() for name, sample in PUSHED.items()}
    for _ in range(count):
        name = chance.choice(NAMES)
        body = bodies[name]
        if body[:1] != b"<" and chance.random() < 0.6:
            document = json.loads(body)
            for _ in range(chance.randrange(1, 4)):
                document = _value_changed(document, chance)
            body = json.dumps(document).encode()
        if body[:1] == b"<" or chance.random() < 0.5:
            for _ in range(chance.randrange(1, 5)):
                body = _bytes_changed(body, chance)
        yield name, body


def _value_changed(document: Any, chance: random.Random) -> Any:  # noqa: ANN401 - any JSON
    """Replace, remove or repeat something at a random place."""
    if chance.random() < 0.15 or not isinstance(document, dict | list) or not document:
        return chance.choice(NASTY)
    if isinstance(document, dict):
        key = chance.choice(list(document))
        if chance.random() < 0.1:
            return {k: v for k, v in document.items() if k != key}
        return {**document, key: _value_changed(document[key], chance)}
    place = chance.randrange(len(document))
    if chance.random() < 0.1:
        return document * 2
    return [*document[:place], _value_changed(document[place], chance), *document[place + 1 :]]


def _bytes_changed(body: bytes, chance: random.Random) -> bytes:
    """Cut, insert, repeat or change bytes."""
    place = chance.randrange(len(body) + 1)
    length = chance.randrange(1, 40)
    match chance.randrange(5):
        case 0:
            return body[:place]
        case 1:
            return body[:place] + body[place + length :]
        case 2:
            return body[:place] + chance.choice(CHUNKS) + body[place:]
        case 3:
            return body[:place] + body[place : place + length] * 2 + body[place + length :]
        case _:
            return body[:place] + chance.randbytes(1) + body[place + 1 :]


def check(name: str, body: bytes) -> str:
    """Read an answer and return what came of it.

    Raises:
        Exception: A promise is broken: anything but items, bad items and SourceError.
    """
    try:
        if name in PUSHED:
            document = at_once(load_json(body, Pauses()))
            found = PUSHED[name].make("wss://a.org").items(document, NOW_NS)
        else:
            adapter = POLLED[name].make("https://a.org")
            adapter.first(NOW_NS)
            document = document_of(adapter, body)
            found = adapter.items(document, NOW_NS)
        good = sum(check_item(item, NOW_NS) for item in found)
    except SourceError as error:
        return str(error.kind)
    return "items" if good else "bad items only"


def main() -> int:
    """Read the kept inputs and new ones; return 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.monotonic()
    came: Counter[str] = Counter()
    broken = 0
    for number, (name, body) in enumerate(inputs(options.seed, options.inputs), 1):
        try:
            came[check(name, body)] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            broken += 1
            if broken <= MOST_SHOWN:
                why = f"{type(error).__name__}: {error}"[:200]
                line = {"source": name, "why": why, "comes": "?", "body": body.decode("latin-1")}
                print(json.dumps(line))
        if number % 100_000 == 0:
            print(f"{number:,} inputs, {time.monotonic() - began:.0f} s", file=sys.stderr)
    for kind, times in came.most_common():
        print(f"{kind:<16} {times:>10,}")
    print(f"{options.inputs:,} inputs, seed {options.seed}: {broken} broken promises")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
