"""`python -m cli` is `waymark`."""

from __future__ import annotations

from cli.app import main

main()
