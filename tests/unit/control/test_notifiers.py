"""Messages on their way, against a server on its worst days, on a loop whose time is a number."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest
from aiohttp import web

from supreme_system_v5.clock import sleep_ns
from supreme_system_v5.control.channels import (
    Channel,
    NtfyChannel,
    TelegramChannel,
    WebhookChannel,
)
from supreme_system_v5.control.notifiers import Messenger, Reporter
from supreme_system_v5.domain.status import Alert, AlertKind
from supreme_system_v5.ports import Notifier
from supreme_system_v5.settings import Secret
from tests.support.virtual_loop import LoopClock, run_virtual

KEY = Secret("12345:nobody-sees-this")


def now() -> float:
    return asyncio.get_running_loop().time()


def alert(kind: AlertKind = AlertKind.STOP_HIT, text: str = "") -> Alert:
    return Alert(kind=kind, title=kind.value, text=text, urgent=False, time_ns=1)


class Service:
    """Takes messages; `statuses` are answered first, one after the other.

    Attributes:
        heard: When, and what.
    """

    def __init__(self) -> None:
        self.url = ""
        self.statuses: list[int] = []
        self.always = 200
        self.headers: dict[str, str] = {}
        self.body = b"{}"
        self.heard: list[tuple[float, dict[str, object]]] = []
        self.paths: list[str] = []
        self.tries = 0
        self.mute = False

    async def handle(self, request: web.BaseRequest) -> web.Response:
        self.tries += 1
        self.paths.append(f"{request.method} {request.path}")
        body = await request.read()
        if self.mute:
            await asyncio.sleep(3_600)
        status = self.statuses.pop(0) if self.statuses else self.always
        if status == 0 and request.transport is not None:
            request.transport.close()
        if status == 200:
            self.heard.append((now(), msgspec.json.decode(body) if body else {}))
            return web.Response(body=self.body)
        return web.Response(status=status or 500, headers=self.headers, body=self.body)

    def texts(self) -> list[str]:
        return [str(told["text"]) for _, told in self.heard]


@asynccontextmanager
async def service() -> AsyncIterator[Service]:
    made = Service()
    runner = web.ServerRunner(web.Server(made.handle), shutdown_timeout=0.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()
        await asyncio.sleep(0)


class World:
    """A messenger, and what it noted."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, dict[str, object]]] = []
        self.well = True

    def note(self, event: str, /, **details: object) -> None:
        self.notes.append((event, details))

    def messenger(self, *channels: Channel, dead_man: str | None = None) -> Messenger:
        clock = LoopClock(asyncio.get_running_loop())
        reporter = Reporter(clock=clock, sleep=sleep_ns, chance=random.Random(1), note=self.note)
        return Messenger(
            channels,
            "BTC-USDT",
            reporter,
            dead_man=Secret(dead_man) if dead_man else None,
            healthy=lambda: self.well,
        )


def webhook(made: Service) -> WebhookChannel:
    return WebhookChannel(Secret(f"{made.url}/{KEY.reveal()}"))


def test_it_is_a_notifier_and_says_everything_on_every_channel() -> None:
    async def main() -> None:
        async with service() as made:
            channels = (
                webhook(made),
                NtfyChannel(Secret(f"{made.url}/topic"), KEY),
                TelegramChannel(KEY, "1", host=made.url),
            )
            async with World().messenger(*channels) as messenger:
                owner: Notifier = messenger
                owner.notify(alert(AlertKind.HALT))
            assert sorted(made.paths) == [
                "POST /",
                f"POST /{KEY.reveal()}",
                f"POST /bot{KEY.reveal()}/sendMessage",
            ]
            assert [outbox.sent for outbox in messenger.outboxes] == [1, 1, 1]

    run_virtual(main())


def test_without_a_channel_nothing_is_opened() -> None:
    async def main() -> None:
        async with World().messenger() as messenger:
            messenger.notify(alert())
            assert messenger.status() == {}
            assert len(asyncio.all_tasks()) == 1

    run_virtual(main())


def test_no_storm_one_of_a_kind_a_minute_and_the_newest_of_the_others_after_it() -> None:
    async def main() -> None:
        async with service() as made, World().messenger(webhook(made)) as messenger:
            for number in range(100):
                messenger.notify(alert(AlertKind.STOP_HIT, f"stop {number}"))
                messenger.notify(alert(AlertKind.RESTART, f"restart {number}"))
                await asyncio.sleep(1)
            await asyncio.sleep(60)
            assert [(round(at), told["text"]) for at, told in made.heard] == [
                (0, "stop 0"),
                (0, "restart 0"),
                (60, "stop 59 (59 of this kind within a minute)"),
                (60, "restart 59 (59 of this kind within a minute)"),
                (120, "stop 99 (40 of this kind within a minute)"),
                (120, "restart 99 (40 of this kind within a minute)"),
            ]
            [outbox] = messenger.outboxes
            assert outbox.sent + outbox.merged == 200

    run_virtual(main())


def test_what_is_held_back_is_said_at_the_end() -> None:
    async def main() -> None:
        async with service() as made:
            async with World().messenger(webhook(made)) as messenger:
                messenger.notify(alert(text="first"))
                await asyncio.sleep(1)
                messenger.notify(alert(text="second"))
            assert made.texts() == ["first", "second"]
            assert now() < 2

    run_virtual(main())


@pytest.mark.parametrize("status", [0, 408, 425, 429, 500, 502, 503])
def test_what_may_pass_is_tried_again(status: int) -> None:
    async def main() -> None:
        async with service() as made, World().messenger(webhook(made)) as messenger:
            made.statuses = [status] * 3
            messenger.notify(alert(text="a"))
            await asyncio.sleep(60)
            assert made.texts() == ["a"]
            # 0.5 to 1, 1 to 2 and 2 to 4 seconds between
            assert 3.5 <= made.heard[0][0] <= 7.1
            assert messenger.outboxes[0].failed == 0

    run_virtual(main())


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 410])
def test_what_will_not_pass_is_given_up_at_once_and_noted(status: int) -> None:
    async def main() -> None:
        world = World()
        async with service() as made, world.messenger(webhook(made)) as messenger:
            made.statuses = [status]
            made.headers = {"Location": f"{made.url}/elsewhere"}
            messenger.notify(alert(text="a"))
            messenger.notify(alert(AlertKind.HALT, text="b"))
            await asyncio.sleep(1)
            assert made.texts() == ["b"]
            assert messenger.outboxes[0].failed == 1
            [(event, details)] = world.notes
            assert event == "message_not_sent"
            assert details["why"] == f"webhook answered with status {status}"

    run_virtual(main())


@pytest.mark.parametrize("way", ["header", "telegram"])
def test_it_waits_for_as_long_as_it_is_asked_to(way: str) -> None:
    async def main() -> None:
        async with service() as made, World().messenger(webhook(made)) as messenger:
            made.statuses = [429]
            if way == "header":
                made.headers = {"Retry-After": "90"}
            else:
                made.body = b'{"parameters": {"retry_after": 90}}'
            messenger.notify(alert(text="a"))
            await asyncio.sleep(89)
            assert made.tries == 1
            await asyncio.sleep(3)
            assert made.texts() == ["a"]

    run_virtual(main())


def test_a_message_outlives_a_lost_network_but_not_for_ever() -> None:
    async def main() -> None:
        world = World()
        async with service() as made, world.messenger(webhook(made)) as messenger:
            made.always = 503
            messenger.notify(alert(AlertKind.FEED_STALE, text="a"))
            await asyncio.sleep(1_200)
            made.always = 200
            await asyncio.sleep(40)
            assert made.texts() == ["a"]
            made.always = 503
            messenger.notify(alert(AlertKind.HALT, text="b"))
            await asyncio.sleep(1_801)
            assert messenger.outboxes[0].failed == 1
            assert [event for event, _ in world.notes] == ["message_not_sent"]

    run_virtual(main())


def test_who_does_not_answer_holds_nobody_and_the_oldest_are_dropped_and_counted() -> None:
    async def main() -> None:
        world = World()
        async with service() as made:
            made.mute = True
            begin = now()
            async with world.messenger(webhook(made)) as messenger:
                messenger.notify(alert())
                await asyncio.sleep(1)
                outbox = messenger.outboxes[0]
                for number in range(100):
                    outbox._add(alert(text=str(number)))
                assert outbox.dropped == 36
                assert messenger.status()["notify_webhook"].depth == 65
                await asyncio.sleep(20)  # the time limit of a try, and another try
                assert made.tries == 2
            assert now() - begin < 23  # its end waits 1.5 s at most
            assert ("messages_left", {"channel": "webhook", "count": 65}) in world.notes
            made.mute = False

    run_virtual(main())


def test_notify_never_waits_whatever_the_channel_does() -> None:
    async def main() -> None:
        async with service() as made:
            made.mute = True
            async with World().messenger(webhook(made)) as messenger:
                begin = now()
                for kind in AlertKind:
                    for _ in range(100):
                        messenger.notify(alert(kind))
                assert now() == begin

    run_virtual(main())


def test_no_note_and_no_error_shows_a_key() -> None:
    async def main() -> None:
        world = World()
        nowhere = "http://127.0.0.1:1"
        channels = (
            WebhookChannel(Secret(f"{nowhere}/{KEY.reveal()}?k={KEY.reveal()}")),
            NtfyChannel(Secret(f"{nowhere}/{KEY.reveal()}"), KEY),
            TelegramChannel(KEY, "1", host="http://[bad"),
            TelegramChannel(KEY, "1", host="ftp://h.example"),
        )
        ping = f"{nowhere}/{KEY.reveal()}"
        async with world.messenger(*channels, dead_man=ping) as messenger:
            messenger.notify(alert())
            await asyncio.sleep(2_000)
        assert len(world.notes) == 5
        assert KEY.reveal() not in repr(world.notes)
        assert "nobody" not in repr(world.notes)

    run_virtual(main())


class TestDeadManPing:
    def test_it_asks_each_minute_while_all_is_well(self) -> None:
        async def main() -> None:
            world = World()
            async with service() as made, world.messenger(dead_man=f"{made.url}/ping"):
                await asyncio.sleep(121)
                world.well = False
                await asyncio.sleep(180)
                world.well = True
                await asyncio.sleep(60)
                assert [round(at) for at, _ in made.heard] == [0, 60, 120, 360]
                assert set(made.paths) == {"GET /ping"}

        run_virtual(main())

    def test_a_row_of_failures_is_noted_once(self) -> None:
        async def main() -> None:
            world = World()
            async with service() as made, world.messenger(dead_man=f"{made.url}/ping") as messenger:
                made.statuses = [500, 0, 404, 200, 500]
                await asyncio.sleep(301)
                assert messenger.ping is not None
                assert (messenger.ping.sent, messenger.ping.failed) == (2, 4)
                assert [event for event, _ in world.notes] == ["ping_not_sent"] * 2

        run_virtual(main())
