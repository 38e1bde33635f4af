from __future__ import annotations

import asyncio
import json
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.control.logs import Log, LogLevel
from supreme_system_v5.settings import Secret
from tests.fakes.clock import ManualClock
from tests.unit.control.test_log_writer import Sink

MINUTE = 60 * 10**9
KEYS = (Secret("hunter2"), Secret("hunter2-and-more"), Secret('p"\\s:/?&w'), Secret("987654321987"))


class Logged:
    """A log, and what was written to it."""

    def __init__(self, level: LogLevel = "info", keys: tuple[Secret, ...] = KEYS) -> None:
        self.clock = ManualClock()
        self.sink = Sink()
        self.log = Log(self.sink, clock=self.clock, keys=keys, level=level)

    def __enter__(self) -> Log:
        return self.log.__enter__()

    def __exit__(self, *exc: object) -> None:
        self.log.__exit__(*exc)

    @property
    def text(self) -> str:
        return "".join(self.sink.lines)

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.sink.lines]


def test_an_event_is_one_object_in_one_line() -> None:
    logged = Logged()
    with logged as log:
        log.event("warmed_up", minutes=200, missing=0, fault="", rate=0.5, warm=True, feed=None)
    assert logged.sink.lines[0].count("\n") == 1
    assert logged.lines == [
        {
            "time": "2023-11-14T22:13:20.000Z",
            "event": "warmed_up",
            "level": "info",
            "minutes": 200,
            "missing": 0,
            "fault": "",
            "rate": 0.5,
            "warm": True,
            "feed": None,
        }
    ]


@pytest.mark.parametrize(
    ("level", "written"),
    [("debug", "diwe"), ("info", "iwe"), ("warning", "we"), ("error", "e")],
)
def test_levels(level: LogLevel, written: str) -> None:
    logged = Logged(level)
    with logged as log:
        log.debug("d")
        log.event("i")
        log.warning("w")
        log.failure("e")
    assert "".join(str(line["event"]) for line in logged.lines) == written


def test_debug_is_sampled() -> None:
    logged = Logged("debug")
    with logged as log:
        for number in range(1_000):
            log.debug("looked", number=number)
    assert [line["number"] for line in logged.lines] == list(range(0, 1_000, 64))
    assert {line["one_of"] for line in logged.lines} == {64}


def test_never_a_flood_and_what_was_left_out_is_told() -> None:
    logged = Logged()
    with logged as log:
        for number in range(1_000):
            log.event("trade", number=number)
            log.event(f"other {number % 3}")
        logged.clock.advance_ns(MINUTE)
        log.event("trade", number=1_000)
        for number in range(100):
            log.event("at the end", number=number)
    trades = [line for line in logged.lines if line["event"] == "trade"]
    assert [line["number"] for line in trades] == [*range(60), 1_000]
    assert trades[-1]["left_out"] == 940
    told = [line for line in logged.lines if line["event"] == "log_events_left_out"]
    assert {(line["name"], line["left_out"]) for line in told} == {
        ("at the end", 40),
        *((f"other {number}", 333 - 60 + (number == 0)) for number in range(3)),
    }


def test_names_without_end_do_not_fill_the_memory() -> None:
    logged = Logged("debug")
    with logged as log:
        for number in range(10_000):
            log.event(f"event {number}")
            name = f"detail {number}"
            log.debug(name)
    assert len(logged.log._windows) <= 257
    assert len(logged.log._debugged) <= 257


def raised(text: str) -> Exception:
    """Return an error as it is caught: with a place, and a cause."""

    def fail() -> None:
        raise ValueError(text) from OSError(text)

    with pytest.raises(ValueError, match=re.escape(text)) as caught:
        fail()
    return caught.value


class _Client:
    def __repr__(self) -> str:
        return f"Client(key={KEYS[0].reveal()!r})"


class _Rude:
    def __repr__(self) -> str:
        raise RuntimeError(KEYS[0].reveal())


def test_secrets_never_appear() -> None:
    logged = Logged("debug")
    with logged as log:
        for key in KEYS:
            plain = key.reveal()
            for text in (plain, f"a{plain}b", f"https://h/?k={quote(plain, safe='')}", plain * 3):
                log.event("plain", text=text)
                log.event("nested", one=[{"two": (text,)}], three={text: 1}, four={5: {6: text}})
                log.event(text)
                log.warning("object", it=Exception(text), raw=text.encode())
                log.debug("detail", text=text)
                log.failure("failed", raised(text), also=text)
        log.event("shown", it=_Client(), rude=_Rude(), key=KEYS[0], number=987654321987)
        log.event("long", text="x" * 3_995 + KEYS[0].reveal())
    for key in KEYS:
        for form in (key.reveal(), quote(key.reveal(), safe=""), json.dumps(key.reveal())[1:-1]):
            assert form not in logged.text
    assert "hunter" not in logged.text
    assert logged.lines
    assert "_Rude" in logged.text


def test_an_exception_is_told_with_its_place() -> None:
    logged = Logged()
    with logged as log:
        log.failure("failed", raised("gone"))
    [line] = logged.lines
    assert "ValueError: gone" in str(line["exception"])
    assert "test_logs.py" in str(line["exception"])


@given(
    st.dictionaries(
        st.sampled_from(["event", "level", "time", "left_out", "exception", "x", "one_of"]),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text(st.characters(exclude_categories=[]))
            | st.binary(),
            lambda some: st.lists(some) | st.dictionaries(st.text(), some),
            max_leaves=20,
        ),
    )
)
def test_whatever_it_is_told_it_writes_json(details: dict[str, object]) -> None:
    logged = Logged(keys=())
    with logged as log:
        log.event("told", **details)
    [line] = logged.lines
    assert line["event"] == "told"
    assert line["level"] == "info"


def test_logs_have_nothing_in_common() -> None:
    one, other = Logged(), Logged("error")
    with one as first, other as second:
        first.event("mine")
        second.event("yours")
    assert len(one.lines) == 1
    assert other.lines == []


def test_a_slow_disk_does_not_hold_an_event_loop() -> None:
    async def main() -> None:
        logged = Logged()
        logged.sink.goes_on.clear()
        with logged as log:
            for number in range(20_000):
                log.event(f"event {number % 200}", number=number)
                if number % 1_000 == 0:
                    await asyncio.sleep(0)
            assert log.status().dropped > 0
            logged.sink.goes_on.set()
        assert any(line["event"] == "log_lines_lost" for line in logged.lines)

    asyncio.run(main())
