from __future__ import annotations

import aiohttp
import pytest

from supreme_system_v5.domain.feeds import FaultKind
from supreme_system_v5.network.faults import told_by


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError("secret"), FaultKind.TIMEOUT),
        (ConnectionResetError("secret"), FaultKind.RESET),
        (aiohttp.ClientPayloadError("secret"), FaultKind.RESET),
        (aiohttp.ServerDisconnectedError("secret"), FaultKind.RESET),
        (aiohttp.ClientError("secret"), FaultKind.PROTOCOL),
        (ValueError("secret"), FaultKind.REDIRECT),
    ],
)
def test_an_error_is_told_without_its_own_text(error: BaseException, kind: FaultKind) -> None:
    told = told_by(error, "https://a.org/")
    assert told.kind == kind
    assert str(told).startswith("https://a.org/ ")
    assert "secret" not in repr(told)


def test_what_nobody_expected_is_told_by_its_type_alone() -> None:
    error = told_by(KeyError("secret"), "https://a.org/")
    assert error.kind == FaultKind.UNEXPECTED
    assert str(error) == "https://a.org/ could not be asked (KeyError)"
