"""What the trades of a strategy prove, and what they do not: pure functions, no I/O, no clock.

- `supreme_system_v5.evidence.trades`: a closed trade as plain numbers.
- `supreme_system_v5.evidence.bootstrap`: means per trade and how far to trust them.
- `supreme_system_v5.evidence.deflated_sharpe`: the best of many tries, discounted for the tries.
- `supreme_system_v5.evidence.random_entries`: the same exits behind entries by chance.
- `supreme_system_v5.evidence.calibration`: is a stated confidence of 60 % right in 60 %?
- `supreme_system_v5.evidence.walk_forward`: periods, and parameters chosen from the past alone.
- `supreme_system_v5.evidence.verdict`: EDGE, NONE or UNPROVEN, and why.
- `supreme_system_v5.evidence.report`: all of it as one value; `report_text` for people.

``docs/evidence.md`` says what each figure means. Chance is handed in as a seeded ``Random``.
"""

from __future__ import annotations

__all__: list[str] = []
