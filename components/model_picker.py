"""Choose whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from nicegui import ui

from components.fields import search_box
from components.marks import mark_html
from components.monograms import letters
from components.pieces import button, el, note, raw, text, tool
from services.catalogue import Offer

ROWS = 40
LONGEST_NAME = 160
LONGEST_MODEL = 400  # signs, as the store keeps them


class ModelPicker:
    """A dialog with all models in reach; each click adds one lane, so that a model may be asked several times."""

    def __init__(
        self,
        offers: Sequence[Offer],
        *,
        loading: bool,
        count: Callable[[str], int],
        add: Callable[[str, str], object],
        remove: Callable[[str], object],
    ) -> None:
        self._offers = offers
        self._loading = loading
        self._count = count
        self._add = add
        self._remove = remove
        self._words = ""
        self._shown: object = None
        self._rows: list[_Row] = []
        with ui.dialog() as self.dialog, el("div", "o-panel o-picker", role="dialog", aria_label="Add models"):
            with el("header"):
                text("Add models", "o-title o-grow", tag="h2")
                tool("close", "Close", on=self.dialog.close)
            with el("div", "o-search"):
                search_box("Search by name, or type provider/model", self._search).props("autofocus")
            self._list = el("div", "o-models")
            with el("footer"):
                text("The same model may answer several times.", "o-small o-3 o-grow")
                button("Done", "main", on=self.dialog.close)
        self.dialog.on("hide", self.dialog.delete)
        self._draw()

    def show(self, offers: Sequence[Offer], *, loading: bool) -> None:
        """Show what is offered now."""
        self._offers, self._loading = offers, loading
        self._draw()

    def refresh(self) -> None:
        """Show how often each model is asked now."""
        self._draw()

    def _search(self, words: str) -> None:
        self._words = words.strip()
        self._draw()

    def _draw(self) -> None:
        """Draw the list if it changed, so that no row is taken away from under a click, and the counts."""
        found = [(offer, self._matching(offer)) for offer in self._offers]
        problems = [offer.problem for offer, _ in found]
        shown = (self._words, self._loading and not any(rows for _, rows in found), [r for _, r in found], problems)
        if shown != self._shown:
            self._shown = shown
            self._list.clear()
            self._rows.clear()
            with self._list:
                left = ROWS
                for offer, rows in found:
                    left -= self._group(offer, rows[: max(left, 0)], len(rows))
                self._draw_rest(empty=left == ROWS)
        for row in self._rows:
            row.show(self._count(row.model))

    def _matching(self, offer: Offer) -> list[tuple[str, str]]:
        return [
            (model.id, model.title or _name(model.id)) for model in offer.models if self._fits(model.id, model.title)
        ]

    def _group(self, offer: Offer, rows: list[tuple[str, str]], found: int) -> int:
        if rows or (offer.problem and not self._words):
            text(offer.provider.title, "o-group", tag="h3")
        if offer.problem and not self._words:
            note(offer.problem, "error", "warn")
        for model, title in rows:
            self._row(model, title)
        if found > len(rows) > 0:
            text(f"{found - len(rows):,} more at {offer.provider.title}. Search to narrow the list.", "o-small o-3")
        return len(rows)

    def _draw_rest(self, *, empty: bool) -> None:
        typed = self._words
        if (
            "/" in typed
            and len(typed) <= LONGEST_MODEL
            and not any(model.id == typed for offer in self._offers for model in offer.models)
        ):
            text("As you typed it", "o-group", tag="h3")
            self._row(typed, _name(typed))
        elif empty and self._loading:
            text("Asking the providers what they offer …", "o-small o-3 o-pad")
        elif empty and typed:
            text(f"No model matches “{typed}”.", "o-small o-3 o-pad")
        elif empty:
            text(
                "No model is in reach. Add a provider's key under Settings → Providers & keys.",
                "o-small o-3 o-pad",
            )

    def _row(self, model: str, title: str) -> None:
        self._rows.append(_Row(model, title, self._add, self._remove))

    def _fits(self, model: str, title: str) -> bool:
        return all(word in f"{model} {title}".lower() for word in self._split())

    def _split(self) -> Iterator[str]:
        yield from self._words.lower().split()


class _Row:
    """One model, and how often it is asked."""

    def __init__(
        self, model: str, title: str, add: Callable[[str, str], object], remove: Callable[[str], object]
    ) -> None:
        self.model = model
        name = title[:LONGEST_NAME]
        with el("div", "o-model") as self._root:
            with el("button", "o-model-name", type="button", aria_label=f"Add {name}") as face:
                raw(
                    f'{mark_html(letters(title), model)}<span class="o-grow"><span class="o-strong o-cut">'
                    f'{escape(name)}</span><span class="o-from o-cut">{escape(model[:LONGEST_NAME])}</span></span>',
                    "o-r o-grow",
                )
            face.on("click", lambda: add(model, title))
            with el("span", "o-count"):
                self._less = tool("remove", f"Remove one {name}", "tight", on=lambda: remove(model))
                self._times = text("", tag="b")
                tool("add", f"Add {name}", "tight", on=lambda: add(model, title))

    def show(self, count: int) -> None:
        """Show how often the model is asked."""
        self._root.classes(add="on") if count else self._root.classes(remove="on")
        self._less.set_visibility(count > 0)
        self._times.set_text(str(count or ""))


def _name(model: str) -> str:
    return model.rpartition("/")[2] or model
