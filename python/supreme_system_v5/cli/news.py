"""`supreme news`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from supreme_system_v5.cli.news_fetch import fetch

if TYPE_CHECKING:
    from supreme_system_v5.app import JudgedHeadline

__all__ = ["classify", "fetch", "news"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def news() -> None:
    """Tell what headlines say, or ask the sources for some."""


news.add_command(fetch)


@news.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--input",
    "form",
    type=click.Choice(["lines", "csv", "jsonl"]),
    help="Headlines; CSV with a column title; or what `supreme news fetch --json` printed.  "
    "[default: csv for FILE.csv, jsonl for FILE.jsonl, else lines]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def classify(file: str, *, form: str | None, as_json: bool) -> None:
    """Print sentiment and category of each headline in FILE, - for stdin.

    With --json the title is as it was given, and `read_as` how it was read where that differs.

    Each is judged by itself: who told it, and whether it is confirmed, is not known here. Blank
    lines are skipped; every row of CSV is answered; of JSON lines every headline.
    """
    from supreme_system_v5.app import (
        judged_headlines,
        judged_json,
        titles_of_csv,
        titles_of_items,
    )

    name = "stdin" if file == "-" else file
    ends = {"csv": "csv", "jsonl": "jsonl"}
    guessed, form = form is None, form or ends.get(name.lower().rpartition(".")[2], "lines")
    others: Counter[str] = Counter()
    with click.open_file(file, encoding="utf-8-sig", errors="replace") as lines:
        match form:
            case "csv":
                titles = titles_of_csv(lines, name)
            case "jsonl":
                titles = titles_of_items(lines, name, lambda: others.update(("items",)))
            case _:
                titles = _lines(lines, name if guessed else None)
        for headline in judged_headlines(titles):
            click.echo(judged_json(headline) if as_json else _shown(headline))
    if others:
        click.echo(f"{name}: left out {others['items']} items that are no headlines", err=True)


def _lines(file: Iterable[str], name: str | None) -> Iterator[str]:
    """Yield the lines that are not blank; `name` is whose form nobody told, None where it was."""
    for line in file:
        if name is not None and line.lstrip().startswith('{"'):
            click.echo(
                f"{name}: a line begins like JSON, and is read as a headline all the same: give "
                "--input jsonl if it holds items, --input lines if not",
                err=True,
            )
            name = None
        if line.strip():
            yield line.rstrip("\r\n")


def _shown(headline: JudgedHeadline) -> str:
    return (
        f"{headline.label:<8} {headline.sentiment:+.2f} {headline.confidence:.2f} "
        f"{headline.category:<16} {headline.read_as}"
    )
