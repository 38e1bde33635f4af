"""Train the headline model, weigh the rules, and write both into the package.

    make train-news
    python scripts/train_news.py [--check] [--output FILE]

Reads ``news/sentfin_headlines.csv`` (SEntFiN, MIT) under SUPREME_DATA_DIR, its train part alone,
and the train part of ``data/news/headlines.csv``, our own. No other data reach the weights:
Financial PhraseBank may not (CC BY-NC-SA), and what belongs to publishers may not either. The same
inputs and package versions give the same bytes; ``--check`` trains and compares with what is in the
package. Needs the extra `train`.

How far each rule is believed against the model is fitted on the same rows: a rule's share is what
makes their labels most likely, where the model's word is that of weights which have not seen the
headline. Headlines of one shape count as one, and `PRIOR` as so many more, for most rules speak in
a few shapes that their own author wrote.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
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
    SHARES_FILE,
    Floats,
    Integers,
    Titled,
    empty_model,
    own_headlines,
    pack_model,
    shared_headlines,
)
from supreme_system_v5.news_whale.judging import Judge
from supreme_system_v5.news_whale.rules import RULES
from supreme_system_v5.news_whale.sanitising import sanitise
from supreme_system_v5.news_whale.surprises import SURPRISE

INVERSE_PENALTY = {"sentiment": 5.0, "category": 20.0}
FINANCE_SHARE = 0.5
"""What a finance headline counts beside one of ours: the model is for crypto."""
NEUTRAL_SHARE = 1.3
"""What a neutral headline counts beside one with a sign: neutral ones look less alike."""
FOLDS = 5
STEPS = 127
"""Largest weight of one byte."""
PRIOR, PRIOR_ELSEWHERE, PRIOR_ROWS = 0.85, 0.5, 6.0
"""What a rule's share is before anything is seen of it, and how many rows that counts for."""
ROUNDS = 300


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
) -> tuple[float, list[float], list[float], bytes, Floats]:
    """Return temperature, scales, biases and weights of one table, and what it says of each row.

    The temperature is that of headlines which the weights have not seen: all headlines of a shape
    are in one fold; so is what is said of each row.
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
    return warmth, scales.tolist(), biases.tolist(), steps.tobytes(), shares(heights / warmth)


Spoke = tuple[float, bool, float]
"""Of a row of which a rule speaks: what it counts, whether the rule is right, and how likely the
model held the truth."""


def rule_shares(rows: Sequence[Titled], said: Floats) -> dict[str, tuple[float, float]]:
    """Return how far each rule is believed against the model, 0 to 1, two decimals.

    The second number of each is for headlines about other markets, where all rules together say
    what is thought of one before it is seen.

    Args:
        rows: Headlines with their labels.
        said: What the model says of each row without having seen it.
    """
    judge, of_shape = Judge(empty_model()), Counter(row.shape for row in rows)
    names = sorted({SURPRISE, *(rule.name for rule in RULES)})
    spoken: dict[tuple[str, bool], list[Spoke]] = {
        (name, far): [] for name in names for far in (False, True)
    }
    for row, likely in zip(rows, said, strict=True):
        spoke = judge.rule_of(sanitise(row.title).text)
        if spoke is not None:
            counts = 1.0 / of_shape[row.shape] if row.shape else 1.0
            found = (counts, spoke.sign + 1 == row.sentiment, float(likely[row.sentiment]))
            spoken[spoke.name, spoke.elsewhere].append(found)
    far = [found for (_, elsewhere), all_of in spoken.items() if elsewhere for found in all_of]
    prior = share_of(far, PRIOR_ELSEWHERE)
    return {
        name: (
            round(share_of(spoken[name, False], PRIOR), 2),
            round(share_of(spoken[name, True], prior), 2),
        )
        for name in names
    }


def share_of(found: Sequence[Spoke], prior: float) -> float:
    """Return the likeliest share of a rule, by expectation and maximisation."""
    share, rows = prior, PRIOR_ROWS + sum(counts for counts, _, _ in found)
    for _ in range(ROUNDS):
        by_rule = prior * PRIOR_ROWS
        for counts, right, likely in found:
            if right:
                by_rule += counts * share / (share + (1.0 - share) * likely)
        share = by_rule / rows
    return share


def table_text(table: dict[str, tuple[float, float]]) -> str:
    """Return the module that holds the shares."""
    lines = "".join(f'    "{name}": ({of[0]:g}, {of[1]:g}),\n' for name, of in table.items())
    return (
        '"""How far each rule is believed beside the model; `make train-news` writes it."""\n\n'
        "from __future__ import annotations\n\n"
        '__all__ = ["SHARES"]\n\n'
        f"SHARES = {{\n{lines}}}\n"
        '"""By its name the share of a rule in the sentiment, 0 to 1, the model has the rest.\n\n'
        "The second is for headlines about other markets than that of coins.\n"
        '"""\n'
    )


def train(shared: Sequence[Titled], own: Sequence[Titled]) -> tuple[bytes, str]:
    """Return the bytes of a model trained on the train parts, and the table of the rules."""
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
    model = pack_model(
        (SENTIMENT_BITS, CATEGORY_BITS),
        (first[0], second[0]),
        (first[1], second[1]),
        (first[2], second[2]),
        first[3] + second[3],
    )
    return model, table_text(rule_shares(rows, first[4]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write or compare, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; compare")
    parser.add_argument("--output", type=Path, default=MODEL, help="file of the model")
    parser.add_argument(
        "--shares", type=Path, default=SHARES_FILE, help="file of the rules' shares"
    )
    options = parser.parse_args(arguments)
    source = Path(os.environ.get("SUPREME_DATA_DIR", ""), "news", "sentfin_headlines.csv")
    if not source.is_file():
        print(
            f"{source} is missing: set SUPREME_DATA_DIR to the folder that holds it",
            file=sys.stderr,
        )
        return 2
    model, table = train(shared_headlines(source), own_headlines())
    made = {options.output: model, options.shares: table.encode()}
    different = 0
    for path, content in made.items():
        if options.check:
            same = path.is_file() and path.read_bytes() == content
            print(f"{path} is {'the same' if same else 'another one'}")
            different |= not same
        else:
            path.write_bytes(content)
            print(f"{path}: {len(content)} bytes")
    return int(different)


if __name__ == "__main__":
    sys.exit(main())
