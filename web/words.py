"""What the words of the console mean, for somebody who has never seen it."""

from __future__ import annotations

from starlette.responses import Response

from web.doors import ANYBODY, Asked, Door

WORDS = (
    ("National Panel", "The Child Safeguarding Practice Review Panel, set up by the Children Act"
     " 2004: it is notified of serious incidents and reads every rapid review."),
    ("Case Review Panel", "The partnership's own body of senior managers, which meets on serious"
     " incidents and commissions practice reviews."),
    ("Child Death Overview Panel", "Looks at every child's death in the area, with all names"
     " removed, and says what could be changed."),
    ("Review", "One rapid review, practice review, child death review or dispute. Its reference,"
     " such as RR-2026-0001, comes from nothing about the child."),
    ("Stage", "Where a review is."),
    ("Date", "When something is due. Each one can say why it falls when it does."),
    ("Standing", "What a date rests on: law or statutory guidance, national guidance, a local"
     " agreement, or a default that nobody has published."),
    ("Late", "A date that passed undone. Met late: it was done afterwards."),
    ("On hold", "Something outside the review stops some of its clocks. A statutory clock is never"
     " stopped."),
    ("Extension", "A later day for one date, agreed, with a reason; the first date stays in view."),
    ("Provisional", "Counted on bank holidays that are not announced yet."),
    ("Kept apart", "It identifies somebody. It is not shown here, and stands in no message."),
    ("Owed", "A message that must be sent: it is tried until the mail server takes it, refuses it"
     " for good, or a person parks it."),
    ("Letter", "A reply or a notice of failure that came in. It proposes; a person confirms."),
)  # fmt: skip


def words_page(asked: Asked) -> Response:
    """The words and their meanings."""
    return asked.page("words.html", words=WORDS)


DOORS = (Door("/words", "GET", "words", ANYBODY, words_page),)
