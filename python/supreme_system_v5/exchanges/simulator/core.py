"""What all parts of the simulated exchange share."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from supreme_system_v5.exchanges.simulator.faults import Faults
from supreme_system_v5.exchanges.simulator.limits import Windows
from supreme_system_v5.exchanges.simulator.market import Market
from supreme_system_v5.exchanges.simulator.tape import NS_PER_MS
from supreme_system_v5.ports import Clock, Sleep

__all__ = ["Core"]

_NS = 10**9


@dataclass(slots=True, kw_only=True)
class Core:
    """The market, the time, and what goes wrong.

    Attributes:
        clock: Tells the time.
        sleep: Lets it pass.
        chance: Seeded; for what is arbitrary on the wire.
        market: The one market of all venues.
        faults: What goes wrong.
        base: Base currency.
        quote: Quote currency.
        limits: Counts requests and connections.
        enforced: Whether the venues' limits are enforced.
        lifetime_s: Seconds after which Binance cuts a connection.
        offset_ns: How far the server's clock is ahead, at `offset_since_ns`.
        offset_since_ns: When that was, by the clock that never goes backward.
        drift: Seconds that it gains each second.
    """

    clock: Clock
    sleep: Sleep
    chance: random.Random
    market: Market
    faults: Faults
    base: str = "BTC"
    quote: str = "USDT"
    limits: Windows = field(default_factory=Windows)
    enforced: bool = True
    lifetime_s: float = 86_400.0
    offset_ns: int = 0
    offset_since_ns: int = 0
    drift: float = 0.0

    def server_ns(self) -> int:
        """Return the time by the server's clock, which faults may set."""
        drifted = 0
        if self.drift:
            drifted = int((self.clock.monotonic_ns() - self.offset_since_ns) * self.drift)
        return self.clock.time_ns() + self.offset_ns + drifted

    def server_ms(self) -> int:
        """Return the same in milliseconds."""
        return self.server_ns() // NS_PER_MS

    def allow(self, key: str, most: int, window_s: float, weight: int = 1) -> bool:
        """Return whether a limit still allows it; always, when limits are not enforced."""
        now_ns = self.clock.monotonic_ns()
        allowed = self.limits.allow(key, most, int(window_s * _NS), now_ns, weight)
        return allowed or not self.enforced

    def token(self) -> str:
        """Return eight arbitrary digits and letters, as venues name connections."""
        return f"{int(self.chance.random() * 2**32):08x}"
