"""Signatures, and what is told of balances."""

from __future__ import annotations

from pathlib import Path

import pytest

from supreme_system_v5.exchanges.simulator.okx_account import ApiKeys, sign
from tests.support.okx_client import call
from tests.support.simulated import Visit, sample, visit

BALANCE = "/api/v5/account/balance"


@pytest.mark.parametrize("name", ["okx_rest_get", "okx_rest_post", "okx_ws_login"])
def test_signatures_are_those_of_the_vectors(data_dir: Path, name: str) -> None:
    vector = sample(data_dir, "signing_vectors")[name]
    assert sign(vector["secret"], vector["prehash"]) == vector["base64"]


@pytest.mark.parametrize(("place", "code"), [(0, "50111"), (1, "50113"), (2, "50105"), (None, "0")])
def test_wrong_keys_are_refused(place: int | None, code: str) -> None:
    async def main(there: Visit) -> None:
        name, secret, passphrase = there.exchange.api_key
        parts = [name, secret, passphrase]
        if place is not None:
            parts[place] = "another"
        key = (parts[0], parts[1], parts[2])
        assert (await call(there, BALANCE, key=key))["code"] == code

    visit(main)


def test_old_or_missing_signatures_are_refused() -> None:
    async def main(there: Visit) -> None:
        assert (await there.get(BALANCE))["code"] == "50103"
        there.exchange.core.offset_ns = 31 * 10**9
        assert (await call(there, BALANCE))["code"] == "50102"

    visit(main)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"timestamp": "soon"}, 60004),
        ({"apiKey": "another"}, 60005),
        ({"timestamp": "1"}, 60006),
        ({"passphrase": "another"}, 60024),
        ({"sign": "another"}, 60007),
    ],
)
def test_wrong_logins_are_refused(changed: dict[str, str], code: int) -> None:
    async def main(there: Visit) -> None:
        core = there.exchange.core
        name, secret, passphrase = there.exchange.api_key
        timestamp = str(core.clock.time_ns() // 10**9)
        asked = {"apiKey": name, "passphrase": passphrase, "timestamp": timestamp}
        asked["sign"] = sign(secret, f"{timestamp}GET/users/self/verify")
        keys = ApiKeys(core, there.exchange.api_key)
        assert keys.refuse_login(asked) is None
        refused = keys.refuse_login(asked | changed)
        assert refused is not None
        assert refused[0] == code

    visit(main)
