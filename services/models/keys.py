"""Keys that people save: named, sealed, bound to one address, and never shown again."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from services.chats.conversations import NotThereError
from services.chats.replies import new_uid, now
from services.models.trials import Trial
from services.news import News
from services.people.audit import Audit
from services.people.person import Person, Role
from services.people.rules import Feature, KnowsRules
from services.records.provider import ProviderKeyRecord
from services.secrets.vault import SealError, Vault
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

log = logging.getLogger(__name__)
SOURCES: Final = "sources"  # the topic under which a change of what is in reach is told
LONGEST_KEY: Final = 20_000  # characters; a service account of Google's is a whole file
LONGEST_NAME: Final = 80
LONG_ENOUGH: Final = 12  # characters of a key whose last four tell too little to help anybody
SHOWN: Final = 4


class KeyFormError(ValueError):
    """What was typed cannot be saved; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedKey:
    """A key as it is shown: ``hint`` is its end, ``told`` what its last test said, if it was tested."""

    uid: str
    provider: str
    name: str
    hint: str
    base_url: str
    active: bool
    preferred: bool
    created_at: datetime
    tested_at: datetime | None
    works: bool | None
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenKey:
    """A key ready for use, and the address it may be sent to; an empty one is where the provider always is."""

    uid: str
    provider: str
    base_url: str
    secret: str = field(repr=False)


class Keys:
    """Everybody's saved keys, by the provider or endpoint they are for; what is not ``who``'s is not there.

    What changes of the server's own keys is told in the log.
    """

    def __init__(self, vault: Vault, news: News, rules: KnowsRules, audit: Audit) -> None:
        self._vault = vault
        self._rules = rules
        self._audit = audit
        self._news = news

    async def of(self, who: Person, provider: str | None = None) -> list[SavedKey]:
        """Return the keys, those of one provider together, in the order they came."""
        query = ProviderKeyRecord.filter(owner_id=who.id)
        if provider is not None:
            query = query.filter(provider=storable(provider))
        return [_shown(record) for record in await query.order_by("provider", "id")]

    async def in_use(self, who: Person, provider: str | None = None) -> dict[str, list[OpenKey]]:
        """Return, by provider, the active keys that can be opened: the preferred one first, then the oldest."""
        query = ProviderKeyRecord.filter(owner_id=who.id, active=True)
        if provider is not None:
            query = query.filter(provider=storable(provider))
        found: dict[str, list[OpenKey]] = {}
        for record in await query.order_by("-preferred", "id"):
            try:
                found.setdefault(record.provider, []).append(self._opened(who, record))
            except SealError as error:
                log.warning("A key for %s cannot be opened: %s", record.provider, error)
        return {name: keys for name, keys in found.items() if keys}

    async def get(self, who: Person, uid: str) -> SavedKey:
        """Return one key."""
        return _shown(await _mine(who, uid))

    async def opened(self, who: Person, uid: str) -> OpenKey:
        """Return a key ready for use; raise a ``SealError`` when it cannot be opened."""
        return self._opened(who, await _mine(who, uid))

    @in_one_piece
    async def add(self, who: Person, provider: str, secret: str, *, name: str = "", base_url: str = "") -> SavedKey:
        """Keep a key for ``provider`` at ``base_url``; the first one is preferred.

        Raise ``KeyFormError``, or ``NotAllowedError`` where a group has no keys of its own.
        """
        (await self._rules.rules_of(who)).demand(Feature.KEYS)
        record = await self._add(who, provider, _checked(secret), name, base_url)
        self.announce()
        return _shown(record)

    async def _add(self, who: Person, provider: str, secret: str, name: str, base_url: str) -> ProviderKeyRecord:
        others = await ProviderKeyRecord.filter(owner_id=who.id, provider=provider).values_list("name", "preferred")
        record = ProviderKeyRecord(
            uid=new_uid(),
            owner_id=who.id,
            provider=provider,
            name=_named(name, {str(other) for other, _ in others}),
            sealed=self._vault.seal(secret, "key", who.uid, provider, base_url),
            hint=masked(secret),
            base_url=base_url,
            active=True,
            preferred=not any(preferred for _, preferred in others),
            created_at=now(),
            told="",
        )
        await record.save()
        await self._note(who, "key added", record)
        return record

    @in_one_piece
    async def replace(self, who: Person, uid: str, secret: str, *, base_url: str | None = None) -> SavedKey:
        """Put another secret under the same name, and for another address if one is given."""
        (await self._rules.rules_of(who)).demand(Feature.KEYS)
        record = await _mine(who, uid)
        secret = _checked(secret)
        self._put(who, record, secret, record.base_url if base_url is None else base_url)
        await record.save()
        await self._note(who, "key replaced", record)
        self.announce()
        return _shown(record)

    async def rename(self, who: Person, uid: str, name: str) -> None:
        """Give a key another name; an empty one changes nothing."""
        if name := storable(name).strip()[:LONGEST_NAME]:
            await self._change(who, uid, name=name)

    async def activate(self, who: Person, uid: str, active: bool) -> None:
        """Let a key be used, or not."""
        await self._change(who, uid, active=active)

    @in_one_piece
    async def prefer(self, who: Person, uid: str) -> None:
        """Use this key before the others of its provider."""
        record = await _mine(who, uid)
        await ProviderKeyRecord.filter(owner_id=who.id, provider=record.provider).update(preferred=False)
        await ProviderKeyRecord.filter(id=record.id).update(preferred=True, active=True)
        self.announce()

    @in_one_piece
    async def delete(self, who: Person, uid: str) -> None:
        """Forget a key for good; the oldest of the others is preferred then."""
        record = await _mine(who, uid)
        await record.delete()
        await self._note(who, "key deleted", record)
        if record.preferred:
            others = ProviderKeyRecord.filter(owner_id=who.id, provider=record.provider)
            if heir := await others.order_by("-active", "id").first():
                await ProviderKeyRecord.filter(id=heir.id).update(preferred=True)
        self.announce()

    async def keep_one(self, who: Person, provider: str, secret: str, base_url: str) -> None:
        """Have this key as the only one of an endpoint, or none if it is empty; part of a greater change."""
        former = await ProviderKeyRecord.filter(owner_id=who.id, provider=provider).order_by("id").first()
        if secret and former:
            self._put(who, former, secret, base_url)
            await former.save()
        elif secret:
            await self._add(who, provider, secret, "", base_url)
        else:
            await ProviderKeyRecord.filter(owner_id=who.id, provider=provider).delete()

    def _put(self, who: Person, record: ProviderKeyRecord, secret: str, base_url: str) -> None:
        record.base_url = base_url
        record.sealed = self._vault.seal(secret, "key", who.uid, record.provider, base_url)
        record.hint, record.tested_at, record.works, record.told = masked(secret), None, None, ""
        record.active = True

    async def _note(self, who: Person, action: str, record: ProviderKeyRecord) -> None:
        if who.role is Role.SERVER:
            await self._audit.note(who, action, f"{record.provider} · {record.name}")

    async def note(self, who: Person, uid: str, trial: Trial) -> None:
        """Keep what a test of a key said."""
        await self._change(who, uid, tested_at=now(), works=trial.works, told=storable(trial.words))

    async def _change(self, who: Person, uid: str, **values: object) -> None:
        if not await ProviderKeyRecord.filter(owner_id=who.id, uid=storable(uid)).update(**values):
            raise NotThereError(uid)
        self.announce()

    def _opened(self, who: Person, record: ProviderKeyRecord) -> OpenKey:
        secret = self._vault.open(record.sealed, "key", who.uid, record.provider, record.base_url)
        return OpenKey(uid=record.uid, provider=record.provider, base_url=record.base_url, secret=secret)

    def announce(self) -> None:
        """Tell whoever looks that what is in reach may have changed."""
        self._news.post(SOURCES)


def masked(secret: str) -> str:
    """Return the end of a key that is long enough to show it, else nothing."""
    return f"…{secret[-SHOWN:]}" if len(secret) >= LONG_ENOUGH and secret.isprintable() else ""


async def _mine(who: Person, uid: str) -> ProviderKeyRecord:
    record = await ProviderKeyRecord.get_or_none(owner_id=who.id, uid=storable(uid))
    if record is None:
        raise NotThereError(uid)
    return record


def _checked(secret: str) -> str:
    secret = secret.strip()
    if not secret:
        raise KeyFormError("Paste a key first.")
    if len(secret) > LONGEST_KEY:
        raise KeyFormError("That is too long for a key.")
    if not secret.isascii() or "\0" in secret:
        raise KeyFormError("That holds characters that no key has. Copy it again.")
    return secret


def _named(name: str, taken: set[str]) -> str:
    """Return ``name``, or a plain one that is not taken."""
    if name := storable(name).strip()[:LONGEST_NAME]:
        return name
    return next(plain for number in range(1, len(taken) + 2) if (plain := f"Key {number}") not in taken)


def _shown(record: ProviderKeyRecord) -> SavedKey:
    return SavedKey(
        uid=record.uid,
        provider=record.provider,
        name=record.name,
        hint=record.hint,
        base_url=record.base_url,
        active=record.active,
        preferred=record.preferred,
        created_at=record.created_at,
        tested_at=record.tested_at,
        works=record.works,
        told=record.told,
    )
