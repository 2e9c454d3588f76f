"""Programs come in with a token that their owner made, for what it was made for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.chats.conversations import NotThereError
from services.chats.replies import now
from services.people.audit import Audit
from services.people.person import Person
from services.people.scopes import Scope
from services.people.sessions import NOBODY
from services.people.tokens import MARK, MOST, ApiTokens, TokenFormError
from services.records.account import ApiTokenRecord
from services.records.audit import AuditRecord
from services.records.person import PersonRecord
from tests.fakes import Doorman


@pytest.fixture
def tokens(store: object) -> ApiTokens:
    return ApiTokens(Audit(), Doorman())


async def test_a_token_is_told_once_and_lets_in_for_what_it_was_made_for(tokens: ApiTokens, me: Person) -> None:
    made = await tokens.make(me, " My script ", [Scope.CHAT, Scope.READ], days=30)
    visit = await tokens.find(made.secret)
    assert (visit.person, visit.token, visit.scopes) == (me, made.token.uid, frozenset({Scope.CHAT, Scope.READ}))
    assert made.secret.startswith(MARK)
    assert made.token.start == made.secret[:10]
    assert made.token.name == "My script"
    kept = str(await ApiTokenRecord.all().values()) + str(await AuditRecord.all().values())
    assert made.secret not in kept + repr(made)
    for other in ("", MARK, made.secret[:-1], made.secret + "x", "\0\udcff"):
        assert await tokens.find(other) == NOBODY


async def test_a_token_lives_as_long_as_was_said(tokens: ApiTokens, me: Person) -> None:
    short, endless = [await tokens.make(me, "x", [Scope.READ], days=days) for days in (30, None)]
    assert short.token.expires_at == short.token.created_at + timedelta(days=30)
    assert endless.token.expires_at is None
    await ApiTokenRecord.filter(uid=short.token.uid).update(expires_at=now() - timedelta(seconds=1))
    assert await tokens.find(short.secret) == NOBODY
    assert [token.over for token in await tokens.of(me)] == [False, True]
    assert (await tokens.find(endless.secret)).person == me


async def test_a_revoked_token_is_nobodys_and_only_its_owner_revokes_it(
    tokens: ApiTokens, me: Person, stranger: Person
) -> None:
    made = await tokens.make(me, "x", [Scope.READ], days=90)
    for uid in (made.token.uid, "unknown", "x" * 100):
        with pytest.raises(NotThereError):
            await tokens.revoke(stranger, uid)
    assert await tokens.of(stranger) == []
    assert (await tokens.find(made.secret)).person == me
    await tokens.revoke(me, made.token.uid)
    assert await tokens.find(made.secret) == NOBODY
    assert [record.action for record in await AuditRecord.all()] == ["token made", "token revoked"]


async def test_tokens_of_suspended_people_let_nobody_in(tokens: ApiTokens, me: Person) -> None:
    made = await tokens.make(me, "x", [Scope.READ], days=None)
    await PersonRecord.filter(id=me.id).update(suspended=True)
    assert await tokens.find(made.secret) == NOBODY


async def test_its_last_use_is_kept(tokens: ApiTokens, me: Person) -> None:
    made = await tokens.make(me, "x", [Scope.READ], days=None)
    assert made.token.used_at is None
    await tokens.find(made.secret)
    [first] = [token.used_at for token in await tokens.of(me)]
    assert first
    await tokens.find(made.secret)
    assert [token.used_at for token in await tokens.of(me)] == [first]
    await ApiTokenRecord.all().update(used_at=now() - timedelta(hours=1))
    await tokens.find(made.secret)
    [token] = await tokens.of(me)
    assert token.used_at
    assert now() - token.used_at < timedelta(minutes=30)


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [(" ", [Scope.READ], 30), ("x", [], 30), ("x", [Scope.READ], 3650), ("x", [Scope.READ], 0)],
)
async def test_what_cannot_be_made_is_said(
    tokens: ApiTokens, me: Person, name: str, scopes: list[Scope], days: int
) -> None:
    with pytest.raises(TokenFormError):
        await tokens.make(me, name, scopes, days=days)
    assert await tokens.of(me) == []


async def test_nobody_has_tokens_without_end(tokens: ApiTokens, me: Person, stranger: Person) -> None:
    for _ in range(MOST):
        await tokens.make(me, "x", [Scope.READ], days=None)
    with pytest.raises(TokenFormError):
        await tokens.make(me, "x", [Scope.READ], days=None)
    await tokens.make(stranger, "x", [Scope.READ], days=None)
