"""The list of a model selector: forty rows that are filled anew, never one a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from nicegui.elements.mixins.text_element import TextElement

from components.marks import mark_html
from components.model_figures import badge, name_of, prices, short_id, tokens
from components.monograms import letters
from components.pieces import ICONS, attrs, el, raw, text, tool
from services.models.selection import Found, Hit

MIXED = {"Favourites", "Recent"}  # groups in which a row must say where its model is from


@dataclass(frozen=True, slots=True, kw_only=True)
class RowActions:
    """What a row asks of the selector; each takes the model's id."""

    pick: Callable[[str], object]
    more: Callable[[str], object]
    less: Callable[[str], object]
    details: Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """All that a row shows, to see whether it changed."""

    hit: Hit
    heading: str
    mixed: bool
    count: int
    favourite: bool
    at: bool


class SelectorRows:
    """A grid that has the focus while its rows take turns to be the one at hand."""

    def __init__(self, actions: RowActions, *, several: bool) -> None:
        self._actions = actions
        self._several = several
        self._rows: list[_Row] = []
        self.root = el("div", "o-grid", role="grid", aria_label="Models", tabindex=0)
        attrs(self.root, aria_multiselectable=True if several else None)

    def show(self, found: Found, *, picks: Mapping[str, int], favourites: Sequence[str], at: str) -> None:
        """Show the hits in sight, how often each is picked, and the one at hand."""
        sights = [
            _Sight(
                hit=hit,
                heading=f"{group.title} · {group.count:,}" if not number else "",
                mixed=group.title in MIXED,
                count=picks.get(hit.entry.id, 0),
                favourite=hit.entry.id in favourites,
                at=hit.entry.id == at,
            )
            for group in found.groups
            for number, hit in enumerate(group.hits)
        ]
        with self.root:
            while len(self._rows) < len(sights):
                self._rows.append(_Row(len(self._rows) + 1, self._actions, several=self._several))
        for row, sight in zip(self._rows, sights, strict=False):
            row.show(sight)
        for row in self._rows[len(sights) :]:
            row.hide()
        here = next((row.root.html_id for row, sight in zip(self._rows, sights, strict=False) if sight.at), None)
        attrs(self.root, aria_activedescendant=here, aria_rowcount=found.count)
        self.root.set_visibility(bool(sights))

    def reveal(self, number: int) -> None:
        """Bring the row into sight."""
        self._rows[number].root.run_method("scrollIntoView", {"block": "nearest"})


class _Row:
    """One model: its face picks it, the tools beside count and tell more."""

    def __init__(self, number: int, actions: RowActions, *, several: bool) -> None:
        self._actions = actions
        self._several = several
        self._sight: _Sight | None = None
        self._heading: TextElement | None = None
        self._model = ""
        self.root = el("div", "o-model", role="row", aria_rowindex=number)
        with self.root:
            self._face = raw("", "o-model-face").on("click", lambda: actions.pick(self._model))
            attrs(self._face, role="gridcell")
            with el("span", "o-count", role="gridcell") as self._tools:
                self._tool("info", "Details of", "o-info", lambda: actions.details(self._model))
                if several:
                    self._tool("add", "Add", "", lambda: actions.more(self._model))
        self._less: TextElement | None = None

    def show(self, sight: _Sight) -> None:
        """Show another model, or another side of the same; what has not changed is not drawn again."""
        if sight == self._sight:
            return
        former, self._sight = self._sight, sight
        self._model = sight.hit.entry.id
        if former is None or former.heading != sight.heading:
            self._show_heading(sight.heading)
        if former is None or _face_key(former) != _face_key(sight):
            self._show_face(sight)
        self._show_count(sight)
        self.root.classes(add="at") if sight.at else self.root.classes(remove="at")
        self.root.set_visibility(True)

    def hide(self) -> None:
        """Show nothing."""
        if self._sight:
            self._sight = None
            self._show_heading("")
            self.root.set_visibility(False)

    def _show_heading(self, words: str) -> None:
        if words and not self._heading:
            parent = self.root.parent_slot
            assert parent
            with parent:
                self._heading = text("", "o-group", aria_hidden=True)
            self._heading.move(target_index=parent.children.index(self.root))
        if self._heading:
            self._heading.set_text(words)
            self._heading.set_visibility(bool(words))

    def _tool(self, symbol: str, verb: str, style: str, act: Callable[[], object]) -> TextElement:
        """Make a tool for pointers, called by its verb and the row's face; keys reach the row through the grid."""
        made = tool(symbol, verb, f"tight {style}", on=act)
        attrs(made, tabindex="-1", aria_labelledby=f"{made.html_id} {self._face.html_id}")
        return made

    def _show_face(self, sight: _Sight) -> None:
        hit, name = sight.hit, name_of(sight.hit.entry)
        entry = hit.entry
        word, tone = badge(entry, new=hit.new)
        origin = f"{escape(hit.source.title)} · " if sight.mixed and hit.source else ""
        shown_id = escape(short_id(entry) if hit.source else entry.id[:400])
        self._face.set_content(
            f"{mark_html(letters(name), entry.id)}"
            f'<span class="o-grow"><span class="o-r o-tight"><bdi class="o-strong o-cut">{escape(name)}</bdi>'
            f"{_pill(word, tone)}{_star(sight.favourite)}</span>"
            f'<span class="o-from o-cut">{origin}<bdi>{shown_id}</bdi></span></span>'
            f'<span class="o-wide o-rates"><span class="o-small o-2">{prices(entry, local=hit.local)}</span>'
            f'<span class="o-micro">{tokens(entry.context)}</span></span>'
        )

    def _show_count(self, sight: _Sight) -> None:
        name = name_of(sight.hit.entry)
        self.root.classes(add="on") if sight.count else self.root.classes(remove="on")
        attrs(self.root, aria_selected=sight.count > 0, aria_label=_spoken(sight, name))
        if sight.count and self._several and not self._less:
            with self._tools:
                self._less = self._tool("remove", "One less of", "", lambda: self._actions.less(self._model))
                self._times = text("", tag="b")
            self._less.move(target_index=1)
            self._times.move(target_index=2)
        if self._less:
            self._less.set_visibility(sight.count > 0)
            self._times.set_text(str(sight.count))
            self._times.set_visibility(sight.count > 0)


def _face_key(sight: _Sight) -> tuple[Hit, bool, bool]:
    return sight.hit, sight.mixed, sight.favourite


def _pill(word: str, tone: str) -> str:
    return f'<span class="o-pill tiny {tone}">{word}</span>' if word else ""


def _star(on: bool) -> str:
    return f'<i class="o-icon s star" aria-hidden="true">{ICONS["star"]}</i>' if on else ""


def _spoken(sight: _Sight, name: str) -> str:
    entry = sight.hit.entry
    word, _ = badge(entry, new=sight.hit.new)
    price = prices(entry, local=sight.hit.local)
    parts = [
        name,
        sight.hit.source.title if sight.hit.source else entry.id[:400],
        price if price in {"", "free"} else f"{price} dollars a million tokens".replace("$", ""),
        f"{entry.context:,} tokens" if entry.context else "",
        word,
        "favourite" if sight.favourite else "",
        f"picked {sight.count} times" if sight.count > 1 else "",
    ]
    return ", ".join(part for part in parts if part)
