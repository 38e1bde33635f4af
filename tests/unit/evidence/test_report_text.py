from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from supreme_system_v5.evidence.report import EvidenceReport, Tries
from supreme_system_v5.evidence.report_text import sections, to_markdown, to_text
from supreme_system_v5.evidence.weighing import weigh
from tests.support.evidence import material, record, weighed


@pytest.fixture
def report() -> EvidenceReport:
    rng = Random(1)
    trades, others = (
        [record(rng.gauss(-5, 5), day=n / 10, confidence=0.55) for n in range(430)]
        for _ in range(2)
    )
    return weighed(trades, 43, others)


def test_the_verdict_is_the_first_word(report: EvidenceReport) -> None:
    assert to_text(report).startswith("NONE: no edge after costs\n  - even the upper end")


def test_every_section_has_its_figures(report: EvidenceReport) -> None:
    told = to_text(report)
    for words in (
        "Judged trades, out of sample",
        "net at 10 bps a side",
        "break-even",
        "detectable mean",
        "only to choose from",
        "sign of the whole",
        "variants ever run       2 over these data (here)",
        "deflated p              1.0000",
        "percentile of ours",
        "at equal exposure",
        "50 to 60 %",
        "ECE",
        "Brier",
    ):
        assert words in told


def test_one_variant_is_told() -> None:
    told = to_text(weighed([record(1.0, day=n) for n in range(43)], 43))
    assert "one variant: nothing was fitted, all periods are judged" in told
    assert "no confidence was given" in told


def test_too_few_days_are_told() -> None:
    told = to_text(weighed([record(1.0), record(-2.0)], 1))
    assert "no interval: trades on too few days" in told
    assert "deflated Sharpe         none: the days give no ratio" in told


def test_no_trades_are_told() -> None:
    told = to_text(weighed([], 30))
    assert told.startswith("UNPROVEN: the data do not decide\n  - there are no trades\n")
    assert "random entries          none: no trades" in told


def test_a_register_that_cannot_be_used_is_told() -> None:
    tries = Tries(variants=1, variance=None, counted=False, note="disk full")
    report = weigh(material([[record(1.0, day=n) for n in range(43)]], 43, tries=tries), Random(1))
    assert "1 over these data (disk full)" in to_text(report)
    assert report.judgement.verdict == "UNPROVEN"


def test_what_it_raised_is_told() -> None:
    report = weigh(material([[]], 30, errors=["boom"]), Random(1))
    assert "Strategy errors\n  - boom" in to_text(report)


def test_markdown_has_the_same_rows_and_escapes(report: EvidenceReport) -> None:
    page = to_markdown(replace(report, notes=("a | <b>",)))
    assert page.startswith("# NONE: no edge after costs\n")
    assert "- a \\| &lt;b>" in page
    for title, rows in sections(report).items():
        assert f"## {title}" in page
        assert all(f"| {name.strip()} |" in page for name, _ in rows)
