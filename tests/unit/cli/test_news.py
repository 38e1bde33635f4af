from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from supreme_system_v5.cli.main import supreme

HEADLINES = "Bitcoin plunges 20% as panic spreads\n\nSEC drops lawsuit against Kraken\n"


def run(*arguments: str, text: str = HEADLINES) -> Result:
    return CliRunner().invoke(supreme, ["news", "classify", *arguments], input=text)


def test_lines_are_the_default_of_a_pipe() -> None:
    result = run("-")
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert first.startswith("negative ")
    assert first.endswith("Bitcoin plunges 20% as panic spreads")
    assert second.startswith("positive ")


def test_json_has_one_object_per_line() -> None:
    result = run("-", "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["label"] for row in rows] == ["negative", "positive"]
    wanted = {"title", "category", "sentiment", "label", "confidence", "reasons"}
    assert all(wanted <= set(row) for row in rows)


def test_csv_by_name_and_by_wish(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_text("\ufeffid,title\n1,Gas fees plunge\n2,\n", encoding="utf-8")
    by_name = run(str(path))
    assert by_name.stdout == run("-", "--input", "csv", text=path.read_text("utf-8-sig")).stdout
    assert len(by_name.stdout.splitlines()) == 2
    assert len(run(str(path), "--input", "lines").stdout.splitlines()) == 3


def test_what_is_wrong_is_said() -> None:
    result = run("-", "--input", "csv", text="a,b\n")
    assert result.exit_code == 1
    assert "no column 'title'" in result.stderr
    assert "--input lines" in result.stderr
    missing = run("nowhere.csv")
    assert missing.exit_code == 2
    assert "nowhere.csv" in missing.stderr


def test_bytes_that_are_no_text_are_survived(tmp_path: Path) -> None:
    path = tmp_path / "news.txt"
    path.write_bytes(b"Bitcoin \xff\xfe rises\n")
    assert run(str(path)).exit_code == 0


def test_help_needs_neither_numpy_nor_the_model() -> None:
    program = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from supreme_system_v5.cli.main import supreme\n"
        "assert CliRunner().invoke(supreme, ['news', '--help']).exit_code == 0\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('numpy', 'sklearn') "
        "or 'news_whale' in name])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_titles_come_back_as_they_were_given() -> None:
    titles = ["Bitcoin\u2019s  \u00bd-point rise", "Kraken wins", "\x1b[31mred"]
    text = "\r\n".join(titles) + "\n"
    rows = [json.loads(line) for line in run("-", "--json", text=text).stdout.splitlines()]
    assert [row["title"] for row in rows] == titles
    assert ["read_as" in row for row in rows] == [True, False, True]
    assert "\x1b" not in run("-", text=text).stdout + run("-", "--json", text=text).stdout


def test_json_that_nobody_called_so_is_pointed_out() -> None:
    text = '\n{"type": "news", "title": "x"}\n{"title": "y"}\n'
    result = run("-", text=text)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 2
    assert result.stderr.count("\n") == 1
    assert "stdin: a line begins like JSON" in result.stderr
    assert "--input jsonl" in result.stderr
    for wished in (run("-", "--input", "lines", text=text), run("-")):
        assert wished.stderr == ""
