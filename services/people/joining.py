"""Becoming somebody here: the first owner, by invitation, or by oneself where that is open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from services.chats.archive import LOCAL_PERSON
from services.people.account_rows import accounts, add_person
from services.people.accounts import Accounts
from services.people.audit import Audit
from services.people.house import Registration
from services.people.invitations import Invitation, Invitations, LinkOverError, Made, Purpose
from services.people.person import NotAllowedError, Person, Role, person_from
from services.records.group import GroupRecord, MembershipRecord
from services.records.person import PersonRecord
from services.storage.rows import Row
from services.storage.transactions import in_one_piece

Policy: TypeAlias = Callable[[], Awaitable[str]]


class Joining:
    """Every way to a new account, and back to one whose password is lost."""

    def __init__(self, accounts: Accounts, invitations: Invitations, audit: Audit, policy: Policy) -> None:
        self._accounts = accounts
        self._invitations = invitations
        self._audit = audit
        self._policy = policy

    async def needs_set_up(self) -> bool:
        """Return whether nobody has an account yet."""
        return not await accounts().filter(role=Role.OWNER).exists()

    async def is_open(self) -> bool:
        """Return whether everybody may make an account."""
        return await self._policy() == Registration.OPEN

    async def begin_set_up(self) -> Made | None:
        """Return a link that makes the first account, or None when there is one."""
        return await self._invitations.for_first_owner() if await self.needs_set_up() else None

    async def set_up(self, secret: str, *, handle: str, name: str, mail: str, password: str, address: str) -> Person:
        """Make the first account, to which belongs what was here before; raise ``LinkOverError``, or as below."""
        if not await self.needs_set_up():
            raise LinkOverError("OmniChat is set up already. Sign in.")
        await self._invitations.find(secret, Purpose.SET_UP)
        values = await self._accounts.described(handle=handle, name=name, mail=mail, password=password)
        who = await self._claim(secret, values)
        await self._audit.note(who, "set up", who.handle, address=address)
        return who

    async def join(self, secret: str, *, handle: str, name: str, mail: str, password: str, address: str) -> Person:
        """Make the account that a link is for; raise ``LinkOverError``, or as ``Accounts.create`` does."""
        await self._invitations.find(secret, Purpose.INVITE)
        values = await self._accounts.described(handle=handle, name=name, mail=mail, password=password)
        who = await self._redeem(secret, values)
        await self._audit.note(who, "joined", who.handle, address=address)
        return who

    async def register(self, *, handle: str, name: str, mail: str, password: str, address: str) -> Person:
        """Make an account by oneself; raise ``NotAllowedError`` where that is not open, or as below."""
        if not await self.is_open():
            raise NotAllowedError("Ask an admin for an invitation.")
        who = await self._accounts.create(handle=handle, name=name, mail=mail, password=password)
        await self._audit.note(who, "registered", who.handle, address=address)
        return who

    async def admit(self, values: Row, token: str) -> Person:
        """Make an account for somebody whom another place vouches for, by an invitation or where that is open."""
        if token:
            return await self._redeem(token, values)
        if not await self.is_open():
            raise NotAllowedError("Ask an admin for an invitation.")
        return await _add(values)

    async def reset(self, secret: str, password: str, *, address: str) -> Person:
        """Set a new password by a link; raise ``LinkOverError``, ``WeakPasswordError`` or ``TooBusyError``."""
        about = (await self._invitations.find(secret, Purpose.RESET)).person
        if about is None:
            raise LinkOverError("That link is for nobody.")
        kept = await self._accounts.hash_for(about, password)
        await self._invitations.redeem(secret, Purpose.RESET)
        await self._accounts.set_password(about, kept, address=address)
        return about

    @in_one_piece
    async def _claim(self, secret: str, values: Row) -> Person:
        await self._invitations.redeem(secret, Purpose.SET_UP)
        unclaimed = PersonRecord.filter(uid=LOCAL_PERSON, handle__isnull=True)
        if not await unclaimed.update(**values, role=Role.OWNER):
            raise LinkOverError("OmniChat is set up already. Sign in.")
        return person_from(await PersonRecord.get(uid=LOCAL_PERSON))

    @in_one_piece
    async def _redeem(self, secret: str, values: Row) -> Person:
        if await self._policy() == Registration.CLOSED:
            raise NotAllowedError("No accounts are made here for now. Ask an admin.")
        invitation = await self._invitations.redeem(secret, Purpose.INVITE)
        who = await add_person({**values, "role": invitation.role})
        await _put_into(who, invitation)
        return who


@in_one_piece
async def _add(values: Row) -> Person:
    return await add_person(values)


async def _put_into(who: Person, invitation: Invitation) -> None:
    """Put somebody new into the group that the link names; without its rules nobody comes in by that link."""
    if not invitation.group:
        return
    group = await GroupRecord.filter(uid=invitation.group).first()
    if group is None:
        raise LinkOverError("The group of that link is gone. Ask for a new one.")
    await MembershipRecord.create(group_id=group.id, person_id=who.id)
