from __future__ import annotations

import pickle
import re

import pytest

from supreme_system_v5 import errors
from supreme_system_v5.errors import InvalidInputError, SourceError, StateError, SupremeError


@pytest.mark.parametrize("name", errors.__all__)
def test_all_are_supreme_errors_and_say_what_they_mean(name: str) -> None:
    kind = getattr(errors, name)
    assert issubclass(kind, SupremeError)
    assert kind.__doc__


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("InvalidInputError", ValueError),
        ("StateError", ValueError),
        ("InvalidTypeError", TypeError),
        ("SettingsError", ValueError),
        ("DataError", ValueError),
        ("StrategyError", ValueError),
        ("MissingExtraError", ImportError),
        ("SourceError", OSError),
    ],
)
def test_each_is_also_the_builtin_that_callers_expect(name: str, builtin: type[Exception]) -> None:
    assert issubclass(getattr(errors, name), builtin)


def test_the_docstring_draws_every_error() -> None:
    assert set(re.findall(r"\b\w+Error\b", errors.__doc__ or "")) >= set(errors.__all__)


@pytest.mark.parametrize("kind", [InvalidInputError, StateError])
def test_the_parts_survive_pickling(kind: type[InvalidInputError]) -> None:
    error = kind("price must be above 0, got -1.0", "price", -1.0, "> 0", 3)
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(twin) is kind
    assert str(twin) == "price must be above 0, got -1.0"
    assert (twin.name, twin.value, twin.bound, twin.index) == ("price", -1.0, "> 0", 3)


def test_a_source_error_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(SourceError("down", "timeout", 5)))  # noqa: S301 - made here
    assert (str(error), error.kind, error.retry_after_ns) == ("down", "timeout", 5)
