"""Programs that signed in come in for minutes at a time, and only as long as they may."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from services.chats.archive import Archive
from services.chats.hub import StreamHub
from services.chats.replies import now
from services.news import News
from services.people.access_tokens import ALGORITHM, LONGEST, PURPOSE, AccessTokens, TokenPair, TokenRefusedError
from services.people.ending import Ending
from services.people.person import Person
from services.people.sessions import NOBODY
from services.records.account import RefreshTokenRecord
from services.records.person import PersonRecord
from services.secrets.master_keys import MasterKeys
from services.secrets.vault import Vault
from services.settings import Settings


@pytest.fixture
def masters(tmp_path: Path) -> MasterKeys:
    return MasterKeys(Settings(data_dir=tmp_path))


@pytest.fixture
def vault(masters: MasterKeys) -> Vault:
    return Vault(masters)


@pytest.fixture
def tokens(store: object, vault: Vault) -> AccessTokens:
    return AccessTokens(vault)


def key_of(vault: Vault) -> OctKey:
    name, key = list(vault.keys(PURPOSE).items())[-1]
    return OctKey.import_key(key, {"kid": name})


def changed(token: str, **claims: object) -> str:
    """Return the token with other claims under the old signature."""
    head, body, signature = token.split(".")
    told = json.loads(urlsafe_b64decode(body + "=="))
    return ".".join((head, packed(told | claims), signature))


def packed(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def claims_in(token: str) -> dict[str, str | int]:
    told: dict[str, str | int] = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    return told


async def test_a_token_lets_its_person_in_and_holds_no_more_than_who_that_is(tokens: AccessTokens, me: Person) -> None:
    pair = await tokens.begin(me, agent="curl")
    visit = await tokens.find(pair.access)
    assert (visit.person, visit.session) == (me, "")
    assert claims_in(pair.access).keys() == {"iss", "aud", "sub", "sid", "stamp", "iat", "exp", "jti"}
    assert pair.seconds == 900
    assert pair.access not in repr(pair)
    assert pair.refresh not in repr(pair) + str(await RefreshTokenRecord.all().values())


async def test_forged_tokens_let_nobody_in(tokens: AccessTokens, vault: Vault, me: Person, stranger: Person) -> None:
    good = (await tokens.begin(me)).access
    claims, own = claims_in(good), key_of(vault)
    head, body, signature = good.split(".")
    other = OctKey.import_key(b"x" * 32, {"kid": str(own.kid)})

    def signed(key: OctKey, **but: str | int) -> str:
        return jwt.encode({"alg": ALGORITHM, "kid": own.kid}, claims | but, key, algorithms=[ALGORITHM])

    assert (await tokens.find(signed(own))).person == me
    forged = [
        f"{packed({'alg': 'none'})}.{body}.",
        f"{packed({'alg': 'none', 'kid': own.kid})}.{body}.{signature}",
        f"{packed({'alg': 'HS512', 'kid': own.kid})}.{body}.{signature}",
        jwt.encode({"alg": "HS512", "kid": own.kid}, claims, own, algorithms=["HS512"]),
        f"{head}.{body}.",
        f"{head}.{body}",
        changed(good, sub=stranger.uid),
        signed(other),
        signed(OctKey.import_key(vault.keys(b"another purpose")[str(own.kid)])),
        signed(own, exp=int(now().timestamp()) - 1),
        signed(own, aud="another place"),
        signed(own, iss="another place"),
        signed(own, sub=stranger.uid),
        signed(own, sid="another family"),
        signed(own, stamp=7),
        signed(own, stamp="0"),
        *(
            jwt.encode({"alg": ALGORITHM, "kid": own.kid}, {k: v for k, v in claims.items() if k != name}, own)
            for name in claims
        ),
        "a" * (LONGEST + 1),
        "ä.ö.ü",
        "",
    ]
    for token in forged:
        assert await tokens.find(token) == NOBODY, token


@given(st.text(alphabet='abcXYZ019-_.={}"\\ \n', max_size=200))
def test_nonsense_is_nobody_and_no_fault(nonsense: str) -> None:
    async def found() -> object:
        return await AccessTokens(Vault(MasterKeys(Settings(master_key="k" * 40)))).find(nonsense)

    assert asyncio.run(found()) == NOBODY


async def test_a_refresh_token_works_once_and_its_second_use_ends_the_family(tokens: AccessTokens, me: Person) -> None:
    first, apart = await tokens.begin(me), await tokens.begin(me)
    second = await tokens.renew(first.refresh)
    for pair in (first, second):
        assert (await tokens.find(pair.access)).person == me
    with pytest.raises(TokenRefusedError):
        await tokens.renew(first.refresh)
    for pair in (first, second):
        assert await tokens.find(pair.access) == NOBODY
    with pytest.raises(TokenRefusedError):
        await tokens.renew(second.refresh)
    assert (await tokens.find(apart.access)).person == me


async def test_of_two_that_renew_at_once_not_both_succeed(tokens: AccessTokens, me: Person) -> None:
    pair = await tokens.begin(me)
    came = await asyncio.gather(*(tokens.renew(pair.refresh) for _ in range(5)), return_exceptions=True)
    assert sum(not isinstance(each, TokenRefusedError) for each in came) <= 1
    assert await RefreshTokenRecord.all().count() == 0


async def test_what_ended_lets_nobody_in(tokens: AccessTokens, me: Person, stranger: Person) -> None:
    pair, apart = await tokens.begin(me), await tokens.begin(me)
    family = (await tokens.find(apart.access)).token
    await tokens.end("unknown")
    await tokens.end_family(stranger, family)
    await tokens.end(pair.refresh)
    assert await tokens.find(pair.access) == NOBODY
    assert (await tokens.find(apart.access)).person == me
    await tokens.end_family(me, family)
    assert await tokens.find(apart.access) == NOBODY
    for each in (pair, apart):
        with pytest.raises(TokenRefusedError):
            await tokens.renew(each.refresh)


@pytest.mark.parametrize("change", [{"suspended": True}, {"stamp": 1}])
async def test_a_change_of_the_person_ends_every_token(
    tokens: AccessTokens, me: Person, change: dict[str, int]
) -> None:
    pair = await tokens.begin(me)
    await PersonRecord.filter(id=me.id).update(**change)
    assert await tokens.find(pair.access) == NOBODY


async def test_suspended_people_get_no_further_tokens(tokens: AccessTokens, me: Person) -> None:
    pair = await tokens.begin(me)
    await PersonRecord.filter(id=me.id).update(suspended=True)
    with pytest.raises(TokenRefusedError):
        await tokens.renew(pair.refresh)


async def test_old_refresh_tokens_are_refused_and_cleared_away(tokens: AccessTokens, me: Person) -> None:
    pair = await tokens.begin(me)
    await RefreshTokenRecord.all().update(expires_at=now() - timedelta(seconds=1))
    assert await tokens.find(pair.access) == NOBODY
    with pytest.raises(TokenRefusedError):
        await tokens.renew(pair.refresh)
    await tokens.begin(me)
    assert await RefreshTokenRecord.all().count() == 1


async def test_tokens_outlive_a_new_master_key_until_the_old_one_is_forgotten(
    tokens: AccessTokens, masters: MasterKeys, me: Person
) -> None:
    before = (await tokens.begin(me)).access
    masters.add()
    after = (await tokens.begin(me)).access
    assert (await tokens.find(before)).person == (await tokens.find(after)).person == me
    masters.keep_newest()
    assert await tokens.find(before) == NOBODY
    assert (await tokens.find(after)).person == me


async def test_what_is_renewed_while_everything_ends_ends_too(
    tokens: AccessTokens, me: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh, made, end = (await tokens.begin(me)).refresh, asyncio.Event(), asyncio.Event()
    onward = tokens._next

    async def held_up(owner: PersonRecord, family: str, agent: str) -> TokenPair:
        pair = await onward(owner, family, agent)
        made.set()
        await end.wait()
        return pair

    monkeypatch.setattr(tokens, "_next", held_up)
    renewing = asyncio.create_task(tokens.renew(refresh))
    await made.wait()
    ending = asyncio.create_task(Ending(StreamHub(Archive().keep), News()).end_everything(me))
    await asyncio.wait([ending], timeout=0.3)
    assert not ending.done()
    end.set()
    await asyncio.gather(renewing, ending)
    assert not await RefreshTokenRecord.filter(owner_id=me.id).exists()
