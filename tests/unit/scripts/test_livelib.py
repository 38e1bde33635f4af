from __future__ import annotations

import pytest

from livelib import page_of, running


def test_a_live_system_serves_its_metrics_and_ends() -> None:
    with running(["--feed", "sim"]) as system:
        assert "supreme_build_info" in page_of(system.url)
        assert "warmed_up" in system.said.read_text()
    assert system.process.returncode == 0
    assert page_of(system.url) == ""


def test_one_that_does_not_start_says_why() -> None:
    with (
        pytest.raises(RuntimeError, match="cannot be reached"),
        running(["--feed", "okx", "--feed-url", "http://127.0.0.1:9"]),
    ):
        pass
