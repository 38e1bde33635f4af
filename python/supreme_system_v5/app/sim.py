"""The simulated exchange on its own, as `supreme sim` runs it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from supreme_system_v5.app.world import World
from supreme_system_v5.ports import Sleep

if TYPE_CHECKING:
    from supreme_system_v5.exchanges.simulator import Fault, SimulatedExchange

__all__ = ["SimOptions", "run_sim"]

_NS = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class SimOptions:
    """What `supreme sim` was asked for.

    Attributes:
        scenario: A market by name, or the path of a file with a market and faults.
        port: 0 for any free one.
        seed: Of the market.
        speed: Pauses between trades are divided by it.
        rate: Trades a second.
        replay: Recorded trades instead of an invented market.
        duration_s: How long; None: until it is interrupted.
        limits: Whether the venues' limits are enforced.
    """

    scenario: str = "normal"
    port: int = 0
    seed: int = 1
    speed: float = 1.0
    rate: float = 20.0
    replay: Path | None = None
    duration_s: float | None = None
    limits: bool = True


def run_sim(options: SimOptions, world: World, sleep: Sleep, tell: Callable[[str], None]) -> None:
    """Serve until the time is over, or SIGINT or SIGTERM comes.

    Args:
        options: What was asked for.
        world: For its clock.
        sleep: Lets time pass.
        tell: Takes lines: first the address, then what is served there.

    Raises:
        InvalidInputError: There is no such scenario, or a number is out of its range.
        DataError: The recording cannot be read.
        OSError: The port is taken.
    """
    from supreme_system_v5.exchanges.simulator import SimulatedExchange
    from supreme_system_v5.exchanges.simulator.faults import read_script
    from supreme_system_v5.exchanges.simulator.replay import read_replay
    from supreme_system_v5.exchanges.simulator.sources import MOODS

    market = options.scenario
    faults: list[Fault] = []
    if market not in MOODS and Path(market).is_file():
        market, faults = read_script(Path(market).read_bytes(), market)
    exchange = SimulatedExchange(
        market,
        clock=world.clock,
        sleep=sleep,
        seed=options.seed,
        rate=options.rate,
        speed=options.speed,
        source=None if options.replay is None else read_replay(options.replay),
        faults=faults,
        port=options.port,
        enforced=options.limits,
    )
    what = f"the {market} market" if options.replay is None else options.replay.name
    scripted = f", {len(faults)} faults scripted" if faults else ""
    key, secret, passphrase = exchange.api_key
    served = (
        f"OKX v5, Binance spot and USD-M, Bybit v5: {what}, seed {options.seed}{scripted}; "
        f"faults at /sim/faults; OKX key {key}, secret {secret}, passphrase {passphrase}"
    )
    asyncio.run(_serve(exchange, served, options.duration_s, sleep, tell))


async def _serve(
    exchange: SimulatedExchange,
    served: str,
    duration_s: float | None,
    sleep: Sleep,
    tell: Callable[[str], None],
) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with exchange:
        tell(exchange.url)
        tell(served)
        waiting: list[asyncio.Task[object]] = [
            asyncio.create_task(stopped.wait()),
            asyncio.create_task(exchange.wait()),
        ]
        if duration_s is not None:
            waiting.append(asyncio.create_task(_pass(duration_s, sleep)))
        done, others = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in others:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        for task in done:
            task.result()


async def _pass(seconds: float, sleep: Sleep) -> None:
    await sleep(int(seconds * _NS))
