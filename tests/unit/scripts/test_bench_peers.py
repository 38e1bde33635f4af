"""The program itself, with a peer made of the reference; what it measures is not looked at."""

from __future__ import annotations

import json

import pytest

import bench_peers
from bench_peers import main
from formulas import ema, macd, rsi
from peers import INDICATORS, Batch, Peer, Streaming
from supreme_system_v5.reference import UltraOptimizedEMA, UltraOptimizedMACD, UltraOptimizedRSI

QUICK = ["--rounds", "2", "--ticks", "3000", "--elements", "3000", "--report-only"]


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the allocator of the test process alone."""
    monkeypatch.setattr(bench_peers, "keep_memory", lambda **_: True)


def have(monkeypatch: pytest.MonkeyPatch, *peers: Peer) -> None:
    found = {"other": list(peers)} if peers else {}
    monkeypatch.setattr(bench_peers, "installed", lambda: (found, ["absent"]))


def reference() -> Peer:
    return Peer(
        "plain",
        {
            "ema": Streaming(lambda: UltraOptimizedEMA(20).update, ema),
            "rsi": Streaming(lambda: UltraOptimizedRSI(14).update, rsi),
            "macd": Streaming(lambda: UltraOptimizedMACD(12, 26, 9).update, macd),
        },
        {
            "ema": Batch(lambda a: UltraOptimizedEMA(20).batch(a), ema),
            "rsi": Batch(lambda a: UltraOptimizedRSI(14).batch(a), rsi),
            "macd": Batch(lambda a: UltraOptimizedMACD(12, 26, 9).batch(a), macd),
        },
        "written for reading",
    )


def test_a_report_for_programs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    have(monkeypatch, reference())
    assert main([*QUICK, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["missing"] == ["absent"]
    assert list(report["comparisons"]) == ["tick", "ema", "batch_fresh", "batch"]
    tick, fresh = report["comparisons"]["tick"], report["comparisons"]["batch_fresh"]
    assert tick["best"] == ["plain"]
    assert tick["bar"] == {"passes": 0.55, "goal": 0.45}
    assert set(tick["ns"]) == {"analyzer.update", "supreme, three calls", "plain"}
    assert set(tick["ratio"]) == {"median", "lower", "upper", "least", "most"}
    assert fresh["bar"] is None
    assert fresh["best"] == [f"{indicator} plain" for indicator in INDICATORS]


def test_a_report_for_people(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    have(monkeypatch, reference())
    assert main(QUICK) == 0
    report = capsys.readouterr().out
    for part in ("skipped   absent", "plain: written for reading", "asked for 0.55; goal 0.45"):
        assert part in report


def test_without_peers_there_is_nothing_to_compare(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    have(monkeypatch)
    assert main([]) == 2
    assert "none is installed of absent" in capsys.readouterr().err


def test_what_no_peer_does_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    have(monkeypatch, Peer("streams only", reference().streams))
    assert main([*QUICK, "--json"]) == 0
    printed = capsys.readouterr()
    assert list(json.loads(printed.out)["comparisons"]) == ["tick", "ema"]
    assert "batch: no peer at hand takes part" in printed.err


def test_a_wrong_peer_is_not_timed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    idle = Peer("idle", {"ema": Streaming(lambda: lambda _price: 0.0, ema)})
    have(monkeypatch, idle)
    assert main(QUICK) == 2
    assert "idle: ema is (0.0,)" in capsys.readouterr().err


@pytest.mark.parametrize("fault", [["--rounds", "24"], ["--ticks", "2999"], ["--elements", "0"]])
def test_too_little_is_refused(fault: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(fault)
    assert caught.value.code == 2
    assert "or more" in capsys.readouterr().err
