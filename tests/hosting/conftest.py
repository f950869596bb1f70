"""A host with three houses on either kind of database, each full of words of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url

from config.directory import read_people
from tests import postgres
from tests.cli.driver import SAMPLE, Home, command, refer
from workflows.hosting import Host

NAMES = ("alderley", "birchdale", "cedar-vale")


@dataclass(frozen=True)
class Hosted:
    """A host's folder, its houses, and the word that stands in each house's cases alone."""

    folder: Path
    url: str

    def home(self, name: str) -> Home:
        return Home(self.folder / "houses" / name)

    @staticmethod
    def canary(name: str) -> str:
        return f"Xylander-{name}-9000"


@pytest.fixture(scope="module", params=["files", "postgres"])
def hosted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hosted]:
    """A host nobody changes: its houses hold two, three and four cases."""
    tmp_path = tmp_path_factory.mktemp("hosted")
    if request.param == "files":
        yield made_host(tmp_path, "")
        return
    server = make_url(request.getfixturevalue("postgres_url"))
    with postgres.database_on(server) as url:
        yield made_host(tmp_path, url.render_as_string(hide_password=False))


def made_host(tmp_path: Path, url: str) -> Hosted:
    made = empty_host(tmp_path, url)
    for place, name in enumerate(NAMES):
        furnish(made, name, 2 + place)
    return made


@pytest.fixture
def plain_host(tmp_path: Path) -> Hosted:
    """A host of three houses without cases, each with a file of its own."""
    return empty_host(tmp_path, "")


def empty_host(tmp_path: Path, url: str) -> Hosted:
    folder, database = tmp_path / "host", ("--database", url) if url else ()
    assert command("host", "init", str(folder), *database).code == 0
    for name in NAMES:
        assert command("host", "add", name, "--practice", "--home", str(folder)).code == 0
    return Hosted(folder, url)


def furnish(hosted: Hosted, name: str, cases: int) -> None:
    """People and cases of one house; its references are also those of the others."""
    canary = hosted.canary(name)
    host = Host(hosted.folder)
    with host.visit(name) as premises, premises.store.begin() as work:
        text = SAMPLE.read_text("utf-8").replace("northmoor-partnership", f"{name}-partnership")
        work.people.put(read_people(text))
        work.commit()
    host.close()
    home = hosted.home(name)
    home.at("2024-12-20T16:45")
    for _ in range(cases):
        reference = refer(home)["reference"]
        home.do("note", reference, canary, "--as", f"business.manager@{name}-partnership.example")
