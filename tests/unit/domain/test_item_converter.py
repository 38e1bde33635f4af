from __future__ import annotations

import json
import random
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from supreme_system_v5.domain import ExchangeFlow, Headline, Leg, Origin, Transfer, feeds
from supreme_system_v5.domain.feeds import ChainTransfer, NewsItem, SeriesPoint, TransferStatus
from supreme_system_v5.domain.item_converter import ItemConverter, Told
from supreme_system_v5.news_whale import AddressBook
from supreme_system_v5.news_whale.transfers import TransferClass, movements_of
from supreme_system_v5.news_whale.whale_tracking import WhaleTrackingSystem
from tests.support.adapters import pushed, read
from tests.support.items import item_lists, told_items
from tests.support.source_samples import POLLED, PUSHED

ORIGIN = Origin(instrument="BTC-USDT", account="paper", run_id="test")
DAY_NS = 86_400 * 10**9
NOW_NS = 20_000 * DAY_NS
EXCHANGE = "34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo"


def moved(**change: object) -> ChainTransfer:
    told: dict[str, object] = {
        "source": "a", "chain": "bitcoin", "transaction": "ab", "asset": "BTC", "amount": "150.5",
        "status": TransferStatus.CONFIRMED, "received_ns": NOW_NS, "happened_ns": NOW_NS - 5,
    }  # fmt: skip
    return ChainTransfer(**{**told, **change})  # type: ignore[arg-type]


def point(metric: str, value: str, *, day: int = 1, at_ns: int = NOW_NS) -> SeriesPoint:
    return SeriesPoint(
        source="coin-metrics", asset="BTC", metric=metric, as_of_ns=NOW_NS - (day + 1) * DAY_NS,
        received_ns=at_ns, value=value,
    )  # fmt: skip


def converted(*items: feeds.Item) -> tuple[Told, ...]:
    return ItemConverter(ORIGIN).events(items)


def flows(events: tuple[Told, ...]) -> list[tuple[int | None, int | None, int]]:
    found = [event for event in events if isinstance(event, ExchangeFlow)]
    return [(flow.inflow, flow.outflow, flow.receive_ns - NOW_NS) for flow in found]


def test_a_story_becomes_a_headline() -> None:
    item = NewsItem(
        source="rss:a.org", key="k", published_ns=3, received_ns=9, title="t", body="b",
        url="https://a.org",
    )  # fmt: skip
    assert converted(item) == (
        Headline(
            origin=ORIGIN, seq=0, event_ns=3, receive_ns=9, source="rss:a.org", title="t",
            body="b", url="https://a.org",
        ),
    )  # fmt: skip
    undated = NewsItem(source="a", key="k", published_ns=None, received_ns=9, title="t")
    assert converted(undated)[0].event_ns == 9


def test_a_transfer_keeps_owners_kinds_legs_and_state() -> None:
    item = moved(
        sender="x", receiver=EXCHANGE, sender_type="unknown", receiver_owner="binance",
        receiver_type="exchange", status=TransferStatus.UNCONFIRMED, index=2,
        inputs=(feeds.Leg(address="x", amount="151"),),
        outputs=(feeds.Leg(address="", amount="0.00000001"),),
    )  # fmt: skip
    assert converted(item) == (
        Transfer(
            origin=ORIGIN, seq=0, event_ns=NOW_NS - 5, receive_ns=NOW_NS, asset="BTC",
            amount=150.5, sender="x", receiver="binance", transaction="ab 2", sender_kind="",
            receiver_kind="exchange", inputs=(Leg("x", 151 * 10**8),), outputs=(Leg("", 1),),
            state="unconfirmed",
        ),
    )  # fmt: skip
    (gone,) = converted(moved(status=TransferStatus.REMOVED))
    assert isinstance(gone, Transfer)
    assert (gone.state, gone.event_ns, gone.transaction) == ("removed", NOW_NS - 1, "ab")


def test_what_a_source_tells_after_a_removal_is_later_than_it() -> None:
    """A block bears a time of before its word: it is mined again, whatever its time."""
    seen, mined = moved(status=TransferStatus.UNCONFIRMED), moved(block="b", received_ns=NOW_NS + 9)
    gone = moved(status=TransferStatus.REMOVED, received_ns=NOW_NS + 9)
    other = msgspec.structs.replace(mined, source="b")
    much_later = moved(happened_ns=NOW_NS + 15, received_ns=NOW_NS + 20)
    events = converted(seen, gone, mined, other, much_later)
    times = [(event.event_ns - NOW_NS, event.receive_ns - NOW_NS) for event in events]
    assert times == [(-5, 0), (8, 9), (9, 9), (-5, 9), (15, 20)]
    system = WhaleTrackingSystem("BTC", AddressBook())
    counts = []
    for event in events[:3]:
        assert isinstance(event, Transfer)
        system.take(event)
        counts.append(system.figures(NOW_NS + 9).sample)
    assert counts == [1, 0, 1]


def test_few_removals_are_kept_in_mind() -> None:
    converter = ItemConverter(ORIGIN)
    gone = moved(status=TransferStatus.REMOVED)
    many = [msgspec.structs.replace(gone, transaction=f"{number:x}") for number in range(2_001)]
    converter.events(many)
    again = [moved(transaction=f"{number:x}", received_ns=NOW_NS + 1) for number in (0, 1)]
    assert [event.event_ns - NOW_NS for event in converter.events(again)] == [-5, 0]


@pytest.mark.parametrize("kind", ["mint", "burn", "Mint"])
def test_coins_made_or_destroyed_are_issuance_whoever_has_them(kind: str) -> None:
    book = AddressBook()
    book.read(["address,label", f"{EXCHANGE},Binance"])
    (made,) = converted(
        moved(
            kind=kind, sender=EXCHANGE, receiver=EXCHANGE,
            outputs=(feeds.Leg(address=EXCHANGE, amount="1"),),
        )
    )  # fmt: skip
    assert isinstance(made, Transfer)
    (movement,) = movements_of(made, book)
    assert (movement.kind, movement.units) == (TransferClass.ISSUANCE, 15_050_000_000)


def test_in_and_out_of_a_day_become_one_flow() -> None:
    events = converted(point("FlowOutExNtv", "3"), point("FlowInExNtv", "1.5"))
    assert events == (
        ExchangeFlow(
            origin=ORIGIN, seq=0, event_ns=NOW_NS - DAY_NS, receive_ns=NOW_NS,
            source="coin-metrics", asset="BTC", start_ns=NOW_NS - 2 * DAY_NS,
            inflow=15 * 10**7, outflow=3 * 10**8,
        ),
    )  # fmt: skip


def test_a_revision_is_a_new_fact_and_a_repetition_is_none() -> None:
    converter = ItemConverter(ORIGIN)
    both = [point("FlowInExNtv", "1"), point("FlowOutExNtv", "2")]
    assert flows(converter.events(both)) == [(10**8, 2 * 10**8, 0)]
    again = [point("FlowInExNtv", "1", at_ns=NOW_NS + 5), point("FlowOutExNtv", "2")]
    assert flows(converter.events(again)) == []
    assert converter.left_out == {"flows told before": 2}
    revised = [point("FlowOutExNtv", "4", at_ns=NOW_NS + 9)]
    assert flows(converter.events(revised)) == [(10**8, 4 * 10**8, 9)]


def test_a_half_waits_and_is_told_of() -> None:
    converter = ItemConverter(ORIGIN)
    assert converter.events([point("FlowInExNtv", "1")]) == ()
    assert converter.half_told == 1
    late = [point("FlowOutExNtv", "2", at_ns=NOW_NS + 7)]
    assert flows(converter.events(late)) == [(10**8, 2 * 10**8, 7)]
    assert converter.half_told == 0


def test_of_many_days_the_oldest_are_forgotten_and_counted() -> None:
    converter = ItemConverter(ORIGIN)
    converter.events(point("FlowInExNtv", "1", day=day) for day in range(1, 1_004))
    assert converter.half_told == 1_000
    assert converter.left_out == {"flows without their other half": 3}


@pytest.mark.parametrize(
    ("item", "what"),
    [
        (
            feeds.CalendarEntry(
                source="a", title="CPI", country="USD", due_ns=1, received_ns=1, impact="High"
            ),
            "dates of the calendar",
        ),
        (point("fear_greed", "39"), "points of other series"),
        (point("SplyExNtv", "39"), "points of other series"),
        (point("FlowInExNtv", "1", day=-1), "flows of a day that is not over"),
        (point("FlowInExNtv", "-1"), "amounts of more than 1e10 coins, or below 0"),
        (moved(kind="lock"), "what is no transfer, mint or burn"),
        (moved(amount="10000000000.1"), "amounts of more than 1e10 coins, or below 0"),
        (
            moved(outputs=(feeds.Leg(address="", amount="-1"),)),
            "amounts of more than 1e10 coins, or below 0",
        ),
    ],
)
def test_what_has_no_place_is_counted(item: feeds.Item, what: str) -> None:
    converter = ItemConverter(ORIGIN)
    assert converter.events([item]) == ()
    assert converter.left_out == {what: 1}


def test_every_source_is_carried_or_counted() -> None:
    """The answers that the papers of the sources show."""
    found: dict[str, tuple[list[str], int]] = {}
    for name, sample in POLLED.items():
        items = read(sample.make("https://a.org"), sample.body)
        converter = ItemConverter(ORIGIN)
        events = converter.events(told_items(items))
        left = sum(converter.left_out.values()) + converter.half_told
        found[name] = ([type(event).__name__ for event in events], left)
    for name, push in PUSHED.items():
        items = pushed(push.make("wss://a.org"), json.loads(push.message))
        converter = ItemConverter(ORIGIN)
        events = converter.events(told_items(items))
        found[name] = ([type(event).__name__ for event in events], len(converter.left_out))
    assert found == {
        "rss": (["Headline"] * 2, 0),
        "atom": (["Headline"], 0),
        "fear-greed": ([], 2),
        "forex-factory": ([], 2),
        "cryptopanic": (["Headline"] * 2, 0),
        "blockchair": (["Transfer"] * 2, 0),
        "mempool-rest": (["Transfer"] * 2, 0),
        "whale-alert": (["Transfer"] * 2, 0),
        "coin-metrics": (["ExchangeFlow"], 3),
        "mempool-ws": (["Transfer"] * 3, 0),
        "whale-alert-ws": (["Transfer"], 0),
    }


@given(item_lists())
def test_nothing_is_lost_unseen(items: list[feeds.Item]) -> None:
    converter = ItemConverter(ORIGIN)
    events = converter.events(items)
    assert [event.receive_ns for event in events] == sorted(e.receive_ns for e in events)
    stories = [item for item in items if isinstance(item, NewsItem)]
    assert sum(isinstance(event, Headline) for event in events) == len(stories)
    transfers = sum(isinstance(event, Transfer) for event in events)
    dates = sum(isinstance(item, feeds.CalendarEntry) for item in items)
    others = converter.left_out["what is no transfer, mint or burn"]
    assert converter.left_out["dates of the calendar"] == dates
    large = converter.left_out["amounts of more than 1e10 coins, or below 0"]
    told = sum(isinstance(item, ChainTransfer) for item in items)
    assert transfers + others <= told <= transfers + others + large


@given(item_lists(), st.integers(0, 2**32))
def test_what_is_told_later_changes_nothing_earlier(items: list[feeds.Item], seed: int) -> None:
    """Whole, or in polls: what was received at one time is told together."""
    items.sort(key=lambda item: item.received_ns)
    whole = converted(*items)
    cut = random.Random(seed).randrange(NOW_NS + 20)
    polls = ItemConverter(ORIGIN)
    early = polls.events(item for item in items if item.received_ns <= cut)
    late = polls.events(item for item in items if item.received_ns > cut)
    assert early + late == whole


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(0, 3)), max_size=12))
def test_flows_are_what_was_known_of_both_sides(steps: list[tuple[bool, int, int]]) -> None:
    """Beside the newest value of each side, kept by hand."""
    items = [
        point("FlowInExNtv" if into else "FlowOutExNtv", str(value), at_ns=NOW_NS + number * gap)
        for number, (into, value, gap) in enumerate(steps)
    ]
    items.sort(key=lambda item: item.received_ns)
    known: dict[str, int] = {}
    wanted: list[tuple[int, int, int]] = []
    for number, item in enumerate(items):
        known[item.metric] = int(Decimal(item.value) * 10**8)
        last = number + 1 == len(items) or items[number + 1].received_ns > item.received_ns
        if last and len(known) == 2:
            pair = (known["FlowInExNtv"], known["FlowOutExNtv"])
            if not wanted or wanted[-1][:2] != pair:
                wanted.append((*pair, item.received_ns - NOW_NS))
    assert flows(converted(*items)) == wanted
