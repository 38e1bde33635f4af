"""Train the headline model and write its bytes into the package.

    make train-news
    python scripts/train_news.py [--check] [--output FILE]

Reads ``news/sentfin_headlines.csv`` (SEntFiN, MIT) under SUPREME_DATA_DIR, its train part alone,
and the train part of ``data/news/headlines.csv``, our own. No other data reach the weights:
Financial PhraseBank may not (CC BY-NC-SA), and what belongs to publishers may not either. The same
inputs and package versions give the same bytes; ``--check`` trains and compares with what is in the
package. Needs the extra `train`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from newslib import (
    CATEGORY_BITS,
    MODEL,
    SENTIMENT_BITS,
    Floats,
    Integers,
    Titled,
    empty_model,
    own_headlines,
    pack_model,
    shared_headlines,
)

INVERSE_PENALTY = {"sentiment": 5.0, "category": 20.0}
FINANCE_SHARE = 0.5
"""What a finance headline counts beside one of ours: the model is for crypto."""
NEUTRAL_SHARE = 1.3
"""What a neutral headline counts beside one with a sign: neutral ones look less alike."""
FOLDS = 5
STEPS = 127
"""Largest weight of one byte."""


def matrix(titles: Sequence[str], bits: int) -> csr_matrix:
    """Return one row per title: 1 / sqrt(n) at each of its n features, as the core counts them.

    Two features in one bucket add up, as they do in the core.
    """
    model = empty_model()
    rows = [np.array(model.features(title), dtype=np.int64) for title in titles]
    values = [np.full(len(row), len(row) ** -0.5) for row in rows]
    starts = np.cumsum([0, *map(len, rows)])
    shape = (len(rows), 1 << bits)
    places = np.concatenate(rows) & (shape[1] - 1)
    return csr_matrix((np.concatenate(values), places, starts), shape=shape)


def fitted(
    features: csr_matrix, truth: Integers, counts: Floats, penalty: float
) -> tuple[Floats, Floats]:
    """Return weights (classes, buckets) and biases of a logistic regression."""
    used = np.unique(features.indices)
    model = LogisticRegression(C=penalty, max_iter=200, tol=1e-4)
    model.fit(features[:, used], truth, sample_weight=counts)
    weights = np.zeros((len(model.classes_), features.shape[1]))
    weights[:, used] = model.coef_
    return weights, model.intercept_


def shares(heights: Floats) -> Floats:
    """Return the softmax of each row."""
    grown = np.exp(heights - heights.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def temperature(heights: Floats, truth: Integers, counts: Floats) -> float:
    """Return what heights are divided by so that the truth becomes most likely."""

    def cost(log: float) -> float:
        likely = shares(heights / np.exp(log))[np.arange(len(truth)), truth]
        return -float(np.average(np.log(likely + 1e-12), weights=counts))

    return float(np.exp(minimize_scalar(cost, bounds=(-2.0, 2.0), method="bounded").x))


def trained(
    rows: Sequence[Titled], truth: Integers, counts: Floats, bits: int, penalty: float
) -> tuple[float, list[float], list[float], bytes]:
    """Return temperature, scales, biases and weights of one table.

    The temperature is that of headlines which the weights have not seen: all headlines of a shape
    are in one fold.
    """
    features = matrix([row.title for row in rows], bits)
    heights = np.zeros((len(rows), truth.max() + 1))
    groups = [row.shape or row.title for row in rows]
    for seen, unseen in GroupKFold(FOLDS).split(features, truth, groups):
        weights, biases = fitted(features[seen], truth[seen], counts[seen], penalty)
        heights[unseen] = features[unseen] @ weights.T + biases
    warmth = temperature(heights, truth, counts)

    weights, biases = fitted(features, truth, counts, penalty)
    scales = np.maximum(np.abs(weights).max(axis=1), 1e-9) / STEPS
    steps = np.rint(weights / scales[:, None]).astype(np.int8)
    return warmth, scales.tolist(), biases.tolist(), steps.tobytes()


def train(shared: Sequence[Titled], own: Sequence[Titled]) -> bytes:
    """Return the bytes of a model trained on the train parts."""
    finance = [row for row in shared if row.part == "train"]
    crypto = [row for row in own if row.part == "train"]
    rows = [*finance, *crypto]
    sentiments = np.array([row.sentiment for row in rows])
    counts = np.array([FINANCE_SHARE] * len(finance) + [1.0] * len(crypto))
    counts[sentiments == 1] *= NEUTRAL_SHARE
    first = trained(
        rows,
        sentiments,
        counts,
        SENTIMENT_BITS,
        INVERSE_PENALTY["sentiment"],
    )
    second = trained(
        crypto,
        np.array([row.category for row in crypto]),
        np.ones(len(crypto)),
        CATEGORY_BITS,
        INVERSE_PENALTY["category"],
    )
    return pack_model(
        (SENTIMENT_BITS, CATEGORY_BITS),
        (first[0], second[0]),
        (first[1], second[1]),
        (first[2], second[2]),
        first[3] + second[3],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write or compare, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; compare")
    parser.add_argument("--output", type=Path, default=MODEL, help="file to write")
    options = parser.parse_args(arguments)
    source = Path(os.environ.get("SUPREME_DATA_DIR", ""), "news", "sentfin_headlines.csv")
    if not source.is_file():
        print(
            f"{source} is missing: set SUPREME_DATA_DIR to the folder that holds it",
            file=sys.stderr,
        )
        return 2
    made = train(shared_headlines(source), own_headlines())
    if options.check:
        same = options.output.is_file() and options.output.read_bytes() == made
        print(f"{options.output} is {'the same' if same else 'another model'}")
        return int(not same)
    options.output.write_bytes(made)
    print(f"{options.output}: {len(made)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
