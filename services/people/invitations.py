"""Links that work once: to make an account, or to set a new password."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tortoise.queryset import QuerySet

from services.chats.conversations import NotThereError
from services.chats.replies import new_uid, now
from services.people.account_rows import account_record
from services.people.accounts import ONLY_OWNERS, demand_over
from services.people.audit import Audit
from services.people.names import mail_from
from services.people.person import NotAllowedError, Person, Role, demand_admin, person_from
from services.people.sessions import digest
from services.records.account import InvitationRecord
from services.records.group import GroupRecord
from services.records.person import PersonRecord
from services.storage.rows import storable


class Purpose(StrEnum):
    """What a link is for."""

    INVITE = "invite"
    RESET = "reset"
    SET_UP = "set-up"


LIFETIMES: Final = {
    Purpose.INVITE: timedelta(days=7),
    Purpose.RESET: timedelta(hours=24),
    Purpose.SET_UP: timedelta(days=30),
}


class LinkOverError(Exception):
    """The link was used, withdrawn, or is too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link as admins see it; ``person`` is whose password it resets, ``group`` the uid of one, or empty."""

    uid: str
    purpose: Purpose
    person: Person | None
    role: Role
    group: str
    mail: str
    made_by: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """A new link: its secret, which is told only now, and what is kept."""

    secret: str
    invitation: Invitation

    @property
    def path(self) -> str:
        """Where the link leads on this server."""
        room = {Purpose.INVITE: "join", Purpose.RESET: "reset", Purpose.SET_UP: "set-up"}[self.invitation.purpose]
        return f"/{room}?token={self.secret}"


class Invitations:
    """Made by admins; of each secret only the digest is kept."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    async def invite(
        self, who: Person, *, role: Role = Role.USER, group: str = "", mail: str = "", address: str = ""
    ) -> Made:
        """Return a link for seven days that makes one account with that role, in the group with that uid.

        Only owners invite admins and owners. ``mail`` is a remark, and what the form begins with.
        """
        demand_admin(who)
        if role is Role.SERVER or (role is not Role.USER and who.role is not Role.OWNER):
            raise NotAllowedError(ONLY_OWNERS)
        made = await self._make(Purpose.INVITE, made_by=who, role=role, group=group, mail=mail_from(mail) or "")
        names = await GroupRecord.filter(uid=group).values_list("name", flat=True)
        told = {"role": role.value, **({"group": str(names[0])} if names else {})}
        details = json.dumps(told, ensure_ascii=False)
        await self._audit.note(who, "invited", made.invitation.mail, address=address, details=details)
        return made

    async def reset(self, who: Person, uid: str, *, address: str = "") -> Made:
        """Return a link for a day that sets a new password for somebody; former ones of theirs end."""
        demand_over(who, person_from(await account_record(uid)))
        return await self._reset(uid, who, address)

    async def from_console(self, uid: str) -> Made:
        """Return a link as ``reset`` does, for whoever runs this server."""
        return await self._reset(uid, None, "console")

    async def for_first_owner(self) -> Made:
        """Return a link that makes the first account; ones made at former starts are over."""
        await InvitationRecord.filter(purpose=Purpose.SET_UP).delete()
        return await self._make(Purpose.SET_UP, role=Role.OWNER)

    async def all(self, who: Person) -> list[Invitation]:
        """Return the links that still work, the newest first."""
        demand_admin(who)
        found = await _good().exclude(purpose=Purpose.SET_UP).order_by("-id").select_related("person")
        makers = PersonRecord.filter(uid__in=[record.made_by for record in found])
        names = {str(uid): str(name) for uid, name in await makers.values_list("uid", "name")}
        return [_shown(record, names.get(record.made_by, "")) for record in found]

    async def withdraw(self, who: Person, uid: str, *, address: str = "") -> None:
        """Make a link work no more."""
        demand_admin(who)
        record = await _good().exclude(purpose=Purpose.SET_UP).filter(uid=storable(uid)).first()
        if record is None or not await InvitationRecord.filter(id=record.id).delete():
            raise NotThereError(uid)
        await self._audit.note(who, "link withdrawn", record.mail, address=address, details=record.purpose)

    async def find(self, secret: str, purpose: Purpose) -> Invitation:
        """Return what a link is for; raise ``LinkOverError`` if it works no more."""
        found = await _good().filter(digest=digest(secret), purpose=purpose).select_related("person").first()
        if found is None:
            raise LinkOverError("That link was used already, or is too old. Ask for a new one.")
        return _shown(found)

    async def redeem(self, secret: str, purpose: Purpose) -> Invitation:
        """Use a link up, within the transaction that does what it is for; raise ``LinkOverError`` as ``find`` does."""
        found = await self.find(secret, purpose)
        if not await _good().filter(uid=found.uid).update(used_at=now()):
            raise LinkOverError("That link was used already.")
        return found

    async def _reset(self, uid: str, who: Person | None, address: str) -> Made:
        record = await account_record(uid)
        await InvitationRecord.filter(person_id=record.id, used_at__isnull=True).delete()
        made = await self._make(Purpose.RESET, made_by=who, person_id=record.id)
        await self._audit.note(who, "reset link made", record.handle or "", address=address)
        return made

    async def _make(
        self,
        purpose: Purpose,
        *,
        made_by: Person | None = None,
        person_id: int | None = None,
        role: Role = Role.USER,
        group: str = "",
        mail: str = "",
    ) -> Made:
        secret, moment = secrets.token_urlsafe(32), now()
        record = await InvitationRecord.create(
            uid=new_uid(),
            digest=digest(secret),
            purpose=purpose,
            person_id=person_id,
            role=role,
            group=storable(group)[:36],
            mail=storable(mail),
            made_by=made_by.uid if made_by else "",
            created_at=moment,
            expires_at=moment + LIFETIMES[purpose],
        )
        await record.fetch_related("person")
        return Made(secret, _shown(record, made_by.name if made_by else ""))


def _good() -> QuerySet[InvitationRecord]:
    return InvitationRecord.filter(used_at__isnull=True, expires_at__gt=now())


def _shown(record: InvitationRecord, made_by: str = "") -> Invitation:
    return Invitation(
        uid=record.uid,
        purpose=Purpose(record.purpose),
        person=person_from(record.person) if record.person else None,
        role=Role(record.role),
        group=record.group,
        mail=record.mail,
        made_by=made_by,
        created_at=record.created_at,
        expires_at=record.expires_at,
    )
