"""Hands of somebody at a page: those that point and press, and those that have a keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

FURTHEST = 300  # more steps of Tab than any page here has places
# Words may be what somebody looks for, and the button or the like they stand on has the focus.
IS_HERE = """element => document.activeElement ===
  element.closest('a, button, input, select, textarea, summary')"""


class Mouse:
    """Points and presses."""

    def press(self, place: Locator) -> None:
        place.click()

    def check(self, place: Locator) -> None:
        place.check()

    def write(self, place: Locator, words: str) -> None:
        place.fill(words)

    def pick(self, place: Locator, value: str) -> None:
        place.select_option(value)


class Keyboard(Mouse):
    """Comes to each place with Tab, and does all there with keys."""

    def __init__(self, page: Page) -> None:
        self._keys = page.keyboard

    def press(self, place: Locator) -> None:
        self._come_to(place)
        self._keys.press("Enter")

    def check(self, place: Locator) -> None:
        """A box by Tab; one of several answers by Tab to the first of them, and then by arrows."""
        if place.get_attribute("type") == "radio":
            self._to_answer(place)
        else:
            self._come_to(place)
        if not place.is_checked():
            self._keys.press("Space")
        assert place.is_checked()

    def write(self, place: Locator, words: str) -> None:
        self._come_to(place)
        self._keys.press("ControlOrMeta+a")
        self._keys.type(words)

    def pick(self, place: Locator, value: str) -> None:
        """The words of a choice, typed, choose it."""
        self._come_to(place)
        self._keys.type(place.locator(f'option[value="{value}"]').inner_text())
        assert place.input_value() == value

    def _come_to(self, place: Locator) -> None:
        place.wait_for()
        self._go(place, "Tab", FURTHEST)

    def _to_answer(self, place: Locator) -> None:
        name = place.get_attribute("name")
        answers = place.page.locator(f'input[type="radio"][name="{name}"]')
        chosen = answers.and_(place.page.locator(":checked"))
        self._come_to(chosen if chosen.count() else answers.first)
        self._go(place, "ArrowDown", answers.count())

    def _go(self, place: Locator, key: str, steps: int) -> None:
        """Press a key until focus is at a place. Errors: AssertionError where it never comes."""
        for _ in range(steps):
            if place.evaluate(IS_HERE):
                return
            self._keys.press(key)
        raise AssertionError(f"{key} never comes to {place}")
