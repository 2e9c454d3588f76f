"""Tokens that programs sign in for: one that lets in for minutes, and one that gets the next of both."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from services.chats.replies import new_uid, now
from services.people.account_rows import let_in
from services.people.person import Person, person_from
from services.people.sessions import LONGEST_AGENT, NOBODY, Visit, digest
from services.records.account import RefreshTokenRecord
from services.records.person import PersonRecord
from services.secrets.vault import Vault
from services.storage.rows import storable
from services.storage.transactions import in_one_piece

PURPOSE: Final = b"omnichat: access tokens"
ALGORITHM: Final = "HS256"
ISSUER: Final = "omnichat"
AUDIENCE: Final = "omnichat-api"
ACCESS: Final = timedelta(minutes=15)
REFRESH: Final = timedelta(days=30)
LONGEST: Final = 2_000  # characters of a token of ours
CLAIMS: Final = jwt.JWTClaimsRegistry(
    iss={"essential": True, "value": ISSUER},
    aud={"essential": True, "value": AUDIENCE},
    sub={"essential": True},
    sid={"essential": True},
    stamp={"essential": True},
    iat={"essential": True},
    exp={"essential": True},
    jti={"essential": True},
)


class TokenRefusedError(Exception):
    """A refresh token is not, or no more, one of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPair:
    """What a program gets: ``access`` lets in for ``seconds``, ``refresh`` gets the next pair, once."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: int


class AccessTokens:
    """JSON Web Tokens signed with a key derived from the master key; all that follow one sign-in are a family.

    They hold who it is and no more; whether that person may still come in is asked of the database each time.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._names: tuple[str, ...] = ()
        self._signing = KeySet([])

    @in_one_piece
    async def begin(self, who: Person, *, agent: str = "") -> TokenPair:
        """Return the first tokens of a new family."""
        await RefreshTokenRecord.filter(owner_id=who.id, expires_at__lte=now()).delete()
        return await self._next(await PersonRecord.get(id=who.id), new_uid(), agent)

    async def renew(self, refresh: str, *, agent: str = "") -> TokenPair:
        """Return the next tokens; raise ``TokenRefusedError``. One that is shown twice ends its whole family."""
        renewed = await self._renew(refresh, agent)
        if renewed is None:
            raise TokenRefusedError
        return renewed

    async def end(self, refresh: str) -> None:
        """End the family of a refresh token; one that is not known ends nothing."""
        families = await RefreshTokenRecord.filter(digest=digest(refresh)).values_list("family", flat=True)
        await RefreshTokenRecord.filter(family__in=[str(each) for each in families]).delete()

    async def end_family(self, who: Person, family: str) -> None:
        """End the family that an access token belongs to."""
        await RefreshTokenRecord.filter(owner_id=who.id, family=storable(family)).delete()

    async def find(self, access: str) -> Visit:
        """Return whose token it is, or ``NOBODY`` for one that is not ours, is too old, or whose family has ended."""
        claims = self._read(access)
        if claims is None:
            return NOBODY
        who, family, stamp = claims
        found = RefreshTokenRecord.filter(family=family, used_at__isnull=True, expires_at__gt=now())
        owners = await found.values_list("owner_id", flat=True)
        owner = await let_in(int(str(owners[0]))) if owners else None
        if owner is None or (owner.uid, owner.stamp) != (who, stamp):
            return NOBODY
        return Visit(who=person_from(owner), token=family)

    @in_one_piece
    async def _renew(self, refresh: str, agent: str) -> TokenPair | None:
        moment = now()
        found = RefreshTokenRecord.filter(digest=digest(refresh), expires_at__gt=moment, owner__suspended=False)
        owners = await found.values_list("owner_id", flat=True)
        await PersonRecord.filter(id__in=owners).select_for_update()  # or a new one could outlive the end of all
        record = await found.select_related("owner").first()
        if record is None:
            return None
        if not await RefreshTokenRecord.filter(id=record.id, used_at__isnull=True).update(used_at=moment):
            await RefreshTokenRecord.filter(family=record.family).delete()
            return None
        return await self._next(record.owner, record.family, agent)

    async def _next(self, owner: PersonRecord, family: str, agent: str) -> TokenPair:
        refresh, moment = secrets.token_urlsafe(32), now()
        await RefreshTokenRecord.create(
            digest=digest(refresh),
            family=family,
            owner_id=owner.id,
            created_at=moment,
            expires_at=moment + REFRESH,
            agent=storable(agent)[:LONGEST_AGENT],
        )
        return TokenPair(access=self._signed(owner, family), refresh=refresh, seconds=int(ACCESS.total_seconds()))

    def _signed(self, owner: PersonRecord, family: str) -> str:
        key = list(self._keys().keys)[-1]
        moment = int(now().timestamp())
        claims: dict[str, str | int] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": owner.uid,
            "sid": family,
            "stamp": owner.stamp,
            "iat": moment,
            "exp": moment + int(ACCESS.total_seconds()),
            "jti": secrets.token_urlsafe(12),
        }
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])

    def _read(self, access: str) -> tuple[str, str, int] | None:
        """Return the person, family and stamp of a token of ours that is not too old."""
        if len(access) > LONGEST or not access.isascii():
            return None
        try:
            claims = jwt.decode(access, self._keys(), algorithms=[ALGORITHM]).claims
            CLAIMS.validate(claims)
        except (JoseError, ValueError):
            return None
        match claims:
            case {"sub": str(who), "sid": str(family), "stamp": int(stamp)}:
                return who, family, stamp
        return None

    def _keys(self) -> KeySet:
        derived = self._vault.keys(PURPOSE)
        if self._names != tuple(derived):
            self._signing = KeySet([OctKey.import_key(key, {"kid": name}) for name, key in derived.items()])
            self._names = tuple(derived)
        return self._signing
