"""Tokens that people make for programs of theirs."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from services.chats.replies import new_uid, now
from services.people.account_rows import let_in
from services.people.audit import Audit
from services.people.person import NotAllowedError, Person, person_from
from services.people.rules import Feature, KnowsRules
from services.people.scopes import Scope, packed, unpacked
from services.people.sessions import NOBODY, Visit, digest
from services.records.account import ApiTokenRecord
from services.storage.owned import demand, key
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

MARK: Final = "oc_"
SHOWN: Final = 10  # characters by which their owner knows them again
SEEN: Final = timedelta(minutes=1)  # how exactly it is kept when one was last used
LONGEST_NAME: Final = 80
MOST: Final = 50  # of one person
LIFETIMES: Final = (30, 90, 365, None)  # days


class TokenFormError(ValueError):
    """What was asked for cannot be made; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token as its owner sees it: ``start`` is how it begins, the rest is known to nobody."""

    uid: str
    name: str
    start: str
    scopes: frozenset[Scope]
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None

    @property
    def over(self) -> bool:
        """Whether it lets in no more."""
        return self.expires_at is not None and self.expires_at <= now()


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeToken:
    """A new token; ``secret`` is told this once."""

    token: ApiToken
    secret: str = field(repr=False)


class ApiTokens:
    """Everybody's own; what is not ``who``'s is not there."""

    def __init__(self, audit: Audit, rules: KnowsRules) -> None:
        self._audit = audit
        self._rules = rules

    @in_one_piece
    async def make(
        self, who: Person, name: str, scopes: Collection[Scope], *, days: int | None, address: str = ""
    ) -> MadeToken:
        """Return a new token that lives for ``days``, or until it is revoked.

        Raise a ``TokenFormError``, or a ``NotAllowedError`` where a group has no tokens.
        """
        (await self._rules.rules_of(who)).demand(Feature.TOKENS)
        named = storable(name.strip())[:LONGEST_NAME]
        if not named:
            raise TokenFormError("Give it a name that says which program uses it.")
        if not scopes:
            raise TokenFormError("Choose at least one thing that it may do.")
        if days not in LIFETIMES:
            raise TokenFormError("Choose one of the lifetimes offered.")
        if await ApiTokenRecord.filter(owner_id=who.id).count() >= MOST:
            raise TokenFormError(f"You have {MOST} tokens. Revoke one that you do not need.")
        secret, moment = MARK + secrets.token_urlsafe(32), now()
        record = await ApiTokenRecord.create(
            uid=new_uid(),
            digest=digest(secret),
            owner_id=who.id,
            name=named,
            start=secret[:SHOWN],
            scopes=packed(scopes),
            created_at=moment,
            expires_at=moment + timedelta(days=days) if days else None,
        )
        await self._audit.note(who, "token made", named, address=address, details=packed(scopes))
        return MadeToken(token=_shown(record), secret=secret)

    async def of(self, who: Person) -> list[ApiToken]:
        """Return the tokens of ``who``, the newest first."""
        return [_shown(record) for record in await ApiTokenRecord.filter(owner_id=who.id).order_by("-id")]

    @in_one_piece
    async def revoke(self, who: Person, uid: str, *, address: str = "") -> None:
        """End a token at once."""
        record = await ApiTokenRecord.filter(owner_id=who.id, uid=key(uid)).first()
        demand(await ApiTokenRecord.filter(owner_id=who.id, uid=key(uid)).delete(), uid)
        await self._audit.note(who, "token revoked", record.name if record else "", address=address)

    async def find(self, secret: str) -> Visit:
        """Return whose token it is and what it may do, ``NOBODY``, or the refusal where a group has no tokens now."""
        moment, found = now(), await ApiTokenRecord.filter(digest=digest(secret)).limit(1)
        owner = await let_in(found[0].owner_id) if found else None
        if owner is None or (found[0].expires_at and found[0].expires_at <= moment):
            return NOBODY
        (record,), who = found, person_from(owner)
        try:
            await self._rules.demand(who, Feature.TOKENS)
        except NotAllowedError as error:
            return Visit(refusal=str(error))
        if record.used_at is None or moment - record.used_at > SEEN:
            await ApiTokenRecord.filter(id=record.id).update(used_at=moment)
        return Visit(who=who, token=record.uid, scopes=unpacked(record.scopes))


def _shown(record: ApiTokenRecord) -> ApiToken:
    return ApiToken(
        uid=record.uid,
        name=record.name,
        start=record.start,
        scopes=unpacked(record.scopes),
        created_at=record.created_at,
        used_at=record.used_at,
        expires_at=record.expires_at,
    )
