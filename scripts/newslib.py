"""What training and judging the headline model share: data, splits, bytes, measures."""

from __future__ import annotations

import csv
import hashlib
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from supreme_system_v5.optimized import HeadlineModel

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "data" / "news" / "headlines.csv"
MODEL = ROOT / "python" / "supreme_system_v5" / "news_whale" / "model" / "headlines.bin"
SHARES_FILE = MODEL.parent.parent / "rule_shares.py"
SENTIMENTS = ("negative", "neutral", "positive")
CATEGORIES = ("CRITICAL_MACRO", "HIGH_CRYPTO", "MEDIUM_TECHNICAL", "LOW_GENERAL")
SENTIMENT_BITS, CATEGORY_BITS = 17, 14
TEST_SHARE = 0.3
"""Share of SEntFiN's headlines that are never trained on."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Titled:
    """A headline with the number of its sentiment, and of its category where it has one."""

    title: str
    sentiment: int
    category: int = -1
    part: str = ""
    shape: str = ""


def in_test(title: str) -> bool:
    """Tell by the hash of a title, in small letters, whether it belongs to the test part."""
    digest = hashlib.sha256(" ".join(title.casefold().split()).encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < TEST_SHARE


def own_headlines() -> list[Titled]:
    """Return the project's own headlines."""
    with OWN.open(encoding="utf-8", newline="") as file:
        return [
            Titled(
                row["title"],
                SENTIMENTS.index(row["sentiment"]),
                CATEGORIES.index(row["category"]),
                row["part"],
                row["shape"],
            )
            for row in csv.DictReader(file)
        ]


def shared_headlines(path: Path) -> list[Titled]:
    """Return the titles of a shared file with one of the three labels, each title once."""
    found: dict[str, Titled] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["label"] in SENTIMENTS:
                part = "test" if in_test(row["title"]) else "train"
                titled = Titled(row["title"], SENTIMENTS.index(row["label"]), part=part)
                found.setdefault(" ".join(row["title"].casefold().split()), titled)
    return list(found.values())


def pack_model(
    bits: tuple[int, int],
    temperatures: tuple[float, float],
    scales: tuple[Sequence[float], Sequence[float]],
    biases: tuple[Sequence[float], Sequence[float]],
    weights: bytes,
) -> bytes:
    """Return a model's bytes; the layout stands in ``rust/core/src/news/model.rs``."""
    floats = [*temperatures, *scales[0], *biases[0], *scales[1], *biases[1]]
    body = struct.pack(f"<{len(floats)}d", *floats) + weights
    return b"SSVN" + bytes((1, *bits, 0)) + struct.pack("<I", zlib.crc32(body)) + body


def empty_model(bits: tuple[int, int] = (SENTIMENT_BITS, CATEGORY_BITS)) -> HeadlineModel:
    """Return a model without weights: it knows the features and nothing else."""
    size = (3 << bits[0]) + (4 << bits[1])
    ones = ((1.0,) * 3, (1.0,) * 4)
    zeros = ((0.0,) * 3, (0.0,) * 4)
    return HeadlineModel(pack_model(bits, (1.0, 1.0), ones, zeros, bytes(size)))


def macro_f1(truth: Integers, said: Integers, classes: int) -> float:
    """Return the mean over the classes that occur of 2 tp / (2 tp + fp + fn)."""
    scores = []
    for one in range(classes):
        hits = int(np.sum((truth == one) & (said == one)))
        wrong = int(np.sum((truth == one) ^ (said == one)))
        if np.any(truth == one):
            scores.append(2 * hits / (2 * hits + wrong))
    return float(np.mean(scores))


def calibration_error(truth: Integers, scores: Floats, bins: int = 10) -> float:
    """Return the mean distance of confidence and share of hits, over bins of confidence."""
    confidence, hit = scores.max(axis=1), scores.argmax(axis=1) == truth
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for one in range(bins):
        inside = places == one
        if inside.any():
            error += inside.mean() * abs(float(confidence[inside].mean() - hit[inside].mean()))
    return float(error)


def interval(
    measure: Callable[[Integers], float], groups: Sequence[str], *, rounds: int = 1_000
) -> tuple[float, float]:
    """Return the middle 95 % of a measure over resampled rows, whole groups at a time."""
    rng = np.random.default_rng(20_240_109)
    names, of_row = np.unique(np.asarray(groups), return_inverse=True)
    rows = [np.flatnonzero(of_row == group) for group in range(len(names))]
    drawn = [
        measure(np.concatenate([rows[g] for g in rng.integers(0, len(rows), len(rows))]))
        for _ in range(rounds)
    ]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return float(low), float(high)
