"""`supreme news`."""

from __future__ import annotations

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
    type=click.Choice(["lines", "csv"]),
    help="Headlines, or CSV with a column title.  [default: csv for FILE.csv, else lines]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def classify(file: str, *, form: str | None, as_json: bool) -> None:
    """Print sentiment and category of each headline in FILE, - for stdin.

    Each is judged by itself: who told it, and whether it is confirmed, is not known here. Blank
    lines are skipped; every row of CSV is answered.
    """
    from supreme_system_v5.app import judged_headlines, judged_json, titles_of_csv

    name = "stdin" if file == "-" else file
    form = form or ("csv" if name.lower().endswith(".csv") else "lines")
    with click.open_file(file, encoding="utf-8-sig", errors="replace") as lines:
        titles = titles_of_csv(lines, name) if form == "csv" else _lines(lines)
        for headline in judged_headlines(titles):
            click.echo(judged_json(headline) if as_json else _shown(headline))


def _lines(file: Iterable[str]) -> Iterator[str]:
    return (line for line in file if line.strip())


def _shown(headline: JudgedHeadline) -> str:
    return (
        f"{headline.label:<8} {headline.sentiment:+.2f} {headline.confidence:.2f} "
        f"{headline.category:<16} {headline.title}"
    )
