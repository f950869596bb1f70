"""S7: damaged files. Each is refused in words, or is sound after all and can be worked with.

FUZZ_TO=100 makes the run of a release.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from config.directory import read_people, sample
from config.settings import FILE, Settings, load, settings_template
from config.timescales import read as read_rules
from engine import publishing
from engine.errors import DefinitionError, HouseDown, Refused
from engine.rules import Rulebook
from notifications.post import Post
from store.memory import MemoryStore
from tests.fuzz.damage import TIMES, damaged, seeds
from tests.proof.houses import SECRET
from tests.proof.plays import play
from workflows.catalogue import PROCESSES
from workflows.mailing import post_of

TIMESCALES = (Path(__file__).parents[2] / "config" / "timescales.toml").read_text("utf-8")
Given = TypeVar("Given")
Read = TypeVar("Read")
FULL_SETTINGS = """\
database = "postgresql+psycopg://waymark:secret@db.example.org/waymark?sslmode=verify-full"
area = "Exampleshire"
partnership = "Exampleshire Safeguarding Children Partnership"
phone = "01632 960000"

[mail]
host = "smtp.example.org"
port = 587
security = "starttls"
username = "waymark"
password = "hunter2-canary"
sender = "case-reviews@example.org"
sender_name = "Case reviews"
reply_to = "support-team@example.org"
domain = "example.org"
batch = 20
lease = 3000

[mail.timeouts]
connect = 30
command = 60
after_dot = 600
"""


def tried(read: Callable[[Given], Read], given: Given) -> Read | str:
    """What was read, or the words in which it was refused; a NUL where there are none."""
    try:
        return read(given)
    except (DefinitionError, HouseDown, Refused) as no:
        return str(no) or "\0"


def worked(rules: Rulebook, seed: int) -> None:
    """Rules that were accepted can be kept, read again, and worked with."""
    assert publishing.rules_from_json(publishing.rules_to_json(rules)) == rules
    process = PROCESSES[sorted(PROCESSES)[seed % len(PROCESSES)]]
    play(process, seed, moves=12, rules=rules)


@pytest.mark.parametrize("part", range(10))
def test_a_damaged_timescales_file_is_refused_or_works(part: int) -> None:
    """200 damaged files: only DefinitionError, with a fault in words."""
    refused = 0
    for seed in seeds(20):
        dice = Random(f"timescales {part} {seed}")
        read = tried(read_rules, damaged(_some_rules(dice), dice))
        if isinstance(read, Rulebook):
            worked(read, seed)
        else:
            refused += 1
            assert read.isprintable(), (part, seed)
    assert refused >= 5 * TIMES


def _some_rules(dice: Random) -> str:
    """The whole file, or a few rules of it: less text, and so more damage to each."""
    if dice.random() < 0.3:
        return TIMESCALES
    head, *tables = TIMESCALES.split("[[rule]]")
    chosen = dice.sample(tables, dice.randint(1, 4))
    return "[[rule]]".join([head, *chosen])


@pytest.mark.parametrize("part", range(10))
def test_a_damaged_settings_file_is_refused_or_works(part: int, tmp_path: Path) -> None:
    """200 damaged files: only HouseDown, never with a secret; or a house may send with it."""
    refused = 0
    for seed in seeds(20):
        dice = Random(f"settings {part} {seed}")
        text = damaged(dice.choice((FULL_SETTINGS, settings_template())), dice)
        (tmp_path / FILE).write_bytes(text.encode("utf-8", "surrogatepass"))
        read = tried(partial(load, tmp_path), bool(seed % 2))
        told = read if isinstance(read, str) else tried(partial(_post, read), "courier")
        if isinstance(told, str):
            refused += 1
            assert told.isprintable(), (part, seed)
            assert "canary" not in told, (part, seed)
    assert refused >= 5 * TIMES


def _post(settings: Settings, courier: str) -> Post:
    return post_of(settings, courier, MemoryStore(SECRET))


@pytest.mark.parametrize("part", range(10))
def test_a_damaged_directory_is_refused_or_taken_whole(part: int) -> None:
    """300 damaged tables: only Refused; what is taken can be put into a house, and again."""
    refused = 0
    for seed in seeds(30):
        dice = Random(f"directory {part} {seed}")
        people = tried(read_people, damaged(sample(), dice))
        if isinstance(people, str):
            refused += 1
            assert people.isprintable(), (part, seed)
            continue
        with MemoryStore(SECRET).begin() as work:
            added, changed, _ = work.people.put(people)
            assert added + changed <= len(people)
            assert work.people.put(people)[:2] == (0, 0)
    assert refused >= 5 * TIMES
