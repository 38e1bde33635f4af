"""What an account at OKX is told of itself: signatures, balances, rows."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from supreme_system_v5.exchanges.simulator.account import Account
from supreme_system_v5.exchanges.simulator.altering import Body
from supreme_system_v5.exchanges.simulator.core import Core
from supreme_system_v5.exchanges.simulator.okx_orders import plain
from supreme_system_v5.exchanges.simulator.tape import CENTS

__all__ = ["ApiKeys", "balance_rows", "sign"]

_PATIENCE_MS = 30_000
_EMPTY_WHOLE = ("availEq", "mgnRatio", "mmr")
_ZERO_WHOLE = (
    *("borrowFroz", "delta", "deltaLever", "deltaNeutralStatus", "imr", "isoEq", "notionalUsd"),
    *("notionalUsdForBorrow", "notionalUsdForFutures", "notionalUsdForOption"),
    *("notionalUsdForSwap", "ordFroz", "upl"),
)
_EMPTY = (
    *("imr", "mgnRatio", "mmr", "notionalLever", "spotInUseAmt", "clSpotInUseAmt"),
    *("spotBal", "openAvgPx", "accAvgPx", "spotUpl", "spotUplRatio", "totalPnl", "totalPnlRatio"),
)
_ZERO = (
    *("autoLendMtAmt", "borrowFroz", "crossLiab", "colRes", "colBorrAutoConversion"),
    *("smtSyncEq", "spotCopyTradingEq", "fixedBal", "interest", "isoEq", "isoLiab", "isoUpl"),
    *("liab", "maxLoan", "rewardBal", "spotIsoBal", "stgyEq", "twap", "upl", "uplLiab"),
)


def sign(secret: str, text: str) -> str:
    """Return the signature that OKX wants: HMAC-SHA256 in base64."""
    made = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(made).decode()


class ApiKeys:
    """The one key, and whether something was signed with it.

    Args:
        core: For the server's clock.
        key: Key, secret and passphrase.
    """

    def __init__(self, core: Core, key: tuple[str, str, str]) -> None:
        self._core = core
        self.key, self._secret, self._passphrase = key

    def refuse_request(
        self, headers: Mapping[str, str], method: str, path: str, body: str
    ) -> tuple[int, str] | None:
        """Return code and words for a request that is not signed well; None when it is."""
        names = ("OK-ACCESS-KEY", "OK-ACCESS-SIGN", "OK-ACCESS-TIMESTAMP", "OK-ACCESS-PASSPHRASE")
        key, signature, timestamp, passphrase = (headers.get(name, "") for name in names)
        if not key:
            return 50103, "Request header OK-ACCESS-KEY can not be empty."
        try:
            asked_ms = int(datetime.fromisoformat(timestamp).timestamp() * 1_000)
        except ValueError:
            return 50112, "Invalid OK-ACCESS-TIMESTAMP"
        expected = sign(self._secret, f"{timestamp}{method}{path}{body}")
        late = abs(asked_ms - self._core.server_ms()) > _PATIENCE_MS
        for wrong, code, text in (
            (late, 50102, "Timestamp request expired"),
            (key != self.key, 50111, "Invalid OK-ACCESS-KEY"),
            (
                passphrase != self._passphrase,
                50105,
                "Request header OK-ACCESS-PASSPHRASE incorrect.",
            ),
            (not hmac.compare_digest(expected, signature), 50113, "Invalid Sign"),
        ):
            if wrong:
                return code, text
        return None

    def refuse_login(self, asked: Mapping[str, object]) -> tuple[int, str] | None:
        """Return code and words for a login that is not signed well; None when it is."""
        timestamp = str(asked.get("timestamp", ""))
        if not timestamp.isdigit():
            return 60004, "Invalid timestamp"
        if asked.get("apiKey") != self.key:
            return 60005, "Invalid apiKey"
        if abs(int(timestamp) * 1_000 - self._core.server_ms()) > _PATIENCE_MS:
            return 60006, "Timestamp request expired"
        if asked.get("passphrase") != self._passphrase:
            return 60024, "Wrong passphrase"
        expected = sign(self._secret, f"{timestamp}GET/users/self/verify")
        if not hmac.compare_digest(expected, str(asked.get("sign", ""))):
            return 60007, "Invalid sign"
        return None


def balance_rows(
    core: Core, account: Account, currencies: Iterable[str], *, pushed: bool = False
) -> list[Body]:
    """Return the balances as ``/account/balance`` and the channel ``account`` tell them."""
    now = str(core.server_ms())
    prices = {core.base: Decimal(core.market.last) / CENTS}
    details, total = [], Decimal(0)
    for currency, cash in account.cash.items():
        worth = round(cash * prices.get(currency, Decimal(1)), 8)
        total += worth
        if currency not in currencies:
            continue
        row: Body = {
            **dict.fromkeys(_EMPTY, ""),
            **dict.fromkeys(_ZERO, "0"),
            "autoLendStatus": "off",
            "availBal": plain(account.available(currency)),
            "availEq": plain(account.available(currency)),
            "cashBal": plain(cash),
            "ccy": currency,
            "collateralEnabled": False,
            "collateralRestrict": False,
            "disEq": plain(worth),
            "eq": plain(cash),
            "eqUsd": plain(worth),
            "frozenBal": plain(account.frozen.get(currency, Decimal(0))),
            "frpType": "0",
            "ordFrozen": plain(account.frozen.get(currency, Decimal(0))),
            "uTime": now,
        }
        if pushed:
            for name in ("autoLendStatus", "autoLendMtAmt", "frpType"):
                del row[name]
            row |= {"coinUsdPrice": plain(prices.get(currency, Decimal(1)))}
            row |= {"maxSpotInUseAmt": ""}
        else:
            row |= {"maxSpotInUse": ""}
        details.append(row)
    return [
        {
            **dict.fromkeys(_EMPTY_WHOLE, ""),
            **dict.fromkeys(_ZERO_WHOLE, "0"),
            "adjEq": plain(total),
            "details": details,
            "totalEq": plain(total),
            "uTime": now,
        }
    ]
