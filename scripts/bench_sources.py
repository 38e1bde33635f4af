"""How long reading a source holds the event loop: the largest bodies allowed, the worst shapes.

    python scripts/bench_sources.py            exit code 1 when a hold is beyond 5 ms
    python scripts/bench_sources.py --report-only
    python scripts/bench_sources.py push       only cases with this in their name

Each body goes the whole way: from a server on the loopback through `HttpClient`, its parser and
`PolledSource`; each pushed message through `PushedSource`, with a full queue that is drained in the
end. A hold is one turn of the loop, from when it wakes until it waits again, in time of
this thread's processor, so that other programs on the machine do not count. Each case is run
several times, and the best run counts: what is not in every run is noise. What the process has
loaded is frozen first, as the start of a long run does it: a full garbage collection walks all of
it, some 15 ms, whoever causes it.
"""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import random
import resource
import selectors
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from supreme_system_v5.clock import SystemClock, sleep_ns
from supreme_system_v5.domain.feeds import NewsItem
from supreme_system_v5.errors import SourceError
from supreme_system_v5.news_sources.http_client import HttpClient, HttpLimits
from supreme_system_v5.news_sources.polled import PolledSource
from supreme_system_v5.news_sources.pushed import MOST_MESSAGE_BYTES, PushedSource
from supreme_system_v5.news_sources.seen import Seen
from tests.support.fault_server import good, served
from tests.support.socket_server import served_socket
from tests.support.source_samples import KEY, POLLED, PUSHED, transaction

LIMIT_MS = 5.0
RUNS = 5
MOST = MOST_MESSAGE_BYTES
"""The same as of an answer."""


class _Watching(selectors.DefaultSelector):
    """Notes the longest time between two waits."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_ns = 0
        self._woke = time.thread_time_ns()

    def select(self, timeout: float | None = None) -> Any:  # noqa: ANN401 - the base class's
        self.longest_ns = max(self.longest_ns, time.thread_time_ns() - self._woke)
        found = super().select(timeout)
        self._woke = time.thread_time_ns()
        return found


def filled(make: Callable[[int], bytes]) -> bytes:
    """Return the largest body that `make` makes within the bound, by its number of parts."""
    low, high = 1, 2
    while len(make(high)) <= MOST:
        low, high = high, 2 * high
    while high - low > max(low // 50, 1):
        middle = (low + high) // 2
        low, high = (middle, high) if len(make(middle)) <= MOST else (low, middle)
    return make(low)


def rss(text: str) -> Callable[[int], bytes]:
    """Make feeds of 900 entries at most, of texts so often repeated."""

    def make(times: int) -> bytes:
        item = (
            "<item><title>%d</title><link>https://a.org/%d</link>"
            "<pubDate>Thu, 28 May 2026 10:00:00 GMT</pubDate><description>"
        )
        body = text * times
        items = "".join(item % (n, n) + body + "</description></item>" for n in range(900))
        return f"<rss><channel>{items}</channel></rss>".encode()

    return make


def rows(sample: dict[str, Any], name: str, key: str) -> Callable[[int], bytes]:
    """Make answers of so many rows, each with an own `key`."""

    def make(count: int) -> bytes:
        row = sample[name][0]
        many = [{**row, key: f"{n:064x}" if key != "id" else n} for n in range(count)]
        return json.dumps({**sample, name: many}).encode()

    return make


def cases() -> dict[str, tuple[str, bytes]]:
    """Return source and body of each case."""
    panic = json.loads(POLLED["cryptopanic"].body)
    chair = json.loads(POLLED["blockchair"].body)
    whale = json.loads(POLLED["whale-alert"].body)
    metrics = json.loads(POLLED["coin-metrics"].body)
    wide = transaction()
    leg = wide["vin"][0]

    def consolidation(count: int) -> bytes:
        return json.dumps([{**wide, "vin": [leg] * count}]).encode()

    return {
        "feed, plain text": ("rss", filled(rss("word "))),
        "feed, all markup": ("rss", filled(rss("&lt;a&gt;<b/>"))),
        "feed, one tag 2 MiB long": ("rss", b"<rss " + b'a="b" ' * 1_000 + b"x" * (MOST - 7_000)),
        "feed, long texts": ("rss", filled(rss("\u0416\x85 " * 300))),
        "feed, windows-1252": ("rss", filled(rss("caf\u00e9 ")).decode().encode("cp1252")),
        "cryptopanic": ("cryptopanic", filled(rows(panic, "results", "id"))),
        "blockchair": ("blockchair", filled(rows(chair, "data", "hash"))),
        "whale alert": ("whale-alert", filled(rows(whale, "transactions", "hash"))),
        "coin metrics": ("coin-metrics", filled(rows(metrics, "data", "x"))),
        "transactions": (
            "mempool-rest",
            filled(lambda count: json.dumps([transaction(n) for n in range(count)]).encode()),
        ),
        "one huge transaction": ("mempool-rest", filled(consolidation)),
        "a million numbers": ("forex-factory", b"[" + b"1," * 1_000_000 + b"1]"),
        "one text of 2 MiB": ("forex-factory", b'["' + b"a" * (MOST - 10) + b'"]'),
        "all escapes": ("forex-factory", b'["' + b"\\n" * 1_000_000 + b'"]'),
        "deep": ("forex-factory", b"[" * MOST),
        "lists in lists": ("forex-factory", b"[" + b"[[[[[]]]]]," * 190_000 + b"1]"),
        "gzip bomb": ("forex-factory", gzip.compress(b" " * (100 * MOST // 2))),
        "page of zeros": ("forex-factory", bytes(MOST)),
    }


def messages() -> dict[str, tuple[str, list[str]]]:
    """Return source and messages of each case of those that tell by themselves."""
    address = "bc1qeldw4mqns26wew8swgpkt3fs364w3ehs046w2f"
    alert = json.loads(PUSHED["whale-alert-ws"].message)

    def addresses(count: int, **more: Any) -> bytes:  # noqa: ANN401 - parts of a transaction
        many = [{**transaction(n), **more} for n in range(count)]
        lists = {"mempool": many[::2], "confirmed": many[1::2], "removed": []}
        return json.dumps({"multi-address-transactions": {address: lists}}).encode()

    def amounts(count: int) -> bytes:
        many = [{"symbol": f"T{n}", "amount": n, "value_usd": n} for n in range(count)]
        return json.dumps({**alert, "amounts": many}).encode()

    def nested(count: int) -> bytes:
        inner: dict[str, dict[str, list[object]]] = {f"{n}": {} for n in range(count)}
        return json.dumps({"multi-address-transactions": inner}).encode()

    leg = transaction()["vin"][0]
    one = {
        "pushed: many transactions": ("mempool-ws", filled(addresses)),
        "pushed: one transaction": (
            "mempool-ws",
            filled(lambda count: addresses(1, vin=[leg] * count)),
        ),
        "pushed: only objects": ("mempool-ws", filled(nested)),
        "pushed: 250 KiB of objects": ("mempool-ws", nested(19_000)),
        "pushed: many assets": ("whale-alert-ws", filled(amounts)),
        "pushed: one text of 2 MiB": ("whale-alert-ws", b'{"a": "' + b"x" * (MOST - 20) + b'"}'),
    }
    found = {name: (source, [body.decode()]) for name, (source, body) in one.items()}
    alerts = [
        {**alert, "transaction": {**alert["transaction"], "hash": f"{n:064x}"}}
        for n in range(5_000)
    ]
    found["pushed: 5 000 alerts"] = ("whale-alert-ws", [json.dumps(told) for told in alerts])
    return found


def told_much() -> Seen:
    """Return a memory of what was told that is full, as after some days."""
    seen = Seen()
    for number in range(20_000):
        seen.is_new(
            NewsItem(source="a", key=f"{number}", published_ns=None, received_ns=1, title="t")
        )
    return seen


async def listen(source: str, texts: list[str], seen: Seen) -> str:
    """Take what is pushed until nothing more comes, and return what came of it."""
    clock, taken = SystemClock(), asyncio.Event()

    async def sleep(duration_ns: int) -> None:
        if duration_ns:  # it waits to connect again, so all was read
            taken.set()
        await sleep_ns(duration_ns)

    async def script(socket: Any) -> None:  # noqa: ANN401 - the server's
        for text in texts:
            await socket.send_str(text)
            await asyncio.sleep(0)

    async with served_socket() as server:
        server.scripts = [script]
        url = server.url.replace("http", "ws")
        async with (
            HttpClient(
                clock=clock,
                sleep=sleep_ns,
                chance=random.Random(1),
                keys=[KEY],
                test_origins=frozenset({url}),
            ) as client,
            PushedSource(
                PUSHED[source].make(url),
                client=client,
                clock=clock,
                sleep=sleep,
                chance=random.Random(1),
                seen=seen,
            ) as pushed,
        ):
            await taken.wait()
            items = 0
            with suppress(SourceError):  # nothing came, and it is not connected any more
                items = len(await pushed.poll())
            faults = ", ".join(f"{n} {kind}" for kind, n in pushed.health().faults.items())
            return f"{items} items{f', {faults}' if faults else ''}"


async def read(source: str, body: bytes, seen: Seen, *, packed: bool) -> str:
    """Poll once and return what came of it."""
    clock = SystemClock()
    async with (
        served() as server,
        HttpClient(
            clock=clock,
            sleep=sleep_ns,
            chance=random.Random(1),
            keys=[KEY],
            limits=HttpLimits(attempts=1),
            test_origins=frozenset({server.url}),
        ) as client,
    ):
        headers = {"Content_Encoding": "gzip"} if packed else {}
        reply = good(body, **headers)
        # The server shares the loop: it sends in small pieces, so as not to count itself.
        reply.body = lambda: (body[at : at + 16_384] for at in range(0, len(body), 16_384))
        server.reply = reply
        polled = PolledSource(
            POLLED[source].make(server.url), client=client, clock=clock, sleep=sleep_ns, seen=seen
        )
        try:
            return f"{len(await polled.poll())} items"
        except SourceError as error:
            return str(error.kind)


def measured(poll: Callable[[Seen], Coroutine[Any, Any, str]]) -> tuple[float, str]:
    """Return the longest hold of the best of several runs in milliseconds, and what came of it."""
    best, came = float("inf"), ""
    for _ in range(RUNS):
        seen = told_much()
        watching = _Watching()
        with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(watching)) as runner:  # noqa: B023 - used at once
            watching.longest_ns = 0
            came = runner.run(poll(seen))
            best = min(best, watching.longest_ns / 1e6)
    return best, came


def main() -> int:
    """Print a table; return 1 when a hold is too long."""
    worst = 0.0
    gc.collect()
    gc.freeze()
    print(f"{'case':<28} {'KiB':>6} {'longest hold':>14}  came of it")
    only = next((name for name in sys.argv[1:] if not name.startswith("-")), "")
    runs = {
        name: (len(body), partial(read, source, body, packed=name == "gzip bomb"))
        for name, (source, body) in cases().items()
    } | {
        name: (sum(map(len, texts)), partial(listen, source, texts))
        for name, (source, texts) in messages().items()
    }
    for name, (size, poll) in runs.items():
        if only not in name:
            continue
        held, came = measured(poll)
        worst = max(worst, held)
        print(f"{name:<28} {size // 1_024:>6} {held:>11.2f} ms  {came}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    print(f"\nlongest hold {worst:.2f} ms, allowed {LIMIT_MS} ms; peak memory {peak:.0f} MiB")
    return int(worst > LIMIT_MS and "--report-only" not in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
