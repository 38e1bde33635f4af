from __future__ import annotations

import json

import pytest

import bench_venues
from bench_venues import FRAME_KINDS, main
from supreme_system_v5.exchanges.protocol import CandleTold, QuoteTold, TradesTold
from supreme_system_v5.exchanges.venues import venue_of

KINDS = {"trade": TradesTold, "candle": CandleTold, "quote": QuoteTold}


@pytest.mark.parametrize("name", FRAME_KINDS)
def test_frames_are_what_they_are_called(name: str) -> None:
    venue, _ = venue_of(name, "BTC-USDT")
    for kind, frame in FRAME_KINDS[name].items():
        [message] = venue.decode(venue.endpoints[0], frame)
        assert isinstance(message, KINDS[kind])
        assert not isinstance(message, TradesTold) or message.trades


def test_it_reports_for_programs_and_for_people(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_venues, "decode_us", lambda *_: 5.0)
    assert main(["--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["us"]["okx"]["trade"], told["passed"]) == (5.0, True)
    assert main([]) == 0
    assert "passed: at most 5.00 of 20 µs" in capsys.readouterr().out
    monkeypatch.setattr(bench_venues, "decode_us", lambda *_: 20.1)
    assert main([]) == 1
    assert "FAILED" in capsys.readouterr().out


def test_a_frame_takes_some_time() -> None:
    venue, _ = venue_of("okx", "BTC-USDT")
    assert bench_venues.decode_us(venue, FRAME_KINDS["okx"]["trade"], 3) > 0
