"""Live systems as processes of their own, for programs that watch them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep

__all__ = ["SUPREME", "Running", "page_of", "running"]

SUPREME = (sys.executable, "-m", "supreme_system_v5")
HISTORY = "300"


@dataclass(frozen=True)
class Running:
    """A live system.

    Attributes:
        process: It.
        url: Where its metrics are.
        said: What it told on its error output, so far.
    """

    process: subprocess.Popen[bytes]
    url: str
    said: Path


@contextmanager
def running(
    arguments: Sequence[str], settings: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """Yield `supreme run` with these arguments, once it trades; it has ended afterwards.

    Args:
        arguments: Beside ``--metrics-port 0``.
        settings: Beside 300 minutes of history, and a folder of its own.

    Raises:
        RuntimeError: It ended before it traded; the message is what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        own = {"STATE_DIR": folder, "WARMUP_MINUTES": HISTORY, **(settings or {})}
        said = Path(folder, "said.txt")
        command = [*SUPREME, "run", *arguments, "--metrics-port", "0"]
        with (
            said.open("w") as stderr,
            subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=stderr, env=os.environ | own
            ) as process,
        ):
            try:
                yield Running(process, _metrics_url(process, said), said)
            finally:
                process.terminate()


def page_of(url: str) -> str:
    """Return a page; empty when nobody answers in two seconds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - http to ourselves
            return str(answer.read().decode())
    except OSError:
        return ""


def _metrics_url(process: subprocess.Popen[bytes], said: Path) -> str:
    while process.poll() is None:
        if found := re.search(r"http://\S+/metrics", said.read_text()):
            return found[0]
        sleep(0.02)
    raise RuntimeError(f"supreme run ended with {process.returncode}: {said.read_text()}")
