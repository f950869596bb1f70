"""The command line: one place where refusals, wrong usage and faults become words and codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from click.exceptions import Abort, ClickException, Exit

from cli import calendar, cases, keeping, post, practice, processes, views
from cli.house import close_all
from cli.output import BROKEN, DONE, WRONG_USAGE, broken, refuse, show
from config.premises import LOG
from engine.errors import DefinitionError, HouseDown, Refused

app = typer.Typer(
    name="waymark",
    help="Keeps case reviews on time.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _commands in (keeping, cases, views, post, practice):
    app.registered_commands += _commands.commands.registered_commands
app.add_typer(keeping.people, name="people")
app.add_typer(keeping.clock, name="clock")
app.add_typer(keeping.house, name="house")
app.add_typer(processes.commands, name="process")
app.add_typer(calendar.days, name="days")
app.add_typer(calendar.holiday, name="holiday")
app.add_typer(post.outbox, name="outbox")


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code and prints whatever went wrong in words."""
    as_json = "--json" in arguments
    try:
        result = typer.main.get_command(app)(
            args=list(arguments), prog_name="waymark", standalone_mode=False
        )
        return result if isinstance(result, int) else DONE
    except Exit as ended:
        return ended.exit_code
    except Refused as refusal:
        return refuse(refusal.reasons, as_json)
    except DefinitionError as faulty:
        return refuse(faulty.faults, as_json)
    except ClickException as wrong:
        wrong.show()
        return WRONG_USAGE
    except (Abort, KeyboardInterrupt):
        print("Stopped.", file=sys.stderr)
        return BROKEN
    except HouseDown as down:
        return _down(str(down), as_json)
    except Exception as error:  # noqa: BLE001 - no traceback ever reaches a person
        return broken(error, as_json, _log(arguments))
    finally:
        close_all()


def _down(words: str, as_json: bool) -> int:
    if as_json:
        show({"error": words}, as_json=True)
    print(words, file=sys.stderr)
    return BROKEN


def _log(arguments: Sequence[str]) -> Path | None:
    """The log in the house's folder, where the command named one that exists."""
    given = os.environ.get("WAYMARK_HOME", "waymark-home")
    for place, word in enumerate(arguments):
        if word == "--home" and place + 1 < len(arguments):
            given = arguments[place + 1]
        elif word.startswith("--home="):
            given = word.removeprefix("--home=")
    home = Path(given)
    return home / LOG if home.is_dir() else None


def main() -> None:
    """The `waymark` command."""
    try:
        code = run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    sys.exit(code)
