"""Every kind of fault: where it strikes, and what its numbers mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["KINDS", "Kind"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault.

    Attributes:
        point: Where it may strike: ``connect`` at a handshake, ``ack`` at the answer to a
            subscription, ``push`` at data, ``pong`` at the answer to a ping, ``ping`` at the
            server's own, ``timer`` at any time, ``rest`` at a request, ``reply`` at its answer,
            ``order``, ``login`` and ``private`` at the account.
        does: What happens, and which fields count.
    """

    point: str
    does: str


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        # Transport.
        "refuse": Kind("connect", "the connection is cut before the handshake"),
        "handshake": Kind("connect", "the handshake is answered with `status` (403, 429, 503)"),
        "mute": Kind("connect", "accepted, but nothing is ever sent or read"),
        "reset": Kind("push", "TCP reset; in the middle of a frame when `count` is 1"),
        "close": Kind("push", "closed with `code` and `text`; `code` 0: without a close frame"),
        "black_hole": Kind("push", "from now on nothing is sent or read, the socket stays open"),
        "freeze": Kind("push", "nothing is sent for `seconds`, then everything at once"),
        "latency": Kind("push", "told `seconds` later, and up to `value` s more by chance"),
        "fragments": Kind("push", "one message in `count` frames, with a ping between them"),
        "coalesce": Kind("push", "`count` messages come in one piece"),
        "dribble": Kind("push", "one byte at a time, `seconds` between two"),
        "garbage": Kind(
            "push",
            "before the message comes `text`: binary, utf8, truncated, huge, unknown; "
            "with extra the message has fields that nobody knows",
        ),
        "cut": Kind("timer", "all connections are cut: with `code`, or by a reset without one"),
        # Heartbeat.
        "no_pong": Kind("pong", "pings are not answered"),
        "late_pong": Kind("pong", "pings are answered `seconds` later"),
        "no_ping": Kind("ping", "the server sends no ping of its own"),
        # Subscriptions.
        "no_ack": Kind("ack", "the subscription is neither answered nor made"),
        "late_ack": Kind("ack", "answered `seconds` later, after the first data"),
        "double_ack": Kind("ack", "answered twice"),
        "refused_ack": Kind("ack", "answered with the error `code`"),
        "dead_channel": Kind("ack", "answered, and then there is no data"),
        "conn_count": Kind("timer", "OKX tells how many connections use a channel"),
        "conn_count_error": Kind("timer", "OKX says that there are too many, and closes"),
        # Market data.
        "silence": Kind("push", "not told; with `channel` one dies and the others go on"),
        "duplicate": Kind("push", "told `count` times more"),
        "replay": Kind("push", "the last `count` messages of the channel are told again"),
        "reorder": Kind("push", "told after the next `count` messages of the connection"),
        "value": Kind("push", "`field` price, size or id becomes `text`: 0, -1, NaN, 1e9"),
        "time": Kind("push", "the trade's time is `seconds` off"),
        "wrong_symbol": Kind("push", "told of the market `text`"),
        "book_gap": Kind("push", "an update of book or quote is lost"),
        "book_reset": Kind("push", "the numbers of the book begin anew: `seqId` 3, `u` 1"),
        "crossed": Kind("push", "bid and ask are told the wrong way round"),
        "burst": Kind("timer", "`count` trades at one instant"),
        "quiet": Kind("timer", "no trade for `seconds`"),
        "jump": Kind("timer", "the price moves by the fraction `value`"),
        "halt": Kind("timer", "the market is suspended for `seconds`"),
        "instrument": Kind(
            "timer", "`field` state, tick or min_size becomes `text` (decimals), and is told"
        ),
        "candle_open": Kind("push", "a closed candle is not told as closed"),
        "candle_twice": Kind("push", "a closed candle is told twice"),
        "candle_revised": Kind("push", "a closed candle is told again with another close"),
        "candle_missing": Kind("push", "a closed candle is not told at all"),
        "candle_shifted": Kind("push", "a candle begins `seconds` off, as with a day of UTC+8"),
        # Notices.
        "notice": Kind("timer", "OKX says 64008, and closes after `seconds`"),
        "shutdown": Kind("timer", "Binance says serverShutdown, and closes after `seconds`"),
        "status": Kind("timer", "OKX tells a maintenance in the state `text`"),
        # REST.
        "rest_status": Kind(
            "rest", "answered with `status` and `text`; `seconds` is its Retry-After"
        ),
        "rest_html": Kind("rest", "answered with `status` and a page instead of JSON"),
        "rest_code": Kind("rest", "answered 200 with the venue's error `code` and `text`"),
        "rest_hang": Kind("rest", "not answered for `seconds` (an hour), then cut"),
        "rest_cut": Kind("rest", "cut in the middle of the answer"),
        "rest_slow": Kind("reply", "answered in 40 pieces within `seconds`"),
        "rest_empty": Kind("reply", "answered well, with no rows"),
        "rest_stale": Kind("reply", "the newest `count` rows are missing"),
        "rest_overlap": Kind("reply", "the first `count` rows come twice"),
        "clock_offset": Kind("timer", "its clock is `seconds` ahead, and `value` s more each s"),
        # Orders.
        "order_lost_reply": Kind("order", "the order is taken, the answer never comes"),
        "order_lost": Kind("order", "the order never arrives, and is not answered"),
        "order_reject": Kind("order", "refused with the sCode `code`"),
        "order_late_reply": Kind("order", "answered `seconds` later, after its messages"),
        "order_invisible": Kind("order", "cannot be queried for `seconds`"),
        "order_pieces": Kind("order", "a taker is filled in `count` pieces"),
        "order_band": Kind("order", "a taker gets the fraction `value`, the rest is cancelled"),
        "cancel_race": Kind("order", "what is to be cancelled is filled just before"),
        "amend_fail": Kind("order", "a change is accepted, and then fails"),
        "private_lost": Kind("private", "a message of the account is lost"),
        "private_twice": Kind("private", "it comes twice, with another uTime"),
        "private_late": Kind("private", "it comes `seconds` later"),
        "login_fail": Kind("login", "login is refused with `code` (60009)"),
        "wrong_key": Kind("rest", "signed requests are refused with `code` (50101, 50111...)"),
        "key_revoked": Kind("timer", "the key is changed: private connections close with 4007"),
        "foreign_order": Kind(
            "timer", "an order that nobody of us placed: `text` side, `value` px"
        ),
        "balance_drift": Kind("timer", "`value` of the currency `text` more, out of nowhere"),
        "restart": Kind("timer", "all connections are cut; with `text` lost, orders are gone"),
    }
)
"""All kinds by name."""
