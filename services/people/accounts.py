"""Who has an account here, and every change to it."""

from __future__ import annotations

from typing import Final

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from services.people.account_rows import (
    TAKEN,
    Account,
    TakenError,
    account_from,
    account_record,
    accounts,
    add_person,
    owners_beside,
    taken,
)
from services.people.audit import Audit
from services.people.ending import Ending
from services.people.names import folded, handle_from, mail_from, name_from
from services.people.passwords import Passwords, demand_good
from services.people.person import NotAllowedError, Person, Role, demand_admin, person_from
from services.records.person import PersonRecord
from services.storage.rows import Row, storable
from services.storage.transactions import in_one_piece

PAGE: Final = 50
ONLY_OWNERS: Final = "Only an owner can do that."
LAST_OWNER: Final = "You are the last owner. Make somebody else one first."
NOT_YOURSELF: Final = "You cannot do that to yourself. Ask another owner."


class WrongPasswordError(ValueError):
    """That is not the password of this account."""


class Accounts:
    """Everybody who may sign in; whoever is not there raises ``NotThereError``."""

    def __init__(self, passwords: Passwords, ending: Ending, audit: Audit) -> None:
        self.passwords = passwords
        self._ending = ending
        self._audit = audit

    async def create(
        self,
        *,
        handle: str,
        name: str = "",
        mail: str = "",
        mail_verified: bool = False,
        password: str = "",
        role: Role = Role.USER,
    ) -> Person:
        """Make an account, for whoever has decided that there may be one, and return whose it is.

        Without a password they come in from elsewhere only. Raise ``BadNameError``, ``TakenError``,
        ``WeakPasswordError`` or ``TooBusyError``.
        """
        values = await self.described(handle=handle, name=name, mail=mail, password=password)
        return await _add({**values, "mail_verified": mail_verified, "role": role})

    async def described(self, *, handle: str, name: str, mail: str, password: str) -> dict[str, str | None]:
        """Return the columns of a new account; raise as ``create`` does."""
        known_as, address = handle_from(handle), mail_from(mail)
        if password:
            demand_good(password, known_as, address or "", name)
        if await taken(known_as, address):
            raise TakenError(TAKEN)
        return {
            "handle": known_as,
            "mail": address,
            "name": storable(name_from(name, known_as)),
            "password": await self.passwords.hash(password) if password else "",
        }

    async def named(self, who: Person, uid: str) -> Account:
        """Return somebody's account, for admins, or one's own."""
        if uid != who.uid:
            demand_admin(who)
        return account_from(await account_record(uid))

    async def search(
        self, who: Person, words: str = "", *, limit: int = PAGE, after: str = "", suspended: bool | None = None
    ) -> list[Account]:
        """Return accounts by user name, those after that user name, in whose names or address ``words`` are."""
        demand_admin(who)
        query = accounts() if suspended is None else accounts().filter(suspended=suspended)
        if words := folded(storable(words)):
            query = query.filter(Q(handle__contains=words) | Q(mail__contains=words) | Q(name__icontains=words))
        if after:
            query = query.filter(handle__gt=storable(after))
        return [account_from(record) for record in await query.order_by("handle").limit(limit)]

    async def count(self, who: Person) -> int:
        """Return how many accounts there are."""
        demand_admin(who)
        return await accounts().count()

    async def describe(
        self, who: Person, *, name: str, handle: str, mail: str, language: str = "", time_zone: str = ""
    ) -> Person:
        """Keep what somebody tells about themselves; an address that changes is not verified any more."""
        known_as, address = handle_from(handle), mail_from(mail)
        former = await account_record(who.uid)
        if await taken(known_as, address, but=who.id):
            raise TakenError(TAKEN)
        changed = {
            "handle": known_as,
            "mail": address,
            "name": storable(name_from(name, known_as)),
            "mail_verified": former.mail_verified and address == former.mail,
            "language": storable(language)[:20],
            "time_zone": storable(time_zone)[:60],
        }
        await self._change(who, changed)
        return person_from(await account_record(who.uid))

    async def wear(self, who: Person, picture: str) -> None:
        """Show somebody with the picture of that digest, which is kept as theirs, or without one."""
        await PersonRecord.filter(id=who.id).update(picture=picture)

    async def prove_password(self, who: Person, password: str) -> None:
        """Raise ``WrongPasswordError`` unless it is theirs; an account without one has nothing to prove."""
        record = await account_record(who.uid)
        if record.password and not (await self.passwords.prove(password, record.password)).right:
            raise WrongPasswordError("That is not your password.")

    async def hash_for(self, who: Person, password: str) -> str:
        """Return what to keep of a new password of theirs; raise ``WeakPasswordError`` or ``TooBusyError``."""
        record = await account_record(who.uid)
        demand_good(password, record.handle or "", record.mail or "", record.name)
        return await self.passwords.hash(password)

    async def set_password(self, who: Person, kept: str, *, address: str = "") -> None:
        """Keep a new password, for whoever has shown that they may set it; everything that let them in ends."""
        await PersonRecord.filter(id=who.id).update(password=kept)
        await self.end_everything(who)
        await self._audit.note(who, "password changed", who.handle, address=address)

    async def set_role(self, who: Person, uid: str, role: Role, *, address: str = "") -> None:
        """Make somebody a user, an admin or an owner; only owners do that, and not to themselves."""
        if who.role is not Role.OWNER or role is Role.SERVER:
            raise NotAllowedError(ONLY_OWNERS)
        about = await self._other(who, uid)
        await self._demote(about, role)
        await self._ending.withdraw_links(about)
        await self.end_everything(about)
        await self._audit.note(who, "role changed", about.handle, address=address, details=role)

    async def sign_out(self, who: Person, uid: str, *, address: str = "") -> None:
        """End every session and token of somebody, who may come in again."""
        about = await self._other(who, uid)
        await self.end_everything(about)
        await self._audit.note(who, "signed out by an admin", about.handle, address=address)

    async def suspend(self, who: Person, uid: str, *, address: str = "") -> None:
        """Let somebody in no more, until ``resume``; what they are doing ends."""
        about = await self._other(who, uid)
        await self._put_out(about)
        await self._ending.withdraw_links(about)
        await self._ending.stop_answers(about)
        await self.end_everything(about)
        await self._audit.note(who, "suspended", about.handle, address=address)

    async def resume(self, who: Person, uid: str, *, address: str = "") -> None:
        """Let somebody in again."""
        about = await self._other(who, uid)
        await PersonRecord.filter(id=about.id).update(suspended=False)
        await self._audit.note(who, "resumed", about.handle, address=address)

    async def delete(self, who: Person, uid: str, *, address: str = "") -> None:
        """Forget somebody and all that is theirs: oneself, or for admins another."""
        about = person_from(await account_record(uid)) if uid == who.uid else await self._other(who, uid)
        await self._put_out(about)
        await self._ending.withdraw_links(about)
        await self._ending.stop_answers(about)
        await self.end_everything(about)
        await PersonRecord.filter(id=about.id).delete()
        await self._audit.note(who, "account deleted", about.handle, address=address)

    async def end_everything(self, person: Person) -> None:
        """End every session, token and socket of somebody."""
        await self._ending.end_everything(person)

    async def _other(self, who: Person, uid: str) -> Person:
        """Return another whom ``who`` may change: admins users only, owners everybody."""
        demand_admin(who)
        about = person_from(await account_record(uid))
        if about.id == who.id:
            raise NotAllowedError(NOT_YOURSELF)
        demand_over(who, about)
        return about

    @in_one_piece
    async def _change(self, who: Person, values: Row) -> None:
        try:
            await PersonRecord.filter(id=who.id).update(**values)
        except IntegrityError as error:
            raise TakenError(TAKEN) from error

    @in_one_piece
    async def _demote(self, about: Person, role: Role) -> None:
        if role is not Role.OWNER:
            await _demand_another_owner(about)
        await PersonRecord.filter(id=about.id).update(role=role)

    @in_one_piece
    async def _put_out(self, about: Person) -> None:
        await _demand_another_owner(about)
        await PersonRecord.filter(id=about.id).update(suspended=True)


def demand_over(who: Person, about: Person) -> None:
    """Raise ``NotAllowedError`` unless ``who`` may change ``about``: an admin users only, an owner everybody."""
    demand_admin(who)
    if about.role is not Role.USER and who.role is not Role.OWNER:
        raise NotAllowedError(ONLY_OWNERS)


@in_one_piece
async def _add(values: Row) -> Person:
    return await add_person(values)


async def _demand_another_owner(about: Person) -> None:
    """Raise ``NotAllowedError`` if ``about`` is the only owner who can still come in."""
    if (await account_record(about.uid)).role == Role.OWNER and not await owners_beside(about):
        raise NotAllowedError(LAST_OWNER)
