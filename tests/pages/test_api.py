"""What programs can do with tokens, and without."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pyotp
import pytest

from services.people.person import Person, Role
from services.people.rules import Feature, Rules
from services.people.scopes import Scope
from services.records.person import PersonRecord
from tests.pages.the_api import PASSWORD, URL, House, a_house

PROFILE = "/api/users/profile"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path, allowed_origins="https://friend.example") as house:
        yield house


@pytest.fixture
async def web(house: House) -> httpx.AsyncClient:
    return house.web


@pytest.fixture
async def uma(house: House) -> Person:
    return await house.person("uma")


async def test_tokens_are_got_used_renewed_and_ended(house: House, web: httpx.AsyncClient, uma: Person) -> None:
    first = (await house.login("uma")).json()
    assert (first["token_type"], first["expires_in"]) == ("bearer", 900)
    good = {"Authorization": f"Bearer {first['access_token']}"}
    profile = (await web.get(PROFILE, headers=good)).json()
    assert (profile["id"], profile["handle"], profile["role"]) == (uma.uid, "uma", "user")
    told = {
        "handle": "uma",
        "name": "Uma U.",
        "mail": "uma@example.org",
        "language": "de",
        "time_zone": "Europe/Berlin",
    }
    changed = (await web.put(PROFILE, headers=good, json=told)).json()
    assert {name: changed[name] for name in told} == told
    second = (await web.post("/api/auth/refresh", json={"refresh_token": first["refresh_token"]})).json()
    assert (await web.get(PROFILE, headers={"X-API-Key": second["access_token"]})).status_code == 200
    over = await web.post("/api/auth/logout", json={"refresh_token": second["refresh_token"]})
    assert (over.status_code, over.content) == (204, b"")
    for tokens in (first, second):
        assert (
            await web.get(PROFILE, headers={"Authorization": f"Bearer {tokens['access_token']}"})
        ).status_code == 401
        again = await web.post("/api/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
        assert (again.status_code, again.json()["code"]) == (401, "token_refused")


@pytest.mark.parametrize("door", [PROFILE, "/v1/models"])
async def test_a_token_lets_nobody_in_while_the_group_has_no_tokens(house: House, uma: Person, door: str) -> None:
    groups, owner = house.services.people.groups, await house.person("olga", Role.OWNER)
    group = await groups.save(owner, "Few", Rules())
    await groups.place(owner, uma.uid, [group.uid])
    secret = (await house.services.people.tokens.make(uma, "x", list(Scope), days=None)).secret
    shown = {"Authorization": f"Bearer {secret}"}

    before = await house.web.get(door, headers=shown)
    await groups.save(owner, "Few", Rules(features=(Feature.KEYS,)), group.uid)
    refused = await house.web.get(door, headers=shown)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert refused.json()["detail"] == "Your group may not use this (api tokens). Ask an admin for it."
    assert (await house.web.get(PROFILE, headers=await house.bearer(uma))).status_code == 200

    await groups.save(owner, "Few", Rules(), group.uid)
    after = await house.web.get(door, headers=shown)
    assert after.status_code == before.status_code != 403


async def test_a_wrong_password_and_an_unknown_name_are_told_alike(web: httpx.AsyncClient, uma: Person) -> None:
    answers = [
        await web.post("/api/auth/login", json={"login": login, "password": "wrong"}) for login in ("uma", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()


async def test_guessing_is_slowed_down_and_says_for_how_long(web: httpx.AsyncClient, uma: Person) -> None:
    answers = [await web.post("/api/auth/login", json={"login": "uma", "password": "wrong"}) for _ in range(6)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


async def test_the_second_factor_is_asked_for_after_the_password(house: House, uma: Person) -> None:
    secret = house.services.people.second_factor.propose(uma).secret
    phone = pyotp.TOTP(secret)
    spare = await house.services.people.second_factor.turn_on(uma, secret, phone.now())
    without = await house.login("uma")
    assert (without.status_code, without.json()["code"]) == (401, "second_factor_required")
    wrong = await house.login("uma", code="000000")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "refused")
    assert (await house.login("uma", code=spare[0])).status_code == 200


async def test_an_account_needs_an_invitation_that_works_once(house: House, web: httpx.AsyncClient) -> None:
    olga = await house.person("olga", Role.OWNER)
    told = {"handle": "ina", "password": PASSWORD}
    assert (await web.post("/api/auth/register", json=told)).status_code == 403
    made = await house.services.people.invitations.invite(olga)
    joined = await web.post("/api/auth/register", json={**told, "invitation": made.secret})
    assert joined.status_code == 201
    token = joined.json()["access_token"]
    assert (await web.get(PROFILE, headers={"Authorization": f"Bearer {token}"})).json()["handle"] == "ina"
    again = await web.post("/api/auth/register", json={**told, "handle": "eve", "invitation": made.secret})
    assert (again.status_code, again.json()["code"]) == (410, "link_over")
    assert not await PersonRecord.filter(handle="eve").exists()


async def test_a_bad_token_is_refused_whatever_cookie_comes_with_it(
    house: House, web: httpx.AsyncClient, uma: Person
) -> None:
    cookie, bearer = await house.cookie(uma), await house.bearer(uma)
    good = bearer["Authorization"].removeprefix("Bearer ")
    assert (await web.get(PROFILE, headers=cookie)).status_code == 200
    assert (await web.get(PROFILE, headers=cookie | bearer)).status_code == 200
    for bad in (
        {"Authorization": "Bearer wrong"},
        {"Authorization": "bearer"},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {good} {good}"},
        {"X-API-Key": "oc_wrong"},
        {"X-API-Key": ""},
        {"X-API-Key": "wrong", **bearer},
    ):
        answer = await web.get(PROFILE, headers=cookie | bad)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert (await web.get(PROFILE, headers=cookie | {"Authorization": "Basic eDp5"})).status_code == 200


async def test_tokens_open_no_pages(house: House, web: httpx.AsyncClient, uma: Person) -> None:
    cookie, bearer = await house.cookie(uma), await house.bearer(uma)
    page = {"Accept": "text/html"}
    assert (await web.get("/page", headers=cookie | page)).text == '"a page"'
    for headers in (bearer, cookie | bearer, {"X-API-Key": bearer["Authorization"].split()[1]}):
        assert (await web.get("/page", headers=headers | page)).status_code == 401


async def test_a_token_does_what_it_was_made_for(house: House, web: httpx.AsyncClient, uma: Person) -> None:
    tokens = house.services.people.tokens
    for scopes, status in (([Scope.PROFILE], 200), ([Scope.CHAT, Scope.READ], 403)):
        made = await tokens.make(uma, "x", scopes, days=30)
        for headers in ({"X-API-Key": made.secret}, {"Authorization": f"Bearer {made.secret}"}):
            assert (await web.get(PROFILE, headers=headers)).status_code == status
        await tokens.revoke(uma, made.token.uid)
        assert (await web.get(PROFILE, headers={"X-API-Key": made.secret})).status_code == 401


@pytest.mark.parametrize("end", ["suspend", "delete", "set_role", "change_password"])
async def test_every_credential_ends_at_once(house: House, web: httpx.AsyncClient, uma: Person, end: str) -> None:
    olga = await house.person("olga", Role.OWNER)
    people = house.services.people
    login = (await house.login("uma")).json()
    key = (await people.tokens.make(uma, "x", [Scope.PROFILE], days=None)).secret
    bearer = {"Authorization": f"Bearer {login['access_token']}"}
    every = [await house.cookie(uma), bearer, {"X-API-Key": key}]
    for shown in every:
        assert (await web.get(PROFILE, headers=shown)).status_code == 200
    match end:
        case "suspend":
            await people.accounts.suspend(olga, uma.uid)
        case "delete":
            await people.accounts.delete(olga, uma.uid)
        case "set_role":
            await people.accounts.set_role(olga, uma.uid, Role.ADMIN)
        case _:
            await people.sign_in.change_password(uma, PASSWORD, "seven quiet lanterns", address="")
    for shown in every:
        assert (await web.get(PROFILE, headers=shown)).status_code == 401
    renewed = await web.post("/api/auth/refresh", json={"refresh_token": login["refresh_token"]})
    assert renewed.status_code == 401


async def test_what_cannot_be_read_is_refused_without_repeating_it(web: httpx.AsyncClient) -> None:
    for body in (
        b"",
        b"{",
        b"[]",
        b'{"login": "uma", "password": "hidden-word", "more": 1}',
        b'{"login": "\\ud800", "password": "hidden-word"}',
        b'{"login": 7, "password": ["hidden-word"]}',
        b"[" * 50_000,
    ):
        answer = await web.post("/api/auth/login", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in {400, 401, 422}
        assert "hidden-word" not in answer.text
        assert answer.json()["detail"]


async def test_only_origins_on_the_list_may_read_answers_and_never_by_cookie(
    house: House, web: httpx.AsyncClient, uma: Person
) -> None:
    cookie, bearer = await house.cookie(uma), await house.bearer(uma)
    friend, evil = {"Origin": "https://friend.example"}, {"Origin": "https://evil.example"}
    seen = await web.get(PROFILE, headers=friend | bearer)
    assert (seen.status_code, seen.headers["Access-Control-Allow-Origin"]) == (200, "https://friend.example")
    assert "Access-Control-Allow-Credentials" not in seen.headers
    for origin in (friend, evil, {"Origin": "null"}):
        assert (await web.get(PROFILE, headers=origin | cookie)).status_code == 401
    for origin in (evil, {"Origin": "null"}, {"Origin": ""}):
        assert "Access-Control-Allow-Origin" not in (await web.get(PROFILE, headers=origin | bearer)).headers
        assert (await web.put(PROFILE, headers=origin | bearer, json={})).status_code == 403
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}
    assert (await web.options(PROFILE, headers=friend | asked)).status_code == 200
    refused = await web.options(PROFILE, headers=evil | asked)
    assert (refused.status_code, "Access-Control-Allow-Origin" in refused.headers) == (400, False)
    assert "Access-Control-Allow-Origin" not in (await web.get("/page", headers=friend | cookie)).headers


async def test_a_cookie_alone_writes_from_our_own_pages_only(house: House, web: httpx.AsyncClient, uma: Person) -> None:
    cookie, told = await house.cookie(uma), {"handle": "uma", "name": "Changed"}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert (await web.put(PROFILE, headers=cookie | headers, json=told)).status_code == 403
    assert (await web.get(PROFILE, headers=cookie)).json()["name"] == "uma"
    for headers in ({"Origin": URL}, {"Sec-Fetch-Site": "same-origin"}, {}):
        assert (await web.put(PROFILE, headers=cookie | headers, json=told)).status_code == 200


async def test_the_api_tells_what_it_can_do(web: httpx.AsyncClient) -> None:
    told = (await web.get("/api/openapi.json")).json()
    assert set(told["paths"]) == {
        *(f"/auth/{name}" for name in ("register", "login", "refresh", "logout")),
        "/users/profile",
    }
    assert told["servers"] == [{"url": "/api"}]


async def test_nobody_makes_an_account_where_one_person_needs_none(tmp_path: Path) -> None:
    async with a_house(tmp_path, single_user=True) as house:
        answer = await house.web.post("/api/auth/register", json={"handle": "eve", "password": PASSWORD})
        assert answer.status_code == 403
        assert (await house.web.get(PROFILE)).status_code == 404
