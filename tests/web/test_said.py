"""The console's page of a case says of who was asked what `show` says, to whoever may read it."""

from __future__ import annotations

import html
from datetime import date

from engine import answering
from engine.replies import Reply
from tests.cli.desk import asked, inside
from tests.cli.driver import MANAGER, Home
from tests.web.rooms import Browser


def test_the_page_of_a_case_has_the_words_of_show(house: Home) -> None:
    """What was said, and how the mail fared; an auditor reads no word that somebody typed."""
    desk = asked(house)
    with inside(house) as premises:
        said = Reply("later", date(2025, 2, 3), "Quillfeather <b>is</b> at court.")
        answering.respond(premises.house, desk.key, "later", said)
        task = house.do("show", desk.reference)["tasks"][0]
        pages = {
            who: html.unescape(Browser(premises, who).get(f"/cases/{desk.reference}").text)
            for who in (MANAGER, "auditor@northmoor-partnership.example")
        }
    manager, auditor = pages.values()
    assert task["said"]["words"] in manager
    assert "1 message owed to them, the last of Thursday 2 January 2025 not sent yet" in manager
    assert "I cannot by then" in auditor
    assert "Quillfeather" not in auditor
