"""`supreme whales`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from supreme_system_v5.cli.market_files import FILE

if TYPE_CHECKING:
    from supreme_system_v5.news_whale.summary import WhaleSummary

__all__ = ["whales"]

_UNITS = 10**8
_CLASSES = {
    "inflow": "from somebody to an exchange",
    "outflow": "from an exchange to somebody",
    "internal": "within one exchange; no flow",
    "inter_exchange": "from one exchange to another",
    "unattributed": "between owners whom nobody here knows",
    "issuance": "made, destroyed or held by the issuer",
}
_NO_ADDRESSES = """\
  No address is known, so nothing can be said of exchanges. Give a table of addresses with
  --addresses FILE, or name it in EXCHANGE_ADDRESSES; its lines look like this:
    address,label,source,as_of,confidence
    <address>,<exchange>,<who says so>,2026-02-18,0.9"""


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--addresses", type=FILE, help="CSV: whose address is whose, instead of EXCHANGE_ADDRESSES."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON; amounts in units of 1e-8.")
def whales(file: Path, *, addresses: Path | None, as_json: bool) -> None:
    """Tell what the transfers in FILE come to: by class and size, by day and exchange.

    FILE holds recorded transfers, JSON lines or CSV, plain or gzip. Addresses whose checksum is
    wrong are named and left out. docs/whales.md says what every figure means.
    """
    from supreme_system_v5.app import WhaleOptions, World, run_whales
    from supreme_system_v5.clock import SystemClock

    found = run_whales(
        WhaleOptions(file=file, addresses=addresses),
        World(environment=os.environ, dotenv_path=Path(".env"), clock=SystemClock()),
    )
    summary = found.summary
    for what, count in sorted(found.left_out.items()):
        click.echo(f"{file}: left out {count} {what}", err=True)
    if as_json:
        import msgspec

        told = msgspec.to_builtins(summary)
        for row, flow in zip(told["flows"], summary.flows, strict=True):
            row["net"] = flow.net
        click.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    else:
        click.echo("\n".join(_lines(summary, file)))


def _lines(found: WhaleSummary, file: Path) -> list[str]:
    span = f", {found.first} to {found.last}" if found.first else ""
    lines = [
        f"Transfers: {file}",
        f"  rows                  {found.transfers:,}",
        f"  transactions          {found.counted:,}{span}",
        f"  told again            {found.repeated:,}",
        f"  told better           {found.amended:,}",
        f"  taken back            {found.reversed:,}",
        f"  moved nothing         {found.empty:,}",
        f"Addresses known         {found.addresses:,}",
    ]
    if found.undated:
        lines.append(
            f"  without a date        {found.undated:,}: may be younger than the transfers"
        )
    if found.hindsight:
        lines.append(f"  younger than theirs   {found.hindsight:,} movements, named by hindsight")
    if found.refused:
        lines.append(f"Addresses refused       {len(found.refused):,}")
        lines += [f"  line {row.line}, {row.label}: {row.why}" for row in found.refused]
    if found.disputed:
        lines.append(f"Addresses disputed      {len(found.disputed):,}; the first word holds")
        lines += [
            f"  line {row.line}, {row.address}: {row.label}, but {row.kept} before"
            for row in found.disputed
        ]
    if not found.addresses:
        lines.append(_NO_ADDRESSES)
    if found.classes:
        lines += ["", "What moved, by class and size (change left out):", *_classes(found)]
    if found.flows:
        lines += ["", "Through exchanges, by UTC day; net above 0 is coins that came in:"]
        lines.append(f"{'day':<12}{'asset':<7}{'exchange':<18}{'in':>20}{'out':>20}{'net':>20}")
    for flow in found.flows:
        amounts = (flow.inflow, flow.outflow, flow.net)
        shown = "".join(f"{_coins(units):>20}" for units in amounts)
        lines.append(f"{flow.day:<12}{flow.asset:<7}{flow.exchange:<18}{shown}")
    if not found.flows:
        lines += ["", "Nothing went into or out of an exchange whose address is known."]
    return lines


def _classes(found: WhaleSummary) -> list[str]:
    lines = [f"{'asset':<7}{'class':<16}{'tier':<8}{'movements':>10}{'coins':>22}"]
    sums: dict[str, int] = {}
    for total in found.classes:
        coins = _coins(total.units)
        row = f"{total.asset:<7}{total.kind:<16}{total.tier:<8}{total.movements:>10,}{coins:>22}"
        lines.append(row)
        sums[total.asset] = sums.get(total.asset, 0) + total.units
    lines += [
        f"  {name:<16}{what}"
        for name, what in _CLASSES.items()
        if any(total.kind == name for total in found.classes)
    ]
    for asset, units in sums.items():
        nobody = sum(
            total.units
            for total in found.classes
            if (total.asset, total.kind) == (asset, "unattributed")
        )
        lines.append(f"  {nobody / units:.0%} of the {asset} is unattributed.")
    return lines


def _coins(units: int) -> str:
    """Write an amount exactly, in whole coins."""
    whole, part = divmod(abs(units), _UNITS)
    return f"{'-' if units < 0 else ''}{whole:,}.{part:08}"
