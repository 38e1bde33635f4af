"""What everything with a state promises: copies go their own way, damaged bytes are refused."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

import pytest

from supreme_system_v5.errors import InvalidInputError, InvalidTypeError, StateError

__all__ = ["Stateful", "assert_damage_is_refused", "duplicates", "refused"]


class Stateful(Protocol):
    """Something native with a state."""

    def __getstate__(self) -> bytes: ...
    def __setstate__(self, state: bytes) -> None: ...


S = TypeVar("S", bound=Stateful)


def duplicates(original: S) -> Iterator[S]:
    """Yield copies made in every way there is, all with the same state."""
    state = original.__getstate__()
    makers: list[Callable[[S], S]] = [copy.copy, copy.deepcopy]
    makers += [
        lambda x, protocol=protocol: pickle.loads(pickle.dumps(x, protocol))  # type: ignore[misc]  # noqa: S301 - our own bytes
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ]
    for make in makers:
        twin = make(original)
        assert twin is not original
        assert type(twin) is type(original)
        assert repr(twin) == repr(original)
        assert twin.__getstate__() == state
        yield twin


def assert_damage_is_refused(thing: Stateful, foreign: Stateful) -> None:
    """Assert that no changed, cut, extended or foreign bytes are taken, and none leaves a trace."""
    state = thing.__getstate__()
    damaged = [state[:place] for place in range(len(state))]
    damaged += [state + b"\0", state + state, b"\0" + state, foreign.__getstate__()]
    for place, byte in enumerate(state):
        for other in {byte ^ 1, byte ^ 128, byte ^ 255, 0, 255} - {byte}:
            damaged.append(state[:place] + bytes([other]) + state[place + 1 :])
    for wrong in damaged:
        with pytest.raises(StateError, match="^state must be") as caught:
            thing.__setstate__(wrong)
        assert (caught.value.name, caught.value.index) == ("state", None)
        assert caught.value.bound
    assert thing.__getstate__() == state


def refused(
    error: type[InvalidInputError | InvalidTypeError],
    name: str,
    call: Callable[..., object],
    *arguments: Any,  # noqa: ANN401 - wrong ones, too
    index: int | None = None,
    **named: Any,  # noqa: ANN401 - wrong ones, too
) -> None:
    """Assert that a call is refused by an error that names the argument, the value and the bound.

    Of an array the error may name the column or what stands in it: "prices" or "price".
    """
    names = {name, name.removesuffix("s"), name.replace("timestamps", "timestamp")}
    with pytest.raises(error, match=rf"^({'|'.join(names)}) must be ") as caught:
        call(*arguments, **named)
    assert type(caught.value) is error
    if isinstance(caught.value, InvalidInputError):
        assert caught.value.name in names
        assert caught.value.bound in str(caught.value)
        assert caught.value.bound
        assert caught.value.index == index
