"""The exit codes of every command."""

from __future__ import annotations

DONE = 0
REFUSED = 1
WRONG_USAGE = 2
BROKEN = 3
# What a shell gives a program that was stopped with Ctrl-C.
STOPPED = 130
