"""The command `supreme`.

Exit codes: 0 done; 1 a failed run or bad data, with one message on stderr; 2 wrong usage; 78
refused settings; 130 interrupted. Commands about a running system add two: 3 nothing runs; 4 no
answer in time.
"""

from __future__ import annotations

import importlib

import click

from supreme_system_v5.errors import SettingsError, SupremeError

__all__ = ["main", "supreme"]

_INTERRUPTED = 130
_COMMANDS = {
    "backtest": "Run a strategy over recorded or invented trades.",
    "bars": "Build bars from recorded trades.",
    "costs": "Print what accounts can trade on each venue.",
    "data": "Download recorded trades and minutes, or verify files of them.",
    "doctor": "Check machine, settings, feed and keys, and say how to mend what is wrong.",
    "evidence": "Find out whether a strategy has an edge, or whether it was chance.",
    "explain": "Print why a run traded, and why it did not.",
    "flatten": "Pause a running system, and close what is open.",
    "lookahead": "Find out whether a strategy looks into the future.",
    "new": "Write a strategy to begin with.",
    "news": "Tell what headlines say, or ask the sources for some.",
    "pause": "Let a running system enter nothing more.",
    "resume": "Let it enter again.",
    "run": "Trade on paper on a live market.",
    "sim": "Serve a local exchange to try the system on.",
    "status": "Tell how a running system is, and why it is not trading.",
    "stop": "End a running system in order.",
    "warmup": "Find out how much history the values need.",
    "whales": "Tell what recorded transfers come to.",
}
_TOGETHER = dict.fromkeys(("status", "pause", "resume", "flatten", "stop"), "control")
"""Commands that share a module."""


class _SettingsRefused(click.ClickException):
    exit_code = (
        78  # EX_CONFIG of sysexits.h: who starts it again and again sees that it is of no use
    )


class _Commands(click.Group):
    """Imports a command when it is asked for, and turns errors into exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - same
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(
            f"supreme_system_v5.cli.{_TOGETHER.get(cmd_name, cmd_name)}"
        )
        command = getattr(module, cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - same
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise _SettingsRefused(str(error)) from error
        except SupremeError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:
            raise  # click ends quietly when nobody reads on
        except OSError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            click.echo("Interrupted; nothing was finished.", err=True)
            ctx.exit(_INTERRUPTED)


def _tell_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's signature
    if wanted:
        from importlib.metadata import version

        click.echo(f"supreme {version('supreme-system-v5')}")
        ctx.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_version,
    help="Show the version and exit.",
)
def supreme() -> None:
    """Trade one symbol on paper. No order ever leaves this program."""


def main() -> None:
    """Run the command line; the entry point of the package."""
    supreme(prog_name="supreme")
