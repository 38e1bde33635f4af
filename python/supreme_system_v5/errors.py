"""Every exception this package raises on purpose.

    SupremeError
    ├── InvalidInputError (ValueError)   a value outside what a call allows
    │   └── StateError                   bytes that are not a saved state
    ├── InvalidTypeError (TypeError)     a value of the wrong type
    ├── SettingsError (ValueError)       one or more settings refused
    ├── DataError (ValueError)           a data file, or a message, that cannot be read on
    ├── StrategyError (ValueError)       a strategy that cannot be found, loaded or made
    ├── SourceError (OSError)            a source outside that did not answer, or not well
    └── MissingExtraError (ImportError)  an optional package that is not installed

The native core raises these same classes, so one ``except SupremeError`` covers both sides.
Messages say what was wrong, which value it was, what is allowed, and what to do about it.
"""

from __future__ import annotations

__all__ = [
    "DataError",
    "InvalidInputError",
    "InvalidTypeError",
    "MissingExtraError",
    "SettingsError",
    "SourceError",
    "StateError",
    "StrategyError",
    "SupremeError",
]


class SupremeError(Exception):
    """Base of every exception in this package."""


class InvalidInputError(SupremeError, ValueError):
    """A value outside what the call allows.

    Attributes:
        name: The argument that was refused, for example ``"price"``.
        value: The value it had.
        bound: What is allowed, in words.
        index: Position in the input array, or None for a single value.
    """

    def __init__(
        self,
        message: str,
        name: str = "",
        value: object = None,
        bound: str = "",
        index: int | None = None,
    ) -> None:
        """Keep the parts of the message apart, for programs that react to them."""
        super().__init__(message)
        self.name = name
        self.value = value
        self.bound = bound
        self.index = index

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with all parts, so that the error survives a process boundary."""
        return type(self), (str(self), self.name, self.value, self.bound, self.index)


class StateError(InvalidInputError):
    """Bytes that are not a saved state of the class asked to restore them."""


class InvalidTypeError(SupremeError, TypeError):
    """A value of the wrong type, for example a float where nanoseconds are counted."""


class SettingsError(SupremeError, ValueError):
    """One or more settings were refused; the message has one line for each fault."""


class DataError(SupremeError, ValueError):
    """A data file that cannot be read on, named with its line; or a message of an exchange."""


class MissingExtraError(SupremeError, ImportError):
    """An optional package that is not installed; the message names the extra that brings it."""


class StrategyError(SupremeError, ValueError):
    """A strategy that cannot be found, loaded or made; the message says which and why."""


class SourceError(SupremeError, OSError):
    """A source outside, or an exchange, did not answer, or not well. No message contains a key.

    Attributes:
        kind: One of `supreme_system_v5.domain.feeds.FaultKind`.
        retry_after_ns: How long it asked us to wait; None when it did not.
    """

    def __init__(self, message: str, kind: str = "", retry_after_ns: int | None = None) -> None:
        """Keep the parts of the message apart, for programs that react to them."""
        super().__init__(message)
        self.kind = kind
        self.retry_after_ns = retry_after_ns

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with all parts, so that the error survives a process boundary."""
        return type(self), (str(self), self.kind, self.retry_after_ns)
