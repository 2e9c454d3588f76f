"""Several of a few, each to be ticked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial

from nicegui.element import Element

from components.panel import panel
from components.pieces import attrs, button, el, text


class Switch:
    """Something that is on or off, with its name beside it and help below."""

    def __init__(self, label: str, on: bool, change: Callable[[bool], object], *, hint: str = "") -> None:
        self._change = change
        self.value = on
        with el("div", "o-switched") as self.root:
            self._button = el("button", "o-switch", type="button", role="switch")
            with el("div", "o-grow"):
                attrs(text(label, "o-cut", tag="label"), for_=f"c{self._button.id}", title=label)
                if hint:
                    text(hint, "o-small o-3", id=f"h{self._button.id}")
        attrs(self._button, id=f"c{self._button.id}", aria_checked=on, aria_label=label)
        if hint:
            attrs(self._button, aria_describedby=f"h{self._button.id}")
        self._button.on("click", self._toggle)

    def set(self, on: bool) -> None:
        """Show it on or off, and tell nobody."""
        self.value = on
        attrs(self._button, aria_checked=on)

    def _toggle(self) -> object:
        self.set(not self.value)
        return self._change(self.value)


class CheckList:
    """Names by value, any of them ticked."""

    def __init__(self, name: str, options: Mapping[str, str], ticked: Collection[str]) -> None:
        self.ticked = set(ticked) & options.keys()
        with el("div", "o-choices", role="group", aria_label=name) as self.root:
            for value, label in options.items():
                Switch(label, value in self.ticked, partial(self._tick, value))

    def _tick(self, value: str, on: bool) -> None:
        self.ticked = self.ticked | {value} if on else self.ticked - {value}


def choose_several(
    heading: str,
    words: str,
    options: Mapping[str, str],
    ticked: Collection[str],
    save: Callable[[Collection[str]], object],
    *,
    nothing: str,
) -> None:
    """Open a dialog that hands what is ticked to ``save``; without options it says ``nothing`` instead."""
    with panel(heading) as dialog:
        with el("div", "o-form"):
            text(words if options else nothing, "o-2")
            ticks = CheckList(heading, options, ticked)

        def done() -> object:
            dialog.close()
            return save(ticks.ticked)

        with el("footer"):
            text("", "o-grow")
            _end(dialog.close, done if options else None)


def _end(close: Callable[[], object], done: Callable[[], object] | None) -> Element:
    if done is None:
        return button("Close", "main", on=close)
    button("Cancel", "quiet", on=close)
    return button("Save", "main", on=done)
