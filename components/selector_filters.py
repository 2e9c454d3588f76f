"""What narrows the list of models, and the sets to recall; on a phone a sheet from below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from html import escape

from nicegui import ui
from nicegui.element import Element

from components.marks import dots_html
from components.menu import Choice, open_menu
from components.model_figures import SKILLS
from components.pieces import ICONS, attrs, el, raw, text, tool
from omnichat.capabilities import Capability
from services.models.selection import Tally
from services.models.shelves import ModelSet, Shelf
from services.models.wishes import Filters, Limit

PRICES = (("under $1", ("<", 1.0)), ("under $5", ("<", 5.0)))
CONTEXTS = (("32 k", (">", 32_000.0)), ("128 k", (">", 128_000.0)), ("1 M", (">", 1_000_000.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterActions:
    """What the column asks of the selector."""

    change: Callable[[Filters], object]
    recall: Callable[[ModelSet], object]
    rename: Callable[[ModelSet], object]
    delete: Callable[[ModelSet], object]
    close: Callable[[], object]


class SelectorFilters:
    """Buttons that stay pressed, each with the number of models where that is worth knowing."""

    def __init__(self, actions: FilterActions) -> None:
        self._actions = actions
        self._filters = Filters()
        self._buttons: list[tuple[Element, Callable[[Filters], bool]]] = []
        self._counts: dict[str, ui.html] = {}
        self._sets: tuple[ModelSet, ...] | None = None
        self.root = el("div", "o-sheet o-narrow", role="group", aria_label="Filters")
        with self.root:
            self.close = tool("close", "Close the filters", "big o-phone o-sheet-x", on=actions.close)
            self._draw_kinds()
            self._set_list = el("div", "o-c o-sets")
            text("Can do", "o-group", tag="h3")
            for skill, symbol, words in SKILLS:
                face = f'<i class="o-icon s" aria-hidden="true">{ICONS[symbol]}</i><span>{words}</span>'
                self._row(face, partial(_needing, skill), partial(_needs, skill))
            text("Price a million tokens", "o-group", tag="h3")
            with el("div", "o-chips"):
                self._chip("free", lambda now: replace(now, free=not now.free), lambda now: now.free)
                for label, limit in PRICES:
                    self._chip(label, partial(_priced, limit), partial(_is_priced, limit))
            text("Context of at least", "o-group", tag="h3")
            with el("div", "o-chips"):
                for label, limit in CONTEXTS:
                    self._chip(label, partial(_sized, limit), partial(_is_sized, limit))

    def show(self, filters: Filters, tally: Tally, shelf: Shelf) -> None:
        """Show which filters are on, how many models there are of each kind, and the sets."""
        self._filters = filters
        for button, is_on in self._buttons:
            on = is_on(filters)
            attrs(button, aria_pressed=on)
            button.classes(add="on") if on else button.classes(remove="on")
        for kind, place in self._counts.items():
            place.set_content(f"{getattr(tally, kind):,}")
        if shelf.sets != self._sets:
            self._sets = shelf.sets
            self._set_list.clear()
            with self._set_list:
                self._draw_sets(shelf.sets)

    def _draw_kinds(self) -> None:
        self._kind("All models", "total", lambda now: Filters(), lambda now: not now)
        self._kind(
            "Favourites", "favourite", lambda now: replace(now, favourite=not now.favourite), lambda now: now.favourite
        )
        self._kind("New", "new", lambda now: replace(now, new=not now.new), lambda now: now.new)
        self._kind("On this computer", "local", lambda now: replace(now, local=not now.local), lambda now: now.local)

    def _kind(
        self, label: str, kind: str, change: Callable[[Filters], Filters], is_on: Callable[[Filters], bool]
    ) -> None:
        made = self._row(f'<span class="o-grow o-cut">{label}</span>', change, is_on)
        with made:
            self._counts[kind] = raw("", "o-micro o-num")

    def _row(self, face: str, change: Callable[[Filters], Filters], is_on: Callable[[Filters], bool]) -> Element:
        with el("button", "o-row", type="button") as made:
            raw(face, "o-r o-grow")
        return self._toggle(made, change, is_on)

    def _chip(self, label: str, change: Callable[[Filters], Filters], is_on: Callable[[Filters], bool]) -> None:
        self._toggle(text(label, "o-chip", tag="button", type="button"), change, is_on)

    def _toggle(self, made: Element, change: Callable[[Filters], Filters], is_on: Callable[[Filters], bool]) -> Element:
        self._buttons.append((made, is_on))
        return made.on("click", lambda: self._actions.change(change(self._filters)))

    def _draw_sets(self, sets: tuple[ModelSet, ...]) -> None:
        if sets:
            text("Sets", "o-group", tag="h3")
        for each in sets:
            with el("div", "o-row o-set-row"):
                with el(
                    "button", "o-set-name", type="button", title=each.name, aria_label=f"Pick the set {each.name}"
                ) as made:
                    raw(
                        f'<bdi class="o-grow o-cut">{escape(each.name)}</bdi>{dots_html(each.models[:6])}', "o-r o-grow"
                    )
                made.on("click", lambda each=each: self._actions.recall(each))
                more = tool("more_horiz", f"More for the set {each.name}", "tight")
                more.on("click", lambda more=more, each=each: open_menu(more, self._choices(each)))

    def _choices(self, each: ModelSet) -> list[Choice]:
        return [
            Choice("edit", "Rename", lambda: self._actions.rename(each)),
            Choice("delete", "Delete", lambda: self._actions.delete(each), "bad"),
        ]


def _needing(skill: Capability, now: Filters) -> Filters:
    return replace(now, needs=now.needs ^ skill)


def _needs(skill: Capability, now: Filters) -> bool:
    return skill in now.needs


def _priced(limit: Limit, now: Filters) -> Filters:
    return replace(now, prices=() if limit in now.prices else (limit,))


def _is_priced(limit: Limit, now: Filters) -> bool:
    return limit in now.prices


def _sized(limit: Limit, now: Filters) -> Filters:
    return replace(now, contexts=() if limit in now.contexts else (limit,))


def _is_sized(limit: Limit, now: Filters) -> bool:
    return limit in now.contexts
