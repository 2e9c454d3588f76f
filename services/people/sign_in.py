"""Coming in by password and code; who guesses is slowed down."""

from __future__ import annotations

from dataclasses import dataclass

from services.chats.replies import now
from services.people.account_rows import account_called
from services.people.accounts import Accounts
from services.people.audit import Audit
from services.people.brakes import CODES, PER_ACCOUNT, PER_ACCOUNT_ANYWHERE, PER_ADDRESS, Brakes, neighbourhood
from services.people.names import folded
from services.people.person import Person, person_from
from services.people.second_factor import SecondFactor
from services.people.sessions import Sessions, Stage
from services.records.account import SessionRecord
from services.records.person import PersonRecord


class RefusedError(Exception):
    """No account has that name and that password, or that code; it is not told which is wrong."""


class CodeRefusedError(RefusedError):
    """That is no code of theirs, or it was used already."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """The secret of a new session, and what it still has to show."""

    secret: str
    stage: Stage


class SignIn:
    """Every attempt is written down; an unknown name takes as long as a wrong password."""

    def __init__(
        self, accounts: Accounts, second_factor: SecondFactor, sessions: Sessions, audit: Audit, brakes: Brakes
    ) -> None:
        self._accounts = accounts
        self._second_factor = second_factor
        self._sessions = sessions
        self._audit = audit
        self._brakes = brakes

    async def by_password(self, login: str, password: str, *, address: str, agent: str) -> Entrance:
        """Begin a session; raise as ``prove`` does."""
        return await self.begin(await self.prove(login, password, address=address), address=address, agent=agent)

    async def by_code(self, secret: str, code: str, *, address: str, agent: str) -> Entrance:
        """Exchange the session that waits for a code for one that is open; raise as ``prove_code`` does."""
        visit = await self._sessions.find(secret)
        if visit.who is None or visit.stage is not Stage.SECOND_FACTOR:
            raise RefusedError("Sign in again.")
        await self.prove_code(visit.who, code, address=address)
        await self._sessions.end(visit.who, visit.session)
        return await self._open(visit.who, address=address, agent=agent)

    async def begin(self, who: Person, *, address: str, agent: str, proved: bool = False) -> Entrance:
        """Begin a session for somebody who has shown who they are; a second factor is asked for, unless ``proved``."""
        if not proved and await self._second_factor.is_on(who):
            stage = Stage.SECOND_FACTOR
            return Entrance(await self._sessions.begin(who, address=address, agent=agent, stage=stage), stage)
        return await self._open(who, address=address, agent=agent)

    async def prove(self, login: str, password: str, *, address: str) -> Person:
        """Return whose name, or mail address, and password these are.

        Raise ``RefusedError``, ``SlowDownError`` after too many of those, or ``TooBusyError``.
        """
        known_as, near = folded(login), neighbourhood(address)
        record = await account_called(login)
        await self._slow_down(known_as, record, address)
        proof = await self._accounts.passwords.prove(password, record.password if record else "")
        if record is None or not proof.right or not await _is_as_it_was(record):
            await self._brakes.count(PER_ADDRESS, near)
            await self._audit.note(None, "sign-in refused", known_as, address=address)
            raise RefusedError("That user name and password do not match.")
        if proof.fresh:
            await PersonRecord.filter(id=record.id, password=record.password).update(password=proof.fresh)
        await self._brakes.forgive(PER_ACCOUNT, known_as, near)
        await self._brakes.forgive(PER_ACCOUNT_ANYWHERE, known_as)
        return person_from(record)

    async def prove_code(self, who: Person, code: str, *, address: str) -> None:
        """Raise ``CodeRefusedError`` unless it is a code of theirs that was not used, or ``SlowDownError``."""
        if not await self._second_factor.prove(who, code):
            await self._audit.note(who, "code refused", who.handle, address=address)
            raise CodeRefusedError("That code is not right, or was used already.")

    async def prove_again(self, who: Person, password: str) -> None:
        """Raise ``WrongPasswordError`` unless it is theirs, who are in already, or ``SlowDownError``."""
        await self._brakes.take(CODES, "password", who.uid)
        await self._accounts.prove_password(who, password)
        await self._brakes.forgive(CODES, "password", who.uid)

    async def change_password(self, who: Person, old: str, new: str, *, address: str) -> None:
        """Let ``who`` come in by ``new`` from now on; everything they are signed in with ends.

        Raise as ``prove_again`` does, ``WeakPasswordError`` or ``TooBusyError``.
        """
        await self.prove_again(who, old)
        await self._accounts.set_password(who, await self._accounts.hash_for(who, new), address=address)

    async def out(self, secret: str, *, address: str) -> None:
        """End the session with that secret, if there is one."""
        visit = await self._sessions.find(secret)
        if visit.who is not None:
            await self._sessions.end(visit.who, visit.session)
            await self._audit.note(visit.who, "signed out", visit.who.handle, address=address)

    async def _open(self, who: Person, *, address: str, agent: str) -> Entrance:
        await PersonRecord.filter(id=who.id).update(seen_at=now())
        await self._audit.note(who, "signed in", who.handle, address=address)
        return Entrance(await self._sessions.begin(who, address=address, agent=agent), Stage.OPEN)

    async def _slow_down(self, known_as: str, record: PersonRecord | None, address: str) -> None:
        """Count the attempt before it is known how it ends, so that many at once are no way round."""
        await self._brakes.take(PER_ACCOUNT, known_as, neighbourhood(address))
        # Where somebody is signed in already, strangers cannot keep them from coming in again.
        if record and await _is_at_home(record, address):
            await self._brakes.count(PER_ACCOUNT_ANYWHERE, known_as)
        else:
            await self._brakes.check(PER_ADDRESS, neighbourhood(address))
            await self._brakes.take(PER_ACCOUNT_ANYWHERE, known_as)


async def _is_as_it_was(record: PersonRecord) -> bool:
    """Return whether somebody may come in, and nothing of theirs was ended while the password was looked at."""
    return await PersonRecord.filter(id=record.id, stamp=record.stamp, suspended=False).exists()


async def _is_at_home(record: PersonRecord, address: str) -> bool:
    here = SessionRecord.filter(owner_id=record.id, address=address, stage=Stage.OPEN, expires_at__gt=now())
    return await here.exists()
