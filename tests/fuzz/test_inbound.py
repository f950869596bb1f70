"""S7: damaged mail. Whatever comes in is read as one letter, and damage makes no answer of it.

FUZZ_TO=100 makes the run of a release.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from notifications.bounces import LONGEST_WORDS, Bounce, bounce, found_in
from notifications.inbound import KINDS, Letter, letter, read
from notifications.parts import parse
from notifications.reply_text import MOST_WORDS
from tests.fuzz.damage import TIMES, damaged, seeds
from tests.notifications import letters
from tests.notifications.letters import DOMAIN

MACHINES = [sample.raw for sample in (*letters.automatic(), *letters.away())]
BOUNCES = [bounced.raw for bounced in letters.bounces()]
RAW = [*(sample.raw for sample in letters.answers()), *MACHINES, *BOUNCES]
# By its subject or headers; a damaged calendar, and words alone, are no sure sign.
SURE = [raw for raw in MACHINES if b"VCALENDAR" not in raw][:-1]
BYTES = (
    b"\x00", b"\xff\xfe", b"\r", b"\n\n", b"\r\n\r\n", b"\n--=_b\n", b"\n--=_b--\n", b"\x80" * 40,
    b"Content-Type: multipart/mixed; boundary=\"\"\n", b"Content-Transfer-Encoding: base64\n",
    b"Content-Type: text/plain; charset=punycode\n", b"boundary*0*=utf-8''%FF; boundary*1=x",
    b"Content-Transfer-Encoding: x-uuencode\n", b"charset*=zip'en'x", b"=?utf-8?b?=?=", b"&#" * 99,
    b"Date: Fri, 99 Jan 0000 99:99:99 -9999\n", b"From: ((((<<<<\"\"\"@@@@\n", b"<!--", b"<style>",
)  # fmt: skip


def mutated(dice: Random) -> bytes:
    """A letter with damage to its text, its bytes, or its parts and those of another."""
    raw: bytes = dice.choice(RAW)
    if dice.random() < 0.6:
        raw = damaged(raw.decode("latin-1"), dice).encode("utf-8", "surrogatepass")
    for _ in range(dice.choice((0, 0, 1, 2, 5))):
        at = dice.randint(0, len(raw))
        raw = raw[:at] + dice.choice(BYTES) + raw[at + dice.choice((0, 0, 1, 30)) :]
    if dice.random() < 0.2:
        other = dice.choice(RAW)
        raw = raw[: dice.randint(0, len(raw))] + other[dice.randint(0, len(other)) :]
    return raw.replace(b"\n", b"\r\n") if dice.random() < 0.2 else raw


def sound(found: Letter, told: Bounce | None) -> bool:
    """A letter and a bounce within their bounds; only an answer proposes one."""
    words = found.words.replace("\n", "")
    bounced = told is None or (len(told.words) <= LONGEST_WORDS and told.words.isprintable())
    proposes = not found.answer or (found.kind == "answer" and told is None)
    bounded = len(found.words) <= MOST_WORDS and words.isprintable()
    return bounced and proposes and bounded and found.kind in KINDS


@pytest.mark.parametrize("part", range(20))
def test_damaged_mail_is_read_as_one_letter(part: int) -> None:
    """1,000 damaged mails: no exception, even without the net; every kind still turns up."""
    kinds: Counter[str] = Counter()
    for seed in seeds(50):
        raw = mutated(Random(f"mail {part} {seed}"))
        found, told = letter(raw, DOMAIN), found_in(parse(raw), DOMAIN)
        assert sound(found, told), (part, seed)
        assert (read(raw, DOMAIN), bounce(raw, DOMAIN)) == (found, told), (part, seed)
        kinds[found.kind] += 1
    assert kinds["answer"] >= 10 * TIMES
    assert kinds["unreadable"] >= TIMES


@pytest.mark.parametrize("part", range(4))
def test_damage_never_makes_an_answer(part: int) -> None:
    """S8: 400 machines' letters, damaged below their headers: none becomes an answer."""
    for seed in seeds(100):
        dice = Random(f"machine {part} {seed}")
        head, _, body = dice.choice(SURE).partition(b"\n\n")
        text = damaged(body.decode("latin-1"), dice).encode("utf-8", "surrogatepass")
        found = letter(head + b"\n\n" + text, DOMAIN)
        assert (found.kind != "answer", found.answer) == (True, ""), (part, seed)
