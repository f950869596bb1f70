"""Practice: the demonstration house, and a practice year run fast."""

from __future__ import annotations

import typer

commands = typer.Typer()
