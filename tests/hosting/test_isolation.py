"""S3: whatever is tried in one house by whatever name, nothing of another house is found.

Houses of one host share references (each has an RR-2024-0001) and people of the same names, so a
mistake would show the other's case instead of nothing. HOST_PROBES sets how many are tried.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from engine import casework
from engine.answering import question
from engine.casework import Caller
from engine.errors import Refused
from engine.keys import key_of
from tests.hosting.conftest import NAMES, Hosted
from web.host import HostPages
from workflows.hosting import Host
from workflows.wiring import Premises

PROBES = int(os.environ.get("HOST_PROBES", "500"))


class Ways:
    """Every way into a house by a name somebody may know: of a case, a person, a message, a key."""

    def __init__(self, premises: Premises) -> None:
        self.premises, self.house = premises, premises.house

    def show(self, reference: str, _who: str, _key: str) -> Any:
        return casework.look_up(self.house, reference).case

    def record(self, reference: str, who: str, _key: str) -> Any:
        return casework.note(self.house, reference, Caller(who), "x").case

    def export(self, reference: str, _who: str, _key: str) -> Any:
        with self.house.store.begin() as work:
            return work.cases.events(reference)

    def messages(self, reference: str, _who: str, _key: str) -> Any:
        with self.house.store.begin() as work:
            return [asdict(message) for message in work.outbox.list(case=reference)]

    def link(self, _reference: str, _who: str, key: str) -> Any:
        return question(self.house, key)

    def listed(self, _reference: str, who: str, _key: str) -> Any:
        with self.house.store.begin() as work:
            people = work.people.directory()
            return people.find(who), work.cases.lines(self.house.clock.now())

    def every(self) -> list[Callable[[str, str, str], Any]]:
        return [self.show, self.record, self.export, self.messages, self.link, self.listed]


def known_in(premises: Premises) -> tuple[list[str], list[str]]:
    """The references and the keys of a house."""
    with premises.store.begin() as work:
        messages = work.outbox.list()
        keys = [key_of(premises.store.secret, m) for m in messages]
        return list(work.cases.references()), keys


@pytest.fixture
def host(hosted: Hosted) -> Iterator[Host]:
    made = Host(hosted.folder)
    yield made
    made.close()


def test_nothing_is_found_across_houses(hosted: Hosted, host: Host) -> None:
    """Random (house, person, reference, key) by every way in: nobody else's word ever appears."""
    dice, known = random.Random(3), {}
    for name in NAMES:
        with host.visit(name) as premises:
            known[name] = known_in(premises)
    for probe in range(PROBES):
        here, other = dice.sample(NAMES, 2)
        reference = dice.choice([*known[other][0], "RR-2024-0099", "LCSPR-2024-0001"])
        key = dice.choice(known[other][1])
        who = f"{dice.choice(['business.manager', 'panel.chair'])}@{other}-partnership.example"
        with host.visit(here) as premises:
            way = dice.choice(Ways(premises).every())
            try:
                found = repr(way(reference, who, key))
            except Refused as refused:
                found = " ".join(refused.reasons)
        foreign = [hosted.canary(name) for name in NAMES if name != here]
        foreign += [f"@{name}-partnership" for name in NAMES if name != here]
        assert not [word for word in foreign if word in found], (probe, way, here, other)


def test_what_is_elsewhere_and_what_is_nowhere_look_the_same(hosted: Hosted, host: Host) -> None:
    """A case only the largest house has, and one nobody has; another's key, and an invented one."""
    with host.visit(NAMES[-1]) as premises:
        references, keys = known_in(premises)
    with host.visit(NAMES[0]) as premises:
        ways = Ways(premises)
        told = [refusal(ways.show, each) for each in (references[-1], "RR-2024-0099")]
        assert told[0] == told[1]
        told = [refusal(ways.link, "", key) for key in (keys[0], "1234-abcd", keys[0][::-1])]
        assert told[0] == told[1] == told[2]
    home = hosted.home(NAMES[0])
    for words in (["show"], ["export"], ["verify"], ["outbox", "list", "--case"]):
        elsewhere = home.run(*words, references[-1], "--json")
        nowhere = home.run(*words, "RR-2024-0099", "--json")
        assert (elsewhere.code, elsewhere.out) == (nowhere.code, nowhere.out)


def refusal(way: Callable[[str, str, str], Any], reference: str, key: str = "") -> list[str]:
    with pytest.raises(Refused) as refused:
        way(reference, "nobody@x.example", key)
    return list(refused.value.reasons)


def test_a_link_opens_in_its_own_house_alone(hosted: Hosted, host: Host) -> None:
    """By name of the host and by path; elsewhere it is as an invented one is."""
    with host.visit(NAMES[1]) as premises:
        _, keys = known_in(premises)
    client = TestClient(HostPages(host))
    for key in keys[:3]:
        pages = {
            name: [
                client.get(f"/{name}/r/{key}"),
                client.post(f"/{name}/r/", data={"key": key}),
                client.get(f"/r/{key}", headers={"Host": f"{name}.reviews.example"}),
            ]
            for name in NAMES
        }
        invented = client.get(f"/{NAMES[0]}/r/1234-abcd")
        assert invented.status_code == 404
        for name in (NAMES[0], NAMES[2]):
            assert {page.text for page in pages[name]} == {invented.text}
    assert client.get("/nowhere/r/x").status_code == 404
    assert client.get("/health").status_code == 404
    assert client.get(f"/{NAMES[0]}/ready").status_code == 200


def test_each_house_of_a_database_has_a_schema_and_nothing_beside_it(hosted: Hosted) -> None:
    """No table of a house stands where another house, or nobody, would look."""
    if not hosted.url:
        files = sorted((hosted.folder / "houses").glob("*/waymark.db"))
        assert [file.parent.name for file in files] == list(NAMES)
        return
    with psycopg.connect(hosted.url.replace("+psycopg", "")) as wire:
        rows = wire.execute(
            "SELECT table_schema, count(*) FROM information_schema.tables WHERE table_schema"
            " NOT IN ('pg_catalog', 'information_schema') GROUP BY 1 ORDER BY 1"
        ).fetchall()
    assert [schema for schema, _ in rows] == [
        "house_alderley",
        "house_birchdale",
        "house_cedar_vale",
    ]
    assert len({number for _, number in rows}) == 1
