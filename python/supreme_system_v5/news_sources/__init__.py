"""News, transfers and series from outside: adapters that are told how to reach the world.

- One file per source (`rss`, `fear_greed`, `forex_factory`, `cryptopanic`, `mempool_rest`,
  `mempool_ws`, `blockchair`, `whale_alert_rest`, `whale_alert_ws`, `coin_metrics`): what to ask and
  how to read the answer. They touch no socket.
- `polled` and `pushed` do the asking, count what goes wrong, and pass nothing on twice; `poller`
  asks them on a schedule.
- `http_client` is the one door to the network.

``docs/sources.md`` has what each gives, its limits and its terms.
"""

from __future__ import annotations

__all__: list[str] = []
