from __future__ import annotations

from urllib.parse import quote, quote_plus

import pytest

from supreme_system_v5.network.redaction import redacted, shown_url
from supreme_system_v5.settings import Secret

KEY = Secret("a+b/c=d e")


@pytest.mark.parametrize(
    "form", [KEY.reveal(), quote(KEY.reveal(), safe=""), quote_plus(KEY.reveal())]
)
def test_a_key_is_masked_in_every_form(form: str) -> None:
    assert redacted(f"x{form}y{form}", [KEY]) == "x***y***"


def test_an_address_is_shown_without_its_query() -> None:
    assert shown_url("https://a.org:8443/x?key=1") == "https://a.org:8443/x"
    assert shown_url("https://[half") == "an address that cannot be read"
    assert shown_url("https://a.org:port/") == "an address that cannot be read"
    assert len(shown_url("https://a.org/" + "a" * 1_000)) == 300
