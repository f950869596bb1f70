"""S7: guessed keys. Nobody who was not sent a key has one, however near the guess.

FUZZ_TO=100 makes the run of a release.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

import pytest

from engine import answering, feeds
from engine.casework import House
from engine.errors import Absent
from engine.keyring import Secret
from engine.keys import key_of
from engine.links import NO_SUCH_LINK, message_of
from engine.outbox import Message
from store.memory import MemoryStore
from tests.fuzz.damage import damaged, seeds
from tests.proof.houses import SECRET, HandClock
from tests.store.samples import NOW, a_message, furnish, keep, opening

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
MESSAGES = 40
OTHER = Secret.of(SECRET.latest.key + b"!")

Keys = Sequence[str]
Guess = Callable[[Keys, Random], str]


@pytest.fixture(scope="module")
def house() -> House:
    """A house that sent forty messages, each with a key of its own."""
    store = MemoryStore(SECRET, True, "Exampleshire", "mail.example")
    owed = [a_message(f"m{n}", f"lead@agency{n}.example") for n in range(MESSAGES)]
    keep(store, opening(furnish(store), owed=owed))
    return House(store, HandClock(NOW))


@pytest.fixture(scope="module")
def sent(house: House) -> list[Message]:
    with house.store.begin() as work:
        return list(work.outbox.list())


def _random(_: Keys, dice: Random) -> str:
    long = dice.choice((26, 20))
    return f"{dice.randint(1, MESSAGES)}.{''.join(dice.choices(LETTERS, k=long))}"


def _nearly(keys: Keys, dice: Random) -> str:
    key = list(dice.choice(keys))
    for _ in range(dice.randint(1, 3)):
        key[-dice.randint(1, 26)] = dice.choice(LETTERS)
    return "".join(key)


def _of_another(keys: Keys, dice: Random) -> str:
    one, other = dice.sample(keys, 2)
    return f"{one.partition('.')[0]}.{other.partition('.')[2]}"


def _cut_or_joined(keys: Keys, dice: Random) -> str:
    key = dice.choice(keys)
    return dice.choice((key[: -dice.randint(1, 26)], key + dice.choice(LETTERS), key + key[1:]))


def _damaged(keys: Keys, dice: Random) -> str:
    return damaged(dice.choice(keys), dice)


WAYS: tuple[Guess, ...] = (_random, _nearly, _of_another, _cut_or_joined, _damaged)


def asked(house: House, key: str) -> bool:
    """Whether a key opens anything; what it does not open is not there, in the same words."""
    try:
        answering.question(house, key)
    except Absent as absent:
        return absent.reasons != (NO_SUCH_LINK,)
    return True


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_guess_is_a_key(house: House, sent: list[Message], way: Guess) -> None:
    """10,000 guesses, by chance or from keys that are known: none opens a message."""
    keys = [key_of(SECRET, message) for message in sent]
    for seed in seeds(2_000):
        guess = way(keys, Random(f"key {way.__name__} {seed}"))
        if guess.strip().lower() not in keys:
            assert not asked(house, guess), guess


def test_the_key_of_another_house_opens_nothing(house: House, sent: list[Message]) -> None:
    """The number, recipient and task of a message are no secret: the house's own is."""
    assert not any(asked(house, key_of(OTHER, message)) for message in sent)


def test_each_message_is_found_by_its_own_key(house: House, sent: list[Message]) -> None:
    """Nothing above is tried on doors that never open."""
    with house.store.begin() as work:
        found = [message_of(house, work, f" {key_of(SECRET, m).upper()} ") for m in sent]
    assert found == sent


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_guess_is_the_address_of_a_calendar(
    house: House, sent: list[Message], way: Guess
) -> None:
    """10,000 guesses, by chance or from addresses that are known: none opens a feed."""
    tokens = [feeds.address(house, message.recipient) for message in sent]
    assert all(feeds.dates(house, token) == () for token in tokens)
    for seed in seeds(2_000):
        guess = way(tokens, Random(f"feed {way.__name__} {seed}"))
        if guess.strip().lower() not in tokens:
            with pytest.raises(Absent, match=re.escape(feeds.NO_SUCH_FEED)):
                feeds.dates(house, guess)
