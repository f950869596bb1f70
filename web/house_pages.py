"""The pages about the house itself: its people, processes and timescales, and how it is."""

from __future__ import annotations

from collections.abc import Iterator

from starlette.responses import Response

from engine.definition import Process
from engine.errors import Absent
from engine.health import concerns, faults
from engine.notices import STANDING_WORDS
from engine.roles import label
from engine.rules import Rulebook
from engine.wording import WordsView
from web import drawing
from web.doors import KEEPERS, SIGNED_IN, Asked, Door
from web.listing import Cell, Table, listing
from workflows.monitoring import signs_of, words_of


def people_page(asked: Asked) -> Response:
    """The directory, with who deputises for what."""
    with asked.premises.house.store.begin() as work:
        people = work.people.directory().people
    rows = [(p.name, p.email, p.agency, _roles(p.roles)) for p in people]
    table = Table("Everybody in the directory", ("Name", "Email", "Agency", "Roles"), rows)
    intro = ("Whoever looks after the house changes it from a file: waymark people import.",)
    return listing(asked, "People", table, intro=intro)


def _roles(roles: frozenset[str]) -> str:
    return ", ".join(label(role) for role in sorted(roles))


def processes_page(asked: Asked) -> Response:
    """The processes of this house, as new cases open under them."""
    with asked.premises.house.store.begin() as work:
        current = list(work.library.openable().values())
    rows: list[list[Cell]] = [
        [(p.label, f"/processes/{p.key}"), p.version, len(p.stages), p.purpose] for p in current
    ]
    columns = ("Process", "Version", "Stages", "What it is for")
    return listing(asked, "Processes", Table("What this house runs", columns, rows))


def process_page(asked: Asked) -> Response:
    """One process: its stages as a picture and in words, who may do what, and its timescales."""
    key = asked.path["process"]
    with asked.premises.house.store.begin() as work:
        process = work.library.openable().get(key)
        if process is None:
            raise Absent(["there is no such process"])
        _, rules = work.library.current_rules()
    stages = [(s.label, label(s.owner) if s.owner else "", "yes" if s.final else "")
              for s in process.stages]  # fmt: skip
    return listing(
        asked,
        process.label,
        Table("Stages", ("Stage", "Who has the next move", "Ends the case"), stages),
        Table("Actions", ("Action", "From", "To", "Who may", "Needs"), list(_actions(process))),
        Table(
            "Timescales",
            ("Timescale", "How long", "Standing", "Source"),
            list(_timescales(process, rules)),
        ),
        intro=(process.purpose,),
        pictures=(drawing.stages(process),),
        back=("Processes", "/processes"),
    )


def _actions(process: Process) -> Iterator[tuple[str, ...]]:
    view = WordsView(process)
    named = {stage.key: stage.label for stage in process.stages}
    for t in process.transitions:
        yield (
            t.label,
            ", ".join(named[s] for s in t.sources) or "new",
            named[t.target] if t.target else "stays",
            ", ".join(label(role) for role in t.who),
            t.needs.words(view),
        )


def _timescales(process: Process, rules: Rulebook) -> Iterator[tuple[str, ...]]:
    for rule in rules.rules:
        if rule.process == process.key and rule.timescale in process.timescale_by_key:
            name = process.timescale_by_key[rule.timescale].label
            variant = f" ({rule.variant})" if rule.variant else ""
            standing = STANDING_WORDS[rule.standing]
            yield f"{name}{variant}", rule.length.in_words(), standing, rule.citation


def health_page(asked: Asked) -> Response:
    """Whether time is kept and messages go out, as a supervisor is told."""
    signs = signs_of(asked.premises)
    wrong = [(fault,) for fault in (*faults(signs), *concerns(signs))]
    table = Table("What needs somebody", ("What",), wrong, "Nothing.")
    return listing(asked, "How the house is", table, intro=words_of(signs))


DOORS = (
    Door("/health-of-the-house", "GET", "health-page", KEEPERS, health_page),
    Door("/people", "GET", "people", SIGNED_IN, people_page),
    Door("/processes", "GET", "processes", SIGNED_IN, processes_page),
    Door("/processes/{process}", "GET", "process", SIGNED_IN, process_page),
)
