"""A definition is stored as text for as many years as a case stays open, and read back exactly."""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, fields, replace
from datetime import date, time
from typing import Any

import pytest

from config.timescales import load
from engine import codec
from engine.conditions import All, Equals, Not
from engine.definition import Process
from engine.errors import DefinitionError
from engine.length import Length
from engine.publishing import (
    digest,
    from_json,
    rules_digest,
    rules_from_json,
    rules_to_json,
    to_json,
)
from engine.rules import Rulebook
from tests.engine.small import (
    COLOUR,
    STAGES,
    process,
    rulebook,
)
from tests.engine.small import rule as small_rule
from tests.engine.test_conditions import kinds
from workflows.catalogue import PROCESSES

SMALL = process()
EVERY = [SMALL, *PROCESSES.values()]


@pytest.mark.parametrize("published", EVERY, ids=lambda p: p.key)
def test_a_process_comes_back_exactly(published: Process) -> None:
    """Written and read again, a process is the same value with the same digest."""
    again = from_json(to_json(published))
    assert again == published
    assert to_json(again) == to_json(published)
    assert digest(again) == digest(published)


def test_a_rulebook_comes_back_exactly() -> None:
    """Written and read again, the numbers are the same value with the same digest."""
    changed = replace(
        small_rule("stay"), until=date(2026, 3, 1), closes=time(17), extensions=0, override=True,
        length=Length(-7, "wd"), variant="fast", start="planned_on",
    )  # fmt: skip
    for rules in (Rulebook("two", (changed, small_rule("work"))), load(), Rulebook("none", ())):
        again = rules_from_json(rules_to_json(rules))
        assert again == rules
        assert rules_digest(again) == rules_digest(rules)


def test_the_text_is_canonical() -> None:
    """One definition has one text: keys in order, no spaces, letters as themselves."""
    text = to_json(replace(SMALL, label="Prüfung – klein"))
    canonical = json.dumps(
        json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert text == canonical
    assert "Prüfung – klein" in text


def test_the_digest_is_the_fingerprint_of_the_text() -> None:
    """Anybody can check a digest with a tool of their own."""
    assert digest(SMALL) == hashlib.sha256(to_json(SMALL).encode("utf-8")).hexdigest()


def test_a_stored_definition_keeps_its_text_for_ever() -> None:
    """The text of a condition and a rule written years ago is still the text written today."""
    condition = All((Equals("colour", "red"), Not(COLOUR.recorded)))
    assert codec.write(condition) == (
        '{"class":"All","parts":[{"class":"Equals","fact":"colour","value":"red"},'
        '{"class":"Not","part":{"class":"Recorded","fact":"colour"}}]}'
    )
    assert codec.write(Rulebook("one", (small_rule("work"),))) == (
        '{"class":"Rulebook","edition":"one","rules":[{"citation":"The length is a local default."'
        ',"class":"Rule","ladder":[{"at":"-1wd","class":"Rung","to":["business_manager"]},'
        '{"at":"+1wd","class":"Rung","to":["review_chair"]}],"length":"5wd","process":"small",'
        '"since":"2020-01-01","standing":"default","timescale":"work"}]}'
    )


# A field left out of a stored text means its default, so these may be added to, never changed.
DEFAULTS = {
    "Asked.count": "1", "Fact.choices": "[]", "Fact.identifying": "false", "Fact.kind": '"text"',
    "Fact.now": "false", "Fact.past": "false", "MetBy.all_facts": "[]", "MetBy.asked": '""',
    "MetBy.facts": "[]", "MetBy.left": "[]", "MetBy.stages": "[]",
    "NoticeRule.otherwise": '"Nothing is asked of you beyond this."',
    "NoticeRule.urgent": "false", "NoticeRule.when": '{"class":"Always"}',
    "Process.hold_kinds": "[]", "Process.invariants": "[]",
    "Process.keepers": '["business_manager"]', "Process.link_kinds": "[]",
    "Process.parties_fact": '""', "Process.prefix": '"WM"', "Rule.closes": '"23:59:59"',
    "Rule.extensions": "null", "Rule.ladder": "[]", "Rule.override": "false", "Rule.start": '""',
    "Rule.until": "null", "Rule.variant": '""', "Stage.final": "false", "Stage.owner": '""',
    "TaskKind.asked_by": "[]", "TaskKind.asks": '""', "TaskKind.on_behalf": '["business_manager"]',
    "TaskKind.otherwise": '""', "TaskKind.stages": "[]", "Timescale.alternatives": "[]",
    "Timescale.cap": "null", "Timescale.escalates": '""', "Timescale.holds": "[]",
    "Timescale.lasting": "false", "Timescale.outlives": "false", "Timescale.recurring": "false",
    "Timescale.urgent": "false", "Timescale.variants": "[]",
    "Timescale.when": '{"class":"Always"}', "Transition.answers": '""', "Transition.anew": "[]",
    "Transition.asks": "[]", "Transition.dated_by": '""', "Transition.needs": '{"class":"Always"}',
    "Transition.offers": '""', "Transition.orders": "[]", "Transition.reopens": "false",
    "Transition.settled": '""', "Transition.stamps": "[]", "Transition.when": '{"class":"Always"}',
}  # fmt: skip


def test_what_a_stored_definition_leaves_out_never_changes_its_meaning() -> None:
    """A default that a stored text relies on is the default it was written with."""
    found = {
        f"{name}.{field.name}": codec.write(field.default)
        for name, kind in codec.REGISTER.items()
        for field in fields(kind)
        if field.init and field.default is not MISSING
    }
    assert {name: found.get(name) for name in DEFAULTS} == DEFAULTS


def test_every_value_class_can_be_stored() -> None:
    """No part of a declaration is missing from the register, and nothing else is in it."""
    parts = {
        "Process", "Stage", "Transition", "Order", "TaskKind", "Choice", "Fact", "Timescale",
        "LaterOf", "FirstKnown", "Entered", "TaskAsked", "Passes", "MetBy", "Variant", "Cap",
        "NoticeRule", "Invariant", "Rulebook", "Rule", "Rung",
    }  # fmt: skip
    assert codec.REGISTER.keys() == parts | {kind.__name__ for kind in kinds()}


def test_only_plain_values_can_be_stored() -> None:
    """A list, a number with a point, a function or half a letter never reaches the store."""
    stage = STAGES[0]
    for wrong in (["list"], 1.5, len, b"x", "half \ud800", {"a": 1}):
        with pytest.raises(DefinitionError):
            codec.write(replace(stage, owner=wrong))  # type: ignore[arg-type]


WRONG: list[tuple[str, str]] = [
    ("", "it is not JSON from line 1 on"),
    ("{", "it is not JSON from line 1 on"),
    ('{"a":\n\n x}', "it is not JSON from line 3 on"),
    ("null", "the definition: an object is needed"),
    ("[]", "the definition: an object is needed"),
    ("{}", "the definition: one of these is needed: Process"),
    ('{"class":"Stage","key":"a","label":"A"}', "the definition: one of these is needed: Process"),
    ('{"class":["Process"]}', "the definition: one of these is needed: Process"),
    ('{"class":"Process","key":"a","key":"b"}', "one object names the same field twice"),
    ('{"class":"Process","bogus":1}', "the definition > Process: it has no field 'bogus'"),
    ('{"class":"Process","key":1}', "the definition > Process: text is needed"),
    ('{"class":"Process","key":"\\ud800"}', "the definition > Process: a text holds half a letter"),
    ('{"class":"Process","stages":{}}', "the definition > Process: a list is needed"),
    ("NaN", "it holds a number or a text that cannot be read"),
    ("1" * 5000, "it holds a number or a text that cannot be read"),
    ("[" * 100_000, "it is nested too deeply to be a definition"),
]


@pytest.mark.parametrize(("text", "fault"), WRONG, ids=[fault for _, fault in WRONG])
def test_a_text_that_is_no_process_is_refused_in_words(text: str, fault: str) -> None:
    """Whatever stands there instead of a process, the answer says what is wrong and where."""
    with pytest.raises(DefinitionError) as refused:
        from_json(text)
    assert refused.value.faults == (fault,)


def test_a_condition_nested_without_end_is_refused() -> None:
    """No text can exhaust the reader, however deep it goes."""
    stored = json.loads(to_json(SMALL))
    deep: Any = {"class": "Always"}
    for _ in range(200):
        deep = {"class": "Not", "part": deep}
    stored["transitions"][0]["needs"] = deep
    with pytest.raises(DefinitionError, match="nested too deeply"):
        from_json(json.dumps(stored))


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("length", "soon", "a length cannot be written so"),
        ("length", 5, "text is needed"),
        ("since", "2026-02-30", "a date cannot be written so"),
        ("closes", "17", "a time cannot be written so"),
        ("closes", "17:00:00+01:00", "a time cannot be written so"),
        ("extensions", True, "a whole number of at most 1000000 is needed"),
        ("extensions", 10**7, "a whole number of at most 1000000 is needed"),
        ("override", 1, "true or false is needed"),
        ("ladder", [["-1wd", []]], "an object is needed"),
        ("citation", None, "text is needed"),
    ],
)
def test_a_faulty_number_is_refused_in_words(key: str, value: Any, fault: str) -> None:
    """A stored rulebook is read no more trustingly than a process."""
    stored = json.loads(rules_to_json(rulebook()))
    stored["rules"][0][key] = value
    with pytest.raises(DefinitionError) as refused:
        rules_from_json(json.dumps(stored))
    assert refused.value.faults == (f"the definition > Rulebook > Rule: {fault}",)


def test_a_stored_process_with_faults_is_refused_with_every_fault() -> None:
    """Reading a stored definition checks it like a declared one."""
    stored = json.loads(to_json(SMALL))
    stored["keepers"] = ["boss"]
    stored["parties_fact"] = "ghost"
    with pytest.raises(DefinitionError) as refused:
        from_json(json.dumps(stored))
    assert len(refused.value.faults) == 2
