"""Coming in from another place that says who somebody is."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from tortoise.exceptions import IntegrityError

from services.chats.conversations import NotThereError
from services.chats.replies import now
from services.people.account_rows import accounts, taken
from services.people.audit import Audit
from services.people.joining import Joining
from services.people.names import BadNameError, folded, handle_from, mail_from, name_from
from services.people.person import NotAllowedError, Person, person_from
from services.people.sessions import digest
from services.people.vouching import Identity, NotVouchedError, Question, Voucher
from services.records.account import IdentityRecord, PendingRecord
from services.records.person import PersonRecord
from services.storage.rows import as_json_text, storable
from services.storage.transactions import in_one_piece

PATIENCE: Final = timedelta(minutes=10)
ODD: Final = re.compile(r"[^\w.-]+")


class MailTakenError(Exception):
    """An account here has the address, which does not prove that it is the same person."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Where a browser goes, and the secret it has to show when it comes back."""

    location: str
    browser: str


@dataclass(frozen=True, slots=True)
class Return:
    """Who came back, and where they wanted to go."""

    who: Person
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Another place that lets somebody in."""

    id: int
    title: str
    mail: str
    created_at: datetime


class Federation:
    """People are known by issuer and subject; by mail only where both sides know that it is theirs."""

    def __init__(self, vouchers: Iterable[Voucher], joining: Joining, audit: Audit) -> None:
        self._vouchers = {each.issuer.name: each for each in vouchers}
        self._joining = joining
        self._audit = audit

    @property
    def titles(self) -> dict[str, str]:
        """What the places are called, by their names."""
        return {name: voucher.issuer.title for name, voucher in self._vouchers.items()}

    async def depart(self, name: str, *, back: str, to: str, token: str = "", who: Person | None = None) -> Departure:
        """Return where to go to be vouched for, for ten minutes; ``who`` is in already, and connects that place.

        ``back`` is the address to come back to, ``to`` the page after that, ``token`` that of an invitation. Raise
        ``NotThereError`` for an unknown place and ``NotVouchedError`` for one that cannot be asked.
        """
        voucher = self._voucher(name)
        state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
        question = Question(state=state, nonce=nonce, verifier=verifier, back=back)
        location = await voucher.location(question)
        kept = {**asdict(question), "name": name, "browser": digest(browser), "to": to, "token": token}
        await PendingRecord.filter(expires_at__lte=now()).delete()
        data = as_json_text({**kept, "who": who.uid if who else ""})
        await PendingRecord.create(digest=digest(state), data=data, expires_at=now() + PATIENCE)
        return Departure(location, browser)

    async def come_back(
        self, name: str, answer: Mapping[str, str], *, browser: str, who: Person | None, address: str
    ) -> Return:
        """Return who has come back with ``answer``; ``who`` is in already.

        Raise ``NotVouchedError`` for whatever is forged, stale or used, ``MailTakenError``, ``NotAllowedError`` where
        newcomers need an invitation, ``LinkOverError`` and ``NotThereError``.
        """
        voucher, kept = self._voucher(name), await _pending(answer.get("state", ""))
        if kept["name"] != name or not secrets.compare_digest(kept["browser"], digest(browser)):
            raise NotVouchedError("This was begun in another browser.")
        if answer.get("error") or not answer.get("code"):
            raise NotVouchedError("It was called off.")
        if kept["who"] != (who.uid if who else ""):
            raise NotVouchedError("Somebody else is signed in by now.")
        question = Question(**{part: kept[part] for part in ("state", "nonce", "verifier", "back")})
        identity = await voucher.identity(question, answer)
        found = await (self._connect(who, identity) if who else self._find(identity, kept["token"]))
        await self._audit.note(found, "vouched for", found.handle, address=address, details=name)
        return Return(found, kept["to"])

    async def connections(self, who: Person) -> list[Connection]:
        """Return the places that let somebody in."""
        titles = {each.issuer.address: each.issuer.title for each in self._vouchers.values()}
        return [
            Connection(
                id=record.id,
                title=titles.get(record.issuer.rstrip("/"), record.issuer),
                mail=record.mail,
                created_at=record.created_at,
            )
            for record in await IdentityRecord.filter(owner_id=who.id).order_by("id")
        ]

    async def disconnect(self, who: Person, connection: int, *, address: str = "") -> None:
        """Let a place vouch for somebody no more; raise ``NotAllowedError`` if they could not come in any more."""
        await self._forget(who, connection)
        await self._audit.note(who, "disconnected", who.handle, address=address)

    async def close(self) -> None:
        """Hang up."""
        for voucher in self._vouchers.values():
            await voucher.close()

    def _voucher(self, name: str) -> Voucher:
        if name not in self._vouchers:
            raise NotThereError(name)
        return self._vouchers[name]

    async def _find(self, identity: Identity, token: str) -> Person:
        known = IdentityRecord.filter(issuer=identity.issuer, subject=identity.subject).select_related("owner")
        if record := await known.first():
            if record.owner.suspended:
                raise NotAllowedError("That account is suspended.")
            return person_from(record.owner)
        if (mail := _mail(identity)) and (same := await accounts().filter(mail=mail).first()):
            if not (identity.mail_verified and same.mail_verified) or same.suspended:
                raise MailTakenError
            return await self._connect(person_from(same), identity)
        who = await self._joining.admit(await _described(identity, mail), token)
        return await self._connect(who, identity)

    async def _connect(self, who: Person, identity: Identity) -> Person:
        try:
            await _add(who, identity)
        except IntegrityError as error:
            known = IdentityRecord.filter(issuer=identity.issuer, subject=identity.subject, owner_id=who.id)
            if not await known.exists():
                raise NotVouchedError("That is connected with another account here.") from error
        return who

    @in_one_piece
    async def _forget(self, who: Person, connection: int) -> None:
        others = IdentityRecord.filter(owner_id=who.id).exclude(id=connection)
        if not (await PersonRecord.get(id=who.id)).password and not await others.exists():
            raise NotAllowedError("Set a password first: nothing else lets you in.")
        if not await IdentityRecord.filter(owner_id=who.id, id=connection).delete():
            raise NotThereError(str(connection))


@in_one_piece
async def _pending(state: str) -> dict[str, str]:
    """Return what was kept under ``state``, once."""
    query = PendingRecord.filter(digest=digest(state), expires_at__gt=now())
    record = await query.first()
    if record is None or not await PendingRecord.filter(id=record.id).delete():
        raise NotVouchedError("This took too long, or was not begun here.")
    return {str(name): str(value) for name, value in json.loads(record.data).items()}


@in_one_piece
async def _add(who: Person, identity: Identity) -> None:
    await IdentityRecord.create(
        owner_id=who.id,
        issuer=identity.issuer[:255],
        subject=identity.subject,
        mail=storable(identity.mail),
        created_at=now(),
    )


async def _described(identity: Identity, mail: str) -> dict[str, str | bool | None]:
    """Return the columns of a new account; the user name is the nearest that is free."""
    wanted = ODD.sub("-", folded(identity.handle.partition("@")[0] or mail.partition("@")[0] or identity.name))
    try:
        handle = handle_from(wanted.strip("._-")[:30])
    except BadNameError:
        handle = "guest"
    free, number = handle, 1
    while await taken(free, None):
        number += 1
        free = f"{handle}{number}"
    name = storable(name_from(identity.name, free))
    proved = mail if identity.mail_verified else None
    return {"handle": free, "name": name, "mail": proved or None, "mail_verified": bool(proved)}


def _mail(identity: Identity) -> str:
    try:
        return mail_from(storable(identity.mail)) or ""
    except BadNameError:
        return ""
