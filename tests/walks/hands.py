"""Whoever uses a page in a walk: with a mouse on a desk, or by the keyboard alone on a phone's width.

Things are found as people find them, by role and name; the names come from the catalogue of the reader's language. A
keyboard only presses Tab, Enter, Space, arrows and letters: what it cannot reach, nobody can.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from playwright.sync_api import Locator, Page

from web.i18n import Catalogue

REACH = 250
"""So many Tabs at most until something has the focus."""
HAS_FOCUS = "element => element === document.activeElement"
IN_FOCUS = """element => document.activeElement.type === 'radio' && document.activeElement.name === element.name"""

Role = Literal["button", "link", "textbox", "checkbox", "radio", "combobox"]


class Words:
    """What things are called in one language."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.language = catalogue.language
        self._translations = catalogue.translations
        self.own_name = str(catalogue.locale.languages[self.language])

    def __call__(self, message: str, **facts: object) -> str:
        text = self._translations.gettext(message)
        return text % facts if facts else text


class Hands(Protocol):
    """Two ways to do the same."""

    def press(self, thing: Locator) -> None: ...
    def write(self, field: Locator, text: str) -> None: ...
    def tick(self, box: Locator) -> None: ...


class Mouse:
    """Clicks."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, thing: Locator) -> None:
        thing.click()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def tick(self, box: Locator) -> None:
        box.check()


class Keyboard:
    """Tabs to a thing and presses a key."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def press(self, thing: Locator) -> None:
        self._reach(thing)
        self._page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        self._page.keyboard.press("Control+a")
        self._page.keyboard.type(text)

    def tick(self, box: Locator) -> None:
        if box.is_checked():
            return
        if box.get_attribute("type") == "radio":
            self._reach(box, IN_FOCUS)
            for _ in range(REACH):
                if box.is_checked():
                    return
                self._page.keyboard.press("ArrowDown")
            raise AssertionError(f"no arrow leads to {box}")
        self._reach(box)
        self._page.keyboard.press("Space")

    def _reach(self, thing: Locator, has_focus: str = HAS_FOCUS) -> None:
        thing.wait_for(state="attached")
        element = thing.element_handle()
        assert element is not None
        for _ in range(REACH):
            if element.evaluate(has_focus):
                return
            self._page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {thing}")


class Visitor:
    """Somebody with a browser of their own: what they see, and their hands."""

    def __init__(self, page: Page, origin: str, words: Words, hands: Callable[[Page], Hands]) -> None:
        self.page, self.origin, self.words = page, origin, words
        self._hands = hands(page)

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path if "://" in path else self.origin + path)

    def press(
        self, message: str, *, role: Role = "button", which: int = 0, exact: bool = True, **facts: object
    ) -> None:
        """Press the button, or follow the link, of this name, and wait for the page that comes."""
        thing = self.find(message, role=role, exact=exact, **facts).nth(which)
        with self.page.expect_navigation():
            self._hands.press(thing)

    def write(self, message: str, text: str, **facts: object) -> None:
        """Write into the first field with this label."""
        self._hands.write(self.find(message, role="textbox", exact=False, **facts).first, text)

    def tick(self, message: str, *, role: Role = "checkbox", exact: bool = True) -> None:
        """Tick the box, or choose the option, of this name."""
        self._hands.tick(self.find(message, role=role, exact=exact))

    def find(self, message: str, *, role: Role, exact: bool = True, **facts: object) -> Locator:
        """What has this role and this name in the page itself."""
        return self.page.locator("main").get_by_role(role, name=self.words(message, **facts), exact=exact)

    def reads(self, message: str, **facts: object) -> None:
        """See that the page says this."""
        self.page.get_by_text(self.words(message, **facts)).first.wait_for()
