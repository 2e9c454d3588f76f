"""Something to do that asks for one more thing before it happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from nicegui import ui

from components.fields import Field
from components.pieces import attrs, button, el, text, tool


class Deed:
    """A dialog with one field; ``act`` gets what is written, and raises a ``ValueError`` that says what is wrong."""

    def __init__(
        self,
        title: str,
        words: str,
        label: str,
        act: Callable[[str], Awaitable[object]],
        *,
        verb: str,
        tone: str = "main",
    ) -> None:
        self._act = act
        with ui.dialog() as self._dialog, el("div", "o-panel part", role="dialog", aria_label=title):
            with el("header"):
                text(title, "o-title o-grow o-cut", tag="h2")
                tool("close", "Close", on=self._dialog.close)
            with el("div", "o-form"):
                text(words, "o-2")
                self._field = Field(label)
                attrs(self._field.input, autocomplete="one-time-code", autofocus=True)
                self._field.input.on("keydown.enter", self._finish)
            with el("footer"):
                el("div", "o-grow")
                button("Cancel", "quiet", on=self._dialog.close)
                button(verb, tone, on=self._finish)
        self._dialog.on("hide", self._dialog.delete)
        self._dialog.open()

    async def _finish(self) -> None:
        try:
            await self._act(self._field.value)
        except ValueError as error:
            self._field.complain(str(error))
            self._field.focus()
        else:
            self._dialog.close()
