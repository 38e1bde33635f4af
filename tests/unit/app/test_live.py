"""A whole live run, on the simulated exchange, on a loop whose time is a number."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from supreme_system_v5.app.live import LiveFinished, LiveHooks, LiveOptions, NotBegun, live
from supreme_system_v5.app.telling import make_log
from supreme_system_v5.app.world import World
from supreme_system_v5.clock import SystemClock, sleep_ns
from supreme_system_v5.control.client import ask
from supreme_system_v5.control.wire import Answer, Order
from supreme_system_v5.domain.live import FeedEvent
from supreme_system_v5.errors import SettingsError, SourceError, SupremeError
from supreme_system_v5.exchanges.simulator import SimulatedExchange
from supreme_system_v5.monitoring.watchdog import Watchdog
from supreme_system_v5.orchestrator import master as orchestrator
from supreme_system_v5.orchestrator.live_trader import LiveTrader
from supreme_system_v5.ports import Controls
from supreme_system_v5.settings import load_settings
from tests.support.virtual_loop import LoopClock, run_virtual

SHORT = {"WARMUP_MINUTES": "300", "METRICS_PORT": "off"}


@pytest.fixture
def state() -> Iterator[Path]:
    """A folder whose name is short enough for a socket."""
    with TemporaryDirectory(prefix="live") as folder:
        yield Path(folder)


class Ground:
    """Runs it, and remembers what was told."""

    def __init__(self, folder: Path, **changes: str) -> None:
        self.environment = {**SHORT, "STATE_DIR": str(folder), **changes}
        self.stream = StringIO()
        self.urls: list[str | None] = []
        self.at_begin: list[Controls] = []

    def begun(self, controls: Controls, url: str | None) -> None:
        self.at_begin.append(controls)
        self.urls.append(url)

    @property
    def log(self) -> dict[str, dict[str, object]]:
        """What was logged last, by event."""
        return {str(row["event"]): row for row in self.rows}

    @property
    def rows(self) -> list[dict[str, object]]:
        """All that was logged."""
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    async def run(self, options: LiveOptions) -> LiveFinished:
        clock = LoopClock(asyncio.get_running_loop())
        world = World(environment=self.environment, dotenv_path=None, clock=clock)
        hooks = LiveHooks(stream=self.stream, begun=self.begun)
        settings = load_settings(self.environment)
        with make_log(settings, clock, self.stream) as log:
            return await live(options, settings, world, sleep_ns, hooks, log)


def run(ground: Ground, **options: Any) -> LiveFinished:  # noqa: ANN401 - those of `LiveOptions`
    return run_virtual(ground.run(LiveOptions(**options)))


def test_it_warms_up_trades_on_the_simulator_and_reports(state: Path) -> None:
    ground = Ground(state, GATE_TARGET_SKIP_RATIO="0.6")
    finished = run(ground, feed="sim", scenario="volatile", duration_s=70.0, risk="fixed")
    status, report = finished.status, finished.report
    assert finished.reason == "its time is over"
    assert status.data_source == "sim (volatile, seed 1)"
    assert status.wakes.seen > 1_000
    assert (status.feed.missing, status.wakes.late, status.wakes.bad) == (0, 0, 0)
    assert status.bars_checked >= 1
    assert status.bars_differing == 0
    assert 0.3 < status.wakes.skip_ratio < 0.8
    assert status.domains["technical"].failures == 0
    assert report is not None
    assert (report.source, report.data_kind) == (status.data_source, "live")
    assert report.ticks == status.wakes.seen
    assert report.charged.name == "okx-spot"
    warmed_up = ground.log["warmed_up"]
    assert (warmed_up["minutes"], warmed_up["missing"], warmed_up["fault"]) == (300, 0, "")
    assert set(status.queues) == {"feed", "log"}
    saved = json.loads((state / "last_run_sim.json").read_text())
    assert saved["run_id"] == status.run_id
    assert ground.urls == [None]


def run_venue(ground: Ground, feed: str = "okx", seconds: float = 20.0) -> LiveFinished:
    """Run it on a venue's own feed, which a simulator speaks."""

    async def main() -> LiveFinished:
        clock = LoopClock(asyncio.get_running_loop())
        async with SimulatedExchange("normal", clock=clock, sleep=sleep_ns) as exchange:
            options = LiveOptions(feed=feed, feed_url=exchange.url, duration_s=seconds)
            return await ground.run(options)

    return run_virtual(main())


@pytest.mark.parametrize("feed", ["okx", "binance", "binance-usdm", "bybit"])
def test_every_venue_pointed_at_the_simulator_does_the_same(state: Path, feed: str) -> None:
    status = run_venue(Ground(state), feed).status
    assert status.data_source.startswith(f"{feed} at http://127.0.0.1:")
    assert status.wakes.seen > 200
    assert status.feed.fresh
    assert status.feed.missing == 0


def test_while_it_runs_its_owner_can_ask_and_order_and_no_second_one_begins(
    state: Path,
) -> None:
    ground = Ground(state)
    said: list[Answer] = []

    async def order(what: Order) -> Answer:
        return await asyncio.to_thread(ask, state / "control.sock", what, clock=SystemClock())

    async def owner() -> None:
        await sleep_ns(5 * 10**9)
        said.append(await order(Order.STATUS))
        with pytest.raises(SettingsError, match="another system runs, and answers at"):
            await ground.run(LiveOptions(feed="sim", duration_s=5.0))
        said.append(await order(Order.STOP))

    async def main() -> LiveFinished:
        async with asyncio.TaskGroup() as group:
            group.create_task(owner())
            return await ground.run(LiveOptions(feed="sim", duration_s=3_600.0))

    finished = run_virtual(main())
    assert finished.reason == "stopped by its owner"
    assert all(answer.ok for answer in said)
    assert said[0].status is not None
    assert said[0].status.run_id == finished.status.run_id


def test_without_the_venue_it_says_what_to_do(state: Path) -> None:
    with pytest.raises(SourceError) as caught:
        run(Ground(state), feed="okx", feed_url="http://127.0.0.1:9", duration_s=5.0)
    assert "cannot be reached" in str(caught.value)
    assert "--feed sim" in str(caught.value)


def test_a_signal_ends_it_in_order(state: Path) -> None:
    ground = Ground(state)

    def begun(_: Controls, __: str | None) -> None:
        asyncio.get_running_loop().call_later(5.0, os.kill, os.getpid(), signal.SIGTERM)

    ground.begun = begun  # type: ignore[method-assign, assignment]
    finished = run(ground, feed="sim", duration_s=3_600.0)
    assert finished.reason == "SIGTERM"
    assert finished.status.wakes.seen > 50


def test_a_signal_before_the_market_is_known_ends_it_at_once(state: Path) -> None:
    ground = Ground(state)

    async def main() -> None:
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGTERM)
        await ground.run(LiveOptions(feed="sim"))

    with pytest.raises(NotBegun, match="SIGTERM came before the market was known"):
        run_virtual(main())
    assert ground.urls == []


def test_a_signal_while_history_is_read_ends_what_never_began(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def endless(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    monkeypatch.setattr(orchestrator, "read_history", endless)
    ready: list[str] = []
    monkeypatch.setattr(Watchdog, "ready", lambda _, text: ready.append(text))
    ground = Ground(state)
    finished = run(ground, feed="sim")
    assert (finished.reason, finished.report) == ("SIGTERM", None)
    assert ground.urls == ready == []
    assert "alert" not in ground.log
    assert not list(state.glob("*.json"))


def test_after_a_pause_the_next_run_starts_paused_until_its_owner_resumes(state: Path) -> None:
    first, second, third = Ground(state), Ground(state), Ground(state)
    first.begun = lambda controls, _: controls.pause()  # type: ignore[method-assign, assignment]
    assert run_venue(first).status.paused
    assert (state / "last_run.json").exists()
    assert not (state / "running.json").exists()
    second.begun = lambda controls, _: controls.resume()  # type: ignore[method-assign, assignment]
    assert not run_venue(second).status.paused
    [told] = [row for row in second.rows if row.get("kind") == "restart"]
    assert "ended paused; nothing is entered until `supreme resume`" in str(told["text"])
    assert not run_venue(third).status.paused


def test_a_run_that_was_killed_holds_the_next_one_and_practice_does_not_help(state: Path) -> None:
    seen: list[bytes] = []
    first, second = Ground(state), Ground(state)

    def begun(_: Controls, __: str | None) -> None:
        def look() -> None:
            seen.append((state / "running.json").read_bytes())

        asyncio.get_running_loop().call_later(5.0, look)

    first.begun = begun  # type: ignore[method-assign, assignment]
    run_venue(first)
    (state / "running.json").write_bytes(seen[0])
    assert not run(Ground(state), feed="sim", duration_s=2.0).status.paused
    assert run_venue(second).status.paused
    assert "did not end in order" in second.stream.getvalue()


def test_a_defect_ends_it_with_a_report_and_holds_the_next_run(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []
    take = LiveTrader.take

    def broken(self: LiveTrader, event: FeedEvent, now_ns: int) -> None:
        calls.append(1)
        if len(calls) > 50:
            raise RuntimeError("this cannot be")
        take(self, event, now_ns)

    monkeypatch.setattr(LiveTrader, "take", broken)
    ground = Ground(state)
    finished = run_venue(ground, seconds=3_600.0)
    assert finished.reason == "a defect: pump: RuntimeError: this cannot be"
    assert finished.defect == "RuntimeError: this cannot be"
    assert finished.report is not None
    assert "in broken" in str(ground.log["defect"]["exception"])
    assert ground.log["alert"]["text"] == finished.reason
    assert (state / "last_run.json").exists()
    assert (state / "running.json").exists()


def test_a_defect_before_it_trades_is_one_line(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("this cannot be")

    monkeypatch.setattr(LiveTrader, "warm_up", broken)
    ground = Ground(state)
    with pytest.raises(SupremeError, match="a defect of this program"):
        run(ground, feed="sim", duration_s=5.0)
    assert "in broken" in str(ground.log["defect"]["exception"])


def test_what_fails_beside_it_is_told_and_harms_nothing(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("this cannot be")

    monkeypatch.setattr(Watchdog, "run", broken)
    ground = Ground(state)
    assert run(ground, feed="sim", duration_s=5.0).reason == "its time is over"
    assert "this cannot be" in str(ground.log["beside_failed"]["exception"])


def test_where_nothing_can_be_kept_it_says_so(state: Path) -> None:
    ground = Ground(state)
    del ground.environment["STATE_DIR"]
    assert run(ground, feed="sim", duration_s=2.0).reason == "its time is over"
    assert "STATE_DIR" in str(ground.log["no_control_socket"]["text"])


def test_a_market_that_the_exchange_does_not_have_names_the_setting(state: Path) -> None:
    with pytest.raises(SourceError) as caught:
        run_venue(Ground(state, SINGLE_SYMBOL="NONE-USDT"))
    told = str(caught.value)
    assert "Is SINGLE_SYMBOL 'NONE-USDT' traded there?" in told
    assert ".." not in told
    assert "?." not in told


def test_metrics_are_served_while_it_runs(state: Path) -> None:
    ground = Ground(state)
    finished = run(ground, feed="sim", duration_s=3.0, metrics_port=0)
    assert finished.report is not None
    [url] = ground.urls
    assert url is not None
    assert url.startswith("http://127.0.0.1:")
