"""Settings: providers, their keys, and endpoints of one's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui
from nicegui.element import Element

from components.consent import ask_consent
from components.key_form import KeyForm, KeyOwner, TypedKey, choose_owner
from components.menu import Choice
from components.monograms import letters
from components.pieces import button, el, icon, link, note, text
from components.rename import ask_name
from components.source_rows import SourceRow, SourceRows
from omnichat.provider import Provider
from omnichat.registry import every_provider
from pages.endpoint import draw_endpoint
from pages.frame import Frame
from pages.places import Place, Shared, own_place
from pages.provider_words import STANDINGS, key_state, origin, trial_state
from services.models.endpoints import Endpoint
from services.models.keys import SavedKey
from services.models.offers import Source
from services.models.sources import takes_address
from services.models.trials import Trial

SEALED = "Keys are sealed with the server's own key before they are written, and are never shown again."
REFUSED = "the key is refused. Replace it or delete it; its models do not answer until then."
NOBODY = "No provider is in reach yet. Add a key, or start a model server such as Ollama on this computer."


async def draw_providers(frame: Frame, rest: Sequence[str]) -> bool:
    """Show who is in reach and with which key; or, further down the address, one endpoint."""
    place = own_place(frame, await frame.services.people.groups.rules_of(frame.who))
    if rest:
        return await draw_endpoint(frame, rest, place)
    desk = ProvidersDesk(frame, place, None)
    await desk.refresh()
    frame.follow("room", desk.follow())
    return True


class ProvidersDesk:
    """What is shown of providers, and what is done with their keys."""

    def __init__(self, frame: Frame, place: Place, shared: Shared | None) -> None:
        self._frame = frame
        self._services = frame.services
        self._who = place.who
        self._place = place
        self._shared = shared
        self._testing: set[str] = set()
        self._counts: dict[str, int] = {}
        with el("div", "o-r o-wrap"):
            text(place.title, "o-head o-grow", tag="h2")
            if place.endpoints:
                with link("", f"{place.address}/new", "o-btn"):
                    icon("lan", "s")
                    text("Custom endpoint", tag="span")
            if place.keys:
                button("Add key", "main", "add", on=self._choose)
        if place.words:
            text(place.words, "o-2")
        self._notes: Element = el("div", "o-c")
        self._rows = SourceRows()
        text(SEALED, "o-small o-3")

    async def follow(self) -> None:
        """Show what changes, whoever changes it."""
        async for _ in self._services.catalogue.watch(self._who):
            with self._frame.unbroken():
                await self.refresh()

    async def refresh(self) -> None:
        """Show what is so now."""
        keys = [key for key in await self._services.keys.of(self._who) if key.provider in every_provider()]
        endpoints = await self._services.endpoints.of(self._who)
        own = {each.slug: each for each in endpoints}
        sources = [each for each in await self._services.sources.of(self._who) if each.name not in own]
        keyed = {source.name for source in sources if source.scope == self._who.uid}
        if self._shared:
            await self._shared.refresh()
        for offer in await self._services.catalogue.kept(self._who):
            self._counts[offer.source.name] = sum(not entry.gone for entry in offer.entries)
        several = Counter(key.provider for key in keys)
        rows = [
            *(self._key_row(key, every_provider()[key.provider], alone=several[key.provider] == 1) for key in keys),
            *(self._source_row(source) for source in sources if source.name not in keyed),
            *(self._endpoint_row(endpoint) for endpoint in endpoints),
        ]
        rows.sort(key=lambda row: row.title.casefold())
        self._rows.show(rows)
        self._draw_notes(rows)

    def _draw_notes(self, rows: Sequence[SourceRow]) -> None:
        self._notes.clear()
        refused = [row.title for row in rows if row.state == "refused"]
        with self._notes:
            if not rows:
                note(NOBODY)
            for title in dict.fromkeys(refused):
                note(f"{title}: {REFUSED}", "error", "bad")
        self._notes.set_visibility(bool(refused) or not rows)

    def _key_row(self, key: SavedKey, provider: Provider, *, alone: bool) -> SourceRow:
        moved = self._services.key_desk.moved(key)
        told = f"{provider.title} has another address now. Paste the key again." if moved else key.told
        parts = [key.name, key.hint, "preferred" if key.preferred and key.active and not alone else ""]
        if self._shared:
            parts.append(self._shared.words(key))
        return SourceRow(
            uid=key.uid,
            title=provider.title,
            letters=letters(provider.title),
            provider=provider.name,
            detail=" · ".join(filter(None, parts)),
            told=told,
            state=self._state(key.uid, key_state(key, moved=moved)),
            choices=self._key_choices(key, provider, moved=moved),
            test=None if moved else lambda: self._test(key.uid),
            replace=lambda: self._replace(key, provider),
        )

    def _key_choices(self, key: SavedKey, provider: Provider, *, moved: bool) -> list[Choice]:
        keys, who = self._services.keys, self._who

        choices = [
            Choice("key", "Replace the key", lambda: self._replace(key, provider)),
            Choice("edit", "Rename", lambda: self._ask_name(key)),
        ]
        if key.works is False and not moved:
            choices.append(Choice("refresh", "Test again", lambda: self._test(key.uid)))
        if not (key.preferred and key.active):
            choices.append(Choice("star", "Use this one first", lambda: keys.prefer(who, key.uid)))
        if key.active:
            choices.append(Choice("pause", "Do not use it", lambda: keys.activate(who, key.uid, False)))
        else:
            choices.append(Choice("play_arrow", "Use it again", lambda: keys.activate(who, key.uid, True)))
        if self._shared:
            choices.append(self._shared.choice(key))
        return [*choices, Choice("delete", "Delete", lambda: self._delete(key, provider), "bad")]

    def _source_row(self, source: Source) -> SourceRow:
        trial = self._services.trials.last(source.scope, source.name)
        standing = self._services.availability.of(source)
        return SourceRow(
            uid=source.name,
            title=source.title,
            letters=letters(source.title),
            provider=source.name,
            detail=self._counted(origin(source), source.name),
            told=trial.words if trial else standing.words,
            state=self._state(source.name, trial_state(trial) if trial else STANDINGS[standing.state]),
            test=lambda: self._hold(source.name, lambda: self._try_source(source)),
        )

    def _endpoint_row(self, endpoint: Endpoint) -> SourceRow:
        trial = self._services.trials.last(self._who.uid, endpoint.slug)
        key = endpoint.hint or ("with a key" if endpoint.has_key else "without a key")
        told = endpoint.base_url, key, "for everybody" if self._shared else ""
        return SourceRow(
            uid=endpoint.uid,
            title=endpoint.name,
            letters=letters(endpoint.name),
            provider=endpoint.slug,
            detail=self._counted(" · ".join(filter(None, told)), endpoint.slug),
            told=trial.words if trial else "",
            state=self._state(endpoint.slug, "moved" if endpoint.needs_key_again else trial_state(trial)),
            choices=[
                Choice("edit", "Change", lambda: ui.navigate.to(f"{self._place.address}/{endpoint.uid}")),
                Choice("delete", "Delete", lambda: self._delete_endpoint(endpoint), "bad"),
            ],
            test=lambda: self._hold(endpoint.slug, lambda: self._try_named(endpoint.slug)),
        )

    def _counted(self, detail: str, name: str) -> str:
        count = self._counts.get(name, 0)
        return f"{detail} · {count:,} model{'' if count == 1 else 's'}" if count else detail

    def _state(self, uid: str, state: str) -> str:
        return "testing" if uid in self._testing else state

    async def _hold(self, uid: str, test: Callable[[], Awaitable[Trial]]) -> None:
        self._testing.add(uid)
        await self.refresh()
        try:
            trial = await test()
        finally:
            self._testing.discard(uid)
            await self.refresh()
        self._frame.say(trial.words)

    async def _try_source(self, source: Source) -> Trial:
        return await self._services.trials.hold(source)

    async def _try_named(self, name: str) -> Trial:
        return await self._services.trials.hold(await self._services.sources.named(self._who, name))

    async def _choose(self) -> None:
        access = await self._services.people.groups.rules_of(self._who)
        allowed = (each for each in every_provider().values() if each.key_env and access.allows_source(each.name))
        owners = [_owner(self._frame, provider) for provider in allowed]
        with self._frame.client:
            choose_owner(sorted(filter(None, owners), key=lambda each: each.title.casefold()), self._add)

    def _add(self, owner: KeyOwner) -> None:
        desk, who = self._services.key_desk, self._who

        async def save(typed: TypedKey) -> None:
            key = await desk.add(who, owner.name, typed.secret, name=typed.name, address=typed.address)
            self._test_later(key.uid)

        with self._frame.client:
            KeyForm(
                owner,
                title=f"A key for {owner.title}",
                test=lambda typed: desk.try_out(who, owner.name, typed.secret, address=typed.address),
                save=save,
            )

    def _replace(self, key: SavedKey, provider: Provider) -> None:
        desk, who = self._services.key_desk, self._who

        async def save(typed: TypedKey) -> None:
            await desk.replace(who, key.uid, typed.secret)
            self._test_later(key.uid)

        with self._frame.client:
            KeyForm(
                KeyOwner(name=provider.name, title=provider.title, keys_url=provider.keys_url),
                title=f"Another key as “{key.name}”",
                test=lambda typed: desk.try_out(who, key.provider, typed.secret, address=key.base_url),
                save=save,
                named=False,
            )

    def _test_later(self, uid: str) -> None:
        """Test what was just saved, when its form is gone."""
        self._frame.follow(f"test of {uid}", self._test(uid))

    async def _test(self, uid: str) -> None:
        await self._hold(uid, lambda: self._services.key_desk.test(self._who, uid))

    def _ask_name(self, key: SavedKey) -> None:
        def rename(name: str) -> Awaitable[None]:
            return self._services.keys.rename(self._who, key.uid, name)

        with self._frame.client:
            ask_name("Rename this key", key.name, rename)

    def _delete(self, key: SavedKey, provider: Provider) -> None:
        with self._frame.client:
            ask_consent(
                "Delete this key?",
                f"“{key.name}” for {provider.title} is forgotten. The provider itself may still take it.",
                "Delete",
                lambda: self._services.keys.delete(self._who, key.uid),
            )

    def _delete_endpoint(self, endpoint: Endpoint) -> None:
        with self._frame.client:
            ask_consent(
                "Delete this endpoint?",
                f"“{endpoint.name}” and its key are forgotten. Lanes that use it keep their answers.",
                "Delete",
                lambda: self._services.endpoints.delete(self._who, endpoint.uid),
            )


def _owner(frame: Frame, provider: Provider) -> KeyOwner | None:
    """Return whose key may be saved: a company's, or that of a server which the operator said the address of."""
    stated = frame.services.client.address(provider.name)
    if not provider.key_needed and not stated:
        return None
    address = takes_address(provider) and not stated
    return KeyOwner(name=provider.name, title=provider.title, keys_url=provider.keys_url, address=address)
