"""Does a real Prometheus read our metrics, and understand our alerts and our dashboard?

    python scripts/check_scrape.py --duration 60        runs `supreme run --feed sim`, and reads it
    python scripts/check_scrape.py --made-up            serves a made-up system, with news and all
    python scripts/check_scrape.py --url http://127.0.0.1:9464/metrics     reads one that runs
    python scripts/check_scrape.py --if-present         ends well where there is no Prometheus

Starts the `prometheus` on the PATH (Debian's package of that name) with the files of `deploy/` in a
temporary folder, every 5 seconds for so long. Exit code 1 when the target was not up at every
scrape, a rule failed, an expression of the dashboard is not understood, or `promtool` finds fault
with the page itself; 2 without a Prometheus.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import aiohttp
import msgspec

from livelib import page_of, running
from supreme_system_v5.clock import SystemClock
from supreme_system_v5.domain.status import LiveStatus
from supreme_system_v5.monitoring.http_server import MetricsServer
from supreme_system_v5.monitoring.metrics import Metrics
from tests.support.monitored import START_NS, well

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
CLOCK = SystemClock()
EVERY_S = 5
PROMISED = "cpu_percent_gauge metric name should not include type 'gauge'"
"""What `promtool` minds; the name was promised."""
DECIDED_NS = (80_000, 300_000, 4_000_000)


def made_up(now: int) -> LiveStatus:
    """Return a system that has run since `START_NS`, with counters that grow."""
    usual, seconds = well(), max(now - START_NS, 0) // 1_000_000_000
    feed = msgspec.structs.replace(
        usual.feed, trades=20 * seconds, last_data_ns=now, last_trade_ns=now
    )
    wakes = msgspec.structs.replace(
        usual.wakes, seen=20 * seconds, processed=5 * seconds, by_reason={"PRICE": 5 * seconds}
    )
    domains = {
        name: msgspec.structs.replace(
            task, runs=seconds * 1_000_000_000 // task.interval_ns, last_ns=now
        )
        for name, task in usual.domains.items()
    }
    return well(now_ns=now, feed=feed, wakes=wakes, domains=domains)


def free_port() -> int:
    """Return a port that nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def expressions() -> list[tuple[str, str]]:
    """Return title and expression of everything on the dashboard, its variables filled in."""
    board = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
    return [
        (
            panel["title"],
            target["expr"].replace("$instance", ".*").replace("$__rate_interval", "1m"),
        )
        for panel in board["panels"]
        for target in panel.get("targets", ())
    ]


def write_configuration(folder: Path, url: str) -> Path:
    """Copy the files of `deploy/`, aimed at an address and with a shorter interval."""
    address = urlsplit(url).netloc
    text = (DEPLOY / "prometheus.yml").read_text(encoding="utf-8")
    for old, new in (("127.0.0.1:9464", address), (": 15s", f": {EVERY_S}s")):
        if old not in text:
            sys.exit(f"deploy/prometheus.yml has no {old!r} any more: adapt check_scrape.py")
        text = text.replace(old, new)
    shutil.copy(DEPLOY / "alerts.yml", folder)
    path = folder / "prometheus.yml"
    path.write_text(text, encoding="utf-8")
    return path


async def ask(session: aiohttp.ClientSession, path: str, **parameters: str) -> Any:  # noqa: ANN401 - JSON of Prometheus
    """Return what its interface answers; what it does not understand raises RuntimeError."""
    async with session.get(f"/api/v1/{path}", params=parameters) as answer:
        told = await answer.json()
    if told["status"] != "success":
        raise RuntimeError(f"{parameters}: {told.get('error')}")
    return told["data"]


async def judge(session: aiohttp.ClientSession, duration: int) -> list[str]:
    """Print what a Prometheus knows, and return what is wrong with it."""
    faults: list[str] = []
    targets = (await ask(session, "targets"))["activeTargets"]
    for target in targets:
        print(f"target {target['scrapeUrl']}: {target['health']} {target['lastError']}")
        if target["health"] != "up":
            faults.append(f"{target['scrapeUrl']} is {target['health']}: {target['lastError']}")
    for title, query in (
        ("scrapes", f"count_over_time(up[{duration}s])"),
        ("share of them that worked", f"avg_over_time(up[{duration}s])"),
        ("samples a scrape", "scrape_samples_scraped"),
        ("mean time of a scrape, s", f"avg_over_time(scrape_duration_seconds[{duration}s])"),
        ("slowest, s", f"max_over_time(scrape_duration_seconds[{duration}s])"),
    ):
        found = await ask(session, "query", query=query)
        value = found["result"][0]["value"][1] if found["result"] else "nothing"
        print(f"{title}: {value}")
        if title.startswith("share") and value != "1":
            faults.append(f"{title} is {value}")
    groups = (await ask(session, "rules"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    faults += [f"rule {rule['name']}: {rule['lastError']}" for rule in rules if "lastError" in rule]
    firing = [rule["name"] for rule in rules if rule["state"] == "firing"]
    print(f"rules: {len(rules)}, firing: {', '.join(firing) or 'none'}")
    filled = 0
    for title, expression in expressions():
        try:
            found = await ask(session, "query", query=expression)
        except RuntimeError as error:
            faults.append(f"panel {title}: {error}")
        else:
            filled += bool(found["result"])
    print(f"dashboard: {filled} of {len(expressions())} expressions have data")
    return faults


def faults_of_page(page: str) -> list[str]:
    """Return what `promtool check metrics` says of a page; nothing where there is no promtool."""
    program = shutil.which("promtool")
    if program is None:
        print("promtool is not installed: the page itself was not checked")
        return []
    done = subprocess.run(
        [program, "check", "metrics"], input=page, capture_output=True, text=True, check=False
    )
    told = [line for line in (done.stdout + done.stderr).splitlines() if line != PROMISED]
    print(f"promtool minds {len(told)} lines of the page of {len(page):,} characters")
    return [f"promtool: {line}" for line in told]


async def ready(session: aiohttp.ClientSession) -> None:
    """Wait until a Prometheus has started, 30 seconds at most."""
    async with asyncio.timeout(30):
        while True:
            try:
                async with session.get("/-/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.2)


async def main(options: argparse.Namespace, program: str) -> list[str]:
    """Serve, scrape, judge; everything that was started is ended."""
    async with AsyncExitStack() as stack:
        url = options.url
        if not url and not options.made_up:
            url = stack.enter_context(running(["--feed", "sim"])).url
        if not url:

            def status() -> LiveStatus:
                return made_up(CLOCK.time_ns())

            metrics = Metrics(status)
            for duration_ns in DECIDED_NS:
                metrics.observe_indicator_ns(duration_ns // 1_000)
                metrics.observe_decision_ns(duration_ns)
            url = (await stack.enter_async_context(MetricsServer(metrics, status))).url
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = free_port()
        process = await asyncio.create_subprocess_exec(
            program,
            f"--config.file={write_configuration(folder, url)}",
            f"--storage.tsdb.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--log.level=error",
        )
        try:
            session = await stack.enter_async_context(
                aiohttp.ClientSession(f"http://127.0.0.1:{port}")
            )
            await ready(session)
            await asyncio.sleep(options.duration)
            faults = await judge(session, options.duration)
            page = await asyncio.to_thread(page_of, url)  # it may be served by this very loop
            return faults + await asyncio.to_thread(faults_of_page, page)
        finally:
            process.terminate()
            await process.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--duration", type=int, default=60, help="seconds, at least 15")
    parser.add_argument("--url", default="", help="of a system that runs")
    parser.add_argument("--made-up", action="store_true", help="instead of a simulated one")
    parser.add_argument("--if-present", action="store_true", help="0 without a Prometheus")
    given = parser.parse_args()
    prometheus = shutil.which("prometheus")
    if prometheus is None:
        print("prometheus is not installed: nothing was scraped", file=sys.stderr)
        sys.exit(0 if given.if_present else 2)
    wrong = asyncio.run(main(given, prometheus))
    for line in wrong:
        print(f"wrong: {line}", file=sys.stderr)
    sys.exit(1 if wrong else 0)
