"""Judge the headline model on rows that it has not seen, beside others on the same rows.

    make eval-news
    python scripts/eval_news.py [--json]

Reads the shared files under SUPREME_DATA_DIR/news and ``data/news/headlines.csv``; PhraseBank,
SemEval and CryptoPanic are judged by and never trained on. Intervals are the middle 95 % of 1 000
resamplings, of our own headlines shape by shape. Beside ours: VADER with its usual thresholds, and
TF-IDF of 1- and 2-grams with a logistic regression that is trained on the rows ours is. A second
table has the rows of which a rule speaks: how often it, and the model alone, is right there. Ends
with 1 when a limit of docs/news.md is missed.
Needs the extra `train`.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchlib import table
from newslib import (
    CATEGORIES,
    MODEL,
    Floats,
    Integers,
    Titled,
    calibration_error,
    interval,
    macro_f1,
    own_headlines,
    shared_headlines,
)
from supreme_system_v5.news_whale.judging import Judge
from supreme_system_v5.news_whale.sanitising import sanitise
from supreme_system_v5.optimized import HeadlineModel

Method = Callable[[Sequence[str]], Floats]
"""Titles to probabilities of negative, neutral and positive."""
LIMITS = {
    "SEntFiN": 0.79,
    "own": 0.80,
    "category": 0.85,
    "critical recall": 0.95,
    "critical precision": 0.80,
    "calibration": 0.05,
}
VADER_NEUTRAL = 0.05


def ours() -> Judge:
    """Return the judge with the model of the package."""
    return Judge(HeadlineModel(MODEL.read_bytes()))


def method_of(judge: Judge) -> Method:
    """Return what the package says of titles by themselves."""
    return lambda titles: np.array([judge(sanitise(title).text).scores for title in titles])


def model_alone() -> Method:
    """Return what the model says without any rule."""
    model = HeadlineModel(MODEL.read_bytes())
    return lambda titles: np.array([model.scores(sanitise(title).text) for title in titles])


def beside_rules(rows: Sequence[Titled], judge: Judge) -> dict[str, float]:
    """Return what rules add to the model alone, over rows of which a rule speaks."""
    truth = np.array([row.sentiment for row in rows])
    alone, ours = (of([row.title for row in rows]) for of in (model_alone(), method_of(judge)))
    spoken = np.array([judge(sanitise(row.title).text).rule != "" for row in rows])
    hit = {"rule": ours.argmax(axis=1) == truth, "model": alone.argmax(axis=1) == truth}
    nothing = not spoken.any()
    return {
        "spoken": int(spoken.sum()),
        "rule": 0.0 if nothing else float(hit["rule"][spoken].mean()),
        "model": 0.0 if nothing else float(hit["model"][spoken].mean()),
        "confidence": 0.0 if nothing else float(ours.max(axis=1)[spoken].mean()),
        "with": macro_f1(truth, ours.argmax(axis=1), 3),
        "without": macro_f1(truth, alone.argmax(axis=1), 3),
    }


def vader() -> Method:
    """Return VADER as its authors use it: neutral within 0.05 of 0."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()

    def scores(titles: Sequence[str]) -> Floats:
        compound = np.array([analyzer.polarity_scores(title)["compound"] for title in titles])
        places = 1 + (compound >= VADER_NEUTRAL) - (compound <= -VADER_NEUTRAL)
        return np.asarray(np.eye(3)[places])

    return scores


def tfidf(rows: Sequence[Titled]) -> Method:
    """Return TF-IDF of 1- and 2-grams with a logistic regression, trained on rows."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    model = make_pipeline(vectors, LogisticRegression(C=10.0, max_iter=500))
    model.fit([row.title for row in rows], [row.sentiment for row in rows])
    return lambda titles: np.asarray(model.predict_proba(list(titles)))


def sets(folder: Path) -> dict[str, list[Titled]]:
    """Return the rows to judge by, by name."""
    with (folder / "financial_phrasebank.csv").open(encoding="utf-8", newline="") as file:
        agreed = {row["title"] for row in csv.DictReader(file) if row["agreement"] == "100"}
    phrases = shared_headlines(folder / "financial_phrasebank.csv")
    sentfin = shared_headlines(folder / "sentfin_headlines.csv")
    return {
        "SEntFiN": [row for row in sentfin if row.part == "test"],
        "own": [row for row in own_headlines() if row.part == "test"],
        "PhraseBank": [row for row in phrases if row.title in agreed],
        "SemEval": shared_headlines(folder / "semeval2017_headlines.csv"),
        "CryptoPanic": shared_headlines(folder / "cryptopanic_votes.csv"),
    }


def measured(rows: Sequence[Titled], method: Method) -> dict[str, float]:
    """Return macro-F1 with its interval, the share of hits and the calibration error."""
    truth = np.array([row.sentiment for row in rows])
    scores = method([row.title for row in rows])
    said = scores.argmax(axis=1)
    groups = [row.shape or row.title for row in rows]
    low, high = interval(lambda some: macro_f1(truth[some], said[some], 3), groups)
    return {
        "rows": len(rows),
        "macro_f1": macro_f1(truth, said, 3),
        "low": low,
        "high": high,
        "accuracy": float(np.mean(truth == said)),
        "calibration": calibration_error(truth, scores),
    }


def categories(rows: Sequence[Titled], judge: Judge) -> dict[str, tuple[float, float, float]]:
    """Return macro-F1 of the category, recall and precision of critical, each with its interval."""
    truth = np.array([row.category for row in rows])
    said = np.array([CATEGORIES.index(judge(sanitise(row.title).text).category) for row in rows])
    groups = [row.shape for row in rows]

    def share(of: Integers, among: Integers) -> Callable[[Integers], float]:
        return lambda some: float(np.mean(of[some][among[some] == 0] == 0))

    measures: dict[str, Callable[[Integers], float]] = {
        "category": lambda some: macro_f1(truth[some], said[some], 4),
        "critical recall": share(said, truth),
        "critical precision": share(truth, said),
    }
    everything = np.arange(len(rows))
    return {
        name: (measure(everything), *interval(measure, groups))
        for name, measure in measures.items()
    }


def missed(
    found: dict[str, dict[str, float]], of_category: dict[str, tuple[float, float, float]]
) -> list[str]:
    """Return a line for each limit that is not held."""
    values = {name: found[name]["macro_f1"] for name in ("SEntFiN", "own")}
    values |= {name: value for name, (value, _, _) in of_category.items()}
    faults = [
        f"{name}: {value:.3f}, the limit is {LIMITS[name]:g} or more"
        for name, value in values.items()
        if value < LIMITS[name]
    ]
    faults += [
        f"{name}: calibration error {found[name]['calibration']:.3f}, the limit is 0.05"
        for name in ("SEntFiN", "own")
        if found[name]["calibration"] > LIMITS["calibration"]
    ]
    return faults


def _shown(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    folder = Path(os.environ.get("SUPREME_DATA_DIR", ""), "news")
    if not (folder / "sentfin_headlines.csv").is_file():
        print(f"{folder} has no sentfin_headlines.csv: set SUPREME_DATA_DIR", file=sys.stderr)
        return 2
    judge, by_name = ours(), sets(folder)
    seen = [row for row in shared_headlines(folder / "sentfin_headlines.csv") if row.part != "test"]
    seen += [row for row in own_headlines() if row.part != "test"]
    methods = {"ours": method_of(judge), "VADER": vader(), "TF-IDF + LR": tfidf(seen)}
    found = {
        name: {by: measured(rows, method) for by, method in methods.items()}
        for name, rows in by_name.items()
    }
    of_category = categories(by_name["own"], judge)
    rules = {name: beside_rules(rows, judge) for name, rows in by_name.items()}
    faults = missed({name: by["ours"] for name, by in found.items()}, of_category)
    if options.json:
        said = {"sets": found, "rules": rules, "category": of_category, "missed": faults}
        print(json.dumps(said, indent=2))
    else:
        lines = [
            [
                f"{name} ({by['ours']['rows']:.0f})",
                *(f"{of['macro_f1']:.3f} ({of['low']:.3f}-{of['high']:.3f})" for of in by.values()),
                f"{by['ours']['accuracy']:.3f}",
                f"{by['ours']['calibration']:.3f}",
            ]
            for name, by in found.items()
        ]
        print(table(["macro-F1 (95 %)", *methods, "ours: hits", "ours: ECE"], lines))
        print()
        heads = ["where a rule speaks", "rows", "ours: hits", "model alone: hits", "confidence"]
        heads += ["F1 of all rows", "without rules"]
        print(table(heads, [[name, *map(_shown, by.values())] for name, by in rules.items()]))
        for name, (value, low, high) in of_category.items():
            print(f"own, {name}: {value:.3f} ({low:.3f}-{high:.3f})")
    for fault in faults:
        print(f"MISSED {fault}", file=sys.stderr)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
