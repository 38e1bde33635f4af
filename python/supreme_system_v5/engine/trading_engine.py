"""The state machine.

Every driver, backtest and live, feeds it and carries out what it answers, so the same events give
the same actions, bit for bit. Inside it, in this order: the market (bars, indicators, gate), the
signal (built in, or a user's strategy), risk. The exchange stands outside: on paper a
`PaperExchange`, in live a venue; the engine knows either by its reports alone.

Trades come one by one as events, or in columns through `advance`, which is the same in one call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from supreme_system_v5.domain import (
    NS_PER_SECOND,
    AccountState,
    Action,
    BarEvent,
    Event,
    FeedState,
    Flag,
    Headline,
    OrderStatus,
    OrderUpdate,
    Origin,
    Proposal,
    SignalAction,
    Submit,
    Timer,
    Trade,
    Transfer,
    VenueUnits,
    Watermark,
)
from supreme_system_v5.engine.notes import Notes, Stamp
from supreme_system_v5.engine.order_desk import OrderDesk
from supreme_system_v5.engine.strategy_host import StrategyHost
from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.ports import Ledger, PaperExchange, SignalSource, TickAnalyzer
from supreme_system_v5.risk import ApprovedOrder, Entry, RiskPolicy
from supreme_system_v5.signal_check import fault_in_units, fault_of, in_ticks
from supreme_system_v5.strategies import MarketView, Signal, Strategy

if TYPE_CHECKING:
    from supreme_system_v5.ports import Column, Integers

__all__ = ["TradingEngine"]

_ORDER, _SIGNAL, _TIMER = int(Flag.ORDER), int(Flag.SIGNAL), int(Flag.TIMER)  # plain, so quick
_ENTER, _EXIT = str(SignalAction.ENTER), str(SignalAction.EXIT)
_UNKNOWN = str(OrderStatus.UNKNOWN)
_MONEY = (
    str(OrderStatus.FILLED),
    str(OrderStatus.PARTIALLY_FILLED),
    str(OrderStatus.FUNDING),
)
_REFUSALS = frozenset(("LOT_SIZE", "TICK_SIZE", "PRICE_BAND", "MIN_NOTIONAL", "TOO_LARGE", "FUNDS"))
_NOTHING: tuple[Action, ...] = ()


class TradingEngine:
    """One market, one account, one strategy.

    Args:
        origin: Who events and actions are about.
        market: A fresh analyzer; what it wakes on must hold what the strategy asks for.
        ledger: A fresh ledger; the engine keeps it by the fills it is told of.
        units: The venue in this market's units.
        risk: Decides about every entry.
        signals: A built-in signal; None with a strategy.
        new_strategy: Makes the user's strategy, again after a restart; None with a signal.

    Attributes:
        notes: What became of signals, and the newest records; a bounded outbox.

    Raises:
        InvalidInputError: Neither or both of signal and strategy, or one that is none; or the
            market does not wake on what the strategy asks for.
    """

    def __init__(
        self,
        *,
        origin: Origin,
        market: TickAnalyzer,
        ledger: Ledger,
        units: VenueUnits,
        risk: RiskPolicy,
        signals: SignalSource | None = None,
        new_strategy: Callable[[], Strategy] | None = None,
    ) -> None:
        if (signals is None) == (new_strategy is None):
            raise InvalidInputError("an engine needs a signal or a strategy, and not both")
        self._origin = origin
        self._market = market
        self._ledger = ledger
        self._units = units
        self._risk = risk
        self._signals = signals
        self._price_scale = float(10**units.price_decimals)
        self._view = MarketView(market, ledger, float(10**units.size_decimals))
        self._host = None if new_strategy is None else StrategyHost(new_strategy, self._view)
        self._side = 0
        self._seq = 0
        self._receive_ns = 0
        self._left_flags = 0
        self._stale: set[str] = set()
        self._desk = OrderDesk(origin)
        self.notes = Notes(origin)
        if self._host is not None:
            _check_wakes(market, self._host.wakes | int(Flag.TIMER))

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
        """Take one event and answer what to do."""
        if event.origin is not self._origin and event.origin != self._origin:
            self._refuse("FOREIGN_EVENT", limit=str(self._origin), value=str(event.origin))
            return _NOTHING
        self._seq = event.seq
        self._receive_ns = event.receive_ns
        actions = _NOTHING
        match event:
            case OrderUpdate():
                actions = self._on_order(event)
            case Trade():
                trade = ([event.price], [event.size], [event.event_ns], [event.side])
                actions = self._until_quiet(self._market.advance, trade)
            case BarEvent():
                prices = ([event.open], [event.high], [event.low], [event.close])
                bar = (*prices, [event.volume], [event.event_ns])
                actions = self._until_quiet(self._market.advance_bars, bar)
            case Watermark():
                actions = self._on_watermark(event.event_ns)
            case FeedState():
                self._on_feed(event)
            case AccountState():
                self._on_account(event)
            case Timer():
                actions = self._desk.queries(self._stamp())
            case Headline() | Transfer():
                pass  # nothing inside reads them yet
        return actions

    def restart(self) -> None:
        """Begin with an empty market; account, position and orders live on."""
        bars_held = self._view.bars_held
        self._market.reset()
        self._left_flags = 0
        if self._signals is not None:
            self._signals.reset()
        if self._host is not None:
            self._host.restart()
            self._note_errors()
        self._view.entered(bars_held)
        if self._desk.deadline_ns is not None:
            self._market.arm(wake_at_ns=self._desk.deadline_ns)

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

    @property
    def waiting_to_enter(self) -> bool:
        """Whether an order to enter is under way."""
        return self._desk.entering

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
        if flags & _SIGNAL and self._signals is not None:
            proposal = self._signals.take()
            return _NOTHING if proposal is None else self._decide(proposal)
        if flags & _TIMER and self._desk.overdue(self._market.now_ns):
            return (self._desk.cancel(self._stamp()),)
        if self._host is not None and flags & self._host.wakes and not self._desk.working:
            answer = self._host.ask(flags)
            if answer is not None:
                return self._judge(answer, self._host.warmup_bars)
            if not self._host.wakes:
                self._note_errors()
        return _NOTHING

    def _note_errors(self) -> None:
        """Record what the strategy raised just now."""
        if self._host is not None and self._host.errors and not self._host.wakes:
            self._note("strategy_error", "RAISED", error=self._host.errors[-1])

    def _judge(self, signal: object, warmup_bars: int) -> tuple[Action, ...]:
        """Turn a strategy's signal into a proposal, or refuse it."""
        if not isinstance(signal, Signal):
            fault = ("NOT_A_SIGNAL", "a Signal or None", type(signal).__name__)
            return self._refuse_signal(*fault)
        if found := fault_of(signal, self._last_price()):
            return self._refuse_signal(*found)
        levels = (signal.stop, signal.target, signal.trail)
        if signal.action is SignalAction.EXIT:
            return self._decide(Proposal(_EXIT, self._side, signal.reason, None, None, None))
        closed = int(self._market.read("closed") or 0)
        if closed < warmup_bars:
            return self._refuse_signal("WARM_UP", f"{warmup_bars} closed bars", str(closed))
        good_for_ns = round(signal.good_for_seconds * NS_PER_SECOND)
        made = Proposal(_ENTER, signal.side, signal.reason, *levels, signal.limit, good_for_ns)
        return self._decide(made)

    def _refuse_signal(self, reason: str, limit: str, value: str) -> tuple[Action, ...]:
        self.notes.funnel.signals += 1
        self._refuse(reason, limit=limit, value=value)
        return _NOTHING

    # A signal becomes an order.

    def _decide(self, proposal: Proposal) -> tuple[Action, ...]:
        self.notes.funnel.signals += 1
        if self._desk.working:
            self._refuse("ORDER_UNDER_WAY", value=self._desk.working)
            return _NOTHING
        if proposal.action == _ENTER:
            return self._enter(proposal)
        return self._leave(proposal)

    def _enter(self, proposal: Proposal) -> tuple[Action, ...]:
        if self._side:
            self._refuse("IN_POSITION", limit="no position", value=self._side)
        elif self._desk.unknown:
            self._refuse(
                "UNKNOWN_ORDER", limit="no order of unknown state", value=len(self._desk.unknown)
            )
        elif self._stale:
            self._refuse("STALE_FEED", limit="fresh feeds", value=", ".join(sorted(self._stale)))
        else:
            return self._review(proposal)
        return _NOTHING

    def _review(self, proposal: Proposal) -> tuple[Action, ...]:
        side, tick, scale = proposal.side, self._units.tick, self._price_scale
        stop = in_ticks(proposal.stop, scale, tick, up=side < 0)
        target = in_ticks(proposal.target, scale, tick, up=side > 0)
        trail = in_ticks(proposal.trail, scale, tick, up=True)
        limit = in_ticks(proposal.limit, scale, tick, up=side < 0)
        price = limit or self._price_units()
        if fault := fault_in_units(side, price, stop=stop, target=target, trail=trail):
            reason, allowed, value = fault
            self._refuse(reason, limit=allowed, value=value)
            return _NOTHING
        verdict = self._risk.review(Entry(side, price, stop), self._ledger)
        if not isinstance(verdict, ApprovedOrder):
            self._refuse(verdict.reason, limit=verdict.limit, value=verdict.value)
            return _NOTHING
        order = self._desk.enter(
            self._stamp(),
            side,
            verdict.quantity,
            limit=limit,
            levels=(stop, target, trail),
            good_for_ns=proposal.good_for_ns,
            reason=proposal.reason,
        )
        if self._desk.deadline_ns is not None:
            self._market.arm(wake_at_ns=self._desk.deadline_ns)
        return self._sent(order)

    def _leave(self, proposal: Proposal) -> tuple[Action, ...]:
        whole = self._ledger.whole
        if not whole:
            self._refuse("NO_POSITION", limit="a position")
            return _NOTHING
        return self._sent(self._desk.leave(self._stamp(), whole, proposal.reason))

    def _sent(self, order: Submit) -> tuple[Action, ...]:
        self.notes.funnel.approved += 1
        if self._signals is not None:
            self._signals.busy(True)  # noqa: FBT003 - the one thing it tells
        return (order,)

    # What becomes of orders.

    def _on_order(self, event: OrderUpdate) -> tuple[Action, ...]:
        report = event.report
        if event.fill_id and self._desk.told_before(event.fill_id):
            self._note("order", "DUPLICATE_FILL", fill_id=event.fill_id)
            return _NOTHING
        if report.status in _MONEY:
            self._ledger.apply(report)
            self._held()
        if report.reason and report.reason in _REFUSALS:
            self._refuse(f"{report.status}_{report.reason}", value=report.number)
        if self._desk.follow(report):
            if report.filled:
                self.notes.funnel.filled += 1
            if self._signals is not None:
                self._signals.busy(False)  # noqa: FBT003 - the one thing it tells
        if report.status == _UNKNOWN:
            return self._desk.queries(self._stamp())
        return _NOTHING

    def _held(self) -> None:
        """Tell the signal, and the view, when the position is another one."""
        side = self._view.filled()
        if side == self._side:
            return
        self._side = side
        self._view.entered()
        if self._signals is not None:
            self._signals.hold(side)

    def _on_feed(self, event: FeedState) -> None:
        if event.fresh:
            self._stale.discard(event.feed)
        else:
            self._stale.add(event.feed)
        state = "FRESH" if event.fresh else "STALE"
        self._note("feed", state, feed=event.feed, why=event.reason)

    def _on_account(self, event: AccountState) -> None:
        ledger = self._ledger
        if (event.cash, event.position) == (ledger.cash, ledger.position):
            self._stale.discard("account")
            return
        self._stale.add("account")
        self._note("account", "MISMATCH", cash=event.cash, position=event.position)

    # Small things.

    def _last_price(self) -> float:
        price = self._market.read("price", "tick")
        return price if price is not None else self._market.read("close", "1m") or 0.0

    def _price_units(self) -> int:
        return int(self._last_price() * self._price_scale + 0.5)

    def _refuse(
        self,
        reason: str,
        *,
        limit: str | float | None = None,
        value: str | float | None = None,
    ) -> None:
        self.notes.funnel.refusals[reason] += 1
        self._note("refused", reason, limit=limit, value=value)

    def _note(self, kind: str, reason: str, **details: str | float | None) -> None:
        self.notes.add(self._stamp(), kind, reason, details)

    def _stamp(self) -> Stamp:
        now_ns = self._market.now_ns
        return Stamp(self._seq, now_ns, max(now_ns, self._receive_ns))


def _check_wakes(market: TickAnalyzer, wanted: int) -> None:
    """Check that a market answers what an engine waits for."""
    lacking = wanted & ~int(market.config.wake_on)
    if lacking:
        raise InvalidInputError(
            f"wake_on of the market lacks {Flag(lacking)!r}, which this strategy needs", "wake_on"
        )
