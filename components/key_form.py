"""A key to save: whose it is, where to get one, and whether it works."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from nicegui import ui
from nicegui.element import Element

from components.fields import Field, search_box
from components.monograms import letters
from components.pieces import attrs, button, el, enable, icon, link, mark, text, tool
from components.secret_field import SecretField
from components.trial_note import TrialNote
from services.models.trials import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOwner:
    """Whose key is asked for; ``address`` says whether the person has to say where it is."""

    name: str
    title: str
    keys_url: str | None
    address: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedKey:
    """What was typed."""

    secret: str = field(repr=False)
    name: str
    address: str


class KeyForm:
    """A dialog; ``test`` and ``save`` raise a ``ValueError`` whose text says what is wrong with what was typed."""

    def __init__(
        self,
        owner: KeyOwner,
        *,
        title: str,
        test: Callable[[TypedKey], Awaitable[Trial]] | None,
        save: Callable[[TypedKey], Awaitable[object]],
        named: bool = True,
    ) -> None:
        self._test = test
        self._save = save
        self._saving = False
        with (
            ui.dialog().props("persistent") as self.dialog,
            el("div", "o-panel part", role="dialog", aria_label=title),
        ):
            with el("header"):
                mark(letters(owner.title), owner.name)
                text(title, "o-title o-grow o-cut", tag="h2")
                tool("close", "Close", on=self.dialog.close)
            with el("div", "o-form"):
                self._draw(owner, named=named)
            with el("footer"):
                text("", "o-grow")
                self._try = button("Test", on=self._hold) if test else None
                self._keep = button("Save", "main", on=self._finish)
        self.dialog.on("hide", self.dialog.delete)
        self.dialog.on("keydown.esc", self.dialog.close)
        for box in (self._key.box, *(each.box for each in (self._address, self._name) if each)):
            box.on("keydown.enter", self._finish)
        self.dialog.open()

    def _draw(self, owner: KeyOwner, *, named: bool) -> None:
        if owner.keys_url:
            with el("div", "o-r o-small"):
                icon("key", "s o-3")
                link(f"Get a key from {owner.title}", owner.keys_url, "o-link", away=True)
        self._address = Field("Address", "Where your own one is.", placeholder="https://") if owner.address else None
        self._key = SecretField("Key", "It is sealed before it is written, and never shown again.", focus=True)
        self._name = Field("Name", "To tell several keys apart. It may stay empty.") if named else None
        if self._name:
            attrs(self._name.input, maxlength=80)
        self._note = TrialNote()

    def _typed(self) -> TypedKey:
        return TypedKey(
            secret=self._key.value,
            name=self._name.value if self._name else "",
            address=self._address.value if self._address else "",
        )

    async def _hold(self) -> None:
        if self._test:
            self._busy(True)
            self._note.wait()
            try:
                self._note.show(await self._test(self._typed()))
            except ValueError as error:
                self._complain(str(error))
            finally:
                self._busy(False)

    async def _finish(self) -> None:
        if self._saving:
            return
        self._saving = True
        self._busy(True)
        try:
            await self._save(self._typed())
        except ValueError as error:
            self._complain(str(error))
        else:
            self.dialog.close()
        finally:
            self._saving = False
            self._busy(False)

    def _complain(self, words: str) -> None:
        self._note.clear()
        self._key.complain(words)

    def _busy(self, busy: bool) -> None:
        if not self.dialog.is_deleted:
            for made in filter(None, (self._try, self._keep)):
                enable(made, not busy)
            if busy:
                self._key.complain("")


def choose_owner(owners: Sequence[KeyOwner], take: Callable[[KeyOwner], object]) -> None:
    """Open a dialog with these providers, to be searched by name, and hand the chosen one to ``take``."""
    with ui.dialog() as dialog, el("div", "o-panel part o-picker", role="dialog", aria_label="Whose key is it?"):
        with el("header"):
            text("Whose key is it?", "o-title o-grow", tag="h2")
            tool("close", "Close", on=dialog.close)
        with el("div", "o-search"):
            search = search_box("Search by name", lambda words: narrow(words)).props("autofocus")
        with el("div", "o-models"):
            rows = {owner: _draw_owner(owner) for owner in owners}
            nobody = text("Nobody of that name. Any other server can be added as a custom endpoint.", "o-small o-2")

    def chosen(owner: KeyOwner) -> object:
        dialog.close()
        return take(owner)

    def narrow(words: str) -> None:
        wanted = words.strip().casefold()
        for owner, made in rows.items():
            made.set_visibility(wanted in f"{owner.title} {owner.name}".casefold())
        nobody.set_visibility(not any(made.visible for made in rows.values()))

    def take_only() -> None:
        left = [owner for owner, made in rows.items() if made.visible]
        if len(left) == 1:
            chosen(left[0])

    narrow("")
    search.on("keydown.enter", take_only)
    for owner, made in rows.items():
        made.on("click", partial(chosen, owner))
    dialog.on("hide", dialog.delete)
    dialog.open()


def _draw_owner(owner: KeyOwner) -> Element:
    with el("button", "o-cmd", type="button") as made:
        mark(letters(owner.title), owner.name)
        text(owner.title, tag="span")
    return made
