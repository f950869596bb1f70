"""One connection of a run: messages offered, given and settled, one after another."""

from __future__ import annotations

import asyncio
from collections import deque

from notifications.dialogue import Envelope
from notifications.outcome import Outcome
from notifications.run import LeaseLost, Letter, Run
from notifications.smtp import Connection, LostBefore


class Lane:
    """One connection of a run, and the messages that go over it one after another.

    ahead holds the message in hand, and the next one, which is written while the server thinks.
    """

    def __init__(self, run: Run, connection: Connection) -> None:
        self.run, self.connection = run, connection
        self.ahead: deque[Letter] = deque()
        self.trouble: Exception | None = None

    async def carry(self) -> None:
        """Send until nothing is left that this connection could send."""
        try:
            if self.connection is not self.run.connections[0]:
                await self.run.opened.wait()
            while self._has_next() and await self._carried():
                pass
        except LeaseLost:
            self.run.stopped = True
        except BaseException:
            self.run.stopped = True
            raise
        finally:
            self.run.opened.set()
            self.run.put_back(self.ahead)
            await self.connection.close()

    def _has_next(self) -> bool:
        if self.trouble is not None:
            raise self.trouble
        if self.ahead and not self.run.has_time(self.ahead[0].until):
            # Where it was offered already, this cannot be taken back in words.
            self.connection.abandon()
            self.run.let_go(letter.message for letter in self.ahead)
            self.ahead.clear()
        self._look_ahead(1)
        return bool(self.ahead) and not self.run.stopped

    def _look_ahead(self, letters: int) -> None:
        while len(self.ahead) < letters and (letter := self.run.next()) is not None:
            self.ahead.append(letter)

    async def _carried(self) -> bool:
        """Try the message in hand; tells whether this connection can go on."""
        if not self.connection.may_open:
            return False
        trouble = await self.connection.ready()
        if trouble is not None:
            self.run.is_away(self.ahead, trouble)
            return False
        self.run.opened.set()
        letter = self.ahead[0]
        try:
            outcome = await self._sent(letter)
        except LostBefore:
            return True
        except asyncio.CancelledError as stop:
            # Told to stop in the middle of a message: what is known of it is kept first.
            self.ahead.popleft()
            self.run.settle(letter.message, self.connection.broken_off(stop), letter.template)
            raise
        if outcome is not None:
            self.ahead.popleft()
            self.run.settle(letter.message, outcome, letter.template)
        return True

    async def _sent(self, letter: Letter) -> Outcome | None:
        """What became of one try; None where it was left at the last moment."""
        refused = await self.connection.offer(letter.envelope)
        if refused is not None:
            return refused
        if not self._may_go(letter):
            self.connection.abandon()
            return None
        self._prepare(2)
        outcome = await self.connection.give(letter.mail, self._following())
        if outcome is None:
            self._prepare(3)
            outcome = await self.connection.result()
        return outcome

    def _prepare(self, letters: int) -> None:
        """Write ahead; what goes wrong there is told once the message in hand is settled."""
        try:
            self._look_ahead(letters)
        except Exception as trouble:
            self.trouble = trouble

    def _may_go(self, letter: Letter) -> bool:
        """Look once more, just before a message is given to the server that is ready for it."""
        run = self.run
        if run.stopped or not run.has_time(letter.until, run.post.last_words):
            return False
        reason = run.look(letter.message)
        if reason:
            self.ahead.popleft()
            run.drop(letter.message, reason)
        return not run.stopped and not reason

    def _following(self) -> Envelope | None:
        """Whom the next message goes to, where its lease outlasts this one and itself."""
        if len(self.ahead) == 1 or self.run.stopped:
            return None
        letter = self.ahead[1]
        both = self.run.post.longest_dialogue + self.run.post.last_words
        return letter.envelope if self.run.has_time(letter.until, both) else None
