"""Which model judges: one of all in reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import TypeAlias

from components.fields import search_box
from components.marks import mark_html
from components.monograms import letters
from components.pieces import attrs, el, icon, raw, text

ROWS = 30
LONGEST_NAME = 160
LONGEST_MODEL = 400  # signs, as the store keeps them

Named: TypeAlias = tuple[str, str]  # provider/model, and what it is called


class JudgeChoice:
    """The judge's name on a button; pressed, it unfolds a list that can be searched."""

    def __init__(self, model: str, models: Sequence[Named], *, loading: bool, on: Callable[[], object]) -> None:
        self.model = model
        self._models = models
        self._loading = loading
        self._on = on
        self._words = ""
        with el("div", "o-field"):
            text("Judge", tag="label")
            self._button = el("button", "o-input o-judge-name", type="button").on("click", self._toggle)
            with self._button:
                self._face = raw("", "o-r o-grow")
                icon("expand_more", "s o-3")
            with el("div", "o-judge-list") as self._box:
                search_box("Search by name, or type provider/model", self._search)
                self._rows = el("div", "o-judge-rows", role="listbox", aria_label="Models that can judge")
        self._unfold(on=False)
        self._draw()

    def show(self, models: Sequence[Named], *, loading: bool) -> None:
        """Offer these models now."""
        self._models, self._loading = models, loading
        self._draw()

    def _toggle(self) -> None:
        self._unfold(on=not self._box.visible)

    def _unfold(self, *, on: bool) -> None:
        self._box.set_visibility(on)
        attrs(self._button, aria_expanded=on)

    def _search(self, words: str) -> None:
        self._words = words.strip()
        self._draw()

    def _choose(self, model: str) -> None:
        self.model = model
        self._unfold(on=False)
        self._draw()
        self._button.run_method("focus")
        self._on()

    def _draw(self) -> None:
        name = next((title for model, title in self._models if model == self.model), "") or _short(self.model)
        label = f"Judge: {name[:LONGEST_NAME]}" if name else "Choose a judge"
        attrs(self._button, aria_label=label)
        self._face.set_content(_face(self.model, name) if name else "<span class='o-3'>Choose a model</span>")
        words = self._words.lower().split()
        found = [each for each in self._models if all(word in " ".join(each).lower() for word in words)]
        typed = self._words if "/" in self._words and len(self._words) <= LONGEST_MODEL else ""
        if typed and all(model != typed for model, _ in found):
            found.append((typed, _short(typed)))
        self._rows.clear()
        with self._rows:
            for model, title in found[:ROWS]:
                self._row(model, title or _short(model))
            self._rest(len(found))

    def _row(self, model: str, title: str) -> None:
        on = model == self.model
        with el("button", f"o-cmd {'on' if on else ''}", type="button", role="option", aria_selected=on) as row:
            raw(_face(model, title), "o-r o-grow")
        row.on("click", partial(self._choose, model))

    def _rest(self, found: int) -> None:
        if found > ROWS:
            text(f"{found - ROWS:,} more. Search to narrow the list.", "o-small o-3 o-pad")
        elif not found and self._loading:
            text("Asking the providers what they offer …", "o-small o-3 o-pad")
        elif not found:
            text("No model matches." if self._words else "No model is in reach.", "o-small o-3 o-pad")


def _face(model: str, name: str) -> str:
    return (
        f'{mark_html(letters(name), model, "s")}<span class="o-cut">{escape(name[:LONGEST_NAME])}</span>'
        f'<span class="o-from o-cut o-grow">{escape(model[:LONGEST_NAME])}</span>'
    )


def _short(model: str) -> str:
    return model.rpartition("/")[2] or model
