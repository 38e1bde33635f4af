"""The state machine.

Every driver, backtest and live, feeds it and carries out what it answers, so the same events give
the same actions, bit for bit. Inside it, in this order: the market (bars, indicators, gate), the
signal (built in, or a user's strategy), risk. The exchange stands outside: on paper a
`PaperExchange`, in live a venue; the engine knows either by its reports alone.

Trades come one by one as events, or in columns through `advance`, which is the same in one call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from supreme_system_v5.domain import (
    NS_PER_SECOND,
    AccountState,
    Action,
    BarEvent,
    Event,
    ExchangeFlow,
    FeedState,
    Flag,
    Flatten,
    Headline,
    IntervalChange,
    OrderUpdate,
    Origin,
    Proposal,
    Rearm,
    SignalAction,
    SourcesAsked,
    Timer,
    Trade,
    Transfer,
    VenueUnits,
    View,
    Watermark,
)
from supreme_system_v5.engine.notes import Notes, Stamp
from supreme_system_v5.engine.scene import MarketScene
from supreme_system_v5.engine.strategy_host import StrategyHost
from supreme_system_v5.engine.trader import Trader
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.mtf import MultiTimeframeEngine
from supreme_system_v5.patterns import PatternRecognizer
from supreme_system_v5.ports import (
    Ledger,
    NewsView,
    PaperExchange,
    SignalSource,
    TickAnalyzer,
    WhaleView,
)
from supreme_system_v5.risk import Refusal, RiskPolicy
from supreme_system_v5.signal_check import fault_of
from supreme_system_v5.strategies import MarketView, Signal, Strategy

if TYPE_CHECKING:
    from supreme_system_v5.ports import Column, Integers

__all__ = ["TradingEngine"]

# Plain numbers, so quick.
_ORDER, _SIGNAL = int(Flag.ORDER), int(Flag.SIGNAL)
_LOOK = int(Flag.LEVEL | Flag.TIMER)
_ENTER, _EXIT = str(SignalAction.ENTER), str(SignalAction.EXIT)
_NOTHING: tuple[Action, ...] = ()
_WORLD = (Headline, Transfer, ExchangeFlow, SourcesAsked)


class TradingEngine:
    """One market, one account, one strategy.

    Args:
        origin: Who events and actions are about.
        market: A fresh analyzer; what it wakes on must hold what the strategy asks for.
        ledger: A fresh ledger; the engine keeps it by the fills it is told of.
        units: The venue in this market's units.
        risk: Decides about every entry, and whether what is open may stay.
        timeframes: Votes over the same market, for risk to judge by; None for none.
        patterns: A fresh recognizer, likewise; the market has to wake on 1-minute bars for it.
        news: Judges by headlines, likewise.
        whales: Judges by transfers, likewise.
        signals: A built-in signal; None with a strategy.
        new_strategy: Makes the user's strategy, again after a restart; None with a signal.

    Attributes:
        notes: What became of signals, and the newest records; a bounded outbox.

    Raises:
        InvalidInputError: Neither or both of signal and strategy, or one that is none; or the
            market does not wake on what the strategy, or risk, asks for.
    """

    def __init__(  # noqa: PLR0913 - one for each part
        self,
        *,
        origin: Origin,
        market: TickAnalyzer,
        ledger: Ledger,
        units: VenueUnits,
        risk: RiskPolicy,
        timeframes: MultiTimeframeEngine | None = None,
        patterns: PatternRecognizer | None = None,
        news: NewsView | None = None,
        whales: WhaleView | None = None,
        signals: SignalSource | None = None,
        new_strategy: Callable[[], Strategy] | None = None,
    ) -> None:
        if (signals is None) == (new_strategy is None):
            raise InvalidInputError("an engine needs a signal or a strategy, and not both")
        self._origin = origin
        self._market = market
        self._ledger = ledger
        self._units = units
        self._signals = signals
        self._view = MarketView(market, ledger, float(10**units.size_decimals))
        self._scene = MarketScene(market, timeframes, patterns, news, whales)
        self._minutes = 0 if patterns is None else int(Flag.BAR_1M)
        self._host = None if new_strategy is None else StrategyHost(new_strategy, self._view)
        self._trader = Trader(
            origin=origin,
            market=market,
            ledger=ledger,
            units=units,
            risk=risk,
            scene=self._scene,
            signals=signals,
            view=self._view,
        )
        self.notes: Notes = self._trader.notes
        self._seq = 0
        self._receive_ns = 0
        self._left_flags = 0
        wanted = 0 if self._host is None else self._host.wakes | int(Flag.TIMER)
        _check_wakes(market, wanted | int(risk.wakes) | self._minutes)

    # What comes in.

    def advance(
        self,
        columns: tuple[Column, Column, Integers, Integers],
        start: int,
        exchange: PaperExchange | None = None,
    ) -> tuple[int, int, tuple[Action, ...]]:
        """Take trades from position `start` on until something is to be done.

        Args:
            columns: Prices, sizes, times in nanoseconds, sides, as `TickAnalyzer.advance` takes.
            start: Position of the first trade to take.
            exchange: A paper exchange that sees the same trades.

        Returns:
            ``(next position, flags, actions)``. Carry out the actions; where the flags hold
            `Flag.ORDER`, tell the exchange's reports (`on_event`) before going on. Flags of 0 mean
            that all trades were taken.
        """
        if self._left_flags:
            return start, self._left_flags, self._woken_by_left()
        self._trader.of_bars = False
        prices, sizes, times_ns, sides = columns
        index, flags = self._market.advance(
            prices, sizes, times_ns, sides, start, signals=self._signals, exchange=exchange
        )
        self._seq += index - start
        return index, flags, self._woken(flags) if flags else _NOTHING

    def advance_bars(
        self,
        columns: tuple[Column, Column, Column, Column, Column, Integers],
        start: int,
        exchange: PaperExchange | None = None,
    ) -> tuple[int, int, tuple[Action, ...]]:
        """Take whole 1-minute bars; as `advance`.

        Args:
            columns: Opens, highs, lows, closes, volumes, opening times in nanoseconds.
            start: Position of the first bar to take.
            exchange: A paper exchange that walks the same bars.
        """
        if self._left_flags:
            return start, self._left_flags, self._woken_by_left()
        self._trader.of_bars = True
        opens, highs, lows, closes, volumes, times_ns = columns
        index, flags = self._market.advance_bars(
            opens,
            highs,
            lows,
            closes,
            volumes,
            times_ns,
            start,
            signals=self._signals,
            exchange=exchange,
        )
        self._seq += index - start
        return index, flags, self._woken(flags) if flags else _NOTHING

    def on_event(self, event: Event) -> tuple[Action, ...]:
        """Take one event and answer what to do.

        Headlines, transfers, flows and which sources answered only inform later decisions: they
        answer nothing, and move neither the number of events nor the time that actions carry.
        """
        if event.origin is not self._origin and event.origin != self._origin:
            self._refuse("FOREIGN_EVENT", str(self._origin), str(event.origin))
            return _NOTHING
        if isinstance(event, _WORLD):
            self._scene.hear(event)
            return _NOTHING
        self._seq = event.seq
        self._receive_ns = event.receive_ns
        if isinstance(event, OrderUpdate):  # of an order there are many
            return self._trader.follow(self._stamp(), event)
        actions = _NOTHING
        match event:
            case Trade():
                self._trader.of_bars = False
                trade = ([event.price], [event.size], [event.event_ns], [event.side])
                actions = self._until_quiet(self._market.advance, trade)
            case BarEvent():
                self._trader.of_bars = True
                prices = ([event.open], [event.high], [event.low], [event.close])
                bar = (*prices, [event.volume], [event.event_ns])
                actions = self._until_quiet(self._market.advance_bars, bar)
            case Watermark():
                actions = self._on_watermark(event.event_ns)
            case FeedState() | AccountState() | Rearm() | Flatten() | IntervalChange():
                actions = self._on_word(event)
            case Timer():
                actions = self._trader.timer(self._stamp())
        return actions

    def warm_up(self, columns: tuple[Column, Column, Column, Column, Column, Integers]) -> None:
        """Take whole 1-minute bars of the past: all learn from them, and nobody acts on them.

        Args:
            columns: Opens, highs, lows, closes, volumes, opening times in nanoseconds.

        Raises:
            InvalidInputError: A bar is none, or something is under way or open.
        """
        if self._ledger.position or self._trader.desk.working:
            raise InvalidInputError(
                "something is open, allowed is a fresh engine: warm up before the first order"
            )
        opens, highs, lows, closes, volumes, times_ns = columns
        index, flags = 0, -1
        while flags:
            index, flags = self._market.advance_bars(
                opens, highs, lows, closes, volumes, times_ns, index, signals=self._signals
            )
            if flags & self._minutes:
                self._scene.minute_closed()
            if flags & _SIGNAL and self._signals is not None:
                self._signals.take()
            if self._host is not None and flags & self._host.wakes:
                self._host.ask(flags)
        self._seq += index
        if self._host is not None and self._host.errors:
            self._note_errors()

    def restart(self) -> tuple[Action, ...]:
        """Begin with an empty market; account, position and orders live on."""
        bars_held = self._view.bars_held
        self._trader.last_price()  # what is open is worth this until the next one
        self._market.reset()
        self._left_flags = 0
        if self._signals is not None:
            self._signals.reset()
        if self._host is not None:
            self._host.restart()
            self._note_errors()
        self._view.entered(bars_held)
        self._scene.reset()
        return self._trader.restart(self._stamp())

    # What there is to read.

    @property
    def seq(self) -> int:
        """Number of the last event; trades taken in columns count each."""
        return self._seq

    @property
    def ledger(self) -> Ledger:
        """The engine's own account, from the fills it was told of."""
        return self._ledger

    @property
    def strategy_errors(self) -> Sequence[str]:
        """What the strategy raised; it is not asked again after the first."""
        return () if self._host is None else tuple(self._host.errors)

    def view(self, domain: str) -> View | None:
        """Return a judgement as it is now: technical, mtf, patterns, news or whales.

        Reading it changes no decision. None where nobody judges that, or nothing is known yet.
        """
        return self._scene.view(domain)

    def refused_items(self) -> int:
        """Return how many headlines, transfers and flows their judges refused to take so far."""
        return self._scene.settle()

    @property
    def units(self) -> VenueUnits:
        """The venue in this market's units."""
        return self._units

    def not_in_order(self) -> Mapping[str, str]:
        """Return what keeps entries back now, by name, and why: feeds, clock, owner and so on."""
        return self._trader.conditions.standing()

    @property
    def unsettled(self) -> bool:
        """Whether something waits for the exchange's word, or is still to be closed."""
        return bool(self._trader.desk.unknown) or self._trader.flattening

    @property
    def waiting_to_enter(self) -> bool:
        """Whether an order to enter is under way."""
        return self._trader.desk.entering

    # The market woke somebody.

    def _until_quiet(
        self, advance: Callable[..., tuple[int, int]], columns: tuple[Column | Integers, ...]
    ) -> tuple[Action, ...]:
        actions: list[Action] = []
        index, flags = 0, 1
        while flags:
            index, flags = advance(*columns, index, signals=self._signals)
            actions += self._woken(flags)
        return tuple(actions)

    def _on_watermark(self, now_ns: int) -> tuple[Action, ...]:
        actions: list[Action] = []
        while flags := self._market.elapse(now_ns, signals=self._signals):
            actions += self._woken(flags)
        return tuple(actions)

    def _woken_by_left(self) -> tuple[Action, ...]:
        flags, self._left_flags = self._left_flags, 0
        return self._woken(flags)

    def _woken(self, flags: int) -> tuple[Action, ...]:
        if flags & _ORDER:  # the reports come first; the rest waits until they were told
            self._left_flags = flags & ~_ORDER
            return _NOTHING
        if flags & self._minutes:
            self._scene.minute_closed()
        actions = self._trader.look(self._stamp(), flags) if flags & _LOOK else _NOTHING
        if flags & _SIGNAL and self._signals is not None:
            proposal = self._signals.take()
            if proposal is not None:
                actions += self._trader.decide(self._stamp(), proposal)
            return actions
        if self._host is not None and flags & self._host.wakes and not self._trader.desk.working:
            answer = self._host.ask(flags)
            if answer is not None:
                return actions + self._judge(answer, self._host.warmup_bars)
            if not self._host.wakes:
                self._note_errors()
        return actions

    def _note_errors(self) -> None:
        """Record what the strategy raised just now."""
        if self._host is not None and self._host.errors and not self._host.wakes:
            details = {"error": self._host.errors[-1]}
            self.notes.add(self._stamp(), "strategy_error", "RAISED", details)

    def _judge(self, signal: object, warmup_bars: int) -> tuple[Action, ...]:
        """Turn a strategy's signal into a proposal, or refuse it."""
        if not isinstance(signal, Signal):
            fault = ("NOT_A_SIGNAL", "a Signal or None", type(signal).__name__)
            return self._refuse_signal(*fault)
        if found := fault_of(signal, self._trader.last_price()):
            return self._refuse_signal(*found)
        levels = (signal.stop, signal.target, signal.trail)
        if signal.action is SignalAction.EXIT:
            side = self._trader.side
            made = Proposal(_EXIT, side, signal.reason, None, None, None)
            return self._trader.decide(self._stamp(), made)
        closed = int(self._market.read("closed") or 0)
        if closed < warmup_bars:
            return self._refuse_signal("WARM_UP", f"{warmup_bars} closed bars", str(closed))
        good_for_ns = round(signal.good_for_seconds * NS_PER_SECOND)
        made = Proposal(_ENTER, signal.side, signal.reason, *levels, signal.limit, good_for_ns)
        return self._trader.decide(self._stamp(), made)

    def _refuse_signal(self, reason: str, limit: str, value: str) -> tuple[Action, ...]:
        self.notes.funnel.signals += 1
        self._refuse(reason, limit, value)
        return _NOTHING

    # What the driver says of the world.

    def _on_word(
        self, event: FeedState | AccountState | Rearm | Flatten | IntervalChange
    ) -> tuple[Action, ...]:
        match event:
            case FeedState():
                return self._on_feed(event)
            case AccountState():
                return self._on_account(event)
            case Rearm():
                return self._trader.rearm(self._stamp())
            case Flatten():
                return self._trader.flatten(self._stamp(), event.reason)
            case IntervalChange():
                details = {"interval_ns": event.interval_ns, "why": event.reason}
                self.notes.add(self._stamp(), "pace", event.domain, details)
                return _NOTHING

    def _on_feed(self, event: FeedState) -> tuple[Action, ...]:
        self._trader.conditions.hear(event)
        state = "FRESH" if event.fresh else "STALE"
        details = {"feed": event.feed, "why": event.reason}
        self.notes.add(self._stamp(), "feed", state, details)
        return self._trader.stand_down(self._stamp())

    def _on_account(self, event: AccountState) -> tuple[Action, ...]:
        told, own = (event.cash, event.position), (self._ledger.cash, self._ledger.position)
        agrees = told == own
        why = "" if agrees else f"cash and position {told}, the ledger says {own}"
        self._trader.conditions.account(why)
        if not agrees:
            details = {"cash": event.cash, "position": event.position}
            self.notes.add(self._stamp(), "account", "MISMATCH", details)
        return self._trader.stand_down(self._stamp())

    # Small things.

    def _refuse(self, reason: str, limit: str, value: str) -> None:
        self._trader.refuse(self._stamp(), Refusal(reason=reason, limit=limit, value=value))

    def _stamp(self) -> Stamp:
        now_ns = self._market.now_ns
        return Stamp(self._seq, now_ns, max(now_ns, self._receive_ns))


def _check_wakes(market: TickAnalyzer, wanted: int) -> None:
    """Check that a market answers what an engine waits for."""
    lacking = wanted & ~int(market.config.wake_on)
    if lacking:
        raise InvalidInputError(
            f"wake_on of the market lacks {Flag(lacking)!r}, which this strategy, or risk, needs",
            "wake_on",
        )
