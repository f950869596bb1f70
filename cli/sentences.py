"""The shapes of the API, in words for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cli.output import counted, one_line
from engine.length import Length, in_words, parse_instant
from engine.notices import STANDING_WORDS
from engine.replies import REPLIES
from engine.roles import labels


def case_words(document: Mapping[str, Any]) -> list[str]:
    """A case in words: where it is, what is due and why, who owes something."""
    lines = [f"{document['reference']}  {document['label']}  stage: {document['stage_label']}"]
    running = [d for d in document["deadlines"] if d["status"] in ("running", "breached", "held")]
    lines += [_deadline_words(found) for found in sorted(running, key=lambda d: d["due"])]
    for found in document["tasks"]:
        if found["status"] == "open":
            due = f", by {found['due_words']}" if found["due"] else ""
            said = f"; said: {_said(found['reply'])}" if found["reply"] else ""
            asked = one_line(f"{found['label']}: {found['agency']}{due}{said}")
            lines.append(f"  waiting  {found['id']} {asked}")
    return lines


def alike_words(document: Mapping[str, Any]) -> list[str]:
    """Where the case may be of the same child as another one."""
    return [
        f"  alike    {a['reference']}: may be the same child; the same: {', '.join(a['facts'])}"
        for a in document["alike"]
    ]


def task_words(document: Mapping[str, Any]) -> list[str]:
    """Of each task who answered what; of an open one, whether they were reached and what to do."""
    lines = []
    for task in document["tasks"]:
        if task["status"] == "open":
            lines.append("  mail     " + one_line(f"{task['id']} {task['told']['words']}"))
            lines += _replied(task)
        elif task["settled_on"]:
            on = in_words(date.fromisoformat(task["settled_on"]))
            answer = (task["answer"] or task["status"]).replace("_", " ")
            done = one_line(f"{task['label']}: {task['agency']}: {answer}, {on}")
            lines.append(f"  settled  {task['id']} {done}")
    return lines


def _replied(task: Mapping[str, Any]) -> list[str]:
    """What the recipient last said, and the commands that do what they ask for."""
    said = task["said"]
    letters = [f"waymark letters show {number}" for number in task["told"]["letters"]]
    words = [one_line(f"{task['id']} {said['words']}")] if said else []
    commands = [*(said["next"] if said else ()), *letters]
    return [*(f"  said     {line}" for line in words), *(f"             {c}" for c in commands)]


def _said(reply: str) -> str:
    kind, _, by = reply.partition(" ")
    return REPLIES[kind] + (f", but by {in_words(date.fromisoformat(by))}" if by else "")


def _deadline_words(found: Mapping[str, Any]) -> str:
    mark = {"breached": "LATE", "held": "on hold"}.get(found["status"], "due")
    moved = found["due"] != found["raw_due"]
    raw = f" (without holds or extensions {found['raw_due_words']})" if moved else ""
    length = Length.parse(found["length"]).in_words()
    authority = STANDING_WORDS[found["standing"]].lower()
    named = f"{found['label']} [{found['name']}]"
    return f"  {mark:9}{found['due_words']}{raw}  {named}: {length}, {authority}"


def receipt_words(document: Mapping[str, Any]) -> list[str]:
    """What a step changed, and who will be told."""
    told = ", ".join(document.get("told", ())) or "nobody"
    owed = f"  {counted(document['owed'], 'message')} owed, to: {told}"
    return [*case_words(document), owed, *_nobody_words(document)]


def dry_words(document: Mapping[str, Any]) -> list[str]:
    """What a step would change, and who would be told of what."""
    told = [
        f"    {addressee(m)}: {m['title']}{' (urgent)' if m['urgent'] else ''}"
        for m in document["told"]
    ]
    owed = f"  It would owe {counted(document['owed'], 'message')}{':' if told else '.'}"
    first = "Nothing was saved. It would leave the case like this:"
    return [first, *case_words(document), owed, *told, *_nobody_words(document)]


def addressee(found: Mapping[str, Any]) -> str:
    """Whom a message is for: the address, where there is one, and the role."""
    return f"{found['recipient'] or 'nobody'} ({labels(found['role'])})"


def _nobody_words(document: Mapping[str, Any]) -> list[str]:
    nobody = document.get("nobody_holds")
    if not nobody:
        return []
    roles = labels(",".join(nobody))
    return [f"  Nobody holds: {roles}. Tell them another way; add somebody to the directory."]


def message_words(document: Mapping[str, Any]) -> list[str]:
    """A message in words: to whom, what, since when, each try, what came back, and its link."""
    about = f"{document['title']} to {document['recipient'] or 'nobody'} ({document['state']})"
    lines = [about, f"  {document['about'].get('asks', '')}"]
    case = f"case {document['case']}" if document["case"] else "of no case"
    owed = f"{_when(document['owed_at'])}, {case}, to {labels(document['role'])}"
    lines += [f"  owed     {owed}", f"  mail     {document['message_id']}"]
    for tried in document["attempts"]:
        lines += [f"  {tried['at']} {tried['verdict']}: {tried['words']}", _try_words(tried)]
    if document["next_at"]:
        lines.append(f"  next     not before {_when(document['next_at'])}")
    lines += [f"  letter   {_letter_words(letter)}" for letter in document["letters"]]
    return [*lines, *(f"  link     {words}" for words in _link_words(document["link"]))]


def _try_words(tried: Mapping[str, Any]) -> str:
    known = {"at": tried["moment"], "code": tried["code"], "wording": tried["template"],
             "queue id": tried["queue_id"]}  # fmt: skip
    return "    " + ", ".join(f"{name} {value}" for name, value in known.items() if value)


def _letter_words(letter: Mapping[str, Any]) -> str:
    kind = " ".join(filter(None, (letter["failure"], letter["kind"])))
    sender = letter["sender"] or "nobody who can be told"
    when = _when(letter["received_at"])
    return one_line(f"{letter['id']} ({kind}, {letter['status']}) from {sender}, {when}")


def _link_words(link: Mapping[str, Any] | None) -> list[str]:
    if link is None:
        return ["there is none: it asks for nothing"]
    lines = [f"used {_when(e['at'])}: event {e['sequence']} ({e['kind']})" for e in link["used"]]
    if link["revoked_at"]:
        lines.append(f"taken back by {link['revoked_by']}, {_when(link['revoked_at'])}")
    return lines or ["nothing was done by it"]


def _when(instant: str) -> str:
    return in_words(parse_instant(instant))
