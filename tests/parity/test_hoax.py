"""The false approval of 2024-01-09 and the true one a day later, through a whole run under risk."""

from __future__ import annotations

from array import array
from collections import Counter

import msgspec
import pytest

from supreme_system_v5.app import news_classifier
from supreme_system_v5.domain import Action, Headline, Report, Submit, VenueUnits, View, ViewStatus
from supreme_system_v5.market_data import BarChunk
from supreme_system_v5.news_whale import AdvancedNewsClassifier, ClassifiedNews
from supreme_system_v5.risk import ConfidenceWeights, DynamicRiskManager
from supreme_system_v5.strategies import MarketView, Signal
from tests.support.engine_runs import NATIVE, ORIGIN, runner_of
from tests.support.risk_runs import CASH, loose

MINUTE_NS = 60 * 10**9
POST_NS = 1_704_834_660 * 10**9
"""2024-01-09T21:11:00Z: the post on the regulator's account."""
FIRST, DENIED, APPROVED, LAST = -90, 15, 23 * 60 + 40, 24 * 60 + 30
"""Minutes after the post: the market begins, the denial, the true approval, the end."""
HOAX = (
    (0, "x.com/SECGov", "Today the SEC grants approval for #Bitcoin ETFs for listing on exchanges"),
    (1, "cointelegraph.com", "SEC approves spot Bitcoin ETFs, agency says on X"),
    (2, "reuters.com", "US SEC approves spot bitcoin ETFs - agency's X account"),
    (3, "decrypt.co", "BREAKING: SEC approves spot bitcoin ETFs for listing"),
    (4, "coindesk.com", "Bitcoin jumps toward $48,000 after SEC post on ETF approval"),
    (5, "bloomberg.com", "SEC approves bitcoin ETFs for everyday investors"),
)
REPEATS = (
    (DENIED + 5, "some-blog.com", "SEC approves spot bitcoin ETFs in watershed for crypto"),
    (DENIED + 30, "newsbtc.com", "BREAKING: SEC approves spot bitcoin ETFs for listing"),
    (DENIED + 90, "medium.com", "SEC greenlights bitcoin ETFs"),
    (DENIED + 300, "coindesk.com", "SEC approves spot Bitcoin ETFs, agency says on X"),
)
TRUE = (
    (APPROVED, "https://www.sec.gov/newsroom", "SEC approves spot bitcoin ETFs"),
    (APPROVED + 2, "reuters.com", "SEC approves first spot bitcoin ETFs"),
    (APPROVED + 3, "bloomberg.com", "SEC approves bitcoin ETFs for everyday investors"),
)
DENIALS = (
    (
        "sec.gov",
        "SEC: account was compromised, it has not approved spot bitcoin exchange-traded products",
    ),
    (
        "https://www.sec.gov/news/statement",
        "The @SECGov twitter account was compromised, and an unauthorized tweet was posted",
    ),
    (
        "sec.gov",
        "The SEC has not approved the listing and trading of spot bitcoin exchange-traded products",
    ),
    ("reuters.com", "SEC says X account was compromised, has not approved spot Bitcoin ETFs"),
    ("reuters.com", "SEC denies approving spot bitcoin ETFs, says account was hacked"),
    ("bloomberg.com", "Gensler: unauthorized tweet from SEC account, no bitcoin ETF approval"),
    ("apnews.com", "SEC account hacked, bitcoin ETF approval post is false"),
    ("coindesk.com", "SEC hasn't approved bitcoin ETFs; tweet was fake, agency says"),
    (
        "https://www.sec.gov/newsroom",
        "Statement Regarding Unauthorized Access to the SEC's @SECGov X.com Account",
    ),
    ("sec.gov", "Statement on unauthorized access to the agency's X account"),
    ("reuters.com", "False alarm: SEC's bitcoin ETF approval tweet came from hacker"),
    ("cnbc.com", "SEC says bitcoin ETF tweet was not from the agency"),
    ("coindesk.com", "SEC walks back bitcoin ETF approval after hack of X account"),
    ("reuters.com", "SEC denies approving spot bitcoin ETFs"),
    ("apnews.com", "SEC denies it approved bitcoin ETFs"),
    ("bloomberg.com", "Gensler says @SECGov was hacked"),
)


class Turns:
    """Goes long whenever it is out, and out after two minutes."""

    def decide(self, view: MarketView) -> Signal | None:
        price, position = view.price, view.position
        if position is not None:
            return Signal.exit("out") if position.bars_held >= 2 else None
        return None if price is None else Signal.enter("in", stop=price * 0.98)


class Entries:
    """Keeps how sure the judgements were of each long, by the minute."""

    def __init__(self) -> None:
        self.found: dict[int, float] = {}

    def add(self, entry: Action | Report) -> None:
        if isinstance(entry, Submit) and entry.side > 0 and not entry.reduce_only:
            assert entry.confidence is not None
            self.found[minute_of(entry.event_ns)] = entry.confidence

    def between(self, first: int, last: int) -> list[float]:
        return [sure for minute, sure in self.found.items() if first <= minute < last]


class Heard(AdvancedNewsClassifier):
    """Keeps what it said of each headline, and what it judged, by the minute."""

    said: dict[int, ClassifiedNews]
    judged: dict[int, View]

    def take(self, headline: Headline) -> ClassifiedNews:
        said = super().take(headline)
        self.said[minute_of(headline.receive_ns)] = said
        return said

    def view(self, now_ns: int) -> View:
        view = super().view(now_ns)
        self.judged[minute_of(now_ns)] = view
        return view


def minute_of(time_ns: int) -> int:
    return (time_ns - POST_NS) // MINUTE_NS


def headline(minute: int, source: str, title: str) -> Headline:
    at_ns = POST_NS + minute * MINUTE_NS + MINUTE_NS // 3
    return Headline(
        origin=ORIGIN, seq=0, event_ns=at_ns, receive_ns=at_ns, source="", title=title,
        url=source if "//" in source else f"https://{source}",
    )  # fmt: skip


def told(denial: tuple[str, str]) -> list[Headline]:
    """The day's headlines, and something of no consequence every ten minutes."""
    of_note = [*HOAX, (DENIED, *denial), *REPEATS, *TRUE]
    taken = {minute for minute, _, _ in of_note}
    quiet = [
        (minute, "decrypt.co", f"Ethereum developers hold meeting number {minute - FIRST}")
        for minute in range(FIRST, LAST, 10)
        if minute not in taken
    ]
    return sorted((headline(*each) for each in (*of_note, *quiet)), key=lambda one: one.receive_ns)


def rising() -> BarChunk:
    """A market that climbs minute by minute, so that a signal to go long is always believed."""
    minutes = range(FIRST, LAST)
    closes = array("d", [round(46_000 + 2.0 * (minute - FIRST), 2) for minute in minutes])
    times = array("q", [POST_NS + minute * MINUTE_NS for minute in minutes])
    ones = array("d", [1.0] * len(closes))
    return BarChunk(
        opens=closes, highs=closes, lows=closes, closes=closes, volumes=ones, timestamps_ns=times
    )


def watchful(units: VenueUnits) -> DynamicRiskManager:
    weights = ConfidenceWeights(technical=1.0, mtf=0.0, vetoes=("news",))
    rules = loose(risk=0.0005, daily_loss=0.5, drawdown=0.5)
    return DynamicRiskManager(msgspec.structs.replace(rules, weights=weights), units, CASH)


def run(denial: tuple[str, str]) -> tuple[Entries, Heard, dict[int, Counter[str]]]:
    entries, news = Entries(), Heard(news_classifier()._judge._model)
    news.said, news.judged = {}, {}
    runner = runner_of(NATIVE, Turns, risk=watchful, log=entries, news=news, items=told(denial))
    refused: dict[int, Counter[str]] = {}
    chunk, before = rising(), 0
    for place in range(len(chunk)):
        runner.feed(chunk.rows(slice(place, place + 1)))
        notes = runner.engine.notes
        for record in notes.since(before):
            counted = refused.setdefault(minute_of(record.event_ns), Counter())
            counted[record.reason] += 1
        before = notes.added
    runner.finish()
    return entries, news, refused


@pytest.mark.parametrize("denial", DENIALS, ids=lambda denial: denial[1][:40])
def test_no_long_until_it_is_true(denial: tuple[str, str]) -> None:
    entries, news, refused = run(denial)
    reasons = [sum((refused.get(minute, Counter()) for minute in range(first, last)), Counter())
               for first, last in ((1, DENIED), (DENIED + 1, APPROVED))]  # fmt: skip
    # Before it, longs are taken; from the post to the denial none, however many tell of it.
    assert len(entries.between(FIRST, 1)) > 5
    assert entries.between(1, DENIED + 1) == []
    assert reasons[0]["BLOCKED"] > 5
    for minute, _, _ in HOAX:
        assert news.said[minute].only_reduces
        view = news.judged[minute + 1]
        assert (view.blocks, view.status) == (1, ViewStatus.NO_DATA)
    # The denial turns the story round; repeating it changes nothing.
    assert "takes back story" in " ".join(news.said[DENIED].reasons)
    for minute, _, _ in REPEATS:
        assert (news.said[minute].locked, news.said[minute].impact) == (True, 0.0)
    between = [view for minute, view in news.judged.items() if DENIED < minute < APPROVED]
    assert all(view.direction < 0.0 < view.confidence for view in between)
    assert entries.between(DENIED + 1, DENIED + 120) == []
    before = entries.between(FIRST, 1)
    assert all(sure < min(before) for sure in entries.between(DENIED + 120, APPROVED))
    assert reasons[1]["CONFIDENCE"] > 100
    # The day after it is true: nobody holds it to be a reprint or a lie.
    first, last = (news.said[TRUE[place][0]] for place in (0, -1))
    assert not first.locked
    assert not last.only_reduces
    assert first.novelty == 1.0
    after = [view for minute, view in news.judged.items() if minute > TRUE[-1][0]]
    assert all(view.direction > 0.0 and not view.blocks for view in after)
    assert len(after) > 10
    assert max(entries.between(APPROVED + 4, LAST)) == pytest.approx(max(before))


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("reuters.com", "Hackers got into SEC account, officials say"),
        ("sec.gov", "Update on the security of our account"),
        ("coindesk.com", "What is known about that SEC tweet"),
    ],
)
def test_what_is_not_known_as_a_denial_still_holds_longs_up(source: str, title: str) -> None:
    """Twenty quiet minutes confirm nothing whose account is in question."""
    entries, news, _ = run((source, title))
    assert "takes back story" not in " ".join(news.said[DENIED].reasons)
    assert entries.between(1, DENIED + 11 * 60) == []
    assert max(entries.between(APPROVED + 4, LAST)) > 0.0
