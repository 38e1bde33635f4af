from __future__ import annotations

import io
import sys

import pytest

from supreme_system_v5.cli.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(
    monkeypatch: pytest.MonkeyPatch, out: io.StringIO, err: io.StringIO, **wanted: bool
) -> str:
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with progress_bar(**{"wanted": True, **wanted}) as progress:
        if progress is not None:
            for part in (0.0, 0.25, 0.25, 1.0):
                progress(part)
    assert out.getvalue() == ""
    return err.getvalue()


def test_a_terminal_sees_a_bar_on_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, Terminal(), Terminal())
    assert "Running" in text
    assert "100%" in text


@pytest.mark.parametrize(
    ("out", "err"), [(io.StringIO, Terminal), (Terminal, io.StringIO), (io.StringIO, io.StringIO)]
)
def test_a_pipe_sees_none(
    out: type[io.StringIO], err: type[io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shown(monkeypatch, out(), err()) == ""


def test_nor_does_who_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, Terminal(), Terminal(), wanted=False) == ""
