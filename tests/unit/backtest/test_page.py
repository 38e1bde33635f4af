from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from supreme_system_v5.backtest.charts import charts
from supreme_system_v5.backtest.page import TRADES_LISTED, plotly_script, write_page
from supreme_system_v5.backtest.report import BacktestReport, make_report
from supreme_system_v5.backtest.report_text import PAPER_ONLY, headline, sections
from supreme_system_v5.backtest.results import RunResult
from supreme_system_v5.errors import MissingExtraError
from supreme_system_v5.market_data import DataKind
from tests.support.results import DAY_NS, START_NS, idle_run, made_up_run, tally_of

HOSTILE = "</script><script>alert('1')</script><img src=x onerror=alert(2)>\"&$plotly\udcff"


def report(run: RunResult) -> BacktestReport:
    return make_report(run, elapsed_ns=2_000_000_000, peak_rss_mb=20.04)


def written(run: RunResult, folder: Path) -> str:
    """Return the page without the script of plotly, which is not ours."""
    path = folder / "page.html"
    write_page(path, run, report(run))
    page = path.read_text(encoding="utf-8")
    script = plotly_script()
    assert page.count(script) == 1
    return page.replace(script, "")


class Reader(HTMLParser):
    """Reads a page as a browser would: text outside of scripts, the tags, and whether they match.

    Attributes:
        words: All text, in order.
        tags: How often each element was opened, scripts included.
        json: What stands in the script that is data.
    """

    VOID = frozenset({"meta", "br", "img", "input", "link"})

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: list[str] = []
        self.json = ""
        self._open: list[str] = []
        self._id: str | None = None
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._id = dict(attrs).get("id")
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._id == "figures":
            self.json += data
        elif self._open[-1:] not in (["script"], ["style"]):
            self.words.append(data)

    @property
    def text(self) -> str:
        return "\n".join(self.words)


def test_the_page_begins_with_what_it_is(tmp_path: Path) -> None:
    run = made_up_run()
    page = Reader(written(run, tmp_path))
    told = [word for word in page.words if word.strip()]
    assert told[0].startswith("Backtest of BTC-USDT, 2024-05-01 to 2024-07-01")
    assert told[1] == headline(report(run))
    assert told[2] == PAPER_ONLY


@pytest.mark.parametrize("run", [made_up_run(), idle_run()], ids=["traded", "idle"])
def test_the_page_tells_all_that_the_text_tells(run: RunResult, tmp_path: Path) -> None:
    words = Reader(written(run, tmp_path)).words
    for title, rows in sections(report(run)).items():
        assert title in words
        for name, value in rows:
            assert {name, value} <= set(words), name
    for note in report(run).notes:
        assert note in words


def test_the_charts_are_in_the_page_as_data(tmp_path: Path) -> None:
    run = made_up_run()
    page = written(run, tmp_path)
    assert json.loads(Reader(page).json) == charts(run)
    for name in charts(run):
        assert f'<div class="chart" id="{name}"></div>' in page
    assert 'id="nets"' not in written(idle_run(), tmp_path)


def test_nothing_is_fetched(tmp_path: Path) -> None:
    page = written(made_up_run(), tmp_path)
    assert "default-src 'none'" in page
    assert re.findall(r"https?:|//[a-z]+\.|\bsrc=|\bhref=|@import|url\(", page) == []


def test_nothing_is_sent(tmp_path: Path) -> None:
    """Plotly offers by default to upload a chart to its maker."""
    page = written(made_up_run(), tmp_path)
    assert "form-action 'none'" in page
    assert 'showSendToCloud: false, plotlyServerURL: "",' in page
    (buttons,) = re.findall(r"modeBarButtons: (\[\[.*\]\])", page)
    assert ["toImage"] in json.loads(buttons)
    assert "sendChartToCloud" not in buttons


def test_what_comes_from_outside_is_only_text(tmp_path: Path) -> None:
    run = made_up_run()
    harmless = Reader(written(replace(run, strategy_errors=("one",)), tmp_path))
    first = replace(run.trades[0], entry_reason=HOSTILE, exit_reason=HOSTILE)
    hostile = replace(
        run,
        labels=replace(
            run.labels, source=HOSTILE, symbol=HOSTILE, strategy=HOSTILE, implementation=HOSTILE
        ),
        trades=(first, *run.trades[1:]),
        charged=replace(run.charged, name=HOSTILE),
        funnel=replace(run.funnel, refusals={HOSTILE: 1, "b": 1, "c": 1}),
        gate=replace(run.gate, by_reason={HOSTILE: 1, "b": 1, "c": 1}),
        strategy_errors=(HOSTILE,),
        notes=(HOSTILE,),
    )
    page = Reader(written(hostile, tmp_path))
    assert page.tags == harmless.tags
    shown = HOSTILE.replace("\udcff", "\\udcff")
    # why not trading, symbol, strategy, preset, code, 2 reasons, error, note
    assert page.words.count(shown) == 9
    assert page.words.count(f"  {shown}") == 2  # a refusal, a reason of the gate
    assert f"Recorded trades: {shown}" in page.words


def test_a_page_over_bars_speaks_of_no_ticks(tmp_path: Path) -> None:
    run = made_up_run()
    bars = replace(run, labels=replace(run.labels, data_kind=DataKind.BARS))
    assert "significant" in Reader(written(run, tmp_path)).words
    assert "significant" not in Reader(written(bars, tmp_path)).words


def test_the_page_says_why_nothing_was_traded(tmp_path: Path) -> None:
    page = Reader(written(idle_run(), tmp_path)).text
    assert "No trades:\n 1 signals, 0 approved, 0 filled; most often: too small" in page
    assert "No trades:" not in Reader(written(made_up_run(), tmp_path)).text


def test_months_stand_in_their_years(tmp_path: Path) -> None:
    run = made_up_run(days=280)  # to February 2025
    words = Reader(written(run, tmp_path)).words
    changes = {
        f"{month.year}-{month.month}": f"{month.change * 100:,.2f} %"
        for month in report(run).months
    }
    assert len(changes) == 10
    year = words.index("2025")
    assert words[year + 1 : year + 3] == [changes["2025-1"], changes["2025-2"]]
    assert "Dec" in words
    assert "Nothing to show." in Reader(written(replace(run, daily=()), tmp_path)).words


def test_the_newest_trades_are_listed_newest_first(tmp_path: Path) -> None:
    (one, *_) = made_up_run().trades
    trades = tuple(
        replace(one, number=n, exit_reason=f"reason {n}", exit_ns=START_NS + n * DAY_NS)
        for n in range(1, 1_001)
    )
    run = replace(made_up_run(), trades=trades, tally=tally_of(trades))
    page = Reader(written(run, tmp_path))
    listed = [word for word in page.words if word.startswith("reason ")]
    assert listed == [f"reason {n}" for n in range(1_000, 1_000 - TRADES_LISTED, -1)]
    assert "The newest 200 of 1,000, the newest first; times in UTC." in page.words
    assert "2024-05-02 00:00:00" not in page.words


def test_the_same_run_gives_the_same_page(tmp_path: Path) -> None:
    assert written(made_up_run(), tmp_path) == written(made_up_run(), tmp_path)


def test_the_page_is_small_besides_its_script(tmp_path: Path) -> None:
    assert len(written(made_up_run(), tmp_path)) < 1_000_000


def test_a_page_that_is_there_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("old", encoding="utf-8")
    written(idle_run(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_page_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    with pytest.raises(OSError, match="taken"):
        write_page(taken, idle_run(), report(idle_run()))
    with pytest.raises(FileNotFoundError):
        write_page(tmp_path / "missing" / "page.html", idle_run(), report(idle_run()))
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_missing_plotly_is_told_with_the_name_of_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "plotly.offline", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'supreme-system-v5\[report\]'"):
        plotly_script()
    with pytest.raises(MissingExtraError):
        write_page(tmp_path / "page.html", idle_run(), report(idle_run()))
    assert list(tmp_path.iterdir()) == []


def test_neither_importing_it_nor_writing_needs_numpy(tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from supreme_system_v5.backtest import page, report
assert "plotly" not in sys.modules
from tests.support.results import made_up_run
run = made_up_run()
told = report.make_report(run, elapsed_ns=1, peak_rss_mb=1.0)
page.write_page(Path({str(tmp_path / "page.html")!r}), run, told)
print("plotly" in sys.modules, "numpy" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.stdout.split() == ["True", "False"]
