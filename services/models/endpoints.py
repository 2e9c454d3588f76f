"""Addresses of people's own where models can be asked."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from omnichat.client import AsyncClient
from omnichat.errors import AddressError
from omnichat.headers import check_headers
from omnichat.provider import Provider
from omnichat.registry import every_provider
from services.chats.conversations import NotThereError
from services.chats.replies import new_uid, now
from services.models.keys import Keys, OpenKey
from services.models.offers import Source
from services.people.audit import Audit
from services.people.person import Person, Role
from services.people.rules import Feature, KnowsRules
from services.records.provider import EndpointRecord
from services.secrets.vault import SealError, Vault
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

DIALECTS: Final[Mapping[str, str]] = {
    "chat": "custom",
    "responses": "custom_responses",
    "anthropic": "anthropic",
    "ollama": "ollama",
}
LONGEST_NAME: Final = 60
LONGEST_MODEL: Final = 200
MOST_MODELS: Final = 500


class EndpointFormError(ValueError):
    """What was typed cannot be used; ``field`` is where, the text says why."""

    def __init__(self, words: str, field: str) -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An endpoint as typed; a ``key`` or ``headers`` of None are those it has already."""

    name: str
    base_url: str
    dialect: str = "chat"
    key: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] | None = field(default=None, repr=False)
    models: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An endpoint as it is shown: the end of its key, the names of its headers; ``slug`` begins its models."""

    uid: str
    slug: str
    name: str
    base_url: str
    dialect: str
    has_key: bool
    hint: str
    headers: tuple[str, ...]
    models: tuple[str, ...]
    needs_key_again: bool = False


class Endpoints:
    """Everybody's endpoints; what is not ``who``'s is not there."""

    def __init__(self, client: AsyncClient, vault: Vault, keys: Keys, rules: KnowsRules, audit: Audit) -> None:
        self._client = client
        self._rules = rules
        self._audit = audit
        self._vault = vault
        self._keys = keys

    async def of(self, who: Person) -> list[Endpoint]:
        """Return the endpoints by name."""
        records = await EndpointRecord.filter(owner_id=who.id)
        return sorted([await self._shown(who, each) for each in records], key=lambda each: each.name.casefold())

    async def get(self, who: Person, uid: str) -> Endpoint:
        """Return one endpoint."""
        return await self._shown(who, await _mine(who, uid))

    async def sources(self, who: Person) -> list[Source]:
        """Return the endpoints as sources, with the key and headers that were saved for their very address."""
        records = await EndpointRecord.filter(owner_id=who.id)
        keys = await self._keys.in_use(who) if records else {}
        return [self._source(who, each, keys.get(each.slug, [])) for each in records]

    async def drafted(self, who: Person, draft: Draft, uid: str | None = None) -> Source:
        """Return what would be asked, before it is saved; raise an ``EndpointFormError`` or a ``NotAllowedError``."""
        (await self._rules.rules_of(who)).demand(Feature.ENDPOINTS)
        draft = self._checked(draft)
        record = await _mine(who, uid) if uid else None
        key, headers = await self._secrets(who, draft, record)
        return Source(
            name=record.slug if record else "endpoint",
            title=draft.name,
            provider=_provider(draft.dialect),
            scope=who.uid,
            key=key,
            base_url=draft.base_url,
            headers=headers,
            models=draft.models,
        )

    async def save(self, who: Person, draft: Draft, uid: str | None = None) -> Endpoint:
        """Keep a new endpoint, or the changed one called ``uid``.

        Raise an ``EndpointFormError``, or a ``NotAllowedError`` where a group has no endpoints of its own.
        """
        (await self._rules.rules_of(who)).demand(Feature.ENDPOINTS)
        draft = self._checked(draft)
        record = await self._save(who, draft, uid)
        self._keys.announce()
        return await self._shown(who, record)

    @in_one_piece
    async def _save(self, who: Person, draft: Draft, uid: str | None) -> EndpointRecord:
        record = await _mine(who, uid) if uid else None
        key, headers = await self._secrets(who, draft, record)
        if record is None:
            slug = await _free_slug(who, draft.name)
            record = EndpointRecord(uid=new_uid(), owner_id=who.id, slug=slug, created_at=now())
        await self._keys.keep_one(who, record.slug, key, draft.base_url)
        record.name, record.base_url, record.dialect = draft.name, draft.base_url, draft.dialect
        record.models = json.dumps(draft.models)
        bond = ("headers", who.uid, record.slug, record.base_url)
        record.sealed_headers = self._vault.seal(json.dumps(dict(headers)), *bond) if headers else ""
        await record.save()
        await self._note(who, "endpoint saved", record)
        return record

    async def delete(self, who: Person, uid: str) -> None:
        """Forget an endpoint, with its key, for good."""
        await self._delete(who, uid)
        self._keys.announce()

    @in_one_piece
    async def _delete(self, who: Person, uid: str) -> None:
        record = await _mine(who, uid)
        await record.delete()
        await self._keys.keep_one(who, record.slug, "", "")
        await self._note(who, "endpoint deleted", record)

    async def _note(self, who: Person, action: str, record: EndpointRecord) -> None:
        if who.role is Role.SERVER:
            await self._audit.note(who, action, record.name, details=record.base_url)

    async def _secrets(self, who: Person, draft: Draft, record: EndpointRecord | None) -> tuple[str, Mapping[str, str]]:
        """Return key and headers: those typed, else those saved, which are for the address they were saved with."""
        key, headers = draft.key, draft.headers
        if record is None:
            return key or "", headers or {}
        saved = (await self._keys.in_use(who, record.slug)).get(record.slug, [])
        source = self._source(who, record, saved)
        moved = draft.base_url != record.base_url
        if moved and key is None and source.key:
            raise EndpointFormError(
                "The address changed, and a key is for one address only. Type the key again.", "key"
            )
        if moved and headers is None and source.headers:
            raise EndpointFormError("The address changed. Type the headers again.", "headers")
        return (
            (source.key or "") if key is None else key,
            source.headers if headers is None else headers,
        )

    def _checked(self, draft: Draft) -> Draft:
        name = " ".join(storable(draft.name).split())[:LONGEST_NAME]
        if not name:
            raise EndpointFormError("Give it a name.", "name")
        if draft.dialect not in DIALECTS:
            raise EndpointFormError("Choose a dialect.", "dialect")
        if not draft.base_url.strip():
            raise EndpointFormError("Where is it? Give its address.", "base_url")
        try:
            base_url = self._client.checked_address(DIALECTS[draft.dialect], draft.base_url)
        except AddressError as error:
            raise EndpointFormError(f"{_sentence(error)} {CLOSED_WORDS}", "base_url") from error
        try:
            check_headers(draft.headers or {})
        except AddressError as error:
            raise EndpointFormError(_sentence(error), "headers") from error
        return Draft(
            name=name,
            base_url=base_url,
            dialect=draft.dialect,
            key=None if draft.key is None else _checked_key(draft.key),
            headers=draft.headers,
            models=_checked_models(draft.models),
        )

    def _source(self, who: Person, record: EndpointRecord, keys: list[OpenKey]) -> Source:
        key = next((each.secret for each in keys if each.base_url == record.base_url), "")
        return Source(
            name=record.slug,
            title=record.name,
            provider=_provider(record.dialect),
            scope=who.uid,
            key=key,
            base_url=record.base_url,
            headers=self._headers(who, record),
            models=tuple(json.loads(record.models or "[]")),
        )

    def _headers(self, who: Person, record: EndpointRecord) -> dict[str, str]:
        if not record.sealed_headers:
            return {}
        try:
            told = self._vault.open(record.sealed_headers, "headers", who.uid, record.slug, record.base_url)
        except SealError:
            return {}
        return {str(name): str(value) for name, value in json.loads(told).items()}

    async def _shown(self, who: Person, record: EndpointRecord) -> Endpoint:
        saved = [key for key in await self._keys.of(who, record.slug) if key.active]
        fitting = [key for key in saved if key.base_url == record.base_url]
        return Endpoint(
            uid=record.uid,
            slug=record.slug,
            name=record.name,
            base_url=record.base_url,
            dialect=record.dialect,
            has_key=bool(fitting),
            hint=fitting[0].hint if fitting else "",
            headers=tuple(self._headers(who, record)),
            models=tuple(json.loads(record.models or "[]")),
            needs_key_again=bool(saved) and not fitting,
        )


CLOSED_WORDS: Final = "Addresses inside the own network have to be opened by name, with OMNICHAT_PRIVATE_NETWORKS."


def _provider(dialect: str) -> Provider:
    return every_provider()[DIALECTS.get(dialect, "custom")]


def _sentence(error: AddressError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


def _checked_key(key: str) -> str:
    key = key.strip()
    if not (key.isascii() and key.isprintable()):
        raise EndpointFormError("The key holds characters that no key has. Copy it again.", "key")
    return key


def _checked_models(models: tuple[str, ...]) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(filter(None, (storable(each).strip() for each in models))))
    if len(named) > MOST_MODELS or any(len(each) > LONGEST_MODEL for each in named):
        raise EndpointFormError(f"At most {MOST_MODELS} models of {LONGEST_MODEL} characters each.", "models")
    return named


async def _mine(who: Person, uid: str) -> EndpointRecord:
    record = await EndpointRecord.get_or_none(owner_id=who.id, uid=storable(uid))
    if record is None:
        raise NotThereError(uid)
    return record


async def _free_slug(who: Person, name: str) -> str:
    """Return what the endpoint's models begin with: its name in plain letters, told apart from all others."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "endpoint"
    taken = {*every_provider(), *await EndpointRecord.filter(owner_id=who.id).values_list("slug", flat=True)}
    return next(slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken)
