"""R1: cut off at any point whatever, a command leaves a whole house, and can be done again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import Refused
from tests import postgres
from tests.crash.bench import Bench, Cut
from tests.crash.commands import COMMANDS, Command
from tests.crash.premises import found, furnish
from tests.crash.sink import Sink, listening
