"""Choose whom to ask, among thousands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from nicegui import background_tasks, ui

from components.fields import search_box
from components.pieces import attrs, el, text, tool
from components.selector_details import SelectorDetails
from components.selector_filters import FilterActions, SelectorFilters
from components.selector_foot import SelectorFoot
from components.selector_keys import FURTHEST, SelectorKeys, take_keys
from components.selector_rest import SelectorRest, all_told, hits_told
from components.selector_rows import RowActions, SelectorRows
from services.chats.chats import MOST_LANES
from services.models.offers import Offer
from services.models.selection import ROWS, Found, Hit, find, rates, tally
from services.models.shelves import ModelSet, Shelf
from services.models.speeds import Speed
from services.models.wishes import LONGEST_WORDS, Filters

MOST_ROWS = FURTHEST


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectorActions:
    """What the selector asks of the page; ``ask`` gets each model as often as it was picked."""

    ask: Callable[[list[str]], object]
    favour: Callable[[str, bool], Awaitable[Shelf]]
    save_set: Callable[[list[str]], object]
    rename_set: Callable[[ModelSet], object]
    delete_set: Callable[[ModelSet], object]
    speed: Callable[[str], Awaitable[Speed]]


class Selector:
    """A dialog over all models: search and filters, the list, details; it holds no more models than it shows.

    With a heading ``for_one`` it picks one model.
    """

    def __init__(
        self,
        offers: Sequence[Offer],
        shelf: Shelf,
        actions: SelectorActions,
        *,
        loading: bool,
        picked: Sequence[str] = (),
        for_one: str = "",
    ) -> None:
        self._offers, self._loading = offers, loading
        self._shelf = self._order = shelf  # the order stays while favourites come and go
        self._actions = actions
        self._several = not for_one
        self._before = list(picked)
        self._picks = Counter(picked)
        self._words, self._filters, self._limit = "", Filters(), ROWS
        self._at = ""
        self._chosen = False  # whether the row at hand is one that somebody went or searched for
        self._speeds: dict[str, Speed] = {}
        self._found = Found(groups=(), count=0, total=0)
        self._tally = tally(offers, shelf)
        name = for_one or "Choose models"
        with _dialog() as self.dialog, el("div", "o-panel o-selector", role="dialog", aria_label=name):
            self._draw_head(name)
            with el("div", "o-pick") as self._pick:
                self._narrow = SelectorFilters(self._filter_actions())
                with el("div", "o-models"):
                    self._said = text("", "o-small o-3 o-hits", role="status", aria_live="polite")
                    self._rows = SelectorRows(self._row_actions(), several=self._several)
                    self._rest = SelectorRest(more=self._show_more, clear=self._clear)
                self._about = SelectorDetails(favour=self._favour, pick=self._pick_one, close=self._close_sheets)
                el("div", "o-veil o-phone").on("click", self._close_sheets)
            self._foot = SelectorFoot(save=self._save_set, ask=self._ask, several=self._several)
            tool("close", "Close", "big o-selector-x", on=self.dialog.close)
        take_keys(self._search, self._rows.root, self._keys())
        self.dialog.on("hide", self.dialog.delete)
        self._draw()

    def show(self, offers: Sequence[Offer], *, loading: bool) -> None:
        """Show what is on offer now."""
        self._offers, self._loading = offers, loading
        self._tally = tally(offers, self._shelf)
        self._draw()

    def keep(self, shelf: Shelf) -> None:
        """Show what the person keeps now."""
        self._shelf = shelf
        self._tally = tally(self._offers, shelf)
        self._draw()

    def search(self, words: str) -> None:
        """Show what fits the words, and the filters that are on."""
        self._words, self._limit, self._at = words, ROWS, ""
        self._chosen = bool(words.strip())
        self._order = self._shelf
        self._draw()

    def _draw_head(self, name: str) -> None:
        with el("header"):
            hint = "Search models: name, provider, “vision < $1”, “> 100k”, “free”"
            self._search = search_box(hint, self.search)
            attrs(self._search, autofocus=True, debounce=None, maxlength=LONGEST_WORDS, spellcheck="false")
            attrs(self._search, aria_label=f"{name}: search by name, provider or words such as vision < $1")
            self._sieve = tool("filter_list", "Filters and sets", "big o-phone", on=lambda: self._open_sheet("filters"))

    def _filter_actions(self) -> FilterActions:
        return FilterActions(
            change=self._filter,
            recall=self._recall,
            rename=self._actions.rename_set,
            delete=self._actions.delete_set,
            close=self._close_sheets,
        )

    def _row_actions(self) -> RowActions:
        return RowActions(
            pick=self._toggle,
            more=lambda model: self._count(model, 1),
            less=lambda model: self._count(model, -1),
            details=self._tell_more,
        )

    def _keys(self) -> SelectorKeys:
        return SelectorKeys(
            enter_list=self._enter_list,
            move=self._move,
            toggle=lambda: self._toggle(self._at),
            count=lambda step: self._count(self._at, step),
            favour=self._favour,
            search=lambda: self._search.run_method("focus"),
            ask=self._ask,
        )

    def _draw(self) -> None:
        """Find again and show what changed."""
        self._found = find(
            self._offers,
            self._order,
            words=self._words,
            filters=self._filters,
            picked=[*self._before, *self._picks],
            limit=self._limit,
        )
        hits = self._found.hits
        if not any(hit.entry.id == self._at for hit in hits):
            self._at = hits[0].entry.id if hits else ""
        self._said.set_text(self._hits_told())
        self._rest.show(
            self._offers,
            self._found,
            words=self._words,
            narrowed=bool(self._filters),
            loading=self._loading,
            room=self._limit < MOST_ROWS,
        )
        self._draw_state()

    def _draw_state(self) -> None:
        """Show picks, favourites and the row at hand."""
        favourites = self._shelf.favourites
        self._rows.show(self._found, picks=self._picks, favourites=favourites, at=self._at)
        self._narrow.show(self._filters, self._tally, self._shelf)
        hit = self._hit()
        self._about.show(
            hit, favourite=self._at in favourites, picked=self._picks[self._at], speed=self._speeds.get(self._at)
        )
        if hit and self._at not in self._speeds:
            background_tasks.create(self._time(self._at), name="speed", context=self._pick)
        self._foot.show(self._picks, rates(self._offers, self._picks))

    def _hits_told(self) -> str:
        if self._words.strip() or self._filters:
            return hits_told(self._found)
        return all_told(self._found, sum(bool(offer.problem) for offer in self._offers))

    def _hit(self) -> Hit | None:
        return next((hit for hit in self._found.hits if hit.entry.id == self._at), None)

    async def _time(self, model: str) -> None:
        """Show how fast the model was here."""
        self._speeds[model] = Speed()
        self._speeds[model] = await self._actions.speed(model)
        if model == self._at and not self.dialog.is_deleted:
            self._draw_state()

    def _filter(self, filters: Filters) -> None:
        self._filters, self._limit, self._at = filters, ROWS, ""
        self._order = self._shelf
        self._draw()

    def _clear(self) -> None:
        self._filters = Filters()
        self._search.set_value("")
        self.search("")
        self._search.run_method("focus")

    def _show_more(self) -> None:
        if self._limit < MOST_ROWS and len(self._found.hits) < self._found.count:
            self._limit += ROWS
            self._draw()

    def _enter_list(self) -> None:
        if self._found.hits:
            self._chosen = True
            self._rows.root.run_method("focus")
            self._rows.reveal(self._number())

    def _number(self) -> int:
        return next((at for at, hit in enumerate(self._found.hits) if hit.entry.id == self._at), 0)

    def _move(self, step: int) -> None:
        number = self._number()
        if step == -1 and number == 0:
            self._search.run_method("focus")
            return
        if number + step >= len(self._found.hits):
            self._show_more()
        hits = self._found.hits
        if hits:
            number = min(max(number + step, 0), len(hits) - 1)
            self._at, self._chosen = hits[number].entry.id, True
            self._draw_state()
            self._rows.reveal(number)

    def _tell_more(self, model: str) -> None:
        self._at, self._chosen = model, True
        self._draw_state()
        self._open_sheet("about")

    def _toggle(self, model: str) -> object:
        """Pick a model, or none of it."""
        self._at, self._chosen = model, True
        if not self._several:
            return self._finish([model])
        self._count(model, -self._picks[model] or 1)
        return None

    def _pick_one(self) -> object:
        if not self._several:
            return self._finish([self._at])
        self._count(self._at, 1)
        return None

    def _count(self, model: str, step: int) -> None:
        if not model or not self._several or (step > 0 and self._picks.total() >= MOST_LANES):
            return
        self._at = model
        self._picks[model] = max(self._picks[model] + step, 0)
        self._picks += Counter()
        self._draw_state()

    def _recall(self, kept: ModelSet) -> None:
        if not self._several:
            return
        self._picks = Counter(kept.models)
        self._close_sheets()
        self._draw()

    def _save_set(self) -> object:
        return self._actions.save_set(list(self._picks.elements()))

    async def _favour(self) -> None:
        if model := self._at:
            self.keep(await self._actions.favour(model, model not in self._shelf.favourites))

    def _ask(self) -> object:
        """Ask what was picked; when nothing was, the row at hand that somebody searched for or went to."""
        if not self._several:
            return self._finish([self._at]) if self._at else None
        picks = list(self._picks.elements())
        unchanged = sorted(picks) == sorted(self._before)
        if self._at and not self._picks[self._at] and unchanged and self._chosen:
            picks.append(self._at)
        return self._finish(picks) if picks else None

    def _finish(self, models: list[str]) -> object:
        self.dialog.close()
        return self._actions.ask(models)

    def _open_sheet(self, name: str) -> None:
        """Open a sheet that a phone has no room for beside the list; wider screens show it always."""
        self._pick.classes(add=name)

    def _close_sheets(self) -> None:
        self._pick.classes(remove="filters about")


def _dialog() -> ui.dialog:
    """Make a dialog that fades in: one that grows would bring the end of the list into sight at first."""
    return ui.dialog().props("transition-show=fade transition-hide=fade transition-duration=120")
