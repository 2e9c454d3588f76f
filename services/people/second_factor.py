"""Codes from a phone, asked for after the password, and codes on paper for when the phone is gone."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import Final

import pyotp
import segno

from services.people.account_rows import account_record
from services.people.accounts import NOT_YOURSELF, demand_over
from services.people.audit import Audit
from services.people.brakes import CODES, Brakes
from services.people.person import NotAllowedError, Person, person_from
from services.people.sessions import digest
from services.records.person import PersonRecord
from services.secrets.vault import Vault
from services.storage.transactions import in_one_piece

STEP: Final = 30  # seconds
AROUND: Final = 1  # steps that a clock may be wrong by
SPARE: Final = 10  # recovery codes
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look like others


class WrongCodeError(ValueError):
    """That code is not right, or was used already."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A secret that is not kept yet: as text, and as a drawing (SVG) that a phone reads."""

    secret: str
    drawing: str


class SecondFactor:
    """Time-based codes (RFC 6238); each is good once, and so is each recovery code."""

    def __init__(self, vault: Vault, audit: Audit, brakes: Brakes) -> None:
        self._vault = vault
        self._audit = audit
        self._brakes = brakes

    async def is_on(self, who: Person) -> bool:
        """Return whether codes are asked for."""
        return await PersonRecord.filter(id=who.id).exclude(totp="").exists()

    def propose(self, who: Person) -> Proposal:
        """Return a new secret for a phone; nothing changes until ``turn_on`` is called with it."""
        secret = pyotp.random_base32()
        address = pyotp.TOTP(secret).provisioning_uri(name=who.handle or who.name, issuer_name="OmniChat")
        drawing = segno.make(address, error="m").svg_inline(omitsize=True, border=2, dark="#000", light="#fff")
        return Proposal(secret, drawing)

    async def turn_on(self, who: Person, secret: str, code: str, *, address: str = "") -> list[str]:
        """Ask for codes from now on, as one shows that the phone works; return the recovery codes, told only now.

        Raise ``WrongCodeError`` if it does not, or where codes are asked for already.
        """
        step = _step_of(secret, code, after=0)
        if step is None:
            raise WrongCodeError("That code is not right. Is the clock of your phone right?")
        spare = _spare_codes()
        sealed = self._vault.seal(secret, *totp_bond(who.uid))
        changes = {"totp": sealed, "totp_step": step, "recovery": _kept(spare)}
        if not await PersonRecord.filter(id=who.id, totp="").update(**changes):
            raise WrongCodeError("Codes are asked for already. Turn that off first.")
        await self._audit.note(who, "second factor on", who.handle, address=address)
        return spare

    async def turn_off(self, who: Person, code: str, *, address: str = "") -> None:
        """Ask for no more codes; raise ``WrongCodeError`` unless this one is right."""
        if not await self.prove(who, code):
            raise WrongCodeError("That code is not right, or was used already.")
        await _forget(who)
        await self._audit.note(who, "second factor off", who.handle, address=address)

    async def take_off(self, who: Person, uid: str, *, address: str = "") -> None:
        """Ask somebody who lost phone and paper for no more codes; admins do that for users, owners for everybody."""
        about = person_from(await account_record(uid))
        if about.id == who.id:
            raise NotAllowedError(NOT_YOURSELF)
        demand_over(who, about)
        await _forget(about)
        await self._audit.note(who, "second factor taken off", about.handle, address=address)

    async def spare_left(self, who: Person) -> int:
        """Return how many recovery codes were not used."""
        return len(_digests((await PersonRecord.get(id=who.id)).recovery))

    async def renew_spare(self, who: Person, code: str, *, address: str = "") -> list[str]:
        """Return new recovery codes in place of all former ones; raise ``WrongCodeError`` unless ``code`` is right."""
        if not await self.prove(who, code):
            raise WrongCodeError("That code is not right, or was used already.")
        spare = _spare_codes()
        await PersonRecord.filter(id=who.id).update(recovery=_kept(spare))
        await self._audit.note(who, "recovery codes renewed", who.handle, address=address)
        return spare

    async def prove(self, who: Person, code: str) -> bool:
        """Return whether ``code`` is right, and use it up; raise ``SlowDownError`` after too many that were not."""
        await self._brakes.take(CODES, who.uid)
        if right := await self._use_up(who, code):
            await self._brakes.forgive(CODES, who.uid)
        return right

    @in_one_piece
    async def _use_up(self, who: Person, code: str) -> bool:
        record = await PersonRecord.get(id=who.id)
        if not record.totp:
            return False
        mine, given = PersonRecord.filter(id=who.id), _tidy(code)
        secret = self._vault.open(record.totp, *totp_bond(who.uid))
        step = _step_of(secret, given, after=record.totp_step)
        if step is not None:
            return bool(await mine.filter(totp_step__lt=step).update(totp_step=step))
        kept = _digests(record.recovery)
        if (used := digest(given)) not in kept:
            return False
        left = json.dumps([each for each in kept if each != used])
        return bool(await mine.filter(recovery=record.recovery).update(recovery=left))


async def _forget(who: Person) -> None:
    await PersonRecord.filter(id=who.id).update(totp="", totp_step=0, recovery="")


def totp_bond(uid: str) -> tuple[str, ...]:
    """Return what the secret of the person with that uid is bound to."""
    return "totp", uid


def _step_of(secret: str, code: str, *, after: int) -> int | None:
    """Return the step of time whose code this is, if it comes after the last one used."""
    present, code, phone = int(time.time()) // STEP, _tidy(code), pyotp.TOTP(secret)
    steps = range(max(present - AROUND, after + 1), present + AROUND + 1)
    same = [step for step in steps if secrets.compare_digest(phone.generate_otp(step), code)]
    return same[0] if same else None


def _spare_codes() -> list[str]:
    codes = ["".join(secrets.choice(LETTERS) for _ in range(16)) for _ in range(SPARE)]
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


def _kept(codes: list[str]) -> str:
    return json.dumps([digest(_tidy(code)) for code in codes])


def _digests(kept: str) -> list[str]:
    return [str(each) for each in json.loads(kept or "[]")]


def _tidy(code: str) -> str:
    """Return a code as it is compared, however it was typed."""
    return "".join(sign for sign in code.casefold() if sign.isascii() and sign.isalnum())
