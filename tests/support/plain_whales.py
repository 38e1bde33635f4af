"""The recorded transfers counted again, by hand so to say: no class of the project is used here.

Whose an address is, and whether it is one, is taken from the published table, whose column
`checksum_ok` was made by somebody else. Amounts are whole units of 1e-8.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Difference", "Plain", "count_again"]

_COIN = 10**8


class Difference(NamedTuple):
    """Why a transaction counts otherwise in the published series; flows in units.

    Attributes:
        day: UTC.
        why: ``"whole"``: they count all of it, though part went elsewhere. ``"mixed"``: they know
            owners on both sides, and count nothing. ``"unlabelled"``: they had no label then.
            ``"rounded"``: to a hundredth of a coin.
        inflow: What they count more than we.
        outflow: Likewise.
    """

    day: str
    why: str
    inflow: int
    outflow: int


class Plain(NamedTuple):
    """What the recount found.

    Attributes:
        movements: Number of movements by class.
        units: Their amounts by class.
        flows: Inflow and outflow by day and exchange.
        published: Inflow and outflow by day, as the file's own labels have it.
        differences: Transactions that count otherwise there.
        published_days: The days of the published series, with its inflow and outflow.
    """

    movements: Counter[str]
    units: Counter[str]
    flows: dict[tuple[str, str], list[int]]
    published: dict[str, list[int]]
    differences: list[Difference]
    published_days: dict[str, tuple[int, int]]


def _units(coins: object) -> int:
    return round(float(str(coins)) * _COIN)


def count_again(folder: Path) -> Plain:
    """Count the recording in a folder again."""
    owner: dict[str, str] = {}
    with (folder / "btc_exchange_addresses.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["checksum_ok"] == "true" and row["address"] not in owner:
                owner[row["address"]] = row["label"]
    plain = Plain(
        Counter(), Counter(), defaultdict(lambda: [0, 0]), defaultdict(lambda: [0, 0]), [], {}
    )
    with gzip.open(folder / "btc_whale_transactions.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            _count(json.loads(line), owner, plain)
    with (folder / "btc_exchange_flow_daily.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            both = (_units(row["exchange_inflow_btc"]), _units(row["exchange_outflow_btc"]))
            plain.published_days[row["date"]] = both
    return plain


def _count(row: dict[str, Any], owner: dict[str, str], plain: Plain) -> None:
    day = row["timestamp"][:10]
    inflow = outflow = 0
    for kind, sender, receiver, units in _moved(row, owner):
        plain.movements[kind] += 1
        plain.units[kind] += units
        if kind in ("inflow", "inter_exchange"):
            plain.flows[day, receiver][0] += units
            inflow += units
        if kind in ("outflow", "inter_exchange"):
            plain.flows[day, sender][1] += units
            outflow += units
    label = row.get("classification")
    value = _units(row["value_btc"])
    theirs = (value * (label == "inflow"), value * (label == "outflow"))
    plain.published[day][0] += theirs[0]
    plain.published[day][1] += theirs[1]
    more = (theirs[0] - inflow, theirs[1] - outflow)
    if any(more):
        plain.differences.append(Difference(day, _reason(label, more), *more))


def _reason(label: str | None, more: tuple[int, int]) -> str:
    if label == "mixed":
        return "mixed"
    if label in (None, "unknown"):
        return "unlabelled"
    small = max(map(abs, more)) <= _COIN // 100
    return "rounded" if small else "whole"


def _moved(row: dict[str, Any], owner: dict[str, str]) -> list[tuple[str, str, str, int]]:
    """Return class, sender, receiver and amount of each movement, change left out."""
    if "vin_addresses" not in row:
        return [("unattributed", "", "", _units(row["value_btc"]))]
    shares: Counter[str] = Counter()
    for spending in row["vin_addresses"]:
        if spending["address"] in owner:
            shares[owner[spending["address"]]] += _units(spending["value"])
    sender = max(sorted(shares), key=lambda name: shares[name]) if shares else ""
    received: Counter[str] = Counter()
    for address, units in _paid(row, owner).items():
        received[owner.get(address, "")] += units
    names = {
        (False, False): "unattributed",
        (False, True): "inflow",
        (True, False): "outflow",
        (True, True): "inter_exchange",
    }
    found = []
    for receiver, units in received.items():
        kind = names[bool(sender), bool(receiver)]
        if sender and sender == receiver:
            kind = "internal"
        found.append((kind, sender, receiver, units))
    return found


def _paid(row: dict[str, Any], owner: dict[str, str]) -> Counter[str]:
    """Return what each address received, without what went back to the sender."""
    spent = {one["address"] for one in row["vin_addresses"]}
    paid: Counter[str] = Counter()
    for one in row["vout_addresses"]:
        if one["address"] not in spent and _units(one["value"]):
            paid[one["address"]] += _units(one["value"])
    if len(paid) == 2:
        (one, a), (two, b) = paid.items()
        if a % 10**7 == 0 and b % 10**5 and two not in owner:
            del paid[two]
        elif b % 10**7 == 0 and a % 10**5 and one not in owner:
            del paid[one]
    return paid
