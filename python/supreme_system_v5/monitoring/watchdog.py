"""Tells systemd that the system is up, alive, or about to stop: datagrams to a socket it named.

Outside systemd nothing is named, and nothing is sent.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping

from supreme_system_v5.ports import Sleep

__all__ = ["Watchdog", "sd_notify", "watchdog_interval_ns"]

_NS_PER_US = 1_000
_LONGEST_US = 10**15


def sd_notify(address: str, message: str) -> bool:
    """Send one message, without waiting.

    Args:
        address: Of ``NOTIFY_SOCKET``: a path, or a name that begins with ``@``.
        message: Such as ``READY=1``; several lines are several messages.

    Returns:
        Whether it was taken; a notice that cannot be sent must not end who sends it.
    """
    if not address.startswith(("/", "@")):
        return False
    # A name in no folder is written with @ for its leading zero byte.
    name = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(0)
            sender.sendto(message.encode(), name)
    except (OSError, ValueError):
        return False
    return True


def watchdog_interval_ns(env: Mapping[str, str], pid: int) -> int | None:
    """Return within what time systemd wants to hear of us, nanoseconds; None for never.

    >>> watchdog_interval_ns({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, 7)
    30000000000
    >>> watchdog_interval_ns({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"}, 7) is None
    True
    """
    text, owner = env.get("WATCHDOG_USEC", ""), env.get("WATCHDOG_PID", "")
    if not (text.isascii() and text.isdigit()) or owner not in ("", str(pid)):
        return None
    micros = int(text[:20])
    return micros * _NS_PER_US if 0 < micros <= _LONGEST_US else None


class Watchdog:
    """Speaks with the service manager; silent where there is none.

    Args:
        env: The environment: ``NOTIFY_SOCKET``, ``WATCHDOG_USEC`` and ``WATCHDOG_PID``.
        pid: Of this process.
        send: Sends a message to an address.
    """

    __slots__ = ("_address", "_send", "interval_ns")

    def __init__(
        self, env: Mapping[str, str], pid: int, send: Callable[[str, str], bool] = sd_notify
    ) -> None:
        self._address = env.get("NOTIFY_SOCKET", "")
        self._send = send
        self.interval_ns = watchdog_interval_ns(env, pid) if self._address else None
        """Within what time it wants to hear of us; None for never."""

    def ready(self, status: str = "") -> bool:
        """Tell that it is up; False where nobody listens."""
        return self._tell(f"READY=1\n{_status(status)}")

    def status(self, status: str) -> bool:
        """Tell how it is, in a line that ``systemctl status`` shows."""
        return self._tell(_status(status))

    def stopping(self) -> bool:
        """Tell that it is about to end."""
        return self._tell("STOPPING=1")

    def beat(self) -> bool:
        """Tell that it is alive."""
        return self._tell("WATCHDOG=1")

    async def run(self, sleep: Sleep, alive: Callable[[], bool]) -> None:
        """Beat three times in each interval for as long as `alive` says so.

        Without an interval it returns at once. One that is not alive is silent, until systemd has
        had enough and starts it anew.
        """
        if self.interval_ns is None:
            return
        while True:
            if alive():
                self.beat()
            await sleep(self.interval_ns // 3)

    def _tell(self, message: str) -> bool:
        return bool(self._address) and self._send(self._address, message)


def _status(text: str) -> str:
    """Return a line that says how it is; a break in it would begin another message."""
    return f"STATUS={' '.join(text.split())}"
