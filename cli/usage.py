"""Wrong usage in words, without repeating a value: a name may have slipped out of its quotes."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

import typer

from cli.codes import WRONG_USAGE
from cli.output import complain, show

_OPTION = re.compile(r"--?[a-z][a-z-]*")


def wrong_usage(wrong: typer.TyperException, as_json: bool) -> int:
    """Print what is wrong and how the command is used."""
    context = getattr(wrong, "ctx", None)
    if type(wrong).__name__ == "NoArgsIsHelpError":
        words, usage = "Say which command.", wrong.format_message()
    else:
        words, usage = _words(wrong, context), _usage(context)
    if as_json:
        show({"error": words, "usage": usage}, as_json=True)
    for line in (usage, words, _help(context)):
        if line:
            complain(line)
    return WRONG_USAGE


def _usage(context: Any) -> str:
    return str(context.get_usage()) if context else "Usage: waymark COMMAND [OPTIONS] [ARGS]..."


def _help(context: Any) -> str:
    return f"More: {context.command_path if context else 'waymark'} --help"


def _words(wrong: typer.TyperException, context: Any) -> str:
    said, kind = wrong.format_message(), type(wrong).__name__
    if kind == "NoSuchOption":
        return _no_option(str(getattr(wrong, "option_name", "")), said)
    if kind == "MissingParameter" or "requires" in said or "does not take" in said:
        return said
    if isinstance(wrong, typer.BadParameter):
        return _bad_value(wrong)
    if said.startswith("Got unexpected extra"):
        return "There are words too many. Put a text with spaces in it in quotation marks."
    return _no_command(said, context)


def _no_option(name: str, said: str) -> str:
    known = said.partition("Possible options:")[2].strip(" )")
    named = f" {name}" if _OPTION.fullmatch(name) else " like that"
    return f"There is no option{named}." + (f" Did you mean {known}?" if known else "")


def _bad_value(wrong: typer.BadParameter) -> str:
    hint = getattr(wrong, "param_hint", None) or ""
    if not hint and wrong.param is not None:
        hint = wrong.param.get_error_hint()
    _, denial, expected = wrong.message.partition(" is not ")
    needed = f"it is not {expected}" if denial else wrong.message
    if "integer" in needed:
        needed = "a whole number is needed, like 3"
    return f"{hint}: {needed}" if hint else needed


def _no_command(said: str, context: Any) -> str:
    commands: Mapping[str, object] = getattr(getattr(context, "command", None), "commands", {})
    typed = said.partition("'")[2].partition("'")[0]
    near = difflib.get_close_matches(typed, commands, 1)
    return "There is no such command." + (f" Did you mean {near[0]}?" if near else "")
