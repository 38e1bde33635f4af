"""The built-in signals: a closed bar in, perhaps a proposal out."""

from __future__ import annotations

from collections.abc import Mapping

from supreme_system_v5.domain import Flag, Proposal, SignalAction, Timeframe
from supreme_system_v5.reference import _numbers
from supreme_system_v5.reference._indicator import Stateful
from supreme_system_v5.reference._parameters import Value, checked
from supreme_system_v5.reference._rules import RULES
from supreme_system_v5.reference._states import States

__all__ = ["Signals"]


class Signals(Stateful):
    """A built-in signal, asked by the analyzer; fulfils `supreme_system_v5.ports.SignalSource`.

    Its arithmetic is double precision in the order that is written down, bit for bit.

    Args:
        name: ``"scalping"``, ``"ema-cross"`` or ``"trend"``.
        parameters: Values that differ from the defaults, by name.

    Raises:
        InvalidInputError: No such signal or parameter, or a value out of range.
        InvalidTypeError: A value of the wrong type.

    Constant memory and time, in ``"trend"`` proportional to the length of its channels.
    Source: "Signals" of ``docs/trading.md``.

    Example:
        >>> signals = Signals("trend", {"exit": 5, "shorts": True})
        >>> signals.parameters
        {'breakout': 20, 'exit': 5, 'stop_atr': 3.0, 'shorts': True}
        >>> signals.take() is None
        True
    """

    __slots__ = ("_busy", "_held", "_name", "_parameters", "_proposal", "_rule", "_side")

    def __init__(self, name: str, parameters: Mapping[str, Value | str] | None = None) -> None:
        self._name = _numbers.choice("name", name, RULES)
        rule = RULES[self._name]
        given = {} if parameters is None else parameters
        if not isinstance(given, Mapping):
            raise _numbers.wrong_type("parameters", given, "a mapping or None")
        self._parameters = checked(rule.parameters, given)
        if rule.ascending is not None:
            low, high, may_be_equal = rule.ascending
            least, most = self._parameters[low], self._parameters[high]
            if least > most or (least == most and not may_be_equal):
                bound = f"{'at most' if may_be_equal else 'below'} {high} ({most})"
                raise _numbers.refusal(low, least, bound, advice=_numbers.MEND_CALL)
        self._rule = rule(self._parameters)
        self._side = self._held = 0
        self._busy = False
        self._proposal: Proposal | None = None

    @property
    def name(self) -> str:
        """Which one."""
        return self._name

    @property
    def parameters(self) -> dict[str, Value]:
        """All parameters, by name."""
        return dict(self._parameters)

    def hold(self, side: int, /) -> None:
        """Tell which position there is: 1 long, -1 short, 0 none; `held` begins anew.

        Raises:
            InvalidInputError: Another number; nothing changes.
            InvalidTypeError: Not an integer; nothing changes.
        """
        side = _numbers.integer("side", side)
        if side not in {1, 0, -1}:
            bound = "1 (long), 0 (none) or -1 (short)"
            raise _numbers.refusal("side", side, bound, advice=_numbers.MEND_CALL)
        self._side, self._held = side, 0

    def busy(self, under_way: bool, /) -> None:  # noqa: FBT001 - the one thing it tells
        """Tell whether an order to enter or to leave is under way; meanwhile nothing is asked.

        Raises:
            InvalidTypeError: Not a bool; nothing changes.
        """
        if not isinstance(under_way, bool):
            raise _numbers.wrong_type("under_way", under_way, "a bool")
        self._busy = under_way

    def reset(self) -> None:
        """Forget all bars; the parameters stay, and what it was told of the position."""
        self._rule = RULES[self._name](self._parameters)
        self._proposal = None

    def take(self) -> Proposal | None:
        """Return what the last answer with `Flag.SIGNAL` proposed, once."""
        proposal, self._proposal = self._proposal, None
        return proposal

    def on_bars(self, flags: int, states: States) -> bool:
        """Take the bars that closed at one instant; answer whether there is a proposal.

        Args:
            flags: Those of the bars; a minute is always among them.
            states: What is known of each timeframe after them.
        """
        minute = states[Timeframe.M1].bar
        if minute is None or not flags & Flag.BAR_1M:
            return False
        self._held += 1
        if minute.partial:
            return False
        self._rule.see(states)
        if self._busy or not flags & self._rule.asked_at:
            return False
        proposal = self._ask(states)
        if proposal is None:
            return False
        self._proposal = proposal
        return True

    def _ask(self, states: States) -> Proposal | None:
        if self._side:
            reason = self._rule.leave(states, self._side, self._held)
            leave = Proposal(SignalAction.EXIT.value, self._side, reason, None, None, None)
            return leave if reason else None
        proposal = self._rule.enter(states, 1)
        if proposal is None and self._parameters["shorts"]:
            proposal = self._rule.enter(states, -1)
        return proposal

    def __repr__(self) -> str:
        return f"Signals({self._name!r}, {self._parameters!r})"
