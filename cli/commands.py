"""Every command by its name, and what becomes of whatever a command raises."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from cli import (
    answers,
    calendar,
    cases,
    clock,
    digest,
    doctor,
    faults,
    hosting,
    keeping,
    letters,
    monitoring,
    people,
    post,
    practice,
    processes,
    rehearsal,
    reports,
    retention,
    secret,
    service,
    tokens,
    views,
)
from cli.codes import BROKEN, DONE, STOPPED
from cli.house import close_all
from cli.output import refuse
from cli.usage import wrong_usage
from engine.errors import DefinitionError, HouseDown, Refused
from engine.facts import UNSTORABLE


def _program() -> typer.Typer:
    return typer.Typer(
        name="waymark",
        help="Keeps case reviews on time: stages, deadlines and the messages they owe.",
        epilog="Exit codes: 0 done, 1 refused with every reason, 2 wrong usage, 3 the house cannot"
        " work. Every command takes --json and --home.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )


app = _program()
for _commands in (
    keeping,
    cases,
    views,
    rehearsal,
    post,
    digest,
    letters,
    answers,
    practice,
    monitoring,
    service,
    retention,
    doctor,
):
    app.registered_commands += _commands.commands.registered_commands
app.add_typer(people.people, name="people")
app.add_typer(clock.clock, name="clock")
app.add_typer(keeping.house, name="house")
app.add_typer(processes.commands, name="process")
app.add_typer(calendar.days, name="days")
app.add_typer(calendar.holiday, name="holiday")
app.add_typer(post.outbox, name="outbox")
app.add_typer(letters.letters, name="letters")
app.add_typer(hosting.host, name="host")
app.add_typer(reports.report, name="report")
app.add_typer(secret.secret, name="secret")
app.add_typer(tokens.tokens, name="token")


def carry_out(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code."""
    as_json = "--json" in arguments
    try:
        return _invoke(arguments)
    except (Refused, DefinitionError, UnicodeEncodeError) as no:
        return refuse(_reasons(no), as_json)
    except typer.TyperException as wrong:
        return wrong_usage(wrong, as_json)
    except typer.Abort:
        return STOPPED
    except HouseDown as down:
        return faults.down(down, arguments)
    except Exception as error:
        reason = faults.misnamed(error) if isinstance(error, OSError) else ""
        return refuse([reason], as_json) if reason else faults.broken(error, arguments)
    finally:
        close_all()


def _reasons(no: Refused | DefinitionError | UnicodeEncodeError) -> Sequence[str]:
    if isinstance(no, UnicodeEncodeError):
        return [f"something you typed cannot be used: {UNSTORABLE}"]
    return no.reasons if isinstance(no, Refused) else no.faults


def _wanted(arguments: Sequence[str]) -> typer.Typer:
    """The command somebody means, alone: to read the options of all of them takes longer."""
    name = arguments[0] if arguments else ""
    alone = _program()
    alone.registered_commands = [c for c in app.registered_commands if c.name == name]
    alone.registered_groups = [g for g in app.registered_groups if g.name == name]
    if not alone.registered_commands and not alone.registered_groups:
        return app
    # With a callback even one command is a command of a program, and keeps its name.
    alone.callback()(_nothing)
    return alone


def _nothing() -> None:
    """Nothing is done for every command alike."""


def _invoke(arguments: Sequence[str]) -> int:
    command = typer.main.get_command(_wanted(arguments))
    try:
        result = command(args=list(arguments), prog_name="waymark", standalone_mode=False)
    except SystemExit as ended:
        # Typer leaves this way where nobody reads its help any more.
        return DONE if isinstance(ended.__context__, OSError) else BROKEN
    return result if isinstance(result, int) else DONE
