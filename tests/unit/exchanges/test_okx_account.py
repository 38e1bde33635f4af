"""What a key may do, asked of a server that checks the signature as the venue does."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest

from supreme_system_v5.errors import SourceError
from supreme_system_v5.exchanges.okx_account import KeyRights, OkxKey, key_rights, signed_headers
from supreme_system_v5.exchanges.session import open_session
from supreme_system_v5.settings import Secret
from tests.support.fault_server import FAULTS, FaultServer, Reply, good, served
from tests.support.virtual_loop import LoopClock, run_virtual

KEY = OkxKey(key=Secret("k-planted"), secret=Secret("s-planted"), passphrase=Secret("p-planted"))


def config(**fields: str) -> Reply:
    return good(json.dumps({"code": "0", "msg": "", "data": [{"uid": "1", **fields}]}).encode())


async def ask(server: FaultServer, host: str | None = None) -> KeyRights:
    async with open_session() as session:
        clock = LoopClock(asyncio.get_running_loop())
        return await key_rights(session, KEY, clock=clock, host=host or server.url)


def test_the_signature_is_the_one_that_others_make(data_dir: Path) -> None:
    path = data_dir / "exchange_messages" / "signing_vectors.json"
    vector = json.loads(path.read_text())["okx_rest_get"]
    key = OkxKey(key=Secret("k"), secret=Secret(vector["secret"]), passphrase=Secret("p"))
    headers = signed_headers(
        key, "GET", "/api/v5/account/balance?ccy=BTC", 1_607_418_537_715_000_000
    )
    assert vector["prehash"].startswith(headers["OK-ACCESS-TIMESTAMP"])
    assert headers["OK-ACCESS-SIGN"] == vector["base64"]


def test_it_asks_once_and_signs_what_it_asks() -> None:
    async def main() -> None:
        async with served() as server:
            server.reply = config(perm="read_only,trade", ip="10.0.0.1,10.0.0.2")
            assert await ask(server) == KeyRights(
                permissions=frozenset({"read_only", "trade"}), addresses=("10.0.0.1", "10.0.0.2")
            )
            [request] = server.requests
        first, *lines = request.strip().splitlines()
        assert first == "GET /api/v5/account/config HTTP/1.1"
        headers = dict(line.split(": ", 1) for line in lines)
        said = f"{headers['OK-ACCESS-TIMESTAMP']}GET/api/v5/account/config".encode()
        sign = hmac.new(b"s-planted", said, hashlib.sha256).digest()
        assert headers["OK-ACCESS-SIGN"] == base64.b64encode(sign).decode()
        assert "s-planted" not in request

    run_virtual(main())


def test_a_key_that_is_bound_to_no_address_and_may_nothing() -> None:
    async def main() -> None:
        async with served() as server:
            server.reply = config(perm="", ip="")
            assert await ask(server) == KeyRights(permissions=frozenset(), addresses=())

    run_virtual(main())


def refused(reply: Reply, host: str | None = None) -> str:
    """Return why it was refused, and see that nothing of the key is told."""

    async def main() -> SourceError:
        async with served() as server:
            server.reply = reply
            with pytest.raises(SourceError) as caught:
                await ask(server, host)
            return caught.value

    error = run_virtual(main())
    assert error.__cause__ is None
    assert "planted" not in repr(error)
    return str(error)


def test_a_refusal_is_told_in_the_venue_s_words_without_the_key() -> None:
    body = b'{"code":"50111","msg":"Invalid OK-ACCESS-KEY: k-planted","data":[]}'
    told = refused(Reply(status=401, body=lambda: iter([body]), length=len(body)))
    assert told == "okx: account: refused with code 50111: Invalid OK-ACCESS-KEY: ***"


def test_where_there_is_no_such_question() -> None:
    assert "no such question" in refused(Reply(status=404))


@pytest.mark.parametrize("name", FAULTS)
def test_whatever_the_other_side_does_it_ends_with_an_answer_or_an_error(name: str) -> None:
    fault = FAULTS[name]
    if "json" not in fault.of or not fault.kinds:
        return
    told = refused(fault.reply(b'{"code": "50000", "msg": "", "data": []}'))
    assert told.startswith("okx: account")


@pytest.mark.parametrize("host", ["http://10.0.0.1:80", "http://h.example", "ftp://h.example"])
def test_a_key_leaves_the_machine_only_encrypted(host: str) -> None:
    assert "without encryption" in refused(Reply(), host)
