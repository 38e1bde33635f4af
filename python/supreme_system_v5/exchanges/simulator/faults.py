"""What goes wrong at the simulated exchange, by a script, and the log of what did.

A fault says what, where and when; nothing of it happens by itself. Each time it strikes is logged
with a number, so that a test can tell how soon something was noticed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

import msgspec

from supreme_system_v5.errors import InvalidInputError
from supreme_system_v5.exchanges.simulator.fault_kinds import KINDS
from supreme_system_v5.ports import Clock

__all__ = ["Fault", "Faults", "Injection", "Place", "read_script"]

_NS = 10**9
_MOST_LOGGED = 10_000


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One thing that goes wrong.

    Attributes:
        kind: One of `KINDS`.
        id: Its name in the log; given when empty.
        venue: ``"okx"``, ``"binance"``, ``"binance-usdm"`` or ``"bybit"``; None: any.
        endpoint: Of WebSockets, for example ``"public"``; None: any.
        connection: Number of the connection, from 1 on as they were made; None: any.
        channel: ``"trades"``, ``"candles"``, ``"quotes"``, ``"books"``, ``"orders"`` and so on,
            or the venue's own name of it; None: any.
        route: Part of the path of a REST request; None: any.
        after_s: Not before so many seconds after it was scripted.
        for_s: Not later than so many seconds after that; None: for ever.
        after_messages: So many times it could strike, and does not.
        probability: Of striking each time, 0 to 1.
        times: How often at most; None: once, or without end within `for_s`.
        count: What it means depends on the kind, as of the following.
        seconds: A time.
        value: A number.
        code: A code: of a close, an error, an order.
        status: An HTTP status.
        field: What is changed.
        text: What it is changed into, or said.
    """

    kind: str
    id: str = ""
    venue: str | None = None
    endpoint: str | None = None
    connection: int | None = None
    channel: str | None = None
    route: str | None = None
    after_s: float = 0.0
    for_s: float | None = None
    after_messages: int = 0
    probability: float = 1.0
    times: int | None = None
    count: int | None = None
    seconds: float | None = None
    value: float | None = None
    code: int | None = None
    status: int | None = None
    field: str | None = None
    text: str | None = None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where something could go wrong now; with `timer` anywhere."""

    timer: bool = False
    venue: str = ""
    endpoint: str = ""
    connection: int = 0
    channel: str = ""
    name: str = ""
    route: str = ""


class Injection(msgspec.Struct, frozen=True, kw_only=True):
    """A fault struck.

    Attributes:
        number: Counts up from 1.
        fault: The fault's id.
        kind: The fault's kind.
        time_ns: When, nanoseconds UTC.
        monotonic_ns: The same by the clock that never goes backward.
        place: Where.
        detail: What exactly.
    """

    number: int
    fault: str
    kind: str
    time_ns: int
    monotonic_ns: int
    place: Place
    detail: str = ""


class _Armed(msgspec.Struct):
    fault: Fault
    since_ns: int
    passed: int = 0
    struck: int = 0


class Faults:
    """The script, and the log of the last 10 000 strikes.

    Args:
        clock: Tells the time.
        chance: Decides about those with a probability; seeded.
    """

    def __init__(self, clock: Clock, chance: random.Random) -> None:
        self._clock = clock
        self._chance = chance
        self._armed: dict[str, list[_Armed]] = {}
        self._scripted = 0
        self._listeners: list[Callable[[Injection], None]] = []
        self.log: list[Injection] = []
        self.injections = 0

    @property
    def script(self) -> list[Fault]:
        """The faults that are scripted, also those that struck as often as they may."""
        return [armed.fault for group in self._armed.values() for armed in group]

    def inject(self, fault: Fault) -> str:
        """Script a fault from now on; return its id.

        Raises:
            InvalidInputError: There is no such kind, or a number is out of its range.
        """
        if fault.kind not in KINDS:
            bound = ", ".join(sorted(KINDS))
            raise InvalidInputError(
                f"fault kind is {fault.kind!r}, allowed is one of {bound}", "kind", fault.kind
            )
        if not 0.0 <= fault.probability <= 1.0:
            raise InvalidInputError(
                f"probability is {fault.probability}, allowed is 0 to 1",
                "probability",
                fault.probability,
                "0 to 1",
            )
        self._scripted += 1
        if not fault.id:
            fault = msgspec.structs.replace(fault, id=f"fault-{self._scripted}")
        armed = _Armed(fault, self._clock.monotonic_ns())
        self._armed.setdefault(KINDS[fault.kind].point, []).append(armed)
        return fault.id

    def remove(self, fault_id: str) -> bool:
        """End a fault; return whether there was one."""
        found = False
        for group in self._armed.values():
            kept = [armed for armed in group if armed.fault.id != fault_id]
            found = found or len(kept) < len(group)
            group[:] = kept
        return found

    def clear(self) -> None:
        """End all; the log stays."""
        self._armed.clear()

    def on_injection(self, told: Callable[[Injection], None]) -> None:
        """Tell somebody of each strike to come."""
        self._listeners.append(told)

    def at(self, point: str, place: Place, kinds: Iterable[str] | None = None) -> list[Fault]:
        """Return the faults that strike here and now, in the order of the script; log them.

        Args:
            point: ``"connect"``, ``"ack"``, ``"push"``, ``"pong"``, ``"timer"``, ``"rest"``,
                ``"order"``...
            place: Where.
            kinds: Only these; None: all of the point.
        """
        group = self._armed.get(point)
        if not group:
            return []
        now_ns = self._clock.monotonic_ns()
        return [
            armed.fault
            for armed in group
            if (kinds is None or armed.fault.kind in kinds) and self._strikes(armed, place, now_ns)
        ]

    def _strikes(self, armed: _Armed, place: Place, now_ns: int) -> bool:
        fault = armed.fault
        begin_ns = armed.since_ns + int(fault.after_s * _NS)
        most = fault.times
        if most is None and fault.for_s is None:
            most = 1
        if (
            now_ns < begin_ns
            or (fault.for_s is not None and now_ns >= begin_ns + int(fault.for_s * _NS))
            or (most is not None and armed.struck >= most)
            or not (place.timer or _fits(fault, place))
        ):
            return False
        armed.passed += 1
        if armed.passed <= fault.after_messages:
            return False
        if fault.probability < 1.0 and self._chance.random() >= fault.probability:
            return False
        armed.struck += 1
        self._note(fault, place)
        return True

    def _note(self, fault: Fault, place: Place) -> None:
        self.injections += 1
        injection = Injection(
            number=self.injections,
            fault=fault.id,
            kind=fault.kind,
            time_ns=self._clock.time_ns(),
            monotonic_ns=self._clock.monotonic_ns(),
            place=place,
            detail=fault.text or "",
        )
        self.log.append(injection)
        if len(self.log) > _MOST_LOGGED:
            del self.log[: _MOST_LOGGED // 10]
        for told in self._listeners:
            told(injection)


def _fits(fault: Fault, place: Place) -> bool:
    return (
        fault.venue in (None, place.venue)
        and fault.endpoint in (None, place.endpoint)
        and fault.connection in (None, place.connection)
        and (fault.channel is None or fault.channel in (place.channel, place.name))
        and (fault.route is None or fault.route in place.route)
    )


class _Script(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    market: str = "normal"
    faults: list[Fault] = []


def read_script(text: bytes, name: str) -> tuple[str, list[Fault]]:
    """Return market and faults of a script: ``{"market": "normal", "faults": [{...}, ...]}``.

    Raises:
        InvalidInputError: It is none.
    """
    try:
        script = msgspec.json.decode(text, type=_Script)
    except msgspec.MsgspecError as error:
        raise InvalidInputError(
            f'{name} is no scenario: {error}; write {{"market": "normal", "faults": [...]}}',
            "scenario",
            name,
        ) from error
    return script.market, script.faults
