"""`supreme status`, `pause`, `resume`, `flatten` and `stop`: what is asked of a running system.

Exit codes: 0 done; 1 it refused, or cannot be asked; 2 wrong usage; 3 nothing runs; 4 it did not
answer in time; 78 settings are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from supreme_system_v5.cli.process import this_process

if TYPE_CHECKING:
    from supreme_system_v5.control.wire import Answer

__all__ = ["flatten", "pause", "resume", "status", "stop"]

_TIMEOUT_S = 5.0


class _NothingRunsError(click.ClickException):
    exit_code = 3


class _NoAnswerError(click.ClickException):
    exit_code = 4


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command what all of them take."""
    for option in (
        click.option(
            "--timeout",
            type=click.FloatRange(0, 600, min_open=True),
            default=_TIMEOUT_S,
            show_default=True,
            metavar="SECONDS",
            help="How long to wait for the answer.",
        ),
        click.option(
            "--socket",
            type=click.Path(path_type=Path),
            help="Where it answers.  [default: control.sock in STATE_DIR]",
        ),
        click.option("--json", "as_json", is_flag=True, help="Print the status as JSON."),
    ):
        command = option(command)
    return command


def _ask(order: str, path: Path | None, timeout_s: float) -> Answer:
    """Return the answer; end with a code of our own where there is none."""
    from supreme_system_v5.app.state_folder import control_path
    from supreme_system_v5.control.client import ask
    from supreme_system_v5.control.wire import Order

    world = this_process()
    where = path or control_path(world)
    try:
        answer = ask(where, Order(order), clock=world.clock, timeout_s=timeout_s)
    except (FileNotFoundError, ConnectionRefusedError):
        mend = "`supreme run` starts one; name another place with --socket, or STATE_DIR"
        why = f"nothing runs: nobody answers at {where}; {mend}"
        raise _NothingRunsError(why) from None
    except TimeoutError:
        raise _NoAnswerError(
            f"no answer at {where} within {timeout_s:g} s: it may be overloaded; ask again, or "
            "look at its log",
        ) from None
    if not answer.ok or answer.status is None:
        raise click.ClickException(f"refused: {answer.error}")
    return answer


def _tell(answer: Answer, *, as_json: bool, headline: str = "") -> None:
    import msgspec

    if as_json:
        click.echo(msgspec.json.encode(answer.status))
        return
    from supreme_system_v5.control.status_text import status_lines
    from supreme_system_v5.risk.meanings import MEANINGS

    if headline:
        click.echo(headline)
    if answer.status is not None:
        click.echo("\n".join(status_lines(answer.status, MEANINGS)))


@click.command()
@_options
def status(*, as_json: bool, socket: Path | None, timeout: float) -> None:
    """Tell how the running system is, and why it is not trading.

    Exit codes: 0 it answered; 3 nothing runs; 4 it did not answer in time.
    """
    _tell(_ask("status", socket, timeout), as_json=as_json)


@click.command()
@_options
def pause(*, as_json: bool, socket: Path | None, timeout: float) -> None:
    """Enter nothing more; what is open stays, with its stop and target.

    Exit codes: 0 done; 1 refused; 3 nothing runs; 4 no answer in time.
    """
    _tell(_ask("pause", socket, timeout), as_json=as_json, headline="Paused.")


@click.command()
@_options
def resume(*, as_json: bool, socket: Path | None, timeout: float) -> None:
    """Enter again; a limit of the account that had halted trading counts from now on.

    Exit codes: 0 done; 1 refused; 3 nothing runs; 4 no answer in time.
    """
    _tell(_ask("resume", socket, timeout), as_json=as_json, headline="Resumed.")


@click.command()
@_options
def flatten(*, as_json: bool, socket: Path | None, timeout: float) -> None:
    """Pause, cancel what rests, and close what is open at the market.

    The order to close is sent at once and filled a moment later: look at the status again.
    Exit codes: 0 done; 1 refused; 3 nothing runs; 4 no answer in time.
    """
    told = "Paused, and closing what is open."
    _tell(_ask("flatten", socket, timeout), as_json=as_json, headline=told)


@click.command()
@_options
def stop(*, as_json: bool, socket: Path | None, timeout: float) -> None:
    """End the running system in order; what is open stays open.

    Exit codes: 0 it ends; 1 refused; 3 nothing runs; 4 no answer in time.
    """
    _tell(_ask("stop", socket, timeout), as_json=as_json, headline="Stopping.")
